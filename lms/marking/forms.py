"""Forms of marking, and the shapes that a marking page sends. Shapes only; rules are services'."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from lms.base import clock
from lms.base.addresses import MOST_ID
from lms.base.errors import Invalid
from lms.base.forms import DayField, Filled, Form, TextField, at_most
from lms.marking.inputs import MarkInput

CRITERION = "criterion-"

_SMALL = NumberRange(0, MOST_ID)


def mark_of_json(data: Any) -> MarkInput:
    """{"levels": {criterion id: level id}, "comment": "…", "version": 3}. Invalid otherwise."""
    if not isinstance(data, dict) or not isinstance(data.get("levels"), dict):
        raise _misshapen()
    comment = data.get("comment", "")
    if not isinstance(comment, str):
        raise _misshapen()
    levels = {_number(criterion): _number(level) for criterion, level in data["levels"].items()}
    return MarkInput(levels, comment, _number(data.get("version", 0)))


def mark_of_form(data: Mapping[str, str]) -> MarkInput:
    """The page's own form: one field "criterion-<id>" for each criterion that has a level."""
    levels = {
        _number(name.removeprefix(CRITERION)): _number(value)
        for name, value in data.items()
        if name.startswith(CRITERION) and value
    }
    return MarkInput(levels, data.get("comment", ""), _number(data.get("version") or 0))


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise _misshapen()
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= MOST_ID):
        raise _misshapen()
    return int(text)


def _misshapen() -> Invalid:
    return Invalid(_("Máy chủ không đọc được nội dung vừa gửi. Hãy tải lại trang rồi gửi lại."))


class ReasonForm(Form):
    """A reason, as every handing over needs one."""

    reason = TextField(_l("Lý do"), [Filled(_l("Hãy ghi lý do.")), at_most(300)])


class AllocationForm(Form):
    """Whom to allocate to, until when. Sent first to preview (GET), then to apply (POST)."""

    reviewers = SelectMultipleField(
        _l("Người chấm"),
        [Filled(_l("Hãy chọn ít nhất một người chấm."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    due_on = DayField(
        _l("Hạn chấm xong"),
        [Optional()],
        description=_l("Ngày cuối cùng để chấm, ví dụ 20/12/2026. Có thể để trống."),
    )
    seed = IntegerField(validators=[_SMALL], widget=HiddenInput(), default=0)
    digest = HiddenField()

    def validate_due_on(self, field: Any) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError(_("Hạn chấm phải từ hôm nay trở đi."))


class ReassignForm(Form):
    """The reviewer who gets a passed-on essay."""

    reviewer = SelectField(
        _l("Người chấm mới"), [Filled(_l("Hãy chọn một người chấm."))], coerce=int
    )


class ConflictForm(Form):
    """A unit whose essays a reviewer must not mark."""

    unit = SelectField(_l("Đơn vị"), [Filled(_l("Hãy chọn một đơn vị."))], coerce=int)
    reason = TextField(
        _l("Lý do"),
        [Filled(_l("Hãy ghi lý do, ví dụ: từng là bí thư chi bộ này.")), at_most(300)],
    )


class ReleaseForm(Form):
    """What was previewed: an audience (0: all), bounded by the newest mark seen."""

    audience = IntegerField(validators=[_SMALL], widget=HiddenInput(), default=0)
    newest = IntegerField(validators=[_SMALL], widget=HiddenInput(), default=0)
