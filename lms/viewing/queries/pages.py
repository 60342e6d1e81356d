"""What pages show of one session: coverage, credits, files, materials."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.extensions import db
from lms.training.models import (
    Enrolment,
    Material,
    MaterialOpening,
    ParticipationKind,
    TrainingSession,
)
from lms.training.queries.materials import is_published
from lms.viewing.coverage import Interval
from lms.viewing.curve import Curve, viewing_curve
from lms.viewing.models import Coverage, RollCallEntry, RunAttendance, SessionCredit, Venue
from lms.viewing.queries.credits import joins_credit


@dataclass(frozen=True, slots=True)
class Watched:
    """What a page shows of one enrolment and session."""

    intervals: list[Interval]
    offline_intervals: list[Interval]
    uncredited: list[list[Any]]
    covered_seconds: float
    position: float
    threshold_met_at: datetime | None
    declared_at: datetime | None
    has_place: bool


def get_watched(enrolment_id: int, session_id: int) -> Watched:
    """Coverage and self-declaration, in one statement; empty when there is neither."""
    both = sa.and_(Coverage.enrolment_id == Enrolment.id, Coverage.session_id == session_id)
    has_place = (
        sa.select(RollCallEntry.id)
        .join(Venue, Venue.id == RollCallEntry.venue_id)
        .where(RollCallEntry.enrolment_id == enrolment_id, Venue.session_id == session_id)
        .exists()
    )
    query = (
        sa.select(
            Coverage.intervals,
            Coverage.offline_intervals,
            Coverage.uncredited,
            sa.func.coalesce(Coverage.covered_seconds, 0.0),
            sa.func.coalesce(Coverage.position, 0.0),
            Coverage.threshold_met_at,
            SessionCredit.met_at,
            has_place,
        )
        .select_from(Enrolment)
        .outerjoin(Coverage, both)
        .outerjoin(
            SessionCredit,
            joins_credit(Enrolment.id, session_id, ParticipationKind.SELF_DECLARED),
        )
        .where(Enrolment.id == enrolment_id)
    )
    intervals, offline, uncredited, *rest = db.session.execute(query).one()
    return Watched(as_intervals(intervals), as_intervals(offline), uncredited or [], *rest)


def as_intervals(stored: Iterable[Any] | None) -> list[Interval]:
    """Intervals as stored in JSON, as pairs again."""
    return [(start, end) for start, end in stored or ()]


def is_watched(session_id: int) -> bool:
    """Whether anybody has watched any second of a session."""
    query = sa.select(Coverage.enrolment_id).where(
        Coverage.session_id == session_id, Coverage.covered_seconds > 0
    )
    return db.session.scalar(query.limit(1)) is not None


def is_attended(run_id: int) -> bool:
    """Whether anybody was at a run, or a venue follows it."""
    queries = (
        sa.select(RunAttendance.run_id).where(RunAttendance.run_id == run_id),
        sa.select(SessionCredit.run_id).where(SessionCredit.run_id == run_id),
        sa.select(Venue.run_id).where(Venue.run_id == run_id),
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in queries)


def load_page_parts(session: TrainingSession) -> None:
    """Fetch a session's files and speakers, and a live one's runs, so that its page need not ask
    one by one."""
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
    if session.kind.is_live:
        query = query.options(selectinload(TrainingSession.runs))
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


def get_curve(session: TrainingSession) -> Curve:
    """How a recording was watched by all its viewers; read as a stream, kept nowhere."""
    query = (
        sa.select(Coverage.intervals, Coverage.position)
        .where(Coverage.session_id == session.id, Coverage.covered_seconds > 0)
        .execution_options(yield_per=2000)
    )
    rows = db.session.execute(query)
    return viewing_curve(
        ((as_intervals(intervals), position) for intervals, position in rows),
        session.duration_seconds or 1.0,
    )
