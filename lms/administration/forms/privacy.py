"""Forms of privacy for the administrator: answer, extend, the notice, erase."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from lms.base.editing import EditingForm
from lms.base.forms import Filled, Form, LinesField, TextField, at_most, choices_of
from lms.people.models import RequestState


class AnswerForm(Form):
    state = RadioField(
        _l("Kết quả"),
        [Filled(_l("Hãy chọn đã làm hoặc từ chối."))],
        choices=choices_of(
            [(RequestState.DONE, _l("Đã làm")), (RequestState.REFUSED, _l("Từ chối"))]
        ),
    )
    answer = LinesField(
        _l("Trả lời đồng chí ấy"),
        [Filled(_l("Hãy viết câu trả lời cho đồng chí ấy.")), at_most(4000)],
        description=_l("Nói đã làm gì, hoặc vì sao từ chối và có thể khiếu nại ở đâu."),
    )


class ExtensionForm(Form):
    reason = LinesField(_l("Lý do gia hạn"), [Filled(_l("Hãy ghi lý do gia hạn.")), at_most(2000)])


class NoticeForm(EditingForm):
    """The text as people type it: no markup (lms/base/plain_prose.py)."""

    title = TextField(_l("Tên thông báo"), [Filled(), at_most(200)])
    body = LinesField(
        _l("Nội dung"),
        [Filled(_l("Hãy viết nội dung thông báo.")), at_most(20_000)],
        description=_l(
            "Giữ dữ liệu gì, để làm gì, bao lâu, ai xem được, hỏi ai. Cách một dòng trống là đoạn "
            "mới; dòng bắt đầu bằng dấu # là tiểu mục, bằng dấu - là một ý trong danh sách."
        ),
    )


class ErasureForm(Form):
    name = TextField(
        _l("Gõ lại họ và tên để xác nhận"), [Filled(_l("Hãy gõ họ và tên.")), at_most(120)]
    )
    answer = LinesField(
        _l("Trả lời người ấy"),
        [at_most(4000)],
        description=_l("Nói đã xóa gì, còn giữ gì, và có thể khiếu nại ở đâu."),
    )
    force_reason = TextField(
        _l("Lý do vẫn phải xóa"),
        [at_most(300)],
        description=_l("Chỉ cần khi người ấy còn trong đợt học đang mở. Đừng ghi tên người."),
    )
