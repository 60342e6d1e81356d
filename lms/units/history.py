"""Reads of what happened to units: changes, versions, what went into what; the tree for browsing.

Whoever looks after all that became of a unit sees its past (see queries.held_units).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload

from lms.base.errors import NotFound
from lms.base.vietnamese import fold
from lms.extensions import db
from lms.units.models import Reorganisation, Unit, UnitSuccessor, UnitVersion
from lms.units.queries import (
    Scope,
    covers_all,
    held_units,
    is_last,
    is_present,
    last_versions,
    present_of,
)

MOST_FOUND = 50


def reorganisations_in(scope: Scope) -> sa.Select[Reorganisation]:
    """Changes of the part of the tree that a scope holds, the newest first, without journals."""
    query = (
        sa.select(Reorganisation)
        .options(defer(Reorganisation.journal), joinedload(Reorganisation.decision))
        .order_by(Reorganisation.id.desc())
    )
    if covers_all(scope) and scope.paths:
        return query
    return query.join(UnitVersion, present_of(Reorganisation.unit_id)).where(scope.condition())


def get_reorganisation(reorganisation_id: int, scope: Scope) -> Reorganisation:
    """A change that concerns a scope; NotFound otherwise."""
    query = reorganisations_in(scope).where(Reorganisation.id == reorganisation_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class UnitHistory:
    """A unit with every version it had, what went into it and what it went into."""

    unit: Unit
    versions: Sequence[UnitVersion]
    parents: dict[int, UnitVersion]
    before: list[tuple[UnitSuccessor, UnitVersion]]
    after: list[tuple[UnitSuccessor, UnitVersion]]
    seen: set[int]
    """The units among these whose own history the reader may open."""


def get_history(unit_id: int, scope: Scope) -> UnitHistory:
    """The history of a unit, also of an ended one; NotFound outside what the scope holds."""
    held = held_units(scope)
    unit = db.session.scalar(sa.select(Unit).where(Unit.id == unit_id, Unit.id.in_(held)))
    if unit is None:
        raise NotFound
    versions = db.session.scalars(
        sa.select(UnitVersion)
        .where(UnitVersion.unit_id == unit_id)
        .options(joinedload(UnitVersion.decision))
        .order_by(UnitVersion.valid_from.desc())
    ).all()
    links = db.session.scalars(
        sa.select(UnitSuccessor)
        .where(sa.or_(UnitSuccessor.unit_id == unit_id, UnitSuccessor.successor_id == unit_id))
        .order_by(UnitSuccessor.effective_on, UnitSuccessor.unit_id)
    ).all()
    around = {one.unit_id for one in links} | {one.successor_id for one in links}
    parents = {one.parent_id for one in versions if one.parent_id is not None}
    names = last_versions(around | parents)
    seen = set(db.session.scalars(sa.select(Unit.id).where(Unit.id.in_(held), Unit.id.in_(around))))
    return UnitHistory(
        unit,
        versions,
        names,
        [(one, names[one.unit_id]) for one in links if one.successor_id == unit_id],
        [(one, names[one.successor_id]) for one in links if one.unit_id == unit_id],
        seen,
    )


def get_unit_on(unit_id: int, scope: Scope, on: date) -> UnitVersion:
    """The version a unit had on a day; NotFound where it had none or the scope does not hold it."""
    query = sa.select(UnitVersion).where(
        UnitVersion.unit_id == unit_id, is_present(on), UnitVersion.unit_id.in_(held_units(scope))
    )
    version = db.session.scalar(query)
    if version is None:
        raise NotFound
    return version


def list_children_on(unit_id: int, scope: Scope, on: date) -> Sequence[UnitVersion]:
    """The units right below one on a day, as far as the scope holds them."""
    query = (
        sa.select(UnitVersion)
        .where(
            UnitVersion.parent_id == unit_id,
            is_present(on),
            UnitVersion.unit_id.in_(held_units(scope)),
        )
        .order_by(UnitVersion.sort_key)
    )
    return db.session.scalars(query).all()


def find_last_version(unit_id: int) -> UnitVersion | None:
    """The last known version of a unit that has not ended."""
    return db.session.scalar(
        sa.select(UnitVersion).where(UnitVersion.unit_id == unit_id, is_last())
    )


@dataclass(frozen=True)
class TreeLine:
    """A unit on the tree page: how many units stand right below it, and the name above it."""

    unit: UnitVersion
    below: int
    above: str


def _lines(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    child, parent = aliased(UnitVersion), aliased(UnitVersion)
    below = (
        sa.select(sa.func.count(child.id))
        .where(child.parent_id == UnitVersion.unit_id, is_present(of=child))
        .correlate(UnitVersion)
        .scalar_subquery()
    )
    above = sa.func.coalesce(parent.short_name, "")
    return (
        sa.select(UnitVersion, below, above)
        .outerjoin(parent, sa.and_(parent.unit_id == UnitVersion.parent_id, is_present(of=parent)))
        .where(is_present(), condition)
        .order_by(UnitVersion.sort_key, UnitVersion.unit_id)
    )


def list_opened(scope: Scope, opened: UnitVersion | None) -> dict[int | None, list[TreeLine]]:
    """The lines of the tree page by parent: the tops of a scope (under None), and what stands right
    below each unit from there down to the opened one. One statement."""
    chain = [int(part) for part in opened.path.strip("/").split("/")] if opened else []
    tops = UnitVersion.path.in_(scope.paths)
    within = sa.and_(UnitVersion.parent_id.in_(chain), scope.condition())
    found: dict[int | None, list[TreeLine]] = {}
    for row in db.session.execute(_lines(sa.or_(tops, within))):
        line = TreeLine(*row)
        is_top = line.unit.path in scope.paths
        found.setdefault(None if is_top else line.unit.parent_id, []).append(line)
    return found


def find_units(scope: Scope, text: str) -> list[TreeLine]:
    """Units of a scope whose name holds every word, without diacritics; at most MOST_FOUND."""
    words = fold(text).split()
    if not words:
        return []
    condition = sa.and_(
        scope.condition(), *(UnitVersion.fold.contains(word, autoescape=True) for word in words)
    )
    return [TreeLine(*row) for row in db.session.execute(_lines(condition).limit(MOST_FOUND))]
