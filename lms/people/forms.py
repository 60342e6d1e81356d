"""Forms of sign-in and password."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField
from wtforms.validators import EqualTo, Length, ValidationError

from lms.base.forms import Filled, Form, TextField
from lms.people.passwords import LEAST_LENGTH, MOST_LENGTH, is_too_common


class SignInForm(Form):
    login = TextField(
        _l("Số thẻ, số điện thoại hoặc thư điện tử"),
        [Filled(_l("Hãy nhập số thẻ, số điện thoại hoặc thư điện tử.")), Length(max=200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Mật khẩu"),
        [Filled(_l("Hãy nhập mật khẩu.")), Length(max=MOST_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class PasswordForm(Form):
    current = PasswordField(
        _l("Mật khẩu đang dùng"),
        [Filled(_l("Hãy nhập mật khẩu đang dùng."))],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("Mật khẩu mới"),
        [Filled(_l("Hãy nhập mật khẩu mới."))],
        description=_l("Ít nhất 8 ký tự. Một câu dễ nhớ thì tốt hơn một từ khó."),
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        [EqualTo("new", _l("Hai lần nhập không giống nhau. Hãy nhập lại."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_new(self, field: Any) -> None:
        password = field.data or ""
        if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
            raise ValidationError(_("Mật khẩu cần từ 8 đến 128 ký tự."))
        if is_too_common(password):
            raise ValidationError(_("Mật khẩu này quá dễ đoán. Hãy chọn mật khẩu khác."))
