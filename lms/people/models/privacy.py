"""Tables of privacy: notices, consents, what people asked about their data, who was erased."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base
from lms.people.models.accounts import Account


class Purpose(StrEnum):
    """What a person's consent is asked for, each by itself (labels: lms/people/purposes.py)."""

    ANSWER_LETTERS = "answer_letters"


class RequestKind(StrEnum):
    CORRECTION = "correction"
    ERASURE = "erasure"
    OBJECTION = "objection"


class RequestState(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"


class PrivacyNotice(Base):
    """A version of what people are told. Without `published_at` it is the draft; `body` is
    sanitised HTML. A published one never changes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int | None] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class NoticeReceipt(Base):
    """A notice was shown to an account; answered once its choices were saved."""

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(
        sa.ForeignKey("privacy_notice.id"), primary_key=True, index=True
    )
    shown_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Consent(Base):
    """A consent for one purpose, under one notice. Taken back, the row stays as history."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    purpose: Mapped[Purpose]
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("privacy_notice.id"), index=True)
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_consent_in_force",
            "account_id",
            "purpose",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )


class PrivacyRequest(Base):
    """What somebody asked about their data, with the moments by which it must be dealt with."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    kind: Mapped[RequestKind]
    state: Mapped[RequestState] = mapped_column(default=RequestState.RECEIVED)
    about: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    received_at: Mapped[datetime]
    respond_by: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(index=True)
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answer: Mapped[str] = mapped_column(sa.Text, default="")

    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    @property
    def is_open(self) -> bool:
        return self.state in (RequestState.RECEIVED, RequestState.ACCEPTED)


class Erasure(Base):
    """A person whose data was erased: ids and the pseudonym, nothing that names them."""

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), unique=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), unique=True)
    pseudonym: Mapped[str] = mapped_column(sa.String(10), unique=True)
    erased_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    is_forced: Mapped[bool] = mapped_column(default=False)
    force_reason: Mapped[str] = mapped_column(sa.String(300), default="")
