"""People in a unit about which something is recorded ahead of its day: whoever is put there later
goes along, as if they had been there when it was recorded.

`follow_plans` gives places and posts the end and the continuation that is recorded; `leave_plans`
takes that from people again, before they are moved or leave. Both keep the journals of the changes
true, so that a change that is taken back takes back what was added to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock
from lms.base.journal import Journal, in_batches, recording
from lms.base.paging import AnySelect
from lms.extensions import db
from lms.people.models import Member, Membership, MembershipKind, Post, SuccessorChoice
from lms.units.models import Reorganisation, UnitSuccessor
from lms.units.queries import last_versions
from lms.units.services.tree import keep_standing

People = Any
"""Ids of members: a collection, or a query of them."""


def follow_plans(members: People) -> None:
    """Let the places and posts of some people go on as is recorded ahead about their units."""
    if not _plans_are_ahead():
        return
    while rows := db.session.execute(_places_beyond(members)).all():
        for reorganisation_id, some in _by_change(rows).items():
            with _added_to(reorganisation_id) as effects:
                _continue(some, effects)
    posts = db.session.execute(_posts_beyond(members)).all()
    for reorganisation_id, some in _by_change(posts).items():
        with _added_to(reorganisation_id) as effects:
            _end_posts(some, effects)
    db.session.flush()
    db.session.expire_all()


def _by_change(rows: Sequence[Any]) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = {}
    for row in rows:
        found.setdefault(row.reorganisation_id, []).append(row)
    return found


def leave_plans(members: People, since: date | None = None) -> None:
    """Take from some people what is recorded ahead, on a day or later (from tomorrow on), about the
    units they are in: their places are open again, as before it was recorded."""
    if not _plans_are_ahead():
        return
    day = max(since or clock.today(), clock.today() + timedelta(days=1))
    pairs = db.session.execute(_continued(members, day)).all()
    posts = db.session.execute(_ended_posts(members, day)).all()
    ids = {row.reorganisation_id for row in (*pairs, *posts)}
    changes = db.session.scalars(_locked(ids)).all()
    journals = {change.id: Journal.of(change.journal) for change in changes}
    pairs = [pair for pair in pairs if _is_of_the_change(pair, journals)]
    ends: dict[int, date | None] = {}
    for first, second, _change in pairs:
        ends[first.id] = ends.get(second.id, second.valid_to)
    gone = {second.id for _first, second, _change in pairs}
    for some in in_batches(gone):
        db.session.execute(sa.delete(Membership).where(Membership.id.in_(some)))
    for first, _second, _change in pairs:
        if first.id not in gone:
            first.valid_to = ends[first.id]
    people = {first.member_id for first, _second, _change in pairs}
    for change in changes:
        journal = journals[change.id]
        journal.forget("membership", [*ends, *gone])
        for taken in journal.forget("post", [post.id for post, _change in posts]):
            _reopen_post(taken)
        change.journal = journal.as_json()
        change.effects = change.effects | {
            "people": [one for one in change.effects["people"] if one["id"] not in people]
        }
    db.session.flush()
    db.session.expire_all()


def _is_of_the_change(pair: Any, journals: dict[int, Journal]) -> bool:
    """Whether the second place is the change's own, not a transfer that somebody recorded by hand
    for the same day."""
    journal = journals.get(pair.reorganisation_id)
    return journal is None or journal.has_created("membership", pair[1].id)


def _plans_are_ahead() -> bool:
    """Whether the end of any unit is recorded ahead. From here on none is until this is done."""
    keep_standing()
    ahead = sa.select(UnitSuccessor.unit_id).where(UnitSuccessor.effective_on > clock.today())
    return db.session.scalar(ahead.limit(1)) is not None


def _places_beyond(members: People) -> AnySelect:
    """Places that last beyond the end of their unit: (place, effective_on, reorganisation_id,
    target_id)."""
    choice = sa.and_(
        SuccessorChoice.from_unit_id == Membership.unit_id,
        SuccessorChoice.member_id == Membership.member_id,
    )
    target = sa.func.coalesce(SuccessorChoice.to_unit_id, UnitSuccessor.successor_id)
    return (
        sa.select(
            Membership,
            UnitSuccessor.effective_on,
            UnitSuccessor.reorganisation_id,
            target.label("target_id"),
        )
        .join(UnitSuccessor, UnitSuccessor.unit_id == Membership.unit_id)
        .outerjoin(SuccessorChoice, choice)
        .where(Membership.member_id.in_(members), *_ends_within(Membership))
        .order_by(Membership.id)
        .execution_options(populate_existing=True)
    )


def _ends_within(dated: Any) -> list[Any]:
    """The conditions that a unit's end, recorded ahead, falls into a dated row's days."""
    return [
        UnitSuccessor.is_default,
        UnitSuccessor.effective_on > clock.today(),
        sa.or_(dated.valid_to.is_(None), dated.valid_to > UnitSuccessor.effective_on),
    ]


def _continue(rows: list[Any], effects: dict[str, Any]) -> None:
    units = last_versions({one for row in rows for one in (row.Membership.unit_id, row.target_id)})
    names = _names(row.Membership.member_id for row in rows)
    opened = []
    for row in rows:
        place, on, target_id = row.Membership, row.effective_on, row.target_id
        effects["people"].append(
            {
                "id": place.member_id,
                "name": names[place.member_id],
                "old": units[place.unit_id].name,
                "new": units[target_id].name,
            }
        )
        opened += continue_place(place, target_id, on)
    db.session.flush()
    db.session.add_all(opened)


def continue_place(place: Membership, target_id: int, on: date) -> list[Membership]:
    """Let a place go on in another unit from a day; the place that is to be opened there, if any.

    One that begins later begins there at once. A further place is not opened twice."""
    if place.valid_from >= on:
        place.unit_id = target_id
        return []
    opened = []
    if place.kind is MembershipKind.MAIN or not _is_there(place.member_id, target_id, on):
        opened = [
            Membership(
                member_id=place.member_id,
                unit_id=target_id,
                kind=place.kind,
                valid_from=on,
                valid_to=place.valid_to,
            )
        ]
    place.valid_to = on
    return opened


def _is_there(member_id: int, unit_id: int, on: date) -> bool:
    """Whether somebody belongs to a unit on a day or is to belong there later."""
    query = sa.select(Membership.id).where(
        Membership.member_id == member_id,
        Membership.unit_id == unit_id,
        sa.or_(Membership.valid_to.is_(None), Membership.valid_to > on),
    )
    return db.session.scalar(query.limit(1)) is not None


def _posts_beyond(members: People) -> AnySelect:
    """Posts that last beyond the end of their unit: (post, effective_on, reorganisation_id)."""
    return (
        sa.select(Post, UnitSuccessor.effective_on, UnitSuccessor.reorganisation_id)
        .join(UnitSuccessor, UnitSuccessor.unit_id == Post.unit_id)
        .where(
            Post.member_id.in_(members),
            Post.valid_from < UnitSuccessor.effective_on,
            *_ends_within(Post),
        )
        .order_by(Post.id)
        .execution_options(populate_existing=True)
    )


def _end_posts(rows: list[Any], effects: dict[str, Any]) -> None:
    """A post ends with its unit; nobody takes it along."""
    units = last_versions(row.Post.unit_id for row in rows)
    names = _names(row.Post.member_id for row in rows)
    for row in rows:
        row.Post.valid_to = row.effective_on
        effects["posts"].append(
            {
                "member": names[row.Post.member_id],
                "title": row.Post.title,
                "unit": units[row.Post.unit_id].name,
            }
        )


def _names(member_ids: Iterable[int]) -> dict[int, str]:
    names: dict[int, str] = {}
    for some in in_batches(member_ids):
        query = sa.select(Member.id, Member.name).where(Member.id.in_(some))
        names |= dict(db.session.execute(query).all())
    return names


def _continued(members: People, since: date) -> AnySelect:
    """Main places that end with their unit and those that go on from there, the latest first:
    (first, second, reorganisation_id)."""
    first, second = aliased(Membership), aliased(Membership)
    return (
        sa.select(first, second, UnitSuccessor.reorganisation_id)
        .join(
            second,
            sa.and_(
                second.member_id == first.member_id,
                second.kind == first.kind,
                second.valid_from == first.valid_to,
            ),
        )
        .join(
            UnitSuccessor,
            sa.and_(
                UnitSuccessor.unit_id == first.unit_id,
                UnitSuccessor.successor_id == second.unit_id,
                UnitSuccessor.effective_on == first.valid_to,
            ),
        )
        .where(
            first.member_id.in_(members),
            first.kind == MembershipKind.MAIN,
            first.valid_from < first.valid_to,
            UnitSuccessor.effective_on >= since,
        )
        .order_by(UnitSuccessor.effective_on.desc(), first.id)
        .execution_options(populate_existing=True)
    )


def _ended_posts(members: People, since: date) -> AnySelect:
    """Posts that end on the day of their unit: (post, reorganisation_id)."""
    return (
        sa.select(Post, UnitSuccessor.reorganisation_id)
        .join(
            UnitSuccessor,
            sa.and_(
                UnitSuccessor.unit_id == Post.unit_id,
                UnitSuccessor.is_default,
                UnitSuccessor.effective_on == Post.valid_to,
            ),
        )
        .where(Post.member_id.in_(members), UnitSuccessor.effective_on >= since)
        .execution_options(populate_existing=True)
    )


def _reopen_post(change: dict[str, Any]) -> None:
    until = change["old"].get("valid_to")
    post = db.session.get_one(Post, change["key"]["id"])
    post.valid_to = date.fromisoformat(until) if until else None


@contextmanager
def _added_to(reorganisation_id: int | None) -> Iterator[dict[str, Any]]:
    """Add what is done in the block to a change recorded ahead; yields its effects, to be added to.
    A unit may end by no recorded change: then nothing is kept."""
    change = db.session.scalar(_locked({reorganisation_id}))
    effects: dict[str, Any] = {"people": [], "posts": []}
    with recording() as noted:
        yield effects
    if change is None:
        return
    journal = Journal.of(change.journal)
    journal.note(noted)
    change.journal = journal.as_json()
    change.effects = change.effects | {
        name: [*change.effects[name], *added] for name, added in effects.items()
    }
    db.session.flush()


def _locked(ids: Any) -> sa.Select[Reorganisation]:
    return (
        sa.select(Reorganisation)
        .where(Reorganisation.id.in_({one for one in ids if one is not None}))
        .order_by(Reorganisation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
