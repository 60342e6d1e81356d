"""All that one beacon needs, in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.extensions import db
from lms.people.models import Member
from lms.people.queries import live_sign_in
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Requirement,
    TrainingSession,
)
from lms.viewing.allowance import ClockState
from lms.viewing.grants import Grant
from lms.viewing.models import Coverage, ViewingClock


@dataclass(frozen=True, slots=True)
class Viewing:
    """One enrolment's viewing of one session, as a beacon finds it."""

    is_signed_in: bool
    state: CampaignState
    opens_at: datetime
    closes_at: datetime
    due_at: datetime
    least_coverage: float
    is_required: bool
    duration: float
    intervals: list[Any] | None
    covered_seconds: float
    position: float
    threshold_met_at: datetime | None
    clock_at: datetime | None
    unspent: float
    grace: float

    @property
    def clock(self) -> ClockState | None:
        """The member's clock; None before their first credit."""
        if self.clock_at is None:
            return None
        return ClockState(self.clock_at, self.unspent, self.grace)

    def is_open(self, now: datetime) -> bool:
        """Whether viewing still counts."""
        return self.state is CampaignState.OPEN and self.opens_at <= now <= self.closes_at


_LOCK = sa.select(Member.id).where(Member.id == sa.bindparam("member_id"))
_LOCK = _LOCK.with_for_update(key_share=True)

_VIEWING = (
    sa.select(
        live_sign_in(sa.bindparam("token_hash"), sa.bindparam("now")).exists(),
        Campaign.state,
        Campaign.opens_at,
        Campaign.closes_at,
        Enrolment.due_at,
        Requirement.least_coverage,
        TrainingSession.is_required,
        TrainingSession.duration_seconds,
        Coverage.intervals,
        sa.func.coalesce(Coverage.covered_seconds, 0.0),
        sa.func.coalesce(Coverage.position, 0.0),
        Coverage.threshold_met_at,
        ViewingClock.updated_at,
        ViewingClock.unspent_seconds,
        ViewingClock.grace_seconds,
    )
    .select_from(Enrolment)
    .join(Campaign, Campaign.id == Enrolment.campaign_id)
    .join(
        Requirement,
        sa.and_(
            Requirement.campaign_id == Enrolment.campaign_id,
            Requirement.audience_id == Enrolment.audience_id,
        ),
    )
    .join(TrainingSession, TrainingSession.campaign_id == Enrolment.campaign_id)
    .outerjoin(
        Coverage,
        sa.and_(Coverage.enrolment_id == Enrolment.id, Coverage.session_id == TrainingSession.id),
    )
    .outerjoin(ViewingClock, ViewingClock.member_id == Enrolment.member_id)
    .where(
        Enrolment.id == sa.bindparam("enrolment_id"),
        Enrolment.member_id == sa.bindparam("member_id"),
        Enrolment.withdrawn_at.is_(None),
        TrainingSession.id == sa.bindparam("session_id"),
        TrainingSession.duration_seconds.is_not(None),
    )
)


def lock_member(member_id: int) -> None:
    """Let nobody else credit this member until the transaction ends.

    SQLite has one writer anyway. PostgreSQL needs the lock in a statement of its own: what is
    read in the same statement would be as old as the wait.
    """
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"member_id": member_id})


def find_viewing(grant: Grant, token_hash: str, now: datetime) -> Viewing | None:
    """What a beacon finds, in one statement; None if the grant's objects are there no more."""
    row = (
        db.session.connection()
        .execute(
            _VIEWING,
            {
                "enrolment_id": grant.enrolment_id,
                "session_id": grant.session_id,
                "member_id": grant.member_id,
                "token_hash": token_hash,
                "now": now,
            },
        )
        .first()
    )
    return Viewing(*row) if row else None
