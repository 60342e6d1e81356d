"""Presence at runs: a stream watched while it runs, a join link with the speaker's code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.background import enqueue, job
from lms.base.errors import Invalid, NotAllowed, NotFound
from lms.base.transactions import transaction
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import ParticipationKind, SessionKind, SessionRun, TrainingSession
from lms.training.queries.enrolments import Study
from lms.viewing.allowance import ClockState, Limits, spend
from lms.viewing.coverage import BadIntervals, Cover, credit, is_enough, ratio, subtract, total
from lms.viewing.grants import BadGrant, Grant
from lms.viewing.models import RunAttendance, ViewingClock
from lms.viewing.queries.attendance import (
    Presence,
    find_attendance,
    find_presence,
    list_short_of_end,
)
from lms.viewing.queries.beacons import lock_member
from lms.viewing.run_codes import is_code_of
from lms.viewing.run_windows import is_code_taken, may_end
from lms.viewing.services.credits import credit_session

LIVE = Limits(rate=1.0)
"""An hour of a stream takes an hour: nobody watches what is not yet there."""

MOST_SECONDS = 3_600.0
BATCH = 200


@dataclass(frozen=True, slots=True)
class PresenceReceipt:
    """What the server holds after a presence beacon. Seconds of the run; ratio 0–1."""

    covered_seconds: float
    covered_ratio: float
    is_met: bool
    is_over: bool


def credit_presence(grant: Grant, token_hash: str, run_id: int, seconds: object) -> PresenceReceipt:
    """Credit up to so many seconds of a run, up to this moment, within the member's one clock.

    The moments are the server's: a page only says how long it has played since it last said so.
    BadIntervals for nonsense, BadGrant when the sign-in or what was granted is gone.
    """
    played = _seconds(seconds)
    lock_member(grant.member_id)
    now = clock.now()
    found = find_presence(grant, token_hash, run_id, now)
    if found is None or not found.is_signed_in:
        raise BadGrant("gone")
    intervals = found.intervals
    is_met = found.threshold_met_at is not None
    if found.is_open and found.starts_at < now:
        end = min(now, found.counts_until)
        start = max(found.starts_at, now - timedelta(seconds=played))
        span = [_span(found.starts_at, start, end)] if end > start else []
        new = subtract(span, intervals)
        state, allowed = spend(
            found.clock, now, total(new), started_at=grant.issued_at, limits=LIVE
        )
        grown = credit(Cover(intervals, []), new, allowed).intervals
        if grown != intervals:
            intervals = grown
            _save_clock(grant.member_id, state)
            is_met = _save_presence(grant, run_id, found, intervals, now)
    covered = total(intervals)
    return PresenceReceipt(
        covered, ratio(covered, found.seconds), is_met, now >= found.counts_until
    )


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadIntervals("not-a-number")
    if not 0 <= value <= MOST_SECONDS:  # also false for NaN
        raise BadIntervals("out-of-range")
    return round(float(value), 1)


def _span(zero: datetime, start: datetime, end: datetime) -> tuple[float, float]:
    return round((start - zero).total_seconds(), 1), round((end - zero).total_seconds(), 1)


def _save_clock(member_id: int, state: ClockState) -> None:
    kept = db.session.get(ViewingClock, member_id)
    if kept is None:
        kept = ViewingClock(member_id=member_id)
        db.session.add(kept)
    kept.updated_at, kept.unspent_seconds = state.at, state.unspent
    kept.grace_seconds, kept.idle_seconds = state.grace, state.idle


def _save_presence(
    grant: Grant, run_id: int, found: Presence, intervals: list[tuple[float, float]], now: datetime
) -> bool:
    """Keep the presence; whether the asked share of the run is reached."""
    kept = _attendance(grant.enrolment_id, run_id)
    kept.intervals, kept.covered_seconds, kept.updated_at = intervals, total(intervals), now
    if kept.threshold_met_at is None and is_enough(
        kept.covered_seconds, found.seconds, found.least_coverage
    ):
        kept.threshold_met_at = now
        db.session.flush()
        credit_session(
            grant.enrolment_id,
            grant.session_id,
            ParticipationKind.LIVE_PRESENCE,
            now,
            run_id=run_id,
        )
    return kept.threshold_met_at is not None


def _attendance(enrolment_id: int, run_id: int) -> RunAttendance:
    kept = find_attendance(enrolment_id, run_id)
    if kept is None:
        kept = RunAttendance(
            enrolment_id=enrolment_id, run_id=run_id, intervals=[], updated_at=clock.now()
        )
        kept.covered_seconds = 0.0
        db.session.add(kept)
    return kept


def note_joined(member_id: int, enrolment_id: int, run_id: int, at: datetime) -> None:
    """The join link was opened: kept once, and proves nothing by itself."""
    lock_member(member_id)
    kept = _attendance(enrolment_id, run_id)
    if kept.joined_at is None:
        kept.joined_at = at
        db.session.flush()


def confirm_code(study: Study, run: SessionRun, typed: str, secret: str) -> bool:
    """Credit a run of a join link to whoever types the code that its speaker shows.

    False when it stood already. Invalid for a wrong code, NotAllowed outside the run's hour.
    """
    now = clock.now()
    if run.session.kind is not SessionKind.LIVE_LINK:
        raise NotFound
    if not study.is_open:
        raise NotAllowed(_("Đợt học không còn mở nên không ghi thêm được."))
    if not is_code_taken(run, now):
        raise NotAllowed(_("Mã chỉ nhập được trong giờ học và mười phút sau khi kết thúc."))
    if not is_code_of(secret, run.id, now, typed):
        raise Invalid(
            _("Mã chưa đúng. Mã có sáu chữ số và đổi sau mỗi năm phút; hãy nhìn lại màn hình."),
            field="code",
        )
    return credit_session(
        study.enrolment.id,
        run.session_id,
        ParticipationKind.CODE_CONFIRMED,
        now,
        run_id=run.id,
    )


def end_run(actor: Account, session: TrainingSession, run: SessionRun) -> None:
    """The run is over now. Where that is early, its real length counts, and whoever was there
    long enough is credited; where it is late, the planned length stays.

    NotAllowed before it began, when it has ended, or long after it should have.
    """
    now = clock.now()
    if now < run.starts_at:
        raise NotAllowed(_("Lượt này chưa bắt đầu."))
    if run.ended_at is not None:
        raise NotAllowed(_("Lượt này đã kết thúc rồi."))
    if not may_end(run, now):
        raise NotAllowed(_("Lượt này đã qua từ lâu nên không ghi giờ kết thúc nữa."))
    run.ended_at = now
    db.session.flush()
    record(actor.id, "run.ended", f"session:{session.id}", run_id=run.id)
    if session.kind is SessionKind.LIVE_STREAM:
        enqueue(settle_run, run.id)


@job()
def settle_run(run_id: int) -> None:
    """Credit those whose presence reaches the asked share of the run as it really was."""
    last = 0
    while True:
        with transaction():
            run = db.session.get(SessionRun, run_id)
            if run is None:
                return
            rows = list_short_of_end(run, last, BATCH)
            for enrolment_id, covered, least in rows:
                if is_enough(covered, run.seconds, least):
                    _settle(enrolment_id, run)
                last = enrolment_id
        if len(rows) < BATCH:
            return


def _settle(enrolment_id: int, run: SessionRun) -> None:
    db.session.execute(
        sa.update(RunAttendance)
        .where(RunAttendance.enrolment_id == enrolment_id, RunAttendance.run_id == run.id)
        .values(threshold_met_at=run.counts_until)
    )
    credit_session(
        enrolment_id,
        run.session_id,
        ParticipationKind.LIVE_PRESENCE,
        run.counts_until,
        run_id=run.id,
    )
