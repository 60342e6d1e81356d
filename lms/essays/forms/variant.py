"""The designer's form: one variant with its bands, sections and rubric, in fixed numbers of rows.

A row nobody filled in is ignored. Every fault of the design is shown beside its field.
"""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
)
from wtforms.validators import Optional
from wtforms.widgets import TextInput

from lms.base import forms as base
from lms.base.form_messages import OurTranslations
from lms.base.forms import ChecksField, Filled, LinesField, TextField, at_most, choices_of
from lms.essays.designs import (
    DEFAULT_BANDS,
    MOST_BANDS,
    MOST_CRITERIA,
    MOST_LEVELS,
    MOST_SECTIONS,
    BandDesign,
    CriterionDesign,
    Fault,
    LevelDesign,
    SectionDesign,
    VariantDesign,
    faults,
)
from lms.essays.models import SectionKey

SECTION_LABELS = {
    SectionKey.UNDERSTANDING: _l("Nhận thức"),
    SectionKey.SELF_REFLECTION: _l("Liên hệ bản thân"),
    SectionKey.COMMITMENT: _l("Cam kết"),
    SectionKey.PROPOSAL: _l("Đề xuất, kiến nghị"),
}

BLANK_LEVELS = (
    (_l("Chưa đạt"), 0),
    (_l("Đạt"), 50),
    (_l("Khá"), 75),
    (_l("Tốt"), 100),
)


