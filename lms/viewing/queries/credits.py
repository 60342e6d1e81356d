"""Reads of credits: how each session of a campaign was met."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.extensions import db
from lms.training.models import (
    Enrolment,
    ParticipationKind,
    TrainingSession,
)
from lms.viewing.coverage import ratio
from lms.viewing.meeting import Way
from lms.viewing.models import Coverage, SessionCredit


def stands_for(enrolment_id: Any, session_id: Any) -> Any:
    """The condition of the credits that stand for an enrolment and a session."""
    return sa.and_(
        SessionCredit.enrolment_id == enrolment_id,
        SessionCredit.session_id == session_id,
        SessionCredit.revoked_at.is_(None),
    )


def joins_credit(enrolment_id: Any, session_id: Any, kind: ParticipationKind) -> Any:
    """The condition that joins the standing credit of one kind (at most one row)."""
    return sa.and_(stands_for(enrolment_id, session_id), SessionCredit.kind == kind)


@dataclass(slots=True)
class RequiredPart:
    """How far one required session is met. Seconds of its recording, 0 without one."""

    duration: float
    covered_seconds: float
    ways: list[Way] = field(default_factory=list)

    @property
    def watched_ratio(self) -> float:
        """The watched share of the recording, 0–1."""
        return ratio(self.covered_seconds, self.duration)


def list_required_parts(enrolment_id: int) -> list[RequiredPart]:
    """Every required session of the enrolment's campaign, met or not, in two statements.

    Those whose recording or hour is still to come are among them: until then nobody has met all.
    """
    parts: dict[int, RequiredPart] = {}
    query = (
        sa.select(
            TrainingSession.id,
            sa.func.coalesce(TrainingSession.duration_seconds, 0.0),
            sa.func.coalesce(Coverage.covered_seconds, 0.0),
        )
        .select_from(Enrolment)
        .join(TrainingSession, TrainingSession.campaign_id == Enrolment.campaign_id)
        .outerjoin(
            Coverage,
            sa.and_(
                Coverage.enrolment_id == Enrolment.id, Coverage.session_id == TrainingSession.id
            ),
        )
        .where(Enrolment.id == enrolment_id, TrainingSession.is_required)
    )
    for session_id, duration, covered in db.session.execute(query):
        parts[session_id] = RequiredPart(duration, covered)
    for credit in list_credits([enrolment_id]):
        if credit.session_id in parts:
            parts[credit.session_id].ways.append(Way(credit.met_at, credit.kind))
    return list(parts.values())


@dataclass(frozen=True, slots=True)
class StandingCredit:
    """One credit that stands."""

    enrolment_id: int
    session_id: int
    kind: ParticipationKind
    met_at: datetime


def list_credits(enrolment_ids: Any) -> list[StandingCredit]:
    """The standing credits of enrolments (ids, or a select of them), the earliest first."""
    query = (
        sa.select(
            SessionCredit.enrolment_id,
            SessionCredit.session_id,
            SessionCredit.kind,
            SessionCredit.met_at,
        )
        .where(SessionCredit.enrolment_id.in_(enrolment_ids), SessionCredit.revoked_at.is_(None))
        .order_by(SessionCredit.met_at, SessionCredit.id)
    )
    return [StandingCredit(*row) for row in db.session.execute(query)]
