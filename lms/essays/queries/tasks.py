"""Reads of essay tasks: a campaign's task, its variants, who gets which."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.base.errors import NotFound
from lms.essays.models import Criterion, Essay, EssayTask, EssayVariant, EssayVariantAudience
from lms.extensions import db
from lms.people.models import Audience
from lms.training.models import Campaign, Obligation


def find_task(campaign_id: int) -> EssayTask | None:
    """The essay task of a campaign; None while it has none."""
    return db.session.scalar(sa.select(EssayTask).where(EssayTask.campaign_id == campaign_id))


@dataclass(frozen=True)
class VariantUse:
    """A variant in use, the audiences that get it, and how many have begun on it."""

    variant: EssayVariant
    audiences: Sequence[Audience]
    begun: int


@dataclass(frozen=True)
class TaskCoverage:
    """Whom a campaign asks for an essay, and which variant each of them gets.

    `asked` are the audiences with an essay in their requirement; `waiting` those of them without a
    variant; `uses` the variants not retired.
    """

    asked: Sequence[Audience]
    waiting: Sequence[Audience]
    uses: Sequence[VariantUse]

    def variant_of(self, audience_id: int) -> EssayVariant | None:
        for use in self.uses:
            if any(audience.id == audience_id for audience in use.audiences):
                return use.variant
        return None


def get_coverage(campaign: Campaign, task: EssayTask | None) -> TaskCoverage:
    """Audiences against variants, in a constant number of statements.

    `campaign` comes from training's get_campaign, with its requirements and their audiences.
    """
    asked = sorted(
        (
            requirement.audience
            for requirement in campaign.requirements
            if requirement.asks_essay and requirement.obligation is not Obligation.NOT_ASKED
        ),
        key=lambda audience: audience.position,
    )
    if task is None:
        return TaskCoverage(asked, asked, ())
    variants = db.session.scalars(
        sa.select(EssayVariant)
        .where(EssayVariant.task_id == task.id, EssayVariant.retired_at.is_(None))
        .order_by(EssayVariant.id)
    ).all()
    served: dict[int, list[Audience]] = {variant.id: [] for variant in variants}
    rows = db.session.execute(
        sa.select(EssayVariantAudience.variant_id, Audience)
        .join(Audience, Audience.id == EssayVariantAudience.audience_id)
        .where(EssayVariantAudience.task_id == task.id)
        .order_by(Audience.position)
    )
    with_variant = set()
    for variant_id, audience in rows:
        served.setdefault(variant_id, []).append(audience)
        with_variant.add(audience.id)
    counted = db.session.execute(
        sa.select(Essay.variant_id, sa.func.count())
        .join(EssayVariant, EssayVariant.id == Essay.variant_id)
        .where(EssayVariant.task_id == task.id)
        .group_by(Essay.variant_id)
    )
    begun: dict[int, int] = dict(counted.all())
    return TaskCoverage(
        asked,
        [audience for audience in asked if audience.id not in with_variant],
        [VariantUse(v, served[v.id], begun.get(v.id, 0)) for v in variants],
    )


def variant_with_rubric(variant_id: int) -> EssayVariant:
    """A variant with its sections, criteria and levels loaded, in four statements."""
    query = (
        sa.select(EssayVariant)
        .where(EssayVariant.id == variant_id)
        .options(
            selectinload(EssayVariant.sections),
            selectinload(EssayVariant.criteria).selectinload(Criterion.levels),
        )
    )
    variant = db.session.scalar(query)
    if variant is None:
        raise NotFound
    return variant


def variant_with_sections(variant_id: int) -> EssayVariant:
    """A variant with its sections and its task, in one statement: all that writing needs."""
    query = (
        sa.select(EssayVariant)
        .where(EssayVariant.id == variant_id)
        .options(joinedload(EssayVariant.sections), joinedload(EssayVariant.task))
    )
    variant = db.session.scalars(query).unique().first()
    if variant is None:
        raise NotFound
    return variant


def list_criteria(variant_id: int) -> Sequence[Criterion]:
    """The criteria of a variant with their levels, in one statement."""
    query = (
        sa.select(Criterion)
        .where(Criterion.variant_id == variant_id)
        .order_by(Criterion.position)
        .options(joinedload(Criterion.levels))
    )
    return db.session.scalars(query).unique().all()


def get_variant(campaign_id: int, variant_id: int) -> EssayVariant:
    """A variant of a campaign's task, retired ones included; NotFound for another campaign's."""
    variant = db.session.scalar(
        sa.select(EssayVariant)
        .join(EssayTask, EssayTask.id == EssayVariant.task_id)
        .where(EssayVariant.id == variant_id, EssayTask.campaign_id == campaign_id)
    )
    if variant is None:
        raise NotFound
    return variant


def newest_version(variant: EssayVariant) -> EssayVariant:
    """The variant that took this one's place at last; itself while it is in use."""
    while variant.retired_at is not None:
        successor = db.session.scalar(
            sa.select(EssayVariant).where(EssayVariant.replaces_id == variant.id)
        )
        if successor is None:
            break
        variant = successor
    return variant


def has_essays(variant_id: int) -> bool:
    """Whether anybody has begun to write on a variant."""
    found = db.session.scalar(sa.select(Essay.id).where(Essay.variant_id == variant_id).limit(1))
    return found is not None


def get_audience_variant(campaign_id: int, audience_id: int) -> tuple[Audience, EssayVariant]:
    """An audience and the variant that a campaign gives it; NotFound while there is none."""
    row = db.session.execute(
        sa.select(Audience, EssayVariant)
        .join(EssayVariantAudience, EssayVariantAudience.audience_id == Audience.id)
        .join(EssayTask, EssayTask.id == EssayVariantAudience.task_id)
        .join(EssayVariant, EssayVariant.id == EssayVariantAudience.variant_id)
        .where(EssayTask.campaign_id == campaign_id, Audience.id == audience_id)
    ).first()
    if row is None:
        raise NotFound
    audience, variant = row
    return audience, variant
