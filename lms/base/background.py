"""Work that goes on behind a request, in a worker of its own (`flask --app wsgi worker`).

A feature's jobs.py names its jobs by `@job()`; a service starts one by `enqueue`. It is queued only
once the transaction under way is committed, and the rows it works on say how far it is, so that a
lost message costs time and nothing else. Huey carries the messages: in a SQLite file, or in Redis
where `REDIS_URL` names one. Knows no table.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey
from huey.api import crontab
from huey.serializer import SignedSerializer

logger = logging.getLogger(__name__)

Arguments = tuple[int | str | None, ...]


@dataclass(frozen=True)
class Schedule:
    """When a job runs by itself, in UTC: each field as in a crontab line."""

    minute: str = "*"
    hour: str = "*"


@dataclass(frozen=True)
class _Job:
    function: Callable[..., None]
    schedule: Schedule | None


_jobs: dict[str, _Job] = {}
_waiting: ContextVar[list[tuple[str, Arguments]] | None] = ContextVar("waiting_jobs", default=None)


def job(schedule: Schedule | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function a job. It runs inside an application context and commits by itself."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        _jobs[_name(function)] = _Job(function, schedule)
        return function

    return register


def enqueue(function: Callable[..., None], *arguments: int | str | None) -> None:
    """Run a job after the commit of the transaction under way; forgotten if that is rolled back."""
    name = _name(function)
    if name not in _jobs:
        raise LookupError(f"{name} is no job")
    _waiting.set([*(_waiting.get() or []), (name, arguments)])


def forget_waiting() -> None:
    """Drop what was to be queued, because the transaction did not come to be."""
    _waiting.set(None)


def release_waiting() -> None:
    """Queue what waited for the commit; where BACKGROUND_IMMEDIATE is set, do it at once.

    A queue that cannot be reached is logged and no more: scheduled jobs find what was left.
    """
    waiting = _waiting.get() or []
    _waiting.set(None)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for name, arguments in waiting:
        if app.config["BACKGROUND_IMMEDIATE"]:
            _perform(app, name, arguments)
            continue
        try:
            app.extensions["perform_job"](name, arguments)
        except Exception:
            logger.exception("The job %s could not be queued", name)


@contextmanager
def jobs_after_commit() -> Iterator[None]:
    """Around a transaction of a command: release at its end, forget on an error."""
    try:
        yield
    except BaseException:
        forget_waiting()
        raise
    release_waiting()


def init_app(app: Flask) -> None:
    """Make the queue of this application. It is opened at the first message."""
    app.extensions["perform_job"] = lambda name, arguments: _queue_of(app)["perform"](
        name, arguments
    )


def run_worker(app: Flask) -> None:
    """Work through the queue until stopped, or until the process that started this one ends."""
    queue = _queue_of(app)
    for name, one in _jobs.items():
        if one.schedule is not None:
            _schedule(app, queue["huey"], name, one.schedule)
    consumer = queue["huey"].create_consumer(workers=1, max_delay=1.0)
    parent = os.getppid()

    def watch() -> None:
        stop = threading.Event()
        while not stop.wait(2):
            if os.getppid() != parent:
                consumer.stop(graceful=True)
                return

    threading.Thread(target=watch, daemon=True).start()
    consumer.run()


def _name(function: Callable[..., None]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _perform(app: Flask, name: str, arguments: Arguments) -> None:
    with app.app_context():
        _jobs[name].function(*arguments)


def _queue_of(app: Flask) -> dict[str, Any]:
    """The Huey of an application and the task that performs any of our jobs; made once."""
    if "queue" not in app.extensions:
        huey = _make_huey(app)

        @huey.task(name="perform")
        def perform(name: str, arguments: Arguments) -> None:
            _perform(app, name, arguments)

        app.extensions["queue"] = {"huey": huey, "perform": perform}
    queue: dict[str, Any] = app.extensions["queue"]
    return queue


def _make_huey(app: Flask) -> Huey:
    common = {
        "results": False,
        "serializer": SignedSerializer(secret=app.config["SECRET_KEY"], salt="background"),
    }
    if url := app.config["REDIS_URL"]:
        return RedisHuey("thu-hoach", url=url, **common)
    app.config["INSTANCE_DIR"].mkdir(parents=True, exist_ok=True)
    return SqliteHuey(
        "thu-hoach", filename=str(app.config["INSTANCE_DIR"] / "queue.sqlite3"), **common
    )


def _schedule(app: Flask, huey: Huey, name: str, schedule: Schedule) -> None:
    @huey.periodic_task(crontab(minute=schedule.minute, hour=schedule.hour), name=f"at:{name}")
    def run() -> None:
        _perform(app, name, ())
