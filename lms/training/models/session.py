"""Tables of training sessions, their speakers and materials."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base
from lms.files.models import StoredFile
from lms.people.models import Account
from lms.training.models.campaign import Campaign
from lms.training.models.directive import Directive


class SessionKind(StrEnum):
    RECORDED = "recorded"
    LIVE_LINK = "live_link"


class SessionDirective(Base):
    """Which directives of the campaign a session covers."""

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), primary_key=True)
    directive_id: Mapped[int] = mapped_column(
        sa.ForeignKey("directive.id"), primary_key=True, index=True
    )


class SessionSpeaker(Base):
    """Who presents a session."""

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id"), primary_key=True, index=True
    )


class TrainingSession(Base):
    """A recording to watch, or a live session to join by link.

    `published_at` is when learners first see it. A recording counts for coverage once it has a
    video; `duration_seconds` is read from the file. `is_required` sessions enter the requirement.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    kind: Mapped[SessionKind]
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    is_required: Mapped[bool] = mapped_column(default=True)
    published_at: Mapped[datetime]
    starts_at: Mapped[datetime | None]
    join_url: Mapped[str | None] = mapped_column(sa.String(500))
    duration_seconds: Mapped[float | None]
    video_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    captions_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    poster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))

    campaign: Mapped[Campaign] = relationship()
    video: Mapped[StoredFile | None] = relationship(foreign_keys=[video_id])
    captions: Mapped[StoredFile | None] = relationship(foreign_keys=[captions_id])
    poster: Mapped[StoredFile | None] = relationship(foreign_keys=[poster_id])
    directives: Mapped[list[Directive]] = relationship(
        secondary="session_directive", order_by=Directive.issued_on
    )
    speakers: Mapped[list[Account]] = relationship(
        secondary="session_speaker", order_by=Account.display_name
    )
    materials: Mapped[list["Material"]] = relationship(
        back_populates="session", order_by="Material.position"
    )

    @property
    def is_watchable(self) -> bool:
        return self.kind is SessionKind.RECORDED and self.video_id is not None


class Material(Base):
    """Something to read for a session: slides, a document. Published ahead of the session."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[int] = mapped_column(default=0)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    published_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]

    session: Mapped[TrainingSession] = relationship(back_populates="materials")
    file: Mapped[StoredFile] = relationship()
