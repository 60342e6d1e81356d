"""A roster file opened: its sheets and what their columns mean; its people, one line at a time.

Reading goes row by row, so memory does not grow with the file but by its card numbers.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lms.base import clock
from lms.base.vietnamese import clean
from lms.people.roster import code_length, errors
from lms.people.roster.body import BodyReader
from lms.people.roster.cells import Kind, Row
from lms.people.roster.columns import header_signature, propose_mapping
from lms.people.roster.fields import Field
from lms.people.roster.header import ROWS_LOOKED_AT, Header, find_header, score_rows
from lms.people.roster.lines import Column, RosterLine, SheetLayout, Skipped, SkippedSheet
from lms.people.roster.person import PersonReader, SeenCodes
from lms.people.roster.workbook import Sheet, open_workbook
from lms.people.roster.worksheet import MOST_COLUMNS

MOST_LINES = 300_000
_SAMPLES = 3
_SAMPLE_ROWS = 20


@dataclass
class Reading:
    """A roster that can be read. `columns`, `header_row`, `signature` are the first sheet's."""

    path: Path
    name: str
    sheets: tuple[SheetLayout, ...]
    skipped_sheets: tuple[SkippedSheet, ...]
    headers: tuple[Header, ...]
    hidden_rows: int = 0
    """People in rows that the sheet hides, once `lines()` has come to its end. They are read."""

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.sheets[0].columns

    @property
    def header_row(self) -> int:
        return self.sheets[0].header_row

    @property
    def signature(self) -> str:
        return self.sheets[0].signature

    @property
    def missing_fields(self) -> tuple[Field, ...]:
        """What no column gives and no import can do without: the card number, the name."""
        missing = []
        for sheet in self.sheets:
            fields = set(sheet.mapping.values())
            if Field.CODE not in fields:
                missing.append(Field.CODE)
            if not fields & {Field.NAME, Field.GIVEN_NAME}:
                missing.append(Field.NAME)
        return tuple(dict.fromkeys(missing))

    def with_mapping(self, mapping: Mapping[int, Field]) -> "Reading":
        """The same file with its columns matched by a human, on all sheets of the same header."""
        sheets = tuple(
            replace(
                sheet,
                columns=tuple(replace(c, field=mapping.get(c.index)) for c in sheet.columns),
            )
            if sheet.signature == self.signature
            else sheet
            for sheet in self.sheets
        )
        return replace(self, sheets=sheets, hidden_rows=0)

    def lines(self) -> Iterator[RosterLine]:
        """The people, in the order of the file. Raises UnreadableRoster where the file breaks off.

        Each call reads the file anew.
        """
        self.hidden_rows = 0
        seen = SeenCodes()
        today = clock.today()
        count = 0
        workbook = open_workbook(self.path, self.name, score_rows)
        try:
            layouts = {layout.name: (layout, header) for layout, header in self._pairs()}
            for sheet in workbook.sheets:
                if sheet.is_hidden or sheet.name not in layouts:
                    continue
                layout, header = layouts[sheet.name]
                length = _code_length(layout, header, sheet)
                person = PersonReader(layout, seen, today, sheet.is_1904, length)
                body = BodyReader(layout, header, sheet.merges())
                for found in body.people(sheet.rows()):
                    count += 1
                    if count > MOST_LINES:
                        raise errors.too_many_rows(MOST_LINES)
                    self.hidden_rows += found.row.is_hidden
                    yield person.read(found.row, found.unit_names, found.lacks_unit)
        finally:
            workbook.close()

    def _pairs(self) -> Iterator[tuple[SheetLayout, Header]]:
        return zip(self.sheets, self.headers, strict=True)


def open_roster(path: Path, name: str, mapping: Mapping[int, Field] | None = None) -> Reading:
    """Open a roster: find the headers and what the columns mean.

    `name` is the file's name as its owner knows it; `mapping` (column from 0 → field) replaces the
    proposal on the first sheet and those of the same header. Raises UnreadableRoster.
    """
    layouts: list[SheetLayout] = []
    headers: list[Header] = []
    skipped: list[SkippedSheet] = []
    workbook = open_workbook(path, name, score_rows)
    try:
        for sheet in workbook.sheets:
            if sheet.is_hidden:
                skipped.append(SkippedSheet(sheet.name, Skipped.HIDDEN))
                continue
            rows = list(itertools.islice(sheet.rows(), ROWS_LOOKED_AT))
            header = find_header(rows, sheet.merges()) if rows else None
            if header is not None:
                layouts.append(_layout(sheet, header, rows))
                headers.append(header)
            elif rows:
                skipped.append(SkippedSheet(sheet.name, Skipped.NO_HEADER))
    finally:
        workbook.close()
    # Beside a list with card numbers, a sheet without them is a table of something else.
    if any(Field.CODE in layout.mapping.values() for layout in layouts):
        others = [at for at, each in enumerate(layouts) if Field.CODE not in each.mapping.values()]
        skipped += [SkippedSheet(layouts[at].name, Skipped.NO_HEADER) for at in others]
        headers = [header for at, header in enumerate(headers) if at not in others]
        layouts = [layout for at, layout in enumerate(layouts) if at not in others]
    if not layouts:
        raise errors.no_header()
    reading = Reading(path, name, tuple(layouts), tuple(skipped), tuple(headers))
    return reading if mapping is None else reading.with_mapping(mapping)


def _layout(sheet: Sheet, header: Header, rows: list[Row]) -> SheetLayout:
    texts = header.texts()
    if MOST_COLUMNS - 1 in texts:
        raise errors.too_many_columns(MOST_COLUMNS - 1)
    chosen = propose_mapping(header.parts)
    below = [row for row in rows if row.number > header.last_row][:_SAMPLE_ROWS]
    _find_given_names(chosen, texts, below)
    indexes = sorted(texts.keys() | {column for row in below for column in row.cells})
    columns = tuple(
        Column(index, texts.get(index, ""), chosen.get(index), _samples(index, below))
        for index in indexes
    )
    width = max(indexes, default=-1) + 1
    signature = header_signature([texts.get(index, "") for index in range(width)])
    return SheetLayout(sheet.name, header.last_row, columns, signature)


def _code_length(layout: SheetLayout, header: Header, sheet: Sheet) -> int:
    column = next((i for i, field in layout.mapping.items() if field is Field.CODE), None)
    if column is None:
        return 0
    rows = itertools.islice(sheet.rows(), code_length.ROWS_LOOKED_AT)
    return code_length.usual_length((r for r in rows if r.number > header.last_row), column)


def _samples(index: int, rows: list[Row]) -> tuple[str, ...]:
    found = (row.cells[index].text for row in rows if index in row.cells and len(row.cells) > 2)
    return tuple(clean(text)[:60] for text in itertools.islice(found, _SAMPLES))


def _find_given_names(chosen: dict[int, Field], texts: dict[int, str], rows: list[Row]) -> None:
    """A column of single words without a heading, right of the names, holds the given names: the
    heading stands over both, though nothing in the file joins them."""
    name = next((index for index, field in chosen.items() if field is Field.NAME), None)
    if name is None or name + 1 in texts:
        return
    people = [row.cells for row in rows if len(row.cells) > 2 and name in row.cells]
    beside = [cells[name + 1] for cells in people if name + 1 in cells]
    single = [cell for cell in beside if cell.kind is Kind.TEXT and clean(cell.text).isalpha()]
    if len(people) >= 2 and len(beside) == len(single) and len(single) * 2 > len(people):
        chosen[name], chosen[name + 1] = Field.FAMILY_NAME, Field.GIVEN_NAME
