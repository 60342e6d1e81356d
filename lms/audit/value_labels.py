"""What the values of the record's details are called, where they come from a closed set.

Every key of a detail has its words here, or is open: a number, a name, a day, what people typed.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

_PROOFS = {
    "activation": _("Phiếu kích hoạt"),
    "assisted_reset": _("Mã do bí thư cấp"),
    "mailed_reset": _("Liên kết trong thư điện tử"),
}
_STANDINGS = {
    "full": _("Đảng viên chính thức"),
    "probationary": _("Đảng viên dự bị"),
    "guest": _("Quần chúng"),
}

VALUE_LABELS: Mapping[str, Mapping[str, Any]] = {
    "as_of": {"then": _("Như lúc đợt học đóng")},
    "by": _PROOFS,
    "way": {
        **_PROOFS,
        "password": _("Mật khẩu"),
        "outside": _("Tài khoản của tổ chức"),
        "first_password": _("Mật khẩu lần đầu đã hết hạn"),
        "second_step": _("Xác thực hai bước"),
        "code": _("Mã trên phiếu, hoặc mã do bí thư cấp"),
    },
    "step": {"app": _("Mã từ ứng dụng"), "recovery": _("Mã dự phòng")},
    "decision": {
        "accepted": _("Đang giải quyết"),
        "done": _("Đã làm"),
        "refused": _("Từ chối"),
    },
    "kind": {
        "correction": _("Sửa thông tin sai"),
        "erasure": _("Xóa dữ liệu của tôi"),
        "objection": _("Phản đối hoặc hạn chế một việc dùng dữ liệu"),
    },
    "purpose": {
        "answer_letters": _("Gửi thư điện tử khi yêu cầu của tôi được trả lời"),
        "reminders": _("Nhắc việc qua thư điện tử hoặc tin nhắn"),
        "essay_examples": _("Dùng bài thu hoạch làm bài mẫu"),
    },
    "format": {"json": _("Tệp JSON"), "pdf": _("Tệp PDF")},
    "reason": {"erasure": _("Xóa dữ liệu của một người"), "retention": _("Hết thời hạn giữ")},
    "standing": _STANDINGS,
    "standings": _STANDINGS,
    "post_ranks": {
        "unit_head": _("Người đứng đầu"),
        "key_cadre": _("Cán bộ chủ chốt"),
        "other": _("Chức vụ khác"),
    },
    "sectors": {
        "ward": _("Phường, tổ dân phố"),
        "enterprise": _("Doanh nghiệp"),
        "administration": _("Cơ quan hành chính"),
        "school": _("Trường học"),
        "armed_forces": _("Lực lượng vũ trang"),
        "health": _("Y tế"),
        "other": _("Khác"),
    },
    "field": {
        "audience_id": _("Đối tượng"),
        "due_at": _("Hạn"),
        "excused_at": _("Miễn từ lúc"),
        "unit_id": _("Đơn vị"),
        "withdrawn_at": _("Ra khỏi đợt học từ lúc"),
    },
    "measure": {
        "required": _("Phải học"),
        "fulfilled": _("Đã xong đúng hạn"),
        "late": _("Xong muộn"),
        "unfulfilled": _("Chưa xong"),
        "by-verified-viewing": _("Xong bằng xem lại, có ghi nhận"),
        "by-live-presence": _("Xong bằng dự buổi phát trực tiếp"),
        "by-venue-roll-call": _("Xong bằng điểm danh tại điểm cầu"),
        "by-offline-viewing": _("Xong bằng xem khi mất mạng"),
        "by-code-confirmed": _("Xong bằng mã xác nhận"),
        "by-attested": _("Xong bằng xác nhận của bí thư"),
        "by-self-declared": _("Xong bằng tự khai"),
        "excused": _("Được miễn, hoãn"),
        "withdrawn": _("Đã ra khỏi đợt học"),
        "viewing-asked": _("Phải xem buổi học"),
        "viewing-met": _("Đã xem đủ"),
        "quiz-asked": _("Phải làm trắc nghiệm"),
        "quiz-met": _("Đạt trắc nghiệm"),
        "essay-asked": _("Phải viết bài thu hoạch"),
        "essay-in": _("Đã nộp bài đúng hạn"),
        "essay-late": _("Nộp bài muộn"),
        "essay-missing": _("Chưa nộp bài"),
        "essay-released": _("Đã có điểm"),
        "volunteers": _("Tự nguyện"),
        "volunteers-fulfilled": _("Tự nguyện, đã xong"),
        "volunteers-essay-in": _("Tự nguyện, đã nộp bài"),
    },
    "media_source": {
        "upload": _("Tệp video tải lên"),
        "hls": _("Địa chỉ phát HLS (.m3u8)"),
        "youtube": "YouTube",
        "vimeo": "Vimeo",
    },
    "why": {
        "match": _("Không khớp với ai ở đây"),
        "provider": _("Hệ thống kia không trả lời đúng"),
        "state": _("Lượt đăng nhập đã cũ, hoặc bắt đầu ở trình duyệt khác"),
        "the provider refused": _("Hệ thống kia từ chối"),
        "token": _("Xác nhận của hệ thống kia không đúng"),
    },
}
"""{key: {value: words}}. A value may go on after a colon, and what is not here stands as it is."""

OPEN_KEYS = frozenset(
    """
    after applied asked at_exit attempts_allowed audience_id bank_id before blanked_by body
    body_length campaign_id captions_id changed closes_at code columns count decision_number
    declared_at directives doubtful due_at effective_on enrolled enrolment_id enrolments essays
    file_id file_name forced in_new_units is_exempt is_shuffled issued_on issuer join_url
    least_age leaving left_on media_url minutes missing most_age moved name new notice_id number
    old old_name old_parent_id old_unit_id opens_at parent_id people place position published_at
    question_count records release_id reorganisation_id replaces_id request_id reviewer_id
    reviewers role rows rules run_id runs seed session_id starts_at studies_kept studies_moved
    summary symbol table task_id title to to_new_unit unchanged unit_id unit_ids units until
    version video_id words
    """.split()
)


def value_label(key: str, value: Any) -> Any:
    """A value in words, where this key has a closed set of them."""
    words = VALUE_LABELS.get(key)
    if words is None or not isinstance(value, str):
        return value
    head, colon, rest = value.partition(": ")
    if value in words or head not in words:
        return words.get(value, value)
    return f"{words[head]}{colon}{rest}"
