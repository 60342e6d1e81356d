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
from lms.training.models import TrainingSession
from lms.training.personal_data import closed_before, enrolments_of
from lms.viewing.models import Coverage, SelfDeclaration, ViewingClock

_HAS_INTERVALS = sa.cast(Coverage.intervals, sa.Text) != "[]"


def _export(person: Person) -> list[Section]:
    watched = db.session.execute(
        sa.select(TrainingSession.title, Coverage.covered_seconds, Coverage.updated_at)
        .join(Coverage, Coverage.session_id == TrainingSession.id)
        .where(Coverage.enrolment_id.in_(enrolments_of(person)))
        .order_by(Coverage.updated_at)
    )
    declared = db.session.execute(
        sa.select(TrainingSession.title, SelfDeclaration.declared_at)
        .join(SelfDeclaration, SelfDeclaration.session_id == TrainingSession.id)
        .where(SelfDeclaration.enrolment_id.in_(enrolments_of(person)))
    )
    items = [
        [
            (_("Buổi học"), title),
            (_("Đã xem"), _("%(count)s phút", count=round(seconds / 60))),
            (_("Lần cuối"), at),
        ]
        for title, seconds, at in watched
    ]
    items += [[(_("Buổi học"), title), (_("Tự khai lúc"), at)] for title, at in declared]
    return [Section("viewing", _("Phần đã xem"), items)]


def _erase(person: Person, pseudonym: str) -> dict[str, int]:
    result = db.session.execute(
        sa.update(Coverage)
        .where(Coverage.enrolment_id.in_(enrolments_of(person)))
        .values(intervals=[], position=0.0),
        execution_options={"synchronize_session": False},
    )
    return {
        "coverage": int(result.rowcount),  # type: ignore[attr-defined]
        "viewing_clock": delete_by_id(ViewingClock, [person.member_id], ViewingClock.member_id)
        if person.member_id is not None
        else 0,
    }


def _old_coverage(before: datetime) -> sa.Select[int, int]:
    return sa.select(Coverage.enrolment_id, Coverage.session_id).where(
        Coverage.enrolment_id.in_(closed_before(before)), _HAS_INTERVALS
    )


def _thin_out(before: datetime, limit: int) -> int:
    rows = db.session.execute(_old_coverage(before).limit(limit)).all()
    for enrolment_id, session_id in rows:
        db.session.execute(
            sa.update(Coverage)
            .where(Coverage.enrolment_id == enrolment_id, Coverage.session_id == session_id)
            .values(intervals=[])
        )
    return len(rows)


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
    ),
)
