"""The filters of the audit record."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from lms.administration.forms.fields import DATE_HINT
from lms.audit.labels import ACTION_LABELS, grouped_actions
from lms.base.forms import DayField, Form, TextField, at_most


class AuditFilterForm(Form):
    """All optional. Sent by GET: an address says what was asked."""

    class Meta(Form.Meta):
        csrf = False

    actor = TextField(_l("Người làm"), [at_most(80)], description=_l("Tên, không cần dấu."))
    person = TextField(
        _l("Người có liên quan"), [at_most(80)], description=_l("Việc làm đối với người này.")
    )
    action = SelectField(_l("Việc"), validate_choice=False)
    first_day = DayField(_l("Từ ngày"), description=DATE_HINT)
    last_day = DayField(_l("Đến ngày"), description=DATE_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action.choices = {
            str(_l("Mọi việc")): [("", _l("Mọi việc"))],
            **dict(grouped_actions()),
        }

    @property
    def chosen_action(self) -> str | None:
        return self.action.data if self.action.data in ACTION_LABELS else None
