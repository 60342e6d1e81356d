"""Tables of marking: who marks what under which pseudonym, draft and final marks, releases."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base


class MarkingAssignment(Base):
    """A submission given to a reviewer.

    `pseudonym` is all that the reviewer sees of the writer, in pages and addresses; `shuffle_key`
    orders each reviewer's queue by chance, so that the order tells nothing. Passed on, the row
    stays: the same reviewer never gets that submission again.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_submission.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    pseudonym: Mapped[str] = mapped_column(sa.String(20), unique=True)
    shuffle_key: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    assigned_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    passed_on_at: Mapped[datetime | None]
    passed_on_reason: Mapped[str | None] = mapped_column(sa.String(300))

    __table_args__ = (
        sa.UniqueConstraint("submission_id", "reviewer_id"),
        sa.Index("ix_marking_queue", "reviewer_id", "passed_on_at", "finished_at", "shuffle_key"),
    )


class MarkDraft(Base):
    """A mark being made: saved as the reviewer goes. `levels` maps criterion id to level id.

    `version` counts saves; a save names the version it was made on, so two pages never overwrite
    each other silently. Finishing counts as a save.
    """

    assignment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("marking_assignment.id"), primary_key=True
    )
    levels: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]


class Mark(Base):
    """A finished mark. Append-only: a change is a new row; the newest of a submission holds."""

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_submission.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("marking_assignment.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    levels: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    value: Mapped[float]
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    made_at: Mapped[datetime]

    assignment: Mapped[MarkingAssignment | None] = relationship()


class MarkRelease(Base):
    """Marks of a campaign made known together: one row per release and audience."""

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    audience_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audience.id"))
    released_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    released_at: Mapped[datetime]
    essay_count: Mapped[int]


class ReleasedMark(Base):
    """Which mark a release made known. A mark without a row here may still be changed."""

    mark_id: Mapped[int] = mapped_column(sa.ForeignKey("mark.id"), primary_key=True)
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("mark_release.id"), index=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_submission.id"), index=True)


class ReviewerConflict(Base):
    """A unit whose essays a reviewer must not mark, declared by or for them."""

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    declared_at: Mapped[datetime]
