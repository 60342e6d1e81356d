"""The evidence of one enrolment's sessions: what was credited, by which kind, when, by whom."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock
from lms.base.errors import NotFound
from lms.base.paging import AnySelect
from lms.extensions import db
from lms.people.models import Account, Member
from lms.people.queries import is_found_by, present_unit_of
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    SessionRun,
    TrainingSession,
)
from lms.training.queries.enrolments import Study, studies
from lms.units.models import UnitVersion
from lms.units.queries import Scope
from lms.viewing.coverage import seconds_asked
from lms.viewing.models import Coverage, RollCallEntry, RunAttendance, SessionCredit, Venue


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One credit with who attested it and who took it back."""

    credit: SessionCredit
    recorded_by: str | None
    revoked_by: str | None


@dataclass(slots=True)
class SessionEvidence:
    """All that is known of one session for one enrolment."""

    session: TrainingSession
    coverage: Coverage | None
    credits: list[CreditLine] = field(default_factory=list)
    runs: list[tuple[SessionRun, RunAttendance]] = field(default_factory=list)
    lists: list[tuple[Venue, RollCallEntry]] = field(default_factory=list)

    def missing_seconds(self, least: float) -> float:
        """How much of the recording is still to be watched for a least share of it (0–1)."""
        covered = self.coverage.covered_seconds if self.coverage else 0.0
        return max(0.0, seconds_asked(self.session.duration_seconds or 0.0, least) - covered)


@dataclass(frozen=True, slots=True)
class PersonStudy:
    """A study with whose it is."""

    study: Study
    member: Member
    unit_name: str


def get_person_study(enrolment_id: int, scope: Scope) -> PersonStudy:
    """A study of somebody whose unit lies in the scope; NotFound otherwise."""
    query = (
        studies()
        .add_columns(Member, UnitVersion.name)
        .join(Member, Member.id == Enrolment.member_id)
        .join(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .where(Enrolment.id == enrolment_id, scope.condition())
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    enrolment, requirement, member, unit_name = row
    return PersonStudy(Study(enrolment, enrolment.campaign, requirement), member, unit_name)


def list_evidence(study: Study, session_id: int | None = None) -> list[SessionEvidence]:
    """The published sessions of a study with their evidence, or the one; four statements."""
    enrolment_id = study.enrolment.id
    query = (
        sa.select(TrainingSession, Coverage)
        .outerjoin(
            Coverage,
            sa.and_(
                Coverage.session_id == TrainingSession.id, Coverage.enrolment_id == enrolment_id
            ),
        )
        .where(
            TrainingSession.campaign_id == study.campaign.id,
            TrainingSession.published_at <= clock.now(),
        )
        .order_by(TrainingSession.position, TrainingSession.id)
    )
    if session_id is not None:
        query = query.where(TrainingSession.id == session_id)
    found = {
        session.id: SessionEvidence(session, coverage)
        for session, coverage in db.session.execute(query)
    }
    for name, rows in (
        ("credits", _credits(enrolment_id)),
        ("runs", _runs(enrolment_id)),
        ("lists", _lists(enrolment_id)),
    ):
        for of_session, entries in rows.items():
            if of_session in found:
                setattr(found[of_session], name, entries)
    return list(found.values())


def _credits(enrolment_id: int) -> dict[int, list[CreditLine]]:
    recorder, revoker = aliased(Account), aliased(Account)
    query = (
        sa.select(SessionCredit, recorder.display_name, revoker.display_name)
        .outerjoin(recorder, recorder.id == SessionCredit.recorded_by_id)
        .outerjoin(revoker, revoker.id == SessionCredit.revoked_by_id)
        .where(SessionCredit.enrolment_id == enrolment_id)
        .order_by(SessionCredit.met_at, SessionCredit.id)
    )
    lines: dict[int, list[CreditLine]] = defaultdict(list)
    for row in db.session.execute(query):
        lines[row[0].session_id].append(CreditLine(*row))
    return lines


def _runs(enrolment_id: int) -> dict[int, list[Any]]:
    query = (
        sa.select(SessionRun, RunAttendance)
        .join(RunAttendance, RunAttendance.run_id == SessionRun.id)
        .where(RunAttendance.enrolment_id == enrolment_id)
        .order_by(SessionRun.starts_at)
    )
    lines: dict[int, list[Any]] = defaultdict(list)
    for run, attendance in db.session.execute(query):
        lines[run.session_id].append((run, attendance))
    return lines


def _lists(enrolment_id: int) -> dict[int, list[Any]]:
    query = (
        sa.select(Venue, RollCallEntry)
        .join(RollCallEntry, RollCallEntry.venue_id == Venue.id)
        .where(RollCallEntry.enrolment_id == enrolment_id, Venue.cancelled_at.is_(None))
        .order_by(Venue.starts_at)
    )
    lines: dict[int, list[Any]] = defaultdict(list)
    for venue, entry in db.session.execute(query):
        lines[venue.session_id].append((venue, entry))
    return lines


def names_to_attest(scope: Scope, search: str) -> AnySelect:
    """People of the scope in campaigns under way whose sessions are not met yet: rows of
    (enrolment, member, unit's short name, campaign's name)."""
    moment = clock.now()
    query: Any = (
        sa.select(Enrolment, Member, UnitVersion.short_name, Campaign.name)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .join(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .where(
            scope.condition(),
            Campaign.state == CampaignState.OPEN,
            Campaign.opens_at <= moment,
            Campaign.closes_at >= moment,
            Enrolment.withdrawn_at.is_(None),
            Enrolment.sessions_met_at.is_(None),
        )
        .order_by(Campaign.id, UnitVersion.path, Member.sort_key, Member.id)
    )
    return query.where(is_found_by(search))


def get_attested_credit(credit_id: int, enrolment_id: int) -> SessionCredit:
    """A standing credit of an enrolment; NotFound otherwise."""
    query = sa.select(SessionCredit).where(
        SessionCredit.id == credit_id,
        SessionCredit.enrolment_id == enrolment_id,
        SessionCredit.revoked_at.is_(None),
    )
    credit = db.session.scalar(query)
    if credit is None:
        raise NotFound
    return credit
