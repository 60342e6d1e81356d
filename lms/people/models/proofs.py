"""Tables of what proves who somebody is, beside a password: one-time codes, the second step and
its recovery codes, identities at an outside provider. Secrets are hashed or sealed."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base, bytewise
from lms.people.models.accounts import Account
from lms.people.models.members import Member


class CodePurpose(StrEnum):
    ACTIVATION = "activation"
    """On a printed slip: gives a member their account and its first password."""
    ASSISTED_RESET = "assisted_reset"
    """Handed over by the secretary: a new password for an account that is in use."""
    MAILED_RESET = "mailed_reset"
    """The link in a letter."""


class OneTimeCode(Base):
    """A code for one person and one purpose, kept as a hash; used once, or revoked by a newer one.

    `bound_to` is a digest of the account's e-mail and password as they were: a change of either
    makes the code worthless.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[CodePurpose]
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(bytewise(200), index=True)
    bound_to: Mapped[str] = mapped_column(bytewise(64))
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    member: Mapped[Member | None] = relationship()
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])


class SecondStep(Base):
    """The shared secret of an account's authenticator app (RFC 6238), sealed.

    It counts from `confirmed_at` on; `last_counter` is the last time step used: none is taken
    twice.
    """

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(sa.String(300))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_counter: Mapped[int | None]


class RecoveryCode(Base):
    """One of the codes for a lost phone. Its first digit is its `position`, so that one slow hash
    is compared, not ten."""

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(sa.String(200))
    used_at: Mapped[datetime | None]


class ExternalIdentity(Base):
    """A person at an outside provider, linked to an account at their first sign-in there."""

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(bytewise(300))
    subject: Mapped[str] = mapped_column(bytewise(255))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    linked_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject", name="uq_external_identity_issuer"),
        sa.UniqueConstraint("issuer", "account_id", name="uq_external_identity_one_per_account"),
    )


class OutsideFlow(Base):
    """A sign-in at an outside provider that is under way: what was sent along, used once."""

    id: Mapped[int] = mapped_column(primary_key=True)
    state_hash: Mapped[str] = mapped_column(bytewise(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(bytewise(64))
    nonce: Mapped[str] = mapped_column(bytewise(64))
    sealed_verifier: Mapped[str] = mapped_column(sa.String(300))
    next_path: Mapped[str] = mapped_column(sa.String(500))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
