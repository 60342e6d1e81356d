"""A person's quiz attempts: shown, erased, let go in time; see lms/people/personal_data.py."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.extensions import db
from lms.people.personal_data import (
    Person,
    Provider,
    Retention,
    Section,
    count_of,
    delete_by_id,
)
from lms.quizzes.models import QuestionImport, Quiz, QuizAttempt, QuizAttemptItem
from lms.training.personal_data import closed_before, enrolments_of


def _export(person: Person) -> list[Section]:
    rows = db.session.execute(
        sa.select(QuizAttempt, Quiz.title)
        .join(Quiz, Quiz.id == QuizAttempt.quiz_id)
        .where(QuizAttempt.enrolment_id.in_(enrolments_of(person)))
        .order_by(QuizAttempt.started_at)
    ).all()
    answers: dict[int, list[str]] = {}
    items = db.session.scalars(
        sa.select(QuizAttemptItem)
        .where(QuizAttemptItem.attempt_id.in_([one.id for one, _title in rows]))
        .order_by(QuizAttemptItem.attempt_id, QuizAttemptItem.position)
    )
    for item in items:
        chosen = [option["text"] for option in item.options if option["id"] in item.chosen]
        answers.setdefault(item.attempt_id, []).append(f"{item.stem} → {', '.join(chosen) or '–'}")
    return [
        Section(
            "quizzes",
            _("Trắc nghiệm"),
            [
                [
                    (_("Bài"), title),
                    (_("Lần thứ"), one.number),
                    (_("Bắt đầu"), one.started_at),
                    (_("Nộp lúc"), one.submitted_at),
                    (_("Số câu đúng"), one.right_count),
                    (_("Câu đã trả lời"), answers.get(one.id, [])),
                ]
                for one, title in rows
            ],
        )
    ]


def _attempts_of(person: Person) -> Any:
    return sa.select(QuizAttempt.id).where(QuizAttempt.enrolment_id.in_(enrolments_of(person)))


def _erase(person: Person, pseudonym: str) -> dict[str, int]:
    ids = db.session.scalars(_attempts_of(person)).all()
    return {"quiz_attempt_item": delete_by_id(QuizAttemptItem, ids, QuizAttemptItem.attempt_id)}


def _subjects(person: Person) -> list[str]:
    return [f"quiz_attempt:{one}" for one in db.session.scalars(_attempts_of(person))]


def _old_attempts(before: datetime) -> sa.Select[int]:
    has_items = (
        sa.select(QuizAttemptItem.position)
        .where(QuizAttemptItem.attempt_id == QuizAttempt.id)
        .exists()
    )
    return sa.select(QuizAttempt.id).where(
        QuizAttempt.enrolment_id.in_(closed_before(before)), has_items
    )


def _purge_items(before: datetime, limit: int) -> int:
    ids = db.session.scalars(_old_attempts(before).limit(limit)).all()
    delete_by_id(QuizAttemptItem, ids, QuizAttemptItem.attempt_id)
    return len(ids)


def _old_imports(before: datetime) -> sa.Select[int]:
    return sa.select(QuestionImport.id).where(QuestionImport.created_at < before)


PROVIDER = Provider(
    "quizzes",
    export=_export,
    erase=_erase,
    subjects=_subjects,
    retention=(
        Retention(
            "quiz_attempt_item",
            _l("Câu trả lời từng câu của đợt học đã đóng (giữ kết quả)"),
            timedelta(days=2 * 365),
            lambda before: count_of(_old_attempts(before)),
            _purge_items,
        ),
        Retention(
            "question_import",
            _l("Tệp câu hỏi chờ nhập đã bỏ quên"),
            timedelta(days=180),
            lambda before: count_of(_old_imports(before)),
            lambda before, limit: delete_by_id(
                QuestionImport, db.session.scalars(_old_imports(before).limit(limit))
            ),
        ),
    ),
)
