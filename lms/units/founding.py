"""Founding many units at once, for a file that names them: a few statements whatever the number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.base import clock
from lms.base.errors import NotFound
from lms.base.vietnamese import clean, fold
from lms.extensions import db
from lms.units.models import Unit, UnitKind, UnitVersion
from lms.units.naming import unit_sort_key
from lms.units.places import places_below
from lms.units.services.tree import keep_standing


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be founded below one of the tree; its sector is its parent's."""

    name: str
    kind: UnitKind
    parent_id: int


def found_units(units: Sequence[NewUnit], founded_on: date) -> list[int]:
    """Found units, none of them below another of them; their ids in the same order.

    The caller has looked that no sibling bears the name. One below a parent whose place in the tree
    is younger than `founded_on` hangs there since that place exists; what is recorded ahead about
    the parent holds for it, too (see places.py). NotFound below a parent that has no such place.
    """
    keep_standing()
    places = places_below({unit.parent_id for unit in units}, founded_on)
    if any(unit.parent_id not in places for unit in units):
        raise NotFound
    query = sa.select(Unit.id, Unit.sector).where(Unit.id.in_(places))
    sectors = {row.id: row.sector for row in db.session.execute(query)}
    ids = list(
        db.session.scalars(
            sa.insert(Unit).returning(Unit.id, sort_by_parameter_order=True),
            [
                {"kind": unit.kind, "sector": sectors[unit.parent_id], "founded_on": founded_on}
                for unit in units
            ],
        )
    )
    now = clock.now()
    rows = [
        {
            "unit_id": unit_id,
            "name": name,
            "short_name": name[:100],
            "fold": fold(name),
            "sort_key": unit_sort_key(name),
            "parent_id": place.parent.unit_id,
            "path": f"{place.parent.path}{unit_id}/",
            "depth": place.parent.depth + 1,
            "valid_from": place.valid_from,
            "valid_to": place.valid_to,
            "recorded_at": now,
        }
        for unit, unit_id in zip(units, ids, strict=True)
        for name in [clean(unit.name)[:200]]
        for place in places[unit.parent_id]
    ]
    if rows:
        db.session.execute(sa.insert(UnitVersion), rows)
    return ids
