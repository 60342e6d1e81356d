"""Crediting what beacons report, many in one transaction or one in a request's own.

The hottest path: few statements, no loaded objects. Reads, judges by the rules of
crediting.py, writes each changed row once.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from lms.base import clock
from lms.base.transactions import writing
from lms.extensions import db
from lms.training.models import ParticipationKind
from lms.viewing.allowance import ClockState
from lms.viewing.coverage import total
from lms.viewing.crediting import Beacon, Outcome, Receipt, Watched, judge
from lms.viewing.grants import BadGrant
from lms.viewing.models import Coverage, ViewingClock
from lms.viewing.queries.beacons import find_viewings, lock_members
from lms.viewing.queries.prepared import Prepared, bind_json, bind_moment
from lms.viewing.services.credits import credit_session, report_progress


class OrdinaryWay(Exception):
    """This beacon moves its enrolment, so it needs a transaction of its own: `credit_beacon`."""


Answer = Receipt | Exception


def credit_together(engine: Engine, beacons: Sequence[Beacon]) -> list[Answer]:
    """Credit many beacons in a transaction made for them; on disk when this returns.

    Where the database refuses the whole, each is tried alone, so that one with rows that are no
    longer there fails by itself. A database that is locked or gone fails all: OperationalError.
    """
    try:
        with writing(engine) as connection:
            return credit_group(connection, beacons)
    except OperationalError:
        raise
    except SQLAlchemyError as error:
        if len(beacons) == 1:
            return [error]
        return [credit_together(engine, [beacon])[0] for beacon in beacons]


def credit_group(connection: Connection, beacons: Sequence[Beacon]) -> list[Answer]:
    """Credit many beacons in the connection's transaction; an answer or an error for each.

    A beacon that is refused, or that has to go the ordinary way, changes nothing for the others.
    At most four statements, however many beacons.
    """
    ledger = _Ledger(connection, beacons)
    answers: list[Answer] = []
    for number in range(len(beacons)):
        try:
            outcome = ledger.judge(number)
            if outcome.moves_enrolment:
                raise OrdinaryWay
        except Exception as error:
            answers.append(error)
        else:
            ledger.note(number, outcome)
            answers.append(outcome.receipt)
    ledger.save()
    return answers


def credit_beacon(beacon: Beacon) -> Receipt:
    """Credit one beacon in the session's transaction, and move the enrolment where it leads to.

    BadIntervals for nonsense, BadGrant when the sign-in or what was granted is gone.
    """
    ledger = _Ledger(db.session.connection(), [beacon])
    outcome = ledger.judge(0)
    ledger.note(0, outcome)
    ledger.save()
    enrolment_id, session_id = beacon.key
    if outcome.met_by is not None:
        _note_met(beacon, outcome, ledger.now)
        credit_session(enrolment_id, session_id, outcome.met_by, ledger.now)
    elif outcome.passes_step:
        report_progress(enrolment_id)
    return outcome.receipt


def _note_met(beacon: Beacon, outcome: Outcome, now: datetime) -> None:
    """Keep the moment at which the asked share was reached, once for each way."""
    enrolment_id, session_id = beacon.key
    moments = {"threshold_met_at": sa.func.coalesce(Coverage.threshold_met_at, now)}
    if outcome.met_by is ParticipationKind.VERIFIED_VIEWING:
        moments["verified_met_at"] = sa.func.coalesce(Coverage.verified_met_at, now)
    db.session.execute(
        sa.update(Coverage)
        .where(Coverage.enrolment_id == enrolment_id, Coverage.session_id == session_id)
        .values(moments),
        execution_options={"synchronize_session": False},
    )


class _Ledger:
    """The rows of a group: read once, judged against one after the other, written once."""

    def __init__(self, connection: Connection, beacons: Sequence[Beacon]) -> None:
        self.connection = connection
        self.beacons = beacons
        lock_members(connection, (beacon.grant.member_id for beacon in beacons))
        self.now = clock.now()
        self._found = find_viewings(connection, beacons, self.now)
        self._clocks: dict[int, ClockState] = {}
        self._watched: dict[tuple[int, int], Watched] = {}

    def judge(self, number: int) -> Outcome:
        """What a beacon earns after those before it; changes nothing yet."""
        beacon = self.beacons[number]
        viewing = self._found.get(number)
        if viewing is None:
            raise BadGrant("gone")
        return judge(
            beacon,
            viewing.facts,
            self._clocks.get(beacon.grant.member_id, viewing.clock),
            self._watched.get(beacon.key, viewing.watched),
            self.now,
        )

    def note(self, number: int, outcome: Outcome) -> None:
        """Let a beacon's outcome stand."""
        beacon = self.beacons[number]
        if outcome.clock is not None:
            self._clocks[beacon.grant.member_id] = outcome.clock
        if outcome.watched is not None:
            self._watched[beacon.key] = outcome.watched

    def save(self) -> None:
        """Write what changed, in the order of the keys: two groups never wait for each other."""
        write_clock, write_coverage = _writers(self.connection.dialect)
        if self._clocks:
            write_clock.write(
                self.connection,
                [self._clock_row(*item) for item in sorted(self._clocks.items())],
            )
        if self._watched:
            now = bind_moment(self.connection.dialect, self.now)
            write_coverage.write(
                self.connection,
                [_coverage_row(key, self._watched[key], now) for key in sorted(self._watched)],
            )

    def _clock_row(self, member_id: int, state: ClockState) -> dict[str, Any]:
        return {
            "member_id": member_id,
            "updated_at": bind_moment(self.connection.dialect, state.at),
            "unspent_seconds": state.unspent,
            "idle_seconds": state.idle,
            "grace_seconds": state.grace,
        }


def _coverage_row(key: tuple[int, int], watched: Watched, now: Any) -> dict[str, Any]:
    return {
        "enrolment_id": key[0],
        "session_id": key[1],
        "intervals": bind_json(watched.cover.intervals),
        "offline_intervals": bind_json(watched.cover.offline),
        "uncredited": bind_json(watched.uncredited),
        "covered_seconds": total(watched.cover.intervals),
        "position": watched.position,
        "updated_at": now,
    }


_MOMENTS = {"threshold_met_at", "verified_met_at"}
"""Written by beacons that go the ordinary way, and by no other."""


@cache
def _writers(dialect: Dialect) -> tuple[Prepared, Prepared]:
    """The statements that write a clock and a coverage, new or not."""
    insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    tables: tuple[Any, ...] = (ViewingClock.__table__, Coverage.__table__)
    first, second = (Prepared(_writer(insert(table)), dialect) for table in tables)
    return first, second


def _writer(insert: Any) -> Any:
    columns = [column for column in insert.table.columns if column.name not in _MOMENTS]
    key = [column.name for column in insert.table.primary_key]
    return insert.values(
        {c.name: sa.bindparam(c.name, type_=c.type) for c in columns}
    ).on_conflict_do_update(
        index_elements=key,
        set_={c.name: insert.excluded[c.name] for c in columns if c.name not in key},
    )
