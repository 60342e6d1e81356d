"""Dates of births: every way of writing one comes to the same day; the rest is never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.roster.cells import Cell, Kind, date_of_serial
from lms.people.roster.dates import Day, is_birth, read_day, read_parts

DAYS = st.dates(date(1905, 1, 1), date(2030, 12, 31))
TODAY = date(2026, 3, 1)


def read(text: str) -> Day | None:
    return read_day(Cell(Kind.TEXT, text))


@given(DAYS, st.sampled_from("/-. "), st.booleans())
def test_a_day_however_it_is_written(on: date, sign: str, padded: bool) -> None:
    form = "{:02d}{}{:02d}{}{}" if padded else "{}{}{}{}{}"
    text = form.format(on.day, sign, on.month, sign, on.year)
    whole = Day(on.year, on)
    assert read(text) == read(f"  {text} ") == read(f"{text} 00:00:00") == whole
    assert read(on.isoformat()) == whole
    assert read(f"ngày {on.day} tháng {on.month} năm {on.year}") == whole
    assert read_day(Cell(Kind.DATE, on.isoformat())) == whole
    assert read_parts(str(on.day), str(on.month), str(on.year)) == whole


@given(DAYS)
def test_serial_numbers_of_both_systems(on: date) -> None:
    assert date_of_serial((on - date(1899, 12, 30)).days) == on
    assert date_of_serial((on - date(1904, 1, 1)).days, is_1904=True) == on


@given(DAYS.filter(lambda on: on.year >= 1910))
def test_a_serial_number_without_its_format(on: date) -> None:
    serial = (on - date(1899, 12, 30)).days
    assert read_day(Cell(Kind.NUMBER, str(serial))) == Day(on.year, on)


@given(DAYS.filter(lambda on: on.day > 12))
def test_the_american_order_is_not_swapped(on: date) -> None:
    assert read(f"{on.month}/{on.day}/{on.year}") is None


@given(st.integers(1900, 2199))
def test_a_bare_year(year: int) -> None:
    assert read(str(year)) == read_day(Cell(Kind.NUMBER, str(year))) == Day(year)


@given(st.integers(1, 12), st.integers(1900, 2100))
def test_a_month_of_a_year(month: int, year: int) -> None:
    assert read(f"{month}/{year}") == read(f"{month:02d}-{year}") == Day(year)


@pytest.mark.parametrize(
    "text",
    [
        *("31/02/1970", "29/2/1963", "32/1/1970", "0/0/1970", "15/13/1962", "15/3/62", "62"),
        *("15031962", "15/3", "3/15/1962", "13/1962", "1962/3/15x", "khoảng 1962", "1962-1963"),
        *("15/3/19622", "", "/", "1.962", "22720"),
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read(text) is None


@given(st.text(max_size=20))
def test_any_text_is_read_without_harm(text: str) -> None:
    found = read(text)
    assert found is None or found.on is None or found.on.year == found.year


def test_excel_has_days_that_never_were() -> None:
    assert date_of_serial(60) is None
    assert date_of_serial(61) == date(1900, 3, 1)
    assert date_of_serial(59) == date(1900, 2, 28)
    assert date_of_serial(0) is None
    assert date_of_serial(3e9) is None
    assert date_of_serial(3e9, is_1904=True) is None


@pytest.mark.parametrize(
    ("day", "can_be"),
    [
        (Day(1962), True),
        (Day(2016), True),
        (Day(2017), False),
        (Day(2030), False),
        (Day(1911), True),
        (Day(1905, date(1905, 5, 14)), False),
    ],
)
def test_births_that_can_be(day: Day, can_be: bool) -> None:
    assert is_birth(day, TODAY) is can_be
