"""Dates as rosters hold them. What is impossible or has two readings is no date: never guessed."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from lms.base.vietnamese import clean, fold
from lms.people.roster.cells import Cell, Kind, date_of_serial

OLDEST = 115
YOUNGEST = 10
"""Ages in years. A birth outside them is a slip of the pen."""

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})")
_YEAR = re.compile(r"\d{4}")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?( ?am)?$|[ T]12:00:00 am$", re.IGNORECASE)
_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or a year alone where the month or the day is not given."""

    year: int
    on: date | None = None


def read_day(cell: Cell, is_1904: bool = False) -> Day | None:
    """The date of a cell; None when it holds none that is certain."""
    if cell.kind is Kind.DATE:
        return _iso(cell.text)
    if cell.kind is Kind.NUMBER:
        return _number(cell.text, is_1904)
    return _text(cell.text) if cell.kind is Kind.TEXT else None


def read_parts(day: str, month: str, year: str) -> Day | None:
    """A date in three columns; the day, or both, may be blank."""
    if not year:
        return None
    return _text("/".join(part for part in (day, month, year) if part))


def is_birth(found: Day, today: date) -> bool:
    """Whether a living member can have been born then."""
    if found.on is not None and found.on > today:
        return False
    return YOUNGEST <= today.year - found.year <= OLDEST


@lru_cache(maxsize=4096)
def _iso(text: str) -> Day | None:
    try:
        on = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None
    return Day(on.year, on)


def _number(text: str, is_1904: bool) -> Day | None:
    """A year, or the serial number of a day whose cell lost its format."""
    try:
        number = float(text)
    except ValueError:
        return None
    if not number.is_integer():
        return None
    if 1800 <= number <= 2199:
        return Day(int(number))
    if 3000 <= number <= 99_999:
        on = date_of_serial(number, is_1904)
        return Day(on.year, on) if on else None
    return None


@lru_cache(maxsize=4096)
def _text(text: str) -> Day | None:
    text = _MIDNIGHT.sub("", clean(text)).strip(" .,;'")
    if match := _DAY_FIRST.fullmatch(text):
        return _day(int(match[3]), int(match[2]), int(match[1]))
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH.fullmatch(text):
        return Day(int(match[2])) if 1 <= int(match[1]) <= 12 else None
    if _YEAR.fullmatch(text):
        return Day(int(text))
    if match := _WORDS.fullmatch(fold(text).replace(",", "")):
        return _day(int(match[3]), int(match[2]), int(match[1]))
    return None


def _day(year: int, month: int, day: int) -> Day | None:
    try:
        return Day(year, date(year, month, day))
    except ValueError:
        return None
