"""Cells and rows as a file holds them, before anything is known about what they mean."""

from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple

MOST_TEXT = 2000
"""Characters of a cell that are kept; no value of a roster is longer."""


class Kind(IntEnum):
    TEXT = 1
    NUMBER = 2
    DATE = 3
    FORMULA = 4
    ERROR = 5


class Cell(NamedTuple):
    """One cell that is not blank.

    The text of a NUMBER is its digits (with the zeros that its format puts before them), of a DATE
    the ISO date, of a FORMULA its source, never its value.
    """

    kind: Kind
    text: str


class Row(NamedTuple):
    """A row that is not blank: its number in Excel, its cells by column (0 is A)."""

    number: int
    cells: dict[int, Cell]
    is_hidden: bool = False


class Merge(NamedTuple):
    """A merged range, all four ends inclusive; rows as in Excel, columns from 0."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


def date_of_serial(serial: float, is_1904: bool = False) -> date | None:
    """The day of an Excel serial number; None where Excel has none (before 1900, 29/2/1900)."""
    days = int(serial // 1)
    if is_1904:
        return date(1904, 1, 1) + timedelta(days) if 0 <= days <= 2_957_003 else None
    if days < 1 or days == 60 or days > 2_958_465:
        return None
    return date(1899, 12, 31 if days < 60 else 30) + timedelta(days)
