"""Forms of mergers, divisions and dissolutions."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from lms.administration.forms.fields import DATE_HINT, near, number_or_none
from lms.base.forms import DayField, Filled, Form, TextField, at_most, choices_of
from lms.people.labels import KIND_LABELS, SECTOR_LABELS
from lms.people.models import Member, Standing
from lms.units.changes import DecisionValues
from lms.units.models import UnitKind, UnitSector, UnitVersion
from lms.units.services import Target

NEW = "new"


class EndingForm(Form):
    """What every change that ends a unit asks: from when, by which decision."""

    effective_on = DayField(_l("Có hiệu lực từ ngày"), [Filled(), near], description=DATE_HINT)
    decision_number = TextField(
        _l("Số quyết định"), [Filled(_l("Hãy nhập số quyết định.")), at_most(60)]
    )
    decision_date = DayField(
        _l("Ngày quyết định"), [Filled(_l("Hãy nhập ngày quyết định."))], description=DATE_HINT
    )
    decision_issuer = TextField(
        _l("Cơ quan ban hành"), [Filled(_l("Hãy nhập cơ quan ban hành.")), at_most(200)]
    )

    @property
    def decision(self) -> DecisionValues:
        return DecisionValues(
            self.decision_number.data or "",
            self.decision_date.data,
            self.decision_issuer.data or "",
        )


class MergeForm(EndingForm):
    """Into which of the chosen units, or into which new one."""

    target = RadioField(_l("Hợp nhất thành"))
    name = TextField(_l("Tên đơn vị mới"), [at_most(200)])
    short_name = TextField(
        _l("Tên ngắn"), [at_most(100)], description=_l("Dùng trong bảng. Để trống thì như tên.")
    )
    kind = SelectField(_l("Loại"), choices=choices_of(KIND_LABELS.items()))
    sector = SelectField(_l("Khối"), choices=choices_of(SECTOR_LABELS.items()))
    parent = SelectField(_l("Trực thuộc"), coerce=int)

    def validate_name(self, field: Any) -> None:
        if self.target.data == NEW and not field.data:
            raise ValidationError(_("Hãy nhập tên đơn vị mới."))

    def chosen_target(self) -> Target:
        if self.target.data != NEW:
            return Target(unit_id=int(self.target.data))
        return Target(
            name=self.name.data or "",
            short_name=self.short_name.data or "",
            kind=UnitKind(self.kind.data),
            sector=UnitSector(self.sector.data),
            parent_id=self.parent.data,
        )


class DissolveForm(EndingForm):
    """Into which unit what is left goes."""

    target = SelectField(_l("Người và đơn vị cấp dưới chuyển về"), coerce=int)


class SplitForm(EndingForm):
    """Where the children and the people of a unit go; `build` adds a field for each of them."""

    default = RadioField(_l("Phần còn lại, và mọi số liệu cũ không nêu tên, về"), coerce=int)
    rule = SelectField(
        _l("Chia người theo quy tắc"),
        choices=choices_of(
            [
                ("", _l("Không dùng quy tắc")),
                ("exempt", _l("Người được miễn công tác và sinh hoạt")),
                ("probationary", _l("Đảng viên dự bị")),
                ("age", _l("Người từ số tuổi dưới đây trở lên")),
            ]
        ),
        description=_l("Người được chọn riêng ở dưới thì theo lựa chọn riêng."),
    )
    rule_age = IntegerField(
        _l("Số tuổi"), [Optional(), NumberRange(18, 120, _l("Hãy nhập từ 18 đến 120 tuổi."))]
    )
    rule_target = SelectField(_l("Những người ấy về"), coerce=number_or_none)

    def validate_rule_age(self, field: Any) -> None:
        if self.rule.data == "age" and field.data is None:
            raise ValidationError(_("Hãy nhập số tuổi."))

    def validate_rule_target(self, field: Any) -> None:
        if self.rule.data and field.data is None:
            raise ValidationError(_("Hãy chọn đơn vị cho những người theo quy tắc."))

    @classmethod
    def build(
        cls,
        targets: Sequence[str],
        children: Sequence[UnitVersion],
        members: Sequence[Member],
        **values: Any,
    ) -> "SplitForm":
        """The form for one unit: `targets` are names; fields child_<id> and member_<id>."""
        places = list(enumerate(targets, start=1))
        choices = choices_of([("", _("Theo phần còn lại")), *places])
        by_rule = choices_of([("", _("Theo quy tắc chung")), *places])
        fields = {
            f"child_{child.unit_id}": SelectField(
                child.name, choices=choices, coerce=number_or_none
            )
            for child in children
        } | {
            f"member_{member.id}": SelectField(member.name, choices=by_rule, coerce=number_or_none)
            for member in members
        }
        form: SplitForm = type("SplitFormOfUnit", (cls,), fields)(**values)
        form.default.choices = choices_of(places)
        form.rule_target.choices = choices_of([("", _("Hãy chọn đơn vị")), *places])
        return form

    def children(self) -> dict[int, int]:
        """Child id to the number of its target (from 0), of those that were placed."""
        return {
            int(field.short_name.removeprefix("child_")): field.data - 1
            for field in self
            if field.short_name.startswith("child_") and field.data
        }

    def members(self, people: Sequence[Member]) -> dict[int, int]:
        """Member id to the number of their target (from 0), by name or by the rule."""
        placed = {}
        for member in people:
            number = self[f"member_{member.id}"].data
            if number is None and self._falls_under_rule(member):
                number = self.rule_target.data
            if number is not None:
                placed[member.id] = number - 1
        return placed

    def _falls_under_rule(self, member: Member) -> bool:
        if self.rule.data == "exempt":
            return member.is_exempt
        if self.rule.data == "probationary":
            return member.standing is Standing.PROBATIONARY
        if self.rule.data == "age" and member.birth_year is not None:
            return self.effective_on.data.year - member.birth_year >= (self.rule_age.data or 0)
        return False
