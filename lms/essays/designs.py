"""A variant as values, apart from its rows: what the designer's form gives and ready-made ones are.

`faults` holds every rule of a design; the form shows each beside its field, the service refuses.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from flask_babel import gettext as _

from lms.essays.models import (
    Criterion,
    EssaySection,
    EssayVariant,
    Level,
    SectionKey,
)

MOST_SECTIONS = 4
MOST_CRITERIA = 6
MOST_LEVELS = 4
MOST_BANDS = 6
MOST_WORDS = 20_000


@dataclass(frozen=True)
class BandDesign:
    """A band of marks from `least` (on the scale) up to the next better one."""

    name: str
    least: float


DEFAULT_BANDS = (
    BandDesign("Xuất sắc", 9),
    BandDesign("Giỏi", 8),
    BandDesign("Khá", 7),
    BandDesign("Trung bình", 5),
    BandDesign("Không đạt", 0),
)


@dataclass(frozen=True)
class LevelDesign:
    """A level of a criterion; `share` (0–1) of the criterion's weight is earned."""

    title: str
    share: float
    description: str = ""


@dataclass(frozen=True)
class CriterionDesign:
    """A criterion; levels weakest first."""

    title: str
    weight: int
    levels: tuple[LevelDesign, ...]
    description: str = ""


@dataclass(frozen=True)
class SectionDesign:
    """A part of the essay with its own hint and length (words)."""

    key: SectionKey
    title: str
    hint: str = ""
    least_words: int = 0
    most_words: int | None = None
    rows: int = 8


@dataclass(frozen=True)
class VariantDesign:
    """A whole variant. Bands best first; weights of the criteria sum to 100."""

    name: str
    prompt: str
    least_words: int
    most_words: int
    sections: tuple[SectionDesign, ...]
    criteria: tuple[CriterionDesign, ...]
    pass_mark: float = 5.0
    scale: int = 10
    bands: tuple[BandDesign, ...] = DEFAULT_BANDS


@dataclass(frozen=True)
class Fault:
    """What is wrong with a design. `path` names the value: ("criteria", 2, "weight")."""

    path: tuple[str | int, ...]
    message: str


def faults(design: VariantDesign) -> Iterator[Fault]:
    """Every rule that a design breaks, in the order of the form."""
    yield from _length_faults(design)
    yield from _band_faults(design)
    yield from _section_faults(design)
    yield from _criterion_faults(design)


def _length_faults(design: VariantDesign) -> Iterator[Fault]:
    if not design.name:
        yield Fault(("name",), _("Hãy đặt tên cho đề này, ví dụ: Đề cho đảng viên."))
    if not design.prompt:
        yield Fault(("prompt",), _("Hãy viết đề bài."))
    if not 1 <= design.least_words <= MOST_WORDS:
        yield Fault(("least_words",), _("Hãy nhập số từ ít nhất, từ 1 trở lên."))
    elif design.most_words < design.least_words:
        yield Fault(("most_words",), _("Số từ nhiều nhất không được nhỏ hơn số từ ít nhất."))
    elif design.most_words > MOST_WORDS:
        yield Fault(("most_words",), _("Nhiều nhất là %(most)s từ.", most=MOST_WORDS))
    if not 0 < design.pass_mark <= design.scale:
        yield Fault(
            ("pass_mark",),
            _("Điểm đạt phải lớn hơn 0 và không quá %(scale)s.", scale=design.scale),
        )


def _band_faults(design: VariantDesign) -> Iterator[Fault]:
    if not design.bands:
        yield Fault(("bands",), _("Hãy nhập ít nhất một mức xếp loại."))
        return
    names = set()
    for index, band in enumerate(design.bands):
        if not band.name:
            yield Fault(("bands", index, "name"), _("Hãy đặt tên cho mức này."))
        elif band.name in names:
            yield Fault(("bands", index, "name"), _("Tên mức này đã dùng ở trên."))
        names.add(band.name)
        if not 0 <= band.least <= design.scale:
            yield Fault(
                ("bands", index, "least"),
                _("Hãy nhập từ 0 đến %(scale)s.", scale=design.scale),
            )
        elif index and band.least >= design.bands[index - 1].least:
            yield Fault(
                ("bands", index, "least"),
                _("Các mức xếp từ cao xuống thấp: số này phải nhỏ hơn số ở mức trên."),
            )
    if design.bands[-1].least > 0:
        yield Fault(
            ("bands", len(design.bands) - 1, "least"),
            _("Mức cuối cùng phải bắt đầu từ 0 điểm, để điểm nào cũng có mức."),
        )


