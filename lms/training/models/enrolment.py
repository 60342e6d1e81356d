"""Tables of enrolments: one member in one campaign, with the progress that others write.

Every figure a supervisor sees is a sum over enrolment rows; so everything it needs stands here.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base
from lms.people.models import Audience, Member
from lms.training.models.campaign import Campaign, Obligation
from lms.training.participation import ParticipationKind


class Enrolment(Base):
    """One member in one campaign.

    Unit, audience and obligation are fixed at enrolment and change only with an EnrolmentChange.
    `viewing_ratio` is attended ÷ asked over the required sessions (0–1). `sessions_met_at`,
    `quiz_met_at`, `essay_submitted_at` are the moments each part was met (the sessions by
    `sessions_met_by`, the weakest kind that was needed); `fulfilled_at` is the moment the last
    part that counts for participation was met. Late means after `due_at`.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audience.id"))
    obligation: Mapped[Obligation]
    enrolled_at: Mapped[datetime]
    due_at: Mapped[datetime]
    excused_at: Mapped[datetime | None]
    excuse_reason: Mapped[str | None] = mapped_column(sa.String(300))
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(sa.String(300))

    materials_read_at: Mapped[datetime | None]
    viewing_ratio: Mapped[float] = mapped_column(default=0.0)
    sessions_met_at: Mapped[datetime | None]
    sessions_met_by: Mapped[ParticipationKind | None]
    quiz_best_ratio: Mapped[float | None]
    quiz_met_at: Mapped[datetime | None]
    essay_started_at: Mapped[datetime | None]
    essay_submitted_at: Mapped[datetime | None]
    essay_mark: Mapped[float | None]
    essay_band: Mapped[str | None] = mapped_column(sa.String(40))
    essay_passed: Mapped[bool | None]
    essay_released_at: Mapped[datetime | None]
    fulfilled_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()
    member: Mapped[Member] = relationship()
    audience: Mapped[Audience] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "member_id"),
        sa.Index(
            "ix_enrolment_rollup",
            "campaign_id",
            "unit_id",
            "obligation",
            "audience_id",
            "withdrawn_at",
            "excused_at",
            "fulfilled_at",
            "due_at",
        ),
    )

    @property
    def is_required(self) -> bool:
        """Whether this enrolment stands in the denominator of the rates."""
        return (
            self.obligation is Obligation.REQUIRED
            and self.excused_at is None
            and self.withdrawn_at is None
        )

    @property
    def is_fulfilled(self) -> bool:
        """Met in time; late is shown apart."""
        return self.fulfilled_at is not None and self.fulfilled_at <= self.due_at

    @property
    def is_fulfilled_late(self) -> bool:
        return self.fulfilled_at is not None and self.fulfilled_at > self.due_at


class EnrolmentChange(Base):
    """One change of an enrolment's unit, audience, obligation or due date. Append-only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    field: Mapped[str] = mapped_column(sa.String(40))
    old_value: Mapped[str | None] = mapped_column(sa.String(300))
    new_value: Mapped[str | None] = mapped_column(sa.String(300))
    reason: Mapped[str] = mapped_column(sa.String(300))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime]


class MaterialOpening(Base):
    """The first time an enrolled member opened a material."""

    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True)
    material_id: Mapped[int] = mapped_column(
        sa.ForeignKey("material.id"), primary_key=True, index=True
    )
    opened_at: Mapped[datetime]
