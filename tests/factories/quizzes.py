"""Question banks, the quiz of a campaign, attempts and answers.

bank = make_bank(unit, 12)                 # twelve questions of four options, one right
quiz = make_quiz(campaign, bank)           # ten of them, three attempts, no time limit
attempt = make_attempt(learner, campaign, right=7)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from lms.extensions import db
from lms.people.models import Account
from lms.quizzes.content import complete_content
from lms.quizzes.decisions import QuizSettings
from lms.quizzes.models import QuestionBank, QuestionKind, Quiz, QuizAttempt, QuizQuestion
from lms.quizzes.queries.attempts import list_items
from lms.quizzes.services.attempts import start_attempt, submit_attempt
from lms.quizzes.services.banks import add_questions, create_bank
from lms.quizzes.services.settings import set_quiz
from lms.training.models import Campaign
from lms.units.models import Unit
from lms.units.queries import Scope, get_unit

_number = count(1)

OPTIONS = ("Phương án thứ nhất", "Phương án thứ hai", "Phương án thứ ba", "Phương án thứ tư")


def make_question(
    bank: QuestionBank,
    stem: str | None = None,
    options: Sequence[str] = OPTIONS,
    right: Sequence[int] = (0,),
    kind: QuestionKind | None = None,
) -> QuizQuestion:
    """A question at the end of a bank; the first option is right unless told otherwise."""
    content = complete_content(stem or f"Câu hỏi thử số {next(_number)}?", options, right, kind)
    return add_questions(None, bank, [content])[0]


def make_bank(unit: Unit, questions: int = 10, name: str | None = None) -> QuestionBank:
    """A bank of a unit with so many questions; the right option is not always the same."""
    bank = create_bank(None, name or f"Ngân hàng số {next(_number)}", unit.id)
    for number in range(questions):
        make_question(bank, right=(number % len(OPTIONS),))
    return bank


def make_quiz(campaign: Campaign, bank: QuestionBank | None = None, **settings: Any) -> Quiz:
    """The quiz of a campaign: ten questions, three attempts, no limit, unless told otherwise."""
    path = get_unit(campaign.unit_id).path
    if bank is None:
        unit = db.session.get_one(Unit, campaign.unit_id)
        bank = make_bank(unit, settings.get("question_count", 10))
    values: dict[str, Any] = {
        "bank_id": bank.id,
        "title": "Bài trắc nghiệm",
        "question_count": 10,
        "attempts_allowed": 3,
        "minutes": None,
        "is_shuffled": True,
    }
    return set_quiz(None, campaign.id, QuizSettings(**(values | settings)), Scope.of([path]))


def right_ids(attempt: QuizAttempt) -> dict[int, list[str]]:
    """The ids of the right options by position: what no page may tell before submission."""
    return {
        item.position: [option["id"] for option in item.options if option["is_right"]]
        for item in list_items(attempt.id)
    }


def wrong_ids(attempt: QuizAttempt) -> dict[int, list[str]]:
    """For each position one wrong option."""
    return {
        item.position: [next(o["id"] for o in item.options if not o["is_right"])]
        for item in list_items(attempt.id)
    }


def make_attempt(account: Account, campaign: Campaign, right: int = 10) -> QuizAttempt:
    """A submitted attempt with so many right answers and all others wrong."""
    attempt = start_attempt(account, campaign.id)
    good, bad = right_ids(attempt), wrong_ids(attempt)
    answers = {place: good[place] if place <= right else bad[place] for place in good}
    return submit_attempt(account, attempt.id, answers).sitting.attempt
