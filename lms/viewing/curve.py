"""How a recording was watched, from coverage alone: no stream of behaviour is kept.

Pure arithmetic over the viewers' intervals; no Flask, no database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.viewing.coverage import Interval

BUCKETS = 60
LEAST_VIEWERS = 10
"""Below this many viewers a curve would speak of persons."""

EDGE = 2.0
"""Seconds at both ends of a recording within which nobody left or came back."""


@dataclass(frozen=True)
class Curve:
    """Figures for each of the equal parts of a recording.

    `watched`: viewers who saw its middle. `left`: breaks that begin in it. `returned`: breaks that
    end in it. `stopped`: viewers who did not reach the end and whose player last stood there.
    """

    viewers: int
    seconds: float
    watched: list[int]
    left: list[int]
    returned: list[int]
    stopped: list[int]

    def starts_at(self, bucket: int) -> float:
        """Where a part begins, in seconds of the recording."""
        return self.seconds * bucket / len(self.watched)


def viewing_curve(
    rows: Iterable[tuple[Sequence[Interval], float]], seconds: float, buckets: int = BUCKETS
) -> Curve:
    """The curve over (intervals, last position) of each viewer of a recording so long."""
    watched, left, returned, stopped = ([0] * buckets for _ in range(4))
    step = seconds / buckets
    viewers = 0

    def bucket_of(moment: float) -> int:
        return min(int(moment / step), buckets - 1)

    for intervals, position in rows:
        viewers += 1
        for start, end in intervals:
            first = max(0, int(start / step - 0.5) - 1)
            for bucket in range(first, buckets):
                middle = (bucket + 0.5) * step
                if middle >= end:
                    break
                if middle >= start:
                    watched[bucket] += 1
            if start > EDGE:
                returned[bucket_of(start)] += 1
            if end < seconds - EDGE:
                left[bucket_of(end)] += 1
        if position < seconds - EDGE and not (intervals and intervals[-1][1] >= seconds - EDGE):
            stopped[bucket_of(position)] += 1
    return Curve(viewers, seconds, watched, left, returned, stopped)
