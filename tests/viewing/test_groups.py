"""Beacons credited in groups: everyone gets their own answer, one that fails fails alone."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from lms.base import clock
from lms.extensions import db
from lms.people.sign_in import hash_token
from lms.viewing.coverage import BadIntervals
from lms.viewing.crediting import Beacon, Receipt
from lms.viewing.grants import BadGrant, read_grant
from lms.viewing.models import Coverage, ViewingClock
from lms.viewing.queries.prepared import as_list, as_moment, bind_json, bind_moment
from lms.viewing.services import beacons as services
from lms.viewing.services.beacons import OrdinaryWay, credit_together
from lms.viewing.services.groups import MOST, Groups
from tests.factories.people import make_learner, make_unit, sign_in_elsewhere
from tests.support.client import PageClient
from tests.support.statements import count_statements
from tests.viewing.support import BEACONS, Viewer, make_viewer


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    return make_viewer(app, client)


def beacon(viewer: Viewer, intervals: Any, position: Any = None, **grant: Any) -> Beacon:
    token_hash = hash_token(viewer.token)
    right = read_grant(viewer.grant(), str(viewer.app.secret_key), token_hash, clock.now())
    db.session.commit()
    return Beacon(right, grant.get("token_hash", token_hash), intervals, position, False)


def test_every_caller_gets_an_answer_of_its_own_and_nobody_waits_alone() -> None:
    sizes: list[int] = []

    def work(items: Any) -> list[int]:
        sizes.append(len(items))
        time.sleep(0.01)
        return [item * 2 for item in items]

    groups: Groups[int, int] = Groups(work)
    answers: dict[int, int] = {}

    def call(start: int) -> None:
        for number in range(start, start + 20):
            answers[number] = groups.do(number)

    threads = [threading.Thread(target=call, args=(start * 20,)) for start in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: number * 2 for number in range(2_000)}
    assert max(sizes) <= MOST
    assert len(sizes) < 200, "they were hardly done together"


def test_what_fails_for_a_group_is_raised_to_all_of_it_and_the_next_go_on() -> None:
    def work(items: Any) -> list[int]:
        if -1 in items:
            raise ValueError("broken")
        return list(items)

    groups: Groups[int, int] = Groups(work)
    for _time in range(3):
        with pytest.raises(ValueError, match="broken"):
            groups.do(-1)
        assert groups.do(7) == 7


def test_neighbours_of_a_bad_beacon_are_credited(viewer: Viewer) -> None:
    group = [
        beacon(viewer, [[0, 5]]),
        beacon(viewer, [[5, 1]]),
        beacon(viewer, [[0, 9]], token_hash="0" * 64),
        beacon(viewer, [[5, 9]], "x"),
        beacon(viewer, [[5, 9]]),
    ]
    with clock.frozen(viewer.began_at + timedelta(seconds=20)), count_statements() as statements:
        answers = credit_together(db.engine, group)
    kinds = [type(answer) for answer in answers]
    assert kinds == [Receipt, BadIntervals, BadGrant, BadIntervals, Receipt]
    assert len(statements) <= 4
    assert viewer.coverage().intervals == [[0, 9]]  # type: ignore[union-attr]


def test_beacons_of_one_member_in_one_group_share_the_clock(viewer: Viewer) -> None:
    group = [beacon(viewer, [[start, start + 60]]) for start in range(0, 600, 60)]
    with clock.frozen(viewer.began_at + timedelta(seconds=20)):
        credit_together(db.engine, group)
    assert viewer.covered() == 35


def test_one_that_moves_its_enrolment_is_sent_the_ordinary_way(
    app: Flask, client: PageClient
) -> None:
    viewer = make_viewer(app, client, seconds=100.0)
    group = [beacon(viewer, [[0, 5]]), beacon(viewer, [[5, 15]]), beacon(viewer, [[5, 9]])]
    with clock.frozen(viewer.began_at + timedelta(seconds=20)):
        answers = credit_together(db.engine, group)
    assert [type(answer) for answer in answers] == [Receipt, OrdinaryWay, Receipt]
    assert viewer.coverage().intervals == [[0, 9]]  # type: ignore[union-attr]


def test_where_the_database_refuses_the_group_each_is_tried_alone(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = services.credit_group

    def refusing(connection: Any, beacons: Any) -> Any:
        answers = real(connection, beacons)
        if any(one.intervals == [[66, 67]] for one in beacons):
            raise IntegrityError("statement", {}, Exception("no such row"))
        return answers

    monkeypatch.setattr(services, "credit_group", refusing)
    group = [beacon(viewer, [[0, 5]]), beacon(viewer, [[66, 67]]), beacon(viewer, [[5, 9]])]
    with clock.frozen(viewer.began_at + timedelta(seconds=20)):
        answers = credit_together(db.engine, group)
    assert [type(answer) for answer in answers] == [Receipt, IntegrityError, Receipt]
    assert viewer.coverage().intervals == [[0, 9]]  # type: ignore[union-attr]


def test_a_locked_database_is_answered_with_503_and_when_to_come_again(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_engine: Any, _beacons: Any) -> Any:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setattr(viewer.app.wsgi_app._groups, "_work", lambda items: locked(None, items))
    answer = viewer.beacon((0, 5), after=6)
    assert (answer.status_code, answer.json["status"]) == (503, 503)
    assert int(answer.headers["Retry-After"]) > 0
    assert viewer.coverage() is None


@pytest.mark.parametrize(
    "case", ["taken", "bad intervals", "bad grant", "no json", "no object", "bad flag", "bad body"]
)
def test_the_door_and_the_route_answer_alike(
    app: Flask, viewer: Viewer, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body: Any = {"grant": viewer.grant(), "intervals": [[0, 5]], "position": 5}
    if case == "bad intervals":
        body["intervals"] = [[5, 0]]
    elif case == "bad grant":
        body["grant"] += "x"
    elif case == "bad flag":
        body["offline"] = "yes"
    elif case == "no object":
        body = [body]
    data = {"no json": b"{", "bad body": b"\xff"}.get(case) or bind_json(body).encode()
    door = app.wsgi_app
    answers = []
    with clock.frozen(viewer.began_at + timedelta(seconds=6)):
        for wsgi_app in (door, door.inner):  # type: ignore[attr-defined]
            monkeypatch.setattr(app, "wsgi_app", wsgi_app)
            answer = viewer.client.post(BEACONS, data=data, content_type="application/json")
            headers = {k: v for k, v in answer.headers if k != "Set-Cookie"}
            answers.append((answer.status_code, answer.data, headers))
    assert answers[0] == answers[1]


def test_a_cookie_found_genuine_once_is_no_longer_so_when_it_is_forged_or_signed_out(
    app: Flask, viewer: Viewer
) -> None:
    assert viewer.beacon((0, 5), after=6).status_code == 200
    cookie = viewer.client.get_cookie("session")
    assert cookie is not None
    for forged in (cookie.value[:-3] + "abc", "x" + cookie.value, "", cookie.value + "."):
        viewer.client.set_cookie("session", forged)
        assert viewer.beacon((5, 9), after=20).status_code == 403
    stranger = sign_in_elsewhere(app, make_learner(make_unit()))
    answer = stranger.post(BEACONS, json={"grant": viewer.grant(), "intervals": [[5, 9]]})
    assert answer.status_code == 403


def test_what_is_sent_as_it_is_equals_what_the_column_types_store(viewer: Viewer) -> None:
    viewer.watch((0, 5), after=6)
    dialect = db.engine.dialect
    now = clock.now()
    for moment in (now, now.replace(microsecond=0)):
        stored = db.session.scalar(
            sa.update(ViewingClock)
            .values(updated_at=moment)
            .returning(
                sa.type_coerce(ViewingClock.updated_at, sa.String)
                if dialect.name == "sqlite"
                else ViewingClock.updated_at
            )
        )
        assert stored == bind_moment(dialect, moment)
        assert as_moment(stored) == moment
    kept = db.session.scalars(sa.select(Coverage)).one()
    assert kept.intervals == as_list(bind_json([(0.0, 5.0)]))
