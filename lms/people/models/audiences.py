"""Tables of audiences, their rules, and who was put into one by hand."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base


class Audience(Base):
    """A group of learners. They are tried in the order of `position`; the first match holds."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    position: Mapped[int]
    has_names: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether a list of names takes people too, beside the rules."""

    rules: Mapped[list["AudienceRule"]] = relationship(
        back_populates="audience", cascade="all, delete-orphan", order_by="AudienceRule.id"
    )


class AudienceRule(Base):
    """One way into an audience: every criterion that is set must hold.

    An empty list or None sets no criterion; a rule without any takes everybody.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audience.id"), index=True)
    post_ranks: Mapped[list[Any]] = mapped_column(default=list)
    sectors: Mapped[list[Any]] = mapped_column(default=list)
    standings: Mapped[list[Any]] = mapped_column(default=list)
    is_exempt: Mapped[bool | None]
    least_age: Mapped[int | None]
    most_age: Mapped[int | None]

    audience: Mapped[Audience] = relationship(back_populates="rules")
    units: Mapped[list["AudienceRuleUnit"]] = relationship(
        cascade="all, delete-orphan", order_by="AudienceRuleUnit.unit_id"
    )
    unit_ids: AssociationProxy[list[int]] = association_proxy(
        "units", "unit_id", creator=lambda unit_id: AudienceRuleUnit(unit_id=unit_id)
    )


class AudienceRuleUnit(Base):
    """A unit that a rule names: whoever belongs to it or to one below it, or to what became of it
    (see units/extents.py)."""

    rule_id: Mapped[int] = mapped_column(sa.ForeignKey("audience_rule.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True, index=True)


class AudienceName(Base):
    """A person on the named list of an audience: taken by it as by a rule."""

    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audience.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, index=True)


class AudienceOverride(Base):
    """A person put into an audience by hand, with the reason; wins over every rule."""

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audience.id"))
    reason: Mapped[str] = mapped_column(sa.String(300))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
