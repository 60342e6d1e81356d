"""Resolving audiences in SQL, for any number of members in one statement.

The rules of all audiences become one CASE over the member table: the first match holds, an
override by hand wins. So counting, listing and opening a campaign share one definition.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.people.models import Audience, AudienceName, AudienceOverride, AudienceRule, Member, Post
from lms.units.extents import Extents
from lms.units.models import Unit


def holds_post(ranks: Sequence[str], on: date) -> sa.ColumnElement[bool]:
    """The condition of holding a post of one of the ranks on a day."""
    return (
        sa.select(Post.id)
        .where(
            Post.member_id == Member.id,
            Post.rank.in_(ranks),
            Post.valid_from <= on,
            sa.or_(Post.valid_to.is_(None), Post.valid_to > on),
        )
        .exists()
    )


def named_units(audiences: Sequence[Audience]) -> set[int]:
    """The units that the rules of some audiences name."""
    return {
        unit_id for audience in audiences for rule in audience.rules for unit_id in rule.unit_ids
    }


def rule_condition(rule: AudienceRule, on: date, extents: Extents) -> sa.ColumnElement[bool]:
    """A rule as a condition over Member joined with Unit and UnitVersion of that day (of their
    main membership). `extents`: what the named units take in on that day."""
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if rule.post_ranks:
        conditions.append(holds_post(rule.post_ranks, on))
    if rule.sectors:
        conditions.append(Unit.sector.in_(rule.sectors))
    if rule.unit_ids:
        inside = (extents[unit_id].condition() for unit_id in rule.unit_ids if unit_id in extents)
        conditions.append(sa.or_(sa.false(), *inside))
    if rule.standings:
        conditions.append(Member.standing.in_(rule.standings))
    if rule.is_exempt is not None:
        conditions.append(Member.is_exempt.is_(rule.is_exempt))
    if rule.least_age is not None:
        conditions.append(Member.birth_year <= on.year - rule.least_age)
    if rule.most_age is not None:
        conditions.append(Member.birth_year >= on.year - rule.most_age)
    return sa.and_(*conditions)


def is_named(audience_id: int) -> sa.ColumnElement[bool]:
    """The condition of standing on the named list of an audience."""
    return (
        sa.select(AudienceName.member_id)
        .where(AudienceName.audience_id == audience_id, AudienceName.member_id == Member.id)
        .exists()
    )


def audience_column(
    audiences: Sequence[Audience],
    on: date,
    extents: Extents,
    named: Mapping[int, sa.ColumnElement[bool]] | None = None,
) -> sa.ColumnElement[Any]:
    """The audience id of a member on a day, NULL where no audience takes them.

    Stands in a query over Member joined with Unit and UnitVersion of that day. `extents`: what
    the units that rules name take in on that day. `named` replaces the stored list of names of some
    audiences, for a draft.
    """
    named = named or {}
    by_hand = (
        sa.select(AudienceOverride.audience_id)
        .where(AudienceOverride.member_id == Member.id)
        .scalar_subquery()
    )
    branches = [
        (condition, audience.id)
        for audience in sorted(audiences, key=lambda a: (a.position, a.id))
        for condition in _ways_in(audience, on, extents, named)
    ]
    if not branches:
        return sa.cast(by_hand, sa.Integer)
    return sa.func.coalesce(by_hand, sa.case(*branches, else_=None))


def _ways_in(
    audience: Audience,
    on: date,
    extents: Extents,
    named: Mapping[int, sa.ColumnElement[bool]],
) -> Iterator[sa.ColumnElement[bool]]:
    for rule in audience.rules:
        yield rule_condition(rule, on, extents)
    if audience.id in named:
        yield named[audience.id]
    elif audience.has_names:
        yield is_named(audience.id)
