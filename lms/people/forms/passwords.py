"""Forms that set a password, or ask for a way to set one."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, Length, ValidationError

from lms.base.forms import Filled, Form, TextField, at_most
from lms.people.code_text import DIGITS, only_digits
from lms.people.forms.sign_in import DIGIT_KEYWORDS, NAME_KEYWORDS
from lms.people.passwords import LEAST_LENGTH, MOST_LENGTH
from lms.people.weak_passwords import is_too_common, names_oneself


class NewPasswordForm(Form):
    """A new password, twice. `own` are the person's own name and numbers, which are refused."""

    own: Sequence[str] = ()

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
        if names_oneself(password, list(self.own)):
            raise ValidationError(
                _("Đừng lấy tên, số thẻ hay số điện thoại của mình làm mật khẩu.")
            )


class PasswordForm(NewPasswordForm):
    current = PasswordField(
        _l("Mật khẩu đang dùng"),
        [Filled(_l("Hãy nhập mật khẩu đang dùng.")), Length(max=MOST_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class ConfirmForm(Form):
    """One's password again, before something that guards the account is changed."""

    current = PasswordField(
        _l("Mật khẩu đang dùng"),
        [Filled(_l("Hãy nhập mật khẩu đang dùng.")), Length(max=MOST_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class ActivationForm(Form):
    login = TextField(
        _l("Số thẻ đảng viên"),
        [Filled(_l("Hãy nhập số thẻ.")), Length(max=200)],
        description=_l("Dãy số in trên phiếu. Chưa có thẻ thì nhập số điện thoại."),
        render_kw=NAME_KEYWORDS,
    )
    code = TextField(
        _l("Mã trên phiếu"),
        [Filled(_l("Hãy nhập mã trên phiếu.")), at_most(60)],
        description=_l("20 chữ số, chia thành 5 nhóm. Gõ liền hay cách nhau đều được."),
        render_kw=DIGIT_KEYWORDS | {"autocomplete": "off"},
    )

    def validate_code(self, field: Any) -> None:
        missing = DIGITS - len(only_digits(field.data or ""))
        if missing > 0:
            raise ValidationError(
                _("Mã gồm 20 chữ số, còn thiếu %(count)s chữ số. Hãy xem lại.", count=missing)
            )
        if missing < 0:
            raise ValidationError(
                _("Mã gồm 20 chữ số, đang thừa %(count)s chữ số. Hãy xem lại.", count=-missing)
            )


class ForgottenForm(Form):
    login = TextField(
        _l("Số thẻ, số điện thoại hoặc thư điện tử"),
        [Filled(_l("Hãy nhập số thẻ, số điện thoại hoặc thư điện tử.")), Length(max=200)],
        render_kw=NAME_KEYWORDS,
    )
