"""What one beacon earns: the rules of allowance, coverage and refusals put together.

Pure: no Flask, no database. The caller reads what a beacon finds (`Facts`, the member's clock,
the coverage so far), and stores what comes out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from lms.training.participation import ParticipationKind
from lms.viewing.allowance import ONLINE, ClockState, spend
from lms.viewing.coverage import (
    BadIntervals,
    Cover,
    Interval,
    credit,
    is_enough,
    parse_intervals,
    parse_position,
    ratio,
    subtract,
    total,
)
from lms.viewing.grants import Grant
from lms.viewing.refusals import Reason, Refusal, keep_refusals, refusals

# An enrolment's share moves when a session passes a tenth: roll-ups stay near, beacons cheap.
STEPS = 10


@dataclass(frozen=True, slots=True)
class Beacon:
    """A beacon whose grant was checked; intervals and position are still as decoded from JSON."""

    grant: Grant
    token_hash: str
    intervals: object
    position: object
    is_offline: bool

    @property
    def key(self) -> tuple[int, int]:
        """Whose coverage of what: enrolment and session."""
        return self.grant.enrolment_id, self.grant.session_id


class Facts(NamedTuple):
    """What a beacon finds and does not change."""

    is_open: bool
    due_at: datetime
    least_coverage: float
    is_required: bool
    duration: float


class Watched(NamedTuple):
    """One enrolment's coverage of one session, as it is stored."""

    cover: Cover
    uncredited: list[Refusal]
    position: float
    updated_at: datetime
    threshold_met_at: datetime | None = None
    verified_met_at: datetime | None = None


class Receipt(NamedTuple):
    """What the member's page is told. Seconds of the recording; ratio 0–1."""

    covered_seconds: float
    covered_ratio: float
    intervals: list[Interval]
    offline_intervals: list[Interval]
    uncredited: list[Refusal]
    is_open: bool
    is_late: bool


class Outcome(NamedTuple):
    """What is to be stored after a beacon, None where nothing changed, and what it leads to."""

    receipt: Receipt
    clock: ClockState | None
    watched: Watched | None
    met_by: tuple[ParticipationKind, ...]
    passes_step: bool

    @property
    def moves_enrolment(self) -> bool:
        """Whether the enrolment is to be told."""
        return bool(self.met_by) or self.passes_step


def judge(
    beacon: Beacon,
    facts: Facts,
    clock: ClockState | None,
    watched: Watched | None,
    now: datetime,
) -> Outcome:
    """Credit what a beacon reports, within the member's clock. BadIntervals for nonsense."""
    before = watched or Watched(Cover([], []), [], 0.0, now)
    new = parse_intervals(beacon.intervals, facts.duration)
    place = before.position
    if beacon.position is not None:
        place = parse_position(beacon.position, facts.duration)
    if not facts.is_open:
        return _refuse_all(facts, watched, before, new, now)
    cover = before.cover
    wanted = total(cover.lacks(new, is_offline=beacon.is_offline))
    state = None
    if wanted:
        started_at = beacon.grant.issued_at
        state, allowed = spend(
            clock, now, wanted, started_at=started_at, is_offline=beacon.is_offline
        )
        cover = credit(cover, new, allowed, is_offline=beacon.is_offline)
        if cover is before.cover:
            state = None
    refused = refusals(subtract(new, cover.intervals), _reason(beacon, now)) if wanted else []
    after = _met(
        before._replace(
            cover=cover,
            uncredited=keep_refusals(before.uncredited, refused, cover.intervals),
            position=place,
        ),
        facts,
        now,
    )
    is_changed = after != before
    return Outcome(
        _receipt(facts, cover, refused, now),
        state,
        after._replace(updated_at=now) if is_changed else None,
        _met_by(before, after),
        facts.is_required and _step(cover, facts) > _step(before.cover, facts),
    )


def parse_offline(raw: object) -> bool:
    """Whether a beacon says that it was kept without a connection."""
    if not isinstance(raw, bool):
        raise BadIntervals("not-a-flag")
    return raw


def _refuse_all(
    facts: Facts, watched: Watched | None, before: Watched, new: list[Interval], now: datetime
) -> Outcome:
    """The campaign is not open: nothing moves, and what was reported is kept with the reason."""
    refused = refusals(subtract(new, before.cover.intervals), Reason.CLOSED)
    kept = keep_refusals(before.uncredited, refused, before.cover.intervals)
    after = before._replace(uncredited=kept) if refused and kept != before.uncredited else None
    return Outcome(_receipt(facts, before.cover, refused, now), None, after, (), False)


def _reason(beacon: Beacon, now: datetime) -> Reason:
    """Why something was left over: a grant that is older than the offline limit may have been
    watched under before it; otherwise more was reported than the time that passed."""
    age = (now - beacon.grant.issued_at).total_seconds()
    is_older = beacon.is_offline and age > ONLINE.offline
    return Reason.OFFLINE_LIMIT if is_older else Reason.CLOCK


def _met(watched: Watched, facts: Facts, now: datetime) -> Watched:
    """The moments at which the asked share was reached: by everything, and by what was seen."""
    cover = watched.cover
    covered = total(cover.intervals)
    if watched.threshold_met_at is None and is_enough(
        covered, facts.duration, facts.least_coverage
    ):
        watched = watched._replace(threshold_met_at=now)
    if watched.verified_met_at is None and is_enough(
        round(covered - total(cover.offline), 1), facts.duration, facts.least_coverage
    ):
        watched = watched._replace(verified_met_at=now)
    return watched


def _met_by(before: Watched, after: Watched) -> tuple[ParticipationKind, ...]:
    if before.verified_met_at is None and after.verified_met_at is not None:
        return (ParticipationKind.VERIFIED_VIEWING,)
    if before.threshold_met_at is None and after.threshold_met_at is not None:
        is_verified = after.verified_met_at is not None
        return () if is_verified else (ParticipationKind.OFFLINE_VIEWING,)
    return ()


def _receipt(facts: Facts, cover: Cover, refused: list[Refusal], now: datetime) -> Receipt:
    covered = total(cover.intervals)
    return Receipt(
        covered_seconds=covered,
        covered_ratio=ratio(covered, facts.duration),
        intervals=cover.intervals,
        offline_intervals=cover.offline,
        uncredited=refused,
        is_open=facts.is_open,
        is_late=now > facts.due_at,
    )


def _step(cover: Cover, facts: Facts) -> int:
    return int(ratio(total(cover.intervals), facts.duration) * STEPS)
