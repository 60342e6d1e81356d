"""One transaction per request, on its success alone; the writer's lock held no longer than needed.

The routes here belong to an application of the test's own on the same database.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import abort, send_file
from flask.typing import ResponseReturnValue

from lms.audit.models import AuditRecord
from lms.audit.services import record
from lms.base.errors import Conflict, Invalid, NotFound
from lms.base.transactions import (
    after_answer,
    keep_despite_refusal,
    reading,
    transaction,
    will_write,
)
from lms.extensions import db
from lms.people.models import Member
from tests.base.support import Scratch, View
from tests.factories.people import make_member, make_unit
from tests.support.databases import TestDatabase
from tests.support.statements import count_statements


@pytest.fixture(scope="module")
def applications() -> dict[str, Scratch]:
    """One application for each database: making one takes as long as ten tests."""
    return {}


@pytest.fixture
def scratch(database: TestDatabase, applications: dict[str, Scratch]) -> Iterator[Scratch]:
    if database.kind not in applications:
        applications[database.kind] = Scratch(database)
    made = applications[database.kind]
    made.let_go()
    yield made
    made.let_go()


def writing(answer: ResponseReturnValue) -> View:
    def view() -> ResponseReturnValue:
        record(None, "first", "row:1")
        db.session.flush()
        record(None, "second", "row:2")
        return answer

    return view


def raising(error: Exception) -> View:
    def view() -> ResponseReturnValue:
        record(None, "first", "row:1")
        db.session.flush()
        raise error

    return view


@pytest.mark.parametrize("status", [200, 201, 204, 302])
def test_success_is_committed_at_the_edge(scratch: Scratch, status: int) -> None:
    assert scratch.call(writing(("", status))).status_code == status
    assert scratch.kept() == ["first", "second"]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 429, 500, 503])
def test_an_answer_that_refuses_keeps_nothing(scratch: Scratch, status: int) -> None:
    assert scratch.call(writing(("no", status))).status_code == status
    assert scratch.kept() == []


@pytest.mark.parametrize(
    ("error", "status"),
    [(Invalid("Sai."), 422), (NotFound(), 404), (Conflict("Đã đổi."), 409)],
)
def test_an_error_keeps_nothing(scratch: Scratch, error: Exception, status: int) -> None:
    assert scratch.call(raising(error)).status_code == status
    assert scratch.kept() == []


def test_abort_keeps_nothing(scratch: Scratch) -> None:
    def view() -> ResponseReturnValue:
        record(None, "first", "row:1")
        db.session.flush()
        abort(409)

    assert scratch.call(view).status_code == 409
    assert scratch.kept() == []


def test_a_fault_keeps_nothing(scratch: Scratch) -> None:
    with pytest.raises(ZeroDivisionError):
        scratch.call(raising(ZeroDivisionError()))
    assert scratch.kept() == []


def test_what_must_not_be_lost_is_kept_despite_a_refusal(scratch: Scratch) -> None:
    def view() -> ResponseReturnValue:
        record(None, "draft", "row:1")
        keep_despite_refusal()
        return "too short", 422

    assert scratch.call(view).status_code == 422
    assert scratch.kept() == ["draft"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_safe_method_keeps_nothing(scratch: Scratch, method: str) -> None:
    def view() -> ResponseReturnValue:
        record(None, "first", "row:1")
        db.session.flush()
        return "x"

    assert scratch.call(view, method).status_code == 200
    assert scratch.kept() == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_an_unsafe_method_is_committed(scratch: Scratch, method: str) -> None:
    assert scratch.call(writing("x"), method).status_code == 200
    assert scratch.kept() == ["first", "second"]


def test_there_is_one_commit_and_it_comes_last(scratch: Scratch) -> None:
    seen: list[str] = []

    def view() -> ResponseReturnValue:
        for number in range(3):
            record(None, f"row-{number}", "row:1")
            db.session.flush()
            seen.extend(scratch.kept())
        return "x"

    commits: list[object] = []
    with scratch.app.app_context():
        engine = db.engine
    note = commits.append
    sa.event.listen(engine, "commit", note)
    scratch.call(view)
    sa.event.remove(engine, "commit", note)
    assert len(commits) == 1
    assert seen == []
    assert len(scratch.kept()) == 3


def test_a_broken_constraint_at_the_commit_is_a_conflict_and_keeps_nothing(
    scratch: Scratch,
) -> None:
    def view() -> ResponseReturnValue:
        record(None, "first", "row:1")
        db.session.add(AuditRecord(id=7, recorded_at=None, action="x", subject="y", detail={}))
        return "x"

    assert scratch.call(view).status_code == 409
    assert scratch.kept() == []


@pytest.mark.database("sqlite")
def test_an_unsafe_request_takes_the_writers_lock_at_its_first_statement(
    scratch: Scratch,
) -> None:
    could: dict[str, bool] = {}

    def view(name: str) -> View:
        def read() -> ResponseReturnValue:
            assert will_write() == (name == "post")
            db.session.execute(sa.select(AuditRecord.id))
            could[name] = scratch.can_write()
            return "x"

        return read

    scratch.call(view("get"), "GET")
    scratch.call(view("post"))
    assert could == {"get": True, "post": False}
    assert scratch.can_write()


@pytest.mark.database("sqlite")
def test_a_slow_check_lets_the_lock_go_and_the_write_after_it_takes_it_again(
    scratch: Scratch,
) -> None:
    could: list[bool] = []

    def view() -> ResponseReturnValue:
        db.session.execute(sa.select(AuditRecord.id))
        could.append(scratch.can_write())
        with reading():
            db.session.execute(sa.select(AuditRecord.id))
            could.append(scratch.can_write())
        record(None, "after", "row:1")
        db.session.flush()
        could.append(scratch.can_write())
        return "x"

    scratch.call(view)
    assert could == [False, True, False]
    assert scratch.kept() == ["after"]


def test_what_somebody_else_wrote_during_a_slow_check_is_seen_after_it(scratch: Scratch) -> None:
    seen: list[list[str]] = []

    def actions() -> list[str]:
        return list(db.session.scalars(sa.select(AuditRecord.action)))

    def view() -> ResponseReturnValue:
        with reading():
            seen.append(actions())
            with scratch.elsewhere() as connection:
                connection.execute(
                    sa.insert(AuditRecord).values(
                        recorded_at=sa.func.now(), action="theirs", subject="row:9", detail={}
                    )
                    if connection.dialect.name == "postgresql"
                    else sa.text(
                        "INSERT INTO audit_record (recorded_at, action, subject, detail)"
                        " VALUES ('2026-01-01 00:00:00', 'theirs', 'row:9', '{}')"
                    )
                )
                connection.commit()
        seen.append(actions())
        record(None, "ours", "row:1")
        return "x"

    assert scratch.call(view).status_code == 200
    assert seen == [[], ["theirs"]]
    assert scratch.kept() == ["theirs", "ours"]


def test_what_is_written_while_reading_is_let_go(scratch: Scratch) -> None:
    def view() -> ResponseReturnValue:
        record(None, "before", "row:1")
        db.session.flush()
        with pytest.raises(ValueError), reading():
            raise ValueError
        return "x"

    scratch.call(view)
    assert scratch.kept() == []


def test_a_note_about_a_read_is_written_after_the_answer_in_its_own_transaction(
    scratch: Scratch,
) -> None:
    during: list[list[str]] = []

    def view() -> ResponseReturnValue:
        def note() -> None:
            assert will_write()
            record(None, "opened", "row:1")

        after_answer(note)
        after_answer(lambda: record(None, "audited", "row:1"))
        during.append(scratch.kept())
        return "x"

    assert scratch.call(view, "GET").status_code == 200
    assert during == [[]]
    assert scratch.kept() == ["opened", "audited"]


def test_a_file_that_is_handed_out_is_noted_too(scratch: Scratch) -> None:
    def view() -> ResponseReturnValue:
        after_answer(lambda: record(None, "exported", "row:1"))
        return send_file(BytesIO(b"x" * 100_000), download_name="x.bin")

    answer = scratch.call(view, "GET")
    assert len(answer.data) == 100_000
    assert scratch.kept() == ["exported"]


@pytest.mark.parametrize("status", [403, 404, 422])
def test_nothing_is_noted_about_a_read_that_was_refused(scratch: Scratch, status: int) -> None:
    def view() -> ResponseReturnValue:
        after_answer(lambda: record(None, "opened", "row:1"))
        return "no", status

    def raising_view() -> ResponseReturnValue:
        after_answer(lambda: record(None, "opened", "row:1"))
        abort(status)

    assert scratch.call(view, "GET").status_code == status
    assert scratch.call(raising_view, "GET").status_code == status
    assert scratch.kept() == []


def test_notes_of_one_request_are_kept_together_or_not_at_all(scratch: Scratch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    def view() -> ResponseReturnValue:
        after_answer(lambda: record(None, "opened", "row:1"))
        after_answer(fail)
        return "x"

    with pytest.raises(ZeroDivisionError):
        scratch.call(view, "GET")
    assert scratch.kept() == []


def fail_after_writing() -> None:
    record(None, "lost", "row:2")
    db.session.flush()
    raise ZeroDivisionError


def test_a_command_commits_at_its_end_and_not_on_an_error(scratch: Scratch) -> None:
    with scratch.app.app_context():
        with transaction():
            record(None, "kept", "row:1")
        with pytest.raises(ZeroDivisionError), transaction():
            fail_after_writing()
        assert not will_write()
    assert scratch.kept() == ["kept"]


THREADS, EACH = 16, 4


def test_sixty_four_increments_at_once_lose_nothing(scratch: Scratch) -> None:
    with scratch.app.app_context(), transaction():
        member_id = make_member(make_unit(), birth_year=0).id

    def add() -> ResponseReturnValue:
        row = db.session.scalars(
            sa.select(Member).where(Member.id == member_id).with_for_update()
        ).one()
        row.birth_year = (row.birth_year or 0) + 1
        return "x"

    barrier = threading.Barrier(THREADS)
    statuses: list[int] = []

    def work() -> None:
        barrier.wait()
        statuses.extend(scratch.call(add).status_code for _ in range(EACH))

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * (THREADS * EACH)
    with scratch.elsewhere() as connection:
        assert connection.scalar(sa.select(Member.birth_year)) == THREADS * EACH


@pytest.mark.database("sqlite")
def test_sqlite_is_durable_and_keeps_its_references(scratch: Scratch) -> None:
    with scratch.app.app_context():
        values = {
            name: db.session.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 8000,
    }


def test_a_read_costs_no_commit_and_no_write(scratch: Scratch) -> None:
    def view() -> ResponseReturnValue:
        db.session.execute(sa.select(AuditRecord.id))
        return "x"

    with count_statements() as statements:
        scratch.call(view, "GET")
    assert len(statements) == 1
