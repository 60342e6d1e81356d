"""Every unwatched part of a recording with the reason that is known: what a member reads who asks
why a part does not count. Pure; the browser's twin is `explain` in static/js/modules/intervals.js.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lms.viewing.coverage import SMALLEST_HOLE, Interval, missing, subtract

UNKNOWN = "never"
"""Nothing was reported of it. Only the page of that time could say why."""


class UnwatchedPart(NamedTuple):
    """A part of a recording that is not credited."""

    start: float
    end: float
    reason: str


def list_unwatched(
    intervals: Sequence[Interval],
    duration: float,
    notes: Iterable[Sequence[float | str]],
) -> list[UnwatchedPart]:
    """The holes of at least a second, cut by what is noted of them; a newer note wins."""
    parts: list[UnwatchedPart] = []
    noted = _latest(notes)
    for hole in missing(intervals, duration):
        if hole[1] - hole[0] < SMALLEST_HOLE:
            continue
        known = [
            UnwatchedPart(max(start, hole[0]), min(end, hole[1]), reason)
            for start, end, reason in noted
            if min(end, hole[1]) - max(start, hole[0]) >= SMALLEST_HOLE
        ]
        rest = subtract([hole], [(part.start, part.end) for part in known])
        parts += known
        parts += [
            UnwatchedPart(start, end, UNKNOWN)
            for start, end in rest
            if not known or end - start >= SMALLEST_HOLE
        ]
    return sorted(parts)


def _latest(notes: Iterable[Sequence[float | str]]) -> list[UnwatchedPart]:
    """Notes without overlap, sorted; the last given is the newest."""
    laid: list[UnwatchedPart] = []
    for start, end, reason in notes:
        newest = (float(start), float(end))
        laid = [
            UnwatchedPart(left, right, part.reason)
            for part in laid
            for left, right in subtract([(part.start, part.end)], [newest])
        ]
        laid.append(UnwatchedPart(*newest, str(reason)))
    return sorted(laid)
