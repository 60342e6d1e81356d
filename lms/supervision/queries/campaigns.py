"""Reads of the campaigns that concern a part of the tree, reorganised or not."""

from typing import Any

import sqlalchemy as sa

from lms.base.errors import NotFound
from lms.extensions import db
from lms.supervision.trees import (
    Node,
    prefixes,
)
from lms.training.models import Campaign, CampaignState
from lms.units.models import UnitHeir, UnitVersion
from lms.units.queries import Scope, is_present, under, valid_on


def campaigns_of(scope: Scope) -> sa.Select[Campaign]:
    """Opened campaigns that concern units of the scope, the newest first."""
    above = [prefix for path in scope.paths for prefix in prefixes(path)]
    touches = sa.or_(scope.condition(), UnitVersion.path.in_(above))
    return (
        sa.select(Campaign)
        .where(Campaign.state != CampaignState.DRAFT, Campaign.unit_id.in_(_led_to(touches)))
        .order_by(Campaign.opens_at.desc(), Campaign.id.desc())
    )


def _led_to(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Ids of the present units that meet a condition, and of ended ones that went into such."""
    heirs = (
        sa.select(UnitHeir.unit_id)
        .join(UnitVersion, UnitVersion.unit_id == UnitHeir.heir_id)
        .where(valid_on(UnitHeir), is_present(), condition)
    )
    both = sa.union_all(
        sa.select(UnitVersion.unit_id).where(is_present(), condition), heirs
    ).subquery()
    return sa.select(both.c.unit_id)


def get_campaign_of_units(campaign_id: int, scope: Scope) -> Campaign:
    """An opened campaign that concerns units of a scope; NotFound otherwise."""
    campaign = db.session.scalar(campaigns_of(scope).where(Campaign.id == campaign_id))
    if campaign is None:
        raise NotFound
    return campaign


def get_campaign(campaign_id: int, unit: Node) -> Campaign:
    """An opened campaign that concerns a unit; NotFound otherwise."""
    related = sa.or_(under(unit.path), UnitVersion.path.in_(prefixes(unit.path)))
    query = sa.select(Campaign).where(
        Campaign.id == campaign_id, Campaign.state != CampaignState.DRAFT
    )
    if isinstance(unit, UnitVersion):
        query = query.where(Campaign.unit_id.in_(_led_to(related)))
    else:
        query = query.where(sa.literal(unit.campaign_id == campaign_id))
    campaign = db.session.scalar(query)
    if campaign is None:
        raise NotFound
    return campaign


def paths_led_to(unit_ids: set[int]) -> dict[int, list[str]]:
    """The present paths of units; of an ended one those of all it went into. One statement."""
    query = sa.union_all(
        sa.select(UnitVersion.unit_id, UnitVersion.path).where(
            UnitVersion.unit_id.in_(unit_ids), is_present()
        ),
        sa.select(UnitHeir.unit_id, UnitVersion.path)
        .join(UnitVersion, UnitVersion.unit_id == UnitHeir.heir_id)
        .where(UnitHeir.unit_id.in_(unit_ids), valid_on(UnitHeir), is_present()),
    )
    found: dict[int, list[str]] = {}
    for unit_id, path in db.session.execute(query):
        found.setdefault(unit_id, []).append(path)
    return found
