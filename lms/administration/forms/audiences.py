"""The form of an audience and its rules."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from lms.base.editing import EditingForm
from lms.base.forms import ChecksField, Filled, LinesField, TextField, at_most, choices_of
from lms.people.labels import RANK_LABELS, SECTOR_LABELS, STANDING_LABELS

MOST_UNITS = 200
MOST_PEOPLE = 2000


class AudienceForm(EditingForm):
    """An audience: one rule whose criteria must all hold, and a list of names beside it.

    Units and people are looked for by name and ticked; the view sets both fields' choices.
    """

    name = TextField(_l("Tên đối tượng"), [Filled(_l("Hãy nhập tên đối tượng.")), at_most(120)])
    position = IntegerField(
        _l("Thứ tự xét"),
        [
            Filled(_l("Hãy nhập số từ 1 đến 999.")),
            NumberRange(1, 999, _l("Hãy nhập số từ 1 đến 999.")),
        ],
        description=_l("Số nhỏ được xét trước; người khớp đầu tiên thì dừng."),
    )
    post_ranks = ChecksField(_l("Giữ chức vụ thuộc nhóm"), choices=choices_of(RANK_LABELS.items()))
    sectors = ChecksField(_l("Đơn vị thuộc khối"), choices=choices_of(SECTOR_LABELS.items()))
    units = ChecksField(_l("Thuộc đơn vị này hoặc đơn vị cấp dưới"), coerce=int)
    unit_search = TextField(_l("Tìm đơn vị theo tên, không cần dấu"), [at_most(80)])
    standings = ChecksField(_l("Diện"), choices=choices_of(STANDING_LABELS.items()))
    exemption = SelectField(
        _l("Miễn công tác và sinh hoạt"),
        choices=choices_of(
            [("", _l("Không xét")), ("yes", _l("Được miễn")), ("no", _l("Không được miễn"))]
        ),
    )
    least_age = IntegerField(
        _l("Từ tuổi"), [Optional(), NumberRange(0, 130, _l("Hãy nhập tuổi từ 0 đến 130."))]
    )
    most_age = IntegerField(
        _l("Đến tuổi"), [Optional(), NumberRange(0, 130, _l("Hãy nhập tuổi từ 0 đến 130."))]
    )

    listed = LinesField(
        _l("Danh sách có tên"),
        [at_most(60_000)],
        description=_l(
            "Dán số thẻ của những người luôn thuộc đối tượng này, mỗi dòng một số. "
            "Để trống nếu không có. Người chưa có số thẻ thì tìm theo tên ở dưới."
        ),
    )
    people = ChecksField(_l("Người trong danh sách, chọn theo tên"), coerce=int)
    person_search = TextField(_l("Tìm người theo họ tên, không cần dấu"), [at_most(80)])
    person_unit = TextField(_l("Ở đơn vị"), [at_most(80)])

    @property
    def codes(self) -> list[str]:
        """The card numbers of the list, each once."""
        parts = re.split(r"[\s,;]+", self.listed.data or "")
        return list(dict.fromkeys(part for part in parts if part))

    def validate_units(self, field: Any) -> None:
        if len(field.data or ()) > MOST_UNITS:
            raise ValidationError(_("Chọn tối đa %(most)s đơn vị.", most=MOST_UNITS))

    def validate_people(self, field: Any) -> None:
        if len(field.data or ()) > MOST_PEOPLE:
            raise ValidationError(_("Chọn tối đa %(most)s người.", most=MOST_PEOPLE))

    def validate_unit_search(self, field: Any) -> None:
        self._refuse_not_looked_for(field, field.data)

    def validate_person_search(self, field: Any) -> None:
        self._refuse_not_looked_for(field, field.data or self.person_unit.data)

    def _refuse_not_looked_for(self, field: Any, typed: Any) -> None:
        """What is typed to be looked for is in no list yet: saving would drop it unseen."""
        if typed and not self.is_preview:
            raise ValidationError(_("Hãy bấm Tìm rồi đánh dấu, hoặc xóa chữ ở ô này."))

    is_preview = False
    """Whether nothing is to be saved."""

    def validate_most_age(self, field: Any) -> None:
        least = self.least_age.data
        if field.data is not None and least is not None and field.data < least:
            raise ValidationError(_("“Đến tuổi” phải từ “Từ tuổi” trở lên."))

    @property
    def rules(self) -> list[dict[str, Any]]:
        """No rule for a list of names alone; else one, that without criteria takes everybody."""
        rule = {
            "post_ranks": self.post_ranks.data or [],
            "sectors": self.sectors.data or [],
            "unit_ids": self.units.data or [],
            "standings": self.standings.data or [],
            "is_exempt": {"": None, "yes": True, "no": False}[self.exemption.data or ""],
            "least_age": self.least_age.data,
            "most_age": self.most_age.data,
        }
        sets_none = all(value is None or value == [] for value in rule.values())
        return [] if sets_none and (self.codes or self.people.data) else [rule]
