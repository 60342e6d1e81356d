"""Which seconds of a recording were watched: pure arithmetic over intervals.

Sorted, disjoint `(start, end)` pairs in seconds of the recording, to a tenth of a second.
No Flask, no database, no clock: how much may be credited is decided in `allowance.py`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from heapq import nlargest
from math import floor
from typing import NamedTuple, TypeAlias

Interval: TypeAlias = tuple[float, float]

# One row of coverage, and one beacon, hold at most this many pieces.
MAX_INTERVALS = 300
# A player's own idea of the length may differ a little from ours: an end up to this far behind
# the recording is clamped to its end, anything further is refused.
END_TOLERANCE = 2.0
# Holes shorter than this are not worth a jump: the player would land past them.
SMALLEST_HOLE = 1.0
LAST_SECOND = 1.0
# Sums of tenths carry float noise far below this.
EPSILON = 1e-6


class BadIntervals(ValueError):
    """What the player sent is no list of watched intervals; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Cover(NamedTuple):
    """What was credited: all of it, and those parts that only offline beacons vouch for."""

    intervals: list[Interval]
    offline: list[Interval]

    @property
    def verified(self) -> list[Interval]:
        """The parts that the server saw being watched."""
        return subtract(self.intervals, self.offline) if self.offline else self.intervals

    def lacks(self, new: Sequence[Interval], *, is_offline: bool) -> list[Interval]:
        """What of `new` would be a gain: parts not covered, and to a beacon that is not offline
        also those that only offline ones vouch for."""
        return subtract(new, self.intervals if is_offline else self.verified)


def parse_intervals(raw: object, duration: float) -> list[Interval]:
    """Turn decoded JSON into sorted, disjoint intervals inside `[0, duration]`.

    Accepts a list of at most `MAX_INTERVALS` pairs of plain numbers with
    `0 <= start <= end <= duration + END_TOLERANCE`; ends behind the recording are clamped,
    empty intervals dropped, overlaps joined, everything rounded to a tenth of a second.
    Raises `BadIntervals` for anything else: NaN, infinities, booleans, text, negative,
    reversed or out-of-range values.
    """
    if not isinstance(raw, list):
        raise BadIntervals("not-a-list")
    if len(raw) > MAX_INTERVALS:
        raise BadIntervals("too-many")
    furthest = round(duration, 1)
    limit = duration + END_TOLERANCE
    found: list[Interval] = []
    for pair in raw:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise BadIntervals("not-a-pair")
        start = _second(pair[0], limit)
        end = _second(pair[1], limit)
        if end < start:
            raise BadIntervals("reversed")
        end = min(end, furthest)
        if end > start:
            found.append((start, end))
    return merge((), found)


def parse_position(raw: object, duration: float) -> float:
    """The place where the player stands, in seconds, clamped like an interval's end."""
    return min(_second(raw, duration + END_TOLERANCE), round(duration, 1))


def _second(value: object, limit: float) -> float:
    # bool is a subclass of int, and True is no second. Python compares ints of any size with
    # floats exactly, so a number of 400 digits is refused here, before it meets float().
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadIntervals("not-a-number")
    if not 0 <= value <= limit:  # also false for NaN
        raise BadIntervals("out-of-range")
    return round(float(value), 1) + 0.0  # + 0.0 turns -0.0 into 0.0


def merge(old: Iterable[Interval], new: Iterable[Interval]) -> list[Interval]:
    """The union of both, sorted and disjoint; touching intervals are joined."""
    spans = sorted([*old, *new])
    if not spans:
        return []
    union: list[Interval] = []
    left, right = spans[0]
    for start, end in spans:
        if start > right:
            union.append((left, right))
            left, right = start, end
        elif end > right:
            right = end
    union.append((left, right))
    return union


