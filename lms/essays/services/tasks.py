"""Commands on essay tasks: the task of a campaign, its variants, who gets which.

A variant that somebody has begun to write on is never changed: a change makes a new one that takes
its audiences, and those who began keep theirs.
"""

from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Conflict, Invalid
from lms.base.vietnamese import clean
from lms.essays.designs import VariantDesign, design_of, faults, stamp_of_design, write_design
from lms.essays.models import EssayTask, EssayVariant, EssayVariantAudience
from lms.essays.queries import find_task, has_essays
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import Campaign
from lms.training.services.campaigns import refuse_closed


def save_task(actor: Account | None, campaign: Campaign, title: str) -> EssayTask:
    """Make the essay task of a campaign, or rename it."""
    refuse_closed(campaign)
    title = clean(title)
    if not title:
        raise Invalid(_("Hãy đặt tên cho bài thu hoạch."), field="title")
    task = find_task(campaign.id)
    if task is None:
        task = EssayTask(campaign_id=campaign.id, title=title, created_at=clock.now())
        db.session.add(task)
    task.title = title
    db.session.flush()
    record(actor.id if actor else None, "essay_task.saved", f"essay_task:{task.id}", title=title)
    return task


def add_variant(
    actor: Account | None,
    campaign: Campaign,
    task: EssayTask,
    design: VariantDesign,
    audience_ids: Iterable[int] = (),
) -> EssayVariant:
    """A new variant for these audiences; an audience that had another one changes over."""
    refuse_closed(campaign)
    _check(design)
    variant = EssayVariant(task_id=task.id)
    write_design(variant, design)
    db.session.add(variant)
    db.session.flush()
    _assign(task.id, variant.id, set(audience_ids))
    _record(actor, "essay_variant.added", variant)
    return variant


def change_variant(
    actor: Account | None,
    campaign: Campaign,
    variant_id: int,
    design: VariantDesign,
    audience_ids: Iterable[int],
    stamp: str,
) -> EssayVariant:
    """Change a variant; the one returned is another where writing had begun.

    `stamp` is the mark (stamp_of_design) of what the change was made from; Conflict when somebody
    changed the variant since.
    """
    refuse_closed(campaign)
    _check(design)
    variant = db.session.scalars(
        sa.select(EssayVariant)
        .where(EssayVariant.id == variant_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    before = design_of(variant)
    if variant.retired_at is not None or stamp_of_design(before) != stamp:
        raise Conflict(_("Người khác vừa sửa đề này."))
    design = replace(design, scale=variant.scale)
    if design != before:
        variant = _write_or_replace(variant, before, design)
        db.session.flush()
    _assign(variant.task_id, variant.id, set(audience_ids))
    _record(actor, "essay_variant.changed", variant)
    return variant


def _write_or_replace(
    variant: EssayVariant, before: VariantDesign, design: VariantDesign
) -> EssayVariant:
    if replace(design, name=before.name) == before:
        variant.name = design.name  # the organiser's own label: nobody's task changes
        return variant
    if not has_essays(variant.id):
        write_design(variant, design)
        return variant
    successor = EssayVariant(task_id=variant.task_id, replaces_id=variant.id)
    write_design(successor, design)
    variant.retired_at = clock.now()
    db.session.add(successor)
    db.session.flush()
    db.session.execute(
        sa.update(EssayVariantAudience)
        .where(EssayVariantAudience.variant_id == variant.id)
        .values(variant_id=successor.id)
    )
    return successor


def _assign(task_id: int, variant_id: int, audience_ids: set[int]) -> None:
    """Give a variant to these audiences and to no other; each audience has one."""
    rows = db.session.scalars(
        sa.select(EssayVariantAudience)
        .where(EssayVariantAudience.task_id == task_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    by_audience = {row.audience_id: row for row in rows}
    for audience_id in audience_ids:
        if audience_id in by_audience:
            by_audience[audience_id].variant_id = variant_id
        else:
            db.session.add(
                EssayVariantAudience(
                    task_id=task_id, audience_id=audience_id, variant_id=variant_id
                )
            )
    for row in rows:
        if row.variant_id == variant_id and row.audience_id not in audience_ids:
            db.session.delete(row)
    db.session.flush()


def _check(design: VariantDesign) -> None:
    for fault in faults(design):
        raise Invalid(fault.message, field=str(fault.path[0]))


def _record(actor: Account | None, action: str, variant: EssayVariant) -> None:
    record(
        actor.id if actor else None, action, f"essay_variant:{variant.id}", task_id=variant.task_id
    )
    db.session.flush()
