"""Time is the server's: up to the end and a small grace answers count, after it none do, and what
was saved is marked whether or not anybody submits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.quizzes.outcomes import GRACE
from lms.quizzes.services.attempts import mark_next_run_out, mark_run_out, start_attempt
from lms.training.services.enrolments import close_campaign
from tests.factories.people import sign_in
from tests.factories.quizzes import right_ids
from tests.quizzes.support import Taker, make_taker
from tests.support.client import PageClient

MINUTES = 20
LIMIT = timedelta(minutes=MINUTES)
TENTHS = timedelta(milliseconds=200)


@pytest.fixture
def began() -> datetime:
    return clock.now().replace(microsecond=0)


def at_work(app: Flask, client: PageClient, began: datetime, **settings: Any) -> tuple[Taker, int]:
    """A learner with an attempt of twenty minutes that began at a moment."""
    taker = make_taker(app, client, minutes=MINUTES, **settings)
    client.get_page(taker.page)
    with clock.frozen(began):
        attempt = start_attempt(taker.account, taker.campaign.id)
        db.session.commit()
    return taker, attempt.id


def test_a_submission_just_before_the_end_counts(
    app: Flask, client: PageClient, began: datetime
) -> None:
    taker, attempt_id = at_work(app, client, began)
    answers = {f"answer-{n}": ids for n, ids in right_ids(taker.attempts[0]).items()}
    with clock.frozen(began + LIMIT - TENTHS):
        assert taker.submit(attempt_id, **answers).status_code == 303
    assert taker.attempts[0].right_count == 10
    assert taker.attempts[0].submitted_at == began + LIMIT - TENTHS


def test_the_grace_is_for_the_line_and_no_longer(
    app: Flask, client: PageClient, began: datetime
) -> None:
    taker, attempt_id = at_work(app, client, began)
    right = right_ids(taker.attempts[0])
    with clock.frozen(began + LIMIT + GRACE - TENTHS):
        assert taker.save(attempt_id, 1, right[1]).status_code == 200
    with clock.frozen(began + LIMIT + GRACE + TENTHS):
        refused = taker.save(attempt_id, 2, right[2])
        assert refused.status_code == 403
        answers = {f"answer-{n}": ids for n, ids in right.items()}
        late = taker.submit(attempt_id, **answers)
    assert late.status_code == 403
    assert "Những gì gửi sau đó không được tính" in late.text
    (attempt,) = taker.attempts
    assert attempt.right_count == 1, "what was saved in time counts, what came late does not"
    assert attempt.submitted_at == began + LIMIT
    assert taker.enrolment.quiz_best_ratio == 0.1


@pytest.mark.parametrize("kind", ["fields", "json"])
def test_what_the_client_says_of_time_is_nothing(
    app: Flask, client: PageClient, began: datetime, kind: str
) -> None:
    taker, attempt_id = at_work(app, client, began)
    right = right_ids(taker.attempts[0])
    early = began.isoformat()
    with clock.frozen(began + LIMIT + GRACE + TENTHS):
        if kind == "json":
            answer = taker.save(
                attempt_id, 1, right[1], ends_at="2999-01-01", seconds_left=900, saved_at=early
            )
        else:
            answer = taker.submit(
                attempt_id, **{"answer-1": right[1]}, ends_at="2999-01-01", seconds=900, now=early
            )
    assert answer.status_code == 403
    assert all(not item.chosen for item in taker.items(attempt_id))


def test_what_was_saved_is_marked_without_a_submission(
    app: Flask, client: PageClient, began: datetime
) -> None:
    taker, attempt_id = at_work(app, client, began)
    right = right_ids(taker.attempts[0])
    with clock.frozen(began + timedelta(minutes=5)):
        for position in range(1, 7):
            taker.save(attempt_id, position, right[position])
    with clock.frozen(began + LIMIT + timedelta(hours=2)):
        page = client.get_page(f"/quiz-attempts/{attempt_id}")
        assert page.address == f"/quiz-attempts/{attempt_id}/result"
        assert page.heading == "Đúng 6 trong 10 câu"
        # Written down after that page was answered, in a transaction of its own.
        assert taker.attempts[0].right_count == 6
        assert taker.attempts[0].submitted_at == began + LIMIT
        assert taker.enrolment.quiz_met_at == began + LIMIT
        assert client.get_page(page.address).heading == "Đúng 6 trong 10 câu"


def test_the_page_of_the_quiz_marks_too_and_offers_the_next_attempt(
    app: Flask, client: PageClient, began: datetime
) -> None:
    taker, attempt_id = at_work(app, client, began)
    with clock.frozen(began + LIMIT + GRACE + TENTHS):
        page = client.get_page(taker.page)
        assert "0 trong 10" in page.text
        assert "2 trong 3 lượt" in page.text
        assert taker.attempts[0].submitted_at == began + LIMIT
        page.submit(form=f"{taker.page}/attempts")
    first, second = taker.attempts
    assert (first.id, first.right_count) == (attempt_id, 0)
    assert second.submitted_at is None


def test_a_new_start_marks_the_attempt_that_ran_out(
    app: Flask, client: PageClient, began: datetime
) -> None:
    taker, _attempt_id = at_work(app, client, began)
    with clock.frozen(began + LIMIT + GRACE + TENTHS):
        start_attempt(taker.account, taker.campaign.id)
    first, second = taker.attempts
    assert first.submitted_at == began + LIMIT and second.number == 2


def test_the_command_marks_what_has_run_out_and_nothing_else(
    app: Flask, client: PageClient, began: datetime
) -> None:
    taker, attempt_id = at_work(app, client, began)
    with clock.frozen(began + LIMIT + GRACE):
        assert mark_next_run_out(0, 100) == (0, 0)
        assert not mark_run_out(attempt_id)
    with clock.frozen(began + LIMIT + GRACE + TENTHS):
        result = app.test_cli_runner().invoke(args=["mark-attempts"])
        assert result.exit_code == 0, result.output
        assert "Đã chấm 1 lượt" in result.output
        assert taker.attempts[0].submitted_at == began + LIMIT
        assert "Đã chấm 0 lượt" in app.test_cli_runner().invoke(args=["mark-attempts"]).output


def test_nothing_is_taken_after_the_campaign_closes_and_saved_answers_are_marked(
    app: Flask, client: PageClient, began: datetime
) -> None:
    taker = make_taker(app, client)
    taker.start()
    (attempt,) = taker.attempts
    right = right_ids(attempt)
    taker.save(attempt.id, 1, right[1])
    closed_at = clock.now() + timedelta(minutes=1)
    with clock.frozen(closed_at):
        close_campaign(None, taker.campaign)
        db.session.commit()
    with clock.frozen(closed_at + timedelta(seconds=1)):
        assert taker.save(attempt.id, 2, right[2]).status_code == 403
        answers = {f"answer-{n}": ids for n, ids in right.items()}
        assert taker.submit(attempt.id, **answers).status_code == 403
        refused = client.post(f"{taker.page}/attempts", data={"csrf_token": taker.token()})
        assert refused.status_code == 403
    (attempt,) = taker.attempts
    assert (attempt.right_count, attempt.submitted_at) == (1, closed_at)


def test_a_campaign_ends_an_attempt_at_its_closing_moment(
    app: Flask, client: PageClient, began: datetime
) -> None:
    taker = make_taker(app, client)
    taker.start()
    closes_at = taker.campaign.closes_at
    with clock.frozen(closes_at + TENTHS):
        sign_in(client, taker.account)
        client.get_page("/password")
        assert taker.submit(taker.attempts[0].id).status_code == 403
    assert taker.attempts[0].submitted_at == closes_at


def test_the_page_tells_a_script_how_much_time_is_left(
    app: Flask, client: PageClient, began: datetime
) -> None:
    _taker, attempt_id = at_work(app, client, began)
    with clock.frozen(began + timedelta(minutes=19)):
        page = client.get_page(f"/quiz-attempts/{attempt_id}")
        assert page.by_id("answers").get("data-seconds") == "60"
        told = client.get(page.address, headers={"Accept": "application/json"})
        assert told.json == {"seconds_left": 60}
    with clock.frozen(began + LIMIT + GRACE + TENTHS):
        told = client.get(page.address, headers={"Accept": "application/json"})
        assert told.status_code == 302