def _section_faults(design: VariantDesign) -> Iterator[Fault]:
    if not design.sections:
        yield Fault(("sections",), _("Hãy có ít nhất một phần để viết."))
    keys = set()
    for index, section in enumerate(design.sections):
        if section.key in keys:
            yield Fault(("sections", index, "key"), _("Loại phần này đã dùng ở trên."))
        keys.add(section.key)
        if not section.title:
            yield Fault(("sections", index, "title"), _("Hãy đặt tên cho phần này."))
        if section.least_words < 0:
            yield Fault(("sections", index, "least_words"), _("Hãy nhập từ 0 trở lên."))
        if section.most_words is not None and section.most_words < max(1, section.least_words):
            yield Fault(
                ("sections", index, "most_words"),
                _("Số từ nhiều nhất không được nhỏ hơn số từ ít nhất."),
            )
        if not 2 <= section.rows <= 40:
            yield Fault(("sections", index, "rows"), _("Hãy nhập từ 2 đến 40 dòng."))
    asked = sum(section.least_words for section in design.sections)
    if asked > design.most_words >= design.least_words:
        yield Fault(
            ("sections",),
            _(
                "Cộng lại, các phần đòi ít nhất %(asked)s từ, nhiều hơn mức nhiều nhất của cả bài"
                " (%(most)s từ).",
                asked=asked,
                most=design.most_words,
            ),
        )


def _criterion_faults(design: VariantDesign) -> Iterator[Fault]:
    if not design.criteria:
        yield Fault(("criteria",), _("Hãy có ít nhất một tiêu chí chấm."))
        return
    for index, criterion in enumerate(design.criteria):
        if not criterion.title:
            yield Fault(("criteria", index, "title"), _("Hãy đặt tên cho tiêu chí này."))
        if not 1 <= criterion.weight <= 100:
            yield Fault(("criteria", index, "weight"), _("Hãy nhập trọng số từ 1 đến 100."))
        yield from _level_faults(index, criterion)
    total = sum(criterion.weight for criterion in design.criteria)
    if total != 100:
        yield Fault(
            ("criteria",),
            _("Tổng trọng số các tiêu chí đang là %(total)s; cần đúng 100.", total=total),
        )


def _level_faults(place: int, criterion: CriterionDesign) -> Iterator[Fault]:
    if len(criterion.levels) < 2:
        yield Fault(("criteria", place, "levels"), _("Hãy có ít nhất hai mức."))
        return
    best = 0.0
    for index, level in enumerate(criterion.levels):
        path = ("criteria", place, "levels", index)
        if not level.title:
            yield Fault((*path, "title"), _("Hãy đặt tên cho mức này."))
        if not 0 <= level.share <= 1:
            yield Fault((*path, "share"), _("Hãy nhập từ 0 đến 100."))
        elif level.share < best:
            yield Fault(
                (*path, "share"),
                _("Các mức xếp từ yếu đến tốt: số này không được nhỏ hơn mức trên."),
            )
        best = max(best, min(level.share, 1.0))
    if abs(criterion.levels[-1].share - 1) > 1e-9:
        yield Fault(
            ("criteria", place, "levels", len(criterion.levels) - 1, "share"),
            _("Mức tốt nhất phải được 100 %, để có thể đạt điểm tối đa."),
        )


def design_of(variant: EssayVariant) -> VariantDesign:
    """A stored variant as values."""
    return VariantDesign(
        name=variant.name,
        prompt=variant.prompt,
        least_words=variant.least_words,
        most_words=variant.most_words,
        sections=tuple(
            SectionDesign(s.key, s.title, s.hint, s.least_words, s.most_words, s.rows)
            for s in variant.sections
        ),
        criteria=tuple(
            CriterionDesign(
                c.title,
                c.weight,
                tuple(
                    LevelDesign(level.title, level.share, level.description) for level in c.levels
                ),
                c.description,
            )
            for c in variant.criteria
        ),
        pass_mark=variant.pass_mark,
        scale=variant.scale,
        bands=tuple(BandDesign(band["name"], band["least"]) for band in variant.bands),
    )


def write_design(variant: EssayVariant, design: VariantDesign) -> None:
    """Make the rows of a variant say what the design says; nobody may have written on it yet."""
    variant.name = design.name
    variant.prompt = design.prompt
    variant.least_words = design.least_words
    variant.most_words = design.most_words
    variant.scale = design.scale
    variant.pass_mark = design.pass_mark
    variant.bands = [{"name": band.name, "least": float(band.least)} for band in design.bands]
    variant.sections = [
        EssaySection(position=position, **asdict(section))
        for position, section in enumerate(design.sections, start=1)
    ]
    variant.criteria = [
        Criterion(
            position=position,
            title=criterion.title,
            description=criterion.description,
            weight=criterion.weight,
            levels=[
                Level(position=place, **asdict(level))
                for place, level in enumerate(criterion.levels, start=1)
            ],
        )
        for position, criterion in enumerate(design.criteria, start=1)
    ]


def stamp_of_design(design: VariantDesign) -> str:
    """A short mark of a design's content: two that differ anywhere have different marks."""
    content = json.dumps(asdict(design), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
