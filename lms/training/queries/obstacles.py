"""Which studies depend on people whom a roster import added, changed or moved."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.extensions import db
from lms.people.undoing import Undoing
from lms.training.models import Campaign, CampaignState, Enrolment, EnrolmentChange
from lms.training.queries.answering import changes_unit


def studies_in_the_way(undoing: Undoing) -> Sequence[str]:
    """Sentences when people have been enrolled since the import, or were never without it; and when
    the unit that it made answer for them is history by now."""
    return [*_enrolled_since(undoing), *_closed_since(undoing), *_changed_since(undoing)]


def _enrolled_since(undoing: Undoing) -> list[str]:
    query = sa.select(sa.func.count(sa.distinct(Enrolment.member_id))).where(
        sa.or_(
            Enrolment.member_id.in_(undoing.created),
            sa.and_(
                Enrolment.enrolled_at >= undoing.since, Enrolment.member_id.in_(undoing.touched)
            ),
        )
    )
    count = db.session.scalar(query) or 0
    if not count:
        return []
    sentence = ngettext(
        "%(num)s người đã được đưa vào đợt học sau lần nhập này.",
        "%(num)s người đã được đưa vào đợt học sau lần nhập này.",
        count,
    )
    return [sentence]


def _closed_since(undoing: Undoing) -> list[str]:
    """Campaigns whose figures are settled with the new unit answering."""
    query = (
        sa.select(Campaign.name)
        .join(Enrolment, Enrolment.campaign_id == Campaign.id)
        .join(EnrolmentChange, EnrolmentChange.enrolment_id == Enrolment.id)
        .where(
            EnrolmentChange.id.in_(undoing.answered),
            changes_unit(),
            Campaign.state != CampaignState.OPEN,
        )
        .distinct()
        .order_by(Campaign.name)
    )
    return [
        _("Đợt học “%(name)s” đã đóng với đơn vị mới tính kết quả.", name=name)
        for name in db.session.scalars(query)
    ]


def _changed_since(undoing: Undoing) -> list[str]:
    """Enrolments for which yet another unit was made to answer."""
    held = sa.select(EnrolmentChange.enrolment_id).where(EnrolmentChange.id.in_(undoing.answered))
    query = sa.select(sa.func.count(sa.distinct(EnrolmentChange.enrolment_id))).where(
        EnrolmentChange.enrolment_id.in_(held),
        EnrolmentChange.id.not_in(undoing.answered),
        EnrolmentChange.field == "unit_id",
        EnrolmentChange.recorded_at >= undoing.since,
    )
    count = db.session.scalar(query) or 0
    if not count:
        return []
    sentence = ngettext(
        "%(num)s phiếu học tập đã đổi đơn vị tính kết quả sau lần nhập này.",
        "%(num)s phiếu học tập đã đổi đơn vị tính kết quả sau lần nhập này.",
        count,
    )
    return [sentence]
