"""Opening and closing a campaign, and the changes to one enrolment that an organiser makes.

Opening is set-based: one INSERT … SELECT over everybody below the campaign's unit, so it costs
the same statements for a dozen people and for half a million.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed, NotFound
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import Account
from lms.people.queries import present_unit_of, resolved_audiences
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Obligation,
    Requirement,
)
from lms.training.services.changes import note_change
from lms.training.services.reorganised import freeze_tree
from lms.units.models import UnitVersion
from lms.units.queries import Scope, get_standing, under


@dataclass(frozen=True)
class OpeningCount:
    """How many an opening would enrol (or has enrolled) per audience and obligation."""

    audience_id: int | None
    obligation: Obligation | None
    count: int


def _concerned(campaign: Campaign) -> sa.Subquery:
    path = get_standing(campaign.unit_id).path
    return resolved_audiences(clock.today()).where(under(path)).subquery()


def _is_enrolled(campaign: Campaign, concerned: sa.Subquery) -> sa.ColumnElement[bool]:
    return (
        sa.select(Enrolment.id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.member_id == concerned.c.member_id,
        )
        .exists()
    )


def preview_opening(campaign: Campaign) -> list[OpeningCount]:
    """Everybody concerned who is not enrolled yet, by audience and obligation; None where nothing
    is said of them."""
    concerned = _concerned(campaign)
    query = (
        sa.select(concerned.c.audience_id, Requirement.obligation, sa.func.count())
        .select_from(concerned)
        .outerjoin(
            Requirement,
            sa.and_(
                Requirement.audience_id == concerned.c.audience_id,
                Requirement.campaign_id == campaign.id,
            ),
        )
        .where(~_is_enrolled(campaign, concerned))
        .group_by(concerned.c.audience_id, Requirement.obligation)
    )
    return [OpeningCount(*row) for row in db.session.execute(query)]


def open_campaign(actor: Account | None, campaign: Campaign) -> int:
    """Enrol everybody asked or invited and open the campaign; returns how many were enrolled."""
    if campaign.state is CampaignState.CLOSED:
        raise NotAllowed(_("Đợt học đã đóng nên không mở lại được."))
    if all(one.obligation is Obligation.NOT_ASKED for one in campaign.requirements):
        raise Invalid(_("Hãy đặt yêu cầu cho ít nhất một đối tượng trước khi mở đợt học."))
    if campaign.closes_at <= clock.now():
        raise Invalid(_("Thời điểm kết thúc của đợt học đã qua. Hãy sửa trước khi mở."))
    if campaign.state is CampaignState.DRAFT:
        _refuse_past_due(campaign)
    enrolled = enrol_concerned(campaign)
    if campaign.state is CampaignState.DRAFT:
        campaign.state = CampaignState.OPEN
        campaign.opened_at = clock.now()
    db.session.flush()
    record(
        actor.id if actor else None, "campaign.opened", f"campaign:{campaign.id}", enrolled=enrolled
    )
    return enrolled


def _refuse_past_due(campaign: Campaign) -> None:
    """A due moment that is over would make everybody late as they are enrolled."""
    past = [
        one.audience.name
        for one in campaign.requirements
        if one.obligation is not Obligation.NOT_ASKED and one.due_at <= clock.now()
    ]
    if past:
        raise Invalid(
            _(
                "Hạn của các đối tượng sau đã qua: %(audiences)s. Hãy sửa trước khi mở.",
                audiences=", ".join(past),
            )
        )


def enrol_late_joiners(actor: Account | None, campaign: Campaign, due_at: datetime) -> int:
    """Enrol those who came after the opening; they have at least until `due_at`."""
    if campaign.state is not CampaignState.OPEN:
        raise NotAllowed(_("Chỉ thêm được người vào đợt học đang mở."))
    _check_due(campaign, due_at)
    enrolled = enrol_concerned(campaign, due_at)
    record(
        actor.id if actor else None, "campaign.joined", f"campaign:{campaign.id}", enrolled=enrolled
    )
    return enrolled


def _check_due(campaign: Campaign, due_at: datetime) -> None:
    if not clock.now() < due_at <= campaign.closes_at:
        raise Invalid(
            _(
                "Hạn phải ở phía trước và không quá %(end)s, khi đợt học kết thúc.",
                end=clock.to_local(campaign.closes_at).strftime("%H:%M %d/%m/%Y"),
            ),
            field="due_at",
        )


def enrol_concerned(campaign: Campaign, least_due_at: datetime | None = None) -> int:
    """Enrol everybody concerned who is not enrolled yet; returns how many were added.

    They are due when their requirement says, or at `least_due_at` if that is later.
    """
    concerned = _concerned(campaign)
    due_at: sa.ColumnElement[datetime] = sa.type_coerce(Requirement.due_at, Enrolment.due_at.type)
    if least_due_at is not None:
        least = sa.literal(least_due_at, Enrolment.due_at.type)
        due_at = sa.case((Requirement.due_at > least, Requirement.due_at), else_=least)
    rows = (
        sa.select(
            sa.literal(campaign.id),
            concerned.c.member_id,
            concerned.c.unit_id,
            concerned.c.audience_id,
            Requirement.obligation,
            sa.literal(clock.now(), Enrolment.enrolled_at.type),
            due_at,
            sa.literal(0.0),
        )
        .select_from(concerned)
        .join(Requirement, Requirement.audience_id == concerned.c.audience_id)
        .where(
            Requirement.campaign_id == campaign.id,
            Requirement.obligation != Obligation.NOT_ASKED,
            ~_is_enrolled(campaign, concerned),
        )
    )
    columns = (
        "campaign_id member_id unit_id audience_id obligation enrolled_at due_at viewing_ratio"
    ).split()
    result = db.session.execute(
        sa.insert(Enrolment).from_select(columns, rows),
        execution_options={"preserve_rowcount": True},
    )
    return result.rowcount  # type: ignore[attr-defined]


def close_campaign(actor: Account | None, campaign: Campaign) -> None:
    """End a campaign: from now on nothing learners do counts in it, and its tree is kept."""
    if campaign.state is not CampaignState.OPEN:
        raise NotAllowed(_("Chỉ đóng được đợt học đang mở."))
    freeze_tree(campaign)
    campaign.state = CampaignState.CLOSED
    campaign.closed_at = clock.now()
    db.session.flush()
    record(actor.id if actor else None, "campaign.closed", f"campaign:{campaign.id}")


def get_enrolment(enrolment_id: int, scope: Scope) -> Enrolment:
    """An enrolment whose unit lies in the scope, locked for a change."""
    query = (
        sa.select(Enrolment)
        .join(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .where(Enrolment.id == enrolment_id, scope.condition())
        .with_for_update(of=Enrolment)
    )
    enrolment = db.session.scalar(query)
    if enrolment is None:
        raise NotFound
    return enrolment


def excuse(actor: Account | None, enrolment: Enrolment, reason: str) -> None:
    """Excuse somebody from a campaign; they leave the denominator, the reason is kept."""
    _refuse_twice(enrolment)
    moment = clock.now()
    note_change(actor, enrolment, "excused_at", None, moment.isoformat(), reason)
    enrolment.excused_at = moment
    enrolment.excuse_reason = clean(reason)
    db.session.flush()


def withdraw(actor: Account | None, enrolment: Enrolment, reason: str) -> None:
    """Take somebody out of a campaign (died, left); they leave every count, the reason is kept."""
    if enrolment.withdrawn_at is not None:
        raise NotAllowed(_("Người này đã ra khỏi đợt học."))
    moment = clock.now()
    note_change(actor, enrolment, "withdrawn_at", None, moment.isoformat(), reason)
    enrolment.withdrawn_at = moment
    enrolment.withdrawal_reason = clean(reason)
    db.session.flush()


def extend(actor: Account | None, enrolment: Enrolment, due_at: datetime, reason: str) -> None:
    """Give somebody a due moment of their own, while the campaign runs."""
    _check_due(enrolment.campaign, due_at)
    note_change(
        actor, enrolment, "due_at", enrolment.due_at.isoformat(), due_at.isoformat(), reason
    )
    enrolment.due_at = due_at
    db.session.flush()


def reinstate(actor: Account | None, enrolment: Enrolment, reason: str) -> None:
    """Take back an excuse or a withdrawal that was a mistake; both it and this stay on record."""
    if enrolment.excused_at is None and enrolment.withdrawn_at is None:
        raise NotAllowed(_("Người này đang trong đợt học, không có gì để đưa trở lại."))
    for field in ("excused_at", "withdrawn_at"):
        moment: datetime | None = getattr(enrolment, field)
        if moment is not None:
            note_change(actor, enrolment, field, moment.isoformat(), None, reason)
            setattr(enrolment, field, None)
    enrolment.excuse_reason = enrolment.withdrawal_reason = None
    db.session.flush()


def _refuse_twice(enrolment: Enrolment) -> None:
    if enrolment.withdrawn_at is not None or enrolment.excused_at is not None:
        raise NotAllowed(_("Người này đã được miễn hoặc đã ra khỏi đợt học."))
