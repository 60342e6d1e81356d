"""Forms of signing in: name and password, the second step."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import Length

from lms.base.forms import Filled, Form, TextField, at_most
from lms.people.passwords import MOST_LENGTH

NAME_KEYWORDS = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
DIGIT_KEYWORDS = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}


class SignInForm(Form):
    login = TextField(
        _l("Số thẻ, số điện thoại hoặc thư điện tử"),
        [Filled(_l("Hãy nhập số thẻ, số điện thoại hoặc thư điện tử.")), Length(max=200)],
        render_kw=NAME_KEYWORDS,
    )
    password = PasswordField(
        _l("Mật khẩu"),
        [Filled(_l("Hãy nhập mật khẩu.")), Length(max=MOST_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    lasting = BooleanField(_l("Giữ đăng nhập trên máy này"))
    next = HiddenField()


class StepForm(Form):
    """A code of the app, or a recovery code."""

    code = TextField(
        _l("Mã xác thực"), [Filled(_l("Hãy nhập mã.")), at_most(40)], render_kw=DIGIT_KEYWORDS
    )