class NumberField(IntegerField):
    """A mark or a share: 8, 8,5 or 8.5."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}".replace(".", ",")

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data: Any = None
        if not text:
            return
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = float("nan")
        if not -1e6 < number < 1e6:
            raise ValueError(_("Hãy nhập một số, ví dụ 8,5."))
        self.data = number


class Row(Form):
    """A part of the form; the outer form carries the proof against forgery."""

    class Meta:
        def get_translations(self, form: Any) -> OurTranslations:
            return OurTranslations()


class BandRow(Row):
    name = TextField(_l("Tên mức"), [at_most(40)])
    least = NumberField(_l("Từ điểm"), [Optional()], widget=TextInput())

    @property
    def is_used(self) -> bool:
        return bool(self.name.data) or self.least.data is not None or bool(self.least.errors)


class SectionRow(Row):
    key = SelectField(
        _l("Loại phần"),
        choices=choices_of(SECTION_LABELS.items()),
    )
    title = TextField(_l("Tên phần"), [at_most(120)])
    hint = LinesField(_l("Gợi ý cho người viết"), [at_most(1000)])
    least_words = IntegerField(_l("Ít nhất (từ)"), [Optional()])
    most_words = IntegerField(_l("Nhiều nhất (từ)"), [Optional()])
    rows = IntegerField(_l("Chiều cao ô viết (dòng)"), [Optional()])

    @property
    def is_used(self) -> bool:
        return bool(self.title.data or self.hint.data)


class LevelRow(Row):
    title = TextField(_l("Tên mức"), [at_most(80)])
    share = NumberField(_l("Phần điểm được hưởng"), [Optional()], widget=TextInput())
    description = LinesField(_l("Bài ở mức này trông thế nào"), [at_most(1000)])

    @property
    def is_used(self) -> bool:
        return bool(self.title.data or self.description.data)


class CriterionRow(Row):
    title = TextField(_l("Tên tiêu chí"), [at_most(120)])
    description = LinesField(_l("Người chấm xem điều gì"), [at_most(1000)])
    weight = IntegerField(_l("Trọng số"), [Optional()])
    levels = FieldList(
        FormField(LevelRow), _l("Các mức"), min_entries=MOST_LEVELS, max_entries=MOST_LEVELS
    )

    @property
    def is_used(self) -> bool:
        return bool(self.title.data or self.description.data or self.weight.data)


class VariantForm(base.Form):
    """`stamp` marks the design that the page was made from (see change_variant)."""

    stamp = HiddenField()
    name = TextField(_l("Tên đề"), [Filled(_l("Hãy đặt tên cho đề này.")), at_most(120)])
    audiences = ChecksField(_l("Dành cho đối tượng"), coerce=int)
    prompt = LinesField(_l("Đề bài"), [Filled(_l("Hãy viết đề bài.")), at_most(10_000)])
    least_words = IntegerField(
        _l("Cả bài ít nhất"), [Filled(_l("Hãy nhập số từ ít nhất, ví dụ 600."))]
    )
    most_words = IntegerField(
        _l("Cả bài nhiều nhất"), [Filled(_l("Hãy nhập số từ nhiều nhất, ví dụ 1000."))]
    )
    pass_mark = NumberField(
        _l("Điểm đạt"),
        [Filled(_l("Hãy nhập điểm đạt, ví dụ 5."))],
        widget=TextInput(),
    )
    bands = FieldList(
        FormField(BandRow), _l("Xếp mức"), min_entries=MOST_BANDS, max_entries=MOST_BANDS
    )
    sections = FieldList(
        FormField(SectionRow),
        _l("Các phần của bài"),
        min_entries=MOST_SECTIONS,
        max_entries=MOST_SECTIONS,
    )
    criteria = FieldList(
        FormField(CriterionRow),
        _l("Tiêu chí chấm"),
        min_entries=MOST_CRITERIA,
        max_entries=MOST_CRITERIA,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """What was typed (numbers, lengths) and the rules of a design, all told at once.

        A rule says nothing about a value that could not be read in the first place.
        """
        is_typed_well = super().validate(extra_validators)
        if any(row.key.errors for row in _used(self.sections)):
            return False
        found = [fault for fault in faults(self.design()) if not self._is_told(fault)]
        for fault in found:
            self._hang(fault)
        return is_typed_well and not found

    def _is_told(self, fault: Fault) -> bool:
        """Whether what the fault rests on already has an error of its own."""
        match fault.path:
            case ("sections",):
                rows = _used(self.sections)
                lengths = [self.least_words, self.most_words, *(row.least_words for row in rows)]
                return bool(rows) and any(field.errors for field in lengths)
            case ("criteria",):
                return any(row.weight.errors for row in _used(self.criteria))
            case ("bands", int(index), "least"):
                least = [row.least for row in _used(self.bands)[max(0, index - 1) : index + 1]]
                return any(field.errors for field in least)
        place: Any = self
        for step in fault.path:
            place = _used(place)[step] if isinstance(step, int) else getattr(place, step)
        return bool(place.errors)

    def design(self) -> VariantDesign:
        """What the form says, empty rows left out."""
        return VariantDesign(
            name=self.name.data or "",
            prompt=self.prompt.data or "",
            least_words=self.least_words.data or 0,
            most_words=self.most_words.data or 0,
            pass_mark=self.pass_mark.data or 0,
            bands=tuple(
                BandDesign(row.name.data or "", _number(row.least.data, -1))
                for row in _used(self.bands)
            ),
            sections=tuple(
                SectionDesign(
                    SectionKey(row.key.data),
                    row.title.data or "",
                    row.hint.data or "",
                    row.least_words.data or 0,
                    row.most_words.data,
                    8 if row.rows.data is None else row.rows.data,
                )
                for row in _used(self.sections)
            ),
            criteria=tuple(
                CriterionDesign(
                    row.title.data or "",
                    row.weight.data or 0,
                    tuple(
                        LevelDesign(
                            level.title.data or "",
                            _number(level.share.data, -1) / 100,
                            level.description.data or "",
                        )
                        for level in _used(row.levels)
                    ),
                    row.description.data or "",
                )
                for row in _used(self.criteria)
            ),
        )

    def _hang(self, fault: Fault) -> None:
        """Show a fault at its field. Indexes of a fault count the rows in use."""
        place: Any = self
        lists = []
        for step in fault.path:
            if isinstance(step, int):
                lists.append(place)
                place = _used(place)[step]
            else:
                place = getattr(place, step)
        place.errors = [*place.errors, fault.message]
        for rows in reversed(lists):
            own = [error for error in rows.errors if isinstance(error, str)]
            rows.errors = [entry.errors for entry in rows.entries] + own


def values_of(design: VariantDesign | None) -> dict[str, Any]:
    """What the form starts with: a design, or the usual beginnings of a new one."""
    bands = design.bands if design else DEFAULT_BANDS
    sections = [_section_values(section) for section in design.sections] if design else []
    taken = {section["key"] for section in sections}
    free = [str(key) for key in SectionKey if str(key) not in taken]
    criteria = [_criterion_values(criterion) for criterion in design.criteria] if design else []
    blank_levels = [{"title": str(title), "share": share} for title, share in BLANK_LEVELS]
    values: dict[str, Any] = {
        "bands": [{"name": band.name, "least": band.least} for band in bands],
        "sections": sections + [{"key": key, "rows": 8} for key in free],
        "criteria": criteria + [{"levels": blank_levels}] * (MOST_CRITERIA - len(criteria)),
        "pass_mark": design.pass_mark if design else 5,
    }
    if design:
        for name in ("name", "prompt", "least_words", "most_words"):
            values[name] = getattr(design, name)
    return values


def _section_values(section: SectionDesign) -> dict[str, Any]:
    return {
        "key": str(section.key),
        "title": section.title,
        "hint": section.hint,
        "least_words": section.least_words or None,
        "most_words": section.most_words,
        "rows": section.rows,
    }


def _criterion_values(criterion: CriterionDesign) -> dict[str, Any]:
    return {
        "title": criterion.title,
        "description": criterion.description,
        "weight": criterion.weight,
        "levels": [
            {
                "title": level.title,
                "share": round(level.share * 100, 2),
                "description": level.description,
            }
            for level in criterion.levels
        ],
    }


def _used(rows: Any) -> list[Any]:
    return [entry.form for entry in rows.entries if entry.form.is_used]


def _number(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
