"""What several of the administrator's forms share."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField
from wtforms.validators import ValidationError

from lms.base import clock
from lms.base.forms import DayField, Filled, Form, TextField, at_most

DATE_HINT = _l("Ngày/tháng/năm, ví dụ 01/07/2025.")


FARTHEST = timedelta(days=365)


def near(form: Any, field: Any) -> None:
    """Refuse a day so far ahead that its year must be a slip."""
    if field.data and field.data > clock.today() + FARTHEST:
        raise ValidationError(_("Ngày này còn hơn một năm nữa. Hãy kiểm tra lại năm."))


def number_or_none(value: Any) -> int | None:
    """For a list whose first choice is empty."""
    return int(value) if value else None


class UnitField(SelectField):
    """A unit that has to be chosen; the page may offer an empty choice first."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        filled = Filled(_l("Hãy chọn đơn vị."))
        super().__init__(label, [filled], coerce=number_or_none, **kwargs)


DECISION_FIELDS = ("decision_number", "decision_date", "decision_issuer")


class DecisionForm(Form):
    """The paper behind a change; all three or none. The form's own fields come before it."""

    decision_number = TextField(_l("Số quyết định"), [at_most(60)])
    decision_date = DayField(_l("Ngày quyết định"))
    decision_issuer = TextField(_l("Cơ quan ban hành"), [at_most(200)])

    def __iter__(self) -> Iterator[Field]:
        paper = [field for field in super().__iter__() if field.short_name in DECISION_FIELDS]
        own = [field for field in super().__iter__() if field.short_name not in DECISION_FIELDS]
        return iter([*own, *paper])

    def validate_decision_number(self, field: Any) -> None:
        given = [bool(field.data), bool(self.decision_date.data), bool(self.decision_issuer.data)]
        if any(given) and not all(given):
            raise ValidationError(
                _("Hãy ghi đủ số, ngày và cơ quan ban hành quyết định, hoặc để trống cả ba.")
            )
