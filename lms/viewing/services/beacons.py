"""Crediting what a beacon reports. The hottest path: few statements, no loaded objects."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.training.models import ParticipationKind
from lms.viewing.allowance import ClockState, spend
from lms.viewing.coverage import (
    Credit,
    Interval,
    credit,
    is_enough,
    parse_intervals,
    parse_position,
    ratio,
    subtract,
    total,
)
from lms.viewing.grants import BadGrant, Grant
from lms.viewing.models import Coverage, ViewingClock
from lms.viewing.queries.beacons import Viewing, find_viewing, lock_member
from lms.viewing.queries.pages import as_intervals
from lms.viewing.services.credits import credit_session, report_progress

# An enrolment's share moves when a session passes a tenth: roll-ups stay near, beacons cheap.
STEPS = 10


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the server holds after a beacon. Seconds of the recording; ratio 0–1."""

    covered_seconds: float
    covered_ratio: float
    intervals: list[Interval]
    is_open: bool
    is_late: bool


def credit_beacon(grant: Grant, token_hash: str, intervals: object, position: object) -> Receipt:
    """Credit watched intervals (decoded JSON), within the member's clock.

    Two statements where nothing is new, at most four otherwise; more only when a tenth of the
    recording or the required share is passed, which moves the enrolment forward.
    BadIntervals for nonsense, BadGrant when the sign-in or what was granted is gone.
    """
    lock_member(grant.member_id)
    now = clock.now()
    viewing = find_viewing(grant, token_hash, now)
    if viewing is None or not viewing.is_signed_in:
        raise BadGrant("gone")
    new = parse_intervals(intervals, viewing.duration)
    place = viewing.position
    if position is not None:
        place = parse_position(position, viewing.duration)
    old = as_intervals(viewing.intervals)
    result = Credit(old, 0.0)
    if viewing.is_open(now):
        wanted = total(subtract(new, old))
        state, allowed = spend(viewing.clock, now, wanted, started_at=grant.issued_at)
        result = credit(old, new, allowed)
        if result.newly_covered:
            _save_clock(grant, state, is_new=viewing.clock is None)
        if result.newly_covered or place != viewing.position:
            _save_coverage(grant, viewing, result, place, now)
    covered = total(result.intervals)
    return Receipt(
        covered_seconds=covered,
        covered_ratio=ratio(covered, viewing.duration),
        intervals=result.intervals,
        is_open=viewing.is_open(now),
        is_late=now > viewing.due_at,
    )


class _Writer:
    """Writes one row of a table by its key. The statements are made once: this is the hot path.

    The member is locked, so nobody else inserts the row in between.
    """

    def __init__(self, table: Any, *key: str) -> None:
        self._insert = sa.insert(table)
        conditions = (table.c[name] == sa.bindparam(f"key_{name}") for name in key)
        self._update = sa.update(table).where(*conditions)

    def save(self, key: dict[str, int], values: dict[str, Any], *, is_new: bool) -> None:
        connection = db.session.connection()
        if is_new:
            connection.execute(self._insert, key | values)
        else:
            named = {f"key_{name}": value for name, value in key.items()}
            connection.execute(self._update, named | values)


_CLOCK = _Writer(ViewingClock.__table__, "member_id")
_COVERAGE = _Writer(Coverage.__table__, "enrolment_id", "session_id")


def _save_clock(grant: Grant, state: ClockState, *, is_new: bool) -> None:
    values = {
        "updated_at": state.at,
        "unspent_seconds": state.unspent,
        "grace_seconds": state.grace,
    }
    _CLOCK.save({"member_id": grant.member_id}, values, is_new=is_new)


def _save_coverage(
    grant: Grant, viewing: Viewing, result: Credit, place: float, now: datetime
) -> None:
    covered = total(result.intervals)
    asked = viewing.least_coverage
    is_met = viewing.threshold_met_at is None and is_enough(covered, viewing.duration, asked)
    values = {
        "intervals": result.intervals,
        "covered_seconds": covered,
        "position": place,
        "updated_at": now,
        "threshold_met_at": now if is_met else viewing.threshold_met_at,
        "verified_met_at": now if is_met else viewing.threshold_met_at,
    }
    if viewing.intervals is None:
        values |= {"offline_intervals": [], "uncredited": []}
    key = {"enrolment_id": grant.enrolment_id, "session_id": grant.session_id}
    _COVERAGE.save(key, values, is_new=viewing.intervals is None)
    if is_met:
        credit_session(
            grant.enrolment_id, grant.session_id, ParticipationKind.VERIFIED_VIEWING, now
        )
    elif viewing.is_required and _step(covered, viewing) > _step(viewing.covered_seconds, viewing):
        report_progress(grant.enrolment_id)


def _step(covered: float, viewing: Viewing) -> int:
    return int(ratio(covered, viewing.duration) * STEPS)
