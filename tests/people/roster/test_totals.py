"""Sums of each unit, above its people and below, in any column; names that stand below a list."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lms.people.roster import RosterLine, open_roster
from tests.people.roster import raw

HEADS = ("STT", "Họ và tên", "Năm sinh", "Số thẻ", "Ghi chú")
PEOPLE = {
    "Chi bộ 1": (("Nguyễn An", 1960, "11111111"), ("Tống Văn Bình", 1961, "11111112")),
    "Chi bộ 2": (("Trần Thị Công", 1962, "11111113"),),
    "Chi bộ 3": (("Trần Bảo", 1963, "11111114"),),
}
RIGHT = [
    (name, ("Bồ Đề", cell)) for cell, people in PEOPLE.items() for name, _year, _code in people
]


def at(column: int, *texts: Any) -> list[Any]:
    return [*[""] * column, *texts]


def lines_of(tmp_path: Path, rows: Sequence[Sequence[Any]], heads: Any = HEADS) -> list[RosterLine]:
    whole = [["ĐẢNG BỘ PHƯỜNG BỒ ĐỀ"], list(heads), *map(list, rows)]
    path = raw.write(
        tmp_path / "a.xlsx", raw.sheet(*(raw.row(cells, n) for n, cells in enumerate(whole, 1)))
    )
    return list(open_roster(path, path.name).lines())


TITLES = {
    "first column": lambda number, cell: [cell.upper()],
    "column of names": lambda number, cell: [number, cell],
    "column of births": lambda number, cell: at(2, cell),
    "column of card numbers": lambda number, cell: at(3, cell),
    "last column": lambda number, cell: at(4, cell),
    "with a count": lambda number, cell: [number, cell, 2],
    "with counts": lambda number, cell: [number, cell, 2, 1, 1],
    "with its count in words": lambda number, cell: [f"{number}. {cell} (2 đảng viên)"],
}
SUMS = {
    "none": lambda cell: None,
    "first column": lambda cell: ["Cộng"],
    "column of names": lambda cell: ["", "Cộng: 2 đảng viên"],
    "with its unit": lambda cell: [f"Tổng {cell}: 2 đ/c"],
    "column of births": lambda cell: at(2, "Cộng: 2"),
    "column of card numbers": lambda cell: at(3, "TỔNG CỘNG"),
    "last column": lambda cell: at(4, "Cộng 2 người"),
    "number under births": lambda cell: ["", "Cộng", 2],
    "number under card numbers": lambda cell: ["", "Tổng số:", "", 1234],
    "numbers everywhere": lambda cell: ["II", "Cộng", 2, 1, "đồng chí"],
    "unit beside": lambda cell: ["Cộng", cell, 2],
}


@pytest.mark.parametrize("is_above", [False, True], ids=["below", "above"])
def test_nobody_lands_in_the_unit_before(tmp_path: Path, is_above: bool) -> None:
    for (title, titled), (total, summing) in itertools.product(TITLES.items(), SUMS.items()):
        rows: list[Any] = []
        for number, (cell, people) in zip(("I", "II", "III"), PEOPLE.items(), strict=True):
            body = [[n, *person] for n, person in enumerate(people, 1)]
            summed = [summing(cell)] if summing(cell) else []
            rows += [titled(number, cell), *(summed + body if is_above else body + summed)]
        rows += [["", "Tổng cộng: 4 đồng chí"], at(3, "BÍ THƯ"), at(3, "Lê Văn Ký")]
        lines = lines_of(tmp_path, rows)
        assert [(line.name, line.unit_names) for line in lines] == RIGHT, (title, total)
        assert not any(line.problems for line in lines), (title, total)


@pytest.mark.parametrize(
    "foot",
    [
        [at(4, "Hà Nội, ngày 30 tháng 11 năm 2026"), ["", "Người lập"], at(3, "Lê Thị Hoa")],
        [at(2, "NGƯỜI LẬP BIỂU", "", "BÍ THƯ ĐẢNG ỦY"), at(2, "Nguyễn Văn A", "", "Trần Văn B")],
        [["Tổng cộng: 1"], at(3, "Lê Thị Hoa")],
        [["Cộng", "", 1], ["Người lập"], ["Lê Hoa", "Lê Hà", "Lê Hồng", "Lê Huệ", "Lê Hạnh"]],
        [at(3, "T/M ĐẢNG ỦY"), at(3, "ĐẢNG ỦY PHƯỜNG BỒ ĐỀ"), at(1, "Nguyễn Văn A")],
        [["Ghi chú: danh sách này có 12 trang"], at(2, "Số trang", 12)],
    ],
)
def test_whoever_signs_below_is_no_line(tmp_path: Path, foot: Any) -> None:
    lines = lines_of(tmp_path, [["Chi bộ 1"], [1, "Nguyễn An", 1960, "11111111"], *foot])
    assert [line.name for line in lines] == ["Nguyễn An"]


def test_people_below_a_sum_or_a_remark_are_still_people(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        [
            ["Chi bộ 1"],
            [1, "Tống Thị Hoa"],
            ["", "Cộng: 1"],
            [2, "Nguyễn Văn Công"],
            ["Ghi chú: xếp theo tuổi"],
            [3, "Lê Thị Tổng", "", "11111113"],
            ["Người lập"],
            [4, "Lê Văn Sót"],
            ["", "Lê Văn Ngày", "31/2/1970"],
        ],
    )
    assert [line.row for line in lines] == [4, 6, 8, 10, 11]


def test_names_that_resemble_a_sum(tmp_path: Path) -> None:
    heads = ("Họ và tên đệm", "Tên", "Năm sinh", "Số thẻ")
    rows = [["Nguyễn Văn", "Công", 1960, "11111111"], ["Tống Thị", "Cộng", 1960, "11111112"]]
    assert [line.name for line in lines_of(tmp_path, rows, heads)] == [
        "Nguyễn Văn Công",
        "Tống Thị Cộng",
    ]
