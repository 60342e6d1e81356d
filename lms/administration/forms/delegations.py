"""The form by which a holder of an appointment hands it on for a time."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from lms.administration.forms.fields import DATE_HINT, DecisionForm, UnitField
from lms.base.forms import DayField, Filled, TextField, at_most


class DelegationForm(DecisionForm):
    appointment = SelectField(_l("Ủy quyền việc"), coerce=int)
    unit = UnitField(
        _l("Phạm vi: đơn vị và mọi cấp dưới"),
        description=_l("Có thể chọn một đơn vị cấp dưới nếu chỉ ủy quyền một phần."),
    )
    login = TextField(
        _l("Người được ủy quyền"),
        [Filled(_l("Hãy nhập số thẻ, điện thoại hoặc thư điện tử của người đó.")), at_most(200)],
        description=_l("Số thẻ, số điện thoại hoặc thư điện tử của tài khoản."),
    )
    valid_from = DayField(_l("Từ ngày"), [Filled()], description=DATE_HINT)
    valid_to = DayField(
        _l("Đến hết ngày"),
        [Filled(_l("Hãy ghi ngày kết thúc."))],
        description=_l("Hết ngày này thì ủy quyền tự kết thúc."),
    )
    reason = TextField(
        _l("Lý do"),
        [Filled(_l("Hãy ghi lý do.")), at_most(300)],
        description=_l("Ví dụ: đi công tác, nghỉ phép."),
    )
