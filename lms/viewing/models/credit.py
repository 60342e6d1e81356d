"""Tables of how sessions were met: one credit per kind, and presence in a run that has an hour."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base.model import Base
from lms.training.models import ParticipationKind

_STANDS = sa.text("revoked_at IS NULL")


class SessionCredit(Base):
    """One enrolment met one session by one kind: the evidence that every rate comes from.

    Append-only. What turns out wrong is revoked with a reason and may be credited again;
    `recorded_by_id` is who attested it (none: the server saw it itself, or the member said so).
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), index=True)
    kind: Mapped[ParticipationKind]
    met_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("session_run.id"))
    venue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("venue.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    revoke_reason: Mapped[str | None] = mapped_column(sa.String(300))

    __table_args__ = (
        sa.Index(
            "ix_session_credit_standing",
            "enrolment_id",
            "session_id",
            "kind",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )


class RunAttendance(Base):
    """One enrolment at one run: what of its hour they were there, in seconds since its start.

    `joined_at` is when they first opened the join link, which proves nothing by itself.
    """

    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("session_run.id"), primary_key=True, index=True
    )
    joined_at: Mapped[datetime | None]
    intervals: Mapped[list[Any]] = mapped_column(default=list)
    covered_seconds: Mapped[float] = mapped_column(default=0.0)
    updated_at: Mapped[datetime]
    threshold_met_at: Mapped[datetime | None]
