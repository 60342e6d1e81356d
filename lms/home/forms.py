"""Forms about one's own data: consents by purpose, a request."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from lms.base.forms import ChecksField, Filled, Form, LinesField, at_most, choices_of
from lms.people.labels import REQUEST_KIND_LABELS
from lms.people.models import Purpose, RequestKind
from lms.people.purposes import CONSENTS


class ConsentForm(Form):
    """Each purpose by itself; none is ticked before the person ticks it."""

    notice = HiddenField()
    next = HiddenField()
    purposes = ChecksField(
        _l("Tôi đồng ý cho dùng dữ liệu vào việc"),
        choices=choices_of((purpose, use.title) for purpose, use in CONSENTS.items()),
    )

    @property
    def wanted(self) -> set[Purpose]:
        return {Purpose(value) for value in self.purposes.data or ()}


class DataRequestForm(Form):
    kind = RadioField(
        _l("Đồng chí muốn"),
        [Filled(_l("Hãy chọn một việc."))],
        choices=choices_of(REQUEST_KIND_LABELS.items()),
        validate_choice=False,
    )
    about = LinesField(
        _l("Cụ thể là gì?"),
        [Filled(_l("Hãy viết cụ thể.")), at_most(2000)],
        description=_l("Ví dụ: ngày sinh ghi là 5/3/1962, đúng phải là 3/5/1962."),
    )
    reason = LinesField(_l("Vì sao?"), [at_most(2000)])

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in set(RequestKind):
            raise ValueError(str(_l("Hãy chọn một việc.")))
