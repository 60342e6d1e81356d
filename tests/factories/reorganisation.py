"""Changes of the tree as values, ready to be previewed and applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from lms.people.services.reorganisation import apply_change_with_people
from lms.units.changes import Change, DecisionValues
from lms.units.models import Reorganisation, ReorganisationKind, Unit, UnitKind, UnitSector
from lms.units.services import Source, Target

DECISION = DecisionValues("12-QĐ/TU", date(2025, 6, 20), "Ban Thường vụ Thành ủy")


def new_unit(name: str, parent: Unit | int, kind: UnitKind = UnitKind.COMMITTEE) -> Target:
    """A unit that the change founds."""
    parent_id = parent if isinstance(parent, int) else parent.id
    return Target(name=name, kind=kind, sector=UnitSector.WARD, parent_id=parent_id)


def stays(unit: Unit | int) -> Target:
    """A unit that is there already."""
    return Target(unit_id=unit if isinstance(unit, int) else unit.id)


def merger(units: Sequence[Unit | int], target: Target, on: date) -> Change:
    """Several into one."""
    return Change(
        kind=ReorganisationKind.MERGE,
        effective_on=on,
        decision=DECISION,
        sources=[Source(one if isinstance(one, int) else one.id) for one in units],
        targets=[target],
    )


def split(
    unit: Unit | int,
    targets: Sequence[Target],
    on: date,
    children: Mapping[int, int] | None = None,
    members: Mapping[int, int] | None = None,
    default: int = 0,
) -> Change:
    """One into several: children and members by id to the number of a target."""
    return Change(
        kind=ReorganisationKind.SPLIT,
        effective_on=on,
        decision=DECISION,
        sources=[
            Source(
                unit if isinstance(unit, int) else unit.id, default, children or {}, members or {}
            )
        ],
        targets=list(targets),
    )


def apply(change: Change) -> Reorganisation:
    """Apply a change without asking whose it is."""
    return apply_change_with_people(None, change, None)
