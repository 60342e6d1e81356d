"""Forms of essays: the designer's (variant.py), what a writing page sends (draft.py)."""

from flask_babel import lazy_gettext as _l

from lms.base.editing import EditingForm
from lms.base.forms import Filled, TextField, at_most
from lms.essays.forms.draft import draft_of_form, draft_of_json
from lms.essays.forms.variant import VariantForm

__all__ = ["TaskForm", "VariantForm", "draft_of_form", "draft_of_json"]


class TaskForm(EditingForm):
    title = TextField(
        _l("Tên bài thu hoạch"),
        [
            Filled(_l("Hãy đặt tên cho bài thu hoạch, ví dụ: Bài thu hoạch quý IV năm 2026.")),
            at_most(200),
        ],
    )
