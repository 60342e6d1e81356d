"""What the planner's forms say about moments."""

from flask_babel import lazy_gettext as _l

MOMENT_HINT = _l("Ví dụ 19:30 15/12/2026.")
NO_MOMENT = _l("Hãy ghi giờ và ngày, ví dụ 19:30 15/12/2026.")
