"""Reads of what a unit, named once and for good, takes in on a day: what lies at or below it, or,
once it has ended, what became of it. docs/decisions/0014-audiences-by-unit.md says how.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.extensions import db
from lms.units.models import UnitHeir, UnitVersion
from lms.units.queries import Scope, get_versions, is_present, last_versions, under, valid_on


@dataclass(frozen=True)
class Extent:
    """What a unit takes in on a day: subtrees, and units without what lies below them.

    `heirs` are the short names of the units that stand for it since it ended.
    """

    name: str
    scope: Scope
    alone: frozenset[int] = frozenset()
    heirs: tuple[str, ...] = ()

    def condition(self) -> sa.ColumnElement[bool]:
        """The condition of belonging, on UnitVersion of that day."""
        if not self.alone:
            return self.scope.condition()
        return sa.or_(self.scope.condition(), UnitVersion.unit_id.in_(sorted(self.alone)))


Extents = Mapping[int, Extent]


def extents_of(unit_ids: Iterable[int], on: date) -> dict[int, Extent]:
    """What each unit takes in on a day; a fixed number of statements for any number of units."""
    wanted = set(unit_ids)
    present = get_versions(wanted, on) if wanted else {}
    found = {
        unit_id: Extent(version.name, Scope.of([version.path]))
        for unit_id, version in present.items()
    }
    if ended := wanted - present.keys():
        found |= _extents_of_absent(last_versions(ended), on)
    return found


def _extents_of_absent(last: Mapping[int, UnitVersion], on: date) -> dict[int, Extent]:
    """Of units that have ended, or begin only later: then they take in nothing yet."""
    above = {unit_id: set(_ids(version.path)) - {unit_id} for unit_id, version in last.items()}
    heirs = _heirs(set(last).union(*above.values()), on)
    standing = get_versions({one for unit_id in last for one in heirs.get(unit_id, ())}, on)
    left = _left_below(last, on)
    found = {}
    for unit_id, version in last.items():
        over = above[unit_id].union(*(heirs.get(one, ()) for one in above[unit_id]))
        own = [standing[one] for one in heirs.get(unit_id, ()) if one in standing]
        paths = [one.path for one in own if one.unit_id not in over]
        higher = Scope.of(one.path for one in own if one.unit_id in over)
        paths += [path for path in left.get(unit_id, ()) if higher.covers(path)]
        found[unit_id] = Extent(
            version.name,
            Scope.of(paths),
            frozenset(one.unit_id for one in own if one.unit_id in over),
            tuple(one.short_name for one in own),
        )
    return found


def _heirs(unit_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    query = (
        sa.select(UnitHeir.unit_id, UnitHeir.heir_id)
        .where(UnitHeir.unit_id.in_(set(unit_ids)), valid_on(UnitHeir, on))
        .order_by(UnitHeir.is_default.desc(), UnitHeir.heir_id)
    )
    found: dict[int, list[int]] = {}
    for unit_id, heir_id in db.session.execute(query):
        found.setdefault(unit_id, []).append(heir_id)
    return found


def _left_below(last: Mapping[int, UnitVersion], on: date) -> dict[int, list[str]]:
    """Paths on a day of the units that lay below an ended one to its last day, by its id."""
    then, now = aliased(UnitVersion), aliased(UnitVersion)
    ended = {unit_id: version for unit_id, version in last.items() if version.valid_to}
    conditions: list[Any] = [
        sa.and_(under(version.path, then.path), then.valid_to == version.valid_to)
        for version in ended.values()
    ]
    query = (
        sa.select(then.path, now.path)
        .join(now, sa.and_(now.unit_id == then.unit_id, is_present(on, now)))
        .where(sa.or_(sa.false(), *conditions))
    )
    found: dict[int, list[str]] = {}
    for old, new in db.session.execute(query):
        for unit_id in set(_ids(old)) & ended.keys():
            found.setdefault(unit_id, []).append(new)
    return found


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")]
