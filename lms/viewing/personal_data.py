"""What a person watched: shown, erased, let go in time; see lms/people/personal_data.py."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.extensions import db
from lms.people.personal_data import (
    Person,
    Provider,
    Retention,
    Section,
    count_of,
    delete_by_id,
)
from lms.training.labels import training_label
from lms.training.models import Campaign, SessionRun, TrainingSession
from lms.training.personal_data import closed_before, enrolments_of
from lms.viewing.models import (
    Coverage,
    RollCallEntry,
    RollCallMark,
    RunAttendance,
    SessionCredit,
    Venue,
    VenueClaim,
    ViewingClock,
)

_HAS_PARTS = sa.or_(
    *(
        sa.cast(column, sa.Text) != "[]"
        for column in (Coverage.intervals, Coverage.offline_intervals, Coverage.uncredited)
    )
)


def _export(person: Person) -> list[Section]:
    watched = db.session.execute(
        sa.select(TrainingSession.title, Coverage.covered_seconds, Coverage.updated_at)
        .join(Coverage, Coverage.session_id == TrainingSession.id)
        .where(Coverage.enrolment_id.in_(enrolments_of(person)))
        .order_by(Coverage.updated_at)
    )
    credits = db.session.execute(
        sa.select(
            TrainingSession.title,
            SessionCredit.kind,
            SessionCredit.met_at,
            SessionCredit.note,
            SessionCredit.revoked_at,
            SessionCredit.revoke_reason,
        )
        .join(SessionCredit, SessionCredit.session_id == TrainingSession.id)
        .where(SessionCredit.enrolment_id.in_(enrolments_of(person)))
        .order_by(SessionCredit.id)
    )
    runs = db.session.execute(
        sa.select(
            TrainingSession.title,
            SessionRun.starts_at,
            RunAttendance.joined_at,
            RunAttendance.covered_seconds,
        )
        .join(SessionRun, SessionRun.id == RunAttendance.run_id)
        .join(TrainingSession, TrainingSession.id == SessionRun.session_id)
        .where(RunAttendance.enrolment_id.in_(enrolments_of(person)))
        .order_by(SessionRun.starts_at)
    )
    lists = db.session.execute(
        sa.select(
            TrainingSession.title,
            Venue.place,
            Venue.starts_at,
            RollCallEntry.entered_at,
            RollCallEntry.left_at,
            RollCallEntry.excuse_reason,
        )
        .join(Venue, Venue.id == RollCallEntry.venue_id)
        .join(TrainingSession, TrainingSession.id == Venue.session_id)
        .where(RollCallEntry.enrolment_id.in_(enrolments_of(person)))
        .order_by(Venue.starts_at)
    )
    items = [
        [
            (_("Buổi học"), title),
            (_("Đã xem"), _("%(count)s phút", count=round(seconds / 60))),
            (_("Lần cuối"), at),
        ]
        for title, seconds, at in watched
    ]
    items += [
        [
            (_("Buổi học"), title),
            (_("Được ghi nhận bằng"), training_label(kind)),
            (_("Lúc"), met_at),
            (_("Ghi chú"), note),
            (_("Rút lại lúc"), revoked_at),
            (_("Lý do rút lại"), reason),
        ]
        for title, kind, met_at, note, revoked_at, reason in credits
    ]
    items += [
        [
            (_("Buổi học"), title),
            (_("Lượt bắt đầu lúc"), starts_at),
            (_("Vào lúc"), joined_at),
            (_("Có mặt"), _("%(count)s phút", count=round(seconds / 60))),
        ]
        for title, starts_at, joined_at, seconds in runs
    ]
    items += [
        [
            (_("Buổi học"), title),
            (_("Điểm cầu"), place),
            (_("Bắt đầu lúc"), starts_at),
            (_("Vào lúc"), entered_at),
            (_("Ra về lúc"), left_at),
            (_("Lý do vắng"), excuse),
        ]
        for title, place, starts_at, entered_at, left_at, excuse in lists
    ]
    return [Section("viewing", _("Phần đã xem"), items)]


def _erase(person: Person, pseudonym: str) -> dict[str, int]:
    result = db.session.execute(
        sa.update(Coverage)
        .where(Coverage.enrolment_id.in_(enrolments_of(person)))
        .values(intervals=[], offline_intervals=[], uncredited=[], position=0.0),
        execution_options={"synchronize_session": False},
    )
    entries = sa.select(RollCallEntry.id).where(
        RollCallEntry.enrolment_id.in_(enrolments_of(person))
    )
    changes = (
        sa.update(SessionCredit)
        .where(SessionCredit.enrolment_id.in_(enrolments_of(person)))
        .values(note="", revoke_reason=None),
        sa.update(RunAttendance)
        .where(RunAttendance.enrolment_id.in_(enrolments_of(person)))
        .values(intervals=[]),
        sa.update(RollCallMark).where(RollCallMark.entry_id.in_(entries)).values(note=""),
        sa.update(RollCallEntry)
        .where(RollCallEntry.enrolment_id.in_(enrolments_of(person)))
        .values(excuse_reason=""),
    )
    for change in changes:
        db.session.execute(change, execution_options={"synchronize_session": False})
    return {
        "coverage": int(result.rowcount),  # type: ignore[attr-defined]
        "viewing_clock": delete_by_id(ViewingClock, [person.member_id], ViewingClock.member_id)
        if person.member_id is not None
        else 0,
        "venue_claim": delete_by_id(VenueClaim, [person.account_id], VenueClaim.account_id)
        if person.account_id is not None
        else 0,
    }


def _old_coverage(before: datetime) -> sa.Select[int, int]:
    return sa.select(Coverage.enrolment_id, Coverage.session_id).where(
        Coverage.enrolment_id.in_(closed_before(before)), _HAS_PARTS
    )


def _thin_out(before: datetime, limit: int) -> int:
    rows = db.session.execute(_old_coverage(before).limit(limit)).all()
    for enrolment_id, session_id in rows:
        db.session.execute(
            sa.update(Coverage)
            .where(Coverage.enrolment_id == enrolment_id, Coverage.session_id == session_id)
            .values(intervals=[], offline_intervals=[], uncredited=[])
        )
    return len(rows)


def _old_marks(before: datetime) -> sa.Select[int]:
    return (
        sa.select(RollCallMark.id)
        .join(Venue, Venue.id == RollCallMark.venue_id)
        .join(TrainingSession, TrainingSession.id == Venue.session_id)
        .join(Campaign, Campaign.id == TrainingSession.campaign_id)
        .where(Campaign.closed_at < before)
    )


def _old_claims(before: datetime) -> sa.Select[str]:
    return sa.select(VenueClaim.nonce).where(VenueClaim.bound_at < before)


def _old_clocks(before: datetime) -> sa.Select[int]:
    return sa.select(ViewingClock.member_id).where(ViewingClock.updated_at < before)


PROVIDER = Provider(
    "viewing",
    export=_export,
    erase=_erase,
    retention=(
        Retention(
            "coverage",
            _l("Các đoạn đã xem của đợt học đã đóng (giữ tổng)"),
            timedelta(days=365),
            lambda before: count_of(_old_coverage(before)),
            _thin_out,
        ),
        Retention(
            "viewing_clock",
            _l("Đồng hồ xem không còn dùng"),
            timedelta(days=30),
            lambda before: count_of(_old_clocks(before)),
            lambda before, limit: delete_by_id(
                ViewingClock,
                db.session.scalars(_old_clocks(before).limit(limit)),
                ViewingClock.member_id,
            ),
        ),
        Retention(
            "roll_call_mark",
            _l("Từng lần đánh dấu điểm danh của đợt học đã đóng"),
            timedelta(days=365),
            lambda before: count_of(_old_marks(before)),
            lambda before, limit: delete_by_id(
                RollCallMark, db.session.scalars(_old_marks(before).limit(limit))
            ),
        ),
        Retention(
            "venue_claim",
            _l("Mã điểm danh đã dùng hoặc đã hết hạn"),
            timedelta(days=30),
            lambda before: count_of(_old_claims(before)),
            lambda before, limit: delete_by_id(
                VenueClaim,
                db.session.scalars(_old_claims(before).limit(limit)),
                VenueClaim.nonce,
            ),
        ),
    ),
)
