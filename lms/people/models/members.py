"""Tables of members: persons, where they belong, the posts they hold; all dated."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base, bytewise
from lms.people.standing import Standing


class MembershipKind(StrEnum):
    MAIN = "main"
    TEMPORARY = "temporary"


class PostRank(StrEnum):
    """What a post means for audiences: the head of a unit, a key cadre, or neither."""

    UNIT_HEAD = "unit_head"
    KEY_CADRE = "key_cadre"
    OTHER = "other"


class Member(Base):
    """A person who studies. `code` is the card number, unique where present; `phone` and `email`
    are how the organisation reaches them, whether they have an account or not."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    fold: Mapped[str] = mapped_column(bytewise(140), index=True)
    sort_key: Mapped[str] = mapped_column(bytewise(200), index=True)
    birth_year: Mapped[int | None]
    birth_date: Mapped[date | None]
    standing: Mapped[Standing] = mapped_column(default=Standing.FULL)
    is_exempt: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(200), index=True)
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
