"""Reads of the unit tree: the present version of a unit, its path, what lies below it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base.errors import NotFound
from lms.extensions import db
from lms.units.models import UnitVersion


def is_present() -> sa.ColumnElement[bool]:
    """The condition that picks a unit's present version."""
    return UnitVersion.valid_to.is_(None)


def under(path: str, column: Any = UnitVersion.path) -> sa.ColumnElement[bool]:
    """The condition of lying at or below a path, as a byte range that an index answers.

    '/' is followed by '0', so everything that starts with '/1/5/' is below '/1/50'.
    """
    return sa.and_(column >= path, column < path[:-1] + "0")


@dataclass(frozen=True)
class Scope:
    """The part of the tree that an account may see for one purpose, as subtree paths."""

    paths: tuple[str, ...]

    @classmethod
    def of(cls, paths: Iterable[str]) -> "Scope":
        """A scope without paths that lie below another of its paths."""
        kept: list[str] = []
        for path in sorted(set(paths)):
            if not any(path.startswith(wider) for wider in kept):
                kept.append(path)
        return cls(tuple(kept))

    def covers(self, path: str) -> bool:
        return any(path.startswith(wider) for wider in self.paths)

    def condition(self, column: Any = UnitVersion.path) -> sa.ColumnElement[bool]:
        """The condition of lying inside the scope; false when the scope is empty."""
        return sa.or_(sa.false(), *(under(path, column) for path in self.paths))


def get_unit(unit_id: int, scope: Scope | None = None) -> UnitVersion:
    """The present version of a unit; NotFound if there is none or it lies outside the scope."""
    query = sa.select(UnitVersion).where(UnitVersion.unit_id == unit_id, is_present())
    if scope is not None:
        query = query.where(scope.condition())
    version = db.session.scalar(query)
    if version is None:
        raise NotFound
    return version


def covers_all(scope: Scope) -> bool:
    """Whether a scope holds every unit there is."""
    query = sa.select(UnitVersion.path).where(UnitVersion.depth == 0, is_present())
    return all(scope.covers(path) for path in db.session.scalars(query))


def get_versions(unit_ids: Iterable[int]) -> dict[int, UnitVersion]:
    """Present versions by unit id, in one statement."""
    query = sa.select(UnitVersion).where(UnitVersion.unit_id.in_(set(unit_ids)), is_present())
    return {version.unit_id: version for version in db.session.scalars(query)}


def list_roots(scope: Scope) -> Sequence[UnitVersion]:
    """The topmost units of a scope."""
    query = (
        sa.select(UnitVersion)
        .where(UnitVersion.path.in_(scope.paths), is_present())
        .order_by(UnitVersion.sort_key)
    )
    return db.session.scalars(query).all()


def list_children(unit_id: int) -> Sequence[UnitVersion]:
    """The units right below one, in the order of their names."""
    query = (
        sa.select(UnitVersion)
        .where(UnitVersion.parent_id == unit_id, is_present())
        .order_by(UnitVersion.sort_key)
    )
    return db.session.scalars(query).all()


def list_ancestors(version: UnitVersion) -> Sequence[UnitVersion]:
    """From the root down to the parent: the breadcrumb of a unit."""
    ids = [int(part) for part in version.path.strip("/").split("/")[:-1]]
    found = get_versions(ids) if ids else {}
    return [found[unit_id] for unit_id in ids if unit_id in found]


def tree_choices(scope: Scope) -> list[tuple[int, str]]:
    """(unit id, name indented by depth) of a scope in tree order, for a select field."""
    query = sa.select(UnitVersion).where(scope.condition(), is_present())
    versions = db.session.scalars(query).all()
    by_id = {version.unit_id: version for version in versions}

    def place(version: UnitVersion) -> tuple[str, ...]:
        ids = (int(part) for part in version.path.strip("/").split("/"))
        return tuple(f"{by_id[i].sort_key} {i}" for i in ids if i in by_id)

    top = min((version.depth for version in versions), default=0)
    return [
        (version.unit_id, "\u2003" * (version.depth - top) + version.name)
        for version in sorted(versions, key=place)
    ]
