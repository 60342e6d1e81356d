"""Reads for those who write questions: banks, questions, imports and quizzes of a scope."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.base.errors import NotFound
from lms.base.paging import AnySelect
from lms.extensions import db
from lms.quizzes.models import QuestionBank, QuestionImport, Quiz, QuizAttempt, QuizQuestion
from lms.training.models import Campaign, CampaignState
from lms.units.models import UnitVersion
from lms.units.queries import Scope, present_of


@dataclass(frozen=True)
class BankRow:
    """A bank with its unit's name, how many questions are in use, and how many imports wait."""

    bank: QuestionBank
    unit_name: str
    question_count: int
    import_count: int


def _in_use(bank_id: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count(QuizQuestion.id))
        .where(QuizQuestion.bank_id == bank_id, QuizQuestion.retired_at.is_(None))
        .scalar_subquery()
    )


def _waiting(bank_id: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count(QuestionImport.id))
        .where(QuestionImport.bank_id == bank_id)
        .scalar_subquery()
    )


def _rows(scope: Scope) -> AnySelect:
    bank_id = QuestionBank.id.expression
    return (
        sa.select(QuestionBank, UnitVersion.short_name, _in_use(bank_id), _waiting(bank_id))
        .join(UnitVersion, present_of(QuestionBank.unit_id))
        .where(scope.condition())
    )


def list_banks(scope: Scope) -> list[BankRow]:
    """Banks of a scope in the order of their names, one statement."""
    query = _rows(scope).order_by(QuestionBank.name, QuestionBank.id)
    return [BankRow(*row) for row in db.session.execute(query)]


def get_bank_row(bank_id: int, scope: Scope) -> BankRow:
    """A bank with its counts; NotFound outside the scope."""
    row = db.session.execute(_rows(scope).where(QuestionBank.id == bank_id)).first()
    if row is None:
        raise NotFound
    return BankRow(*row)


def get_bank(bank_id: int, scope: Scope | None, *, locked: bool = False) -> QuestionBank:
    """A bank, locked for a change if wanted; NotFound outside the scope."""
    query = (
        sa.select(QuestionBank)
        .join(UnitVersion, present_of(QuestionBank.unit_id))
        .where(QuestionBank.id == bank_id)
    )
    if scope is not None:
        query = query.where(scope.condition())
    if locked:
        query = query.with_for_update(of=QuestionBank)
    bank = db.session.scalar(query)
    if bank is None:
        raise NotFound
    return bank


def questions_in_use(bank_id: int) -> AnySelect:
    """The questions of a bank that can be drawn, in their order; for a page."""
    return (
        sa.select(QuizQuestion)
        .where(QuizQuestion.bank_id == bank_id, QuizQuestion.retired_at.is_(None))
        .order_by(QuizQuestion.position, QuizQuestion.id)
    )


def count_in_use(bank_id: int) -> int:
    """How many questions of a bank can be drawn."""
    return db.session.scalar(sa.select(_in_use(sa.literal(bank_id)))) or 0


def count_before(question: QuizQuestion) -> int:
    """How many questions in use stand before this one in its bank."""
    query = (
        sa.select(sa.func.count(QuizQuestion.id))
        .where(QuizQuestion.bank_id == question.bank_id, QuizQuestion.retired_at.is_(None))
        .where(QuizQuestion.position < question.position)
    )
    return db.session.scalar(query) or 0


def get_question(question_id: int, scope: Scope, *, locked: bool = False) -> QuizQuestion:
    """A question with its bank, in use or retired; NotFound outside the scope."""
    query = (
        sa.select(QuizQuestion)
        .join(QuestionBank, QuestionBank.id == QuizQuestion.bank_id)
        .join(UnitVersion, present_of(QuestionBank.unit_id))
        .where(QuizQuestion.id == question_id, scope.condition())
        .options(joinedload(QuizQuestion.bank))
    )
    if locked:
        query = query.with_for_update(of=QuizQuestion).execution_options(populate_existing=True)
    question = db.session.scalar(query)
    if question is None:
        raise NotFound
    return question


def list_imports(bank_id: int) -> Sequence[QuestionImport]:
    """Imports into a bank that wait for their author, the newest first."""
    query = (
        sa.select(QuestionImport)
        .where(QuestionImport.bank_id == bank_id)
        .order_by(QuestionImport.created_at.desc(), QuestionImport.id.desc())
    )
    return db.session.scalars(query).all()


def get_import(import_id: int, scope: Scope, *, locked: bool = False) -> QuestionImport:
    """A waiting import with its bank; NotFound outside the scope or once it is done."""
    query = (
        sa.select(QuestionImport)
        .join(QuestionBank, QuestionBank.id == QuestionImport.bank_id)
        .join(UnitVersion, present_of(QuestionBank.unit_id))
        .where(QuestionImport.id == import_id, scope.condition())
        .options(joinedload(QuestionImport.bank))
    )
    if locked:
        query = query.with_for_update(of=QuestionImport).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def list_contents(bank_id: int) -> list[tuple[str, list[str]]]:
    """Stem and option texts of every question in use, to tell what a bank holds already."""
    rows = db.session.execute(
        questions_in_use(bank_id).with_only_columns(QuizQuestion.stem, QuizQuestion.options)
    )
    return [(stem, [option["text"] for option in options]) for stem, options in rows]


def has_attempts(quiz_id: int) -> bool:
    """Whether somebody has begun this quiz."""
    query = sa.select(sa.exists().where(QuizAttempt.quiz_id == quiz_id))
    return bool(db.session.scalar(query))


def list_quizzes_needing(bank_id: int, more_than: int) -> Sequence[tuple[str, int]]:
    """Campaigns not yet closed whose quiz draws more than so many questions: (name, count)."""
    query = (
        sa.select(Campaign.name, Quiz.question_count)
        .join(Quiz, Quiz.campaign_id == Campaign.id)
        .where(
            Quiz.bank_id == bank_id,
            Quiz.question_count > more_than,
            Campaign.state != CampaignState.CLOSED,
        )
        .order_by(Campaign.id)
    )
    return [(name, count) for name, count in db.session.execute(query)]
