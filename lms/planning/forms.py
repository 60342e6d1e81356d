"""Forms of the planner. Whether the values may stand together is the services' to say."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from lms.base.editing import EditingForm
from lms.base.errors import DomainError
from lms.base.form_messages import OurTranslations
from lms.base.forms import (
    ChecksField,
    Filled,
    Form,
    LinesField,
    MomentField,
    TextField,
    at_most,
    choices_of,
)
from lms.training.labels import OBLIGATION_LABELS, PARTICIPATION_KIND_LABELS
from lms.training.models import Obligation, Requirement
from lms.training.participation import USUALLY_ACCEPTED

MOMENT_HINT = _l("Ví dụ 19:30 15/12/2026.")
NO_MOMENT = _l("Hãy ghi giờ và ngày, ví dụ 19:30 15/12/2026.")


class CampaignForm(EditingForm):
    name = TextField(_l("Tên đợt học"), [Filled(_l("Hãy đặt tên cho đợt học.")), at_most(200)])
    summary = LinesField(_l("Giới thiệu ngắn"), [at_most(2000)])
    unit_id = SelectField(
        _l("Đơn vị"),
        coerce=int,
        description=_l("Mọi người trong đơn vị này và các đơn vị cấp dưới thuộc về đợt học."),
    )
    directives = ChecksField(_l("Văn bản học"), coerce=int)
    opens_at = MomentField(_l("Bắt đầu lúc"), [Filled(NO_MOMENT)], description=MOMENT_HINT)
    closes_at = MomentField(_l("Kết thúc lúc"), [Filled(NO_MOMENT)], description=MOMENT_HINT)


class SessionForm(EditingForm):
    """What recordings and live sessions have in common."""

    title = TextField(_l("Tên buổi học"), [Filled(_l("Hãy đặt tên cho buổi học.")), at_most(200)])
    summary = LinesField(_l("Nội dung chính"), [at_most(2000)])
    directives = ChecksField(_l("Buổi học nói đến văn bản"), coerce=int)
    speakers = ChecksField(_l("Báo cáo viên"), coerce=int)
    published_at = MomentField(
        _l("Công bố lúc"),
        [Filled(NO_MOMENT)],
        description=_l("Người học thấy buổi học từ lúc này. Ví dụ 19:30 15/12/2026."),
    )


def _position() -> IntegerField:
    """The last field of both pages; fields stand in the order in which they are made."""
    return IntegerField(
        _l("Thứ tự trong đợt học"),
        [Optional(), NumberRange(1, 1000)],
        description=_l("Để trống thì xếp sau cùng."),
    )


class RecordingForm(SessionForm):
    video = FileField(
        _l("Video"),
        description=_l("MP4 (H.264), tối đa 1 GB."),
        render_kw={"accept": ".mp4,.m4v"},
    )
    captions = FileField(
        _l("Phụ đề"),
        description=_l("WebVTT (.vtt), tối đa 1 MB. Người nghe kém cần có phụ đề."),
        render_kw={"accept": ".vtt"},
    )
    poster = FileField(
        _l("Ảnh bìa"),
        description=_l("JPEG, PNG hoặc WebP, tối đa 5 MB."),
        render_kw={"accept": ".jpg,.jpeg,.png,.webp"},
    )
    is_required = BooleanField(_l("Tính vào phần phải xem"))
    position = _position()


class LiveSessionForm(SessionForm):
    starts_at = MomentField(_l("Bắt đầu lúc"), [Filled(NO_MOMENT)], description=MOMENT_HINT)
    ends_at = MomentField(_l("Kết thúc lúc"), [Filled(NO_MOMENT)], description=MOMENT_HINT)
    url = TextField(
        _l("Địa chỉ tham gia"),
        [Filled(_l("Hãy dán địa chỉ để vào buổi học.")), at_most(500)],
        description=_l("Bắt đầu bằng https://."),
        render_kw={"inputmode": "url", "autocomplete": "off"},
    )
    position = _position()


PARTS = (
    ("materials", _l("Đọc tài liệu")),
    ("sessions", _l("Xem buổi học")),
    ("quiz", _l("Trắc nghiệm")),
    ("essay", _l("Bài thu hoạch")),
)
COUNTED = (
    ("quiz", _l("Trắc nghiệm phải đạt")),
    ("essay", _l("Bài thu hoạch phải nộp")),
)


class RequirementRow(PlainForm):
    """One audience's row of the matrix."""

    class Meta:
        def get_translations(self, form: Any) -> OurTranslations:
            return OurTranslations()

    summary_name = ""
    """What the error summary calls this row: its audience."""

    audience_id = HiddenField()
    obligation = RadioField(
        _l("Đối tượng này"), choices=choices_of(OBLIGATION_LABELS.items()), coerce=Obligation
    )
    asks = ChecksField(_l("Cần làm"), choices=choices_of(PARTS))
    counts = ChecksField(_l("Ngoài xem buổi học, tham gia còn tính"), choices=choices_of(COUNTED))
    least_coverage = IntegerField(_l("Phải xem ít nhất"), [NumberRange(1, 100)])
    quiz_pass = IntegerField(_l("Trắc nghiệm đạt từ"), [NumberRange(0, 100)])
    due_at = MomentField(_l("Hạn hoàn thành"), [Optional()], description=MOMENT_HINT)
    accepted_kinds = ChecksField(
        _l("Buổi học được tính khi"), choices=choices_of(PARTICIPATION_KIND_LABELS.items())
    )

    @property
    def is_locked(self) -> bool:
        """Whether only the due moment can change, because people are enrolled already."""
        return "obligation" not in self._fields

    def lock(self) -> None:
        """Leave the due moment alone."""
        for name in list(self._fields):
            if name not in ("audience_id", "due_at"):
                del self[name]


