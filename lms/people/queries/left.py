"""Reads of those who left: by where they belonged last."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from lms.base.errors import NotFound
from lms.base.paging import AnySelect
from lms.extensions import db
from lms.people.models import Erasure, Member, Membership, MembershipKind
from lms.people.queries.reorganisation import present_unit_of
from lms.units.models import UnitVersion
from lms.units.queries import Scope, name_with_above


def list_left(scope: Scope) -> AnySelect:
    """Those who left a unit of a scope, the latest first: (member, unit name with the one above).
    The unit of today stands for one that has ended since. Erased people are no longer listed."""
    other = aliased(Membership)
    last = (
        sa.select(sa.func.max(other.id))
        .where(other.member_id == Member.id, other.kind == MembershipKind.MAIN)
        .correlate(Member)
        .scalar_subquery()
    )
    erased = sa.select(Erasure.id).where(Erasure.member_id == Member.id).correlate(Member)
    return (
        sa.select(Member, name_with_above())
        .select_from(Member)
        .join(Membership, Membership.id == last)
        .join(UnitVersion, present_unit_of(Membership.unit_id, Member.id))
        .where(Member.left_on.is_not(None), scope.condition(), ~erased.exists())
        .order_by(Member.left_on.desc(), Member.sort_key, Member.id)
    )


def get_left(member_id: int, scope: Scope, lock: bool = False) -> Member:
    """Somebody who left a unit of a scope, with places and posts; NotFound for anybody else."""
    query = (
        list_left(scope)
        .with_only_columns(Member)
        .where(Member.id == member_id)
        .options(selectinload(Member.memberships), selectinload(Member.posts))
    )
    if lock:
        query = query.with_for_update(of=Member, key_share=True)
    member: Member | None = db.session.scalar(query.execution_options(populate_existing=True))
    if member is None:
        raise NotFound
    return member
