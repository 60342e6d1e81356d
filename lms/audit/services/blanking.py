"""Blanking details: the one thing that may happen to a record later, and it is recorded itself.

Who, what, to whom and when stay, and stay sealed. Only the values in `detail` give way: when the
person they are about is erased, or when they are past their time (privacy retention).
"""

from collections.abc import Sequence

import sqlalchemy as sa

from lms.audit.append_only import BLANKED_BY
from lms.audit.models import AuditRecord, AuditSeal
from lms.audit.queries import BLANKING
from lms.base import clock
from lms.extensions import db

BATCH = 500


def blank_details(actor_id: int | None, record_ids: Sequence[int], reason: str) -> int:
    """Empty the details of records; returns how many. Records of blanking itself stay as they are.

    `reason` is a word of ours ("erasure", "retention"), never what a person typed.
    """
    done = 0
    ordered = sorted(set(record_ids))
    for start in range(0, len(ordered), BATCH):
        done += _blank(actor_id, ordered[start : start + BATCH], reason)
    return done


def _blank(actor_id: int | None, record_ids: Sequence[int], reason: str) -> int:
    query = (
        sa.select(AuditRecord)
        .where(AuditRecord.id.in_(record_ids), AuditRecord.action != BLANKING)
        .order_by(AuditRecord.id)
        .with_for_update()
    )
    found = db.session.scalars(query, execution_options={"populate_existing": True})
    records = [one for one in found if one.detail and BLANKED_BY not in one.detail]
    if not records:
        return 0
    ids = sorted(one.id for one in records)
    why = AuditRecord(
        recorded_at=clock.now(),
        actor_id=actor_id,
        action=BLANKING,
        subject=f"audit_record:{ids[0]}",
        detail={"records": ids, "reason": reason},
    )
    db.session.add(why)
    db.session.flush()
    for one in records:
        one.detail = {BLANKED_BY: why.id}
    db.session.flush()
    db.session.execute(
        sa.update(AuditSeal).where(AuditSeal.record_id.in_(ids)).values(salt=None),
        execution_options={"synchronize_session": False},
    )
    return len(ids)
