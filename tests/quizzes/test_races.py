"""Many at once: one marking, one attempt, no acknowledged answer lost."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditRecord
from lms.extensions import db
from lms.quizzes.services import attempts as services
from tests.factories.quizzes import make_attempt, right_ids, wrong_ids
from tests.quizzes.support import all_at_once, make_taker
from tests.support.client import PageClient

SUBMISSIONS = 100
STARTS = 50


def test_a_hundred_submissions_mark_once(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    taker.start()
    (attempt,) = taker.attempts
    attempt_id, token = attempt.id, taker.token()
    right, wrong = right_ids(attempt), wrong_ids(attempt)
    db.session.commit()
    twins = [taker.twin() for _ in range(SUBMISSIONS)]

    def submit(number: int) -> tuple[int, Any]:
        answers = right if number % 2 else wrong
        answer = twins[number].post(
            f"/quiz-attempts/{attempt_id}/submission",
            data={f"answer-{place}": ids for place, ids in answers.items()},
            headers={"Accept": "application/json", "X-CSRFToken": token},
        )
        return answer.status_code, answer.get_data()

    answers = Counter(all_at_once(SUBMISSIONS, submit))
    assert len(answers) == 1, answers
    assert next(iter(answers))[0] == 200
    (attempt,) = taker.attempts
    assert attempt.right_count in (0, 10), "one submission counts, whole"
    assert taker.enrolment.quiz_best_ratio == attempt.ratio
    records = sa.select(AuditRecord).where(AuditRecord.action == "quiz.submitted")
    assert len(db.session.scalars(records).all()) == 1


def test_fifty_starts_with_one_attempt_left_make_one(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client, attempts_allowed=2)
    make_attempt(taker.account, taker.campaign, 0)
    client.get_page(taker.page)
    token = taker.token()
    address = f"{taker.page}/attempts"
    twins = [taker.twin() for _ in range(STARTS)]
    answers = Counter(
        (answer.status_code, answer.location)
        for answer in all_at_once(
            STARTS, lambda number: twins[number].post(address, data={"csrf_token": token})
        )
    )
    _first, second = taker.attempts
    assert answers == {(303, f"/quiz-attempts/{second.id}"): STARTS}
    assert len(taker.items(second.id)) == 10


@pytest.mark.database("postgresql")
def test_without_the_lock_starts_collide(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken control: the test above can fail."""
    taker = make_taker(app, client, attempts_allowed=9)
    client.get_page(taker.page)
    token = taker.token()
    address = f"{taker.page}/attempts"
    twins = [taker.twin() for _ in range(STARTS)]
    member_id, campaign_id = taker.account.member_id, taker.campaign.id
    assert member_id is not None
    meeting = threading.Barrier(8)

    def unlocked(_enrolment_id: int) -> Any:
        study = services.get_study(member_id, campaign_id)
        meeting.wait(timeout=10)
        return study

    monkeypatch.setattr(services, "get_study_for_update", unlocked)
    answers = Counter(
        answer.status_code
        for answer in all_at_once(
            8, lambda number: twins[number].post(address, data={"csrf_token": token})
        )
    )
    assert answers[409] > 0, answers


def test_answers_saved_while_submissions_run_are_all_or_none(
    app: Flask, client: PageClient
) -> None:
    """Every save that was acknowledged stands in the attempt; every other one was refused."""
    taker = make_taker(app, client)
    taker.start()
    (attempt,) = taker.attempts
    attempt_id, token = attempt.id, taker.token()
    right = right_ids(attempt)
    db.session.commit()
    twins = [taker.twin() for _ in range(20)]

    def work(number: int) -> int:
        if number >= 10:
            answer = twins[number].post(
                f"/quiz-attempts/{attempt_id}/submission", data={"csrf_token": token}
            )
            return answer.status_code
        answer = twins[number].post(
            f"/quiz-attempts/{attempt_id}/answers",
            json={"position": number + 1, "chosen": right[number + 1]},
            headers={"X-CSRFToken": token},
        )
        return answer.status_code

    statuses = all_at_once(20, work)
    assert set(statuses[:10]) <= {200, 409}
    assert set(statuses[10:]) == {303}
    acknowledged = {number + 1 for number in range(10) if statuses[number] == 200}
    saved = {item.position for item in taker.items(attempt_id) if item.chosen}
    marked = {item.position for item in taker.items(attempt_id) if item.is_right}
    assert saved == acknowledged == marked
    assert taker.attempts[0].right_count == len(acknowledged)