class RequirementsForm(EditingForm):
    rows = FieldList(FormField(RequirementRow), _l("Yêu cầu"))
    reason = TextField(
        _l("Lý do đổi hạn"),
        [at_most(300)],
        description=_l("Cần ghi khi đổi hạn của đối tượng đã có người học."),
    )

    def add_error(self, error: DomainError) -> None:
        """Also at a field of a row, named rows-<index>-<field>."""
        parts = (error.field or "").split("-", 2)
        if len(parts) == 3 and parts[0] == "rows":
            row = self.rows.entries[int(parts[1])]
            inner = row.form[parts[2]]
            inner.errors = [*inner.errors, error.message]
            self.rows.errors = [entry.errors for entry in self.rows.entries]
            return
        super().add_error(error)


def row_values(audience_id: int, requirement: Requirement | None, **fresh: Any) -> dict[str, Any]:
    """What a row starts with: what is there, or for a new audience the usual and `fresh`."""
    if requirement is None:
        return {
            "audience_id": audience_id,
            "asks": [key for key, _label in PARTS],
            "counts": [],
            "least_coverage": 80,
            "quiz_pass": 50,
            "accepted_kinds": list(USUALLY_ACCEPTED),
            **fresh,
        }
    return {
        "audience_id": audience_id,
        "obligation": requirement.obligation,
        "asks": [key for key, _label in PARTS if getattr(requirement, f"asks_{key}")],
        "counts": [key for key, _label in COUNTED if getattr(requirement, f"counts_{key}")],
        "least_coverage": round(requirement.least_coverage * 100),
        "quiz_pass": round(requirement.quiz_pass_ratio * 100),
        "accepted_kinds": list(requirement.accepted_kinds),
        "due_at": requirement.due_at,
    }


def row_ids(form: RequirementsForm) -> Sequence[str]:
    """The audience each row says it is of."""
    return [str(row.form.audience_id.data) for row in form.rows.entries]


class OpeningForm(Form):
    opens_anyway = BooleanField(_l("Tôi biết còn thiếu những mục trên và vẫn mở"))


class TopUpForm(Form):
    due_at = MomentField(
        _l("Hạn của những người vào sau"),
        [Filled(NO_MOMENT)],
        description=_l("Ai có hạn chung muộn hơn thì theo hạn chung. Ví dụ 19:30 15/12/2026."),
    )


class ReasonForm(Form):
    """Excusing, withdrawing, taking either back."""

    reason = TextField(_l("Lý do"), [Filled(_l("Hãy ghi lý do.")), at_most(300)])


class ExtensionForm(ReasonForm):
    due_at = MomentField(_l("Hạn mới"), [Filled(NO_MOMENT)], description=MOMENT_HINT)
