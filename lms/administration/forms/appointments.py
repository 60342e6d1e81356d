"""The form of an appointment."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from lms.access.policy import ROLE_LABELS, Role
from lms.administration.forms.fields import DATE_HINT, DecisionForm, UnitField
from lms.base.forms import DayField, Filled, TextField, at_most, choices_of


class AppointmentForm(DecisionForm):
    login = TextField(
        _l("Người được phân công"),
        [Filled(_l("Hãy nhập số thẻ, điện thoại hoặc thư điện tử của người đó.")), at_most(200)],
        description=_l("Số thẻ, số điện thoại hoặc thư điện tử của tài khoản."),
    )
    role = SelectField(_l("Vai trò"), choices=choices_of(ROLE_LABELS.items()))
    unit = UnitField(_l("Phạm vi: đơn vị và mọi cấp dưới"))
    valid_from = DayField(_l("Từ ngày"), [Filled()], description=DATE_HINT)
    valid_to = DayField(_l("Đến hết ngày"), description=_l("Để trống nếu chưa định ngày kết thúc."))

    @property
    def role_value(self) -> Role:
        return Role(self.role.data)
