"""Reads of campaigns for those who organise them. Outside the scope there is nothing."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.base.errors import NotFound
from lms.base.paging import Page, fetch_page
from lms.extensions import db
from lms.training.models import Campaign, Enrolment, Requirement
from lms.training.queries.readers import managed_by
from lms.units.models import UnitVersion
from lms.units.queries import Scope, is_present


def list_campaigns(scope: Scope, number: int) -> Page[Any]:
    """(Campaign, short name of its unit, how many are enrolled) of a scope, the newest first."""
    enrolled = (
        sa.select(sa.func.count(Enrolment.id))
        .where(Enrolment.campaign_id == Campaign.id, Enrolment.withdrawn_at.is_(None))
        .correlate(Campaign)
        .scalar_subquery()
    )
    query = (
        sa.select(Campaign, UnitVersion.short_name, enrolled.label("enrolled"))
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Campaign.unit_id, is_present()))
        .where(scope.condition())
        .order_by(Campaign.opens_at.desc(), Campaign.id.desc())
    )
    return fetch_page(query, number)


def get_campaign(campaign_id: int, scope: Scope) -> Campaign:
    """A campaign with its directives and requirements; NotFound outside the scope."""
    return _get(campaign_id, scope, sa.select(Campaign))


def get_campaign_for_update(campaign_id: int, scope: Scope) -> Campaign:
    """The same, locked until the transaction ends, so that two organisers take turns."""
    return _get(campaign_id, scope, sa.select(Campaign).with_for_update(of=Campaign))


def _get(campaign_id: int, scope: Scope, query: sa.Select[Campaign]) -> Campaign:
    query = query.where(Campaign.id == campaign_id, managed_by(scope)).options(
        selectinload(Campaign.directives),
        selectinload(Campaign.requirements).options(joinedload(Requirement.audience)),
    )
    campaign = db.session.scalar(query.execution_options(populate_existing=True))
    if campaign is None:
        raise NotFound
    return campaign


def count_enrolled_by_audience(campaign_id: int) -> dict[int, int]:
    """How many are enrolled (withdrawn ones too) by audience id."""
    query = (
        sa.select(Enrolment.audience_id, sa.func.count(Enrolment.id))
        .where(Enrolment.campaign_id == campaign_id)
        .group_by(Enrolment.audience_id)
    )
    return dict(db.session.execute(query).all())
