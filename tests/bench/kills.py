"""Killing the server while beacons are sent: what was acknowledged has to be there afterwards."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
import time

import sqlalchemy as sa

from lms.extensions import db
from lms.viewing.coverage import Interval, subtract
from lms.viewing.models import Coverage
from lms.viewing.queries.prepared import as_pairs
from tests.bench.load import Call
from tests.bench.viewers import BEACONS, World, beacon_calls, wind_clocks
from tests.support.servers import HOST, Server, granian, running

PRODUCT = "wsgi:app"
HASTY = "tests.bench.hasty:app"
"""The broken control: it answers first and commits later."""

Acknowledged = dict[int, list[Interval]]
"""The intervals that a server said it holds, by enrolment."""


def kill_while_sending(
    world: World, first: int, *, application: str = PRODUCT, seconds: float = 1.0
) -> tuple[int, int]:
    """Send beacons number `first` and after to a server of its own, kill it, and look; returns how
    many members got an answer, and for how many of these the database holds less than that."""
    wind_clocks()
    calls = beacon_calls(world.viewers, first, 2_000)
    with running("product", granian(application), BEACONS, world.env) as server:
        acknowledged = _send(server, world, calls, first, seconds)
    kept = _kept()
    lost = sum(
        bool(subtract(intervals, kept.get(enrolment_id, [])))
        for enrolment_id, intervals in acknowledged.items()
    )
    return len(acknowledged), lost


def _send(
    server: Server, world: World, calls: list[Call], first: int, seconds: float
) -> Acknowledged:
    acknowledged: Acknowledged = {}
    turns = iter(range(len(calls)))
    lock = threading.Lock()

    def send() -> None:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
        while True:
            with lock:
                turn = next(turns, None)
            if turn is None:
                return
            call = calls[turn]
            try:
                connection.request(call.method, call.path, call.body.encode(), call.headers)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 200, body
            viewer = world.viewers[(first + turn) % len(world.viewers)]
            with lock:
                acknowledged[viewer.enrolment_id] = as_pairs(json.loads(body)["intervals"])

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 30
    while not acknowledged and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(seconds)
    os.killpg(server.process, signal.SIGKILL)
    for thread in threads:
        thread.join()
    return acknowledged


def _kept() -> Acknowledged:
    with db.engine.connect() as connection:
        rows = connection.execute(sa.select(Coverage.enrolment_id, Coverage.intervals)).all()
    return {enrolment_id: as_pairs(intervals) for enrolment_id, intervals in rows}
