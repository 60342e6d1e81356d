"""Reads for the page of the audit record: what its subjects are called, and whom a name means."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base.paging import AnySelect
from lms.base.vietnamese import fold
from lms.essays.models import EssaySubmission, EssayTask, EssayVariant
from lms.extensions import db
from lms.marking.models import Mark, MarkingAssignment
from lms.people.models import Account, Audience, Member, Membership, MembershipKind
from lms.quizzes.models import QuestionBank, Quiz, QuizAttempt, QuizQuestion
from lms.training.models import Campaign, Directive, Enrolment, Material, TrainingSession
from lms.units.models import UnitVersion
from lms.units.queries import is_present, present_of, valid_on
from lms.viewing.models import Venue

MOST_PEOPLE = 200
"""More people than this behind one typed name are too many to look for."""


@dataclass(frozen=True)
class Subject:
    """What a record is about, in words. `member_id` and the like say where a link may lead."""

    text: str
    kind: str
    id: int
    unit_path: str | None = None


Names = dict[str, Subject]


def name_subjects(subjects: Iterable[str]) -> Names:
    """Names of subjects (kind:id), one statement per kind. One that is gone is left out.

    Essays and marks are named by their campaign alone: marking is blind.
    """
    by_kind: dict[str, set[int]] = {}
    for subject in subjects:
        kind, _colon, raw = subject.partition(":")
        if raw.isdecimal():
            by_kind.setdefault(kind, set()).add(int(raw))
    names: Names = {}
    for kind, ids in by_kind.items():
        if kind in _READERS:
            for row in db.session.execute(_READERS[kind](ids)):
                path = row.path if "path" in row._fields else None
                names[f"{kind}:{row.id}"] = Subject(str(row.text), kind, row.id, path)
    return names


def find_people(text: str) -> tuple[list[int], list[int]] | None:
    """(account ids, member ids) of people whose name or card number holds the text; None when
    they are too many."""
    words = fold(text).split()
    conditions = [
        sa.or_(
            Member.fold.contains(word, autoescape=True), Member.code.contains(word, autoescape=True)
        )
        for word in words
    ]
    members = db.session.scalars(sa.select(Member.id).where(*conditions).limit(MOST_PEOPLE + 1))
    member_ids = list(members)
    outside = db.session.execute(
        sa.select(Account.id, Account.display_name).where(Account.member_id.is_(None))
    )
    account_ids = [i for i, name in outside if all(word in fold(name) for word in words)]
    if len(member_ids) > MOST_PEOPLE or len(account_ids) > MOST_PEOPLE:
        return None
    own = db.session.scalars(sa.select(Account.id).where(Account.member_id.in_(member_ids)))
    return [*account_ids, *own], member_ids


def subjects_of(account_ids: Sequence[int], member_ids: Sequence[int]) -> list[str]:
    """Every subject under which acts on these people are recorded: they, their accounts, and
    their enrolments."""
    enrolments = db.session.scalars(
        sa.select(Enrolment.id).where(Enrolment.member_id.in_(member_ids))
    )
    return [
        *(f"member:{one}" for one in member_ids),
        *(f"account:{one}" for one in account_ids),
        *(f"enrolment:{one}" for one in enrolments),
    ]


def name_units(unit_ids: Iterable[int]) -> dict[int, str]:
    """Present names of units, and the last names of those dissolved."""
    query = (
        sa.select(UnitVersion.unit_id, UnitVersion.name)
        .where(UnitVersion.unit_id.in_(set(unit_ids)))
        .order_by(UnitVersion.valid_from)
    )
    return {row.unit_id: row.name for row in db.session.execute(query)}


def _plain(model: Any, column: Any) -> Callable[[set[int]], AnySelect]:
    return lambda ids: sa.select(model.id, column.label("text")).where(model.id.in_(ids))


def _accounts(ids: set[int]) -> AnySelect:
    text = sa.func.coalesce(Member.name, Account.display_name).label("text")
    return (
        sa.select(Account.id, text)
        .outerjoin(Member, Member.id == Account.member_id)
        .where(Account.id.in_(ids))
    )


def _units(ids: set[int]) -> AnySelect:
    return sa.select(
        UnitVersion.unit_id.label("id"), UnitVersion.name.label("text"), UnitVersion.path
    ).where(UnitVersion.unit_id.in_(ids), is_present())


def _members(ids: set[int]) -> AnySelect:
    """A path stands only by those who belong to a unit now: the others have no page."""
    path = (
        sa.select(UnitVersion.path)
        .join(Membership, Membership.unit_id == UnitVersion.unit_id)
        .where(
            Membership.member_id == Member.id,
            Membership.kind == MembershipKind.MAIN,
            valid_on(Membership),
            is_present(),
        )
        .scalar_subquery()
    )
    known = sa.case((Member.left_on.is_(None), path))
    return sa.select(Member.id, Member.name.label("text"), known.label("path")).where(
        Member.id.in_(ids)
    )


def _campaigns(ids: set[int]) -> AnySelect:
    return (
        sa.select(Campaign.id, Campaign.name.label("text"), UnitVersion.path)
        .join(UnitVersion, present_of(Campaign.unit_id))
        .where(Campaign.id.in_(ids))
    )


def _enrolments(ids: set[int]) -> AnySelect:
    text = (Member.name + " · " + Campaign.name).label("text")
    return (
        sa.select(Enrolment.id, text)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(Enrolment.id.in_(ids))
    )


def _by_enrolment(model: Any) -> Callable[[set[int]], AnySelect]:
    return lambda ids: (
        sa.select(model.id, Campaign.name.label("text"))
        .join(Enrolment, Enrolment.id == model.enrolment_id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(model.id.in_(ids))
    )


def _by_submission(model: Any) -> Callable[[set[int]], AnySelect]:
    return lambda ids: (
        sa.select(model.id, Campaign.name.label("text"))
        .join(EssaySubmission, EssaySubmission.id == model.submission_id)
        .join(Enrolment, Enrolment.id == EssaySubmission.enrolment_id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(model.id.in_(ids))
    )


_READERS: dict[str, Callable[[set[int]], AnySelect]] = {
    "account": _accounts,
    "audience": _plain(Audience, Audience.name),
    "campaign": _campaigns,
    "directive": _plain(Directive, Directive.symbol),
    "enrolment": _enrolments,
    "essay_submission": _by_enrolment(EssaySubmission),
    "essay_task": _plain(EssayTask, EssayTask.title),
    "essay_variant": _plain(EssayVariant, EssayVariant.name),
    "mark": _by_submission(Mark),
    "marking_assignment": _by_submission(MarkingAssignment),
    "material": _plain(Material, Material.title),
    "member": _members,
    "question_bank": _plain(QuestionBank, QuestionBank.name),
    "quiz": _plain(Quiz, Quiz.title),
    "quiz_attempt": _by_enrolment(QuizAttempt),
    "quiz_question": _plain(QuizQuestion, QuizQuestion.stem),
    "session": _plain(TrainingSession, TrainingSession.title),
    "submission": _by_enrolment(EssaySubmission),
    "unit": _units,
    "venue": _plain(Venue, Venue.place),
}
