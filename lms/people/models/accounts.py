"""Tables of accounts and of their sign-ins."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base, bytewise
from lms.people.models.members import Member


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
