"""Commands on audiences: define, put somebody into one by hand."""

from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.base import clock
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import (
    Account,
    Audience,
    AudienceOverride,
    AudienceRule,
)
from lms.people.queries import get_member
from lms.units.queries import Scope


def define_audience(
    actor: Account | None, key: str, name: str, position: int, rules: list[dict[str, Any]]
) -> Audience:
    """Create an audience, or redefine the one with this key. Rules are AudienceRule's columns."""
    audience = db.session.scalar(sa.select(Audience).where(Audience.key == key))
    if audience is None:
        audience = Audience(key=key, name=clean(name), position=position)
        db.session.add(audience)
    before = {"name": audience.name, "position": audience.position, "rules": described(audience)}
    audience.name = clean(name)
    audience.position = position
    audience.rules = [AudienceRule(**rule) for rule in rules]
    db.session.flush()
    record(
        actor.id if actor else None,
        "audience.defined",
        f"audience:{audience.id}",
        before=before,
        after={"name": audience.name, "position": position, "rules": described(audience)},
    )
    return audience


def described(audience: Audience) -> list[dict[str, Any]]:
    """The rules of an audience as values, for the audit record."""
    columns = ("post_ranks", "sectors", "standings", "is_exempt", "least_age", "most_age")
    return [{name: getattr(rule, name) for name in columns} for rule in audience.rules]


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
