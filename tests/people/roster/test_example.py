"""The example roster is read exactly as its companion says, through the reader and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lms.people.roster import Field, open_roster


@pytest.fixture
def example(shared_dir: Path) -> Path:
    return shared_dir / "data" / "danh-sach-dang-vien.xlsx"


@pytest.fixture
def expected(shared_dir: Path) -> dict[str, object]:
    text = (shared_dir / "data" / "danh-sach-dang-vien.expected.json").read_text(encoding="utf-8")
    return json.loads(text)


def test_every_row_of_the_example(example: Path, expected: dict[str, object]) -> None:
    lines = list(open_roster(example, example.name).lines())
    good = [line for line in lines if not line.problems]

    assert len(lines) == expected["rows"]
    assert len(good) == expected["accepted"]
    assert [
        {"row": problem.row, "kind": problem.kind.value}
        for line in lines
        for problem in line.problems
    ] == expected["problems"]
    assert [
        {
            "code": line.code,
            "name": line.name,
            "ward": line.unit_names[-2],
            "cell": line.unit_names[-1],
            "birth_year": line.birth_year,
        }
        for line in good
    ] == expected["members"]


def test_the_columns_of_the_example(example: Path) -> None:
    reading = open_roster(example, example.name)
    assert reading.header_row == 5
    assert [column.field for column in reading.columns] == [
        *(Field.NUMBER, Field.NAME, Field.BIRTH, Field.GENDER, Field.CODE, Field.UNIT),
        *(Field.PARENT_UNIT, Field.POST, Field.PHONE, Field.EMAIL, Field.NOTE),
    ]
    assert reading.skipped_sheets == ()


def test_a_formula_in_a_remark_leaves_the_person_in(example: Path) -> None:
    line = next(line for line in open_roster(example, example.name).lines() if line.row == 157)
    assert not line.problems
    assert [notice.kind for notice in line.notices] == ["formula"]
    assert line.note is None and line.is_exempt is None
