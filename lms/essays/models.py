"""Tables of essays: task, variant per audience, rubric; an essay, its drafts, its submissions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base


class SectionKey(StrEnum):
    UNDERSTANDING = "understanding"
    SELF_REFLECTION = "self_reflection"
    COMMITMENT = "commitment"
    PROPOSAL = "proposal"


class EssayTask(Base):
    """The essay of a campaign; its form for each audience is a variant."""

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]

    variants: Mapped[list["EssayVariant"]] = relationship(
        back_populates="task", order_by="EssayVariant.id"
    )


class EssayVariantAudience(Base):
    """Which variant of a task an audience gets: one each."""

    task_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_task.id"), primary_key=True)
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audience.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_variant.id"), index=True)


class EssayVariant(Base):
    """The form of a task for one or several audiences.

    `bands` is a list of {"name": str, "least": number on the scale}, best first. A change after
    writing began makes a new variant that `replaces` this one.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_task.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    prompt: Mapped[str] = mapped_column(sa.Text)
    least_words: Mapped[int]
    most_words: Mapped[int]
    scale: Mapped[int] = mapped_column(default=10)
    pass_mark: Mapped[float] = mapped_column(default=5.0)
    bands: Mapped[list[Any]]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("essay_variant.id"))
    retired_at: Mapped[datetime | None]

    task: Mapped[EssayTask] = relationship(back_populates="variants")
    sections: Mapped[list["EssaySection"]] = relationship(
        back_populates="variant", cascade="all, delete-orphan", order_by="EssaySection.position"
    )
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="variant", cascade="all, delete-orphan", order_by="Criterion.position"
    )


class EssaySection(Base):
    """A part of the essay with its own hint and length (words)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_variant.id"), index=True)
    position: Mapped[int]
    key: Mapped[SectionKey]
    title: Mapped[str] = mapped_column(sa.String(120))
    hint: Mapped[str] = mapped_column(sa.Text, default="")
    least_words: Mapped[int] = mapped_column(default=0)
    most_words: Mapped[int | None]
    rows: Mapped[int] = mapped_column(default=8)

    variant: Mapped[EssayVariant] = relationship(back_populates="sections")


class Criterion(Base):
    """A criterion of a rubric. Weights of a variant sum to 100."""

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_variant.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    weight: Mapped[int]

    variant: Mapped[EssayVariant] = relationship(back_populates="criteria")
    levels: Mapped[list["Level"]] = relationship(
        back_populates="criterion", cascade="all, delete-orphan", order_by="Level.position"
    )


class Level(Base):
    """A level of a criterion, weakest first; `share` is the part of the weight it earns (0–1)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(80))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    share: Mapped[float]

    criterion: Mapped[Criterion] = relationship(back_populates="levels")


class Essay(Base):
    """The essay of one enrolment; the variant is frozen when writing starts."""

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), unique=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_variant.id"), index=True)
    started_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0)
    """Number of the newest draft that was saved on top of the one before it."""
    save_count: Mapped[int] = mapped_column(default=0)
    """Number of the newest draft of all, those kept aside included."""
    submitted_at: Mapped[datetime | None]

    variant: Mapped[EssayVariant] = relationship()


class EssayDraft(Base):
    """One acknowledged save; none is ever overwritten.

    `texts` maps a section's key to what was written (a key outlives a change of the task, an id
    does not). `base_revision` is the revision it was written on; a save on an older one is kept
    with `is_aside` and its revision counts on. `page_key` names the open page that saved it and
    `page_sequence` counts that page's saves, so that a page whose answer was lost on the way is
    not taken for another device. `restored_from` is the revision that was brought back.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(sa.ForeignKey("essay.id"))
    revision: Mapped[int]
    base_revision: Mapped[int]
    is_aside: Mapped[bool] = mapped_column(default=False)
    texts: Mapped[dict[str, Any]]
    word_count: Mapped[int]
    saved_at: Mapped[datetime]
    page_key: Mapped[str] = mapped_column(sa.String(40), default="")
    page_sequence: Mapped[int] = mapped_column(default=0)
    restored_from: Mapped[int | None]

    __table_args__ = (sa.UniqueConstraint("essay_id", "revision"),)


class EssaySubmission(Base):
    """What was handed in: immutable, stamped. `number` counts rewrites from 1.

    `sections` is a frozen list of {"key", "title", "text"}; `sha256` is over its canonical JSON
    (stamps.py).
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(sa.ForeignKey("essay.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("essay_variant.id"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    sections: Mapped[list[Any]]
    word_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    submitted_at: Mapped[datetime]

    variant: Mapped[EssayVariant] = relationship()

    __table_args__ = (sa.UniqueConstraint("essay_id", "number"),)
