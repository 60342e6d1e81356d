"""Which reported parts were not credited, and why: the answer to a member who asks.

Pure arithmetic over `[start, end, reason]`, the newest last. No Flask, no database.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeAlias

from lms.viewing.coverage import Interval, merge, subtract

MOST_KEPT = 20
# Shorter ones are what rounding and a busy network leave; they mean nothing to anybody.
SHORTEST = 1.0


class Reason(StrEnum):
    CLOCK = "clock"  # reported faster than real time passes, as by two devices at once
    OFFLINE_LIMIT = "offline_limit"  # watched without a connection, too long before it was sent
    CLOSED = "closed"  # the campaign is not open


Refusal: TypeAlias = tuple[float, float, str]


def refusals(parts: Iterable[Interval], reason: Reason) -> list[Refusal]:
    """The refused parts that are worth telling."""
    return [(start, end, reason.value) for start, end in parts if end - start >= SHORTEST]


def keep_refusals(
    kept: Sequence[Sequence[float | str]], new: Sequence[Refusal], covered: Sequence[Interval]
) -> list[Refusal]:
    """What is remembered after a beacon: the newest, without what has been credited since.

    A part that was refused again stands once, with its newest reason.
    """
    if not kept:
        return list(new[-MOST_KEPT:])
    settled = merge(covered, [(start, end) for start, end, _ in new])
    older = [
        (start, end, str(reason))
        for old_start, old_end, reason in kept
        for start, end in subtract([(float(old_start), float(old_end))], settled)
        if end - start >= SHORTEST
    ]
    return [*older, *new][-MOST_KEPT:]
