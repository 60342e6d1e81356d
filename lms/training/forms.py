"""Forms of directives and materials. Whether the values may stand is the services' to say."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField
from wtforms.validators import ValidationError

from lms.base.editing import EditingForm
from lms.base.forms import (
    DayField,
    Filled,
    MomentField,
    RichTextField,
    TextField,
    at_most,
    choices_of,
)
from lms.training.labels import DIRECTIVE_KIND_LABELS
from lms.training.models import DirectiveKind

DOCUMENT_HINT = _l("PDF, Word, PowerPoint hoặc Excel, tối đa 50 MB.")
DOCUMENT_ENDINGS = ".pdf,.docx,.pptx,.xlsx"


class DirectiveForm(EditingForm):
    kind = SelectField(
        _l("Loại văn bản"),
        choices=choices_of(DIRECTIVE_KIND_LABELS.items()),
        coerce=DirectiveKind,
    )
    issuer = TextField(
        _l("Cơ quan ban hành"), [Filled(_l("Hãy ghi cơ quan ban hành.")), at_most(200)]
    )
    symbol = TextField(
        _l("Số và ký hiệu"),
        [Filled(_l("Hãy ghi số và ký hiệu, ví dụ 01-CT/TW.")), at_most(60)],
        description=_l("Ví dụ 01-CT/TW."),
    )
    issued_on = DayField(
        _l("Ngày ban hành"),
        [Filled(_l("Hãy ghi ngày ban hành, ví dụ 15/3/2026."))],
        description=_l("Ví dụ 15/3/2026."),
    )
    title = TextField(_l("Trích yếu"), [Filled(_l("Hãy ghi trích yếu của văn bản.")), at_most(300)])
    body = RichTextField(
        _l("Nội dung"),
        description=_l(
            "Để một dòng trống giữa các đoạn. Dùng được thẻ HTML đơn giản: "
            "tiêu đề, danh sách, in đậm, bảng."
        ),
    )
    file = FileField(
        _l("Tệp văn bản"),
        description=DOCUMENT_HINT,
        render_kw={"accept": DOCUMENT_ENDINGS},
    )
    removes_file = BooleanField(_l("Bỏ tệp đang có"))


class MaterialForm(EditingForm):
    title = TextField(
        _l("Tên tài liệu"),
        [at_most(200)],
        description=_l("Để trống thì lấy tên của tệp."),
    )
    published_at = MomentField(
        _l("Công bố lúc"),
        [Filled(_l("Hãy ghi giờ và ngày công bố, ví dụ 19:30 15/12/2026."))],
        description=_l("Người học mở được từ lúc này. Ví dụ 19:30 15/12/2026."),
    )
    file = FileField(
        _l("Tệp"),
        description=DOCUMENT_HINT,
        render_kw={"accept": DOCUMENT_ENDINGS},
    )


class NewMaterialForm(MaterialForm):
    """As above; without a file there is no material."""

    def validate_file(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Hãy chọn tệp tài liệu."))
