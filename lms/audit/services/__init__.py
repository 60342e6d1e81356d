"""Adding to the audit record. There is no command that changes or removes an act; blanking.py can
empty a detail, and leaves a record of that."""

from typing import Any

from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db


def record(actor_id: int | None, action: str, subject: str, **detail: Any) -> None:
    """Add one act in the transaction under way. `subject` is kind:id, such as campaign:3.

    `action` is noun.verb, told to readers by lms/audit/labels.py.
    """
    db.session.add(
        AuditRecord(
            recorded_at=clock.now(),
            actor_id=actor_id,
            action=action,
            subject=subject,
            detail=detail,
        )
    )
