"""A learner before the quiz of an open campaign, and what their browser would send."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask

from lms.extensions import db
from lms.people.models import Account
from lms.quizzes.models import Quiz, QuizAttempt, QuizAttemptItem
from lms.training.models import Campaign, Enrolment
from tests.factories.people import make_audiences, make_learner, make_unit, sign_in
from tests.factories.quizzes import make_bank, make_quiz
from tests.factories.training import enrolment_of, make_campaign

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.support.client import Page, PageClient


@dataclass
class Taker:
    """A signed-in learner and the quiz they may take."""

    app: Flask
    client: PageClient
    account: Account
    campaign: Campaign
    quiz: Quiz

    @property
    def page(self) -> str:
        return f"/campaigns/{self.campaign.id}/quiz"

    @property
    def enrolment(self) -> Enrolment:
        db.session.commit()
        enrolment = enrolment_of(self.campaign, self.account)
        db.session.refresh(enrolment)
        return enrolment

    @property
    def attempts(self) -> list[QuizAttempt]:
        """All attempts as they are in the database now."""
        db.session.commit()
        query = sa.select(QuizAttempt).order_by(QuizAttempt.number)
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    def start(self) -> Page:
        """Press the button of the quiz's page; the page of questions."""
        return self.client.submit(self.page, form=f"{self.page}/attempts")

    def items(self, attempt_id: int) -> list[QuizAttemptItem]:
        db.session.commit()
        query = (
            sa.select(QuizAttemptItem)
            .where(QuizAttemptItem.attempt_id == attempt_id)
            .order_by(QuizAttemptItem.position)
        )
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    def token(self) -> str:
        """The proof of our own form, as the script reads it from the page."""
        return proof_of(self.client.page or self.client.get_page("/password"))

    def save(self, attempt_id: int, position: Any, chosen: Any, **body: Any) -> TestResponse:
        """Save one answer as the script does."""
        return self.client.post(
            f"/quiz-attempts/{attempt_id}/answers",
            json={"position": position, "chosen": chosen, **body},
            headers={"X-CSRFToken": self.token()},
        )

    def submit(self, attempt_id: int, **data: Any) -> TestResponse:
        """Submit without filling in a page."""
        return self.client.post(
            f"/quiz-attempts/{attempt_id}/submission", data={"csrf_token": self.token(), **data}
        )

    def twin(self) -> PageClient:
        """A client with the same cookie, for another thread."""
        twin: PageClient = self.app.test_client()  # type: ignore[assignment]
        cookie = self.client.get_cookie("session")
        assert cookie is not None
        twin.set_cookie("session", cookie.value)
        return twin


def proof_of(page: Page) -> str:
    """The proof of our own form that a page carries."""
    fields = [field for field in page.root.iter("input") if field.get("name") == "csrf_token"]
    return fields[0].get("value") or ""


def make_taker(
    app: Flask, client: PageClient, *, questions: int = 10, pass_ratio: float = 0.5, **settings: Any
) -> Taker:
    """A learner signed in, enrolled in an open campaign with a quiz of ten questions."""
    unit = make_unit()
    account = make_learner(unit)
    audiences = make_audiences("member")
    campaign = make_campaign(unit, audiences, opened=True, quiz_pass_ratio=pass_ratio)
    count = settings.pop("question_count", questions)
    quiz = make_quiz(campaign, make_bank(unit, questions), question_count=count, **settings)
    sign_in(client, account)
    return Taker(app, client, account, campaign, quiz)


def all_at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What `work(number)` returns in so many threads that begin together."""
    barrier = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        barrier.wait()
        results[number] = work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
