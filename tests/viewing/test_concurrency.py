"""Many beacons on one row at once: none is lost, and none is paid for twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.viewing.models import ViewingClock
from lms.viewing.services import beacons as services
from tests.bench.crowd import crowd
from tests.bench.kills import HASTY, kill_while_sending
from tests.bench.viewers import world
from tests.support.client import PageClient
from tests.viewing.support import BEACONS, Viewer, make_viewer

THREADS = 16
EACH = 20
TENTH = 0.1


def send_all(app: Flask, viewer: Viewer) -> list[int]:
    """Every thread sends twenty tenths of a second of its own, all at once, at one moment."""
    grant = viewer.grant()
    db.session.commit()
    barrier = threading.Barrier(THREADS)
    statuses: list[int] = []

    def work(thread: int) -> None:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = viewer.token
        barrier.wait()
        for number in range(EACH):
            start = round((number * THREADS + thread) * TENTH, 1)
            beacon = {"grant": grant, "intervals": [[start, start + TENTH]], "position": start}
            statuses.append(client.post(BEACONS, json=beacon).status_code)

    with clock.frozen(viewer.began_at + timedelta(seconds=60)):
        threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return statuses


def test_sixteen_threads_lose_nothing(app: Flask, client: PageClient) -> None:
    viewer = make_viewer(app, client)
    statuses = send_all(app, viewer)
    assert statuses == [200] * (THREADS * EACH)
    coverage = viewer.coverage()
    assert coverage is not None
    assert coverage.intervals == [[0.0, 32.0]]
    assert coverage.covered_seconds == 32
    kept = db.session.scalars(sa.select(ViewingClock)).one()
    assert kept.unspent_seconds == pytest.approx(30 - 32 / 1.5, abs=1e-3)


def test_without_the_lock_beacons_are_lost(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken control of the test below, on PostgreSQL: SQLite has one writer anyway."""
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("not asked for")
    monkeypatch.setattr(services, "lock_members", lambda connection, member_ids: None)
    with world("postgresql", 1) as made, pytest.raises(AssertionError, match="lost"):
        crowd(made, processes=8, each=15)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_eight_processes_on_one_row_lose_nothing(kind: str, request: pytest.FixtureRequest) -> None:
    """The small one; `make soak` lets sixty-four of them send a hundred each."""
    if request.config.getoption("--database") not in (kind, "both"):
        pytest.skip("not asked for")
    with world(kind, 1) as made:
        crowd(made, processes=8, each=15)


def test_a_killed_server_has_kept_what_it_acknowledged() -> None:
    """One kill; `make soak` kills often, and on both databases. With its broken control."""
    with world("sqlite", 40) as made:
        answered, lost = kill_while_sending(made, 0)
        assert answered > 0
        assert lost == 0
        _answered, lost = kill_while_sending(made, 2_000, application=HASTY)
        assert lost > 0
