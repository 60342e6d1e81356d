"""Reads of members: those of a scope, one, how many belong where."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.base.errors import NotFound
from lms.extensions import db
from lms.people.models import (
    Member,
    Membership,
    MembershipKind,
)
from lms.units.models import Unit, UnitVersion
from lms.units.queries import Scope, is_present, under


def members_with_unit() -> sa.Select[Any]:
    """Members who belong now, joined with their unit and its present version."""
    return (
        sa.select(Member)
        .join(
            Membership,
            sa.and_(
                Membership.member_id == Member.id,
                Membership.kind == MembershipKind.MAIN,
                Membership.valid_to.is_(None),
            ),
        )
        .join(Unit, Unit.id == Membership.unit_id)
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Unit.id, is_present()))
        .where(Member.left_on.is_(None))
    )


def list_members(scope: Scope) -> sa.Select[Any]:
    """Members of a scope in list order: (Member, unit short name, unit id)."""
    return (
        members_with_unit()
        .add_columns(UnitVersion.short_name, UnitVersion.unit_id)
        .where(scope.condition())
        .order_by(Member.sort_key, Member.id)
    )


def get_member(member_id: int, scope: Scope | None = None) -> Member:
    """A member with memberships and posts; NotFound outside the scope."""
    query = (
        members_with_unit()
        .where(Member.id == member_id)
        .options(selectinload(Member.memberships), selectinload(Member.posts))
    )
    if scope is not None:
        query = query.where(scope.condition())
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
            Membership.valid_to.is_(None),
            is_present(),
        )
    )
    return db.session.scalar(query)


def count_members(paths: Iterable[str]) -> dict[str, int]:
    """How many people belong to each subtree now, in one statement."""
    wanted = list(paths)
    counts = [sa.func.count(sa.case((under(path), 1))) for path in wanted]
    query = members_with_unit().with_only_columns(*counts)
    row = db.session.execute(query).one()
    return dict(zip(wanted, row, strict=True))
