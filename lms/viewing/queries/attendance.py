"""Reads of presence at runs: what a presence beacon needs, and what pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base.errors import NotFound
from lms.extensions import db
from lms.people.queries import live_sign_in
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Requirement,
    SessionKind,
    SessionRun,
    TrainingSession,
)
from lms.viewing.allowance import ClockState
from lms.viewing.coverage import Interval
from lms.viewing.grants import Grant
from lms.viewing.models import RunAttendance, ViewingClock


@dataclass(frozen=True, slots=True)
class Presence:
    """One enrolment at one run of a stream, as a presence beacon finds it."""

    is_signed_in: bool
    is_open: bool
    least_coverage: float
    starts_at: datetime
    counts_until: datetime
    intervals: list[Interval]
    is_new: bool
    threshold_met_at: datetime | None
    clock: ClockState | None

    @property
    def seconds(self) -> float:
        """The run's length, as SessionRun.seconds has it."""
        return max(0.0, (self.counts_until - self.starts_at).total_seconds())


def find_presence(grant: Grant, token_hash: str, run_id: int, now: datetime) -> Presence | None:
    """What a presence beacon finds, in one statement; None if what was granted is gone."""
    row = db.session.execute(
        sa.select(
            live_sign_in(token_hash, now).exists(),
            Campaign.state,
            Campaign.opens_at,
            Campaign.closes_at,
            Requirement.least_coverage,
            SessionRun.starts_at,
            SessionRun.ends_at,
            SessionRun.ended_at,
            RunAttendance.intervals,
            RunAttendance.threshold_met_at,
            ViewingClock.updated_at,
            ViewingClock.unspent_seconds,
            ViewingClock.grace_seconds,
            ViewingClock.idle_seconds,
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
        .join(SessionRun, SessionRun.session_id == TrainingSession.id)
        .outerjoin(
            RunAttendance,
            sa.and_(
                RunAttendance.enrolment_id == Enrolment.id, RunAttendance.run_id == SessionRun.id
            ),
        )
        .outerjoin(ViewingClock, ViewingClock.member_id == Enrolment.member_id)
        .where(
            Enrolment.id == grant.enrolment_id,
            Enrolment.member_id == grant.member_id,
            Enrolment.withdrawn_at.is_(None),
            TrainingSession.id == grant.session_id,
            TrainingSession.kind == SessionKind.LIVE_STREAM,
            SessionRun.id == run_id,
        )
    ).first()
    if row is None:
        return None
    is_signed_in, state, opens_at, campaign_closes_at, least, starts_at, ends_at, ended_at = row[:8]
    intervals, threshold_met_at, *kept_clock = row[8:]
    return Presence(
        is_signed_in,
        state is CampaignState.OPEN and opens_at <= now <= campaign_closes_at,
        least,
        starts_at,
        min(ends_at, ended_at or ends_at),
        [(start, end) for start, end in intervals or ()],
        intervals is None,
        threshold_met_at,
        ClockState(*kept_clock) if kept_clock[0] is not None else None,
    )


def get_run(session: TrainingSession, run_id: int) -> SessionRun:
    """A run of this session; NotFound otherwise."""
    run = db.session.get(SessionRun, run_id)
    if run is None or run.session_id != session.id:
        raise NotFound
    return run


def find_attendance(enrolment_id: int, run_id: int) -> RunAttendance | None:
    """What is kept of an enrolment's presence at a run."""
    return db.session.get(RunAttendance, (enrolment_id, run_id))


def list_short_of_end(run: SessionRun, after_id: int, limit: int) -> Sequence[Any]:
    """Rows (enrolment id, covered seconds, asked share) of those at a run whose share was not
    reached yet, in the order of their enrolments, from the one after `after_id` on."""
    query = (
        sa.select(
            RunAttendance.enrolment_id, RunAttendance.covered_seconds, Requirement.least_coverage
        )
        .join(Enrolment, Enrolment.id == RunAttendance.enrolment_id)
        .join(
            Requirement,
            sa.and_(
                Requirement.campaign_id == Enrolment.campaign_id,
                Requirement.audience_id == Enrolment.audience_id,
            ),
        )
        .where(
            RunAttendance.run_id == run.id,
            RunAttendance.enrolment_id > after_id,
            RunAttendance.threshold_met_at.is_(None),
            RunAttendance.covered_seconds > 0,
            Enrolment.withdrawn_at.is_(None),
        )
        .order_by(RunAttendance.enrolment_id)
        .limit(limit)
    )
    return db.session.execute(query).all()
