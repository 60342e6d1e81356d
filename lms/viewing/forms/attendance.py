"""Forms of live sessions."""

from flask_babel import lazy_gettext as _l

from lms.base.forms import Filled, Form, TextField, at_most


class RunCodeForm(Form):
    code = TextField(
        _l("Mã trên màn hình của báo cáo viên"),
        [Filled(_l("Hãy nhập mã gồm sáu chữ số.")), at_most(20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"},
    )
