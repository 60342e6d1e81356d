"""Reads of open studies whose people a roster moves: what is asked, and what was answered."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base.paging import AnySelect
from lms.extensions import db
from lms.people.models import Member
from lms.training.models import Campaign, CampaignState, Enrolment, EnrolmentChange


@dataclass(frozen=True)
class MovedStudy:
    """A campaign with enrolments of people who move."""

    campaign_id: int
    name: str
    count: int


@dataclass(frozen=True)
class AnsweredStudy(MovedStudy):
    """`to_new_unit`: how many of them the new unit answers for."""

    to_new_unit: int


def concerned(moves: sa.Subquery) -> sa.ColumnElement[bool]:
    """The condition of an enrolment for which somebody must answer. Ask it of Enrolment joined with
    Campaign and with who moves (member_id, unit_id); a unit yet to be founded has no id. Where the
    new unit answers already there is nothing to ask."""
    return sa.and_(
        Campaign.state == CampaignState.OPEN,
        Enrolment.withdrawn_at.is_(None),
        sa.or_(moves.c.unit_id.is_(None), moves.c.unit_id != Enrolment.unit_id),
    )


def list_moved_studies(moves: sa.Select[Any]) -> list[MovedStudy]:
    """The open campaigns that people who move are enrolled in, the newest first."""
    who = moves.subquery()
    query = (
        sa.select(Campaign.id, Campaign.name, sa.func.count(Enrolment.id))
        .join(Enrolment, Enrolment.campaign_id == Campaign.id)
        .join(who, who.c.member_id == Enrolment.member_id)
        .where(concerned(who))
        .group_by(Campaign.id, Campaign.name, Campaign.opens_at)
        .order_by(Campaign.opens_at.desc(), Campaign.id.desc())
    )
    return [MovedStudy(*row) for row in db.session.execute(query)]


def people_moved(moves: sa.Select[Any], campaign_id: int) -> AnySelect:
    """Those behind a count of list_moved_studies: (member, unit that answers now, new unit, its
    names in the file)."""
    who = moves.subquery()
    return (
        sa.select(Member, Enrolment.unit_id, who.c.unit_id, who.c.names)
        .join(Enrolment, Enrolment.member_id == Member.id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .join(who, who.c.member_id == Member.id)
        .where(Enrolment.campaign_id == campaign_id, concerned(who))
        .order_by(Member.sort_key, Member.id)
    )


def list_answered_studies(answered: sa.Select[Any]) -> list[AnsweredStudy]:
    """By campaign, what was answered, from the ids of the changes recorded."""
    moved = sa.func.sum(sa.case((changes_unit(), 1), else_=0))
    query = (
        sa.select(Campaign.id, Campaign.name, sa.func.count(EnrolmentChange.id), moved)
        .join(Enrolment, Enrolment.campaign_id == Campaign.id)
        .join(EnrolmentChange, EnrolmentChange.enrolment_id == Enrolment.id)
        .where(EnrolmentChange.id.in_(answered))
        .group_by(Campaign.id, Campaign.name, Campaign.opens_at)
        .order_by(Campaign.opens_at.desc(), Campaign.id.desc())
    )
    return [AnsweredStudy(*row) for row in db.session.execute(query)]


def people_answered_for(answered: sa.Select[Any], campaign_id: int) -> AnySelect:
    """Those behind a count of list_answered_studies: (member, unit before, unit after, None)."""
    return (
        sa.select(
            Member,
            sa.cast(EnrolmentChange.old_value, sa.Integer),
            sa.cast(EnrolmentChange.new_value, sa.Integer),
            sa.null(),
        )
        .join(Enrolment, Enrolment.member_id == Member.id)
        .join(EnrolmentChange, EnrolmentChange.enrolment_id == Enrolment.id)
        .where(Enrolment.campaign_id == campaign_id, EnrolmentChange.id.in_(answered))
        .order_by(Member.sort_key, Member.id)
    )


def changes_unit() -> sa.ColumnElement[bool]:
    """The condition of an answer by which another unit answers than before."""
    return EnrolmentChange.new_value != EnrolmentChange.old_value
