"""One row of a roster as a person, with what is in doubt about it.

The rules of what is a doubt (the row is shown to a human) and what a notice (the value is left
out, or worth a look) live here; how a value is read lives in values.py, dates.py and unit_names.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lms.base.vietnamese import clean
from lms.people.roster import values
from lms.people.roster.cells import Cell, Kind, Row
from lms.people.roster.dates import Day, is_birth, read_day, read_parts
from lms.people.roster.fields import Field
from lms.people.roster.lines import Column, Problem, ProblemKind, RosterLine, SheetLayout
from lms.people.standing import Standing

_FORMULA_SIGNS = ("=", "＝")
_NAME_SIGNS = (*_FORMULA_SIGNS, "+", "@", "＋", "＠")
_NAME_FIELDS = (Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME)
# Where a formula or a broken cell leaves only this value out, and the person is read all the same.
_MINOR = frozenset({Field.NOTE, Field.PHONE, Field.EMAIL, Field.GENDER, Field.JOINED_ON})
_BIRTH_FIELDS = (Field.BIRTH, Field.BIRTH_OF_MEN, Field.BIRTH_OF_WOMEN)


@dataclass(slots=True)
class SeenCodes:
    """Card numbers met so far in the file, with the row of each; and without leading zeros, the
    number each was written as."""

    rows: dict[str, int] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)


class PersonReader:
    """Reads the rows of one sheet. `seen` goes on from sheet to sheet."""

    def __init__(
        self,
        layout: SheetLayout,
        seen: SeenCodes,
        today: date,
        is_1904: bool = False,
        code_length: int = 0,
    ) -> None:
        self._layout = layout
        self._seen = seen.rows
        self._written = seen.written
        self._code_length = code_length
        self._today = today
        self._is_1904 = is_1904
        self._columns: dict[Field, Column] = {}
        self._used: list[tuple[int, Column]] = []
        for column in layout.columns:
            if column.field:
                self._columns.setdefault(column.field, column)
                if column.field is not Field.NUMBER:
                    self._used.append((column.index, column))
        self._says_exempt = bool({Field.EXEMPT, Field.NOTE} & self._columns.keys())

    def read(self, row: Row, unit_names: tuple[str, ...], lacks_unit: bool) -> RosterLine:
        """The person of a row that stands in these units."""
        work = _Work(row, self._columns)
        self._find_formulas(work)
        note = work.text(Field.NOTE)
        code = self._code(work)
        name = self._name(work)
        birth, gender = self._birth(work)
        for each in (Field.NOTE, Field.STANDING):
            if values.says_left(work.text(each)):
                work.notice(ProblemKind.SAYS_LEFT, each)
        if lacks_unit:
            work.doubt(ProblemKind.MISSING_UNIT, Field.UNIT, Field.PARENT_UNIT)
        return RosterLine(
            sheet=self._layout.name,
            row=row.number,
            code=code or None,
            name=name,
            birth_year=birth.year if birth else None,
            birth_date=birth.on if birth else None,
            gender=gender,
            unit_names=unit_names,
            post=values.read_post(work.text(Field.POST)),
            phone=self._phone(work),
            email=self._email(work),
            standing=self._standing(work, note),
            is_exempt=self._exempt(work, note),
            joined_on=self._joined(work),
            note=clean(note)[:500] or None,
            problems=tuple(work.problems),
            notices=tuple(work.notices),
            is_hidden=row.is_hidden,
        )

    def _find_formulas(self, work: "_Work") -> None:
        for index, column in self._used:
            cell = work.row.cells.get(index)
            if cell is None:
                continue
            signs = _NAME_SIGNS if column.field in _NAME_FIELDS else _FORMULA_SIGNS
            text = cell.text.lstrip() if cell.kind is Kind.TEXT else ""
            if cell.kind is Kind.FORMULA or text.startswith(signs):
                work.refuse(ProblemKind.FORMULA, column, cell.text)
            elif cell.kind is Kind.ERROR:
                work.refuse(ProblemKind.BROKEN_CELL, column, cell.text)

    def _code(self, work: "_Work") -> str | None:
        if Field.CODE in work.refused:
            return None
        cell = work.cell(Field.CODE)
        code = values.read_code(cell) if cell else ""
        if code is None:
            work.doubt(ProblemKind.BAD_CODE, Field.CODE)
        elif not code:
            work.doubt(ProblemKind.MISSING_CODE, Field.CODE)
        elif code in self._seen:
            work.doubt(ProblemKind.DUPLICATE_CODE, Field.CODE, first_row=self._seen[code])
        else:
            self._seen[code] = work.row.number
            written = self._written.setdefault(code.lstrip("0"), code) if code.isdecimal() else code
            if written != code:
                work.doubt(ProblemKind.CODE_ZEROS, Field.CODE, first_row=self._seen[written])
            elif cell and cell.kind is Kind.NUMBER and len(code) < self._code_length:
                work.doubt(ProblemKind.SHORT_CODE, Field.CODE)
        return code

    def _name(self, work: "_Work") -> str:
        if any(each in work.refused for each in _NAME_FIELDS):
            return ""
        if Field.GIVEN_NAME in self._columns:
            family, given = work.text(Field.FAMILY_NAME), work.text(Field.GIVEN_NAME)
            is_whole = bool(clean(given)) and (bool(clean(family)) or " " in clean(given))
            text, where = f"{family} {given}" if is_whole else "", Field.GIVEN_NAME
        else:
            text, where = work.text(Field.NAME), Field.NAME
        if not clean(text) or values.is_nothing(text):
            work.doubt(ProblemKind.MISSING_NAME, where)
            return ""
        cell = work.cell(where)
        name = values.read_name(text)
        if name is None or (cell and cell.kind is not Kind.TEXT) or name.startswith(("-", "－")):
            work.doubt(ProblemKind.BAD_NAME, where)
            return ""
        return name

    def _birth(self, work: "_Work") -> tuple[Day | None, str | None]:
        gender = values.read_gender(work.text(Field.GENDER))
        for each, answer in ((Field.MAN, "male"), (Field.WOMAN, "female")):
            mark = work.text(each)
            if gender is None and mark and values.read_mark(mark) is not False:
                gender = answer
        found: Day | None = None
        for each in _BIRTH_FIELDS:
            cell = work.cell(each)
            if cell is None or each in work.refused or values.is_nothing(cell.text):
                continue
            if each is not Field.BIRTH:
                gender = "male" if each is Field.BIRTH_OF_MEN else "female"
            day = read_day(cell, self._is_1904)
            found = self._accepted(work, day, found, each)
            if found is None:
                return None, gender
        if Field.BIRTH_YEAR in self._columns and Field.BIRTH_YEAR not in work.refused:
            parts = [work.text(f) for f in (Field.BIRTH_DAY, Field.BIRTH_MONTH, Field.BIRTH_YEAR)]
            parts = ["" if values.is_nothing(part) else part.strip() for part in parts]
            if any(parts):
                found = self._accepted(work, read_parts(*parts), found, Field.BIRTH_YEAR)
        return found, gender

    def _accepted(self, work: "_Work", day: Day | None, other: Day | None, at: Field) -> Day | None:
        """A birth that can be, and does not contradict another column of the row."""
        if day is None or not is_birth(day, self._today) or (other and other.year != day.year):
            work.doubt(ProblemKind.BAD_DATE, at)
            return None
        return other if other and other.on else day

    def _phone(self, work: "_Work") -> str | None:
        text = work.text(Field.PHONE)
        if not text or values.is_nothing(text):
            return None
        phone = values.read_phone(text)
        if phone is None:
            work.notice(ProblemKind.BAD_PHONE, Field.PHONE)
        return phone

    def _email(self, work: "_Work") -> str | None:
        text = work.text(Field.EMAIL)
        if not text or values.is_nothing(text):
            return None
        address = values.read_email(text)
        if address is None:
            work.notice(ProblemKind.BAD_EMAIL, Field.EMAIL)
        return address

    def _joined(self, work: "_Work") -> date | None:
        cell = work.cell(Field.JOINED_ON)
        if cell is None or Field.JOINED_ON in work.refused or values.is_nothing(cell.text):
            return None
        day = read_day(cell, self._is_1904)
        if day is None or day.year > self._today.year or (day.on and day.on > self._today):
            work.notice(ProblemKind.BAD_DATE, Field.JOINED_ON)
            return None
        return day.on

    def _standing(self, work: "_Work", note: str) -> Standing | None:
        told = values.read_standing(work.text(Field.STANDING))
        if told is not None:
            return told
        remarked = values.read_standing(note)
        return None if remarked is Standing.FULL else remarked

    def _exempt(self, work: "_Work", note: str) -> bool | None:
        if not self._says_exempt:
            return None
        text = work.text(Field.EXEMPT)
        if text and values.read_mark(text) is not False and not values.is_exempt_denied(text):
            return True
        if Field.EXEMPT not in self._columns and Field.NOTE in work.refused:
            return None
        return values.says_exempt(note)


class _Work:
    """What is gathered while one row is read."""

    def __init__(self, row: Row, columns: Mapping[Field, Column]) -> None:
        self.row = row
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []
        self.refused: set[Field] = set()
        self._columns = columns

    def cell(self, field: Field) -> Cell | None:
        column = self._columns.get(field)
        return self.row.cells.get(column.index) if column else None

    def text(self, field: Field) -> str:
        """What a cell shows; "" when it is blank or refused."""
        cell = self.cell(field)
        return cell.text if cell and field not in self.refused else ""

    def refuse(self, kind: ProblemKind, column: Column, value: str) -> None:
        if column.field:
            self.refused.add(column.field)
        listed = self.notices if column.field in _MINOR else self.problems
        listed.append(Problem(self.row.number, column.label, kind, value[:100]))

    def doubt(self, kind: ProblemKind, *fields: Field, first_row: int | None = None) -> None:
        self.problems.append(self._problem(kind, fields, first_row))

    def notice(self, kind: ProblemKind, field: Field) -> None:
        self.notices.append(self._problem(kind, (field,), None))

    def _problem(
        self, kind: ProblemKind, fields: tuple[Field, ...], first_row: int | None
    ) -> Problem:
        column = next((self._columns[f] for f in fields if f in self._columns), None)
        cell = self.row.cells.get(column.index) if column else None
        return Problem(
            self.row.number,
            column.label if column else "",
            kind,
            clean(cell.text)[:100] if cell else "",
            first_row,
        )
