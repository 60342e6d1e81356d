"""How numbers, sizes and moments are written, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.base import formats

pytestmark = pytest.mark.database("sqlite")

quick = settings(max_examples=200)


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("ratio", "digits", "written"),
    [
        (0.9599, 1, "95,9 %"),
        (0.95999, 0, "95 %"),
        (479_999 / 500_000, 1, "95,9 %"),
        (0.96, 1, "96 %"),
        (0.96, 0, "96 %"),
        (24 / 25, 1, "96 %"),
        (0.29, 0, "29 %"),
        (0.57, 1, "57 %"),
        (0.954, 1, "95,4 %"),
        (1.0, 1, "100 %"),
        (0.9999, 0, "99 %"),
        (0.0, 1, "0 %"),
        (0.0004, 1, "0 %"),
        (None, 1, "–"),
    ],
)
def test_a_rate_is_never_rounded_up(ratio: float | None, digits: int, written: str) -> None:
    assert formats.format_percent(ratio, digits) == written.replace(" ", "\u00a0")


@given(st.integers(1, 500_000), st.data(), st.integers(0, 2))
@quick
def test_a_written_rate_is_at_most_the_counted_one_and_less_than_a_step_below(
    whole: int, data: st.DataObject, digits: int
) -> None:
    part = data.draw(st.integers(0, whole))
    written = formats.format_percent(part / whole, digits).removesuffix("\u00a0%")
    shown, counted = Fraction(written.replace(",", ".")), Fraction(part * 100, whole)
    assert shown <= counted < shown + Fraction(1, 10**digits)


@given(st.integers(1, 500_000), st.data())
@quick
def test_below_the_target_never_reads_as_the_target(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    reads_as_met = formats.format_percent(part / whole, 1) in (
        "96\u00a0%",
        *(f"96,{tenth}\u00a0%" for tenth in range(10)),
    )
    assert reads_as_met == (96 * whole <= 100 * part < 97 * whole)


@pytest.mark.parametrize(
    ("seconds", "vietnamese"),
    [
        (None, "–"),
        (0, "0 giây"),
        (59.6, "60 giây"),
        (119.4, "119 giây"),
        (120, "2 phút"),
        (3540, "59 phút"),
        (3590, "1 giờ"),
        (3600, "1 giờ"),
        (3900, "1 giờ 5 phút"),
        (10_800, "3 giờ"),
        (90_061, "25 giờ 1 phút"),
    ],
)
def test_a_length_of_time_is_written_in_words(seconds: float | None, vietnamese: str) -> None:
    assert formats.format_duration(seconds) == vietnamese


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(None, "0:00"), (0, "0:00"), (9.9, "0:09"), (2467, "41:07"), (3723, "1:02:03")],
)
def test_a_position_is_written_as_on_a_player(seconds: float | None, written: str) -> None:
    assert formats.format_clock(seconds) == written


@pytest.mark.parametrize(
    ("value", "digits", "vietnamese", "english"),
    [
        (8.5, 1, "8,5", "8.5"),
        (8.0, 1, "8", "8"),
        (10.0, 1, "10", "10"),
        (8.25, 2, "8,25", "8.25"),
        (100.0, 0, "100", "100"),
        (None, 1, "–", "–"),
    ],
)
def test_a_number_has_the_comma_of_its_language(
    value: float | None, digits: int, vietnamese: str, english: str
) -> None:
    assert formats.format_decimal(value, digits) == vietnamese
    with force_locale("en"):
        assert formats.format_decimal(value, digits) == english


def test_large_numbers_are_grouped() -> None:
    assert formats.format_integer(2502) == "2.502"
    assert formats.format_integer(1_250_000) == "1.250.000"
    assert formats.format_integer(None) == "–"
    assert formats.format_percent(0.954) == "95,4\u00a0%"
    with force_locale("en"):
        assert formats.format_integer(2502) == "2,502"
        assert formats.format_percent(0.954) == "95.4\u00a0%"


@pytest.mark.parametrize(
    ("size", "written"),
    [(1, "1 kB"), (286_400, "286 kB"), (14_200_000, "14,2 MB"), (999_999, "1 MB")],
)
def test_a_size_is_written_shortly(size: int, written: str) -> None:
    assert formats.format_filesize(size) == written.replace(" ", "\u00a0")


def test_moments_are_shown_on_the_clock_of_vietnam() -> None:
    evening = datetime(2026, 12, 31, 17, 5, 9, tzinfo=UTC)
    assert formats.format_date(evening) == "01/01/2027"
    assert formats.format_datetime(evening) == "00:05 01/01/2027"
    assert formats.format_time(evening) == "00:05:09"
    assert formats.format_date(date(2026, 3, 5)) == "05/03/2026"
    assert (formats.format_date(None), formats.format_datetime(None)) == ("–", "–")
    assert formats.format_time(None) == "–"
