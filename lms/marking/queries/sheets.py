"""A variant's rubric as it is marked with: criteria and levels in one statement, as values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from lms.base.errors import NotFound
from lms.essays.models import Criterion, EssaySubmission, EssayTask, EssayVariant, Level
from lms.extensions import db
from lms.marking.scoring import Rubric, RubricCriterion, share


@dataclass(frozen=True)
class SheetLevel:
    """A level; `share` is the part of the criterion's weight it earns (0–1)."""

    id: int
    title: str
    description: str
    share: float


@dataclass(frozen=True)
class SheetCriterion:
    """A criterion with its levels, weakest first. Weights of a sheet sum to 100."""

    id: int
    title: str
    description: str
    weight: int
    levels: Sequence[SheetLevel]

    def level(self, level_id: int | None) -> SheetLevel | None:
        return next((level for level in self.levels if level.id == level_id), None)


@dataclass(frozen=True)
class Sheet:
    """What a reviewer marks on: scale, pass mark, bands best first, criteria in order."""

    scale: int
    pass_mark: float
    bands: Sequence[tuple[str, float]]
    criteria: Sequence[SheetCriterion]

    @cached_property
    def rubric(self) -> Rubric:
        """The same for the arithmetic."""
        return Rubric(
            self.scale,
            self.pass_mark,
            self.bands,
            [
                RubricCriterion(c.id, c.weight, {level.id: level.share for level in c.levels})
                for c in self.criteria
            ],
        )

    def weights(self) -> dict[str, dict[str, int]]:
        """Criterion id → level id → what it earns, in ten-thousandths of a hundredth of the scale:
        whole numbers, so that a script adds up to the very same value."""
        return {
            str(c.id): {
                str(level.id): c.weight * int(share(level.share) * 10_000) for level in c.levels
            }
            for c in self.criteria
        }


def get_variant_id(submission_id: int) -> int:
    """The variant that a submission was written on."""
    query = sa.select(EssaySubmission.variant_id).where(EssaySubmission.id == submission_id)
    return db.session.execute(query).scalar_one()


def load_sheet(variant_id: int) -> Sheet:
    """The sheet of one variant; NotFound for a variant without criteria."""
    sheets = load_sheets([variant_id])
    if variant_id not in sheets:
        raise NotFound
    return sheets[variant_id]


def load_sheets(variant_ids: Iterable[int]) -> dict[int, Sheet]:
    """Sheets by variant id, in one statement."""
    query = (
        sa.select(
            EssayVariant.id,
            EssayVariant.scale,
            EssayVariant.pass_mark,
            EssayVariant.bands,
            Criterion.id,
            Criterion.title,
            Criterion.description,
            Criterion.weight,
            Level.id,
            Level.title,
            Level.description,
            Level.share,
        )
        .join(Criterion, Criterion.variant_id == EssayVariant.id)
        .join(Level, Level.criterion_id == Criterion.id)
        .where(EssayVariant.id.in_(set(variant_ids)))
        .order_by(EssayVariant.id, Criterion.position, Criterion.id, Level.position, Level.id)
    )
    sheets: dict[int, tuple[Any, dict[int, SheetCriterion]]] = {}
    levels: dict[int, list[SheetLevel]] = {}
    for row in db.session.execute(query):
        _head, criteria = sheets.setdefault(row[0], (row[1:4], {}))
        of_criterion = levels.setdefault(row[4], [])
        criteria.setdefault(
            row[4], SheetCriterion(row[4], row[5], row[6], row[7], levels=of_criterion)
        )
        of_criterion.append(SheetLevel(row[8], row[9], row[10], row[11]))
    return {
        variant_id: Sheet(
            scale,
            pass_mark,
            [(band["name"], band["least"]) for band in bands],
            list(criteria.values()),
        )
        for variant_id, ((scale, pass_mark, bands), criteria) in sheets.items()
    }


def as_levels(stored: Mapping[str, Any] | None) -> dict[int, int]:
    """Stored JSON (criterion id as text → level id) as numbers."""
    return {int(criterion): int(level) for criterion, level in (stored or {}).items()}


def load_campaign_sheets(campaign_id: int) -> dict[int, Sheet]:
    """The sheets of every variant of a campaign, retired ones included; two statements."""
    query = (
        sa.select(EssayVariant.id)
        .join(EssayTask, EssayTask.id == EssayVariant.task_id)
        .where(EssayTask.campaign_id == campaign_id)
    )
    return load_sheets(db.session.scalars(query))
