"""Tables of what a player reported: coverage per enrolment and session, one clock per member."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base.model import Base


class Coverage(Base):
    """What one enrolment has watched of one session: [start, end] seconds, disjoint and sorted.

    `intervals` is all that was credited, `offline_intervals` those parts of it that only beacons
    kept without a connection vouch for, `uncredited` the newest parts that were reported and not
    credited ([start, end, reason]). The moments say when the asked share was reached: by
    everything (`threshold_met_at`), and by what the server saw itself (`verified_met_at`).
    """

    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("training_session.id"), primary_key=True, index=True
    )
    intervals: Mapped[list[Any]]
    offline_intervals: Mapped[list[Any]] = mapped_column(default=list)
    uncredited: Mapped[list[Any]] = mapped_column(default=list)
    covered_seconds: Mapped[float] = mapped_column(default=0.0)
    position: Mapped[float] = mapped_column(default=0.0)
    updated_at: Mapped[datetime]
    threshold_met_at: Mapped[datetime | None]
    verified_met_at: Mapped[datetime | None]


class ViewingClock(Base):
    """The wall clock of one member over all sessions, tabs and devices (see allowance.py).

    `unspent_seconds` may be spent by any beacon, `idle_seconds` (what ran over its cap) by those
    alone that were kept without a connection.
    """

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    updated_at: Mapped[datetime]
    unspent_seconds: Mapped[float]
    idle_seconds: Mapped[float] = mapped_column(default=0.0)
    grace_seconds: Mapped[float]
