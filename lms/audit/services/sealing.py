"""Sealing: records get their place in the chain, in sequence, in small batches.

One sealer at a time: the head's row is locked. A head whose signature does not fit is never built
upon, for that would make a shortened chain pass for whole.
"""

import hmac
import secrets
from datetime import datetime

import sqlalchemy as sa

from lms.audit import chain
from lms.audit.models import AuditHead, AuditRecord, AuditSeal
from lms.audit.queries.unsealed import unsealed
from lms.base import clock
from lms.extensions import db

BATCH = 500
HEAD = 1


class BrokenHead(Exception):
    """The head of the chain is not the one that was signed; sealing stops until people look."""


def seal_next(key: bytes, limit: int = BATCH, is_thorough: bool = False) -> int:
    """Seal up to `limit` records, the oldest first; returns how many. BrokenHead if that is unsafe.

    Usually only records near the newest sealed one are looked at (a transaction may have committed
    a lower id late); `is_thorough` looks at all.
    """
    head = db.session.scalar(sa.select(AuditHead).where(AuditHead.id == HEAD).with_for_update())
    if head is None:
        if db.session.scalar(sa.select(AuditSeal.sequence).limit(1)) is not None:
            raise BrokenHead
        head = AuditHead(id=HEAD, sequence=0, digest=chain.START)
    elif not hmac.compare_digest(_signature(key, head), head.signature):
        raise BrokenHead
    # Locked: a detail blanked between this read and its seal would be sealed as it stood before.
    query = unsealed(is_thorough).order_by(AuditRecord.id).limit(limit).with_for_update()
    records = db.session.scalars(query, execution_options={"populate_existing": True}).all()
    if not records:
        return 0
    moment = clock.now()
    seals = []
    for record in records:
        seal = _seal(head, record, moment)
        head.sequence += 1
        head.digest = str(seal["digest"])
        seals.append(seal)
    head.sealed_at = moment
    if len(records) < limit:
        head.caught_up_at = moment
    head.signature = _signature(key, head)
    db.session.add(head)
    db.session.execute(sa.insert(AuditSeal), seals)
    db.session.flush()
    return len(seals)


def trust_head(key: bytes, digest: str) -> bool:
    """Sign the head anew with this key (the secret key was changed). `digest` is what was written
    down outside; whether it is the head's."""
    head = db.session.scalar(sa.select(AuditHead).where(AuditHead.id == HEAD).with_for_update())
    if head is None or not hmac.compare_digest(head.digest, digest):
        return False
    head.signature = _signature(key, head)
    db.session.flush()
    return True


def _seal(head: AuditHead, record: AuditRecord, moment: datetime) -> dict[str, object]:
    sequence = head.sequence + 1
    salt = secrets.token_hex(16)
    detail_digest = chain.digest_of_detail(salt, record.detail)
    digest = chain.digest_of_seal(
        head.digest,
        sequence=sequence,
        record_id=record.id,
        recorded_at=record.recorded_at,
        actor_id=record.actor_id,
        action=record.action,
        subject=record.subject,
        detail_digest=detail_digest,
        sealed_at=moment,
        caught_up_at=head.caught_up_at,
    )
    return {
        "sequence": sequence,
        "record_id": record.id,
        "salt": salt,
        "detail_digest": detail_digest,
        "digest": digest,
        "sealed_at": moment,
        "caught_up_at": head.caught_up_at,
    }


def _signature(key: bytes, head: AuditHead) -> str:
    return chain.sign_head(key, head.sequence, head.digest, head.sealed_at, head.caught_up_at)
