"""Finding the header of a sheet: below the titles, over one row or several, merged or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.base.vietnamese import clean
from lms.people.roster.cells import Kind, Merge, Row
from lms.people.roster.columns import Parts, meaning_of, plain, propose_mapping
from lms.people.roster.fields import Field

ROWS_LOOKED_AT = 100
_NAMES = frozenset({Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME})
# Words that stand in the lower row of a header, under a wider heading.
_LOWER = {
    *("ngay", "thang", "nam", "nu", "ngay sinh", "thang sinh", "nam sinh"),
    *("ho", "ten", "dem", "ho dem", "ho va dem", "ten dem", "ho va ten dem", "ho ten dem"),
    *("du bi", "chinh thuc", "dang", "chinh quyen", "doan the", "chi bo", "dang bo", "phuong"),
}


@dataclass(frozen=True, slots=True)
class Header:
    """Where a header is (Excel rows, both ends inclusive) and the lines of each of its columns."""

    first_row: int
    last_row: int
    parts: dict[int, Parts]

    def texts(self) -> dict[int, str]:
        """One text a column, as it is shown: "Ngày sinh – Tháng"."""
        return {index: " – ".join(parts) for index, parts in self.parts.items()}


def find_header(rows: Sequence[Row], merges: Sequence[Merge]) -> Header | None:
    """The header among the first rows of a sheet; None where there is none."""
    best: tuple[int, int] | None = None
    for place, row in enumerate(rows):
        fields = set(propose_mapping(_texts(row)).values())
        weight = len(fields - {Field.NUMBER})
        is_likely = weight >= 2 and (Field.CODE in fields or fields & _NAMES)
        if is_likely and (best is None or weight > best[0]):
            best = weight, place
    if best is None:
        return None
    return _whole_header(rows, best[1], merges)


def score_rows(rows: Sequence[Sequence[str]]) -> int:
    """How much the rows of texts look like a roster: the most fields that one of them names."""
    return max((len(propose_mapping(list(row))) for row in rows if len(row) < 300), default=0)


def is_header_again(row: Row, header: Header) -> bool:
    """Whether a row repeats a line of the header, as on each printed page."""
    if any(cell.kind is not Kind.TEXT or cell.text.isdecimal() for cell in row.cells.values()):
        return False
    same = other = 0
    for column, cell in row.cells.items():
        parts = header.parts.get(column, ())
        if any(plain(cell.text) == plain(part) for part in parts):
            same += 1
        elif cell.text.strip():
            other += 1
    return same >= 2 and same > other


def _texts(row: Row) -> dict[int, Parts]:
    return {
        column: (clean(cell.text),)
        for column, cell in row.cells.items()
        if cell.kind is Kind.TEXT and len(cell.text) <= 200 and clean(cell.text)
    }


def _whole_header(rows: Sequence[Row], place: int, merges: Sequence[Merge]) -> Header:
    by_number = {row.number: row for row in rows}
    middle = rows[place].number
    first = last = middle
    for merge in merges:
        if merge.first_row <= middle <= merge.last_row and merge.last_row - merge.first_row < 4:
            first, last = min(first, merge.first_row), max(last, merge.last_row)
    if last == middle and _is_lower(by_number.get(middle + 1), rows[place]):
        last = middle + 1
    if first == middle and _is_upper(by_number.get(middle - 1), rows[place], merges):
        first = middle - 1
    lines = [_line(by_number.get(number), number, merges) for number in range(first, last + 1)]
    return Header(first, last, _join(lines))


def _is_lower(below: Row | None, row: Row) -> bool:
    """Whether a row only names parts of the headings above it."""
    if below is None or any(cell.kind is not Kind.TEXT for cell in below.cells.values()):
        return False
    words = [plain(cell.text) for cell in below.cells.values()]
    return bool(words) and all(word in _LOWER for word in words) and len(words) < len(row.cells)


def _is_upper(above: Row | None, row: Row, merges: Sequence[Merge]) -> bool:
    """Whether a row holds headings that are wider than the columns below, or are missing there."""
    if above is None:
        return False
    width = max(row.cells) - min(row.cells)
    for merge in merges:
        covered = merge.last_column - merge.first_column
        if merge.first_row == above.number and 0 < covered < width:
            return True
    alone = [column for column in above.cells if column not in row.cells]
    return any(meaning_of(above.cells[column].text) for column in alone)


def _line(row: Row | None, number: int, merges: Sequence[Merge]) -> dict[int, str]:
    """The texts of one row of a header; a merged cell speaks for each column it covers."""
    texts = {column: parts[0] for column, parts in _texts(row).items()} if row else {}
    for merge in merges:
        if merge.first_row == number and merge.first_column in texts:
            for column in range(merge.first_column, min(merge.last_column, 300) + 1):
                texts.setdefault(column, texts[merge.first_column])
    return texts


def _join(lines: Sequence[Mapping[int, str]]) -> dict[int, Parts]:
    """The lines of each column from top to bottom. Over a lower heading without one of its own,
    the nearest heading on the left counts, for "centre across selection" leaves no trace."""
    columns = sorted({column for line in lines for column in line})
    parts: dict[int, Parts] = {}
    for column in columns:
        found: list[str] = []
        for depth, line in enumerate(lines):
            text = line.get(column, "")
            below = any(column in lower for lower in lines[depth + 1 :])
            if not text and below and depth == 0:
                left = [other for other in line if other < column]
                text = line[max(left)] if left else ""
            if text and text not in found:
                found.append(text)
        parts[column] = tuple(found)
    return parts
