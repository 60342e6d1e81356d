"""Who reads a page of training: what decides which campaigns and materials they may see."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.training.models import Campaign, CampaignState, Enrolment, SessionSpeaker
from lms.units.queries import Scope, standing_in


@dataclass(frozen=True)
class Reader:
    """An account, its member if it has one, and where it organises study."""

    account_id: int
    member_id: int | None
    manages: Scope


def enrolment_condition(reader: Reader) -> sa.ColumnElement[bool]:
    """Joins Enrolment to Campaign for this reader alone: their own, not withdrawn, not a draft."""
    if reader.member_id is None:
        return sa.false()
    return sa.and_(
        Enrolment.campaign_id == Campaign.id,
        Enrolment.member_id == reader.member_id,
        Enrolment.withdrawn_at.is_(None),
        Campaign.state != CampaignState.DRAFT,
    )


def managed_by(scope: Scope) -> sa.ColumnElement[bool]:
    """The condition of a campaign whose unit lies in a scope."""
    if not scope.paths:
        return sa.false()
    return Campaign.unit_id.in_(standing_in(scope))


def speaks_in(account_id: int, session_id: Any) -> sa.ColumnElement[bool]:
    """The condition of speaking in the session whose id stands in a column."""
    return (
        sa.select(SessionSpeaker.session_id)
        .where(SessionSpeaker.session_id == session_id, SessionSpeaker.account_id == account_id)
        .exists()
    )
