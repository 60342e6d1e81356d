"""One transaction per request or command, begun for writing where it will write.

SQLite takes the writer's lock at the first statement (BEGIN IMMEDIATE), because a reader that
turns writer fails at once whatever the timeout. What must be recorded about a read goes through
`after_answer`, in a transaction of its own. Nothing here knows a table.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import sqlalchemy as sa
from flask import current_app, g, has_request_context, request
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from lms.base.background import jobs_after_commit
from lms.extensions import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

TURN_SECONDS = 8

_will_write: ContextVar[bool | None] = ContextVar("will_write", default=None)


def will_write() -> bool:
    """Whether the transaction that begins now is going to write."""
    told = _will_write.get()
    if told is not None:
        return told
    return has_request_context() and request.method not in SAFE_METHODS


@contextmanager
def reading() -> Iterator[None]:
    """Read inside a writing request without holding the writer's lock (slow checks go here).

    What the request did before is let go, and with it the lock that loading the account took; so
    this comes before the first write. Rows loaded inside are let go at the end.
    """
    db.session.rollback()
    token = _will_write.set(False)
    try:
        yield
    finally:
        db.session.rollback()
        _will_write.reset(token)


@contextmanager
def transaction() -> Iterator[None]:
    """A writing transaction for commands and jobs: commits at the end, rolls back on an error.

    Jobs that were asked for inside are queued after the commit.
    """
    token = _will_write.set(True)
    try:
        with jobs_after_commit():
            yield
            db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _will_write.reset(token)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A writing transaction on a connection of its own, beside the session: for the few paths that
    need no objects and no application context. Commits at the end, rolls back on an error."""
    token = _will_write.set(True)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        _will_write.reset(token)


def keep_despite_refusal() -> None:
    """Commit this request although it answers with an error: what it stored must not be lost."""
    g.kept_despite_refusal = True


def is_kept_despite_refusal() -> bool:
    """Whether this request asked to be committed whatever it answers."""
    return bool(g.get("kept_despite_refusal", False))


def after_answer(record: Callable[[], None]) -> None:
    """Run `record` once the answer has been sent, in a writing transaction of its own."""
    g.setdefault("after_answer", []).append(record)


def take_after_answer() -> Callable[[], None] | None:
    """What this request asked to record after its answer, as one call; None if nothing."""
    records = g.pop("after_answer", None)
    if not records:
        return None
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> None:
        with app.app_context(), transaction():
            for record in records:
                record()

    return run


def prepare_sqlite(engine: Engine) -> None:
    """Durable, concurrent SQLite: WAL, every commit on disk, the writer's lock taken first.

    Who wants to write waits for a turn in a queue of our own, threads and processes alike: SQLite's
    way of waiting is to sleep and look again, which makes the unlucky ones wait for seconds.
    """
    turn = _Turn(engine.url.database)

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=8000",
            "cache_size=-16000",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not will_write():
            connection.exec_driver_sql("BEGIN")
            return
        # After the wait SQLite itself decides: another process may hold its lock, too.
        if turn.take():
            connection.info["has_turn"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @sa.event.listens_for(engine, "checkin")
    def _checkin(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        if entry.info.pop("has_turn", False):
            turn.give_back()


class _Turn:
    """Who may write next. A lock among the threads of a process, and one on a file beside the
    database among processes, which the system takes back from a process that ends."""

    def __init__(self, database: str | None) -> None:
        self._threads = threading.Lock()
        self._path = f"{database}.turn" if database and database != ":memory:" else None
        self._file: int | None = None

    def take(self) -> bool:
        """Wait for the turn; False if the threads before took too long."""
        if not self._threads.acquire(timeout=TURN_SECONDS):
            return False
        if self._path is not None:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        return True

    def give_back(self) -> None:
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        self._threads.release()
