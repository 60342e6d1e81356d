"""What is measured: each scenario prepares the calls of one kind of work.

A further scenario is one function and one line in SCENARIOS. Goals are ratios to the bare view.
`prepare` runs inside an application context on the measured database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.base.transactions import transaction
from lms.essays.models import SectionKey
from lms.essays.services import DraftText, save_draft
from lms.extensions import db
from lms.people.models import Account
from lms.quizzes.models import QuizAttemptItem
from lms.quizzes.services.attempts import start_attempt
from lms.training.models import Enrolment
from tests.bench.learners import grant_for, running_session, signed_in
from tests.bench.load import Call
from tests.bench.product import Product

LEARNERS = 200
BEACON_SECONDS = 15
BEACONS_EACH = 40
SAVES_EACH = 30
SECTIONS = (SectionKey.UNDERSTANDING, SectionKey.SELF_REFLECTION)
PARAGRAPH = (
    "Qua buổi học, tôi nhận thức rõ hơn trách nhiệm của mình trong công việc hằng ngày và trong "
    "sinh hoạt chi bộ; tôi sẽ giữ nếp đọc, ghi chép và trao đổi với đồng chí, đồng nghiệp. "
) * 12


@dataclass(frozen=True)
class Scenario:
    """One kind of work and what it may cost."""

    name: str
    prepare: Callable[[Product], Sequence[Call]]
    least_ratio: float
    most_statements: int


def beacon(product: Product) -> Sequence[Call]:
    """Two hundred learners report fifteen seconds each, one after the other, then the next."""
    session = running_session()
    people = [
        (learner.headers, grant_for(product, learner, session.id))
        for learner in signed_in(product, LEARNERS)
    ]
    return [
        Call(
            "/viewing/beacons",
            "POST",
            {**headers, "Content-Type": "application/json"},
            json.dumps({"grant": grant, "intervals": [[start, end]], "position": end}),
        )
        for step in range(BEACONS_EACH)
        for start, end in [(step * BEACON_SECONDS, (step + 1) * BEACON_SECONDS)]
        for headers, grant in people
    ]


def first_page(product: Product) -> Sequence[Call]:
    """Members look at their tasks."""
    return [Call("/my-tasks", headers=one.headers) for one in signed_in(product, LEARNERS)]


def session_page(product: Product) -> Sequence[Call]:
    """Members open the page of the recording."""
    address = f"/sessions/{running_session().id}"
    return [Call(address, headers=one.headers) for one in signed_in(product, LEARNERS)]


def quiz_answer(product: Product) -> Sequence[Call]:
    """Members answer one question after the other, and change their minds."""
    campaign_id = running_session().campaign_id
    sheets = []
    for learner in signed_in(product, LEARNERS, Enrolment.quiz_best_ratio.is_(None)):
        account = db.session.get_one(Account, learner.account_id)
        with transaction():
            attempt = start_attempt(account, campaign_id)
            address = f"/quiz-attempts/{attempt.id}/answers"
            items = db.session.scalars(
                sa.select(QuizAttemptItem)
                .where(QuizAttemptItem.attempt_id == attempt.id)
                .order_by(QuizAttemptItem.position)
            )
            answers = [
                {"position": item.position, "chosen": [option["id"]]}
                for item in items
                for option in item.options[:2]
            ]
        sheets.append((address, learner.script_headers, answers))
    most = max(len(answers) for _address, _headers, answers in sheets)
    return [
        Call(address, "POST", headers, json.dumps(answers[turn % len(answers)]))
        for turn in range(most)
        for address, headers, answers in sheets
    ]


def draft(product: Product) -> Sequence[Call]:
    """Members who write: each save holds the whole essay with a few words more."""
    campaign_id = running_session().campaign_id
    people = signed_in(product, LEARNERS, Enrolment.essay_started_at.is_(None))
    for learner in people:
        account = db.session.get_one(Account, learner.account_id)
        first = DraftText({SectionKey.UNDERSTANDING: "Mở đầu"}, 0, "bench", 0)
        with transaction():
            save_draft(account, campaign_id, first)
    return [
        Call(
            f"/campaigns/{campaign_id}/essay/drafts",
            "POST",
            learner.script_headers,
            json.dumps(
                {
                    "texts": dict.fromkeys(SECTIONS, f"{PARAGRAPH} Lần ghi thứ {turn}."),
                    "base_revision": turn,
                    "page_key": "bench",
                    "page_sequence": turn,
                }
            ),
        )
        for turn in range(1, SAVES_EACH + 1)
        for learner in people
    ]


def supervisor_page(product: Product) -> Sequence[Call]:
    """The supervisor of the whole district looks at the running campaign."""
    page = product.page("supervisor", "/supervision")
    campaign = f"/supervision/{running_session().campaign_id}/units/"
    addresses = [page.address, *page.link_addresses()]
    address = next(link for link in addresses if link.startswith(campaign))
    return [Call(address, headers=product.cookie("supervisor"))]


SCENARIOS = (
    Scenario("beacon", beacon, 0.4, 4),
    Scenario("first-page", first_page, 0.08, 6),
    Scenario("session-page", session_page, 0.08, 6),
    Scenario("quiz-answer", quiz_answer, 0.2, 4),
    Scenario("draft", draft, 0.08, 10),
    Scenario("supervisor-page", supervisor_page, 0.08, 8),
)
