"""Commands of those who answer: start, save, submit; and marking what time has ended.

Everybody locks the enrolment before the attempt, so that nobody waits in a circle; saving one
answer locks the attempt alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.extensions import db
from lms.people.models import Account
from lms.quizzes.models import QuestionKind, Quiz, QuizAttempt, QuizAttemptItem
from lms.quizzes.outcomes import is_right, seconds_left, share
from lms.quizzes.queries import attempts as queries
from lms.quizzes.queries.attempts import Sitting
from lms.quizzes.shuffling import draw, freeze_options, shuffle_options
from lms.training.queries.enrolments import Study, get_study, get_study_for_update
from lms.training.services.progress import record_quiz

Answers = Mapping[int, Sequence[str]]
"""Question position → ids of the options chosen."""

_chance = SystemRandom()


@dataclass(frozen=True)
class Receipt:
    """What the server holds after an answer was saved."""

    position: int
    saved_at: datetime
    seconds_left: int | None


@dataclass(frozen=True)
class Submission:
    """An attempt that is submitted; `is_late`: by the clock, before this submission came."""

    sitting: Sitting
    is_late: bool


def start_attempt(actor: Account, campaign_id: int) -> QuizAttempt:
    """The attempt under way, or a new one with its questions frozen.

    NotFound when the member is not enrolled, or is asked for no quiz, or there is none; NotAllowed
    when the campaign takes nothing or every attempt was used.
    """
    if actor.member_id is None:
        raise NotFound
    study = get_study_for_update(get_study(actor.member_id, campaign_id).enrolment.id)
    quiz = queries.get_asked_quiz(study)
    if not study.is_open:
        raise NotAllowed(_("Đợt học không mở vào lúc này nên không làm bài được."))
    now = clock.now()
    made = queries.list_attempts(quiz.id, study.enrolment.id)
    for attempt in made:
        if Sitting(attempt, quiz, study).is_taking(now):
            return attempt
        if attempt.submitted_at is None:
            _finish_run_out(queries.get_locked_sitting(study, attempt.id))
    if len(made) >= quiz.attempts_allowed:
        raise NotAllowed(
            _("Đồng chí đã dùng hết %(count)s lượt làm bài.", count=quiz.attempts_allowed)
        )
    number = made[-1].number + 1 if made else 1
    attempt = _new_attempt(quiz, study, number, now)
    record(actor.id, "quiz.started", f"quiz_attempt:{attempt.id}", number=number)
    return attempt


def _new_attempt(quiz: Quiz, study: Study, number: int, now: datetime) -> QuizAttempt:
    ids = draw(
        queries.list_question_ids(quiz.bank_id),
        quiz.question_count,
        _chance,
        is_shuffled=quiz.is_shuffled,
    )
    if not ids:
        raise NotAllowed(_("Bài trắc nghiệm chưa có câu hỏi. Hãy báo cho người tổ chức."))
    attempt = QuizAttempt(
        quiz_id=quiz.id,
        enrolment_id=study.enrolment.id,
        number=number,
        started_at=now,
        ends_at=now + timedelta(minutes=quiz.minutes) if quiz.minutes else None,
        question_count=len(ids),
    )
    db.session.add(attempt)
    db.session.flush()
    db.session.add_all(
        QuizAttemptItem(
            attempt_id=attempt.id,
            position=position,
            question_id=question.id,
            kind=question.kind,
            stem=question.stem,
            options=freeze_options(
                shuffle_options(question.options, _chance) if quiz.is_shuffled else question.options
            ),
            chosen=[],
        )
        for position, question in enumerate(queries.get_questions(ids), 1)
    )
    db.session.flush()
    return attempt


def save_answer(member_id: int, attempt_id: int, position: int, chosen: Sequence[str]) -> Receipt:
    """Save the answer to one question, two statements; nothing chosen takes the answer back.

    NotFound for anybody else's attempt, Conflict once it is submitted, NotAllowed after its end,
    Invalid for what the question does not offer.
    """
    answering = queries.get_answering(member_id, attempt_id, position)
    now = clock.now()
    if answering.submitted_at is not None:
        raise Conflict(_("Bài này đã nộp nên không sửa được nữa."))
    if not answering.is_taking(now):
        raise NotAllowed(_("Đã hết giờ làm bài. Những câu đã lưu vẫn được chấm."))
    _check(chosen, answering.kind, answering.option_ids)
    db.session.execute(
        sa.update(QuizAttemptItem)
        .where(QuizAttemptItem.attempt_id == attempt_id, QuizAttemptItem.position == position)
        .values(chosen=sorted(set(chosen)), answered_at=now),
        execution_options={"synchronize_session": False},
    )
    return Receipt(position, now, seconds_left(answering.ends_at, now))


def save_answers(member_id: int, attempt_id: int, answers: Answers) -> list[int]:
    """Save several answers at once; the positions still without one. Errors as `save_answer`."""
    sitting = _lock(attempt_id, member_id)
    if sitting.attempt.submitted_at is not None:
        raise Conflict(_("Bài này đã nộp nên không sửa được nữa."))
    now = clock.now()
    if not sitting.is_taking(now):
        raise NotAllowed(_("Đã hết giờ làm bài. Những câu đã lưu vẫn được chấm."))
    items = queries.list_items(attempt_id)
    _write(items, answers, now)
    db.session.flush()
    return [item.position for item in items if not item.chosen]


def submit_attempt(actor: Account, attempt_id: int, answers: Answers | None = None) -> Submission:
    """Take the last answers and mark the attempt, once: a second submission changes nothing.

    After its end the answers that come along are refused, and what was saved is marked.
    """
    if actor.member_id is None:
        raise NotFound
    sitting = _lock(attempt_id, actor.member_id)
    if sitting.attempt.submitted_at is not None:
        return Submission(sitting, is_late=False)
    now = clock.now()
    if not sitting.is_taking(now):
        _finish_run_out(sitting)
        return Submission(sitting, is_late=True)
    items = queries.list_items(attempt_id)
    _write(items, answers or {}, now)
    record(actor.id, "quiz.submitted", f"quiz_attempt:{attempt_id}")
    _finish(sitting, items, now)
    return Submission(sitting, is_late=False)


def mark_run_out(attempt_id: int) -> bool:
    """Mark what was saved of an attempt whose end has come; whether there was something to do."""
    sitting = _lock(attempt_id)
    if sitting.attempt.submitted_at is not None or sitting.is_taking(clock.now()):
        return False
    _finish_run_out(sitting)
    return True


def mark_all_run_out(attempt_ids: Iterable[int]) -> None:
    """Mark several attempts whose end has come, one after the other."""
    for attempt_id in attempt_ids:
        mark_run_out(attempt_id)


def mark_next_run_out(after_id: int, limit: int, campaign_id: int | None = None) -> tuple[int, int]:
    """Mark up to `limit` attempts whose end has come, of one campaign or of all.

    Returns how many were marked, and the id after which to go on; 0 when none are left.
    """
    ids = queries.list_run_out(clock.now(), after_id, limit, campaign_id)
    marked = sum(mark_run_out(attempt_id) for attempt_id in ids)
    return marked, ids[-1] if ids else 0


def _lock(attempt_id: int, member_id: int | None = None) -> Sitting:
    """The attempt (of this member, if one is named), locked after its enrolment.

    NotFound for anybody else's, and for a member who is asked for no quiz.
    """
    study = get_study_for_update(queries.get_enrolment_id(attempt_id, member_id))
    if member_id is not None and not study.requirement.asks_quiz:
        raise NotFound
    return queries.get_locked_sitting(study, attempt_id)


def _check(chosen: Sequence[str], kind: QuestionKind, option_ids: frozenset[str]) -> None:
    if not option_ids.issuperset(chosen):
        raise Invalid(_("Câu trả lời không thuộc câu hỏi này. Hãy tải lại trang."))
    if kind is QuestionKind.SINGLE and len(set(chosen)) > 1:
        raise Invalid(_("Câu này chỉ chọn một phương án."))


def _write(items: Sequence[QuizAttemptItem], answers: Answers, now: datetime) -> None:
    for item in items:
        chosen = answers.get(item.position)
        if chosen is None:
            continue
        _check(chosen, item.kind, frozenset(option["id"] for option in item.options))
        if sorted(set(chosen)) != item.chosen:
            item.chosen = sorted(set(chosen))
            item.answered_at = now


def _finish_run_out(sitting: Sitting) -> None:
    """Mark what was saved, as of the moment the attempt ended; it is locked."""
    _finish(sitting, queries.list_items(sitting.attempt.id), sitting.ends_at)


def _finish(sitting: Sitting, items: Sequence[QuizAttemptItem], at: datetime) -> None:
    """Mark the answers and tell the enrolment. Attempt and enrolment are locked."""
    attempt = sitting.attempt
    for item in items:
        item.is_right = is_right(item.options, item.chosen)
    attempt.right_count = sum(1 for item in items if item.is_right)
    attempt.ratio = share(attempt.right_count, attempt.question_count)
    attempt.submitted_at = at
    db.session.flush()
    record_quiz(attempt.enrolment_id, attempt.ratio, at)
