"""Many processes that credit beacons on the same row at once, each on connections of its own."""

from __future__ import annotations

import multiprocessing
import time
from typing import Any

import sqlalchemy as sa

from lms.extensions import db
from lms.viewing.crediting import Receipt
from lms.viewing.models import Coverage, ViewingClock
from lms.viewing.services.beacons import credit_together
from tests.bench.viewers import World, beacon_of

TENTH = 0.1


def crowd(world: World, processes: int, each: int) -> float:
    """Let them all send tenths of a second of their own; AssertionError if one was lost, paid for
    twice or refused. Returns beacons per second."""
    db.engine.dispose()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(processes)
    children = [
        context.Process(target=_send, args=(world, barrier, number, processes, each))
        for number in range(processes)
    ]
    begun = time.perf_counter()
    for child in children:
        child.start()
    for child in children:
        child.join()
    took = time.perf_counter() - begun
    failed = [child.exitcode for child in children if child.exitcode]
    assert not failed, f"{len(failed)} of {processes} processes met an error"
    sent = round(processes * each * TENTH, 1)
    with db.engine.connect() as connection:
        intervals, covered = connection.execute(
            sa.select(Coverage.intervals, Coverage.covered_seconds)
        ).one()
        clock = connection.execute(
            sa.select(ViewingClock.unspent_seconds + ViewingClock.idle_seconds)
        ).scalar_one()
    assert intervals == [[0, sent]], f"lost: {len(intervals)} pieces, {covered} of {sent} s"
    assert covered == sent
    # An hour since the grant: its wall clock less what was spent, and what passed meanwhile.
    assert 3_600 - sent / 1.5 - 0.01 <= clock <= 3_600 - sent / 1.5 + took + 120
    return processes * each / took


def _send(world: World, barrier: Any, number: int, processes: int, each: int) -> None:
    barrier.wait()
    for turn in range(each):
        start = round((turn * processes + number) * TENTH, 1)
        beacon = beacon_of(world.app, world.viewers[0], start, TENTH, is_offline=True)
        (answer,) = credit_together(db.engine, [beacon])
        if not isinstance(answer, Receipt):
            raise answer
