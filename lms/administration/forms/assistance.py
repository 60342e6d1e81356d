"""Forms of helping people to sign in: whom to print slips for, why a second step is reset."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError

from lms.base.forms import ChecksField, Filled, Form, TextField, at_most

MOST_SLIPS = 60
"""At most so many slips at once: fifteen sheets, and two seconds of hashing."""


class SlipsForm(Form):
    """The members to print slips for."""

    member = ChecksField(_l("In phiếu cho"), coerce=int)

    def validate_member(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Hãy chọn ít nhất một người."))
        if len(field.data) > MOST_SLIPS:
            raise ValidationError(_("Mỗi lần in được nhiều nhất %(most)s phiếu.", most=MOST_SLIPS))


class StepResetForm(Form):
    reason = TextField(
        _l("Lý do, và đã xác minh đúng người bằng cách nào"),
        [Filled(_l("Hãy ghi lý do.")), at_most(200)],
        description=_l("Ví dụ: mất điện thoại; đã gặp trực tiếp và xem thẻ."),
    )
    is_checked = BooleanField(_l("Tôi đã xác minh đúng là người này"))

    def validate_is_checked(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Hãy xác minh trước khi đặt lại."))
