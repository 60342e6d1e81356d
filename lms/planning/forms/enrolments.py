"""Forms about one enrolment: excusing, withdrawing, a later due moment."""

from flask_babel import lazy_gettext as _l

from lms.base.forms import Filled, Form, MomentField, TextField, at_most
from lms.planning.forms.moments import MOMENT_HINT, NO_MOMENT


class ReasonForm(Form):
    """Excusing, withdrawing, taking either back."""

    reason = TextField(_l("Lý do"), [Filled(_l("Hãy ghi lý do.")), at_most(300)])


class ExtensionForm(ReasonForm):
    due_at = MomentField(_l("Hạn mới"), [Filled(NO_MOMENT)], description=MOMENT_HINT)
