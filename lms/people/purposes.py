"""What people's data are used for: by duty (told, not asked) or by consent (asked, unticked)."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from lms.people.models.privacy import Purpose


@dataclass(frozen=True)
class Use:
    """One use of data, in two lines."""

    title: Any
    text: Any


DUTIES = (
    Use(
        _("Theo dõi việc học"),
        _("Họ tên, số thẻ, đơn vị, chức vụ và kết quả học, theo quy định về học tập của tổ chức."),
    ),
    Use(
        _("Bảo vệ tài khoản"),
        _("Các lần đăng nhập và nhật ký, để biết ai đã làm gì."),
    ),
)
"""Uses that rest on the organisation's own rules; nobody is asked, everybody is told."""

CONSENTS = {
    Purpose.ANSWER_LETTERS: Use(
        _("Gửi thư điện tử khi yêu cầu của tôi được trả lời"),
        _(
            "Câu trả lời về dữ liệu cá nhân được gửi tới thư điện tử của tài khoản. Không đồng ý "
            "thì đọc ở trang Dữ liệu của tôi, hoặc nhận bản in."
        ),
    ),
}
"""Uses that need a consent of their own, as far as the product has such. Study goes on without."""

FIRST_NOTICE = """<p>Hệ thống giữ họ tên, số thẻ, đơn vị, chức vụ, liên hệ và kết quả học tập.</p>
<h2>Ai xem được</h2>
<p>Đồng chí, người quản trị, người tổ chức học tập và người kiểm tra, giám sát của cấp mình.
Người chấm bài không thấy tên người viết.</p>
<h2>Giữ bao lâu</h2>
<p>Khi đồng chí còn sinh hoạt; rời tổ chức quá 5 năm thì tên được thay bằng bí danh.</p>
<h2>Quyền của đồng chí</h2>
<p>Xem, tải về, yêu cầu sửa hoặc xóa ở trang Dữ liệu của tôi.</p>"""
"""The first draft of a notice, for the organisation to make its own."""
