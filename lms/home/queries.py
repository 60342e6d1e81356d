"""Everything a member's first page needs, in a handful of statements whatever the number of
campaigns: studies with quiz and essay beside them, sessions with coverage, materials opened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from lms.base import clock
from lms.base.errors import NotFound
from lms.essays.models import Essay, EssayDraft, EssaySubmission, EssayTask
from lms.extensions import db
from lms.marking.models import MarkingAssignment
from lms.people.models import Membership, MembershipKind
from lms.quizzes.models import Quiz, QuizAttempt
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Material,
    MaterialOpening,
    ParticipationKind,
    SessionRun,
    TrainingSession,
)
from lms.training.queries.enrolments import Study, studies
from lms.training.queries.materials import is_published
from lms.units.models import UnitVersion
from lms.units.queries import is_present, valid_on
from lms.viewing.meeting import Way, best_way
from lms.viewing.models import Coverage, SessionCredit
from lms.viewing.queries.credits import stands_for


@dataclass(frozen=True)
class QuizState:
    """The quiz of a campaign and how far the member is with it."""

    title: str
    question_count: int
    attempts_allowed: int
    attempts_made: int
    is_under_way: bool

    @property
    def attempts_left(self) -> int:
        """How often it may still be begun."""
        return max(self.attempts_allowed - self.attempts_made, 0)


@dataclass(frozen=True)
class EssayState:
    """The member's essay: the newest draft and what was handed in."""

    draft_saved_at: datetime | None
    draft_words: int | None
    submitted_at: datetime | None
    submitted_words: int | None


@dataclass(frozen=True)
class SessionState:
    """A published session with what the member has watched of it ([start, end] seconds), and the
    way by which it counts as met."""

    session: TrainingSession
    intervals: list[tuple[float, float]]
    covered_seconds: float
    position: float
    way: Way | None = None

    @property
    def met_by(self) -> ParticipationKind | None:
        """The kind by which it counts as met; None while it does not."""
        return self.way.kind if self.way else None

    @property
    def ratio(self) -> float:
        duration = self.session.duration_seconds
        return min(self.covered_seconds / duration, 1.0) if duration else 0.0


@dataclass(frozen=True)
class MaterialState:
    """A published material and when the member first opened it."""

    material: Material
    opened_at: datetime | None


@dataclass
class StudyCard:
    """One study with everything its task list shows."""

    study: Study
    quiz: QuizState | None
    has_essay_task: bool
    essay: EssayState
    sessions: list[SessionState] = field(default_factory=list)
    materials: list[MaterialState] = field(default_factory=list)

    @property
    def is_ahead(self) -> bool:
        """Whether the campaign is open and has not begun yet."""
        campaign = self.study.campaign
        return campaign.state is CampaignState.OPEN and clock.now() < campaign.opens_at

    @property
    def is_waited_for(self) -> bool:
        """Whether anybody waits for this member to go on: excused and volunteers are free."""
        return self.study.enrolment.is_required


