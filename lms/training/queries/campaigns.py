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
from lms.units.queries import Scope, present_of


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
        .join(UnitVersion, present_of(Campaign.unit_id))
        .where(scope.condition())
        .order_by(Campaign.opens_at.desc(), Campaign.id.desc())
    )
    return fetch_page(query, number)


def get_campaign(campaign_id: int, scope: Scope, lock: bool = False) -> Campaign:
    """A campaign with its directives and requirements; NotFound outside the scope.

    `lock` holds its row until the transaction ends, so that two organisers take turns.
    """
    query = (
        sa.select(Campaign)
        .where(Campaign.id == campaign_id, managed_by(scope))
        .options(
            selectinload(Campaign.directives),
            selectinload(Campaign.requirements).options(joinedload(Requirement.audience)),
        )
        .execution_options(populate_existing=True)
    )
    campaign = db.session.scalar(query.with_for_update(of=Campaign) if lock else query)
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
