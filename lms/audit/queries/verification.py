"""Verifying the chain: everything is computed again from the rows, batch by batch.

Memory does not grow with the number of records. The first thing that does not fit is told.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from lms.audit import chain
from lms.audit.append_only import BLANKED_BY
from lms.audit.models import AuditHead, AuditRecord, AuditSeal
from lms.audit.queries import BLANKING
from lms.audit.queries.unsealed import unsealed
from lms.base.paging import AnySelect
from lms.extensions import db

BATCH = 2_000
LATE = timedelta(hours=6)
"""Longer than any transaction and any step of a server's clock: what was recorded that much before
a moment at which nothing was left to seal cannot have been there at the time."""


class BreakKind(StrEnum):
    NO_HEAD = "no_head"
    FORGED_HEAD = "forged_head"
    MISSING_SEAL = "missing_seal"
    MISSING_RECORD = "missing_record"
    CHANGED_RECORD = "changed_record"
    CHANGED_DETAIL = "changed_detail"
    INSERTED_RECORD = "inserted_record"
    CUT_TAIL = "cut_tail"
    EXTRA_SEAL = "extra_seal"
    OTHER_HEAD = "other_head"


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold."""

    kind: BreakKind
    sequence: int
    record_id: int | None = None


@dataclass(frozen=True)
class Verification:
    """What was found: how many are sealed and fit, how many wait, the head, the first break."""

    sealed: int
    waiting: int
    digest: str
    sealed_at: datetime | None
    broken: Break | None


def verify_chain(key: bytes, noted: tuple[int, str] | None = None) -> Verification:
    """Recompute the whole chain. `noted` is a head (sequence, digest) written down earlier, which
    the chain must still pass through."""
    last = db.session.scalar(sa.select(sa.func.max(AuditSeal.sequence))) or 0
    head = db.session.scalar(sa.select(AuditHead).limit(1))
    waiting = db.session.scalar(sa.select(sa.func.count()).select_from(unsealed(True).subquery()))
    walk = _Walk(noted)
    broken = _break_of_head(key, head, last) or walk.run(head) or _break_of_end(head, walk)
    if broken is None and head is not None:
        broken = _find_inserted(head)
    if head is not None:
        db.session.expunge(head)
    return Verification(
        walk.sequence, int(waiting or 0), walk.digest, head.sealed_at if head else None, broken
    )


def _break_of_head(key: bytes, head: AuditHead | None, last: int) -> Break | None:
    if head is None:
        return Break(BreakKind.NO_HEAD, last) if last else None
    expected = chain.sign_head(key, head.sequence, head.digest, head.sealed_at, head.caught_up_at)
    if not hmac.compare_digest(expected, head.signature):
        return Break(BreakKind.FORGED_HEAD, head.sequence)
    return Break(BreakKind.EXTRA_SEAL, head.sequence + 1) if last > head.sequence else None


def _break_of_end(head: AuditHead | None, walk: "_Walk") -> Break | None:
    if head is not None and walk.sequence < head.sequence:
        return Break(BreakKind.CUT_TAIL, walk.sequence + 1)
    if head is not None and walk.digest != head.digest:
        return Break(BreakKind.FORGED_HEAD, head.sequence)
    if walk.noted is not None and walk.noted[0] > walk.sequence:
        return Break(BreakKind.CUT_TAIL, walk.sequence + 1)
    return None


def _find_inserted(head: AuditHead) -> Break | None:
    """A record without a seal that claims to be older than when nothing was left to seal."""
    if head.caught_up_at is None:
        return None
    query = (
        unsealed(True)
        .where(AuditRecord.recorded_at < head.caught_up_at - LATE)
        .with_only_columns(AuditRecord.id)
        .order_by(AuditRecord.id)
        .limit(1)
    )
    record_id = db.session.scalar(query)
    if record_id is None:
        return None
    return Break(BreakKind.INSERTED_RECORD, head.sequence + 1, record_id)


class _Walk:
    """Along the chain from its start, holding no more than one batch."""

    def __init__(self, noted: tuple[int, str] | None) -> None:
        self.noted = noted
        self.sequence = 0
        self.digest = chain.START
        self._blanking: tuple[int, frozenset[int]] = (0, frozenset())

    def run(self, head: AuditHead | None) -> Break | None:
        until = head.sequence if head is not None else 0
        while self.sequence < until:
            rows = db.session.execute(_batch_after(self.sequence, until)).all()
            if not rows:
                return None
            for row in rows:
                broken = self._step(row)
                if broken is not None:
                    return broken
        return None

    def _step(self, row: Any) -> Break | None:
        if row.sequence != self.sequence + 1:
            return Break(BreakKind.MISSING_SEAL, self.sequence + 1)
        if row.id is None:
            return Break(BreakKind.MISSING_RECORD, row.sequence, row.record_id)
        digest = chain.digest_of_seal(
            self.digest,
            sequence=row.sequence,
            record_id=row.record_id,
            recorded_at=row.recorded_at,
            actor_id=row.actor_id,
            action=row.action,
            subject=row.subject,
            detail_digest=row.detail_digest,
            sealed_at=row.sealed_at,
            caught_up_at=row.caught_up_at,
        )
        if digest != row.digest:
            return Break(BreakKind.CHANGED_RECORD, row.sequence, row.record_id)
        if not self._has_its_detail(row):
            return Break(BreakKind.CHANGED_DETAIL, row.sequence, row.record_id)
        if self._is_inserted(row):
            return Break(BreakKind.INSERTED_RECORD, row.sequence, row.record_id)
        self.sequence, self.digest = row.sequence, digest
        if self.noted is not None and self.noted[0] == row.sequence and self.noted[1] != digest:
            return Break(BreakKind.OTHER_HEAD, row.sequence, row.record_id)
        return None

    def _has_its_detail(self, row: Any) -> bool:
        """The sealed detail, or none and a record that says why."""
        if row.salt is not None:
            return chain.digest_of_detail(row.salt, row.detail) == str(row.detail_digest)
        why = row.detail.get(BLANKED_BY)
        if not isinstance(why, int) or len(row.detail) != 1:
            return False
        if why != self._blanking[0]:
            query = sa.select(AuditRecord.action, AuditRecord.detail).where(AuditRecord.id == why)
            found = db.session.execute(query).first()
            listed = found.detail.get("records", ()) if found is not None else ()
            is_blanking = found is not None and found.action == BLANKING
            self._blanking = (why, frozenset(listed) if is_blanking else frozenset())
        return row.record_id in self._blanking[1]

    def _is_inserted(self, row: Any) -> bool:
        """Whether it claims to be older than a moment at which nothing was left to seal."""
        return row.caught_up_at is not None and row.recorded_at < row.caught_up_at - LATE


def _batch_after(sequence: int, until: int) -> AnySelect:
    return (
        sa.select(
            AuditSeal.sequence,
            AuditSeal.record_id,
            AuditSeal.salt,
            AuditSeal.detail_digest,
            AuditSeal.digest,
            AuditSeal.sealed_at,
            AuditSeal.caught_up_at,
            AuditRecord.id,
            AuditRecord.recorded_at,
            AuditRecord.actor_id,
            AuditRecord.action,
            AuditRecord.subject,
            AuditRecord.detail,
        )
        .outerjoin(AuditRecord, AuditRecord.id == AuditSeal.record_id)
        .where(AuditSeal.sequence > sequence, AuditSeal.sequence <= until)
        .order_by(AuditSeal.sequence)
        .limit(BATCH)
    )
