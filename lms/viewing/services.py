"""Commands of viewing: credit what a beacon reports, take a member's word where scripts are off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import NotAllowed, NotFound
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import ParticipationKind
from lms.training.queries.enrolments import get_study_of_session
from lms.training.services.progress import record_viewing
from lms.viewing import queries
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
from lms.viewing.models import Coverage, SelfDeclaration, ViewingClock

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
    queries.lock_member(grant.member_id)
    now = clock.now()
    viewing = queries.find_viewing(grant, token_hash, now)
    if viewing is None or not viewing.is_signed_in:
        raise BadGrant("gone")
    new = parse_intervals(intervals, viewing.duration)
    place = viewing.position
    if position is not None:
        place = parse_position(position, viewing.duration)
    old = queries.as_intervals(viewing.intervals)
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
    grant: Grant, viewing: queries.Viewing, result: Credit, place: float, now: datetime
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
    }
    key = {"enrolment_id": grant.enrolment_id, "session_id": grant.session_id}
    _COVERAGE.save(key, values, is_new=viewing.intervals is None)
    has_passed_a_step = _step(covered, viewing) > _step(viewing.covered_seconds, viewing)
    if viewing.is_required and (is_met or has_passed_a_step):
        _report_progress(grant.enrolment_id, viewing.accepts_self_declared)


def _step(covered: float, viewing: queries.Viewing) -> int:
    return int(ratio(covered, viewing.duration) * STEPS)


def declare_watched(actor: Account, session_id: int) -> None:
    """Note a member's word that they watched a whole recording: the weaker kind.

    It counts only where the requirement accepts it. NotFound for a session that is not theirs,
    NotAllowed when there is nothing to declare or the campaign takes nothing any more.
    """
    if actor.member_id is None:
        raise NotFound
    queries.lock_member(actor.member_id)
    study, session = get_study_of_session(actor.member_id, session_id)
    if not session.is_watchable:
        raise NotAllowed(_("Buổi học này chưa có bản ghi để xem."))
    if not study.is_open:
        raise NotAllowed(_("Đợt học không còn mở nên không ghi thêm được."))
    key = (study.enrolment.id, session.id)
    if db.session.get(SelfDeclaration, key) is not None:
        return
    now = clock.now()
    db.session.add(
        SelfDeclaration(enrolment_id=study.enrolment.id, session_id=session.id, declared_at=now)
    )
    db.session.flush()
    record(actor.id, "viewing.declared", f"session:{session.id}", enrolment_id=study.enrolment.id)
    if session.is_required and study.requirement.accepts_self_declared:
        _report_progress(study.enrolment.id, accepts_self_declared=True)


def _report_progress(enrolment_id: int, accepts_self_declared: bool) -> None:
    """Tell the enrolment how much of the required recordings is watched, and when all were met."""
    parts = queries.list_required_parts(enrolment_id)
    asked = sum(part.duration for part in parts)
    watched = sum(min(part.covered_seconds, part.duration) for part in parts)
    verified = [part.threshold_met_at for part in parts if part.threshold_met_at]
    met_at, met_by = None, None
    if parts and len(verified) == len(parts):
        met_at, met_by = max(verified), ParticipationKind.VERIFIED_VIEWING
    elif accepts_self_declared:
        met = [part.met_at for part in parts if part.met_at]
        if parts and len(met) == len(parts):
            met_at, met_by = max(met), ParticipationKind.SELF_DECLARED
    record_viewing(enrolment_id, ratio(watched, asked), met_at, met_by)
