"""Single cells and rows that matter: formulas of every sort, numbers with zeros before them,
hidden rows, rows between the people, several sheets, numbers that come twice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from lms.people.models import Standing
from lms.people.roster import RosterLine, Skipped, message_of, open_roster
from tests.people.roster import raw

HEADER = raw.row(["STT", "Họ và tên", "Năm sinh", "Số thẻ", "Chi bộ", "Ghi chú", "Điện thoại"], 1)


def cells(number: int, *written: str, attributes: str = "") -> str:
    return f'<row r="{number}"{attributes}>{"".join(written)}</row>'


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def lines_of(tmp_path: Path, *rows: str, behind: str = "", **parts: str) -> list[RosterLine]:
    path = raw.write(tmp_path / "a.xlsx", raw.sheet(HEADER, *rows, behind=behind), **parts)
    return list(open_roster(path, path.name).lines())


def kinds(lines: Iterable[RosterLine]) -> list[list[str]]:
    return [[problem.kind.value for problem in line.problems] for line in lines]


PLAIN = '<c t="inlineStr"><is><t>{}</t></is></c>'
FORMULAS = {
    "plain": "<c><f>1+1</f><v>2</v></c>",
    "without a value": "<c><f>A1</f></c>",
    "of text": '<c t="str"><f>CONCAT("a")</f><v>Nguyễn Văn An</v></c>',
    "shared": '<c t="str"><f t="shared" si="0"/><v>Nguyễn Văn An</v></c>',
    "with its sign as text": PLAIN.format("=1+1"),
    "a call behind an at": PLAIN.format("@SUM(1)"),
    "a call behind a plus": PLAIN.format("+cmd|' /C calc'!A0"),
    "full-width": PLAIN.format("＝1+1"),
}


@pytest.mark.parametrize("name", FORMULAS.values(), ids=FORMULAS.keys())
def test_a_formula_is_never_evaluated(tmp_path: Path, name: str) -> None:
    row = cells(2, "<c><v>1</v></c>", name, "<c><v>1962</v></c>", text("67000001"), text("1"))
    (line,) = lines_of(tmp_path, row)
    assert (kinds([line]), line.name) == ([["formula"]], "")
    assert line.problems[0].column == "Họ và tên"


def test_the_cells_that_an_array_formula_fills(tmp_path: Path) -> None:
    first = '<c r="D2" t="str"><f t="array" ref="D2:D3">X1:X2</f><v>67000001</v></c>'
    second = '<c r="D3" t="str"><v>67000002</v></c>'
    rows = [
        cells(n, f'<c r="B{n}" t="str"><v>Lê An</v></c>', code, f'<c r="E{n}"><v>1</v></c>')
        for n, code in ((2, first), (3, second), (4, '<c r="D4" t="str"><v>67000003</v></c>'))
    ]
    assert kinds(lines_of(tmp_path, *rows)) == [["formula"], ["formula"], []]


def test_a_formula_in_the_numbers_of_the_rows_is_none_of_ours(tmp_path: Path) -> None:
    number = "<c><f>A1+1</f><v>1</v></c>"
    row = cells(2, number, text("Lê An"), "<c/>", text("67000001"), text("1"))
    assert kinds(lines_of(tmp_path, row)) == [[]]


def test_an_error_of_excel_is_a_doubt_where_it_matters(tmp_path: Path) -> None:
    broken = '<c t="e"><v>#REF!</v></c>'
    row = cells(2, "<c/>", text("Lê An"), "<c/>", broken, text("1"), broken)
    (line,) = lines_of(tmp_path, row)
    assert kinds([line]) == [["broken_cell"]]
    assert [notice.kind for notice in line.notices] == ["broken_cell"]


def test_zeros_that_a_format_puts_before_a_number(tmp_path: Path) -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000000"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    rows = (
        cells(2, "<c/>", text("Lê An"), "<c/>", '<c s="1"><v>1234567</v></c>', text("1")),
        cells(3, "<c/>", text("Lê Bình"), "<c/>", '<c s="0"><v>6.7000002E7</v></c>', text("1")),
    )
    lines = lines_of(tmp_path, *rows, styles=styles)
    assert [line.code for line in lines] == ["01234567", "67000002"]


def test_zeros_that_a_number_cell_lost(tmp_path: Path) -> None:
    codes = ("034567001", "034567003", "034567004", 34567002, 34567003, 134567005, "4567006")
    rows = [raw.row([n, f"Lê {n}", 1960, code, "1"], n) for n, code in enumerate(codes, 2)]
    lines = lines_of(tmp_path, *rows)
    assert kinds(lines) == [[], [], [], ["short_code"], ["code_zeros"], [], []]
    assert "dòng 3" in message_of(lines[4].problems[0])


def test_numbers_of_any_length_where_there_is_no_rule(tmp_path: Path) -> None:
    codes = (1, 12, 123, 1234)
    rows = [raw.row([n, f"Lê {n}", 1960, code, "1"], n) for n, code in enumerate(codes, 2)]
    assert kinds(lines_of(tmp_path, *rows)) == [[]] * 4


def test_a_letter_in_a_number_is_told(tmp_path: Path) -> None:
    (line,) = lines_of(tmp_path, raw.row([1, "Lê An", 1960, "O34567103", "1"], 2))
    assert kinds([line]) == [["bad_code"]]
    assert "chữ O" in message_of(line.problems[0])


def test_rows_that_a_sheet_hides_are_read_and_counted(tmp_path: Path) -> None:
    people = [["", f"Lê {name}", 1960, f"6700000{n}", "1"] for n, name in enumerate("ABC", 1)]
    rows = [raw.row(p, n, ' hidden="1"' if n == 3 else "") for n, p in enumerate(people, 2)]
    path = raw.write(tmp_path / "a.xlsx", raw.sheet(HEADER, *rows))
    reading = open_roster(path, path.name)
    assert len(list(reading.lines())) == 3
    assert reading.hidden_rows == 1


def test_a_number_that_comes_twice_is_the_later_rows_problem(tmp_path: Path) -> None:
    rows = (
        raw.row([1, "=A1", 1960, "67000001", "1"], 2),
        raw.row([2, "Lê An", 1960, "67 000 001", "1"], 3),
        raw.row([3, "Lê Bình", "31/2/1970", "67000001", "1"], 4),
    )
    lines = lines_of(tmp_path, *rows)
    assert kinds(lines) == [["formula"], ["duplicate_code"], ["duplicate_code", "bad_date"]]
    assert lines[2].problems[0].first_row == 2
    assert "dòng 2" in message_of(lines[2].problems[0])


def test_what_is_merely_odd_keeps_nobody_out(tmp_path: Path) -> None:
    row = raw.row([1, "Lê An", 1960, "67000001", "1", "ĐV dự bị, miễn sinh hoạt", "12"], 2)
    (line,) = lines_of(tmp_path, row)
    assert not line.problems
    assert (line.phone, [n.kind.value for n in line.notices]) == (None, ["bad_phone"])
    assert (line.standing, line.is_exempt) == (Standing.PROBATIONARY, True)


def test_rows_that_are_no_people(tmp_path: Path) -> None:
    rows = (
        raw.row(["A", "B", 1, 2, 3, 4, 5], 2),
        raw.row(["I", "ĐẢNG BỘ PHƯỜNG LONG BIÊN", "", "", "", 2], 3),
        raw.row([1, "Lê An", 1960, "67000001", "Chi bộ 1"], 4),
        raw.row(["", "Cộng", "", 1], 5),
        raw.row(["II", "ĐẢNG BỘ PHƯỜNG BỒ ĐỀ"], 6),
        raw.row([2, "Lê Bình", 1960, "67000002", "Chi bộ 1"], 7),
        raw.row([3], 8),
        raw.row(["", "Lê Chi", "", "", "Chi bộ 2"], 9),
        raw.row(["Tổng cộng: 3"], 10),
        raw.row(["", "", "", "", "", "Hà Nội, ngày 3 tháng 2 năm 2026"], 11),
        raw.row(["", "Nguyễn Văn Ký", "", "", "", "Trần Thị Duyệt"], 12),
    )
    lines = lines_of(tmp_path, *rows)
    assert [(line.row, line.unit_names) for line in lines] == [
        (4, ("Long Biên", "Chi bộ 1")),
        (7, ("Bồ Đề", "Chi bộ 1")),
        (9, ("Bồ Đề", "Chi bộ 2")),
    ]
    assert kinds(lines) == [[], [], ["missing_code"]]


def test_a_missing_unit_is_a_doubt_unless_cells_are_merged(tmp_path: Path) -> None:
    rows = (
        raw.row([1, "Lê An", 1960, "67000001", "Chi bộ 1"], 2),
        raw.row([2, "Lê Bình", 1960, "67000002"], 3),
        raw.row([3, "Lê Chi", 1960, "67000003"], 4),
    )
    merged = '<mergeCells><mergeCell ref="E2:E3"/></mergeCells>'
    lines = lines_of(tmp_path, *rows, behind=merged)
    assert kinds(lines) == [[], [], ["missing_unit"]]
    assert lines[1].unit_names == ("Chi bộ 1",)


def test_the_title_names_the_unit_where_nothing_else_does(tmp_path: Path) -> None:
    header = raw.row(["STT", "Họ và tên", "Số thẻ"], 4)
    rows = (
        raw.row(["ĐẢNG ỦY PHƯỜNG LONG BIÊN"], 1),
        raw.row(["CHI BỘ 5"], 2),
        header,
        raw.row([1, "Lê An", "67000001"], 5),
    )
    path = raw.write(tmp_path / "a.xlsx", raw.sheet(*rows))
    (line,) = open_roster(path, path.name).lines()
    assert (line.unit_names, line.problems) == (("Long Biên", "Chi bộ 5"), ())


def test_all_visible_sheets_are_read_and_numbers_are_told_apart_across_them(
    tmp_path: Path,
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    header = ["STT", "Họ và tên", "Số thẻ", "Chi bộ"]
    for title, codes in (("Một", ["1001", "1002"]), ("Hai", ["1003", "1001"])):
        sheet = book.create_sheet(title)
        sheet.append(header)
        for number, code in enumerate(codes, 1):
            sheet.append([number, "Lê An", code, "Chi bộ 1"])
    summary = book.create_sheet("Tổng hợp")
    summary.append(["STT", "Chi bộ", "Số lượng"])
    summary.append([1, "Chi bộ 1", 4])
    del book["Sheet"]
    path = tmp_path / "a.xlsx"
    book.save(path)
    reading = open_roster(path, path.name)
    lines = list(reading.lines())
    assert [(line.sheet, line.row) for line in lines] == [
        *(("Một", 2), ("Một", 3), ("Hai", 2), ("Hai", 3))
    ]
    assert kinds(lines) == [[], [], [], ["duplicate_code"]]
    assert [(s.name, s.reason) for s in reading.skipped_sheets] == [("Tổng hợp", Skipped.NO_HEADER)]
