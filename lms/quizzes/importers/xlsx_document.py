"""An Excel workbook as tables of lines, as its sheets show them.

Reads values and the looks of cells. What the rows mean is decided elsewhere.
"""

import datetime
import io
import re
from typing import Any

import openpyxl

from lms.quizzes.importers import errors
from lms.quizzes.importers.blocks import Cell, Document, Line, Note, Table
from lms.quizzes.importers.docx_styles import visible_colour, visible_shade
from lms.quizzes.importers.marked_text import Look, MarkedText

MAX_ROWS = 6000
MAX_COLUMNS = 30
MAX_CHARACTERS = 1_000_000

_PERCENT = re.compile(r"0(?:\.(0+))?%")


def read_workbook(data: bytes) -> Document:
    """Every visible sheet as a table. Raises `UnreadableFile` when the workbook is broken."""
    try:
        workbook = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        try:
            return _document(workbook)
        finally:
            workbook.close()
    except errors.UnreadableFile:
        raise
    except Exception as error:  # the parser raises a dozen unrelated types on hostile packages
        raise errors.damaged() from error


def _document(workbook: Any) -> Document:
    document = Document()
    characters = 0
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            document.seen.add("hidden_text")
            continue
        rows: list[list[Cell]] = []
        for cells in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS):
            row = [_cell(cell) for cell in cells]
            characters += sum(len(line.content) for cell in row for line in cell)
            if any(row):
                rows.append(row)
            if characters > MAX_CHARACTERS or len(rows) > MAX_ROWS:
                raise errors.too_large()
        if rows:
            document.blocks.append(Table(rows))
    return document


def _cell(cell: Any) -> Cell:
    """The lines of a cell; [] when it is blank."""
    value = cell.value
    if value is None:
        return []
    notes: tuple[Note, ...] = ()
    if cell.data_type == "e":
        value, notes = "", (Note("broken_cell", str(cell.coordinate)),)
    elif isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        notes = (Note("date_cell", str(cell.coordinate)),)
    parts = MarkedText.of(_shown(value, str(cell.number_format or "")), _look(cell)).lines()
    lines = [
        Line(part.stripped(), soft=index > 0, notes=notes if index == 0 else ())
        for index, part in enumerate(parts)
    ]
    return [line for line in lines if line.content or line.notes]


def _shown(value: object, form: str) -> str:
    """The value as the sheet shows it, in Vietnamese usage (0,5 and 19/7/2019)."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime | datetime.date):
        return _shown_date(value, form.lower())
    if isinstance(value, int | float):
        percent = _PERCENT.search(form)
        if percent:
            places = len(percent.group(1) or "")
            return f"{value * 100:.{places}f}%".replace(".", ",")
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return str(value).replace(".", ",")
    return str(value)


def _shown_date(value: datetime.date, form: str) -> str:
    """Day first; with leading zeros where the format asks for them or is the general one."""
    padded = "dd" in form or form.startswith("mm-dd")
    day = f"{value.day:02d}" if padded else str(value.day)
    month = f"{value.month:02d}" if padded or "mm" in form else str(value.month)
    return f"{day}/{month}/{value.year}"


def _look(cell: Any) -> Look:
    font, fill = cell.font, cell.fill
    if font is None:
        return Look()
    colour = getattr(font.color, "rgb", None) if font.color is not None else None
    shade = ""
    if fill is not None and fill.fill_type == "solid":
        foreground = fill.fgColor
        if foreground.type == "rgb":
            shade = visible_shade(str(foreground.rgb)[-6:])
        else:  # a colour of the theme, or of the old palette: which one does not matter
            shade = f"{foreground.type} {foreground.value} {foreground.tint}"
    return Look(
        bold=bool(font.b),
        italic=bool(font.i),
        underline=font.u not in (None, "none"),
        colour=visible_colour(colour) if isinstance(colour, str) else _theme_colour(font.color),
        shade=shade,
    )


def _theme_colour(colour: Any) -> str:
    """A theme's colour by its number; 0 and 1 are those of plain text and paper."""
    if colour is None or colour.type != "theme" or colour.theme in (0, 1):
        return ""
    return f"theme {colour.theme}"
