"""`flask roster`: what it prints of a file, what it changes, and how it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from lms.extensions import db
from lms.people.models import Member, Membership
from lms.units.models import Unit, UnitKind
from tests.factories.people import make_audiences, make_unit
from tests.factories.rosters import invent, lay_out, with_faults, write_xlsx
from tests.factories.training import enrolment_of, make_campaign


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["roster", *map(str, arguments)])


def told(app: Flask, *arguments: object) -> dict[str, Any]:
    """What the command prints as JSON, without writing."""
    result = run(app, *arguments, "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def members() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Member)) or 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Twenty people of one ward and two cells, two of them in doubt."""
    people = with_faults(invent(80, per_cell=10)[:20], every=9)
    return write_xlsx(tmp_path / "danh-sach.xlsx", lay_out(people))


@pytest.fixture
def tree() -> int:
    root = make_unit("Đảng bộ khu vực Long Biên", kind=UnitKind.COMMITTEE)
    ward = make_unit("Đảng bộ phường Long Biên", root, kind=UnitKind.BASE)
    make_unit("Chi bộ 1", ward)
    make_unit("Chi bộ 2", ward)
    db.session.commit()
    return root.id


def test_an_empty_database_makes_everybody_new(app: Flask, file: Path) -> None:
    answer = told(app, file)
    assert (answer["rows"], answer["accepted"], answer["new"]) == (20, 18, 18)
    assert (answer["changed"], answer["moved"], answer["unchanged"]) == (0, 0, 0)
    assert [problem["kind"] for problem in answer["problems"]] == ["duplicate_code", "missing_code"]
    assert set(answer["problems"][0]) == {"row", "column", "kind", "message"}
    first = invent(80, per_cell=10)[0]
    member = answer["members"][0]
    assert (member["code"], member["name"], member["ward"], member["cell"]) == first.told()[:4]
    assert member["birth_year"] == first.birth.year


def test_a_dry_run_changes_nothing_and_the_command_does(app: Flask, file: Path, tree: int) -> None:
    assert told(app, file)["new"] == 18
    assert "Đọc được 20 dòng" in run(app, file, "--dry-run").output
    assert members() == 0

    result = run(app, file)
    assert result.exit_code == 0, result.output
    db.session.expire_all()
    assert members() == 18
    again = told(app, file)
    assert (again["new"], again["changed"], again["moved"], again["unchanged"]) == (0, 0, 0, 18)


def test_what_changed_and_who_moved(app: Flask, tmp_path: Path, file: Path, tree: int) -> None:
    run(app, file)
    people = invent(80, per_cell=10)[:20]
    table = lay_out(people)
    by_code = {row[4]: row for row in table.rows if len(row) > 4}
    by_code[people[0].code][1] = "Nguyễn Văn Khác"
    by_code[people[1].code][5] = "Chi bộ 2"
    answer = told(app, write_xlsx(tmp_path / "b.xlsx", table))
    assert (answer["changed"], answer["moved"]) == (1, 1)
    assert answer["new"] + answer["unchanged"] == 18


def test_problems_are_told_in_words(app: Flask, file: Path) -> None:
    output = run(app, file, "--dry-run").output
    assert "18 dòng rõ ràng, 2 dòng cần xem lại" in output
    assert "Thiếu số thẻ" in output


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le"), ".xls kiểu cũ"),
        (b"<html></html>", "HTML"),
        (None, "Không mở được tệp"),
    ],
)
def test_a_file_that_cannot_be_read(
    app: Flask, tmp_path: Path, data: bytes | None, words: str
) -> None:
    path = tmp_path / "a.xlsx"
    if data is not None:
        path.write_bytes(data)
    result = run(app, path, "--dry-run", "--json")
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.database("sqlite")
def test_units_that_are_not_there(app: Flask, file: Path, tree: int) -> None:
    result = run(app, file, "--unit", 999, "--dry-run")
    assert (result.exit_code, "đơn vị số 999" in result.stderr) == (2, True)


@pytest.mark.database("sqlite")
def test_nothing_is_applied_without_a_unit(app: Flask, file: Path) -> None:
    result = run(app, file)
    assert (result.exit_code, "Chưa có đơn vị" in result.stderr) == (2, True)
    assert members() == 0


def test_the_command_says_which_unit_answers_for_open_studies(
    app: Flask, tmp_path: Path, tree: int
) -> None:
    people = invent(80, per_cell=10)[:20]
    run(app, write_xlsx(tmp_path / "danh-sach.xlsx", lay_out(people)))
    root = db.session.get_one(Unit, tree)
    campaign = make_campaign(root, make_audiences("member"), opened=True)
    db.session.commit()
    first = people[0]
    moved = write_xlsx(tmp_path / "moved.xlsx", lay_out([replace(first, cell=people[-1].cell)]))
    place = sa.select(Membership.unit_id).where(Membership.valid_to.is_(None))

    def answering() -> bool:
        """Whether the unit the person is in now answers."""
        db.session.expire_all()
        person = db.session.scalars(sa.select(Member).where(Member.code == first.code)).one()
        present = db.session.scalar(place.where(Membership.member_id == person.id))
        return enrolment_of(campaign, person).unit_id == present

    result = run(app, moved)
    assert "1 tính cho đơn vị cũ, 0 tính cho đơn vị mới" in result.output, result.output
    assert not answering()
    back = write_xlsx(tmp_path / "back.xlsx", lay_out([replace(first, cell="Chi bộ 9")]))
    result = run(app, back, "--study", "move")
    assert "0 tính cho đơn vị cũ, 1 tính cho đơn vị mới" in result.output, result.output
    assert answering()
