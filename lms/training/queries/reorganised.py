"""Reads of enrolments whose units were reorganised, and what training tells reorganisation."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from lms.extensions import db
from lms.people.consequences import CampaignEffect, Traces
from lms.people.models import Member
from lms.people.queries import stands_for_member
from lms.training.models import Campaign, CampaignState, Enrolment, EnrolmentChange
from lms.units.models import UnitHeir
from lms.units.queries import valid_on


def list_outdated(campaign_id: int) -> Sequence[Any]:
    """(old unit id, present unit id, count) of a campaign's enrolments in units that have ended."""
    present = stands_for_member(Enrolment.unit_id, Enrolment.member_id).label("present_id")
    query = (
        sa.select(Enrolment.unit_id.label("unit_id"), present)
        .where(Enrolment.campaign_id == campaign_id, in_ended_unit())
        .subquery()
    )
    grouped = (
        sa.select(query.c.unit_id, query.c.present_id, sa.func.count().label("count"))
        .where(query.c.present_id != query.c.unit_id)
        .group_by(query.c.unit_id, query.c.present_id)
        .order_by(query.c.unit_id, query.c.present_id)
    )
    return db.session.execute(grouped).all()


def outdated_members(campaign_id: int, old_id: int, new_id: int) -> sa.Select[Member]:
    """The people behind a row of list_outdated, by name."""
    present = stands_for_member(Enrolment.unit_id, Enrolment.member_id)
    return (
        sa.select(Member)
        .join(Enrolment, Enrolment.member_id == Member.id)
        .where(
            Enrolment.campaign_id == campaign_id,
            Enrolment.unit_id == old_id,
            in_ended_unit(),
            present == new_id,
        )
        .order_by(Member.sort_key, Member.id)
    )


def count_outdated(campaign_id: int) -> int:
    """How many enrolments of a campaign stand in units that have ended."""
    query = sa.select(sa.func.count(Enrolment.id))
    return (
        db.session.scalar(query.where(Enrolment.campaign_id == campaign_id, in_ended_unit())) or 0
    )


def in_ended_unit() -> sa.ColumnElement[bool]:
    """The condition of an enrolment whose unit has ended by today."""
    return Enrolment.unit_id.in_(sa.select(UnitHeir.unit_id).where(valid_on(UnitHeir)))


def list_open_enrolments(member_id: int) -> Sequence[Enrolment]:
    """A member's enrolments in campaigns that are open, the newest campaign first."""
    query = (
        sa.select(Enrolment)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(
            Enrolment.member_id == member_id,
            Enrolment.withdrawn_at.is_(None),
            Campaign.state == CampaignState.OPEN,
        )
        .options(joinedload(Enrolment.campaign))
        .order_by(Campaign.opens_at.desc(), Campaign.id.desc())
    )
    return db.session.scalars(query).all()


def campaigns_in_units(unit_ids: Collection[int]) -> list[CampaignEffect]:
    """The campaigns with enrolments in some units, open ones first."""
    query = (
        sa.select(Campaign.name, Campaign.state, sa.func.count(Enrolment.id))
        .join(Enrolment, Enrolment.campaign_id == Campaign.id)
        .where(Enrolment.unit_id.in_(unit_ids))
        .group_by(Campaign.id, Campaign.name, Campaign.state)
        .order_by(Campaign.state == CampaignState.CLOSED, Campaign.id)
    )
    return [
        CampaignEffect(name, state is CampaignState.OPEN, count)
        for name, state, count in db.session.execute(query)
    ]


def hindrances_of_studies(traces: Traces) -> list[str]:
    """Enrolments that were made, or moved, because of where a change put people."""
    if not traces.member_ids and not traces.unit_ids:
        return []
    enrolled = sa.select(Enrolment.id).where(
        Enrolment.unit_id.in_(traces.unit_ids),
        Enrolment.member_id.in_(traces.member_ids),
        Enrolment.enrolled_at >= traces.since,
    )
    told = []
    if db.session.scalar(enrolled.limit(1)) is not None:
        told.append(_("Sau đó người trong diện chuyển đã vào đợt học ở đơn vị mới."))
    moved = sa.select(EnrolmentChange.id).where(
        EnrolmentChange.field == "unit_id",
        EnrolmentChange.new_value.in_([str(unit_id) for unit_id in traces.unit_ids]),
        EnrolmentChange.recorded_at >= traces.since,
    )
    if db.session.scalar(moved.limit(1)) is not None:
        told.append(_("Sau đó phiếu học tập đã được cập nhật sang đơn vị mới."))
    return told
