"""Reads for those who answer: a campaign's quiz, a member's attempts and what they may see of them.

What is shown before submission leaves here without any mark of what is right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base.errors import NotFound
from lms.extensions import db
from lms.quizzes.models import QuestionKind, Quiz, QuizAttempt, QuizAttemptItem, QuizQuestion
from lms.quizzes.outcomes import GRACE, is_in_time, is_right, seconds_left, share
from lms.training.models import Campaign, CampaignState, Enrolment, Requirement
from lms.training.queries.enrolments import Study, is_open_now, studies


@dataclass(frozen=True)
class Sitting:
    """A member's attempt with its quiz and their study of the campaign."""

    attempt: QuizAttempt
    quiz: Quiz
    study: Study

    @property
    def ends_at(self) -> datetime:
        """When it stops taking answers: at the end of its time, or of the campaign if earlier."""
        return end_of(self.attempt.ends_at, self.study.campaign)

    def is_taking(self, now: datetime) -> bool:
        """Whether it still takes answers."""
        return self.attempt.submitted_at is None and takes_answers(
            self.attempt.ends_at, self.study.campaign, now
        )

    def seconds_left(self, now: datetime) -> int | None:
        """Until the end of its own time; None without a limit."""
        return seconds_left(self.attempt.ends_at, now)


@dataclass(frozen=True)
class Outcome:
    """What an attempt came to: as stored, or as it will be once somebody writes it down."""

    attempt: QuizAttempt
    right_count: int
    at: datetime

    @property
    def ratio(self) -> float:
        return share(self.right_count, self.attempt.question_count)


@dataclass(frozen=True)
class Answering:
    """What saving one answer needs to know, the attempt locked."""

    submitted_at: datetime | None
    ends_at: datetime | None
    campaign: Campaign
    kind: QuestionKind
    option_ids: frozenset[str]

    def is_taking(self, now: datetime) -> bool:
        return takes_answers(self.ends_at, self.campaign, now)


@dataclass(frozen=True)
class ShownOption:
    """An option on a page. `is_right` is None while it must not be told."""

    id: str
    text: str
    is_chosen: bool
    is_right: bool | None = None


@dataclass(frozen=True)
class ShownQuestion:
    """A question of an attempt on a page; `is_right` tells of the answer, after submission."""

    position: int
    kind: QuestionKind
    stem: str
    options: tuple[ShownOption, ...]
    answered_at: datetime | None
    is_right: bool | None = None

    @property
    def is_answered(self) -> bool:
        return any(option.is_chosen for option in self.options)


def takes_answers(ends_at: datetime | None, campaign: Campaign, now: datetime) -> bool:
    """Whether an attempt that nobody submitted takes answers; a slow line has a moment more."""
    return is_open_now(campaign) and is_in_time(ends_at, now)


def end_of(ends_at: datetime | None, campaign: Campaign) -> datetime:
    """The end of an attempt's time or of its campaign, whichever comes first."""
    ends = [campaign.closes_at]
    if campaign.state is CampaignState.CLOSED and campaign.closed_at is not None:
        ends.append(campaign.closed_at)
    return min([*ends, ends_at] if ends_at is not None else ends)


def quiz_of_campaign(campaign_id: int) -> Quiz | None:
    """The quiz of a campaign, if it has one."""
    return db.session.scalar(sa.select(Quiz).where(Quiz.campaign_id == campaign_id))


def get_quiz(campaign_id: int) -> Quiz:
    """The quiz of a campaign; NotFound without one."""
    quiz = quiz_of_campaign(campaign_id)
    if quiz is None:
        raise NotFound
    return quiz


def get_asked_quiz(study: Study) -> Quiz:
    """The quiz that a study asks for; NotFound where it asks for none, or there is none."""
    if not study.requirement.asks_quiz:
        raise NotFound
    return get_quiz(study.campaign.id)


