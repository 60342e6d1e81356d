"""Rosters as offices keep them, written with a known truth: invented people, chosen faults.

`invent(count)` makes people, `with_faults` spoils some rows, `write_xlsx` and `write_csv` lay them
out in a given style. What a right reading says stands in each `Entry`.
"""

from __future__ import annotations

import csv
import random
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Ưng Âu".split()
MIDDLES = "Văn Thị Hữu Đức Thế Ngọc Kim Mỹ Xuân Công Đình Quốc".split()
GIVEN = (
    "An Ẩn Ánh Bình Chi Dũng Đạt Đào Hòa Hoà Huệ Khánh Liên Mai Oanh Phượng Quý Thúy Ước Ý".split()
)
WARDS = ("Long Biên", "Bồ Đề", "Việt Hưng", "Phúc Lợi")
FAULTS = ("duplicate_code", "missing_code", "missing_name", "bad_date", "formula")
FORMULA = "=cmd|' /C calc'!A0"


class Formula(str):
    """A live formula of a cell."""

    __slots__ = ()


@dataclass(frozen=True)
class Entry:
    """One person of a roster as the truth has it, and the fault of their row, if any."""

    code: str
    name: str
    birth: date
    has_whole_birth: bool
    ward: str
    cell: str
    gender: str
    post: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""
    fault: str | None = None

    def told(self) -> tuple[str, str, str, str, int]:
        """(code, name, ward, cell, birth year): what the reading must say."""
        return self.code, self.name, self.ward, self.cell, self.birth.year


@dataclass(frozen=True)
class Style:
    """How an office writes its roster."""

    order: Sequence[str] = (
        *("number", "name", "birth", "gender", "code", "cell", "ward"),
        *("post", "phone", "email", "note"),
    )
    headers: dict[str, str] = field(default_factory=dict)
    titles: Sequence[str] = ("ĐẢNG BỘ KHU VỰC LONG BIÊN", "DANH SÁCH ĐẢNG VIÊN", "")
    group_rows: bool = True
    group_cells: bool = False
    """Rows "CHI BỘ 1" between the people, instead of a column."""
    merge_units: bool = False
    """The column of cells is merged over the people of each cell."""
    repeat_header_every: int = 0
    footer: Sequence[str] = ("", "NGƯỜI LẬP BIỂU")
    nfd: bool = False


HEADERS = {
    "number": "STT",
    "name": "Họ và tên",
    "birth": "Ngày, tháng,\nnăm sinh",
    "gender": "Giới tính",
    "code": "Số thẻ đảng viên",
    "cell": "Chi bộ",
    "ward": "Đảng bộ",
    "post": "Chức vụ",
    "phone": "Điện thoại",
    "email": "Email",
    "note": "Ghi chú",
    "family": "Họ và tên đệm",
    "given": "Tên",
    "day": "Ngày",
    "month": "Tháng",
    "year": "Năm",
}


