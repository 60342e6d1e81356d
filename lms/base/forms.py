"""The form base and the fields every feature shares: NFC at the door, dates as people type them."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeField,
    Field,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.base import clock
from lms.base.errors import DomainError
from lms.base.form_messages import OurTranslations
from lms.base.richtext import refuse_unreadable
from lms.base.vietnamese import clean, clean_lines


class Form(FlaskForm):
    """Every form of the product. An error raised by a service can be hung on its field."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> OurTranslations:
            return OurTranslations()

    def add_error(self, error: DomainError) -> None:
        """Show a domain error at its field, or above the form when it names none."""
        if error.field and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, error.message]
        else:
            self.form_errors.append(error.message)


def choices_of(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Choices of a select, radio or checkbox field from (value, label) pairs."""
    return [
        SelectChoice(value.value if isinstance(value, Enum) else value, label)
        for value, label in pairs
    ]


class TextField(StringField):
    """One line of text: NFC, single spaces."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data: str | None = clean(str(valuelist[0])) if valuelist else ""


class LinesField(TextAreaField):
    """Several lines of plain text: NFC, line breaks kept."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data: str | None = clean_lines(str(valuelist[0])) if valuelist else ""


class ChecksField(SelectMultipleField):
    """Several of a few choices, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RichTextField(TextAreaField):
    """HTML from an author, refused by size and shape before it is parsed; services sanitise it."""

    def pre_validate(self, form: Any) -> None:
        try:
            refuse_unreadable(self.data or "")
        except DomainError as error:
            raise ValidationError(error.message) from error


class DayField(DateField):
    """A day as people here type it: 15/3/1962, 15-03-1962, 15.3.1962; also what a picker sends."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format="%d/%m/%Y", **kwargs)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.raw_data = [text]
        self.data = None
        if not text:
            return
        parsed = parse_day(text)
        if parsed is None:
            raise ValueError(_("Hãy nhập ngày dạng ngày/tháng/năm, ví dụ 15/3/2026."))
        self.data = parsed


class MomentField(DateTimeField):
    """A moment on a clock in Vietnam, `data` in UTC: 19:30 15/12/2026 or 15/12/2026 19:30."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format="%H:%M %d/%m/%Y", **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(str(part) for part in self.raw_data)
        return clock.to_local(self.data).strftime("%H:%M %d/%m/%Y") if self.data else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.raw_data = [text]
        self.data = None
        if not text:
            return
        moment = parse_moment(text)
        if moment is None:
            raise ValueError(_("Hãy nhập giờ và ngày, ví dụ 19:30 15/12/2026."))
        self.data = moment


_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{1,2})(?::|h|g)(\d{2})?")


def parse_day(text: str) -> date | None:
    """A day from d/m/yyyy (or - or .) or yyyy-mm-dd; None if it is none."""
    try:
        if found := _ISO_DAY.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
        elif found := _DAY.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
        else:
            return None
        return date(year, month, day) if 1900 <= year <= 2200 else None
    except ValueError:
        return None


def parse_moment(text: str) -> datetime | None:
    """A moment from a day and a time in either order (Vietnam's clock), in UTC; None if none."""
    day: date | None = None
    hours = minutes = None
    for part in text.replace("T", " ").replace(",", " ").split():
        if (found := _TIME.fullmatch(part)) and hours is None:
            hours, minutes = int(found[1]), int(found[2] or 0)
        elif day is None:
            day = parse_day(part)
            if day is None:
                return None
        else:
            return None
    if day is None or hours is None or minutes is None or hours > 23 or minutes > 59:
        return None
    local = datetime(day.year, day.month, day.day, hours, minutes, tzinfo=clock.LOCAL_ZONE)
    return clock.start_of_day(day) + (local - local.replace(hour=0, minute=0))


class Filled:
    """Required, with a message that says what to do."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message or lazy_gettext("Hãy điền mục này.")

    def __call__(self, form: Any, field: Field) -> None:
        raw = field.raw_data
        if field.data in (None, "", []) and field.errors:
            return
        if field.data in (None, "", []) or (raw and raw[0] == ""):
            field.errors = []
            raise ValidationError(str(self.message))


def at_most(length: int) -> Callable[[Any, Field], None]:
    """A limit on the number of characters, told with both numbers."""

    def check(form: Any, field: Field) -> None:
        if field.data and len(field.data) > length:
            raise ValidationError(
                _(
                    "Dài %(now)s ký tự; tối đa %(most)s. Hãy rút ngắn.",
                    now=len(field.data),
                    most=length,
                )
            )

    return check
