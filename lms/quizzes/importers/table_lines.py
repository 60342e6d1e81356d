"""Tables used for layout: their cells as lines in the order a reader takes them.

For tables that are neither an answer key nor a list of questions with a header.
"""

import re
from collections.abc import Iterator

from lms.quizzes.importers.blocks import Cell, Line, Table
from lms.quizzes.importers.marked_text import MarkedText, joined

_NUMBER_ALONE = re.compile(r"\s*(?:câu\s*)?\d{1,4}\s*", re.IGNORECASE)


def lines_of_table(table: Table) -> Iterator[Line]:
    """Each row as one line with tabs between its cells; cells of several lines one by one."""
    for row in table.rows:
        cells = [[line for line in cell if line.content or line.notes] for cell in row]
        cells = [cell for cell in cells if cell]
        if not cells:
            continue
        if all(len(cell) == 1 for cell in cells):
            yield _in_one([cell[0] for cell in cells])
            continue
        if len(cells[0]) == 1 and _NUMBER_ALONE.fullmatch(cells[0][0].content.text):
            cells = [_numbered(cells[0][0], cells[1]), *cells[2:]]
        for cell in cells:
            yield from cell


def _in_one(lines: list[Line]) -> Line:
    contents = [line.content for line in lines]
    if len(contents) > 1 and _NUMBER_ALONE.fullmatch(contents[0].text):
        contents[0] = contents[0].stripped() + MarkedText.of(".")
    return Line(
        joined(contents, "\t"),
        auto=lines[0].auto,
        title=all(line.title for line in lines),
        notes=tuple(note for line in lines for note in line.notes),
    )


def _numbered(number: Line, cell: Cell) -> Cell:
    return [_in_one([number, cell[0]]), *cell[1:]]
