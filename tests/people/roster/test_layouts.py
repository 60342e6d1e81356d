"""Rosters in many styles with a known truth: every good row is read so, every fault is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.people.roster import Field, Skipped, open_roster
from tests.factories.rosters import (
    HEADERS,
    Entry,
    Style,
    Table,
    invent,
    lay_out,
    with_faults,
    write_csv,
    write_xlsx,
)

COLUMNS = ("number", "name", "birth", "gender", "code", "cell", "ward", "phone", "note")
SPLIT = ("number", "code", "family", "given", "day", "month", "year", "cell", "ward")
STYLES = {
    "as the example": Style(),
    "other words": Style(
        headers={
            "number": "TT",
            "name": "HỌ TÊN KHAI SINH",
            "birth": "Năm sinh",
            "code": "Số thẻ ĐV",
            "cell": "Chi bộ sinh hoạt",
            "ward": "Đảng bộ phường",
            "phone": "SĐT",
        }
    ),
    "other order": Style(order=COLUMNS[::-1]),
    "names and dates in parts": Style(order=SPLIT),
    "groups above, no column of wards": Style(
        order=("number", "name", "birth", "code", "cell", "note")
    ),
    "groups and cells above, no column of units": Style(
        order=("number", "code", "name", "birth", "phone"), group_cells=True
    ),
    "merged cells": Style(merge_units=True),
    "header on each page": Style(repeat_header_every=7, group_rows=False),
    "no titles": Style(titles=(), group_rows=False, footer=()),
    "long foot": Style(
        footer=("", "Tổng cộng: 60 đồng chí", "Hà Nội, ngày 3 tháng 2 năm 2026", "Nguyễn Văn A")
    ),
    "decomposed": Style(
        nfd=True, headers={"code": "So\u0302\u0301 the\u0309 \u0111a\u0309ng vie\u0302n"}
    ),
    "one column for both units": Style(
        order=("number", "name", "birth", "code", "cell"),
        headers={"cell": "Đơn vị"},
        group_rows=True,
    ),
}


def check(path: Path, people: list[Entry], table: Table) -> None:
    """Every person of the table is read as invented, every fault reported at its row."""
    lines = list(open_roster(path, path.name).lines())
    assert [line.row for line in lines] == table.row_of
    faults = {row: p.fault for row, p in zip(table.row_of, people, strict=True) if p.fault}
    found = {line.row: [problem.kind.value for problem in line.problems] for line in lines}
    assert {row: kinds for row, kinds in found.items() if kinds} == {
        row: [fault] for row, fault in faults.items()
    }
    for line, person in zip(lines, people, strict=True):
        if not person.fault:
            ward, cell = line.unit_names
            assert (line.code, line.name, ward, cell, line.birth_year) == person.told()


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_every_style_is_read(tmp_path: Path, style: Style, kind: str) -> None:
    if kind == "csv" and style.merge_units:
        pytest.skip("a CSV file has no merged cells")
    people = with_faults(invent(60, per_cell=5), every=9)
    table = lay_out(people, style)
    path = tmp_path / f"danh-sach.{kind}"
    (write_xlsx if kind == "xlsx" else write_csv)(path, table)
    check(path, people, table)


@given(
    seed=st.integers(0, 10_000),
    count=st.integers(3, 40),
    every=st.integers(2, 12),
    order=st.permutations(COLUMNS),
    groups=st.booleans(),
    titles=st.lists(
        st.sampled_from(["DANH SÁCH", "ĐẢNG BỘ QUẬN", "", "(Kèm Kế hoạch)"]), max_size=4
    ),
    is_csv=st.booleans(),
)
@settings(max_examples=40)
def test_any_order_of_columns_and_faults(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    count: int,
    every: int,
    order: list[str],
    groups: bool,
    titles: list[str],
    is_csv: bool,
) -> None:
    people = with_faults(invent(count, seed, per_cell=4), max(every, 4))
    table = lay_out(people, Style(order=order, titles=titles, group_rows=groups))
    path = tmp_path_factory.mktemp("roster") / ("a.csv" if is_csv else "a.xlsx")
    (write_csv if is_csv else write_xlsx)(path, table)
    check(path, people, table)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    people = with_faults(invent(30), every=6)
    table = lay_out(people, Style())
    path = tmp_path / "danh-sach.csv"
    write_csv(path, table, encoding, separator)
    check(path, people, table)


def test_the_separator_that_excel_tells(tmp_path: Path) -> None:
    people = invent(4)
    table = lay_out(people, Style())
    path = write_csv(tmp_path / "a.csv", table, "utf-8", ";")
    path.write_text("sep=;\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    check(path, people, table)


def test_a_hidden_sheet_is_not_read_and_told(tmp_path: Path) -> None:
    people = invent(10)
    path = write_xlsx(tmp_path / "a.xlsx", lay_out(people), hidden_sheet=True)
    reading = open_roster(path, path.name)
    assert [(sheet.name, sheet.reason) for sheet in reading.skipped_sheets] == [
        ("Cũ", Skipped.HIDDEN)
    ]
    assert len(list(reading.lines())) == 10


def test_dates_of_the_1904_system(tmp_path: Path) -> None:
    people = invent(10)
    table = lay_out(people)
    path = write_xlsx(tmp_path / "a.xlsx", table, date_1904=True)
    check(path, people, table)


def test_a_human_corrects_the_columns(tmp_path: Path) -> None:
    table = lay_out(invent(5), Style(headers={"code": "Ký hiệu", "note": "Mã số"}))
    path = write_xlsx(tmp_path / "a.xlsx", table)
    proposed = open_roster(path, path.name)
    column = next(c for c in proposed.columns if c.header == "Ký hiệu")
    wrong = next(c for c in proposed.columns if c.header == "Mã số")
    assert (column.field, wrong.field) == (None, Field.CODE)
    assert column.samples

    mapping = {c.index: c.field for c in proposed.columns if c.field}
    mapping |= {column.index: Field.CODE}
    del mapping[wrong.index]
    corrected = open_roster(path, path.name, mapping)
    assert [line.code for line in corrected.lines()] == [p.code for p in invent(5)]
    assert corrected.signature == proposed.signature


def test_the_signature_is_that_of_the_header(tmp_path: Path) -> None:
    one = write_xlsx(tmp_path / "1.xlsx", lay_out(invent(5)))
    two = write_xlsx(tmp_path / "2.xlsx", lay_out(invent(9, seed=4), Style(titles=())))
    other = write_xlsx(tmp_path / "3.xlsx", lay_out(invent(5), Style(order=COLUMNS)))
    shouted = {key: text.upper() for key, text in HEADERS.items()}
    loud = write_csv(tmp_path / "4.csv", lay_out(invent(5), Style(headers=shouted)))
    signatures = [open_roster(p, p.name).signature for p in (one, two, loud, other)]
    assert signatures[0] == signatures[1] == signatures[2] != signatures[3]
