"""Reads of audiences: who is in which, with counts and the names behind them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.base import clock
from lms.base.errors import NotFound
from lms.extensions import db
from lms.people.audiences import audience_column
from lms.people.models import (
    Audience,
    AudienceOverride,
    Member,
)
from lms.people.queries.members import list_members, members_with_unit
from lms.units.models import UnitVersion
from lms.units.queries import Scope


def list_audiences() -> Sequence[Audience]:
    """All audiences with their rules, in the order in which they are tried."""
    query = sa.select(Audience).options(selectinload(Audience.rules))
    query = query.order_by(Audience.position, Audience.id)
    return db.session.scalars(query).all()


def get_audience(audience_id: int, lock: bool = False) -> Audience:
    """An audience by id. `lock` holds the row."""
    audience = db.session.get(
        Audience,
        audience_id,
        with_for_update={"key_share": True} if lock else None,
        populate_existing=lock,
    )
    if audience is None:
        raise NotFound
    return audience


def resolved_audiences(on: date) -> sa.Select[Any]:
    """(member id, unit id, audience id or NULL) of everybody who belongs now."""
    column = audience_column(list_audiences(), on).label("audience_id")
    return members_with_unit().with_only_columns(
        Member.id.label("member_id"), UnitVersion.unit_id.label("unit_id"), column
    )


def count_by_audience(scope: Scope) -> dict[int | None, int]:
    """How many members of a scope each audience takes today; None counts those in no audience."""
    resolved = resolved_audiences(clock.today()).where(scope.condition()).subquery()
    query = sa.select(resolved.c.audience_id, sa.func.count()).group_by(resolved.c.audience_id)
    return dict(db.session.execute(query).all())


def members_of_audience(scope: Scope, audience_id: int | None) -> sa.Select[Any]:
    """The names behind a count: rows as in list_members."""
    column = audience_column(list_audiences(), clock.today())
    matches = column.is_(None) if audience_id is None else column == audience_id
    return list_members(scope).where(matches)


def find_audience_of(member_id: int) -> Audience | None:
    """The audience that takes a member today; None if no rule does."""
    column = audience_column(list_audiences(), clock.today())
    query = members_with_unit().with_only_columns(column).where(Member.id == member_id)
    audience_id = db.session.scalar(query)
    return db.session.get(Audience, audience_id) if audience_id is not None else None


def find_override(member_id: int) -> AudienceOverride | None:
    """What was decided by hand about a member's audience."""
    return db.session.get(AudienceOverride, member_id, populate_existing=True)


def is_overridden(member_id: int) -> bool:
    """Whether a member stands in an audience by hand."""
    return db.session.get(AudienceOverride, member_id) is not None
