"""Commands on audiences: define, put somebody into one by hand."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import NotFound
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import (
    Account,
    Audience,
    AudienceName,
    AudienceOverride,
    AudienceRule,
)
from lms.people.queries import get_member
from lms.units.queries import Scope


def define_audience(
    actor: Account | None,
    key: str,
    name: str,
    position: int,
    rules: list[dict[str, Any]],
    member_ids: Iterable[int] | None = None,
) -> Audience:
    """Create an audience, or redefine the one with this key. Rules are AudienceRule's columns and
    `unit_ids`.

    `member_ids` are its list of names; None leaves the list alone."""
    audience = db.session.scalar(sa.select(Audience).where(Audience.key == key))
    if audience is None:
        audience = Audience(key=key, name=clean(name), position=position)
        db.session.add(audience)
    before = {"name": audience.name, "position": audience.position, "rules": described(audience)}
    audience.name = clean(name)
    audience.position = position
    audience.rules = [AudienceRule(**rule) for rule in rules]
    db.session.flush()
    if member_ids is not None:
        _write_names(audience, set(member_ids))
    record(
        actor.id if actor else None,
        "audience.defined",
        f"audience:{audience.id}",
        before=before,
        after={"name": audience.name, "position": position, "rules": described(audience)},
    )
    return audience


def _write_names(audience: Audience, member_ids: set[int]) -> None:
    mine = AudienceName.audience_id == audience.id
    present = set(db.session.scalars(sa.select(AudienceName.member_id).where(mine)))
    if gone := present - member_ids:
        db.session.execute(sa.delete(AudienceName).where(mine, AudienceName.member_id.in_(gone)))
    if new := member_ids - present:
        rows = [{"audience_id": audience.id, "member_id": member_id} for member_id in sorted(new)]
        db.session.execute(sa.insert(AudienceName), rows)
    audience.has_names = bool(member_ids)
    db.session.flush()


def move_audience(actor: Account, audience_id: int, is_up: bool) -> Audience:
    """Try an audience one place earlier or later; at the end of the list nothing happens."""
    query = sa.select(Audience).order_by(Audience.position, Audience.id)
    everything = list(db.session.scalars(query.with_for_update(key_share=True)))
    place = next((n for n, one in enumerate(everything) if one.id == audience_id), None)
    if place is None:
        raise NotFound
    other = place + (-1 if is_up else 1)
    if 0 <= other < len(everything):
        everything[place], everything[other] = everything[other], everything[place]
        for number, audience in enumerate(everything, 1):
            audience.position = number
        db.session.flush()
        record(actor.id, "audience.moved", f"audience:{audience_id}", position=other + 1)
    return next(one for one in everything if one.id == audience_id)


RULE_COLUMNS = ("post_ranks", "sectors", "standings", "is_exempt", "least_age", "most_age")


def described(audience: Audience) -> list[dict[str, Any]]:
    """The rules of an audience as values, for the audit record."""
    return [
        {
            **{name: getattr(rule, name) for name in RULE_COLUMNS},
            **({"unit_ids": list(rule.unit_ids)} if rule.unit_ids else {}),
        }
        for rule in audience.rules
    ]


def end_override(actor: Account, member_id: int, scope: Scope) -> None:
    """Let the rules decide again about somebody who was put into an audience by hand."""
    get_member(member_id, scope)
    override = db.session.get(AudienceOverride, member_id)
    if override is not None:
        db.session.delete(override)
        db.session.flush()
        record(actor.id, "audience.override_ended", f"member:{member_id}")


def override_audience(
    actor: Account, member_id: int, audience_id: int, reason: str, scope: Scope
) -> None:
    """Put a person into an audience by hand; the reason is kept."""
    get_member(member_id, scope)
    override = db.session.get(AudienceOverride, member_id) or AudienceOverride(member_id=member_id)
    override.audience_id = audience_id
    override.reason = clean(reason)
    override.actor_id = actor.id
    override.recorded_at = clock.now()
    db.session.add(override)
    db.session.flush()
    record(actor.id, "audience.overridden", f"member:{member_id}", audience_id=audience_id)
