"""All that beacons need, in one statement for a whole group of them, on a given connection.

The statements are put together and compiled once for each database, and sent as they are: what
the toolkit does for each execution would cost more than the statement itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection, Dialect

from lms.extensions import db
from lms.people.models import Member
from lms.people.queries import live_sign_in
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Requirement,
    TrainingSession,
)
from lms.viewing.allowance import ClockState
from lms.viewing.coverage import Cover
from lms.viewing.crediting import Beacon, Facts, Watched
from lms.viewing.models import Coverage, ViewingClock
from lms.viewing.queries.prepared import Prepared, as_list, as_moment, as_pairs, bind_moment


@dataclass(frozen=True, slots=True)
class Viewing:
    """One enrolment's viewing of one session, as a beacon finds it."""

    facts: Facts
    watched: Watched | None
    clock: ClockState | None


class _Asked(NamedTuple):
    """The beacons of a group as rows of a table: their number in the group, and what they name."""

    table: Any
    number: Any
    enrolment_id: Any
    session_id: Any
    member_id: Any
    token_hash: Any


def _asked_on_sqlite() -> _Asked:
    rows = sa.func.json_each(sa.bindparam("asked", type_=sa.Text)).table_valued("key", "value")
    fields = [sa.func.json_extract(rows.c.value, f"$[{place}]") for place in range(4)]
    return _Asked(rows, rows.c.key, *fields)


def _asked_on_postgresql() -> _Asked:
    columns = [
        sa.bindparam(name, type_=ARRAY(kind))
        for name, kind in (
            ("numbers", sa.Integer),
            ("enrolment_ids", sa.Integer),
            ("session_ids", sa.Integer),
            ("member_ids", sa.Integer),
            ("token_hashes", sa.Text),
        )
    ]
    names = ("number", "enrolment_id", "session_id", "member_id", "token_hash")
    rows = sa.func.unnest(*columns).table_valued(*names).render_derived()
    return _Asked(rows, *rows.c)


def _asked_values(is_sqlite: bool, beacons: Sequence[Beacon]) -> dict[str, Any]:
    rows = [(*beacon.key, beacon.grant.member_id, beacon.token_hash) for beacon in beacons]
    if is_sqlite:
        return {"asked": orjson.dumps(rows).decode()}
    enrolment_ids, session_ids, member_ids, token_hashes = zip(*rows, strict=True)
    return {
        "numbers": list(range(len(rows))),
        "enrolment_ids": list(enrolment_ids),
        "session_ids": list(session_ids),
        "member_ids": list(member_ids),
        "token_hashes": list(token_hashes),
    }


def _moment(name: str) -> Any:
    return sa.bindparam(name, type_=Coverage.updated_at.type)


@cache
def _viewings(dialect: Dialect) -> Prepared:
    asked = _asked_on_sqlite() if dialect.name == "sqlite" else _asked_on_postgresql()
    is_alive = live_sign_in(asked.token_hash, _moment("now"))
    query = (
        sa.select(
            asked.number,
            sa.and_(
                Campaign.state == sa.literal(CampaignState.OPEN.value, sa.String),
                Campaign.opens_at <= _moment("now"),
                Campaign.closes_at >= _moment("now"),
            ),
            Enrolment.due_at < _moment("now"),
            Requirement.least_coverage,
            TrainingSession.is_required,
            TrainingSession.duration_seconds,
            Coverage.intervals,
            Coverage.offline_intervals,
            Coverage.uncredited,
            Coverage.position,
            Coverage.threshold_met_at.is_not(None),
            Coverage.verified_met_at.is_not(None),
            ViewingClock.updated_at,
            ViewingClock.unspent_seconds,
            ViewingClock.grace_seconds,
            ViewingClock.idle_seconds,
        )
        .select_from(asked.table)
        .join(
            Enrolment,
            sa.and_(
                Enrolment.id == asked.enrolment_id,
                Enrolment.member_id == asked.member_id,
                Enrolment.withdrawn_at.is_(None),
            ),
        )
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .join(
            Requirement,
            sa.and_(
                Requirement.campaign_id == Enrolment.campaign_id,
                Requirement.audience_id == Enrolment.audience_id,
            ),
        )
        .join(
            TrainingSession,
            sa.and_(
                TrainingSession.id == asked.session_id,
                TrainingSession.campaign_id == Enrolment.campaign_id,
                TrainingSession.duration_seconds.is_not(None),
            ),
        )
        .outerjoin(
            Coverage,
            sa.and_(
                Coverage.enrolment_id == Enrolment.id, Coverage.session_id == TrainingSession.id
            ),
        )
        .outerjoin(ViewingClock, ViewingClock.member_id == Enrolment.member_id)
        .where(is_alive.exists())
    )
    return Prepared(query, dialect)


def find_viewings(
    connection: Connection, beacons: Sequence[Beacon], now: datetime
) -> dict[int, Viewing]:
    """What each beacon of a group finds, by its number in the group.

    Those are missing whose sign-in has ended, or whose enrolment or session is there no more.
    """
    dialect = connection.dialect
    values = _asked_values(dialect.name == "sqlite", beacons)
    rows = _viewings(dialect).read(connection, {**values, "now": bind_moment(dialect, now)})
    return {row[0]: _viewing(row) for row in rows}


def _viewing(row: Sequence[Any]) -> Viewing:
    _number, is_open, is_late, least, is_required, duration, *rest = row
    intervals, offline, uncredited, position, is_met, is_verified, at, *left = rest
    watched = clock = None
    if intervals is not None:
        cover = Cover(as_pairs(intervals), as_pairs(offline))
        refused = [(start, end, reason) for start, end, reason in as_list(uncredited)]
        watched = Watched(cover, refused, position, bool(is_met), bool(is_verified))
    if at is not None:
        clock = ClockState(as_moment(at), *left)
    facts = Facts(bool(is_open), bool(is_late), least, bool(is_required), duration)
    return Viewing(facts, watched, clock)


_LOCK = (
    sa.select(Member.id)
    .where(Member.id == sa.any_(sa.bindparam("member_ids", type_=ARRAY(sa.Integer))))
    .order_by(Member.id)
    .with_for_update(key_share=True)
)


@cache
def _lock(dialect: Dialect) -> Prepared:
    return Prepared(_LOCK, dialect)


def lock_members(connection: Connection, member_ids: Iterable[int]) -> None:
    """Let nobody else credit these members until the transaction ends.

    SQLite has one writer anyway. PostgreSQL needs the lock in a statement of its own: what is
    read in the same statement would be as old as the wait. Taken in the order of their ids, so
    that two groups never wait for each other.
    """
    if connection.dialect.name != "sqlite":
        _lock(connection.dialect).read(connection, {"member_ids": sorted(set(member_ids))})


def lock_member(member_id: int) -> None:
    """The same for one member, in the session's transaction."""
    lock_members(db.session.connection(), [member_id])
