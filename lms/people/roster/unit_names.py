"""Names of units as rosters write them, brought to the names they are matched by.

"ĐẢNG BỘ PHƯỜNG LONG BIÊN" and "Đảng ủy phường Long Biên" are both Long Biên; a cell keeps its
word: Chi bộ 1. Nothing here knows which units there are.
"""

import re
from functools import lru_cache

from lms.base.vietnamese import clean

_NUMBERED = re.compile(r"^\s*(?:([IVX]{1,6}|[A-H]|\d{1,3}|[a-hđ])\s*[./)\-:]\s*)+(?=\D)")
_ENDING = re.compile(
    r"\s*[:：.\-–]?\s*\(?\s*\d+\s*(?:đ/c|đồng chí|đảng viên|người|đv)\s*\)?\.?$", re.I
)
_PREFIX = re.compile(
    r"^(?:(?:đảng\s+bộ|đảng\s+ủy|đảng\s+uỷ|ban\s+chấp\s+hành(?:\s+đảng\s+bộ)?|đb|đu)\s+)?"
    r"(?:(?:phường|xã|thị\s+trấn|p\.|x\.|tt\.)\s*)?",
    re.IGNORECASE,
)
_CELL = re.compile(r"^(?:chi\s+bộ|chi\s+uỷ|chi\s+ủy|chi\s+bo|cb)[\s.:]*(?=\S)", re.IGNORECASE)
_IS_CELL = re.compile(r"(?:chi\s+(?:bộ|uỷ|ủy|bo)\b[\s.:]*\S|cb[\s.]*\d)", re.IGNORECASE)
# With their marks, since Phương is a family name and phường is not.
_IS_UNIT = re.compile(
    r"(?:đảng\s+(?:bộ|uỷ|ủy)|dang\s+(?:bo|uy)|chi\s+(?:bộ|uỷ|ủy|bo)|phường|xã|thị\s+trấn|khối"
    r"|cơ\s+quan|đơn\s+vị|khu\s+vực|quận|huyện|tỉnh)\b[\s.:]*\S",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\s+[-–—]\s+|\s*[/>›|,;\n]\s*|\s+(?=thuộc\b)|\s+(?=trực\s+thuộc\b)", re.IGNORECASE
)
_BELONGS = re.compile(r"^(?:trực\s+)?thuộc\s+", re.IGNORECASE)
_SMALL = frozenset("số và của thuộc tổ dân phố khu".split())


def is_cell_name(text: str) -> bool:
    """Whether a text names a cell (chi bộ), the smallest unit."""
    return bool(_IS_CELL.match(_bare(text)))


def is_unit_title(text: str) -> bool:
    """Whether a text begins as the name of a unit does."""
    return bool(_IS_UNIT.match(_bare(text)))


@lru_cache(maxsize=4096)
def matching_name(text: str) -> str:
    """The name that a unit is matched by; "" for a text that names none."""
    name = _bare(text)
    if is_cell_name(name):
        rest = _CELL.sub("", name, count=1).strip()
        return f"Chi bộ {_capitals(rest)}"
    shorter = _PREFIX.sub("", name, count=1).strip()
    return _capitals(shorter or name)


@lru_cache(maxsize=4096)
def cell_name(text: str) -> str:
    """The name of a unit from a column of cells, where a bare number stands for the cell's."""
    name = _bare(text)
    return f"Chi bộ {name}" if name.isdecimal() else matching_name(text)


@lru_cache(maxsize=4096)
def unit_path(text: str) -> tuple[str, ...]:
    """The names in one cell, widest first: "Chi bộ 1 - Đảng bộ phường Long Biên" holds two.

    A text is parted only where both sides say what they are.
    """
    parts = [_BELONGS.sub("", part.strip()) for part in _PARTS.split(clean(text)) if part.strip()]
    if len(parts) >= 2 and sum(map(is_cell_name, parts)) == 1:
        cell = next(part for part in parts if is_cell_name(part))
        others = [part for part in parts if part is not cell]
        if all(map(is_unit_title, others)) and (parts[0] is cell or parts[-1] is cell):
            wider = others[::-1] if parts[0] is cell else others
            return (*map(matching_name, wider), matching_name(cell))
    return (cell_name(text),) if _bare(text) else ()


def enumerator(text: str) -> str:
    """The number before a name: "II." of "II. Đảng bộ phường Bồ Đề"; "" without one."""
    match = _NUMBERED.match(clean(text))
    return match[1] if match else ""


def _bare(text: str) -> str:
    """A name without the number before it and the count of members after it."""
    name = clean(text)
    return _ENDING.sub("", _NUMBERED.sub("", name)).strip(" .:;-–") or name


def _capitals(name: str) -> str:
    """Words in capitals are written as names are; others stay as they stand."""
    if not name.isupper():
        return name[:1].upper() + name[1:]
    words = name.lower().split(" ")
    return " ".join(
        word if place and word in _SMALL else word[:1].upper() + word[1:]
        for place, word in enumerate(words)
    )
