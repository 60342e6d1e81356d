"""Reads of enrolments: a member's own, one for a page, one locked for a change."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.base import clock
from lms.base.errors import NotFound
from lms.extensions import db
from lms.training.models import Campaign, CampaignState, Enrolment, Requirement, TrainingSession


@dataclass(frozen=True)
class Study:
    """A member's enrolment with its campaign and what the campaign asks of their audience."""

    enrolment: Enrolment
    campaign: Campaign
    requirement: Requirement

    @property
    def is_open(self) -> bool:
        """Whether what the member does now still counts."""
        return is_open_now(self.campaign)


def is_open_now(campaign: Campaign) -> bool:
    """Whether a campaign takes what learners do at this moment."""
    moment = clock.now()
    return (
        campaign.state is CampaignState.OPEN and campaign.opens_at <= moment <= campaign.closes_at
    )


def studies() -> Any:
    """Rows (Enrolment, Requirement) of everybody who is in a campaign, its campaign loaded.

    For a query that reads more beside them; the functions below are the usual doors.
    """
    return (
        sa.select(Enrolment, Requirement)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .join(
            Requirement,
            sa.and_(
                Requirement.campaign_id == Enrolment.campaign_id,
                Requirement.audience_id == Enrolment.audience_id,
            ),
        )
        .where(Campaign.state != CampaignState.DRAFT, Enrolment.withdrawn_at.is_(None))
        .options(contains_eager(Enrolment.campaign), joinedload(Enrolment.audience))
    )


def has_studies(unit_id: int) -> bool:
    """Whether a unit stands in any campaign, as somebody's unit or as the campaign's own."""
    query = sa.union_all(
        sa.select(Enrolment.id).where(Enrolment.unit_id == unit_id).limit(1).subquery().select(),
        sa.select(Campaign.id).where(Campaign.unit_id == unit_id).limit(1).subquery().select(),
    )
    return db.session.execute(query).first() is not None


def get_study(member_id: int, campaign_id: int) -> Study:
    """A member's study of one campaign; NotFound when they are not enrolled in it."""
    query = studies().where(Enrolment.member_id == member_id, Enrolment.campaign_id == campaign_id)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    enrolment, requirement = row
    return Study(enrolment, enrolment.campaign, requirement)


def get_study_of_session(member_id: int, session_id: int) -> tuple[Study, TrainingSession]:
    """A member's study around one published session; NotFound when it is not theirs to see."""
    query = (
        studies()
        .join(TrainingSession, TrainingSession.campaign_id == Enrolment.campaign_id)
        .add_columns(TrainingSession)
        .where(
            Enrolment.member_id == member_id,
            TrainingSession.id == session_id,
            TrainingSession.published_at <= clock.now(),
        )
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    enrolment, requirement, session = row
    return Study(enrolment, enrolment.campaign, requirement), session


@cache
def _locked_study() -> Any:
    """Built once: everything that moves an enrolment asks for it."""
    query = studies().where(Enrolment.id == sa.bindparam("enrolment_id"))
    return query.with_for_update(of=Enrolment).execution_options(populate_existing=True)


def get_study_for_update(enrolment_id: int) -> Study:
    """An enrolment locked until the transaction ends, with its campaign and requirement."""
    row = db.session.execute(_locked_study(), {"enrolment_id": enrolment_id}).first()
    if row is None:
        raise NotFound
    enrolment, requirement = row
    return Study(enrolment, enrolment.campaign, requirement)
