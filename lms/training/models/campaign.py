"""Tables of campaigns and of what each asks of each audience."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base
from lms.people.models import Audience
from lms.training.models.directive import Directive
from lms.training.participation import USUALLY_ACCEPTED, ParticipationKind


class CampaignState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Obligation(StrEnum):
    REQUIRED = "required"
    VOLUNTARY = "voluntary"
    NOT_ASKED = "not_asked"


class CampaignDirective(Base):
    """Which directives a campaign studies."""

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    directive_id: Mapped[int] = mapped_column(
        sa.ForeignKey("directive.id"), primary_key=True, index=True
    )


class Campaign(Base):
    """A round of study for everybody below a unit, between two moments."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    state: Mapped[CampaignState] = mapped_column(default=CampaignState.DRAFT)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    directives: Mapped[list[Directive]] = relationship(
        secondary="campaign_directive", order_by=Directive.issued_on
    )
    requirements: Mapped[list["Requirement"]] = relationship(back_populates="campaign")


class Requirement(Base):
    """What a campaign asks of one audience, by when.

    `asks_*` says which parts are asked; `counts_*` which of them participation waits for
    (by default the sessions alone). `accepted_kinds` names the kinds of participation by which a
    session is met. `least_coverage` and `quiz_pass_ratio` are ratios 0–1.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audience.id"))
    obligation: Mapped[Obligation]
    asks_materials: Mapped[bool] = mapped_column(default=True)
    asks_sessions: Mapped[bool] = mapped_column(default=True)
    asks_quiz: Mapped[bool] = mapped_column(default=True)
    asks_essay: Mapped[bool] = mapped_column(default=True)
    counts_quiz: Mapped[bool] = mapped_column(default=False)
    counts_essay: Mapped[bool] = mapped_column(default=False)
    least_coverage: Mapped[float] = mapped_column(default=0.8)
    quiz_pass_ratio: Mapped[float] = mapped_column(default=0.5)
    accepted_kinds: Mapped[list[Any]] = mapped_column(default=lambda: list(USUALLY_ACCEPTED))
    due_at: Mapped[datetime]

    campaign: Mapped[Campaign] = relationship(back_populates="requirements")
    audience: Mapped[Audience] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "audience_id"),
        sa.CheckConstraint("least_coverage > 0 AND least_coverage <= 1", name="coverage_ratio"),
        sa.CheckConstraint("quiz_pass_ratio >= 0 AND quiz_pass_ratio <= 1", name="quiz_ratio"),
    )

    @property
    def kinds(self) -> tuple[ParticipationKind, ...]:
        """The accepted kinds, the strongest first."""
        return tuple(kind for kind in ParticipationKind if kind in self.accepted_kinds)

    def accepts(self, kind: ParticipationKind) -> bool:
        """Whether a session counts as met by this kind."""
        return kind in self.accepted_kinds
