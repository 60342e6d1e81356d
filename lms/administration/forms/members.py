"""Forms about one person."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from lms.administration.forms.fields import DATE_HINT, UnitField, near
from lms.base import clock
from lms.base.editing import EditingForm
from lms.base.forms import DayField, Filled, Form, TextField, at_most, choices_of
from lms.people.labels import RANK_LABELS, STANDING_LABELS
from lms.people.models import PostRank, Standing


class MemberForm(EditingForm):
    name = TextField(_l("Họ và tên"), [Filled(_l("Hãy nhập họ và tên.")), at_most(120)])
    code = TextField(
        _l("Số thẻ"), [at_most(20)], description=_l("Để trống nếu là quần chúng hoặc chưa có thẻ.")
    )
    birth_date = DayField(_l("Ngày sinh"), description=DATE_HINT)
    birth_year = IntegerField(
        _l("Năm sinh"),
        [Optional(), NumberRange(1900, 2100, _l("Hãy nhập năm gồm bốn chữ số, ví dụ 1962."))],
        description=_l("Chỉ cần khi không rõ ngày sinh."),
    )
    phone = TextField(_l("Điện thoại"), [at_most(20)])
    email = TextField(_l("Thư điện tử"), [at_most(200)])
    standing = SelectField(_l("Diện"), choices=choices_of(STANDING_LABELS.items()))
    is_exempt = BooleanField(_l("Được miễn công tác và sinh hoạt"))

    def validate_birth_date(self, field: Any) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError(_("Ngày sinh không thể ở tương lai."))

    def validate_birth_year(self, field: Any) -> None:
        day = self.birth_date.data
        if day and field.data and day.year != field.data:
            raise ValidationError(_("Năm sinh không khớp với ngày sinh. Hãy sửa hoặc để trống."))

    @property
    def values(self) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "code": self.code.data or None,
            "birth_date": self.birth_date.data,
            "birth_year": self.birth_year.data,
            "phone": self.phone.data or None,
            "email": self.email.data or None,
            "standing": Standing(self.standing.data),
            "is_exempt": self.is_exempt.data,
        }


class NewMemberForm(MemberForm):
    unit = UnitField(_l("Đơn vị"))
    joined_on = DayField(
        _l("Sinh hoạt tại đơn vị từ ngày"), [Filled(), near], description=DATE_HINT
    )


class TransferForm(Form):
    unit = SelectField(_l("Chuyển đến đơn vị"), coerce=int)
    effective_on = DayField(_l("Từ ngày"), [Filled(), near], description=DATE_HINT)

    @classmethod
    def build(cls, studies: Sequence[tuple[int, str]], **values: Any) -> "TransferForm":
        """The form with a question for each open study (enrolment id, campaign): who answers."""
        answers = choices_of([("old", _("Đơn vị cũ: giữ như hiện nay")), ("new", _("Đơn vị mới"))])
        fields = {
            f"study_{number}": RadioField(
                _("Kết quả “%(campaign)s” tính cho", campaign=name),
                [InputRequired(_("Hãy chọn đơn vị tính kết quả."))],
                choices=answers,
            )
            for number, name in studies
        }
        form: TransferForm = type("TransferFormOfMember", (cls,), fields)(**values)
        return form

    def moves(self, enrolment_id: int) -> bool:
        """Whether the new unit answers for a study."""
        return bool(self[f"study_{enrolment_id}"].data == "new")


class LeavingForm(Form):
    left_on = DayField(_l("Rời tổ chức từ ngày"), [Filled()], description=DATE_HINT)
    reason = TextField(
        _l("Lý do"),
        [Filled(_l("Hãy ghi lý do.")), at_most(200)],
        description=_l("Ví dụ: từ trần, chuyển đi nơi khác, ra khỏi tổ chức."),
    )


class ReturningForm(Form):
    unit = UnitField(_l("Về đơn vị"))
    returned_on = DayField(_l("Trở lại từ ngày"), [Filled()], description=DATE_HINT)


class PostForm(Form):
    title = TextField(_l("Chức vụ"), [Filled(_l("Hãy nhập tên chức vụ.")), at_most(120)])
    rank = SelectField(_l("Thuộc nhóm"), choices=choices_of(RANK_LABELS.items()))
    unit = SelectField(_l("Tại đơn vị"), coerce=int)
    valid_from = DayField(_l("Từ ngày"), [Filled(), near], description=DATE_HINT)

    @property
    def rank_value(self) -> PostRank:
        return PostRank(self.rank.data)


class OverrideForm(EditingForm):
    audience = SelectField(_l("Xếp vào đối tượng"), coerce=int)
    reason = TextField(_l("Lý do"), [Filled(_l("Hãy ghi lý do.")), at_most(300)])
