"""What a reading of a roster says: its lines, what is in doubt on them, the layout of its sheets.

Plain values. A line with a problem is in doubt: it is shown to a human and never guessed. A notice
names a value that was left out (a phone of too few digits), or a remark that a human should read,
and holds no line back.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.people.roster.fields import Field
from lms.people.standing import Standing


class ProblemKind(StrEnum):
    """Why a line is in doubt, or (the last three) what else a human should know of it."""

    DUPLICATE_CODE = "duplicate_code"
    MISSING_CODE = "missing_code"
    BAD_CODE = "bad_code"
    SHORT_CODE = "short_code"
    CODE_ZEROS = "code_zeros"
    MISSING_NAME = "missing_name"
    BAD_NAME = "bad_name"
    BAD_DATE = "bad_date"
    MISSING_UNIT = "missing_unit"
    FORMULA = "formula"
    BROKEN_CELL = "broken_cell"
    BAD_PHONE = "bad_phone"
    BAD_EMAIL = "bad_email"
    SAYS_LEFT = "says_left"


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be taken as it stands."""

    row: int
    column: str
    """The header's text; the column's letter where there is none."""
    kind: ProblemKind
    value: str
    """What the cell shows, cut to 100 characters; a formula with its sign of equality."""
    first_row: int | None = None
    """Of a duplicate, and of a number that differs by its leading zeros alone: where it stood
    first."""


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person as the file gives them. None: the file says nothing about it."""

    sheet: str
    row: int
    code: str | None
    name: str
    birth_year: int | None
    birth_date: date | None
    gender: str | None
    """'male' or 'female'."""
    unit_names: tuple[str, ...]
    """Widest first, without the words before a name: ("Long Biên", "Chi bộ 1")."""
    post: str | None
    phone: str | None
    """Digits with the leading zero: 0912345678."""
    email: str | None
    standing: Standing | None
    is_exempt: bool | None
    joined_on: date | None
    note: str | None
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...] = ()
    is_hidden: bool = False
    """Whether the sheet hides the row."""

    @property
    def is_in_doubt(self) -> bool:
        return bool(self.problems)


@dataclass(frozen=True, slots=True)
class Column:
    """One column under the header: its place (0 is A), its text, what it was taken for."""

    index: int
    header: str
    field: Field | None
    samples: tuple[str, ...] = ()
    """The first values below, for whoever matches the columns."""

    @property
    def letter(self) -> str:
        return column_letter(self.index)

    @property
    def label(self) -> str:
        return self.header or self.letter


class Skipped(StrEnum):
    """Why a sheet was not read."""

    HIDDEN = "hidden"
    NO_HEADER = "no_header"


@dataclass(frozen=True, slots=True)
class SkippedSheet:
    name: str
    reason: Skipped


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet that is read: where its header is and what its columns mean."""

    name: str
    header_row: int
    """The Excel row (1 is the first) of the header's last line."""
    columns: tuple[Column, ...]
    signature: str
    """The same for every file with the same header: the key of a remembered mapping."""

    @property
    def mapping(self) -> dict[int, Field]:
        return {column.index: column.field for column in self.columns if column.field}


def column_letter(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
