"""What a campaign asks of each audience, saved whole.

Before the opening everything may change. Once people of an audience are enrolled, only their due
moment does, with a reason that is kept with every enrolment it moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import Account
from lms.people.queries import list_audiences
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    EnrolmentChange,
    Obligation,
    Requirement,
)
from lms.training.participation import USUALLY_ACCEPTED, ParticipationKind
from lms.training.queries.campaigns import count_enrolled_by_audience
from lms.training.services.campaigns import refuse_closed


@dataclass(frozen=True)
class RequirementValues:
    """One audience's row. Ratios are 0–1; `due_at` may be missing where nothing is asked."""

    audience_id: int
    obligation: Obligation
    due_at: datetime | None = None
    asks_materials: bool = True
    asks_sessions: bool = True
    asks_quiz: bool = True
    asks_essay: bool = True
    counts_quiz: bool = False
    counts_essay: bool = False
    least_coverage: float = 0.8
    quiz_pass_ratio: float = 0.5
    accepted_kinds: Sequence[ParticipationKind] = USUALLY_ACCEPTED


FIXED = (
    "obligation asks_materials asks_sessions asks_quiz asks_essay counts_quiz counts_essay "
    "least_coverage quiz_pass_ratio accepted_kinds"
).split()
"""What does not change once people of the audience are enrolled."""


def save_requirements(
    actor: Account | None, campaign: Campaign, rows: Sequence[RequirementValues], reason: str = ""
) -> None:
    """Save the rows of all audiences. Audiences without a row keep what they have.

    Invalid names the field as rows-<index>-<name>, or none when it concerns the whole matrix.
    """
    refuse_closed(campaign)
    known = {audience.id for audience in list_audiences()}
    there = {requirement.audience_id: requirement for requirement in campaign.requirements}
    enrolled = count_enrolled_by_audience(campaign.id)
    for index, row in enumerate(rows):
        if row.audience_id not in known:
            raise Invalid(_("Có đối tượng không còn nữa. Hãy tải lại trang rồi điền lại."))
        requirement = there.get(row.audience_id)
        if requirement is not None and enrolled.get(row.audience_id):
            _move_due_moment(actor, campaign, requirement, row, reason, f"rows-{index}-")
            continue
        _check(campaign, row, f"rows-{index}-")
        if requirement is None:
            requirement = Requirement(campaign_id=campaign.id, audience_id=row.audience_id)
            db.session.add(requirement)
        for name in FIXED:
            setattr(requirement, name, _stored(row, name))
        requirement.due_at = row.due_at or campaign.closes_at
    db.session.flush()
    db.session.expire(campaign, ["requirements"])
    if all(one.obligation is Obligation.NOT_ASKED for one in campaign.requirements):
        raise Invalid(_("Hãy yêu cầu hoặc mời ít nhất một đối tượng."))
    actor_id = actor.id if actor else None
    record(
        actor_id,
        "campaign.requirements_saved",
        f"campaign:{campaign.id}",
        asked=[row.audience_id for row in rows if row.obligation is not Obligation.NOT_ASKED],
    )


def _stored(row: RequirementValues, name: str) -> Any:
    """A value as its column keeps it: the kinds in the order of their strength."""
    if name == "accepted_kinds":
        return [kind for kind in ParticipationKind if kind in row.accepted_kinds]
    return getattr(row, name)


def _check(campaign: Campaign, row: RequirementValues, prefix: str) -> None:
    if row.obligation is Obligation.NOT_ASKED:
        return
    _check_due(campaign, row.due_at, prefix)
    if row.counts_quiz and not row.asks_quiz:
        raise Invalid(
            _("Muốn tính trắc nghiệm thì phải yêu cầu trắc nghiệm."), field=f"{prefix}counts"
        )
    if row.counts_essay and not row.asks_essay:
        raise Invalid(
            _("Muốn tính bài thu hoạch thì phải yêu cầu bài thu hoạch."), field=f"{prefix}counts"
        )
    if not (row.asks_sessions or row.counts_quiz or row.counts_essay):
        raise Invalid(
            _("Hãy yêu cầu xem buổi học, hoặc chọn một phần khác để tính là tham gia."),
            field=f"{prefix}asks",
        )
    if row.asks_sessions and not row.accepted_kinds:
        raise Invalid(
            _("Hãy chọn ít nhất một hình thức tham gia được chấp nhận."),
            field=f"{prefix}accepted_kinds",
        )
    if not 0 < row.least_coverage <= 1:
        raise Invalid(_("Phần phải xem từ 1 đến 100 %."), field=f"{prefix}least_coverage")
    if not 0 <= row.quiz_pass_ratio <= 1:
        raise Invalid(_("Điểm đạt từ 0 đến 100 %."), field=f"{prefix}quiz_pass")


def _check_due(campaign: Campaign, due_at: datetime | None, prefix: str) -> None:
    if due_at is None:
        raise Invalid(_("Hãy đặt hạn hoàn thành."), field=f"{prefix}due_at")
    if not campaign.opens_at < due_at <= campaign.closes_at:
        raise Invalid(
            _(
                "Hạn phải nằm trong đợt học: sau %(start)s và không quá %(end)s.",
                start=clock.to_local(campaign.opens_at).strftime("%H:%M %d/%m/%Y"),
                end=clock.to_local(campaign.closes_at).strftime("%H:%M %d/%m/%Y"),
            ),
            field=f"{prefix}due_at",
        )


def _move_due_moment(
    actor: Account | None,
    campaign: Campaign,
    requirement: Requirement,
    row: RequirementValues,
    reason: str,
    prefix: str,
) -> None:
    """Move the due moment of everybody of an audience who still has the common one."""
    for name in FIXED:
        if getattr(requirement, name) != _stored(row, name):
            raise Invalid(
                _("Đã có người học trong đối tượng này nên chỉ đổi được hạn hoàn thành."),
                field=f"{prefix}due_at",
            )
    if row.due_at is None or row.due_at == requirement.due_at:
        return
    _check_due(campaign, row.due_at, prefix)
    if campaign.state is CampaignState.OPEN and row.due_at <= clock.now():
        raise Invalid(_("Hạn mới phải ở phía trước."), field=f"{prefix}due_at")
    if not clean(reason):
        raise Invalid(_("Hãy ghi lý do đổi hạn."), field="reason")
    concerned = (
        Enrolment.campaign_id == campaign.id,
        Enrolment.audience_id == requirement.audience_id,
        Enrolment.due_at == requirement.due_at,
        Enrolment.withdrawn_at.is_(None),
    )
    change: dict[str, Any] = {
        "field": sa.literal("due_at"),
        "old_value": sa.literal(requirement.due_at.isoformat()),
        "new_value": sa.literal(row.due_at.isoformat()),
        "reason": sa.literal(clean(reason)),
        "actor_id": sa.literal(actor.id if actor else None, sa.Integer()),
        "recorded_at": sa.literal(clock.now(), EnrolmentChange.recorded_at.type),
    }
    db.session.execute(
        sa.insert(EnrolmentChange).from_select(
            ["enrolment_id", *change], sa.select(Enrolment.id, *change.values()).where(*concerned)
        )
    )
    db.session.execute(
        sa.update(Enrolment)
        .where(*concerned)
        .values(due_at=row.due_at)
        .execution_options(synchronize_session=False)
    )
    record(
        actor.id if actor else None,
        "requirement.due_moved",
        f"campaign:{campaign.id}",
        audience_id=requirement.audience_id,
        old=requirement.due_at.isoformat(),
        new=row.due_at.isoformat(),
        reason=clean(reason),
    )
    requirement.due_at = row.due_at
