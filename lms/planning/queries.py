"""What the planner's pages need from several features at once, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from lms.base.errors import NotFound
from lms.base.paging import Page, fetch_page
from lms.essays.models import Essay, EssaySubmission, EssayTask, EssayVariantAudience
from lms.extensions import db
from lms.marking.models import MarkingAssignment
from lms.people.models import Account, Audience, Member
from lms.people.queries import is_found_by, members_of_audience, present_unit_of
from lms.quizzes.models import Quiz
from lms.training.models import Campaign, Enrolment, EnrolmentChange, Obligation
from lms.units.models import UnitVersion
from lms.units.queries import Scope, get_standing


@dataclass(frozen=True)
class Parts:
    """The quiz, the essay task and the audiences that its variants reach."""

    quiz_title: str | None
    question_count: int
    essay_title: str | None
    audiences_with_variant: frozenset[int]


def get_parts(campaign_id: int) -> Parts:
    """Quiz and essay task of a campaign, as far as there are any."""
    quiz = db.session.execute(
        sa.select(Quiz.title, Quiz.question_count).where(Quiz.campaign_id == campaign_id)
    ).first()
    rows = db.session.execute(
        sa.select(EssayTask.title, EssayVariantAudience.audience_id)
        .outerjoin(EssayVariantAudience, EssayVariantAudience.task_id == EssayTask.id)
        .where(EssayTask.campaign_id == campaign_id)
    ).all()
    return Parts(
        quiz_title=quiz.title if quiz else None,
        question_count=quiz.question_count if quiz else 0,
        essay_title=rows[0].title if rows else None,
        audiences_with_variant=frozenset(
            row.audience_id for row in rows if row.audience_id is not None
        ),
    )


@dataclass(frozen=True)
class Counts:
    """How far an opened campaign is, over the enrolments that were not withdrawn."""

    enrolled: int = 0
    required: int = 0
    fulfilled: int = 0
    submitted: int = 0
    allocated: int = 0
    released: int = 0


def get_counts(campaign_id: int) -> Counts:
    """The figures of the board, in one statement."""
    allocated = (
        sa.select(EssaySubmission.id)
        .join(Essay, Essay.id == EssaySubmission.essay_id)
        .join(MarkingAssignment, MarkingAssignment.submission_id == EssaySubmission.id)
        .where(Essay.enrolment_id == Enrolment.id, MarkingAssignment.passed_on_at.is_(None))
        .exists()
    )
    required = sa.and_(Enrolment.obligation == Obligation.REQUIRED, Enrolment.excused_at.is_(None))
    query = sa.select(
        sa.func.count(Enrolment.id),
        sa.func.count(sa.case((required, 1))),
        sa.func.count(sa.case((sa.and_(required, Enrolment.fulfilled_at.is_not(None)), 1))),
        sa.func.count(Enrolment.essay_submitted_at),
        sa.func.count(sa.case((allocated, 1))),
        sa.func.count(Enrolment.essay_released_at),
    ).where(Enrolment.campaign_id == campaign_id, Enrolment.withdrawn_at.is_(None))
    return Counts(*db.session.execute(query).one())


class EnrolmentFilter(StrEnum):
    """Which enrolments of a campaign a list shows."""

    ALL = "all"
    UNFULFILLED = "unfulfilled"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"


def list_enrolments(
    campaign: Campaign, text: str, chosen: EnrolmentFilter, number: int
) -> Page[Any]:
    """(Enrolment with its member, name of the audience, short name of the unit), by name."""
    query = (
        sa.select(Enrolment, Audience.name, UnitVersion.short_name)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Audience, Audience.id == Enrolment.audience_id)
        .join(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .where(Enrolment.campaign_id == campaign.id)
        .options(contains_eager(Enrolment.member))
        .order_by(Member.sort_key, Member.id)
    )
    if chosen is EnrolmentFilter.UNFULFILLED:
        query = query.where(
            Enrolment.obligation == Obligation.REQUIRED,
            Enrolment.fulfilled_at.is_(None),
            Enrolment.excused_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
        )
    elif chosen is EnrolmentFilter.EXCUSED:
        query = query.where(Enrolment.excused_at.is_not(None))
    elif chosen is EnrolmentFilter.WITHDRAWN:
        query = query.where(Enrolment.withdrawn_at.is_not(None))
    query = query.where(is_found_by(text))
    return fetch_page(query, number)


@dataclass(frozen=True)
class EnrolmentDetail:
    """One enrolment with the names around it and every change made to it."""

    enrolment: Enrolment
    audience_name: str
    unit_name: str
    changes: Sequence[tuple[EnrolmentChange, str | None]]
    """Newest first, each with the name of who made it."""


def get_enrolment_detail(campaign: Campaign, enrolment_id: int) -> EnrolmentDetail:
    """An enrolment of a campaign; NotFound if it belongs to another."""
    query = (
        sa.select(Enrolment, Audience.name, UnitVersion.name)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Audience, Audience.id == Enrolment.audience_id)
        .join(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .where(Enrolment.id == enrolment_id, Enrolment.campaign_id == campaign.id)
        .options(contains_eager(Enrolment.member))
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    changes: Any = db.session.execute(
        sa.select(EnrolmentChange, Account.display_name)
        .outerjoin(Account, Account.id == EnrolmentChange.actor_id)
        .where(EnrolmentChange.enrolment_id == enrolment_id)
        .order_by(EnrolmentChange.id.desc())
    ).all()
    return EnrolmentDetail(*row, changes=changes)


def list_concerned(campaign: Campaign, audience_id: int | None, number: int) -> Page[Any]:
    """(Member, unit short name, unit id) behind a count of the opening's preview: people below the
    campaign's unit in an audience (None: in no audience) who are not enrolled."""
    below = Scope.of([get_standing(campaign.unit_id).path])
    enrolled = sa.select(Enrolment.member_id).where(Enrolment.campaign_id == campaign.id)
    query = members_of_audience(below, audience_id).where(Member.id.not_in(enrolled))
    return fetch_page(query, number)
