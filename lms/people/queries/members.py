"""Reads of members: those of a scope, one, how many belong where."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from lms.base import clock
from lms.base.errors import NotFound
from lms.extensions import db
from lms.people.models import (
    Member,
    Membership,
    MembershipKind,
)
from lms.units.models import Unit, UnitVersion
from lms.units.queries import (
    Scope,
    held_units,
    is_present,
    name_with_above,
    under,
    valid_on,
)


def members_with_unit(on: date | None = None) -> sa.Select[Any]:
    """Members who belong on a day (today), joined with their unit and its version of that day."""
    return (
        sa.select(Member)
        .join(
            Membership,
            sa.and_(
                Membership.member_id == Member.id,
                Membership.kind == MembershipKind.MAIN,
                valid_on(Membership, on),
            ),
        )
        .join(Unit, Unit.id == Membership.unit_id)
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Unit.id, is_present(on)))
        .where(
            Member.left_on.is_(None)
            if on is None
            else sa.or_(Member.left_on.is_(None), Member.left_on > on)
        )
    )


def lasts(of: Any = Membership) -> sa.ColumnElement[bool]:
    """The condition of a main place that somebody has today or is to have later."""
    return sa.and_(
        of.kind == MembershipKind.MAIN,
        sa.or_(of.valid_to.is_(None), of.valid_to > clock.today()),
        sa.or_(of.valid_to.is_(None), of.valid_to > of.valid_from),
    )


def is_standing(of: Any = Membership) -> sa.ColumnElement[bool]:
    """The condition of the place where somebody stands: today's, else the next that is recorded.
    What is recorded ahead for after it does not count."""
    earlier = aliased(Membership)
    before = (
        sa.select(earlier.id)
        .where(
            earlier.member_id == of.member_id, lasts(earlier), earlier.valid_from < of.valid_from
        )
        .correlate(of)
    )
    return sa.and_(lasts(of), ~before.exists())


def list_members(scope: Scope, on: date | None = None) -> sa.Select[Any]:
    """Members of a scope in list order: (Member, unit name with the one above, unit id).

    With a day: who belonged then, to units whose past the scope holds.
    """
    inside = scope.condition() if on is None else UnitVersion.unit_id.in_(held_units(scope))
    return (
        members_with_unit(on)
        .add_columns(name_with_above(on), UnitVersion.unit_id)
        .where(inside)
        .order_by(Member.sort_key, Member.id)
    )


def get_member(member_id: int, scope: Scope | None = None, lock: bool = False) -> Member:
    """A member with memberships and posts; NotFound outside the scope. `lock` holds the row."""
    query = (
        members_with_unit()
        .where(Member.id == member_id)
        .options(selectinload(Member.memberships), selectinload(Member.posts))
    )
    if scope is not None:
        query = query.where(scope.condition())
    if lock:
        query = query.with_for_update(of=Member, key_share=True)
        query = query.execution_options(populate_existing=True)
    member: Member | None = db.session.scalar(query)
    if member is None:
        raise NotFound
    return member


def find_unit_of(member_id: int) -> UnitVersion | None:
    """The unit a member belongs to now."""
    query = (
        sa.select(UnitVersion)
        .join(Membership, Membership.unit_id == UnitVersion.unit_id)
        .where(
            Membership.member_id == member_id,
            Membership.kind == MembershipKind.MAIN,
            valid_on(Membership),
            is_present(),
        )
    )
    return db.session.scalar(query)


def count_members(paths: Iterable[str], on: date | None = None) -> dict[str, int]:
    """How many people belong to each subtree on a day (today), in one statement."""
    wanted = list(paths)
    counts = [sa.func.count(sa.case((under(path), 1))) for path in wanted]
    query = members_with_unit(on).with_only_columns(*counts)
    row = db.session.execute(query).one()
    return dict(zip(wanted, row, strict=True))


def members_in(scope: Scope, member_ids: Collection[int]) -> set[int]:
    """Those of some members who belong to the scope today."""
    query = members_with_unit().with_only_columns(Member.id)
    return set(db.session.scalars(query.where(scope.condition(), Member.id.in_(member_ids))))


def count_by_unit(scope: Scope) -> dict[str, int]:
    """How many people belong to each unit of a scope itself, by its path; one statement."""
    query = (
        members_with_unit()
        .with_only_columns(UnitVersion.path, sa.func.count())
        .where(scope.condition())
        .group_by(UnitVersion.path)
    )
    return dict(db.session.execute(query).all())


def list_members_of(unit_id: int) -> Sequence[Member]:
    """The people who belong to a unit itself, in list order."""
    query = (
        sa.select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.unit_id == unit_id,
            is_standing(),
        )
        .order_by(Member.sort_key, Member.id)
    )
    return db.session.scalars(query).all()