def list_attempts(quiz_id: int, enrolment_id: int) -> Sequence[QuizAttempt]:
    """A member's attempts at a quiz, in their order."""
    query = (
        sa.select(QuizAttempt)
        .where(QuizAttempt.quiz_id == quiz_id, QuizAttempt.enrolment_id == enrolment_id)
        .order_by(QuizAttempt.number)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def get_sitting(member_id: int, attempt_id: int) -> Sitting:
    """A member's own attempt; NotFound for anybody else's, and where no quiz is asked for."""
    query = (
        studies()
        .join(QuizAttempt, QuizAttempt.enrolment_id == Enrolment.id)
        .join(Quiz, Quiz.id == QuizAttempt.quiz_id)
        .add_columns(QuizAttempt, Quiz)
        .where(
            Enrolment.member_id == member_id, QuizAttempt.id == attempt_id, Requirement.asks_quiz
        )
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    enrolment, requirement, attempt, quiz = row
    return Sitting(attempt, quiz, Study(enrolment, enrolment.campaign, requirement))


def get_enrolment_id(attempt_id: int, member_id: int | None = None) -> int:
    """Whose attempt it is. With a member, NotFound unless it is theirs."""
    query = sa.select(QuizAttempt.enrolment_id).where(QuizAttempt.id == attempt_id)
    if member_id is not None:
        query = query.join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id).where(
            Enrolment.member_id == member_id
        )
    enrolment_id = db.session.scalar(query)
    if enrolment_id is None:
        raise NotFound
    return enrolment_id


def get_locked_sitting(study: Study, attempt_id: int) -> Sitting:
    """An attempt of a study that is locked, locked too until the transaction ends."""
    query = (
        sa.select(QuizAttempt, Quiz)
        .join(Quiz, Quiz.id == QuizAttempt.quiz_id)
        .where(QuizAttempt.id == attempt_id, QuizAttempt.enrolment_id == study.enrolment.id)
        .with_for_update(of=QuizAttempt)
        .execution_options(populate_existing=True)
    )
    attempt, quiz = db.session.execute(query).one()
    return Sitting(attempt, quiz, study)


_ANSWERING = (
    sa.select(
        QuizAttempt.submitted_at,
        QuizAttempt.ends_at,
        Campaign,
        QuizAttemptItem.kind,
        QuizAttemptItem.options,
    )
    .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
    .join(Campaign, Campaign.id == Enrolment.campaign_id)
    .join(
        Requirement,
        sa.and_(
            Requirement.campaign_id == Enrolment.campaign_id,
            Requirement.audience_id == Enrolment.audience_id,
        ),
    )
    .join(QuizAttemptItem, QuizAttemptItem.attempt_id == QuizAttempt.id)
    .where(
        QuizAttempt.id == sa.bindparam("attempt_id"),
        Requirement.asks_quiz,
        Enrolment.member_id == sa.bindparam("member_id"),
        Enrolment.withdrawn_at.is_(None),
        Campaign.state != CampaignState.DRAFT,
        QuizAttemptItem.position == sa.bindparam("position"),
    )
    .with_for_update(of=QuizAttempt, key_share=True)
)


def get_answering(member_id: int, attempt_id: int, position: int) -> Answering:
    """One question of a member's own attempt, the attempt locked, in one statement.

    NotFound for anybody else's attempt, for a position it does not have, and where no quiz is
    asked for.
    """
    row = db.session.execute(
        _ANSWERING,
        {"member_id": member_id, "attempt_id": attempt_id, "position": position},
    ).first()
    if row is None:
        raise NotFound
    submitted_at, ends_at, campaign, kind, options = row
    ids = frozenset(option["id"] for option in options)
    return Answering(submitted_at, ends_at, campaign, kind, ids)


def list_items(attempt_id: int) -> Sequence[QuizAttemptItem]:
    """The questions of an attempt as frozen, what is right included: for services."""
    query = (
        sa.select(QuizAttemptItem)
        .where(QuizAttemptItem.attempt_id == attempt_id)
        .order_by(QuizAttemptItem.position)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def list_shown(attempt_id: int, *, marks: bool = False, right: bool = False) -> list[ShownQuestion]:
    """The questions of an attempt for a page, one statement.

    `marks` tells which answers are right (all about a question that is), `right` the right
    options of every question; a page before submission asks for neither.
    """
    query = (
        sa.select(
            QuizAttemptItem.position,
            QuizAttemptItem.kind,
            QuizAttemptItem.stem,
            QuizAttemptItem.options,
            QuizAttemptItem.chosen,
            QuizAttemptItem.answered_at,
        )
        .where(QuizAttemptItem.attempt_id == attempt_id)
        .order_by(QuizAttemptItem.position)
    )
    shown = []
    for position, kind, stem, options, chosen, answered_at in db.session.execute(query):
        mark = is_right(options, chosen) if marks else None
        told = tuple(_shown(option, chosen, right or mark is True) for option in options)
        shown.append(ShownQuestion(position, kind, stem, told, answered_at, mark))
    return shown


def _shown(option: dict[str, Any], chosen: list[str], right: bool) -> ShownOption:
    told = bool(option["is_right"]) if right else None
    return ShownOption(option["id"], option["text"], option["id"] in chosen, told)


def list_outcomes(attempts: Iterable[QuizAttempt], campaign: Campaign) -> list[Outcome]:
    """What attempts came to that take answers no more; at most one statement."""
    attempts = list(attempts)
    unmarked = [attempt.id for attempt in attempts if attempt.submitted_at is None]
    right = dict.fromkeys(unmarked, 0)
    if unmarked:
        query = sa.select(
            QuizAttemptItem.attempt_id, QuizAttemptItem.options, QuizAttemptItem.chosen
        ).where(QuizAttemptItem.attempt_id.in_(unmarked))
        for attempt_id, options, chosen in db.session.execute(query):
            right[attempt_id] += is_right(options, chosen)
    return [
        Outcome(attempt, right[attempt.id], end_of(attempt.ends_at, campaign))
        if attempt.submitted_at is None
        else Outcome(attempt, attempt.right_count or 0, attempt.submitted_at)
        for attempt in attempts
    ]


def list_question_ids(bank_id: int) -> Sequence[int]:
    """Ids of the questions that can be drawn, in the bank's order."""
    query = (
        sa.select(QuizQuestion.id)
        .where(QuizQuestion.bank_id == bank_id, QuizQuestion.retired_at.is_(None))
        .order_by(QuizQuestion.position, QuizQuestion.id)
    )
    return db.session.scalars(query).all()


def get_questions(ids: Sequence[int]) -> list[QuizQuestion]:
    """Questions in the order of the ids."""
    query = sa.select(QuizQuestion).where(QuizQuestion.id.in_(ids))
    found = {question.id: question for question in db.session.scalars(query)}
    return [found[one] for one in ids]


def list_run_out(
    now: datetime, after_id: int, limit: int, campaign_id: int | None = None
) -> Sequence[int]:
    """Ids (above one) of attempts that take answers no more and that nobody has marked."""
    query = (
        sa.select(QuizAttempt.id)
        .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(
            QuizAttempt.id > after_id,
            QuizAttempt.submitted_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            sa.or_(
                QuizAttempt.ends_at < now - GRACE,
                Campaign.closes_at < now,
                Campaign.state == CampaignState.CLOSED,
            ),
        )
        .order_by(QuizAttempt.id)
        .limit(limit)
    )
    if campaign_id is not None:
        query = query.where(Enrolment.campaign_id == campaign_id)
    return db.session.scalars(query).all()
