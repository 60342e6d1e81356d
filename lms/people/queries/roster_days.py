"""Reads of the days from which a roster may hold: nobody is put into a unit before it was there,
nor moved before they were where they are.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.people.comparing import Change
from lms.people.models import (
    LineKind,
    Member,
    Membership,
    StagedLine,
    StagedUnit,
    UnitStatus,
)
from lms.people.queries.members import is_standing
from lms.units.models import UnitVersion
from lms.units.queries import last_versions


@dataclass(frozen=True)
class Earliest:
    """The first day that a roster may hold from, and what has stood only since then: a unit, or
    (`is_person`) somebody in theirs."""

    on: date
    name: str
    is_person: bool


def find_earliest_day(import_id: int, founds_units: bool) -> Earliest | None:
    """The latest of the days on which units of the file were founded, and on which those who move
    came to where they are; None for a file that puts nobody anywhere."""
    found = [one for one in (_of_units(import_id, founds_units), _of_people(import_id)) if one]
    return max(found, key=lambda one: one.on, default=None)


def _of_units(import_id: int, founds_units: bool) -> Earliest | None:
    """A unit that is founded with the file hangs below one that has to be there."""
    used = (
        sa.select(StagedLine.id)
        .where(
            StagedLine.staged_unit_id == StagedUnit.id,
            StagedLine.kind.in_((LineKind.NEW, LineKind.MOVED)),
        )
        .correlate(StagedUnit)
        .exists()
    )
    wanted = sa.select(StagedUnit.unit_id).where(StagedUnit.import_id == import_id, used)
    if founds_units:
        above = sa.select(StagedUnit.parent_unit_id).where(
            StagedUnit.import_id == import_id, StagedUnit.status == UnitStatus.NEW
        )
        wanted = sa.select(sa.union(wanted, above).subquery().c[0])
    since = sa.func.min(UnitVersion.valid_from)
    query = (
        sa.select(UnitVersion.unit_id, since)
        .where(UnitVersion.unit_id.in_(wanted))
        .group_by(UnitVersion.unit_id)
        .order_by(since.desc(), UnitVersion.unit_id)
        .limit(1)
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    return Earliest(row[1], last_versions([row[0]])[row[0]].name, is_person=False)


def _of_people(import_id: int) -> Earliest | None:
    """Of those who come to their present unit only later, the day does not count."""
    query = (
        sa.select(Membership.valid_from, Member.name)
        .join(Member, Member.id == Membership.member_id)
        .join(StagedLine, StagedLine.member_id == Member.id)
        .where(
            StagedLine.import_id == import_id,
            StagedLine.kind == LineKind.MOVED,
            StagedLine.changes.bitwise_and(int(Change.UNIT)) != 0,
            is_standing(),
            Membership.valid_from <= clock.today(),
        )
        .order_by(Membership.valid_from.desc(), Member.id)
        .limit(1)
    )
    row = db.session.execute(query).first()
    return Earliest(row[0], row[1], is_person=True) if row else None
