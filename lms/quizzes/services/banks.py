"""Commands on banks and their questions. A question is never changed in place: it is replaced."""

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Conflict, Invalid, NotAllowed
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import Account
from lms.quizzes.content import QuestionContent
from lms.quizzes.models import QuestionBank, QuizQuestion
from lms.quizzes.queries import banks
from lms.units.queries import Scope, get_unit


def create_bank(
    actor: Account | None, name: str, unit_id: int, scope: Scope | None = None
) -> QuestionBank:
    """A new, empty bank of a unit. NotFound outside the scope, Invalid without a name."""
    get_unit(unit_id, scope)
    name = clean(name)
    if not name:
        raise Invalid(_("Hãy nhập tên ngân hàng câu hỏi."), field="name")
    bank = QuestionBank(unit_id=unit_id, name=name, created_at=clock.now())
    db.session.add(bank)
    db.session.flush()
    record(_id(actor), "question_bank.created", f"question_bank:{bank.id}", name=name)
    return bank


def add_questions(
    actor: Account | None, bank: QuestionBank, contents: list[QuestionContent]
) -> list[QuizQuestion]:
    """Put questions at the end of a bank, in their order. The bank should be locked."""
    last = db.session.scalar(
        sa.select(sa.func.max(QuizQuestion.position)).where(QuizQuestion.bank_id == bank.id)
    )
    first = 1 if last is None else last + 1
    added = [
        _question(bank.id, position, content) for position, content in enumerate(contents, first)
    ]
    db.session.add_all(added)
    db.session.flush()
    if added:
        record(_id(actor), "questions.added", f"question_bank:{bank.id}", count=len(added))
    return added


def replace_question(
    actor: Account | None, question_id: int, content: QuestionContent, scope: Scope
) -> QuizQuestion:
    """The question in new words, in the old one's place; attempts begun keep the old one.

    The same question again changes nothing. Conflict when somebody replaced or retired it.
    """
    old = _lock_question(question_id, scope)
    if _says_the_same(old, content):
        return old
    new = _question(old.bank_id, old.position, content)
    new.replaces_id = old.id
    old.retired_at = clock.now()
    db.session.add(new)
    db.session.flush()
    record(_id(actor), "question.replaced", f"quiz_question:{new.id}", replaces_id=old.id)
    return new


def retire_question(actor: Account | None, question_id: int, scope: Scope) -> QuizQuestion:
    """Draw a question no more. NotAllowed while a running quiz needs every question there is."""
    question = _lock_question(question_id, scope)
    left = banks.count_in_use(question.bank_id) - 1
    needing = banks.list_quizzes_needing(question.bank_id, left)
    if needing:
        name, count = needing[0]
        raise NotAllowed(
            _(
                "Bài trắc nghiệm của %(campaign)s lấy %(count)s câu từ ngân hàng này, nên chưa bỏ "
                "bớt được. Hãy thêm câu khác hoặc giảm số câu của bài trước.",
                campaign=name,
                count=count,
            )
        )
    question.retired_at = clock.now()
    db.session.flush()
    record(_id(actor), "question.retired", f"quiz_question:{question.id}")
    return question


def _lock_question(question_id: int, scope: Scope) -> QuizQuestion:
    """The bank first, then the question, as everybody who changes a bank does."""
    bank_id = banks.get_question(question_id, scope).bank_id
    banks.get_bank(bank_id, scope, locked=True)
    question = banks.get_question(question_id, scope, locked=True)
    if question.retired_at is not None:
        raise Conflict(
            _("Câu hỏi này vừa được người khác sửa hoặc bỏ. Hãy mở lại ngân hàng để xem bản mới.")
        )
    return question


def _says_the_same(old: QuizQuestion, content: QuestionContent) -> bool:
    return (old.kind, old.stem, old.options) == (
        content.kind,
        content.stem,
        content.stored_options(),
    )


def _question(bank_id: int, position: int, content: QuestionContent) -> QuizQuestion:
    return QuizQuestion(
        bank_id=bank_id,
        position=position,
        kind=content.kind,
        stem=content.stem,
        options=content.stored_options(),
        created_at=clock.now(),
    )


def _id(actor: Account | None) -> int | None:
    return actor.id if actor else None
