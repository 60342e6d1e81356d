"""What applying and undoing an import share: conditions over its lines, the traces it leaves, and
statements that say how many rows they expect to meet.
"""

from typing import Any

import sqlalchemy as sa

from lms.extensions import db
from lms.people.comparing import Change
from lms.people.models import (
    LineKind,
    RosterTrace,
    StagedAbsence,
    StagedLine,
    StagedUnit,
    TraceKind,
)

KNOWN_KINDS = (LineKind.CHANGED, LineKind.MOVED)


class Outdated(Exception):
    """People or units are no longer as they were when the import was previewed."""


def ready(import_id: int, *kinds: LineKind) -> sa.ColumnElement[bool]:
    """The condition of a line that is applied, without a join: its unit is in the tree by now."""
    waiting = sa.select(StagedUnit.id).where(
        StagedUnit.import_id == import_id, StagedUnit.unit_id.is_(None)
    )
    return sa.and_(
        StagedLine.import_id == import_id,
        StagedLine.kind.in_(kinds),
        sa.or_(StagedLine.staged_unit_id.is_(None), StagedLine.staged_unit_id.not_in(waiting)),
    )


def has(change: Change) -> sa.ColumnElement[bool]:
    """The condition of a line that changes this."""
    return StagedLine.changes.bitwise_and(int(change)) != 0


def trace(import_id: int, kind: TraceKind, row_ids: sa.Select[Any]) -> int:
    """Note rows before they are changed; returns how many."""
    values = sa.select(
        sa.literal(import_id), sa.literal(kind, RosterTrace.kind.type), row_ids.subquery().c[0]
    )
    columns = ["import_id", "kind", "row_id"]
    db.session.execute(sa.insert(RosterTrace).from_select(columns, values))
    counted = sa.select(sa.func.count()).where(
        RosterTrace.import_id == import_id, RosterTrace.kind == kind
    )
    return db.session.scalar(counted) or 0


def traced(import_id: int, kind: TraceKind) -> sa.Select[Any]:
    """The ids that were noted."""
    return sa.select(RosterTrace.row_id).where(
        RosterTrace.import_id == import_id, RosterTrace.kind == kind
    )


def expect(statement: Any, count: int) -> None:
    """Run an UPDATE or DELETE that must meet exactly `count` rows; Outdated otherwise."""
    result: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    if result.rowcount != count:
        raise Outdated


def count_where(*conditions: sa.ColumnElement[bool]) -> int:
    """How many staged lines a condition holds for."""
    return db.session.scalar(sa.select(sa.func.count(StagedLine.id)).where(*conditions)) or 0


def people_of(import_id: int) -> sa.Select[Any]:
    """Ids of all whom an import puts, moves, changes or marks as left."""
    named = sa.select(StagedLine.member_id).where(ready(import_id, LineKind.NEW, *KNOWN_KINDS))
    left = sa.select(StagedAbsence.member_id).where(
        StagedAbsence.import_id == import_id, StagedAbsence.left_on.is_not(None)
    )
    return sa.select(sa.union(named, left).subquery().c[0])


DETAILS: dict[Change, tuple[str, ...]] = {
    Change.NAME: ("name", "fold", "sort_key"),
    Change.BIRTH: ("birth_year", "birth_date"),
    Change.STANDING: ("standing",),
    Change.EXEMPT: ("is_exempt",),
    Change.PHONE: ("phone",),
    Change.EMAIL: ("email",),
}
"""What of a person each change writes."""

ACCOUNT_DETAILS = (
    (Change.ACCOUNT_NAME, "display_name", "name", "was_account_name"),
    (Change.ACCOUNT_PHONE, "phone", "phone", "was_account_phone"),
    (Change.ACCOUNT_EMAIL, "email", "email", "was_account_email"),
)
"""(change, column of the account, column of the line, column of what it was)."""
