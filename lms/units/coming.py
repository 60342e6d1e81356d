"""Reads of what is recorded ahead of its day about units: what their pages and the tree tell."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock
from lms.extensions import db
from lms.units.models import Reorganisation, ReorganisationKind, UnitSuccessor, UnitVersion
from lms.units.queries import last_versions


class Coming(StrEnum):
    """What will happen to a unit; the last two are about units below it."""

    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    DISSOLVE = "dissolve"
    RECEIVE = "receive"
    ARRIVE = "arrive"
    FOUND = "found"


@dataclass(frozen=True)
class ComingChange:
    """From a day on: a unit's new name, the one above it, what it goes into, what comes to it."""

    on: date
    what: Coming
    names: tuple[str, ...]


def list_coming(unit_ids: Collection[int]) -> dict[int, list[ComingChange]]:
    """What is recorded ahead about each of some units, the nearest first; units of which nothing
    is are left out. Two statements for any number of units, three more where something is."""
    wanted = set(unit_ids)
    found: dict[tuple[int, date, Coming], list[str]] = {}
    for unit_id, on, what, name in [*_of_versions(wanted), *_of_successors(wanted)]:
        found.setdefault((unit_id, on, what), []).append(name)
    changes: dict[int, list[ComingChange]] = {}
    for (unit_id, on, what), names in sorted(found.items()):
        changes.setdefault(unit_id, []).append(ComingChange(on, what, tuple(names)))
    return changes


Told = tuple[int, date, Coming, str]


def _of_versions(wanted: set[int]) -> list[Told]:
    """New names and new places; what goes along with one above changes nothing of its own."""
    new, old = aliased(UnitVersion), aliased(UnitVersion)
    query = (
        sa.select(new, old)
        .outerjoin(old, sa.and_(old.unit_id == new.unit_id, old.valid_to == new.valid_from))
        .where(
            new.valid_from > clock.today(),
            sa.or_(new.unit_id.in_(wanted), new.parent_id.in_(wanted)),
        )
        .order_by(new.sort_key, new.unit_id)
    )
    rows: list[tuple[UnitVersion, UnitVersion | None]] = [
        (one, before) for one, before in db.session.execute(query)
    ]
    if not rows:
        return []
    above = last_versions({one.parent_id for one, _before in rows if one.parent_id is not None})
    ended = _ended_on_those_days(wanted)
    told: list[Told] = []
    for one, before in rows:
        on, parent_id = one.valid_from, one.parent_id
        if before is None:
            if parent_id is not None and parent_id in wanted:
                told.append((parent_id, on, Coming.FOUND, one.name))
            continue
        if one.unit_id in wanted and before.name != one.name:
            told.append((one.unit_id, on, Coming.RENAME, one.name))
        if before.parent_id == parent_id or parent_id is None:
            continue
        if one.unit_id in wanted:
            told.append((one.unit_id, on, Coming.MOVE, above[parent_id].name))
        if parent_id in wanted and (before.parent_id, on) not in ended:
            told.append((parent_id, on, Coming.ARRIVE, one.name))
    return told


def _ended_on_those_days(wanted: set[int]) -> set[tuple[int, date]]:
    """Units that go into the wanted ones, with the day: what is below them comes with them."""
    query = sa.select(UnitSuccessor.unit_id, UnitSuccessor.effective_on).where(
        UnitSuccessor.successor_id.in_(wanted), UnitSuccessor.effective_on > clock.today()
    )
    return {(unit_id, on) for unit_id, on in db.session.execute(query)}


def _of_successors(wanted: set[int]) -> list[Told]:
    query = (
        sa.select(
            UnitSuccessor.unit_id,
            UnitSuccessor.successor_id,
            UnitSuccessor.effective_on,
            Reorganisation.kind,
        )
        .outerjoin(Reorganisation, Reorganisation.id == UnitSuccessor.reorganisation_id)
        .where(
            UnitSuccessor.effective_on > clock.today(),
            sa.or_(
                UnitSuccessor.unit_id.in_(wanted),
                UnitSuccessor.successor_id.in_(wanted),
            ),
        )
        .order_by(UnitSuccessor.is_default.desc(), UnitSuccessor.unit_id)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return []
    names = last_versions({one for row in rows for one in (row.unit_id, row.successor_id)})
    told: list[Told] = []
    for unit_id, successor_id, on, kind in rows:
        if unit_id in wanted:
            what = _ENDS.get(kind, Coming.DISSOLVE)
            told.append((unit_id, on, what, names[successor_id].name))
        if successor_id in wanted:
            told.append((successor_id, on, Coming.RECEIVE, names[unit_id].name))
    return told


_ENDS = {ReorganisationKind.MERGE: Coming.MERGE, ReorganisationKind.SPLIT: Coming.SPLIT}
