"""Fields shared by all forms: text in one form, days and moments as people type them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField
from wtforms.validators import NumberRange

from lms.base import clock
from lms.base.errors import Invalid
from lms.base.forms import (
    ChecksField,
    DayField,
    Filled,
    Form,
    LinesField,
    MomentField,
    RichTextField,
    TextField,
    at_most,
    choices_of,
    parse_day,
    parse_moment,
)
from lms.people.models import Standing

pytestmark = pytest.mark.database("sqlite")


class SampleForm(Form):
    name = TextField("Tên", [Filled("Hãy nhập tên."), at_most(10)])
    note = LinesField("Ghi chú", [at_most(20)])
    body = RichTextField("Nội dung")
    day = DayField("Ngày", [Filled()])
    moment = MomentField("Lúc")
    count = IntegerField("Số", [NumberRange(1, 5)])
    kinds = ChecksField("Loại", choices=choices_of([("a", "A"), ("b", "B")]))


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", method="POST"):
        yield


def sent(**values: Any) -> SampleForm:
    """The form as it comes from a browser, with the rest filled in well."""
    usual = {"name": "An", "day": "1/2/2026", "count": "3"}
    return SampleForm(MultiDict(usual | values), meta={"csrf": False})


def errors_of(field: str, **values: Any) -> list[str]:
    form = sent(**values)
    form.validate()
    return [str(error) for error in getattr(form, field).errors]


def test_a_well_filled_form_is_valid() -> None:
    form = sent(kinds="b")
    assert form.validate(), form.errors
    assert (form.name.data, form.count.data, form.kinds.data) == ("An", 3, ["b"])


def test_text_comes_in_one_form_with_single_spaces() -> None:
    form = sent(name="  Ho\u0323c\u200b   ta\u0323\u0302p ", note="mo\u0323\u0302t \r\n\r\nhai\x00")
    assert form.name.data == "Học tập"
    assert form.note.data == "một\n\nhai"
    assert form.validate()


def test_a_missing_text_is_empty_not_none() -> None:
    form = SampleForm(MultiDict({"day": "1/2/2026"}), meta={"csrf": False})
    assert (form.name.data, form.note.data) == ("", "")
    assert not form.validate()
    assert form.name.errors == ["Hãy nhập tên."]


@pytest.mark.parametrize("blank", ["", "   ", "\u200b", "\u00a0 \t"])
def test_spaces_alone_fill_in_nothing(blank: str) -> None:
    assert errors_of("name", name=blank) == ["Hãy nhập tên."]


def test_a_length_is_counted_in_characters_and_told_with_both_numbers() -> None:
    assert errors_of("name", name="e\u0302\u0301" * 10) == []
    assert errors_of("name", name="ế" * 11) == ["Dài 11 ký tự; tối đa 10. Hãy rút ngắn."]
    assert errors_of("note", note="một\r\n" * 5) == []


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("15/3/1962", date(1962, 3, 15)),
        ("15-03-1962", date(1962, 3, 15)),
        ("15.3.1962", date(1962, 3, 15)),
        ("1962-03-15", date(1962, 3, 15)),
        (" 05/03/1962 ", date(1962, 3, 5)),
        ("29/2/2024", date(2024, 2, 29)),
        ("29/2/2023", None),
        ("31/11/2026", None),
        ("3/15/1962", None),
        ("15/3/62", None),
        ("15/3", None),
        ("0/0/2026", None),
        ("1/1/1899", None),
        ("1/1/2201", None),
        ("15/3/1962 5", None),
        ("hôm nay", None),
        ("1962-3-15", None),
        ("99999999999/1/2026", None),
    ],
)
def test_a_day_is_read_as_it_is_typed(typed: str, day: date | None) -> None:
    form = sent(day=typed)
    form.validate()
    assert form.day.data == day
    assert form.day._value().strip() == typed.strip(), "what was typed is lost"
    if day is None:
        wrong = ["Hãy nhập ngày dạng ngày/tháng/năm, ví dụ 15/3/2026."]
        assert [str(error) for error in form.day.errors] == wrong


def test_a_day_left_out_says_so_and_nothing_else() -> None:
    assert errors_of("day", day="") == ["Hãy điền mục này."]
    assert errors_of("day", day="xx") == ["Hãy nhập ngày dạng ngày/tháng/năm, ví dụ 15/3/2026."]


def test_a_day_from_the_database_is_shown_as_it_is_written_here() -> None:
    form = SampleForm(formdata=None, data={"day": date(2026, 3, 5)}, meta={"csrf": False})
    assert form.day._value() == "05/03/2026"


@pytest.mark.parametrize(
    ("typed", "in_utc"),
    [
        ("19:30 15/12/2026", (2026, 12, 15, 12, 30)),
        ("15/12/2026 19:30", (2026, 12, 15, 12, 30)),
        ("15/12/2026, 19h30", (2026, 12, 15, 12, 30)),
        ("19g30 15.12.2026", (2026, 12, 15, 12, 30)),
        ("8h 1/1/2026", (2026, 1, 1, 1, 0)),
        ("2026-12-15T19:30", (2026, 12, 15, 12, 30)),
        ("0:00 1/1/2026", (2025, 12, 31, 17, 0)),
        ("23:59 31/12/2026", (2026, 12, 31, 16, 59)),
        ("24:00 15/12/2026", None),
        ("19:60 15/12/2026", None),
        ("15/12/2026", None),
        ("19:30", None),
        ("19:30 31/11/2026", None),
        ("19:30 15/12/2026 16/12/2026", None),
        ("19:30 20:30 15/12/2026", None),
        ("sáng mai", None),
        ("T", None),
    ],
)
def test_a_moment_is_read_on_the_clock_of_vietnam(
    typed: str, in_utc: tuple[int, ...] | None
) -> None:
    form = sent(moment=typed)
    form.validate()
    assert form.moment.data == (datetime(*in_utc, tzinfo=UTC) if in_utc else None)  # type: ignore[misc, arg-type]
    assert form.moment._value() == typed
    assert bool(form.moment.errors) == (in_utc is None)


def test_a_moment_may_be_left_out() -> None:
    form = sent(moment="")
    assert form.validate() and form.moment.data is None


def test_a_moment_from_the_database_is_shown_on_the_clock_of_vietnam() -> None:
    noon = datetime(2026, 12, 15, 12, 30, tzinfo=UTC)
    form = SampleForm(formdata=None, data={"moment": noon}, meta={"csrf": False})
    assert form.moment._value() == "19:30 15/12/2026"
    assert parse_moment(form.moment._value()) == noon


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    assert parse_day(day.strftime("%d/%m/%Y")) == day
    assert parse_day(f"{day.day}-{day.month}-{day.year}") == day
    assert parse_day(day.isoformat()) == day


@given(
    st.datetimes(datetime(1980, 1, 1), datetime(2199, 12, 31)).map(  # noqa: DTZ001
        lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
    )
)
def test_every_moment_is_read_back(moment: datetime) -> None:
    assert parse_moment(clock.to_local(moment).strftime("%H:%M %d/%m/%Y")) == moment


@given(st.text(max_size=30) | st.text(alphabet="0123456789/-.:hgT, ", max_size=20))
def test_no_text_breaks_a_field(text: str) -> None:
    form = sent(name=text, note=text, day=text, moment=text, count=text, kinds=text)
    form.validate()
    for field in form:
        assert all(str(error).startswith(("Hãy", "Số", "Dài")) for error in field.errors)


def test_rich_text_over_the_limit_is_refused_at_its_field() -> None:
    assert errors_of("body", body="<p>Học tập</p>") == []
    assert "100 kB" in errors_of("body", body="x" * 100_001)[0]
    assert "thẻ" in errors_of("body", body="<b>" * 1_000)[0]


def test_what_wtforms_says_is_said_in_vietnamese() -> None:
    assert errors_of("count", count="ba")[0] == "Hãy nhập một số nguyên, ví dụ 10."
    assert errors_of("count", count="9") == ["Hãy nhập từ 1 đến 5."]
    assert errors_of("kinds", kinds="c") == ["Hãy chọn trong các mục có sẵn."]


def test_a_rule_that_a_service_finds_broken_stands_at_its_field_or_above_the_form() -> None:
    form = sent()
    assert form.validate()
    form.add_error(Invalid("Tên này đã có.", field="name"))
    form.add_error(Invalid("Trường lạ.", field="unknown"))
    form.add_error(Invalid("Chưa làm được."))
    assert list(form.name.errors) == ["Tên này đã có."]
    assert form.form_errors == ["Trường lạ.", "Chưa làm được."]


def test_choices_take_the_value_of_an_enumeration() -> None:
    made = choices_of([(Standing.FULL, "Chính thức"), (7, "Bảy")])
    assert [(choice.value, choice.label) for choice in made] == [("full", "Chính thức"), (7, "Bảy")]


def test_the_day_of_a_moment_is_the_day_in_vietnam() -> None:
    assert parse_moment("0:30 2/1/2026") == clock.start_of_day(date(2026, 1, 2)) + timedelta(
        minutes=30
    )