def list_cards(member_id: int, campaign_id: int | None = None) -> Sequence[StudyCard]:
    """A member's studies, or the one of a campaign; three statements, the one due first on top."""
    attempts = (
        sa.select(
            QuizAttempt.enrolment_id,
            sa.func.count().label("made"),
            sa.func.sum(sa.case((QuizAttempt.submitted_at.is_(None), 1), else_=0)).label("open"),
        )
        .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
        .where(Enrolment.member_id == member_id)
        .group_by(QuizAttempt.enrolment_id)
        .subquery()
    )
    submission = aliased(EssaySubmission)
    newest = (
        sa.select(sa.func.max(EssaySubmission.number))
        .where(EssaySubmission.enrolment_id == Enrolment.id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    query = (
        studies()
        .add_columns(
            Quiz.title,
            Quiz.question_count,
            Quiz.attempts_allowed,
            attempts.c.made,
            attempts.c.open,
            EssayTask.id,
            EssayDraft.saved_at,
            EssayDraft.word_count,
            submission.submitted_at,
            submission.word_count,
        )
        .outerjoin(Quiz, Quiz.campaign_id == Campaign.id)
        .outerjoin(attempts, attempts.c.enrolment_id == Enrolment.id)
        .outerjoin(EssayTask, EssayTask.campaign_id == Campaign.id)
        .outerjoin(Essay, Essay.enrolment_id == Enrolment.id)
        .outerjoin(
            EssayDraft,
            sa.and_(EssayDraft.essay_id == Essay.id, EssayDraft.revision == Essay.revision),
        )
        .outerjoin(
            submission,
            sa.and_(submission.enrolment_id == Enrolment.id, submission.number == newest),
        )
        .where(Enrolment.member_id == member_id)
        .order_by(Enrolment.due_at, Enrolment.id)
    )
    if campaign_id is not None:
        query = query.where(Enrolment.campaign_id == campaign_id)
    cards = {
        row[0].campaign_id: StudyCard(
            study=Study(row[0], row[0].campaign, row[1]),
            quiz=QuizState(row[2], row[3], row[4], row[5] or 0, bool(row[6])) if row[2] else None,
            has_essay_task=row[7] is not None,
            essay=EssayState(*row[8:]),
        )
        for row in db.session.execute(query)
    }
    _add_sessions(cards, member_id)
    _add_materials(cards, member_id)
    return list(cards.values())


def get_card(member_id: int, campaign_id: int) -> StudyCard:
    """A member's study of one campaign; NotFound when they are not enrolled."""
    cards = list_cards(member_id, campaign_id)
    if not cards:
        raise NotFound
    return cards[0]


def _add_sessions(cards: dict[int, StudyCard], member_id: int) -> None:
    """Sessions with coverage, credits and runs in one statement: a row for each credit and run."""
    if not cards:
        return
    query = (
        sa.select(
            TrainingSession,
            SessionRun,
            SessionCredit.met_at,
            SessionCredit.kind,
            Coverage.intervals,
            Coverage.covered_seconds,
            Coverage.position,
        )
        .join(
            Enrolment,
            sa.and_(
                Enrolment.campaign_id == TrainingSession.campaign_id,
                Enrolment.member_id == member_id,
            ),
        )
        .outerjoin(SessionRun, SessionRun.session_id == TrainingSession.id)
        .outerjoin(SessionCredit, stands_for(Enrolment.id, TrainingSession.id))
        .outerjoin(
            Coverage,
            sa.and_(
                Coverage.enrolment_id == Enrolment.id, Coverage.session_id == TrainingSession.id
            ),
        )
        .where(
            TrainingSession.campaign_id.in_(list(cards)),
            TrainingSession.published_at <= clock.now(),
        )
        .order_by(TrainingSession.position, TrainingSession.id, SessionRun.starts_at, SessionRun.id)
    )
    rows = db.session.execute(query).all()
    for session, of_session in groupby(rows, key=lambda row: row[0]):
        found = list(of_session)
        runs = dict.fromkeys(row[1] for row in found if row[1] is not None)
        set_committed_value(session, "runs", list(runs))
        ways = {Way(row[2], row[3]) for row in found if row[2] is not None}
        intervals, covered, position = found[0][4:]
        study = cards[session.campaign_id].study
        cards[session.campaign_id].sessions.append(
            SessionState(
                session,
                [(start, end) for start, end in intervals or []],
                covered or 0.0,
                position or 0.0,
                best_way(ways, study.enrolment.due_at, study.requirement.accepts),
            )
        )


def _add_materials(cards: dict[int, StudyCard], member_id: int) -> None:
    if not cards:
        return
    query = (
        sa.select(Material, TrainingSession.campaign_id, MaterialOpening.opened_at)
        .join(TrainingSession, TrainingSession.id == Material.session_id)
        .join(
            Enrolment,
            sa.and_(
                Enrolment.campaign_id == TrainingSession.campaign_id,
                Enrolment.member_id == member_id,
            ),
        )
        .outerjoin(
            MaterialOpening,
            sa.and_(
                MaterialOpening.material_id == Material.id,
                MaterialOpening.enrolment_id == Enrolment.id,
            ),
        )
        .where(
            TrainingSession.campaign_id.in_(list(cards)),
            is_published(),
        )
        .options(joinedload(Material.file))
        .order_by(TrainingSession.position, Material.position, Material.id)
    )
    for material, campaign_id, opened_at in db.session.execute(query):
        cards[campaign_id].materials.append(MaterialState(material, opened_at))


def count_to_mark(account_id: int) -> int:
    """How many essays wait for a reviewer."""
    query = sa.select(sa.func.count()).where(
        MarkingAssignment.reviewer_id == account_id,
        MarkingAssignment.finished_at.is_(None),
        MarkingAssignment.passed_on_at.is_(None),
    )
    return db.session.scalar(query) or 0


def find_place(member_id: int) -> tuple[str, str | None] | None:
    """Where a member belongs: their unit's name and that of the unit above it."""
    above = aliased(UnitVersion)
    query = (
        sa.select(UnitVersion.short_name, above.short_name)
        .join(Membership, Membership.unit_id == UnitVersion.unit_id)
        .outerjoin(above, sa.and_(above.unit_id == UnitVersion.parent_id, is_present(of=above)))
        .where(
            Membership.member_id == member_id,
            Membership.kind == MembershipKind.MAIN,
            valid_on(Membership),
            is_present(),
        )
    )
    row: Any = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def asked_for(sessions: Iterable[SessionState]) -> list[SessionState]:
    """The sessions that count and can be met: with a recording, or with an hour."""
    return [
        s for s in sessions if s.session.is_required and (s.session.is_watchable or s.session.runs)
    ]