def subtract(new: Sequence[Interval], old: Sequence[Interval]) -> list[Interval]:
    """The parts of `new` that `old` does not hold; both sorted and disjoint."""
    if not new:
        return []
    rest: list[Interval] = []
    # The piece of `old` just before the first new start may still reach into it.
    index = max(0, bisect_left(old, new[0]) - 1)
    count = len(old)
    for span_start, end in new:
        start = span_start
        while index < count and old[index][1] <= start:
            index += 1
        walk = index
        while walk < count and old[walk][0] < end:
            if old[walk][0] > start:
                rest.append((start, old[walk][0]))
            start = max(start, old[walk][1])
            walk += 1
        if start < end:
            rest.append((start, end))
    return rest


def total(intervals: Iterable[Interval]) -> float:
    """The sum of the lengths, in seconds."""
    return round(sum(end - start for start, end in intervals), 1)


def missing(intervals: Sequence[Interval], duration: float) -> list[Interval]:
    """The holes: what of `[0, duration]` was not watched."""
    length = round(duration, 1)
    return subtract([(0.0, length)], intervals) if length > 0 else []


def next_unwatched(intervals: Sequence[Interval], duration: float, position: float) -> float | None:
    """Where to jump for the next unwatched part after `position`, or None.

    Goes round past the end to the first hole. The hole that begins where the player stands is
    being watched already, so it is no place to jump to.
    """
    starts = [
        start
        for start, end in missing(intervals, duration)
        if end - start >= SMALLEST_HOLE and abs(start - position) > SMALLEST_HOLE
    ]
    return next((start for start in starts if start > position), starts[0] if starts else None)


def ratio(covered_seconds: float, duration: float) -> float:
    """The covered share, 0 to 1, cut (not rounded up) to four digits."""
    if duration <= 0:
        return 0.0
    return min(1.0, floor(covered_seconds / round(duration, 1) * 10_000 + EPSILON) / 10_000)


def seconds_asked(duration: float, least: float) -> float:
    """How much must be covered for a least share (0–1). The last second is never asked for:
    players stop a little before or after the length that the file gives."""
    return max(0.0, min(duration * least, duration - LAST_SECOND))


def is_enough(covered_seconds: float, duration: float, least: float) -> bool:
    """Whether the least share (0–1) of a recording is covered."""
    return covered_seconds > 0 and covered_seconds >= seconds_asked(duration, least) - EPSILON


def intersect(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """The parts that both hold; both sorted and disjoint."""
    return subtract(left, subtract(left, right))


def first(parts: Sequence[Interval], seconds: float) -> list[Interval]:
    """The first `seconds` of `parts`, in order, to a whole tenth."""
    taken: list[Interval] = []
    left = seconds
    for start, end in parts:
        if end - start <= left + EPSILON:
            taken.append((start, end))
            left -= end - start
            continue
        cut = round(start + floor(max(left, 0.0) * 10 + EPSILON) / 10, 1)
        if cut > start:
            taken.append((start, cut))
        break
    return taken


def credit(
    old: Cover, gains: Sequence[Interval], allowance: float, *, is_offline: bool = False
) -> Cover:
    """Add `gains` (what `old` lacks of a beacon), in order, until `allowance` seconds are spent.

    What an offline beacon adds is marked; what another one credits loses the mark. Grows by at
    most `allowance`, never shrinks. When more than `MAX_INTERVALS` pieces would remain, the
    shortest are given up: the sum still never falls below the old one, because every old piece
    lives on in a piece at least as long. Returns `old` itself when nothing was gained.
    """
    gained = first(gains, allowance)
    if not gained:
        return old
    intervals = merge(old.intervals, gained)
    is_full = len(intervals) > MAX_INTERVALS
    if is_full:
        longest = nlargest(MAX_INTERVALS, intervals, key=lambda span: span[1] - span[0])
        intervals = sorted(longest)
    offline = old.offline
    if is_offline:
        offline = merge(offline, gained)
    elif offline:
        offline = subtract(offline, gained)
    if not is_full and not offline:
        return Cover(intervals, offline)
    offline = intersect(offline, intervals)
    if len(offline) > MAX_INTERVALS:  # a pattern of crumbs that no player makes
        return old
    if total(intervals) <= total(old.intervals) and total(offline) >= total(old.offline):
        return old
    return Cover(intervals, offline)
