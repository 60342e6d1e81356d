"""Forms of a venue: opening it, its guests, who is excused, counting heads, corrections."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from lms.base.editing import EditingForm
from lms.base.forms import (
    ChecksField,
    Filled,
    Form,
    MomentField,
    TextField,
    at_most,
    choices_of,
)
from lms.training.models import TrainingSession

MOMENT_HINT = _l("Ví dụ 19:30 15/12/2026.")
NO_MOMENT = _l("Hãy ghi giờ và ngày, ví dụ 19:30 15/12/2026.")
MOST_PEOPLE = 100_000


class VenueForm(Form):
    unit_id = SelectField(_l("Đơn vị tổ chức"), coerce=int)
    units = ChecksField(
        _l("Chỉ triệu tập những đơn vị này"),
        coerce=int,
        description=_l("Không chọn gì thì mọi người của đơn vị tổ chức đều được triệu tập."),
    )
    run_id = SelectField(_l("Theo lượt"), coerce=int)
    place = TextField(
        _l("Địa điểm"),
        [Filled(_l("Hãy ghi địa điểm, ví dụ: Hội trường phường.")), at_most(200)],
    )
    starts_at = MomentField(_l("Bắt đầu lúc"), [Filled(NO_MOMENT)], description=MOMENT_HINT)
    ends_at = MomentField(_l("Kết thúc lúc"), [Filled(NO_MOMENT)], description=MOMENT_HINT)
    checks_exit = BooleanField(
        _l("Điểm danh cả lúc ra"),
        description=_l("Khi chốt, chỉ người có mặt cả lúc vào và lúc ra được ghi nhận."),
    )

    def offer_units(self, units: list[tuple[int, str]]) -> None:
        """The units to choose some of; there is nothing to choose where there is none below."""
        if not units:
            del self.units
            return
        self.units.choices = choices_of((unit_id, name.strip()) for unit_id, name in units)

    def offer_runs(self, session: TrainingSession, runs: list[tuple[int, Any]]) -> None:
        """The runs to choose from; a recording may be shown outside of all of them."""
        if not runs:
            del self.run_id
            return
        outside = [(0, _l("Xem bản ghi, không theo lượt nào"))] if session.is_watchable else []
        self.run_id.choices = choices_of([*runs, *outside])


class GuestForm(Form):
    name = TextField(_l("Tên khách"), [Filled(_l("Hãy ghi tên khách.")), at_most(200)])
    note = TextField(_l("Ghi chú (đơn vị, chức vụ)"), [at_most(200)])


class ExcuseForm(Form):
    reason = TextField(_l("Lý do vắng"), [Filled(_l("Hãy ghi lý do vắng.")), at_most(300)])


class ClosingForm(EditingForm):
    entry_headcount = IntegerField(
        _l("Số người đếm được lúc vào"), [Optional(), NumberRange(0, MOST_PEOPLE)]
    )
    exit_headcount = IntegerField(
        _l("Số người đếm được lúc ra"), [Optional(), NumberRange(0, MOST_PEOPLE)]
    )
    difference_reason = TextField(_l("Vì sao số đếm khác số tên"), [at_most(300)])


class CorrectionForm(Form):
    was_there = RadioField(
        _l("Sửa thành"),
        [Filled(_l("Hãy chọn một mục."))],
        choices=choices_of([("yes", _l("Đã dự tại điểm cầu")), ("no", _l("Không dự"))]),
    )
    reason = TextField(_l("Lý do"), [Filled(_l("Hãy ghi lý do sửa.")), at_most(300)])


class JoinerForm(Form):
    """Somebody of the campaign who is put on the list; `code` as it was searched for."""

    enrolment = IntegerField(_l("Người được thêm"), [Filled(_l("Hãy chọn một người."))])
    code = TextField()
    reason = TextField(_l("Lý do"), [at_most(300)])


class RollCallForm(Form):
    """A list that is sent whole: who is ticked, and who was when the page was opened."""

    ticked = ChecksField(_l("Có mặt"), coerce=int, validate_choice=False)
    was = StringField()

    @property
    def shown_ticked(self) -> set[int]:
        """Whom the page showed as ticked, written "e12 e15"."""
        ids = (one.removeprefix("e") for one in (self.was.data or "").split())
        return {int(one) for one in ids if one.isdecimal() and len(one) < 10}
