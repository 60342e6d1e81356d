"""Tables of the dated unit tree: units, their dated versions, the decisions behind them, and what
became of units that ended.

A unit's name, parent and path at a moment stand in one dated row; the row that is valid today is
the present one, the row without an end the last one known. `recorded_at` keeps when we learned
of it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base, bytewise


class UnitKind(StrEnum):
    COMMITTEE = "committee"
    BASE = "base"
    CELL = "cell"


class UnitSector(StrEnum):
    WARD = "ward"
    ENTERPRISE = "enterprise"
    ADMINISTRATION = "administration"
    SCHOOL = "school"
    ARMED_FORCES = "armed_forces"
    HEALTH = "health"
    OTHER = "other"


class ReorganisationKind(StrEnum):
    FOUND = "found"
    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    DISSOLVE = "dissolve"


class Decision(Base):
    """The paper behind a change: number, day, issuer."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(60))
    issued_on: Mapped[date]
    issuer: Mapped[str] = mapped_column(sa.String(200))


class Unit(Base):
    """A node of the tree. What it is called and where it hangs is dated: see UnitVersion."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[UnitKind]
    sector: Mapped[UnitSector]
    founded_on: Mapped[date]
    dissolved_on: Mapped[date | None]

    versions: Mapped[list["UnitVersion"]] = relationship(
        back_populates="unit", foreign_keys="UnitVersion.unit_id", order_by="UnitVersion.valid_from"
    )


class UnitVersion(Base):
    """Name, parent and path of a unit from one day until another (exclusive; open = present)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = mapped_column(sa.String(100))
    fold: Mapped[str] = mapped_column(bytewise(220))
    sort_key: Mapped[str] = mapped_column(bytewise(200))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(bytewise(200))
    """Ids from the root down, each between slashes: /1/5/23/."""
    depth: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"))

    unit: Mapped[Unit] = relationship(back_populates="versions", foreign_keys=[unit_id])
    decision: Mapped[Decision | None] = relationship()

    __table_args__ = (
        sa.Index(
            "uq_unit_version_present",
            "unit_id",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
        sa.Index("ix_unit_version_path", "path", "valid_to"),
        sa.Index("ix_unit_version_days", "unit_id", "valid_from", "valid_to"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="dates_in_order"),
    )


class Reorganisation(Base):
    """One change of the tree: what, by which decision, when it takes effect, who recorded it.

    `unit_id` is the unit right above all that it touched (no foreign key: it outlives a unit whose
    founding was taken back). `effects` is what its page tells; `journal` is what takes it back.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ReorganisationKind]
    unit_id: Mapped[int] = mapped_column(index=True)
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    effects: Mapped[dict[str, Any]]
    journal: Mapped[dict[str, Any]]

    decision: Mapped[Decision | None] = relationship()


class UnitSuccessor(Base):
    """What a unit that ended went into, from a day on. Of several one is the default: it takes
    whatever no choice names."""

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(
        sa.ForeignKey("unit.id"), primary_key=True, index=True
    )
    is_default: Mapped[bool]
    effective_on: Mapped[date]
    reorganisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("reorganisation.id"), index=True
    )


class UnitHeir(Base):
    """The units that stand for an ended one during some days: the successors followed to the end.

    Derived from UnitSuccessor and made anew whenever that changes. On any day exactly one heir of
    a unit is the default.
    """

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    heir_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True, index=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    is_default: Mapped[bool]
