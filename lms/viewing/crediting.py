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
    is_kept: bool = False
    """Sent by whoever comes after the page that watched: its position may be out of date."""

    @property
    def key(self) -> tuple[int, int]:
        """Whose coverage of what: enrolment and session."""
        return self.grant.enrolment_id, self.grant.session_id


class Facts(NamedTuple):
    """What a beacon finds and does not change."""

    is_open: bool
    is_late: bool
    least_coverage: float
    is_required: bool
    duration: float


class Watched(NamedTuple):
    """One enrolment's coverage of one session, and whether the asked share was reached: by
    everything (`is_met`), and by what was seen (`is_verified`)."""

    cover: Cover
    uncredited: list[Refusal]
    position: float
    is_met: bool
    is_verified: bool


NOTHING = Watched(Cover([], []), [], 0.0, False, False)


class Receipt(NamedTuple):
    """What the member's page is told. Seconds of the recording; ratio 0–1."""

    covered_seconds: float
    covered_ratio: float
    intervals: list[Interval]
    offline_intervals: list[Interval]
    uncredited: list[Refusal]
    is_open: bool
    is_late: bool
    position: float


class Outcome(NamedTuple):
    """What is to be stored after a beacon, None where nothing changed, and what it leads to."""

    receipt: Receipt
    clock: ClockState | None
    watched: Watched | None
    met_by: ParticipationKind | None
    passes_step: bool

    @property
    def moves_enrolment(self) -> bool:
        """Whether the enrolment is to be told."""
        return self.passes_step or self.met_by is not None


def judge(
    beacon: Beacon,
    facts: Facts,
    clock: ClockState | None,
    watched: Watched | None,
    now: datetime,
) -> Outcome:
    """Credit what a beacon reports, within the member's clock. BadIntervals for nonsense."""
    before = watched or NOTHING
    old, uncredited, position, was_met, was_verified = before
    new = parse_intervals(beacon.intervals, facts.duration)
    place = position
    if beacon.position is not None:
        place = parse_position(beacon.position, facts.duration)
    if not facts.is_open:
        return _refuse_all(facts, before, new)
    gains = old.lacks(new, is_offline=beacon.is_offline)
    if gains or not beacon.is_kept:
        position = place
    cover, state, refused = old, None, []
    if gains:
        wanted = total(gains)
        spent, allowed = spend(
            clock,
            now,
            wanted,
            started_at=beacon.grant.issued_at,
            is_offline=beacon.is_offline,
        )
        cover = credit(old, gains, allowed, is_offline=beacon.is_offline)
        if cover is not old:
            state = spent
        if allowed < wanted:
            refused = refusals(subtract(new, cover.intervals), _reason(beacon, now))
    if refused or uncredited:
        uncredited = keep_refusals(uncredited, refused, cover.intervals)
    covered = total(cover.intervals)
    is_met, is_verified = was_met, was_verified
    if not was_met or not was_verified:
        seen = round(covered - total(cover.offline), 1) if cover.offline else covered
        is_met = was_met or is_enough(covered, facts.duration, facts.least_coverage)
        is_verified = was_verified or is_enough(seen, facts.duration, facts.least_coverage)
    after = Watched(cover, uncredited, position, is_met, is_verified)
    return Outcome(
        _receipt(facts, after, covered, refused),
        state,
        after if after != before else None,
        _met_by(before, after),
        facts.is_required
        and cover is not old
        and _step(covered, facts) > _step(total(old.intervals), facts),
    )


def parse_flag(raw: object) -> bool:
    """What a beacon says of itself by yes or no."""
    if not isinstance(raw, bool):
        raise BadIntervals("not-a-flag")
    return raw


def _refuse_all(facts: Facts, before: Watched, new: list[Interval]) -> Outcome:
    """The campaign is not open: nothing moves, and what was reported is kept with the reason."""
    covered = before.cover.intervals
    refused = refusals(subtract(new, covered), Reason.CLOSED)
    kept = keep_refusals(before.uncredited, refused, covered)
    after = before._replace(uncredited=kept) if kept != before.uncredited else None
    receipt = _receipt(facts, before, total(covered), refused)
    return Outcome(receipt, None, after, None, False)


def _reason(beacon: Beacon, now: datetime) -> Reason:
    """Why something was left over: a grant that is older than the offline limit may have been
    watched under before it; otherwise more was reported than the time that passed."""
    age = (now - beacon.grant.issued_at).total_seconds()
    is_older = beacon.is_offline and age > ONLINE.offline
    return Reason.OFFLINE_LIMIT if is_older else Reason.CLOCK


def _met_by(before: Watched, after: Watched) -> ParticipationKind | None:
    """The kind by which this beacon met the session."""
    if after.is_verified and not before.is_verified:
        return ParticipationKind.VERIFIED_VIEWING
    if after.is_met and not before.is_met and not after.is_verified:
        return ParticipationKind.OFFLINE_VIEWING
    return None


def _receipt(facts: Facts, held: Watched, covered: float, refused: list[Refusal]) -> Receipt:
    return Receipt(
        covered,
        ratio(covered, facts.duration),
        held.cover.intervals,
        held.cover.offline,
        refused,
        facts.is_open,
        facts.is_late,
        held.position,
    )


def _step(covered: float, facts: Facts) -> int:
    return int(ratio(covered, facts.duration) * STEPS)
