"""By which way a study's sessions were met. Pure rules: no Flask, no database.

A session may have been met in several ways (watched, on a venue's list, declared …); a requirement
says which kinds it accepts. One way is chosen for each session, and the study is worth its weakest.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from lms.training.participation import ParticipationKind, weakest


class Way(NamedTuple):
    """One session, met at a moment by a kind."""

    met_at: datetime
    kind: ParticipationKind


def best_way(
    ways: Iterable[Way], due_at: datetime, accepts: Callable[[ParticipationKind], bool]
) -> Way | None:
    """The way that counts for one session; None when it is not met by any accepted kind.

    In time outweighs late, for the moment decides the rate; among those in time the strongest
    kind, then the earlier; among those late the earliest, then the stronger. So a stronger way
    that comes late never makes somebody late who was in time by a weaker one.
    """

    def rank(way: Way) -> tuple[bool, float, float]:
        strength, moment = -float(way.kind.strength), way.met_at.timestamp()
        is_late = way.met_at > due_at
        return (True, moment, strength) if is_late else (False, strength, moment)

    return min((way for way in ways if accepts(way.kind)), key=rank, default=None)


def all_met(chosen: Sequence[Way | None]) -> Way | None:
    """When the last of all sessions was met, worth the weakest kind; None until all are."""
    met = [way for way in chosen if way is not None]
    if not met or len(met) < len(chosen):
        return None
    return Way(max(way.met_at for way in met), weakest(way.kind for way in met))
