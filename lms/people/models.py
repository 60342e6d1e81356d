"""Tables of people: members, memberships, posts, audiences and their rules, accounts, sign-ins."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base, bytewise


class Standing(StrEnum):
    FULL = "full"
    PROBATIONARY = "probationary"
    GUEST = "guest"


class MembershipKind(StrEnum):
    MAIN = "main"
    TEMPORARY = "temporary"


class PostRank(StrEnum):
    """What a post means for audiences: the head of a unit, a key cadre, or neither."""

    UNIT_HEAD = "unit_head"
    KEY_CADRE = "key_cadre"
    OTHER = "other"


class Member(Base):
    """A person who studies. `code` is the card number, unique where present."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    fold: Mapped[str] = mapped_column(bytewise(140), index=True)
    sort_key: Mapped[str] = mapped_column(bytewise(200), index=True)
    birth_year: Mapped[int | None]
    birth_date: Mapped[date | None]
    standing: Mapped[Standing] = mapped_column(default=Standing.FULL)
    is_exempt: Mapped[bool] = mapped_column(default=False)
    left_on: Mapped[date | None]
    left_reason: Mapped[str | None] = mapped_column(sa.String(200))

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="member", order_by="Membership.valid_from"
    )
    posts: Mapped[list["Post"]] = relationship(back_populates="member", order_by="Post.valid_from")


class Membership(Base):
    """A member in a unit, dated. The open main one is where they belong."""

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    kind: Mapped[MembershipKind] = mapped_column(default=MembershipKind.MAIN)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    member: Mapped[Member] = relationship(back_populates="memberships")

    __table_args__ = (
        sa.Index("ix_membership_unit_open", "unit_id", "valid_to", "member_id"),
        sa.Index(
            "uq_membership_main_open",
            "member_id",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL AND kind = 'main'"),
            postgresql_where=sa.text("valid_to IS NULL AND kind = 'main'"),
        ),
    )


class Post(Base):
    """A member's post in a unit, dated; several may be held at once."""

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    rank: Mapped[PostRank]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"))

    member: Mapped[Member] = relationship(back_populates="posts")


class Audience(Base):
    """A group of learners. They are tried in the order of `position`; the first match holds."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    position: Mapped[int]

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


class AudienceOverride(Base):
    """A person put into an audience by hand, with the reason; wins over every rule."""

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audience.id"))
    reason: Mapped[str] = mapped_column(sa.String(300))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime]


class Account(Base):
    """Somebody who can sign in: a member, or a speaker or reviewer from outside."""

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(120))
    phone: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(200), index=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_disabled: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(sa.String(5), default="vi")
    created_at: Mapped[datetime]

    member: Mapped[Member | None] = relationship()

    __allow_unmapped__ = True
    sign_in_token: str | None = None
    """The token of the sign-in this request came with; set by the loader, kept nowhere."""

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return not self.is_disabled

    def get_id(self) -> str:
        """Flask-Login keeps this in the signed cookie: the sign-in's token, never the account."""
        if self.sign_in_token is None:
            raise ValueError("the account was not loaded through a sign-in")
        return self.sign_in_token


class SignIn(Base):
    """One sign-in on one device. Ending it here ends it everywhere, whatever the cookie says."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(bytewise(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(sa.String(120))
