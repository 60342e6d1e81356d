"""The chain of seals: whole as long as nobody touches the tables, else it tells where."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.jobs import seal_records
from lms.audit.keys import signing_key
from lms.audit.models import AuditHead, AuditRecord, AuditSeal
from lms.audit.queries.verification import BreakKind, Verification, verify_chain
from lms.audit.sealer import seal_all
from lms.audit.services import record, sealing
from lms.audit.services.blanking import blank_details
from lms.audit.services.sealing import BrokenHead, seal_next, trust_head
from lms.base import clock
from lms.base.transactions import transaction
from lms.extensions import db
from tests.factories.people import make_account
from tests.support.databases import TestDatabase

KINDS = BreakKind
HEAD_AT_FOUR = (
    "UPDATE audit_head SET sequence = 4, digest = "
    "(SELECT digest FROM audit_seal WHERE sequence = 4)"
)


@pytest.fixture(autouse=True)
def _numbers_from_one(request: pytest.FixtureRequest) -> None:
    """Records are named by their number below, so they are counted from one on both databases."""
    if "app" not in request.fixturenames:
        return
    request.getfixturevalue("app")
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("ALTER SEQUENCE audit_record_id_seq RESTART WITH 1"))
        db.session.commit()


def _record(count: int = 6) -> None:
    for number in range(1, count + 1):
        record(None, "unit.renamed", f"unit:{number}", old_name=f"Chi bộ {number}", ratio=0.1)
    db.session.commit()


def _verify(noted: tuple[int, str] | None = None) -> Verification:
    db.session.rollback()
    return verify_chain(signing_key(), noted)


def _kind() -> BreakKind | None:
    broken = _verify().broken
    return broken.kind if broken else None


@contextmanager
def _past_the_guard(database: TestDatabase) -> Iterator[None]:
    """Somebody who holds the database itself: its triggers are off."""
    db.session.rollback()
    if database.kind == "postgresql":
        db.session.execute(sa.text("SET session_replication_role = replica"))
    else:
        for name in ("audit_record_kept", "audit_record_fixed", "audit_seal_kept"):
            db.session.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}"))
        db.session.execute(sa.text("DROP TRIGGER IF EXISTS audit_seal_fixed"))
    yield
    if database.kind == "postgresql":
        db.session.execute(sa.text("SET session_replication_role = DEFAULT"))
    db.session.commit()


def _run(*statements: str) -> None:
    for statement in statements:
        db.session.execute(sa.text(statement))


def test_an_untouched_record_is_whole(app: Flask) -> None:
    assert _verify() == Verification(0, 0, "0" * 64, None, None)
    _record()
    assert (_verify().sealed, _verify().waiting) == (0, 6)
    seal_records()
    _record(3)
    result = _verify()
    assert (result.sealed, result.waiting, result.broken) == (6, 3, None)
    seal_records()
    seal_records()
    result = _verify()
    assert (result.sealed, result.waiting, result.broken) == (9, 0, None)
    head = db.session.scalars(sa.select(AuditHead)).one()
    assert (head.sequence, head.digest) == (9, result.digest)


def test_batches_follow_each_other(app: Flask) -> None:
    _record(7)
    while seal_next(signing_key(), limit=2):
        db.session.commit()
    assert (_verify().sealed, _verify().broken) == (7, None)


@pytest.mark.parametrize(
    ("statements", "kind", "where"),
    [
        (["UPDATE audit_record SET subject = 'unit:9' WHERE id = 3"], KINDS.CHANGED_RECORD, 3),
        (["UPDATE audit_record SET actor_id = NULL, action = 'x.y' WHERE id = 3"],
         KINDS.CHANGED_RECORD, 3),
        (["UPDATE audit_record SET detail = '{}' WHERE id = 4"], KINDS.CHANGED_DETAIL, 4),
        (["UPDATE audit_record SET detail = '{\"blanked_by\": 2}' WHERE id = 4",
          "UPDATE audit_seal SET salt = NULL WHERE record_id = 4"], KINDS.CHANGED_DETAIL, 4),
        (["DELETE FROM audit_record WHERE id = 2"], KINDS.MISSING_RECORD, 2),
        (["DELETE FROM audit_seal WHERE record_id = 2"], KINDS.MISSING_SEAL, None),
        (["DELETE FROM audit_record WHERE id = 2", "DELETE FROM audit_seal WHERE record_id = 2"],
         KINDS.MISSING_SEAL, None),
        (["DELETE FROM audit_record WHERE id > 4", "DELETE FROM audit_seal WHERE record_id > 4"],
         KINDS.CUT_TAIL, None),
        (["DELETE FROM audit_record WHERE id > 4", "DELETE FROM audit_seal WHERE record_id > 4",
          HEAD_AT_FOUR], KINDS.FORGED_HEAD, None),
        (["DELETE FROM audit_head"], KINDS.NO_HEAD, None),
        (["UPDATE audit_record SET id = 99 WHERE id = 2",
          "UPDATE audit_record SET id = 2 WHERE id = 3",
          "UPDATE audit_record SET id = 3 WHERE id = 99"], KINDS.CHANGED_RECORD, 2),
        (["UPDATE audit_seal SET record_id = 99 WHERE record_id = 2",
          "UPDATE audit_seal SET record_id = 2 WHERE record_id = 3",
          "UPDATE audit_seal SET record_id = 3 WHERE record_id = 99"], KINDS.CHANGED_RECORD, 3),
        (["UPDATE audit_seal SET sealed_at = '2020-01-01 00:00:00' WHERE sequence = 5"],
         KINDS.CHANGED_RECORD, 5),
    ],
)  # fmt: skip
def test_what_was_done_to_the_tables_is_told(
    app: Flask, database: TestDatabase, statements: list[str], kind: BreakKind, where: int | None
) -> None:
    _record()
    seal_records()
    assert _kind() is None
    with _past_the_guard(database):
        _run(*statements)
    broken = _verify().broken
    assert broken is not None
    assert (broken.kind, broken.record_id) == (kind, where)


def test_a_record_slipped_in_is_told_before_and_after_it_is_sealed(
    app: Flask, database: TestDatabase
) -> None:
    _record()
    seal_records()
    old = clock.now() - timedelta(days=2)
    with _past_the_guard(database):
        db.session.add(
            AuditRecord(recorded_at=old, action="unit.moved", subject="unit:1", detail={})
        )
    assert _kind() is KINDS.INSERTED_RECORD
    seal_records()
    assert _kind() is KINDS.INSERTED_RECORD


def test_an_old_backlog_sealed_in_many_sittings_is_no_intruder(app: Flask) -> None:
    for days in (30, 10, 20):
        with clock.frozen(clock.now() - timedelta(days=days)):
            _record(2)
    for _sitting in range(3):
        assert seal_next(signing_key(), limit=2) == 2
        db.session.commit()
    seal_records()
    assert _kind() is None


def test_a_transaction_that_took_an_hour_is_no_intruder(app: Flask) -> None:
    _record()
    seal_records()
    with clock.frozen(clock.now() - timedelta(hours=1)):
        _record(1)
    seal_records()
    assert _kind() is None


def test_a_chain_made_anew_fails_against_the_head_noted_outside(
    app: Flask, database: TestDatabase
) -> None:
    _record()
    seal_records()
    noted = (_verify().sealed, _verify().digest)
    assert _verify(noted).broken is None
    with _past_the_guard(database):
        _run("DELETE FROM audit_seal", "DELETE FROM audit_head",
             "DELETE FROM audit_record WHERE id = 3")  # fmt: skip
    seal_records()
    assert _kind() is None, "whoever holds database and key can write the chain anew …"
    assert _verify(noted).broken is not None, "… but not past a head that was noted"
    _record(5)
    seal_records()
    broken = _verify(noted).broken
    assert broken is not None
    assert broken.kind is KINDS.OTHER_HEAD


def test_nothing_is_sealed_upon_a_forged_head(app: Flask, database: TestDatabase) -> None:
    _record()
    seal_records()
    with _past_the_guard(database):
        _run("DELETE FROM audit_seal WHERE sequence > 4", "UPDATE audit_head SET sequence = 4")
    _record(1)
    with pytest.raises(BrokenHead):
        seal_all()
    db.session.rollback()
    seal_records()
    assert db.session.scalar(sa.select(sa.func.count(AuditSeal.sequence))) == 4


def test_a_new_secret_key_is_told_and_can_be_trusted_once(app: Flask) -> None:
    _record()
    seal_records()
    digest = _verify().digest
    app.config["SECRET_KEY"] = "another key altogether" * 2
    assert _kind() is KINDS.FORGED_HEAD
    assert not trust_head(signing_key(), "0" * 64)
    assert trust_head(signing_key(), digest)
    db.session.commit()
    assert _kind() is None


def test_blanked_details_leave_the_chain_whole(app: Flask) -> None:
    actor = make_account()
    _record()
    seal_records()
    assert blank_details(actor.id, [2, 3, 3], "erasure") == 2
    db.session.commit()
    seal_records()
    assert _kind() is None
    kept = db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id)).all()
    assert "Chi bộ 2" not in str([one.detail for one in kept])
    assert "Chi bộ 1" in str([one.detail for one in kept])
    assert (kept[-1].action, kept[-1].detail["records"]) == ("audit.details_blanked", [2, 3])
    assert blank_details(None, [one.id for one in kept], "erasure") == 5 - 1
    db.session.commit()
    seal_records()
    assert _kind() is None


@pytest.mark.database("postgresql")
def test_blanking_while_the_sealer_runs_leaves_the_chain_whole(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sealer stops between reading the records and keeping their seals; blanking comes then."""
    _record(3)
    has_read, may_seal = threading.Event(), threading.Event()
    seal = sealing._seal

    def seal_slowly(*values: Any) -> dict[str, object]:
        has_read.set()
        may_seal.wait(5)
        return seal(*values)

    monkeypatch.setattr(sealing, "_seal", seal_slowly)

    def in_thread(work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            with app.app_context(), transaction():
                work()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    sealer = in_thread(seal_all)
    assert has_read.wait(5)
    blanker = in_thread(lambda: blank_details(None, [2], "erasure"))
    blanker.join(1)  # without the lock it is done long before
    may_seal.set()
    sealer.join()
    blanker.join()
    assert seal_all() == 1
    assert _verify().broken is None
    assert db.session.get_one(AuditRecord, 2).detail == {"blanked_by": 4}


@pytest.mark.parametrize(
    "change",
    [
        lambda: sa.update(AuditRecord).values(subject="unit:9"),
        lambda: sa.update(AuditRecord).values(detail={}),
        lambda: sa.update(AuditRecord).values(detail={"blanked_by": 1, "more": 2}),
        lambda: sa.delete(AuditRecord),
        lambda: sa.delete(AuditSeal),
        lambda: sa.update(AuditSeal).values(digest="0" * 64),
        lambda: sa.update(AuditSeal).values(salt="0" * 32),
    ],
)
def test_the_database_itself_refuses_changes(
    app: Flask, change: Callable[[], sa.Executable]
) -> None:
    _record()
    seal_records()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(change())
    db.session.rollback()
    assert _kind() is None


def test_the_migrated_database_refuses_them_too(database: TestDatabase) -> None:
    import alembic.command

    from lms.extensions import migrate

    with database.blank():
        alembic.command.upgrade(migrate.get_config(), "head")
        db.session.execute(
            sa.insert(AuditRecord).values(
                recorded_at=clock.now(), action="x.y", subject="z:1", detail={}
            )
        )
        db.session.commit()
        for statement in ("DELETE FROM audit_record", "UPDATE audit_record SET action = 'a.b'"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"):
                db.session.execute(sa.text(statement))
            db.session.rollback()


@pytest.mark.database("sqlite")
def test_the_command_says_what_is_wrong_and_fails(app: Flask, database: TestDatabase) -> None:
    runner = app.test_cli_runner()
    _record()
    assert "Đã niêm phong 6 bản ghi." in runner.invoke(args=["audit", "seal"]).output
    good = runner.invoke(args=["audit", "verify"])
    assert good.exit_code == 0, good.output
    assert "Nhật ký nguyên vẹn: 6 bản ghi" in good.output
    head = good.output.strip().rpartition(" ")[2]
    assert runner.invoke(args=["audit", "verify", "--head", head]).exit_code == 0
    with _past_the_guard(database):
        _run("UPDATE audit_record SET action = 'x.y' WHERE id = 5")
    bad = runner.invoke(args=["audit", "verify"])
    assert bad.exit_code == 1
    assert "Bản ghi số 5" in bad.output
