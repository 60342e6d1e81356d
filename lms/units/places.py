"""Where a unit that is founded below another will hang, day by day: it goes along with what is
recorded ahead about the one above it. A parent that is moved takes it with it; one that ends leaves
it to the unit that stands for it by default.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.units.models import UnitSuccessor, UnitVersion


@dataclass(frozen=True)
class Place:
    """Below `parent` from a day until another (exclusive; None is for good)."""

    parent: UnitVersion
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class PlannedEnd:
    """A unit's last day is before `on`; from then on the successor stands for it by default."""

    on: date
    successor_id: int
    reorganisation_id: int | None


def planned_ends(unit_ids: Iterable[int]) -> dict[int, PlannedEnd]:
    """Those of some units whose end is recorded ahead of its day, in one statement."""
    query = sa.select(
        UnitSuccessor.unit_id,
        UnitSuccessor.effective_on,
        UnitSuccessor.successor_id,
        UnitSuccessor.reorganisation_id,
    ).where(
        UnitSuccessor.unit_id.in_(set(unit_ids)),
        UnitSuccessor.is_default,
        UnitSuccessor.effective_on > clock.today(),
    )
    return {row[0]: PlannedEnd(row[1], row[2], row[3]) for row in db.session.execute(query)}


def first_days(unit_ids: Iterable[int]) -> dict[int, date]:
    """Since when each unit has stood in the tree, in one statement."""
    query = (
        sa.select(UnitVersion.unit_id, sa.func.min(UnitVersion.valid_from))
        .where(UnitVersion.unit_id.in_(set(unit_ids)))
        .group_by(UnitVersion.unit_id)
    )
    return dict(db.session.execute(query).all())


def places_below(parent_ids: Collection[int], founded_on: date) -> dict[int, list[Place]]:
    """The places of a unit below each of some parents, from a day on, without a gap.

    A place begins no earlier than the parent has hung where it hangs on that day (today, if that
    day is past). A parent that ends and is followed by none has no place: it is left out.
    """
    lines = _versions(parent_ids)
    ends = planned_ends(lines)
    while new := {end.successor_id for end in ends.values()} - lines.keys():
        lines |= _versions(new)
        ends |= planned_ends(new)
    found = {}
    for parent_id in set(parent_ids) & lines.keys():
        places = _since(lines[parent_id], founded_on)
        above = parent_id
        while places and places[-1].valid_to is not None and above in ends:
            day, above = ends[above].on, ends[above].successor_id
            places += _since(lines.get(above, []), day, strict=True)
        if places and places[-1].valid_to is None:
            found[parent_id] = places
    return found


def _versions(unit_ids: Collection[int]) -> dict[int, list[UnitVersion]]:
    query = (
        sa.select(UnitVersion)
        .where(UnitVersion.unit_id.in_(unit_ids))
        .order_by(UnitVersion.unit_id, UnitVersion.valid_from)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[UnitVersion]] = {}
    for version in db.session.scalars(query):
        found.setdefault(version.unit_id, []).append(version)
    return found


def _since(versions: list[UnitVersion], on: date, strict: bool = False) -> list[Place]:
    """One place for each path of a unit's versions, from the one that holds on a day. Unless
    `strict`, a day that is past counts as today, and the first place begins when its path did."""
    day = on if strict else max(on, clock.today())
    places: list[Place] = []
    for version in versions:
        if places and places[-1].parent.path == version.path:
            places[-1] = Place(version, places[-1].valid_from, version.valid_to)
        else:
            places.append(Place(version, version.valid_from, version.valid_to))
    places = [one for one in places if one.valid_to is None or one.valid_to > day]
    if places:
        first = places[0]
        places[0] = Place(first.parent, max(on, first.valid_from), first.valid_to)
    return places
