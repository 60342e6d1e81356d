"""Enrolments and the unit tree: units of a running campaign that ended, the tree at closing, and
which unit answers for somebody who moves."""

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Conflict, NotAllowed
from lms.extensions import db
from lms.people.models import Account
from lms.people.queries import stands_for_member
from lms.training.models import (
    Campaign,
    CampaignState,
    CampaignUnit,
    Enrolment,
    EnrolmentChange,
)
from lms.training.queries.reorganised import in_ended_unit, list_outdated
from lms.training.services.changes import note_change
from lms.units.models import UnitVersion
from lms.units.queries import is_present


def bring_up_to_date(actor: Account | None, campaign: Campaign, expected: int) -> int:
    """Move the enrolments of ended units to the units that stand for them; returns how many.

    `expected` is the number that the preview showed: Conflict when it is another by now.
    """
    if campaign.state is not CampaignState.OPEN:
        raise NotAllowed(_("Chỉ cập nhật được đơn vị trong đợt học đang mở."))
    rows = list_outdated(campaign.id)
    if sum(row.count for row in rows) != expected:
        raise Conflict(_("Số phiếu học tập đã thay đổi. Hãy xem lại rồi xác nhận lần nữa."))
    reason = _("Đơn vị được tổ chức lại.")
    new_unit = stands_for_member(Enrolment.unit_id, Enrolment.member_id)
    outdated = (Enrolment.campaign_id == campaign.id, in_ended_unit())
    values = {
        "field": sa.literal("unit_id"),
        "old_value": sa.cast(Enrolment.unit_id, sa.String(300)),
        "new_value": sa.cast(new_unit, sa.String(300)),
        "reason": sa.literal(reason),
        "actor_id": sa.literal(actor.id if actor else None, sa.Integer()),
        "recorded_at": sa.literal(clock.now(), EnrolmentChange.recorded_at.type),
    }
    db.session.flush()
    db.session.execute(
        sa.insert(EnrolmentChange).from_select(
            ["enrolment_id", *values], sa.select(Enrolment.id, *values.values()).where(*outdated)
        )
    )
    db.session.execute(
        sa.update(Enrolment)
        .where(*outdated)
        .values(unit_id=new_unit)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    record(
        actor.id if actor else None,
        "campaign.units_updated",
        f"campaign:{campaign.id}",
        enrolments=expected,
    )
    return expected


def freeze_tree(campaign: Campaign) -> None:
    """Keep the tree of a campaign that closes now: the units with enrolments and all above them.

    NotAllowed while enrolments still stand in units that have ended.
    """
    if list_outdated(campaign.id):
        raise NotAllowed(
            _(
                "Có phiếu học tập còn ghi ở đơn vị đã được tổ chức lại. Hãy mở mục “Cập nhật đơn "
                "vị” của đợt học, xem và cập nhật trước khi đóng."
            )
        )
    enrolled = sa.select(Enrolment.unit_id).where(Enrolment.campaign_id == campaign.id).distinct()
    query = sa.select(UnitVersion.path).where(UnitVersion.unit_id.in_(enrolled), is_present())
    wanted = {int(part) for path in db.session.scalars(query) for part in path.split("/") if part}
    columns = "unit_id name short_name sort_key parent_id path depth".split()
    kept = sa.select(sa.literal(campaign.id), *(getattr(UnitVersion, name) for name in columns))
    db.session.execute(
        sa.insert(CampaignUnit).from_select(
            ["campaign_id", *columns], kept.where(UnitVersion.unit_id.in_(wanted), is_present())
        )
    )


def answer_for_study(
    actor: Account | None, enrolment: Enrolment, unit_id: int, reason: str
) -> None:
    """Record which unit answers for the study of somebody who moves; also when it stays."""
    if enrolment.campaign.state is not CampaignState.OPEN:
        raise NotAllowed(_("Đợt học đã đóng nên không thay đổi được nữa."))
    note_change(actor, enrolment, "unit_id", str(enrolment.unit_id), str(unit_id), reason)
    enrolment.unit_id = unit_id
    db.session.flush()
