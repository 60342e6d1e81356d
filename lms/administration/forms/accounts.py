"""Forms that make an account."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from lms.base.forms import Filled, Form, TextField, at_most
from lms.people.queries import normal_phone


class AccountForm(Form):
    """Phone and e-mail of an account; both may be empty for a member with a card number."""

    phone = TextField(_l("Số điện thoại"), [at_most(20)])
    email = TextField(_l("Thư điện tử"), [at_most(200)])

    def validate_phone(self, field: Any) -> None:
        if field.data and normal_phone(field.data) is None:
            raise ValidationError(_("Số điện thoại cần có dạng 09xxxxxxxx."))

    def validate_email(self, field: Any) -> None:
        if field.data and ("@" not in field.data or " " in field.data):
            raise ValidationError(_("Thư điện tử cần có dạng ten@noi-gui.vn."))


class OutsideAccountForm(AccountForm):
    display_name = TextField(_l("Họ và tên"), [Filled(_l("Hãy nhập họ và tên.")), at_most(120)])
