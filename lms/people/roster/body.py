"""The rows below a header: which are people, and in which units they stand.

A unit comes from the columns; where they are silent, from the unit's row above, and last from the
title of the list. A cell merged downwards holds for all its rows; a blank one says nothing.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

from lms.base.vietnamese import clean
from lms.people.roster.cells import Cell, Kind, Merge, Row
from lms.people.roster.columns import plain
from lms.people.roster.fields import Field
from lms.people.roster.groups import (
    Groups,
    group_row,
    is_column_numbers,
    is_count,
    is_footer,
    is_plausible,
    is_sum,
    is_sum_row,
    title_units,
)
from lms.people.roster.header import Header, is_header_again
from lms.people.roster.lines import SheetLayout
from lms.people.roster.unit_names import is_unit_title, matching_name, unit_path
from lms.people.roster.values import is_nothing

_NAMES = frozenset({Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME})
_BIRTHS = frozenset({Field.BIRTH, Field.BIRTH_YEAR, Field.BIRTH_OF_MEN, Field.BIRTH_OF_WOMEN})
_PERSONAL = _NAMES | _BIRTHS | {Field.CODE, Field.PHONE, Field.EMAIL, Field.JOINED_ON}
_WIDER = ("tinh", "thanh", "khu vuc", "quan", "huyen", "cap tren")


class _Below(IntEnum):
    """What the rows that go by stand below."""

    NOTHING = 0
    SUM = 1
    """The sum of one unit or of all: people may follow."""
    FOOT = 2
    """A signature or a remark: names may follow that are nobody's line."""


class Found(NamedTuple):
    """A row that is a person's, and where it stands."""

    row: Row
    unit_names: tuple[str, ...]
    lacks_unit: bool


