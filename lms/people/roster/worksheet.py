"""One sheet of an .xlsx, row by row: cells with their kinds, formulas told apart, merged ranges.

Formulas are recognised by their mark in the file, whatever type or stored value the cell has, and
so are the cells that an array formula fills without a mark of their own.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from lms.people.roster import errors
from lms.people.roster.cells import MOST_TEXT, Cell, Kind, Merge, Row, date_of_serial
from lms.people.roster.markup import feed
from lms.people.roster.package import Package
from lms.people.roster.shared_strings import SharedStrings
from lms.people.roster.styles import DATE

MOST_COLUMNS = 200
"""Cells further right are not kept."""
_LAST_ROW = 1_048_576
_MOST_MERGES = 50_000
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_MERGE = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s[^>]{0,200}?ref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"
)
_OVERLAP = 300


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a sheet's cells refer to in the rest of the workbook."""

    strings: SharedStrings
    styles: list[int]
    is_1904: bool


def column_number(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def read_range(text: str) -> Merge:
    """The four ends of a range such as A1:C3, or of one cell."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise errors.damaged()
    left, top, right, bottom = match.groups()
    return Merge(int(top), column_number(left), int(bottom or top), column_number(right or left))


def read_merges(package: Package, name: str) -> list[Merge]:
    """The merged ranges. They stand behind the rows, so the part is searched once for them."""
    found: list[Merge] = []
    rest = b""
    with package.part(name) as stream:
        while piece := stream.read(1024 * 1024):
            block = rest + piece
            if b"mergeCell" in block:
                last = 0
                for match in _MERGE.finditer(block):
                    found.append(read_range(match[1].decode()))
                    last = match.end()
                if len(found) > _MOST_MERGES:
                    raise errors.too_large()
                rest = block[max(last, len(block) - _OVERLAP) :]
            else:
                rest = block[-_OVERLAP:]
    return sorted(set(found))


def read_rows(package: Package, name: str, around: Surroundings) -> Iterator[Row]:
    """The rows that are not blank, in order."""
    reader = _Reader(around)
    with package.part(name) as stream:
        for _ in feed(stream, reader.start, reader.end, reader.text):
            while reader.done:
                yield reader.done.popleft()


@dataclass
class _Reader:
    """What is known while a sheet goes by: the open row, the open cell."""

    around: Surroundings
    done: deque[Row] = field(default_factory=deque)
    row: int = 0
    is_hidden: bool = False
    cells: dict[int, Cell] = field(default_factory=dict)
    column: int = -1
    type: str = "n"
    style: int = 0
    is_formula: bool = False
    gathered: list[str] = field(default_factory=list)
    formula: list[str] = field(default_factory=list)
    length: int = 0
    into: list[str] | None = None
    aside: int = 0
    filled: list[Merge] = field(default_factory=list)
    letters: dict[str, int] = field(default_factory=dict)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._open_cell(attributes)
        elif tag == "v" or tag == "t":
            self.into = None if self.aside else self.gathered
        elif tag == "row":
            number = attributes.get("r")
            following = int(number) if number else self.row + 1
            if not self.row < following <= _LAST_ROW:
                raise errors.damaged()
            self.row, self.column, self.cells = following, -1, {}
            self.is_hidden = attributes.get("hidden") in ("1", "true")
        elif tag == "f":
            self.is_formula, self.into = True, self.formula
            if attributes.get("t") in ("array", "dataTable") and "ref" in attributes:
                self._keep_filled(read_range(attributes["ref"]))
        elif tag == "rPh":
            self.aside += 1

    def text(self, piece: str) -> None:
        if self.into is not None and self.length < MOST_TEXT:
            self.into.append(piece)
            self.length += len(piece)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._close_cell()
        elif tag == "v" or tag == "t" or tag == "f":
            self.into = None
        elif tag == "row":
            if self.cells:
                self.done.append(Row(self.row, self.cells, self.is_hidden))
            self.cells = {}
        elif tag == "rPh":
            self.aside -= 1

    def _open_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self.column += 1
        else:
            letters = place.rstrip("0123456789")
            column = self.letters.get(letters)
            if column is None:
                if not (letters.isascii() and letters.isupper() and len(letters) <= 3):
                    raise errors.damaged()
                column = self.letters[letters] = column_number(letters)
            self.column = column
        self.type = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self.style = int(style) if style.isdecimal() else 0
        self.is_formula, self.length, self.into = False, 0, None
        if self.gathered:
            self.gathered = []
        if self.formula:
            self.formula = []

    def _keep_filled(self, area: Merge) -> None:
        self.filled = [kept for kept in self.filled if kept.last_row >= self.row]
        if len(self.filled) > 1000:
            raise errors.too_large()
        self.filled.append(area)

    def _close_cell(self) -> None:
        if self.column >= MOST_COLUMNS:
            return
        if self.is_formula or (self.filled and self._is_filled()):
            self.cells[self.column] = Cell(Kind.FORMULA, "=" + "".join(self.formula)[:MOST_TEXT])
            return
        if not self.gathered:
            return
        raw = "".join(self.gathered)[:MOST_TEXT]
        cell = self._cell(raw)
        if cell.text and not cell.text.isspace():
            self.cells[self.column] = cell

    def _is_filled(self) -> bool:
        return any(
            area.first_row <= self.row <= area.last_row
            and area.first_column <= self.column <= area.last_column
            for area in self.filled
        )

    def _cell(self, raw: str) -> Cell:
        if self.type == "s":
            return Cell(Kind.TEXT, self.around.strings[int(raw)])
        if self.type == "n":
            return self._number(raw.strip())
        if self.type == "d":
            return Cell(Kind.DATE, raw.strip()[:10])
        if self.type == "e":
            return Cell(Kind.ERROR, raw)
        if self.type == "b":
            return Cell(Kind.TEXT, "TRUE" if raw.strip() == "1" else "FALSE")
        return Cell(Kind.TEXT, raw)

    def _number(self, raw: str) -> Cell:
        styles = self.around.styles
        meaning = styles[self.style] if self.style < len(styles) else 0
        if meaning == DATE:
            day = date_of_serial(float(raw), self.around.is_1904)
            return Cell(Kind.DATE, day.isoformat() if day else raw)
        if not raw.isdecimal():
            number = float(raw)
            raw = str(int(number)) if number.is_integer() and abs(number) < 1e15 else raw
        return Cell(Kind.NUMBER, raw.zfill(meaning) if meaning else raw)
