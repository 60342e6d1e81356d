"""What the component gallery (templates/patterns.html) shows: one form with a field of every kind.

For development and tests only; no feature imports this, and nothing here is stored.
"""

from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from lms.base.forms import DayField, Form
from lms.base.qr import draw_qr


class GalleryForm(Form):
    """One field of every kind."""

    title = StringField("Tên đợt học", validators=[InputRequired("Hãy nhập tên đợt học.")])
    code = StringField("Số thẻ đảng viên")
    minutes = IntegerField(
        "Thời lượng", validators=[NumberRange(1, 600, "Nhập từ 1 đến 600 phút.")]
    )
    due_on = DayField("Hạn hoàn thành")
    opens_on = DateField("Ngày mở")
    audience = SelectField(
        "Đối tượng",
        choices=[SelectChoice("", "Chọn đối tượng"), SelectChoice("member", "Đảng viên")],
    )
    obligation = RadioField(
        "Yêu cầu",
        choices=[SelectChoice("required", "Bắt buộc"), SelectChoice("voluntary", "Tự nguyện")],
        validators=[InputRequired("Hãy chọn một yêu cầu.")],
    )
    kinds = SelectMultipleField(
        "Cách tham gia được tính",
        choices=[
            SelectChoice("viewing", "Xem lại trực tuyến"),
            SelectChoice("venue", "Điểm danh tại điểm cầu"),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    agreed = BooleanField("Tôi đã đọc lại bài và muốn nộp")
    text = TextAreaField("1. Nhận thức")
    file = FileField("Tệp trình chiếu")
    password = PasswordField("Mật khẩu mới")


def gallery_context() -> dict[str, Any]:
    """The template's variables: `fresh` (untouched form) and `faulty` (a fault in every field)."""
    fresh = GalleryForm(
        formdata=None,
        data={
            "due_on": date(2026, 12, 15),
            "obligation": "required",
            "kinds": ["viewing"],
            "text": "Tôi tâm đắc nhất với việc đưa buổi học đến từng nhà.",
        },
    )
    faulty = GalleryForm(formdata=None, data={"minutes": 9000}, prefix="bad-", meta={"csrf": False})
    faulty.validate()
    for field in faulty:
        if not field.errors:
            field.errors = [f"Hãy xem lại “{field.label.text}”."]
    drawing = draw_qr("http://127.0.0.1:8000/activate")
    return {"fresh": fresh, "faulty": faulty, "drawing": drawing}