class BodyReader:
    """Goes through the rows of one sheet once."""

    def __init__(self, layout: SheetLayout, header: Header, merges: Iterable[Merge]) -> None:
        self._header = header
        fields = layout.mapping
        self._personal = [index for index, field in fields.items() if field in _PERSONAL]
        self._core = [i for i, field in fields.items() if field is Field.CODE or field in _BIRTHS]
        self._names = {index for index, field in fields.items() if field in _NAMES}
        self._unit = next((i for i, field in fields.items() if field is Field.UNIT), None)
        self._parents = _widest_first(layout, self._unit)
        self._units = {index for index in (self._unit, *self._parents) if index is not None}
        self._number = next((i for i, field in fields.items() if field is Field.NUMBER), None)
        self._first = min(fields, default=0)
        self._groups = Groups()
        self._titles: list[str] = []
        self._parent: str | None = None
        self._cell: str | None = None
        self._below = _Below.NOTHING
        self._wide: set[int] = set()
        self._downwards: dict[int, list[Merge]] = {}
        self._held: dict[int, tuple[int, Cell]] = {}
        self._sort_merges(merges, max(2, len(fields) // 2))

    def people(self, rows: Iterable[Row]) -> Iterator[Found]:
        """The rows that are people."""
        for row in rows:
            if row.number <= self._header.last_row:
                self._take_title(row)
                continue
            self._hold_merged(row)
            if self._is_person(row):
                yield self._placed(row)

    def _sort_merges(self, merges: Iterable[Merge], width: int) -> None:
        for merge in merges:
            if merge.first_row == merge.last_row:
                if merge.last_column - merge.first_column + 1 >= width:
                    self._wide.add(merge.first_row)
            elif merge.first_column in (self._unit, *self._parents):
                self._downwards.setdefault(merge.first_row, []).append(merge)

    def _take_title(self, row: Row) -> None:
        if row.number < self._header.first_row:
            self._titles += [c.text for c in row.cells.values() if c.kind is Kind.TEXT]
            self._parent, self._cell = title_units([clean(text) for text in self._titles[-50:]])

    def _hold_merged(self, row: Row) -> None:
        for merge in self._downwards.get(row.number, ()):
            if merge.first_column in row.cells:
                self._held[merge.first_column] = merge.last_row, row.cells[merge.first_column]
            else:
                self._held.pop(merge.first_column, None)

    def _is_person(self, row: Row) -> bool:
        cells = row.cells
        if is_header_again(row, self._header) or is_column_numbers(cells):
            return False
        if self._is_group(row):
            return False
        if self._has_core(row):
            if is_sum_row(cells):
                return False
            self._below = _Below.NOTHING
            return True
        first = next((c for _, c in sorted(cells.items()) if c.kind is Kind.TEXT), None)
        if first is not None and is_footer(first.text):
            self._below = max(self._below, _Below.SUM if is_sum(first.text) else _Below.FOOT)
            return False
        if self._below is _Below.FOOT:
            return self._is_named(row) and self._is_numbered(row)
        if self._below is _Below.SUM:
            return self._is_named(row) and len(cells) > 1
        return any(index in cells for index in self._personal)

    def _is_group(self, row: Row) -> bool:
        """Whether a row is a unit's, which then holds for the rows after it.

        A row that calls itself a unit begins one wherever it stands, also below a sum.
        """
        group = group_row(row.cells, self._names, self._first, row.number in self._wide)
        if group is None:
            return False
        if group.is_title:
            others = {*self._core} - {group.column}
            core = [row.cells[index] for index in others if index in row.cells]
            counted = group.column not in self._units and all(map(is_count, core))
            if self._has_core(row) and not counted:
                return False
            if self._below is _Below.SUM:
                self._below = _Below.NOTHING
        elif self._has_core(row):
            return False
        elif self._below is _Below.FOOT:
            return True
        self._groups.take(group.text)
        return True

    def _has_core(self, row: Row) -> bool:
        """Whether a card number or a birth is there, and not a title that begins in its column.

        Below a list only what looks like one counts: a name may stand in any column there.
        """
        if row.number in self._wide and len(row.cells) == 1:
            return False
        core = (row.cells[index] for index in self._core if index in row.cells)
        if self._below:
            likely = any(is_plausible(cell) and not is_footer(cell.text) for cell in core)
            return likely and len(row.cells) > 1
        return any(
            cell.kind is not Kind.TEXT or not (is_footer(cell.text) or is_unit_title(cell.text))
            for cell in core
        )

    def _is_named(self, row: Row) -> bool:
        names = [row.cells[index] for index in self._names if index in row.cells]
        return any(cell.kind is Kind.TEXT for cell in names)

    def _is_numbered(self, row: Row) -> bool:
        """Whether a row goes on with the numbers of the list, or holds figures as people's do."""
        number = row.cells.get(self._number) if self._number is not None else None
        if number is not None and is_count(number):
            return True
        return len(row.cells) > 3 and any(map(is_plausible, row.cells.values()))

    def _placed(self, row: Row) -> Found:
        own = unit_path(self._shown(row, self._unit)) if self._unit is not None else ()
        above = tuple(matching_name(text) for at in self._parents if (text := self._shown(row, at)))
        cell = self._groups.cell()
        if not own and cell is not None:
            own = (cell,)
        above = above or self._groups.parents()
        lacks = not own and (self._unit is not None or not above)
        if lacks and self._unit is None:
            own = (self._cell,) if self._cell else ()
            lacks = not own and bool(self._parents or self._groups.seen)
        if not above and len(own) == 1 and self._parent:
            above = (self._parent,)
        if len(own) > 1:  # the cell's column names what is above it too
            above = above if above and above[-1] != own[0] and own[0] not in above else above[:-1]
            above = () if own[0] in above else above
        return Found(row, (*above, *own), lacks)

    def _shown(self, row: Row, column: int | None) -> str:
        """What a column of units shows at a row, be it merged with rows above; "" when nothing."""
        if column is None:
            return ""
        cell = row.cells.get(column)
        if cell is None and column in self._held and row.number <= self._held[column][0]:
            cell = self._held[column][1]
        if cell is None or cell.kind not in (Kind.TEXT, Kind.NUMBER) or is_nothing(cell.text):
            return ""
        return cell.text


def _widest_first(layout: SheetLayout, unit: int | None) -> list[int]:
    """The columns of units above, widest first: by what they are, then by their order, which
    runs from the cell outwards where the cell comes first."""
    columns = [c for c in layout.columns if c.field is Field.PARENT_UNIT]
    sign = -1 if unit is not None and columns and unit < columns[0].index else 1

    def place(index: int, header: str) -> tuple[int, int]:
        words = plain(header)
        level = 2 if "bo phan" in words else 0 if any(wide in words for wide in _WIDER) else 1
        return level, sign * index

    return [c.index for c in sorted(columns, key=lambda c: place(c.index, c.header))]
