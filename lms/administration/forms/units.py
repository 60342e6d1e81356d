"""Forms of the unit tree."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from lms.administration.forms.fields import DATE_HINT, DecisionForm, near
from lms.base.forms import DayField, Filled, TextField, at_most, choices_of
from lms.people.labels import KIND_LABELS, SECTOR_LABELS
from lms.units.models import UnitKind, UnitSector


class UnitForm(DecisionForm):
    name = TextField(_l("Tên đơn vị"), [Filled(_l("Hãy nhập tên đơn vị.")), at_most(200)])
    short_name = TextField(
        _l("Tên ngắn"), [at_most(100)], description=_l("Dùng trong bảng. Để trống thì như tên.")
    )
    kind = SelectField(_l("Loại"), choices=choices_of(KIND_LABELS.items()))
    sector = SelectField(_l("Khối"), choices=choices_of(SECTOR_LABELS.items()))
    founded_on = DayField(_l("Ngày thành lập"), [Filled(), near], description=DATE_HINT)

    @property
    def values(self) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "short_name": self.short_name.data,
            "kind": UnitKind(self.kind.data),
            "sector": UnitSector(self.sector.data),
            "founded_on": self.founded_on.data,
        }


class RenameUnitForm(DecisionForm):
    name = TextField(_l("Tên mới"), [Filled(_l("Hãy nhập tên đơn vị.")), at_most(200)])
    short_name = TextField(_l("Tên ngắn mới"), [at_most(100)])
    effective_on = DayField(_l("Có hiệu lực từ ngày"), [Filled(), near], description=DATE_HINT)


class MoveUnitForm(DecisionForm):
    parent = SelectField(_l("Chuyển về trực thuộc"), coerce=int)
    effective_on = DayField(_l("Có hiệu lực từ ngày"), [Filled(), near], description=DATE_HINT)
