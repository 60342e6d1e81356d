"""Tables of quizzes: banks and their questions, the quiz of a campaign, attempts and answers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base


class QuestionKind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"


class QuestionBank(Base):
    """A named collection of questions, owned by a unit."""

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]

    questions: Mapped[list["QuizQuestion"]] = relationship(
        back_populates="bank", order_by="QuizQuestion.position"
    )


class QuizQuestion(Base):
    """One question. A change makes a new row that `replaces` the old one, which is retired.

    `options` is a list of {"text": str, "is_right": bool, "is_fixed": bool}; fixed options keep
    their place when the others are shuffled.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("question_bank.id"), index=True)
    position: Mapped[int]
    kind: Mapped[QuestionKind]
    stem: Mapped[str] = mapped_column(sa.Text)
    options: Mapped[list[Any]]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz_question.id"))
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    bank: Mapped[QuestionBank] = relationship(back_populates="questions")


class QuestionImport(Base):
    """A file that was read and waits for its author to decide; removed when nothing is left.

    `questions` is a list of {"number": int (its place in the file), "stem": str, "options":
    [str], "correct": [indexes] or null, "doubts": [{"kind": str, "message": str}]}; `doubts`
    are those about the file as a whole.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("question_bank.id"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    questions: Mapped[list[Any]]
    doubts: Mapped[list[Any]]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    created_at: Mapped[datetime]

    bank: Mapped[QuestionBank] = relationship()


class Quiz(Base):
    """The quiz of a campaign: how many questions of a bank, how often, for how long."""

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), unique=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("question_bank.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    question_count: Mapped[int]
    attempts_allowed: Mapped[int] = mapped_column(default=3)
    minutes: Mapped[int | None]
    is_shuffled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    bank: Mapped[QuestionBank] = relationship()


class QuizAttempt(Base):
    """One go at a quiz, with what it was given frozen in its items.

    `ends_at` is the end of its own time, if it has one; the campaign may end before.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    number: Mapped[int]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    right_count: Mapped[int | None]
    question_count: Mapped[int]
    ratio: Mapped[float | None]

    quiz: Mapped[Quiz] = relationship()
    items: Mapped[list["QuizAttemptItem"]] = relationship(
        back_populates="attempt", order_by="QuizAttemptItem.position"
    )

    __table_args__ = (sa.UniqueConstraint("quiz_id", "enrolment_id", "number"),)


class QuizAttemptItem(Base):
    """One question as this attempt got it.

    `options` is the frozen list of {"id": random str, "text": str, "is_right": bool} in the order
    shown; `chosen` is the list of option ids answered. The right ones never leave the server
    before submission.
    """

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id"), index=True)
    kind: Mapped[QuestionKind]
    stem: Mapped[str] = mapped_column(sa.Text)
    options: Mapped[list[Any]]
    chosen: Mapped[list[Any]] = mapped_column(default=list)
    answered_at: Mapped[datetime | None]
    is_right: Mapped[bool | None]

    attempt: Mapped[QuizAttempt] = relationship(back_populates="items")
