"""The table of appointments: an account, a role, a subtree, from one day until another."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.policy import Role
from lms.base.model import Base
from lms.units.models import Decision


class Appointment(Base):
    """Open-ended while `valid_to` is empty; the last day counts."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    role: Mapped[Role]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"))
    recorded_at: Mapped[datetime]
    delegated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appointment.id"), index=True)
    """The appointment that was handed on for a time; it holds only while that one does."""
    reason: Mapped[str | None] = mapped_column(sa.String(300))

    decision: Mapped[Decision | None] = relationship()
    delegated_by: Mapped["Appointment | None"] = relationship(remote_side=[id])

    __table_args__ = (
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates_in_order"),
        sa.CheckConstraint(
            "delegated_by_id IS NULL OR valid_to IS NOT NULL", name="delegation_ends"
        ),
    )
