"""What kinds, states and obligations are called on pages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from lms.training.models import (
    CampaignState,
    DirectiveKind,
    Obligation,
    ParticipationKind,
    SessionKind,
)

DIRECTIVE_KIND_LABELS = {
    DirectiveKind.DIRECTIVE: _("Chỉ thị"),
    DirectiveKind.RESOLUTION: _("Nghị quyết"),
    DirectiveKind.CONCLUSION: _("Kết luận"),
    DirectiveKind.GUIDANCE: _("Hướng dẫn"),
}

CAMPAIGN_STATE_LABELS = {
    CampaignState.DRAFT: _("Đang chuẩn bị"),
    CampaignState.OPEN: _("Đang mở"),
    CampaignState.CLOSED: _("Đã đóng"),
}

OBLIGATION_LABELS = {
    Obligation.REQUIRED: _("Bắt buộc"),
    Obligation.VOLUNTARY: _("Tự nguyện"),
    Obligation.NOT_ASKED: _("Không yêu cầu"),
}

SESSION_KIND_LABELS = {
    SessionKind.RECORDED: _("Xem lại"),
    SessionKind.LIVE_LINK: _("Trực tuyến"),
}

PARTICIPATION_KIND_LABELS = {
    ParticipationKind.VERIFIED_VIEWING: _("Xem lại, có ghi nhận"),
    ParticipationKind.SELF_DECLARED: _("Tự khai"),
}

_LABELS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    DirectiveKind: DIRECTIVE_KIND_LABELS,
    CampaignState: CAMPAIGN_STATE_LABELS,
    Obligation: OBLIGATION_LABELS,
    SessionKind: SESSION_KIND_LABELS,
    ParticipationKind: PARTICIPATION_KIND_LABELS,
}


def training_label(value: StrEnum) -> str:
    """The name of one of the values above; the filter `training_label` of templates."""
    return str(_LABELS[type(value)][value])