def invent(count: int, seed: int = 1, per_cell: int = 25) -> list[Entry]:
    """Invented people, the same for the same seed; at most four wards, cells of `per_cell`."""
    chance = random.Random(seed)
    per_ward = max(1, -(-count // len(WARDS)))
    people = []
    for place in range(count):
        name = f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"
        people.append(
            Entry(
                code=f"{chance.randint(10, 99)}{place + 1:06d}",
                name=name,
                birth=date(1935, 1, 1) + timedelta(chance.randint(0, 25_000)),
                has_whole_birth=place % 8 not in (2, 3),
                ward=WARDS[place // per_ward],
                cell=f"Chi bộ {place % per_ward // per_cell + 1}",
                gender=chance.choice(("Nam", "Nữ")),
                post="Bí thư chi bộ" if place % per_cell == 0 else "",
                phone=f"09{chance.randint(0, 99_999_999):08d}" if place % 7 else "",
                email=f"dv{place + 1}@example.invalid" if place % 5 == 4 else "",
                note="Miễn sinh hoạt" if place % 13 == 12 else "",
            )
        )
    return people


def with_faults(people: Sequence[Entry], every: int = 40) -> list[Entry]:
    """The same people with one fault in every so many rows, the kinds in turn."""
    spoiled = list(people)
    for turn, place in enumerate(range(every - 1, len(people), every)):
        fault = FAULTS[turn % len(FAULTS)]
        entry = replace(people[place], fault=fault)
        if fault == "duplicate_code":
            entry = replace(entry, code=people[place - 3].code)
        spoiled[place] = entry
    return spoiled


def written_name(entry: Entry, place: int, style: Style) -> str:
    """The name in one of the ways that staff write it."""
    if entry.fault == "missing_name":
        return ""
    if entry.fault == "formula":
        return Formula(FORMULA)
    form = place % 6
    name = entry.name
    if form == 1:
        name = name.upper()
    elif form == 2:
        name = "  " + name.replace(" ", "  ")
    elif form == 3 or style.nfd:
        name = unicodedata.normalize("NFD", name)
    return name


def written_birth(entry: Entry, place: int) -> Any:
    """The birth as a date cell, a text in one of four forms, or a bare year."""
    if entry.fault == "bad_date":
        return "31/02/1970"
    on = entry.birth
    if not entry.has_whole_birth:
        return str(on.year) if place % 2 else on.year
    forms: tuple[Any, ...] = (
        f"{on.day:02d}/{on.month:02d}/{on.year}",
        f"{on.day}/{on.month}/{on.year}",
        on,
        f"{on.day:02d}-{on.month:02d}-{on.year}",
        f"{on.day}.{on.month}.{on.year}",
    )
    return forms[place % len(forms)]


def written_phone(entry: Entry, place: int) -> Any:
    if not entry.phone:
        return ""
    digits = entry.phone
    forms: tuple[Any, ...] = (
        int(digits),
        f"+84 {digits[1:]}",
        f"{digits[:4]}.{digits[4:7]}.{digits[7:]}",
        f"{digits[:4]} {digits[4:7]} {digits[7:]}",
        digits,
    )
    return forms[place % len(forms)]


def cells_of(entry: Entry, place: int, style: Style) -> dict[str, Any]:
    """What stands in each column of a person's row."""
    name = written_name(entry, place, style)
    family, _, given = name.rpartition(" ")
    return {
        "number": place + 1,
        "name": name,
        "family": family,
        "given": given,
        "birth": written_birth(entry, place),
        "day": "31" if entry.fault == "bad_date" else entry.birth.day,
        "month": "2" if entry.fault == "bad_date" else entry.birth.month,
        "year": entry.birth.year,
        "gender": entry.gender,
        "code": "" if entry.fault == "missing_code" else entry.code,
        "cell": entry.cell,
        "ward": entry.ward,
        "post": entry.post,
        "phone": written_phone(entry, place),
        "email": entry.email,
        "note": entry.note,
    }


@dataclass
class Table:
    """Rows to be written, with the merged ranges and the row of each person (1 is the first)."""

    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]]
    row_of: list[int]


def lay_out(people: Sequence[Entry], style: Style = Style()) -> Table:
    """The whole sheet: titles, header, people with the rows between them, the foot."""
    headers = [{**HEADERS, **style.headers}[key] for key in style.order]
    width = len(headers)
    table = Table([], [], [])
    for title in style.titles:
        _add_wide(table, title, width)
    table.rows.append(list(headers))
    ward = cell = ""
    first_of_cell = 0
    for place, entry in enumerate(people):
        if style.group_rows and entry.ward != ward:
            _add_wide(table, f"ĐẢNG BỘ PHƯỜNG {entry.ward.upper()}", width)
        if style.group_cells and (entry.ward, entry.cell) != (ward, cell):
            _add_wide(table, entry.cell.upper(), width)
        if style.repeat_header_every and place and place % style.repeat_header_every == 0:
            table.rows.append(list(headers))
        cells = cells_of(entry, place, style)
        if style.merge_units:
            if (entry.ward, entry.cell) == (ward, cell):
                cells["cell"] = ""
            else:
                _close_merge(table, first_of_cell, style)
                first_of_cell = len(table.rows) + 1
        table.rows.append([cells[key] for key in style.order])
        table.row_of.append(len(table.rows))
        ward, cell = entry.ward, entry.cell
    if style.merge_units:
        _close_merge(table, first_of_cell, style)
    for text in style.footer:
        table.rows.append([""] * (width - 2) + [text])
    return table


def _add_wide(table: Table, text: str, width: int) -> None:
    table.rows.append([text])
    if text:
        table.merges.append((len(table.rows), 0, len(table.rows), width - 1))


def _close_merge(table: Table, first: int, style: Style) -> None:
    last = table.row_of[-1] if table.row_of else 0
    if first and last > first:
        column = list(style.order).index("cell")
        table.merges.append((first, column, last, column))


def write_xlsx(path: Path, table: Table, sheet: str = "Danh sách", **options: Any) -> Path:
    """The table as a workbook. `hidden_sheet=True` adds a hidden list of other people."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    if options.pop("date_1904", False):
        book.set_calc_mode("auto")
        book.date_1904 = True
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet(sheet)
    _fill(page, table, day)
    if options.pop("hidden_sheet", False):
        page = book.add_worksheet("Cũ")
        _fill(page, lay_out(invent(3, seed=99)), day)
        page.hide()
    book.close()
    return path


def _fill(page: Any, table: Table, day: Any) -> None:
    for number, values in enumerate(table.rows):
        for column, value in enumerate(values):
            if isinstance(value, Formula):
                page.write_formula(number, column, str(value))
            elif isinstance(value, date):
                page.write_datetime(number, column, value, day)
            elif isinstance(value, int):
                page.write_number(number, column, value)
            elif value:
                page.write_string(number, column, value)
    for first, left, last, right in table.merges:
        text = table.rows[first - 1][left]
        page.merge_range(first - 1, left, last - 1, right, text)


def write_csv(path: Path, table: Table, encoding: str = "utf-8-sig", separator: str = ",") -> Path:
    """The table as text, as Excel saves it; tones apart from their letters in Windows-1258."""
    with path.open("w", encoding=encoding, newline="", errors="strict") as file:
        writer = csv.writer(file, delimiter=separator)
        for row in _texts(table.rows):
            writer.writerow([_for_1258(text) if encoding == "cp1258" else text for text in row])
    return path


def _texts(rows: Iterable[Sequence[Any]]) -> Iterator[list[str]]:
    for row in rows:
        yield [f"{v:%d/%m/%Y}" if isinstance(v, date) else str(v) for v in row]


def _for_1258(text: str) -> str:
    """Windows-1258 has the letters of Vietnamese and five tones as marks of their own."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        try:
            char.encode("cp1258")
            out.append(char)
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", char)
            tones = [mark for mark in apart if mark in "\u0300\u0301\u0303\u0309\u0323"]
            letter = "".join(mark for mark in apart if mark not in tones)
            out.append(unicodedata.normalize("NFC", letter) + "".join(tones))
    return "".join(out)
