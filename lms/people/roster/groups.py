"""Rows of a roster that are no person: units over the people below, sums, signatures, page heads.

A unit's row holds for the rows after it, until one of the same level or wider comes.
"""

import itertools
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lms.base.vietnamese import clean, fold
from lms.people.roster.cells import Cell, Kind
from lms.people.roster.unit_names import enumerator, is_cell_name, is_unit_title, matching_name

# With their marks, since Tống is a family name and Công a given one.
_SUM = re.compile(r"(tổng|cộng|tong (cong|so)|trong (đó|do))\b|cong\s*([:(]|$)", re.IGNORECASE)
_SUM_BEGINS = frozenset("tTcC")
_FOOTER = re.compile(
    r"(danh sach\b|nguoi lap\b|nguoi tong hop\b|lap bieu\b"
    r"|noi nhan\b|ghi chu\b|luu y\s*(:|$)|xac nhan\b|t\s*[/.]?\s*m\b[./ ]|k\s*[/.]\s*t\b|bi thu\b"
    r"|pho bi thu\b|thu truong\b|chu tich\b|\(?\s*ky\b|nguoi ky\b|can bo tong hop\b|\(|\*"
    r"|.{0,40}\bngay\b.{0,12}\bthang\b.{0,12}\bnam\b)"
)
_COUNTED = re.compile(
    r"[\d\s.:]*\(?(đảng viên|đồng chí|đ/c|đc|người|đv|nam|nữ)\)?[\d\s.:]*", re.IGNORECASE
)
_ENUMERATOR = re.compile(r"([IVX]+|[A-Za-z])\.?")
_ROMAN = re.compile(r"[IVX]+")
_WIDEST = re.compile(r"\b(khu vuc|tinh|thanh pho|quan|huyen|thanh uy|tinh uy|quan uy|huyen uy)\b")
_MOST_NAME = 120
_MOST_COUNT = 3
"""Digits of the count of a unit's people; card numbers and years have more."""


class GroupRow(NamedTuple):
    """The text of a unit's row, with the number before it, and the column it stands in."""

    column: int
    text: str
    is_title: bool
    """Whether the text says of itself that it is a unit: "Chi bộ 1"."""


def is_sum(text: str) -> bool:
    """Whether a text begins a line of sums, of the whole list or of one unit."""
    return bool(_SUM.match(clean(text)))


def is_footer(text: str) -> bool:
    """Whether a text is one of those that stand below a list: sums, signatures, remarks."""
    return is_sum(text) or bool(_FOOTER.match(fold(text)))


def is_sum_row(cells: dict[int, Cell]) -> bool:
    """Whether a row with figures only sums up, and is nobody's of such a name."""
    if not any(cell.text.lstrip()[:1] in _SUM_BEGINS for cell in cells.values()):
        return False
    texts = [
        cell.text
        for _, cell in sorted(cells.items())
        if cell.kind is Kind.TEXT and any(c.isalpha() for c in cell.text)
    ]
    texts = [text for text in texts if not _ENUMERATOR.fullmatch(clean(text))]
    if not any(map(is_sum, texts)):
        return False
    if is_sum(texts[0]) and not any(map(is_plausible, cells.values())):
        return True
    return all(
        is_footer(text) or is_unit_title(text) or _COUNTED.fullmatch(clean(text)) for text in texts
    )


def is_count(cell: Cell) -> bool:
    """Whether a cell may count the people of a unit."""
    if cell.kind is Kind.FORMULA:
        return True
    text = clean(cell.text)
    return cell.kind is not Kind.DATE and text.isdecimal() and len(text) <= _MOST_COUNT


def is_plausible(cell: Cell) -> bool:
    """Whether a cell looks like a card number or a birth, not like a name or a count."""
    if cell.kind is Kind.DATE:
        return True
    if cell.kind not in (Kind.TEXT, Kind.NUMBER):
        return False
    digits = sum(c.isdecimal() for c in cell.text)
    letters = sum(c.isalpha() for c in fold(cell.text).replace("thang", "").replace("ngay", ""))
    return digits > _MOST_COUNT and digits >= letters


def is_column_numbers(cells: dict[int, Cell]) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3), or A B C."""
    texts = [cells[column].text.strip(" ()") for column in sorted(cells)]
    if len(texts) < 3:
        return False
    if all(text.isdecimal() and len(text) <= 2 for text in texts):
        numbers = [int(text) for text in texts]
        return all(after - before == 1 for before, after in itertools.pairwise(numbers))
    letters = [text.upper() for text in texts if not text.isdecimal()]
    return all(len(text) == 1 for text in letters) and letters[:2] == ["A", "B"]


@dataclass(slots=True)
class Groups:
    """The units whose rows were met, widest first."""

    _open: list[tuple[int, str, bool]] = field(default_factory=list)
    seen: bool = False

    def take(self, text: str) -> None:
        """A unit's row: it ends those of its level and below."""
        name = matching_name(text)
        level = _level(text)
        self._open = [kept for kept in self._open if kept[0] < level]
        self._open.append((level, name, is_cell_name(text)))
        self.seen = True

    def cell(self) -> str | None:
        """The cell of the rows that follow."""
        return next((name for _, name, is_cell in self._open if is_cell), None)

    def parents(self) -> tuple[str, ...]:
        """What stands above the cell, widest first."""
        return tuple(name for _, name, is_cell in self._open if not is_cell)


def _level(text: str) -> int:
    """Where a unit's row stands among others: by its kind, and then by the number before it."""
    if is_cell_name(text):
        return 50
    words = fold(text)
    level = 0 if _WIDEST.search(words) else 20
    if "bo phan" in words:
        level = 30
    number = enumerator(text)
    if not number:
        return level + 5
    return level + (2 if _ROMAN.fullmatch(number) else 1 if number.isupper() else 3)


def group_row(
    cells: dict[int, Cell], names: set[int], first: int, is_wide: bool
) -> GroupRow | None:
    """The unit that a row names for those below; None when the row is no unit's.

    `names`: the columns of personal names; `first`: the first column of the table; `is_wide`:
    whether a merged cell covers most of the row.
    """
    said = {
        column
        for column, cell in cells.items()
        if cell.kind is Kind.TEXT and any(c.isalpha() for c in cell.text)
    }
    if not said or (len(cells) > 4 and not _only_counts(cells, said)):
        return None
    texts = [
        (at, clean(cells[at].text)) for at in sorted(said) if len(cells[at].text) <= _MOST_NAME
    ]
    if not texts:
        return None
    number = ""
    if len(texts) > 1 and len(texts[0][1]) <= 5:  # "II" in the column of numbers
        number, texts = f"{texts[0][1].rstrip('.')}. ", texts[1:]
    column, text = texts[0]
    if is_footer(number + text):
        return None
    if is_unit_title(text):
        return GroupRow(column, number + text, True)
    alone = len(texts) == 1 and column not in names
    if alone and (is_wide or (column <= first and len(cells) == 1)):
        return GroupRow(column, text, False)
    return None


def _only_counts(cells: dict[int, Cell], said: set[int]) -> bool:
    """Whether a row of many cells has nothing beside its text but counts."""
    return len(said) <= 2 and all(is_count(c) for at, c in cells.items() if at not in said)


def title_units(titles: list[str]) -> tuple[str | None, str | None]:
    """(parent, cell) that the titles above a header name, the last of each."""
    parent = cell = None
    for text in titles:
        if is_cell_name(text):
            cell = matching_name(text)
        elif is_unit_title(text):
            parent = matching_name(text)
    return parent, cell
