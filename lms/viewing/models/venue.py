"""Tables of venues: a room where people follow a session together, and its roll-call."""

from datetime import datetime, timedelta
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base
from lms.training.models import Enrolment, SessionRun, TrainingSession
from lms.viewing.roll_call import MarkAct, RollCallMethod, RollCallState


class Venue(Base):
    """One room and one hour, held by a unit's secretary for a session (or one run of it).

    The headcounts are of the people in the room, guests too; where they differ from the names,
    closing asks why. Closing credits those who were present; a closed list changes only by a
    correction with a reason.
    """

    KEPT_AFTER: ClassVar[timedelta] = timedelta(hours=12)
    """How long after the end a phone without a connection keeps the list."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("session_run.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    place: Mapped[str] = mapped_column(sa.String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    checks_exit: Mapped[bool] = mapped_column(default=False)
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    entry_headcount: Mapped[int | None]
    exit_headcount: Mapped[int | None]
    difference_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    cancelled_at: Mapped[datetime | None]

    session: Mapped[TrainingSession] = relationship()
    run: Mapped[SessionRun | None] = relationship()

    __table_args__ = (sa.CheckConstraint("ends_at > starts_at", name="order"),)

    @property
    def is_open(self) -> bool:
        """Whether its list is still being made."""
        return self.closed_at is None and self.cancelled_at is None

    @property
    def kept_until(self) -> datetime:
        """Until when the list is of use on a phone without a connection."""
        return self.ends_at + self.KEPT_AFTER


class RollCallEntry(Base):
    """One person of a venue's list: an enrolment, or a guest by name. Derived from its marks."""

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(sa.ForeignKey("venue.id"))
    enrolment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    guest_name: Mapped[str] = mapped_column(sa.String(200), default="")
    guest_note: Mapped[str] = mapped_column(sa.String(200), default="")
    is_expected: Mapped[bool] = mapped_column(default=True)
    state: Mapped[RollCallState] = mapped_column(default=RollCallState.EXPECTED)
    excuse_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    entered_at: Mapped[datetime | None]
    entered_by: Mapped[RollCallMethod | None]
    left_at: Mapped[datetime | None]
    left_by: Mapped[RollCallMethod | None]

    enrolment: Mapped[Enrolment | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("venue_id", "enrolment_id"),)


class RollCallMark(Base):
    """One mark on the list, append-only. `key` is the marking device's own: the same mark sent
    twice is one. `marked_at` is the moment of the mark on the server's clock."""

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(sa.ForeignKey("venue.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("roll_call_entry.id"), index=True)
    act: Mapped[MarkAct]
    method: Mapped[RollCallMethod]
    marked_at: Mapped[datetime]
    received_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    __table_args__ = (sa.UniqueConstraint("venue_id", "key"),)


class VenueClaim(Base):
    """A claim opened by scanning a venue's code: bound to the first account, used once."""

    nonce: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    venue_id: Mapped[int] = mapped_column(sa.ForeignKey("venue.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    bound_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
