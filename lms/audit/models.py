"""The audit tables: the records, the seals that chain them, the signed head of the chain.

Rows are only ever added; append_only.py has the database itself refuse anything else.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.audit.append_only import guard
from lms.base.model import Base


class AuditRecord(Base):
    """One act. `subject` is kind:id of what was acted on; `detail` holds old and new values."""

    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    action: Mapped[str] = mapped_column(sa.String(60), index=True)
    subject: Mapped[str] = mapped_column(sa.String(80), index=True)
    detail: Mapped[dict[str, Any]]


class AuditSeal(Base):
    """A record's place in the chain. `digest` covers the seal before it and the record (chain.py).

    `salt` is forgotten when the record's detail is blanked, so that nobody can guess what stood
    there. No foreign key: a seal outlives a record that was torn out, and tells of it.
    """

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(unique=True)
    salt: Mapped[str | None] = mapped_column(sa.String(32))
    detail_digest: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))
    sealed_at: Mapped[datetime]
    caught_up_at: Mapped[datetime | None]
    """The newest moment before, at which nothing was left to seal."""


class AuditHead(Base):
    """Where the chain ends: one row, signed, so that a shortened chain does not pass for whole."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    sealed_at: Mapped[datetime]
    caught_up_at: Mapped[datetime | None]
    signature: Mapped[str] = mapped_column(sa.String(64))


guard(*(Base.metadata.tables[name] for name in ("audit_record", "audit_seal")))
