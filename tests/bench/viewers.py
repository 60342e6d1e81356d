"""Thousands of members before one recording, made by the thousand, and their beacons."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from lms import create_app
from lms.base import clock
from lms.extensions import db
from lms.people.models import Account, Member, SignIn
from lms.people.sign_in import hash_token
from lms.training.models import Enrolment, TrainingSession
from lms.viewing.crediting import Beacon
from lms.viewing.grants import issue_grant, read_grant
from lms.viewing.models import ViewingClock
from tests.bench.load import Call
from tests.factories.people import make_audiences, make_learner, make_unit
from tests.factories.training import make_campaign, make_session
from tests.support.live import product_env
from tests.support.servers import ROOT

BEACONS = "/viewing/beacons"
SECONDS = 15
THREE_HOURS = 10_800.0
WATCHED_SO_FAR = timedelta(hours=1)


@dataclass(frozen=True)
class Viewer:
    """One member at one browser, an hour after they opened the recording's page."""

    enrolment_id: int
    headers: dict[str, str]
    grant: str
    token_hash: str


@dataclass(frozen=True)
class World:
    """A database of its own with viewers, and the application on it in this process."""

    kind: str
    env: dict[str, str]
    app: Flask
    viewers: list[Viewer]


@contextmanager
def world(kind: str, many: int) -> Iterator[World]:
    """Make such a database on SQLite (on this disk) or PostgreSQL (the server of
    BENCH_POSTGRES_URL or TEST_POSTGRES_URL), and take it away at the end."""
    (ROOT / "instance").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"viewers-{kind}-", dir=ROOT / "instance"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database = stack.enter_context(_postgres_database()) if kind == "postgresql" else None
        env = product_env(folder, database)
        app = create_app(
            {
                "SQLALCHEMY_DATABASE_URI": env["DATABASE_URL"],
                "SECRET_KEY": env["SECRET_KEY"],
                "INSTANCE_DIR": folder,
            }
        )
        with app.app_context():
            viewers = make_viewers(app, many)
            db.session.remove()
            yield World(kind, env, app, viewers)
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _postgres_database() -> Iterator[str]:
    given = os.environ.get("BENCH_POSTGRES_URL") or os.environ["TEST_POSTGRES_URL"]
    server = sa.make_url(given).set(drivername="postgresql+psycopg")
    name = f"viewers_{os.getpid()}_{secrets.token_hex(4)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        engine.dispose()


def make_viewers(app: Flask, many: int) -> list[Viewer]:
    """An empty database's tables, a recording of three hours in a campaign under way, and its
    members, each signed in."""
    db.create_all()
    unit = make_unit()
    learner = make_learner(unit)
    campaign = make_campaign(unit, make_audiences("member"), opened=True)
    session = make_session(campaign, seconds=THREE_HOURS)
    db.session.commit()
    like = _row(sa.select(Enrolment).where(Enrolment.campaign_id == campaign.id))
    member = _row(sa.select(Member).where(Member.id == learner.member_id))
    account = _row(sa.select(Account).where(Account.id == learner.id))
    now = clock.now()
    tokens = [secrets.token_urlsafe(32) for _ in range(many)]
    first = {table: _first_free(table) for table in (Member, Account, Enrolment)}
    fresh = {"is_disabled": False, "phone": None, "email": None}
    _insert(
        Member,
        [
            {**member, "id": first[Member] + n, "code": None, "phone": None, "email": None}
            for n in range(many)
        ],
    )
    _insert(
        Account,
        [
            {**account, **fresh, "id": first[Account] + n, "member_id": first[Member] + n}
            for n in range(many)
        ],
    )
    _insert(
        Enrolment,
        [
            {
                **like,
                **dict.fromkeys(("excused_at", "withdrawn_at", "sessions_met_at", "fulfilled_at")),
                "id": first[Enrolment] + n,
                "member_id": first[Member] + n,
            }
            for n in range(many)
        ],
    )
    _insert(
        SignIn,
        [
            {
                "account_id": first[Account] + n,
                "token_hash": hash_token(token),
                "created_at": now,
                "last_seen_at": now,
                "expires_at": now + timedelta(hours=12),
                "ends_at": now + timedelta(hours=12),
                "device": "bench",
            }
            for n, token in enumerate(tokens)
        ],
    )
    db.session.commit()
    if db.engine.dialect.name == "postgresql":  # as its own housekeeping does within a minute
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    return [
        _viewer(app, session, first[Enrolment] + n, first[Member] + n, token)
        for n, token in enumerate(tokens)
    ]


def beacon_calls(viewers: Sequence[Viewer], first: int, many: int) -> list[Call]:
    """Beacons number `first` and after: everybody's first fifteen seconds, then the next."""
    calls = []
    for number in range(first, first + many):
        viewer = viewers[number % len(viewers)]
        start = number // len(viewers) * SECONDS
        body = {"grant": viewer.grant, "intervals": [[start, start + SECONDS]]}
        calls.append(
            Call(BEACONS, "POST", viewer.headers, json.dumps({**body, "position": start + SECONDS}))
        )
    return calls


def beacon_of(
    app: Flask, viewer: Viewer, start: float, seconds: float = SECONDS, *, is_offline: bool = False
) -> Beacon:
    """A beacon as the door hands it over."""
    grant = read_grant(viewer.grant, str(app.secret_key), viewer.token_hash, clock.now())
    end = round(start + seconds, 1)
    return Beacon(grant, viewer.token_hash, [[start, end]], end, is_offline)


def wind_clocks() -> None:
    """Let a minute pass for everybody: beacons that earn nothing would write less."""
    minute = timedelta(minutes=1)
    at, key = ViewingClock.updated_at, ViewingClock.member_id
    with db.engine.begin() as connection:
        clocks = connection.execute(sa.select(key, at)).all()
        if clocks:
            connection.execute(
                sa.update(ViewingClock)
                .where(key == sa.bindparam("of"))
                .values(updated_at=sa.bindparam("at")),
                [{"of": member_id, "at": moment - minute} for member_id, moment in clocks],
            )


def _viewer(
    app: Flask, session: TrainingSession, enrolment_id: int, member_id: int, token: str
) -> Viewer:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = signer.dumps({"_user_id": token, "_fresh": True, "csrf_token": secrets.token_hex(20)})
    grant = issue_grant(
        str(app.secret_key),
        enrolment_id=enrolment_id,
        session_id=session.id,
        member_id=member_id,
        token_hash=hash_token(token),
        now=clock.now() - WATCHED_SO_FAR,
    )
    name = app.session_interface.get_cookie_name(app)
    headers = {"Cookie": f"{name}={cookie}", "Content-Type": "application/json"}
    return Viewer(enrolment_id, headers, grant, hash_token(token))


def _row(query: Any) -> dict[str, Any]:
    """One row of a table, as it is stored."""
    table = query.get_final_froms()[0]
    row = db.session.execute(query.with_only_columns(*table.columns).limit(1)).one()
    return dict(row._mapping)


def _first_free(model: Any) -> int:
    return (db.session.scalar(sa.select(sa.func.max(model.id))) or 0) + 1


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    db.session.execute(sa.insert(model.__table__), rows)
