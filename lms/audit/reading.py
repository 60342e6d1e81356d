"""Recording that somebody read another person's details: one record per page that was shown.

For views. It is written after the answer, in a transaction of its own, and only if the page came.
"""

from typing import Any

from flask_login import current_user

from lms.audit.services import record
from lms.base.transactions import after_answer


def record_reading(action: str, subject: str, **detail: Any) -> None:
    """Note that the signed-in account was shown `subject` (member:3, or the unit of a list)."""
    actor_id = current_user.id
    after_answer(lambda: record(actor_id, action, subject, **detail))
