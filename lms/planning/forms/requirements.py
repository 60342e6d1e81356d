"""The requirement matrix: a row for each audience."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, IntegerField, RadioField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from lms.base.editing import EditingForm
from lms.base.errors import DomainError
from lms.base.form_messages import OurTranslations
from lms.base.forms import ChecksField, MomentField, TextField, at_most, choices_of
from lms.planning.forms.moments import MOMENT_HINT
from lms.training.labels import OBLIGATION_LABELS, PARTICIPATION_KIND_LABELS
from lms.training.models import Obligation, Requirement
from lms.training.participation import USUALLY_ACCEPTED

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
        _l("Buổi học được tính là đã dự khi có"),
        choices=choices_of(PARTICIPATION_KIND_LABELS.items()),
        description=_l("Mỗi hình thức được ghi riêng, không gộp vào nhau; mạnh nhất ở trên."),
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
