"""Creating and changing campaigns. Opening and closing them is in enrolments.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed
from lms.base.vietnamese import clean, clean_lines
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Requirement,
    SessionDirective,
    TrainingSession,
)
from lms.training.queries.directives import list_directives_by_id
from lms.units.queries import Scope, get_unit


@dataclass(frozen=True)
class CampaignValues:
    """What an organiser enters."""

    name: str
    summary: str
    unit_id: int
    directive_ids: Sequence[int]
    opens_at: datetime
    closes_at: datetime


def create_campaign(actor: Account | None, values: CampaignValues, scope: Scope | None) -> Campaign:
    """A campaign in preparation, for everybody below a unit that lies in the actor's scope."""
    get_unit(values.unit_id, scope)
    _check_times(values)
    campaign = Campaign(unit_id=values.unit_id, created_at=clock.now(), requirements=[])
    _fill(campaign, values)
    db.session.add(campaign)
    db.session.flush()
    record(actor.id if actor else None, "campaign.created", f"campaign:{campaign.id}")
    return campaign


def change_campaign(
    actor: Account | None, campaign: Campaign, values: CampaignValues, scope: Scope | None
) -> None:
    """Change a campaign that is not closed. Its unit is fixed once people are enrolled."""
    refuse_closed(campaign)
    if values.unit_id != campaign.unit_id:
        if campaign.state is not CampaignState.DRAFT:
            raise Invalid(
                _("Đợt học đã mở cho đơn vị này nên không đổi đơn vị được."), field="unit_id"
            )
        get_unit(values.unit_id, scope)
    _check_times(values)
    _check_due_moments(campaign, values)
    _check_directives(campaign, values)
    before = {
        "name": campaign.name,
        "opens_at": campaign.opens_at.isoformat(),
        "closes_at": campaign.closes_at.isoformat(),
        "directives": [directive.id for directive in campaign.directives],
    }
    campaign.unit_id = values.unit_id
    _fill(campaign, values)
    db.session.flush()
    actor_id = actor.id if actor else None
    record(actor_id, "campaign.changed", f"campaign:{campaign.id}", before=before)


def refuse_closed(campaign: Campaign) -> None:
    """NotAllowed once a campaign is closed: what it was then stays."""
    if campaign.state is CampaignState.CLOSED:
        raise NotAllowed(_("Đợt học đã đóng nên không thay đổi được nữa."))


def _fill(campaign: Campaign, values: CampaignValues) -> None:
    campaign.name = clean(values.name)
    campaign.summary = clean_lines(values.summary)
    campaign.opens_at = values.opens_at
    campaign.closes_at = values.closes_at
    campaign.directives = list(list_directives_by_id(values.directive_ids))


def _check_times(values: CampaignValues) -> None:
    if values.closes_at <= values.opens_at:
        raise Invalid(_("Đợt học phải kết thúc sau khi bắt đầu."), field="closes_at")


def _check_due_moments(campaign: Campaign, values: CampaignValues) -> None:
    """Nobody may be asked for something by a moment at which the campaign is over."""
    if campaign.state is CampaignState.OPEN and values.closes_at <= clock.now():
        raise Invalid(
            _("Thời điểm kết thúc đã qua. Muốn kết thúc ngay, hãy dùng mục Đóng đợt học."),
            field="closes_at",
        )
    latest = db.session.scalars(
        sa.union_all(
            sa.select(sa.func.max(Requirement.due_at)).where(
                Requirement.campaign_id == campaign.id
            ),
            sa.select(sa.func.max(Enrolment.due_at)).where(Enrolment.campaign_id == campaign.id),
        )
    ).all()
    last = max((moment for moment in latest if moment is not None), default=None)
    if last is not None and values.closes_at < last:
        raise Invalid(
            _(
                "Có hạn hoàn thành muộn hơn, lúc %(moment)s. "
                "Hãy chọn thời điểm kết thúc từ đó trở đi.",
                moment=clock.to_local(last).strftime("%H:%M %d/%m/%Y"),
            ),
            field="closes_at",
        )


def _check_directives(campaign: Campaign, values: CampaignValues) -> None:
    used = sa.select(SessionDirective.directive_id).where(
        SessionDirective.session_id == TrainingSession.id,
        TrainingSession.campaign_id == campaign.id,
    )
    missing = set(db.session.scalars(used)) - set(values.directive_ids)
    if missing:
        raise Invalid(
            _("Có buổi học đang gắn với văn bản vừa bỏ chọn. Hãy sửa buổi học đó trước."),
            field="directives",
        )
