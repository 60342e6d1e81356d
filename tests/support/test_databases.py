"""The machinery itself: each test begins with empty tables, on the database it names."""

from __future__ import annotations

import threading
from datetime import date

import sqlalchemy as sa
from flask import Flask, g

from lms.extensions import db
from lms.units.models import Decision
from tests.support.client import PageClient
from tests.support.databases import TestDatabase
from tests.support.statements import count_statements


def _insert_decision() -> int:
    decision = Decision(number="01-QĐ/TU", issued_on=date(2026, 1, 5), issuer="Thành ủy")
    db.session.add(decision)
    db.session.commit()
    return decision.id


def test_the_name_of_the_test_is_the_database_it_runs_on(
    app: Flask, database: TestDatabase
) -> None:
    assert db.engine.dialect.name == database.kind


def test_rows_of_one_test(app: Flask, database: TestDatabase) -> None:
    assert _insert_decision() % 1000 == (1 if database.kind == "sqlite" else 0)


def test_are_gone_in_the_next(app: Flask, database: TestDatabase) -> None:
    assert _insert_decision() % 1000 == (1 if database.kind == "sqlite" else 0)


def test_settings_of_one_test(app: Flask) -> None:
    assert app.config["TESTING"] is True
    app.config["TESTING"] = "changed"
    (app.config["INSTANCE_DIR"] / "left-behind").touch()


def test_settings_are_as_before_in_the_next(app: Flask) -> None:
    assert app.config["TESTING"] is True
    assert not (app.config["INSTANCE_DIR"] / "left-behind").exists()


def test_a_request_does_not_see_the_test_s_own_context(app: Flask, client: PageClient) -> None:
    g.mine = "only here"
    seen: list[bool] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append("mine" in g))
    try:
        client.get("/healthz")
    finally:
        app.before_request_funcs[None].pop()
    assert seen == [False]


def test_a_request_sees_rows_that_the_test_has_not_committed(
    app: Flask, client: PageClient
) -> None:
    counted: list[int] = []

    def count() -> None:
        counted.append(db.session.scalar(sa.select(sa.func.count()).select_from(Decision)))

    _insert_decision()
    db.session.execute(sa.delete(Decision))
    app.before_request_funcs.setdefault(None, []).append(count)
    try:
        client.get("/healthz")
    finally:
        app.before_request_funcs[None].pop()
    assert counted == [0]


def test_statements_are_counted_in_every_thread(app: Flask) -> None:
    def work() -> None:
        with app.app_context():
            db.session.execute(sa.text("SELECT 2"))

    with count_statements() as statements:
        db.session.execute(sa.text("SELECT 1"))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert statements == ["SELECT 1", "SELECT 2"]
    db.session.execute(sa.text("SELECT 3"))
    assert len(statements) == 2
