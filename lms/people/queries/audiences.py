"""Reads of audiences: who is in which, with counts and the names behind them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.base import clock
from lms.base.errors import NotFound
from lms.extensions import db
from lms.people.audiences import audience_column, named_units
from lms.people.models import (
    Audience,
    AudienceName,
    AudienceOverride,
    AudienceRule,
    Member,
    Post,
    PostRank,
)
from lms.people.queries.members import list_members, members_with_unit
from lms.units.extents import Extents, extents_of
from lms.units.models import Unit, UnitSector, UnitVersion
from lms.units.queries import Scope, get_versions


def list_audiences() -> Sequence[Audience]:
    """All audiences with their rules, in the order in which they are tried."""
    rules = selectinload(Audience.rules).joinedload(AudienceRule.units)
    query = sa.select(Audience).options(rules)
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


def list_extents(audiences: Sequence[Audience]) -> Extents:
    """What the units that the rules of some audiences name take in today, by unit id."""
    return extents_of(named_units(audiences), clock.today())


def list_names_of(audience_id: int) -> Sequence[Member]:
    """The people on the named list of an audience, in list order."""
    query = (
        sa.select(Member)
        .join(AudienceName, AudienceName.member_id == Member.id)
        .where(AudienceName.audience_id == audience_id)
        .order_by(Member.sort_key, Member.id)
    )
    return db.session.scalars(query).all()


def units_by_member(member_ids: Iterable[int]) -> dict[int, tuple[Member, str]]:
    """Those of some people who belong now, each with the short name of their unit, in list order,
    by id."""
    wanted = sorted(set(member_ids))
    rows: list[Any] = []
    for start in range(0, len(wanted), 1000):
        query = members_with_unit().add_columns(UnitVersion.short_name)
        some = Member.id.in_(wanted[start : start + 1000])
        rows += db.session.execute(query.where(some)).all()
    rows.sort(key=lambda row: (row[0].sort_key, row[0].id))
    return {member.id: (member, unit) for member, unit in rows}


def find_by_codes(codes: Sequence[str]) -> dict[str, int]:
    """Ids of the people who belong now and hold one of these card numbers, by number."""
    found: dict[str, int] = {}
    for start in range(0, len(codes), 1000):
        some = codes[start : start + 1000]
        query = members_with_unit().with_only_columns(Member.code, Member.id)
        for code, member_id in db.session.execute(query.where(Member.code.in_(some))):
            found[str(code)] = member_id
    return found


@dataclass(frozen=True)
class Facts:
    """What the rules look at, of one person today. `units`: those above their unit, the nearest
    first, without the topmost of all."""

    sector: UnitSector
    ranks: tuple[PostRank, ...]
    units: tuple[str, ...]


def list_facts(members: Sequence[Member]) -> dict[int, Facts]:
    """The unit's sector, the units above it and the ranks of the posts held today, by member id;
    three statements."""
    ids = [member.id for member in members]
    on = clock.today()
    posts = db.session.execute(
        sa.select(Post.member_id, Post.rank).where(
            Post.member_id.in_(ids),
            Post.valid_from <= on,
            sa.or_(Post.valid_to.is_(None), Post.valid_to > on),
        )
    ).all()
    places = members_with_unit().with_only_columns(Member.id, Unit.sector, UnitVersion.path)
    rows = db.session.execute(places.where(Member.id.in_(ids))).all()
    above = {path: [int(one) for one in path.strip("/").split("/")[1:-1]] for *_, path in rows}
    names = get_versions({unit_id for ids_above in above.values() for unit_id in ids_above})
    return {
        member_id: Facts(
            sector,
            tuple(rank for owner, rank in posts if owner == member_id),
            tuple(names[one].short_name for one in reversed(above[path]) if one in names),
        )
        for member_id, sector, path in rows
    }


@dataclass(frozen=True)
class DraftEffect:
    """What a draft of an audience would do today. Counts by the audience that people are in now
    (`comes`: into the draft's) or would be in (`goes`: out of it); None stands for no audience."""

    total: int
    comes: dict[int | None, int]
    goes: dict[int | None, int]
    moved: Sequence[tuple[str, str, int | None]]
    """(name, unit, audience now) of the first of those who come."""


def preview_audience(draft: Audience, member_ids: Sequence[int], most: int = 20) -> DraftEffect:
    """The effect of a draft (not in the session; id 0 when it is new) with this list of names."""
    on = clock.today()
    present = list_audiences()
    others = [audience for audience in present if audience.id != draft.id]
    named = {draft.id: Member.id.in_(member_ids) if member_ids else sa.false()}
    extents = extents_of(named_units([*present, draft]), on)
    now = audience_column(present, on, extents).label("now")
    later = audience_column([*others, draft], on, extents, named).label("later")
    people = members_with_unit().with_only_columns(Member.id, now, later).subquery()
    counts: dict[tuple[int | None, int | None], int] = {}
    for before, after, count in db.session.execute(
        sa.select(people.c.now, people.c.later, sa.func.count()).group_by(
            people.c.now, people.c.later
        )
    ):
        counts[before, after] = count
    query = (
        members_with_unit()
        .with_only_columns(Member.name, UnitVersion.short_name, now)
        .where(later == draft.id, sa.or_(now.is_(None), now != draft.id))
        .order_by(Member.sort_key, Member.id)
        .limit(most)
    )
    return DraftEffect(
        total=sum(n for (_before, after), n in counts.items() if after == draft.id),
        comes={b: n for (b, a), n in counts.items() if a == draft.id and b != draft.id},
        goes={a: n for (b, a), n in counts.items() if b == draft.id and a != draft.id},
        moved=[tuple(row) for row in db.session.execute(query)],
    )


def _column(on: date) -> sa.ColumnElement[Any]:
    audiences = list_audiences()
    return audience_column(audiences, on, extents_of(named_units(audiences), on))


def resolved_audiences(on: date) -> sa.Select[Any]:
    """(member id, unit id, audience id or NULL) of everybody who belongs on a day."""
    column = _column(on).label("audience_id")
    return members_with_unit(on).with_only_columns(
        Member.id.label("member_id"), UnitVersion.unit_id.label("unit_id"), column
    )


def count_by_audience(scope: Scope) -> dict[int | None, int]:
    """How many members of a scope each audience takes today; None counts those in no audience."""
    resolved = resolved_audiences(clock.today()).where(scope.condition()).subquery()
    query = sa.select(resolved.c.audience_id, sa.func.count()).group_by(resolved.c.audience_id)
    return dict(db.session.execute(query).all())


def members_of_audience(scope: Scope, audience_id: int | None) -> sa.Select[Any]:
    """The names behind a count: rows as in list_members."""
    column = _column(clock.today())
    matches = column.is_(None) if audience_id is None else column == audience_id
    return list_members(scope).where(matches)


def find_audience_of(member_id: int) -> Audience | None:
    """The audience that takes a member today; None if no rule does."""
    column = _column(clock.today())
    query = members_with_unit().with_only_columns(column).where(Member.id == member_id)
    audience_id = db.session.scalar(query)
    return db.session.get(Audience, audience_id) if audience_id is not None else None


def find_override(member_id: int) -> AudienceOverride | None:
    """What was decided by hand about a member's audience."""
    return db.session.get(AudienceOverride, member_id, populate_existing=True)


def is_overridden(member_id: int) -> bool:
    """Whether a member stands in an audience by hand."""
    return db.session.get(AudienceOverride, member_id) is not None
