"""Tables of accounts and of their sign-ins."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base import clock
from lms.base.model import Base, bytewise
from lms.people.models.members import Member


class Account(Base):
    """Somebody who can sign in: a member, or a speaker or reviewer from outside.

    `second_step_since` is set while a second step is asked for at each sign-in. `is_demo` marks
    what the demo made: under a loopback address it needs no second step. A password that somebody
    else made (`must_change_password`) opens nothing after `password_expires_at`.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(120))
    phone: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(200), index=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_expires_at: Mapped[datetime | None]
    is_disabled: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    second_step_since: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(sa.String(5), default="vi")
    created_at: Mapped[datetime]

    member: Mapped[Member | None] = relationship()

    __allow_unmapped__ = True
    sign_in_token: str | None = None
    """The token of the sign-in this request came with; set by the loader, kept nowhere."""
    signed_in_at: datetime | None = None
    """When that sign-in was opened; set by the loader."""

    is_authenticated = True
    is_anonymous = False

    @property
    def has_expired_password(self) -> bool:
        """Whether the password was made by somebody else, and its owner came too late."""
        return self.password_expires_at is not None and self.password_expires_at <= clock.now()

    @property
    def is_active(self) -> bool:
        return not self.is_disabled

    def get_id(self) -> str:
        """Flask-Login keeps this in the signed cookie: the sign-in's token, never the account."""
        if self.sign_in_token is None:
            raise ValueError("the account was not loaded through a sign-in")
        return self.sign_in_token


class SignIn(Base):
    """One sign-in on one device. Ending it here ends it everywhere, whatever the cookie says.

    `expires_at` moves on with use by `idle_hours` (where set), never beyond `ends_at`. While
    `awaits_step` it opens nothing but the page of the second step.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(bytewise(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    idle_hours: Mapped[int | None]
    is_lasting: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    awaits_step: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    failed_steps: Mapped[int] = mapped_column(default=0, server_default="0")
    revoked_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(sa.String(300))
