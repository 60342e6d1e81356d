"""The table of the beacon: what each layer costs, down to the disk, on one server in one run.

Bare WSGI answer, bare Flask view, the beacon's door without a database, and the product on both
databases; at eight connections and at sixty-four. Four thousand members report in turn, so that
every beacon credits something and writes.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from lms.extensions import db
from lms.viewing.services.beacons import credit_together
from tests.bench.load import Call, Timing, measure
from tests.bench.report import Row
from tests.bench.viewers import BEACONS, SECONDS, World, beacon_calls, beacon_of, wind_clocks, world
from tests.support.servers import HOST, Server, granian, gunicorn, running
from tests.support.statements import count_statements

NAME = "beacons"
LEARNERS = 4_000
CONNECTIONS = (8, 64)
LEAST_RATIO = 0.4
MOST_STATEMENTS = 4
MOST_PER_SECOND = 8_000
"""No run gets through more: a beacon that was sent before would write nothing."""
LIKE_A_BEACON = json.dumps({"grant": "-", "intervals": [[0, 15]], "position": 15})


@dataclass
class Target:
    """One server and what is sent to it; `take` gives enough calls for a time."""

    name: str
    server: Server
    take: Callable[[float], Sequence[Call]]
    sent: int = 0
    statements: int | None = None
    world: World | None = None


def rows(kinds: Sequence[str], seconds: float, rounds: int) -> list[Row]:
    """Measure all of it; the rows of the table, eight connections first."""
    with ExitStack() as stack:
        targets = [
            _bare(stack, "bare Flask view, gunicorn 2×4", gunicorn("tests.bench.reference:app")),
            _bare(stack, "bare WSGI answer", granian("tests.bench.reference:bare")),
            _bare(stack, "bare Flask view", granian("tests.bench.reference:app")),
        ]
        worlds = [stack.enter_context(world(kind, LEARNERS)) for kind in kinds]
        targets.append(_door(stack, worlds[0]))
        targets += [_product(stack, made) for made in worlds]
        return [
            row for connections in CONNECTIONS for row in _at(targets, connections, seconds, rounds)
        ]


def _at(targets: list[Target], connections: int, seconds: float, rounds: int) -> list[Row]:
    timings: dict[str, list[Timing]] = {target.name: [] for target in targets}
    for number in range(1, rounds + 1):
        print(f"    {connections} connections, round {number} of {rounds}", flush=True)
        for target in targets:
            if target.world is not None:
                with target.world.app.app_context():
                    wind_clocks()
            _run(target, 1, connections)
            timings[target.name].append(_run(target, seconds, connections))
    references = timings[targets[0].name]
    return [
        Row(
            f"{connections:>2}: {target.name}",
            timings[target.name],
            references,
            LEAST_RATIO if target.world is not None and connections == CONNECTIONS[0] else None,
            target.statements,
            MOST_STATEMENTS if target.statements is not None else None,
        )
        for target in targets
    ]


def _run(target: Target, seconds: float, connections: int) -> Timing:
    timing = measure(target.server, target.take(seconds), seconds, connections)
    target.sent += timing.requests
    return timing


def _bare(stack: ExitStack, name: str, command: list[str]) -> Target:
    server = stack.enter_context(running(name, command))
    headers = {"Content-Type": "application/json"}
    return Target(name, server, lambda _seconds: [Call("/", "POST", headers, LIKE_A_BEACON)])


def _door(stack: ExitStack, made: World) -> Target:
    command = granian("tests.bench.stub:app")
    server = stack.enter_context(running("door", command, "/healthz", made.env))
    calls = beacon_calls(made.viewers, 0, LEARNERS)
    _must_answer(server, calls[0])
    return Target("beacon without a database", server, lambda _seconds: calls)


def _product(stack: ExitStack, made: World) -> Target:
    server = stack.enter_context(running(made.kind, granian(), "/healthz", made.env))
    _must_answer(server, beacon_calls(made.viewers, 0, 1)[0])
    target = Target(f"beacon on {made.kind}", server, lambda _seconds: [], world=made)
    target.take = lambda seconds: beacon_calls(
        made.viewers, target.sent, round(seconds * MOST_PER_SECOND)
    )
    target.statements = _statements(made)
    return target


def _statements(made: World) -> int:
    """What one beacon that is alone costs; in a group several share them."""
    most = 0
    with made.app.app_context():
        for step in range(1, 5):
            beacon = beacon_of(made.app, made.viewers[-1], step * SECONDS)
            with count_statements() as sent:
                credit_together(db.engine, [beacon])
            most = max(most, len(sent)) if step > 1 else most
        db.session.remove()
    return most


def _must_answer(server: Server, call: Call) -> None:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
    connection.request(call.method, call.path, call.body.encode(), call.headers)
    answer = connection.getresponse()
    words = answer.read()[:300]
    connection.close()
    if answer.status != 200 or call.path != BEACONS:
        raise RuntimeError(f"{call.method} {call.path}: {answer.status} {words!r}")
