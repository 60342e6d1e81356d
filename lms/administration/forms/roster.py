"""Forms of the roster import: the file, the columns, applying, those missing from the file."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, RadioField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from lms.administration.forms.fields import DATE_HINT, UnitField
from lms.base.forms import DayField, Filled, Form, TextField, at_most, choices_of
from lms.people.answering import Answer, Answers


class RosterForm(Form):
    unit = UnitField(
        _l("Danh sách của đơn vị"),
        description=_l("Người và đơn vị trong tệp được đối chiếu với đơn vị này và cấp dưới."),
    )
    file = FileField(_l("Tệp danh sách"), description=_l("Excel (.xlsx) hoặc CSV, tối đa 30 MB."))

    def validate_file(self, field: Any) -> None:
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(_("Hãy chọn tệp danh sách."))


class ApplyRosterForm(Form):
    effective_on = DayField(
        _l("Người mới và người chuyển đơn vị tính từ ngày"), [Filled()], description=DATE_HINT
    )
    founds_units = BooleanField(_l("Thành lập các đơn vị mới kể trên"))
    leaving = IntegerField(widget=HiddenInput())
    confirms_leaving = BooleanField()

    def ask_about(self, leaving: int) -> None:
        """Have it confirmed that so many people are marked as left; anew if the number changed."""
        if self.leaving.data != leaving:
            self.confirms_leaving.data = False
        self.leaving.data, self.leaving.raw_data = leaving, None
        self.confirms_leaving.label.text = ngettext(
            "Tôi xác nhận ghi rời tổ chức %(num)s người",
            "Tôi xác nhận ghi rời tổ chức %(num)s người",
            leaving,
        )

    @property
    def confirmed(self) -> int:
        """How many people were confirmed to leave."""
        return (self.leaving.data or 0) if self.confirms_leaving.data else 0

    @classmethod
    def build(cls, studies: Sequence[tuple[int, str, Answer]], **values: Any) -> "ApplyRosterForm":
        """The form with a question for each open campaign of those who move (id, name, what was
        answered last): which unit answers."""
        answers = [
            (Answer.KEEP.value, _("Đơn vị cũ: giữ như hiện nay")),
            (Answer.MOVE.value, _("Đơn vị mới")),
        ]
        fields = {
            study_field(number): RadioField(
                _("Kết quả “%(campaign)s” tính cho", campaign=name),
                choices=choices_of(answers),
                default=answer.value,
            )
            for number, name, answer in studies
        }
        form: ApplyRosterForm = type("ApplyRosterFormOfImport", (cls,), fields)(**values)
        form._numbers = [study[0] for study in studies]
        return form

    _numbers: Sequence[int] = ()

    @property
    def answers(self) -> Answers:
        return Answers(
            by_campaign={number: Answer(self[study_field(number)].data) for number in self._numbers}
        )


def study_field(campaign_id: int) -> str:
    """The name of the question about a campaign."""
    return f"study_{campaign_id}"


class AbsenceForm(Form):
    left_on = DayField(_l("Rời tổ chức từ ngày"), description=DATE_HINT)
    reason = TextField(
        _l("Lý do"),
        [at_most(200)],
        description=_l("Ví dụ: chuyển sinh hoạt đi nơi khác, từ trần."),
    )
