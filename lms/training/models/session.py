"""Tables of training sessions, their runs, speakers and materials."""

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
    """How a session is first held. A live one may get a recording afterwards."""

    RECORDED = "recorded"
    LIVE_STREAM = "live_stream"
    LIVE_LINK = "live_link"

    @property
    def is_live(self) -> bool:
        """Whether it is held at set hours (see SessionRun)."""
        return self is not SessionKind.RECORDED


class MediaSource(StrEnum):
    """Where a recording plays from: a file of ours, or an address elsewhere."""

    UPLOAD = "upload"
    HLS = "hls"
    YOUTUBE = "youtube"
    VIMEO = "vimeo"

    @property
    def is_framed(self) -> bool:
        """Whether it plays in another site's own player, which knows nothing of our captions."""
        return self in (MediaSource.YOUTUBE, MediaSource.VIMEO)


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
    """One topic: a recording to watch, or a live session held in one or more runs.

    `published_at` is when learners first see it. Whatever its kind, it can be watched once it has
    a recording: a file of ours (`video_id`) or an address elsewhere (`media_url`), whose length is
    `duration_seconds` (read from the file, typed for an address). `is_required` sessions enter the
    requirement. Where it `allows_listening`, sound counts while the page is hidden.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    kind: Mapped[SessionKind]
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    is_required: Mapped[bool] = mapped_column(default=True)
    published_at: Mapped[datetime]
    allows_listening: Mapped[bool] = mapped_column(default=False)
    media_source: Mapped[MediaSource] = mapped_column(default=MediaSource.UPLOAD)
    media_url: Mapped[str | None] = mapped_column(sa.String(500))
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
    runs: Mapped[list["SessionRun"]] = relationship(
        back_populates="session", order_by="SessionRun.starts_at, SessionRun.id"
    )

    @property
    def is_watchable(self) -> bool:
        """Whether there is a recording to watch, of known length."""
        has_media = self.video_id is not None or self.media_url is not None
        return has_media and bool(self.duration_seconds)

    def run_at(self, moment: datetime) -> "SessionRun | None":
        """The run to go to: the one under way, else the next, else the last one that was."""
        ahead = [run for run in self.runs if run.closes_at > moment]
        return ahead[0] if ahead else self.runs[-1] if self.runs else None


class SessionRun(Base):
    """One time at which a live session is held; who comes to any of them was there.

    `url` is the stream's address (LIVE_STREAM) or where to join (LIVE_LINK). `ends_at` is the
    planned end until the speaker or the organiser ends it (`ended_at`), early or late.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    url: Mapped[str] = mapped_column(sa.String(500))
    note: Mapped[str] = mapped_column(sa.String(200), default="")

    session: Mapped[TrainingSession] = relationship(back_populates="runs")

    __table_args__ = (sa.CheckConstraint("ends_at > starts_at", name="order"),)

    @property
    def closes_at(self) -> datetime:
        """When it is over: as planned, or earlier or later as it really was."""
        return self.ended_at or self.ends_at

    def is_under_way(self, moment: datetime) -> bool:
        """Whether it has begun and is not over."""
        return self.starts_at <= moment < self.closes_at

    @property
    def counts_until(self) -> datetime:
        """Until when presence counts: an overrun adds nothing and asks nothing more."""
        return min(self.closes_at, self.ends_at)

    @property
    def seconds(self) -> float:
        """The length that presence is measured by: as planned, or less where it ended early."""
        return max(0.0, (self.counts_until - self.starts_at).total_seconds())


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
