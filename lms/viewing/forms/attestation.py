"""The form by which a secretary vouches for somebody."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from lms.base.forms import Filled, Form, MomentField, TextField, at_most


class AttestationForm(Form):
    session_id = SelectField(_l("Buổi học"), coerce=int)
    met_at = MomentField(
        _l("Dự lúc"),
        [Filled(_l("Hãy ghi giờ và ngày, ví dụ 19:30 15/12/2026."))],
        description=_l("Ví dụ 19:30 15/12/2026."),
    )
    reason = TextField(
        _l("Vì sao biết người này đã dự"),
        [Filled(_l("Hãy ghi vì sao biết người này đã dự.")), at_most(300)],
    )


class TakeBackForm(Form):
    reason = TextField(_l("Lý do rút lại"), [Filled(_l("Hãy ghi lý do rút lại.")), at_most(300)])
