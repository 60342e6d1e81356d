"""A person's enrolments: shown, erased down to the bare result; see lms/people/personal_data.py."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.base import clock
from lms.extensions import db
from lms.people.personal_data import Item, Person, Provider, Section
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    EnrolmentChange,
    Material,
    MaterialOpening,
    Obligation,
)

ERASED_TEXT = "–"


def enrolments_of(person: Person) -> Any:
    """A query of the ids of a person's enrolments; providers above build on it."""
    return sa.select(Enrolment.id).where(Enrolment.member_id == person.member_id)


def closed_before(moment: datetime) -> Any:
    """A query of the ids of enrolments in campaigns that closed before a moment."""
    return (
        sa.select(Enrolment.id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(Campaign.closed_at < moment)
    )


def _export(person: Person) -> list[Section]:
    if person.member_id is None:
        return []
    rows = db.session.execute(
        sa.select(Enrolment, Campaign.name)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(Enrolment.member_id == person.member_id)
        .order_by(Enrolment.enrolled_at.desc())
    ).all()
    openings = db.session.execute(
        sa.select(Material.title, MaterialOpening.opened_at)
        .join(Material, Material.id == MaterialOpening.material_id)
        .where(MaterialOpening.enrolment_id.in_(enrolments_of(person)))
        .order_by(MaterialOpening.opened_at)
    )
    changes = db.session.scalars(
        sa.select(EnrolmentChange)
        .where(EnrolmentChange.enrolment_id.in_(enrolments_of(person)))
        .order_by(EnrolmentChange.recorded_at)
    )
    return [
        Section("enrolments", _("Các đợt học"), [_study(one, name) for one, name in rows]),
        Section(
            "openings",
            _("Tài liệu đã mở"),
            [[(_("Tài liệu"), title), (_("Lúc"), at)] for title, at in openings],
        ),
        Section(
            "changes",
            _("Thay đổi của phiếu học tập"),
            [
                [(_("Lúc"), one.recorded_at), (_("Mục"), one.field), (_("Lý do"), one.reason)]
                for one in changes
            ],
        ),
    ]


def _study(one: Enrolment, campaign: str) -> Item:
    is_released = one.essay_released_at is not None
    required = one.obligation is Obligation.REQUIRED
    return [
        (_("Đợt học"), campaign),
        (_("Nghĩa vụ"), _("Bắt buộc") if required else _("Tự nguyện")),
        (_("Hạn"), one.due_at),
        (_("Đã xem"), f"{round(one.viewing_ratio * 100)} %"),
        (_("Đạt phần xem lúc"), one.sessions_met_at),
        (
            _("Trắc nghiệm tốt nhất"),
            None if one.quiz_best_ratio is None else f"{round(one.quiz_best_ratio * 100)} %",
        ),
        (_("Nộp bài thu hoạch lúc"), one.essay_submitted_at),
        (_("Điểm"), one.essay_mark if is_released else None),
        (_("Xếp mức"), one.essay_band if is_released else None),
        (_("Hoàn thành lúc"), one.fulfilled_at),
        (_("Lý do miễn, hoãn"), one.excuse_reason),
        (_("Lý do ra khỏi đợt học"), one.withdrawal_reason),
    ]


def _erase(person: Person, pseudonym: str) -> dict[str, int]:
    if person.member_id is None:
        return {}
    for column in (Enrolment.excuse_reason, Enrolment.withdrawal_reason):
        db.session.execute(
            sa.update(Enrolment)
            .where(Enrolment.member_id == person.member_id, column.is_not(None))
            .values({column: ERASED_TEXT})
        )
    result = db.session.execute(
        sa.update(EnrolmentChange)
        .where(
            EnrolmentChange.enrolment_id.in_(enrolments_of(person)),
            EnrolmentChange.reason != ERASED_TEXT,
        )
        .values(reason=ERASED_TEXT),
        execution_options={"synchronize_session": False},
    )
    return {"enrolment_change": int(result.rowcount)}  # type: ignore[attr-defined]


def _subjects(person: Person) -> list[str]:
    return [f"enrolment:{one}" for one in db.session.scalars(enrolments_of(person))]


def _obstacles(person: Person) -> list[str]:
    names = db.session.scalars(
        sa.select(Campaign.name)
        .join(Enrolment, Enrolment.campaign_id == Campaign.id)
        .where(
            Enrolment.member_id == person.member_id,
            Enrolment.withdrawn_at.is_(None),
            Campaign.state == CampaignState.OPEN,
            Campaign.closes_at >= clock.now(),
        )
    )
    return [_("Đợt học còn mở: %(name)s", name=name) for name in names]


PROVIDER = Provider(
    "training", export=_export, erase=_erase, subjects=_subjects, obstacles=_obstacles
)
