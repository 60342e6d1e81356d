"""Jobs wait for the commit, are forgotten with a rollback, and survive a queue that is away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, current_app

from lms.base import background
from lms.base.background import enqueue, job
from lms.base.transactions import transaction

done: list[tuple[str, int]] = []


@job()
def note_down(text: str, number: int) -> None:
    done.append((text, number))


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


def test_a_job_runs_after_the_commit(app: Flask) -> None:
    with transaction():
        enqueue(note_down, "một", 1)
        assert done == []
    assert done == [("một", 1)]


def test_a_job_is_forgotten_with_its_transaction(app: Flask) -> None:
    def fail() -> None:
        with transaction():
            enqueue(note_down, "một", 1)
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fail()
    with transaction():
        pass
    assert done == []


def test_a_request_queues_on_success_only(database: Any) -> None:
    app = database.make_app(WTF_CSRF_ENABLED=False)

    def answer(status: int) -> Response:
        enqueue(note_down, "yêu cầu", status)
        return Response("", status, mimetype="text/plain")

    from lms.base.guards import public

    app.add_url_rule("/answers/<int:status>", view_func=public(answer), methods=["POST"])
    client = app.test_client()
    client.post("/answers/422")
    assert done == []
    client.post("/answers/204")
    assert done == [("yêu cầu", 204)]


def test_what_is_no_job_is_refused(app: Flask) -> None:
    with pytest.raises(LookupError):
        enqueue(test_what_is_no_job_is_refused)


@pytest.mark.database("sqlite")
def test_the_queue_carries_the_job_to_the_worker(database: Any, tmp_path: Path) -> None:
    app = database.make_app(BACKGROUND_IMMEDIATE=False, INSTANCE_DIR=tmp_path / "instance")
    with app.app_context(), transaction():
        enqueue(note_down, "hàng đợi", 2)
    assert done == []
    other = database.make_app(BACKGROUND_IMMEDIATE=False, INSTANCE_DIR=tmp_path / "instance")
    huey = background._queue_of(other)["huey"]
    huey.execute(huey.dequeue())
    assert done == [("hàng đợi", 2)]
    assert huey.dequeue() is None


@pytest.mark.database("sqlite")
def test_a_queue_that_is_away_does_not_fail_the_request(database: Any) -> None:
    app = database.make_app(BACKGROUND_IMMEDIATE=False, REDIS_URL="redis://127.0.0.1:1/0")
    with app.app_context(), transaction():
        enqueue(note_down, "mất", 3)
        assert current_app.config["REDIS_URL"]
    assert done == []
