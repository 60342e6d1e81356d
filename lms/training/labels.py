"""What kinds, states and obligations are called on pages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from lms.training.models import (
    CampaignState,
    DirectiveKind,
    MediaSource,
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
    SessionKind.LIVE_STREAM: _("Phát trực tiếp"),
    SessionKind.LIVE_LINK: _("Họp trực tuyến"),
}

MEDIA_SOURCE_LABELS = {
    MediaSource.UPLOAD: _("Tệp video tải lên"),
    MediaSource.HLS: _("Địa chỉ phát HLS (.m3u8)"),
    MediaSource.YOUTUBE: _("YouTube"),
    MediaSource.VIMEO: _("Vimeo"),
}

PARTICIPATION_KIND_LABELS = {
    ParticipationKind.VERIFIED_VIEWING: _("Xem lại, có ghi nhận"),
    ParticipationKind.LIVE_PRESENCE: _("Dự buổi phát trực tiếp"),
    ParticipationKind.VENUE_ROLL_CALL: _("Điểm danh tại điểm cầu"),
    ParticipationKind.OFFLINE_VIEWING: _("Xem khi mất mạng, gửi sau"),
    ParticipationKind.CODE_CONFIRMED: _("Họp trực tuyến, có mã xác nhận"),
    ParticipationKind.ATTESTED: _("Bí thư xác nhận"),
    ParticipationKind.SELF_DECLARED: _("Tự khai"),
}

PARTICIPATION_KIND_HINTS = {
    ParticipationKind.VERIFIED_VIEWING: _(
        "Xem bản ghi trên trang này; máy chủ thấy từng phần đã xem."
    ),
    ParticipationKind.LIVE_PRESENCE: _(
        "Có mặt trong giờ phát, trên trang này; máy chủ thấy đã ở lại bao lâu."
    ),
    ParticipationKind.VENUE_ROLL_CALL: _("Có tên trong danh sách mà điểm cầu đã chốt."),
    ParticipationKind.OFFLINE_VIEWING: _(
        "Xem lúc không có mạng, máy gửi lại sau; không kiểm được chắc như khi có mạng."
    ),
    ParticipationKind.CODE_CONFIRMED: _(
        "Nhập mã mà báo cáo viên đưa ra trong buổi họp; không biết đã dự bao lâu."
    ),
    ParticipationKind.ATTESTED: _("Bí thư xác nhận, kèm lý do và tên người xác nhận."),
    ParticipationKind.SELF_DECLARED: _("Chỉ là lời của người học, không ai kiểm: yếu nhất."),
}
"""What each kind rests on, for those who decide which ones count."""

SESSION_KIND_HINTS = {
    SessionKind.RECORDED: _(
        "Một bản ghi để xem bất cứ lúc nào trong đợt: tệp video, địa chỉ HLS, YouTube hoặc Vimeo. "
        "Phần đã xem được ghi nhận."
    ),
    SessionKind.LIVE_STREAM: _(
        "Phát trên trang này vào giờ đã định, một hay nhiều lượt. Thời gian có mặt được ghi nhận. "
        "Phát xong có thể thêm bản ghi để học bù."
    ),
    SessionKind.LIVE_LINK: _(
        "Vào phòng họp Zoom, Google Meet, Jitsi, VNPT… bằng đường dẫn, một hay nhiều lượt. Người "
        "dự xác nhận bằng mã báo cáo viên đưa ra. Họp xong có thể thêm bản ghi để học bù."
    ),
}
"""What each kind of session is, for those who make one."""

_LABELS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    DirectiveKind: DIRECTIVE_KIND_LABELS,
    CampaignState: CAMPAIGN_STATE_LABELS,
    Obligation: OBLIGATION_LABELS,
    SessionKind: SESSION_KIND_LABELS,
    MediaSource: MEDIA_SOURCE_LABELS,
    ParticipationKind: PARTICIPATION_KIND_LABELS,
}


def training_label(value: StrEnum) -> str:
    """The name of one of the values above; the filter `training_label` of templates."""
    return str(_LABELS[type(value)][value])
