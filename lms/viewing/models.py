"""Tables of viewing: coverage per enrolment and session, one clock per member, declarations."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base.model import Base


class Coverage(Base):
    """What one enrolment has watched of one session: [start, end] seconds, disjoint and sorted."""

    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("training_session.id"), primary_key=True, index=True
    )
    intervals: Mapped[list[Any]]
    covered_seconds: Mapped[float] = mapped_column(default=0.0)
    position: Mapped[float] = mapped_column(default=0.0)
    updated_at: Mapped[datetime]
    threshold_met_at: Mapped[datetime | None]


class ViewingClock(Base):
    """The wall clock of one member over all sessions, tabs and devices (see allowance.py)."""

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    updated_at: Mapped[datetime]
    unspent_seconds: Mapped[float]
    grace_seconds: Mapped[float]


class SelfDeclaration(Base):
    """A member's word that they watched a session: a weaker kind, kept apart from coverage."""

    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("training_session.id"), primary_key=True, index=True
    )
    declared_at: Mapped[datetime]
