"""Reads of the unit tree: the present version of a unit, its path, what lies below it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock
from lms.base.errors import NotFound
from lms.extensions import db
from lms.units.models import UnitHeir, UnitVersion


def valid_on(dated: Any, on: date | None = None) -> sa.ColumnElement[bool]:
    """The condition that a dated row (`valid_from`, `valid_to` exclusive) counts on a day, today
    unless told otherwise."""
    day = on or clock.today()
    return sa.and_(dated.valid_from <= day, sa.or_(dated.valid_to.is_(None), dated.valid_to > day))


def is_present(on: date | None = None, of: Any = UnitVersion) -> sa.ColumnElement[bool]:
    """The condition that picks a unit's version of a day, today unless told otherwise."""
    return valid_on(of, on)


def is_last() -> sa.ColumnElement[bool]:
    """The condition that picks a unit's last known version, which may begin only later."""
    return UnitVersion.valid_to.is_(None)


def stands_for(unit_id: Any) -> sa.ColumnElement[int]:
    """The id of the unit that stands for another today: itself, or what it went into by default.

    `unit_id` is a column of the surrounding query.
    """
    heir = (
        sa.select(UnitHeir.heir_id)
        .where(UnitHeir.unit_id == unit_id, UnitHeir.is_default, valid_on(UnitHeir))
        .scalar_subquery()
    )
    return sa.func.coalesce(heir, unit_id)


def present_of(unit_id: Any, of: Any = UnitVersion) -> sa.ColumnElement[bool]:
    """The condition that joins a column of unit ids to the present versions that stand for them."""
    return sa.and_(of.unit_id == stands_for(unit_id), is_present(of=of))


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


def find_standing(unit_id: int) -> UnitVersion | None:
    """The present version of a unit, or of the one that stands for it since it ended; None for one
    that is founded only later."""
    return db.session.scalar(
        sa.select(UnitVersion).where(present_of(sa.literal(unit_id, sa.Integer())))
    )


def get_standing(unit_id: int) -> UnitVersion:
    """As find_standing; NotFound where there is none."""
    version = find_standing(unit_id)
    if version is None:
        raise NotFound
    return version


def standing_in(scope: Scope) -> sa.Select[Any]:
    """Ids of the units in a scope and of ended ones for which one in the scope stands by default:
    whoever looks after the successor looks after what the old unit owned."""
    inside = sa.select(UnitVersion.unit_id).where(is_present(), scope.condition())
    inherited = (
        sa.select(UnitHeir.unit_id)
        .join(UnitVersion, UnitVersion.unit_id == UnitHeir.heir_id)
        .where(UnitHeir.is_default, valid_on(UnitHeir), is_present(), scope.condition())
    )
    both = sa.union_all(inside, inherited).subquery()
    return sa.select(both.c.unit_id)


def held_units(scope: Scope) -> sa.Select[Any]:
    """Ids of all units, ended ones too, that a scope holds today.

    An ended unit is held when everything it went into lies inside: of one that was divided, nobody
    who looks after a part alone sees the whole.
    """
    inside = sa.select(UnitVersion.unit_id).where(is_present(), scope.condition())
    outside = (
        sa.select(UnitHeir.unit_id)
        .outerjoin(UnitVersion, sa.and_(UnitVersion.unit_id == UnitHeir.heir_id, is_present()))
        .where(
            valid_on(UnitHeir),
            sa.or_(UnitVersion.id.is_(None), sa.not_(scope.condition())),
        )
    )
    ended = sa.select(UnitHeir.unit_id).where(valid_on(UnitHeir), UnitHeir.unit_id.not_in(outside))
    present = aliased(UnitVersion)
    awaited = sa.select(UnitVersion.unit_id).where(
        is_last(),
        UnitVersion.valid_from > clock.today(),
        scope.condition(),
        ~sa.exists().where(present.unit_id == UnitVersion.unit_id, is_present(of=present)),
    )
    held = sa.union(inside, ended, awaited).subquery()
    return sa.select(held.c.unit_id)


def covers_all(scope: Scope) -> bool:
    """Whether a scope holds every unit there is."""
    query = sa.select(UnitVersion.path).where(UnitVersion.depth == 0, is_present())
    return all(scope.covers(path) for path in db.session.scalars(query))


def get_versions(unit_ids: Iterable[int], on: date | None = None) -> dict[int, UnitVersion]:
    """Versions of a day (today's) by unit id, in one statement."""
    query = sa.select(UnitVersion).where(UnitVersion.unit_id.in_(set(unit_ids)), is_present(on))
    return {version.unit_id: version for version in db.session.scalars(query)}


def last_versions(unit_ids: Iterable[int]) -> dict[int, UnitVersion]:
    """The last version each unit had, has or is to have, by unit id: also of ended units."""
    latest = (
        sa.select(UnitVersion.unit_id, sa.func.max(UnitVersion.valid_from).label("since"))
        .where(UnitVersion.unit_id.in_(set(unit_ids)))
        .group_by(UnitVersion.unit_id)
        .subquery()
    )
    query = sa.select(UnitVersion).join(
        latest,
        sa.and_(UnitVersion.unit_id == latest.c.unit_id, UnitVersion.valid_from == latest.c.since),
    )
    return {version.unit_id: version for version in db.session.scalars(query)}


def name_with_above(on: date | None = None) -> sa.ColumnElement[str]:
    """'Chi bộ 3 · Phường Bồ Đề' of a UnitVersion in the query: cells of many wards bear one name.

    What stands above is left out right below the top, where there is no other to mistake it for.
    """
    above = aliased(UnitVersion)
    name = (
        sa.select(above.short_name)
        .where(above.unit_id == UnitVersion.parent_id, is_present(on, above))
        .order_by(above.id)
        .limit(1)
        .correlate(UnitVersion)
        .scalar_subquery()
    )
    whole = sa.func.coalesce(UnitVersion.short_name + " · " + name, UnitVersion.short_name)
    return sa.case((UnitVersion.depth > 1, whole), else_=UnitVersion.short_name)


def names_with_above(unit_ids: Iterable[int]) -> dict[int, str]:
    """Names of present units as name_with_above gives them, by unit id, in one statement."""
    query = sa.select(UnitVersion.unit_id, name_with_above())
    return dict(
        db.session.execute(query.where(UnitVersion.unit_id.in_(set(unit_ids)), is_present())).all()
    )


def list_roots(scope: Scope) -> Sequence[UnitVersion]:
    """The topmost units of a scope."""
    query = (
        sa.select(UnitVersion)
        .where(UnitVersion.path.in_(scope.paths), is_present())
        .order_by(UnitVersion.sort_key)
    )
    return db.session.scalars(query).all()


def list_children(unit_id: int, on: date | None = None) -> Sequence[UnitVersion]:
    """The units right below one, in the order of their names."""
    query = (
        sa.select(UnitVersion)
        .where(UnitVersion.parent_id == unit_id, is_present(on))
        .order_by(UnitVersion.sort_key)
    )
    return db.session.scalars(query).all()


def list_ancestors(version: UnitVersion, on: date | None = None) -> Sequence[UnitVersion]:
    """From the root down to the parent: the breadcrumb of a unit."""
    ids = [int(part) for part in version.path.strip("/").split("/")[:-1]]
    found = get_versions(ids, on) if ids else {}
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
