"""Reads of viewing: all that one beacon needs at once, and what pages show of coverage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.extensions import db
from lms.people.models import Member
from lms.people.queries import live_sign_in
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Material,
    MaterialOpening,
    Requirement,
    SessionKind,
    TrainingSession,
)
from lms.training.queries.materials import is_published
from lms.viewing.allowance import ClockState
from lms.viewing.coverage import Interval
from lms.viewing.grants import Grant
from lms.viewing.models import Coverage, SelfDeclaration, ViewingClock


@dataclass(frozen=True, slots=True)
class Viewing:
    """One enrolment's viewing of one session, as a beacon finds it."""

    is_signed_in: bool
    state: CampaignState
    opens_at: datetime
    closes_at: datetime
    due_at: datetime
    accepts_self_declared: bool
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
        Requirement.accepts_self_declared,
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
        TrainingSession.kind == SessionKind.RECORDED,
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


@dataclass(frozen=True, slots=True)
class Watched:
    """What a page shows of one enrolment and session."""

    intervals: list[Interval]
    covered_seconds: float
    position: float
    threshold_met_at: datetime | None
    declared_at: datetime | None


def get_watched(enrolment_id: int, session_id: int) -> Watched:
    """Coverage and self-declaration, in one statement; empty when there is neither."""
    both = sa.and_(Coverage.enrolment_id == Enrolment.id, Coverage.session_id == session_id)
    declared = sa.and_(
        SelfDeclaration.enrolment_id == Enrolment.id, SelfDeclaration.session_id == session_id
    )
    query = (
        sa.select(
            Coverage.intervals,
            sa.func.coalesce(Coverage.covered_seconds, 0.0),
            sa.func.coalesce(Coverage.position, 0.0),
            Coverage.threshold_met_at,
            SelfDeclaration.declared_at,
        )
        .select_from(Enrolment)
        .outerjoin(Coverage, both)
        .outerjoin(SelfDeclaration, declared)
        .where(Enrolment.id == enrolment_id)
    )
    intervals, *rest = db.session.execute(query).one()
    return Watched(as_intervals(intervals), *rest)


def as_intervals(stored: Iterable[Any] | None) -> list[Interval]:
    """Intervals as stored in JSON, as pairs again."""
    return [(start, end) for start, end in stored or ()]


def is_watched(session_id: int) -> bool:
    """Whether anybody has watched any second of a session."""
    query = sa.select(Coverage.enrolment_id).where(
        Coverage.session_id == session_id, Coverage.covered_seconds > 0
    )
    return db.session.scalar(query.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class RequiredPart:
    """How far one required recording is met; a recording without a video lasts 0 seconds."""

    duration: float
    covered_seconds: float
    threshold_met_at: datetime | None
    declared_at: datetime | None

    @property
    def met_at(self) -> datetime | None:
        """When it was met by either kind, the earlier one first."""
        return min(filter(None, (self.threshold_met_at, self.declared_at)), default=None)


def join_progress(query: Any) -> Any:
    """What was watched and declared, beside the rows (enrolment, session) of a query."""
    return query.outerjoin(
        Coverage,
        sa.and_(Coverage.enrolment_id == Enrolment.id, Coverage.session_id == TrainingSession.id),
    ).outerjoin(
        SelfDeclaration,
        sa.and_(
            SelfDeclaration.enrolment_id == Enrolment.id,
            SelfDeclaration.session_id == TrainingSession.id,
        ),
    )


def list_required_parts(enrolment_id: int) -> list[RequiredPart]:
    """Every required recording of the enrolment's campaign, watched or not.

    Those whose video is still to come are among them: until then nobody has met all of them.
    """
    query = join_progress(
        sa.select(
            sa.func.coalesce(TrainingSession.duration_seconds, 0.0),
            sa.func.coalesce(Coverage.covered_seconds, 0.0),
            Coverage.threshold_met_at,
            SelfDeclaration.declared_at,
        )
        .select_from(Enrolment)
        .join(TrainingSession, TrainingSession.campaign_id == Enrolment.campaign_id)
        .where(
            Enrolment.id == enrolment_id,
            TrainingSession.kind == SessionKind.RECORDED,
            TrainingSession.is_required,
        )
    )
    return [RequiredPart(*row) for row in db.session.execute(query)]


def load_page_parts(session: TrainingSession) -> None:
    """Fetch a session's files and speakers, so that its page need not ask one by one."""
    query = (
        sa.select(TrainingSession)
        .where(TrainingSession.id == session.id)
        .options(
            joinedload(TrainingSession.video),
            joinedload(TrainingSession.captions),
            joinedload(TrainingSession.poster),
            joinedload(TrainingSession.speakers),
        )
    )
    db.session.execute(query).unique().one()


def list_materials(
    session_id: int, enrolment_id: int
) -> Sequence[tuple[Material, datetime | None]]:
    """A session's published materials with their files, and when this member first opened each."""
    query = (
        sa.select(Material, MaterialOpening.opened_at)
        .outerjoin(
            MaterialOpening,
            sa.and_(
                MaterialOpening.material_id == Material.id,
                MaterialOpening.enrolment_id == enrolment_id,
            ),
        )
        .where(Material.session_id == session_id, is_published())
        .options(joinedload(Material.file))
        .order_by(Material.position, Material.id)
    )
    return [(material, opened_at) for material, opened_at in db.session.execute(query)]
