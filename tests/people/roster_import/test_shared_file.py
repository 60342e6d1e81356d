"""The example file of an office: exactly what is expected of it, again without a change, undone."""

import json

import pytest
import sqlalchemy as sa

from lms.extensions import db
from lms.people.models import ImportState, LineKind, Member, Membership, StagedLine
from lms.units.models import UnitKind, UnitVersion
from tests.factories.people import make_member, make_unit
from tests.people.roster_import.support import (
    applied,
    dump,
    figures,
    kinds_of,
    previewed,
    undone,
)


@pytest.fixture
def district(app):
    return make_unit("Đảng bộ khu vực Long Biên", kind=UnitKind.COMMITTEE)


@pytest.fixture
def example(shared_dir):
    return shared_dir / "data" / "danh-sach-dang-vien.xlsx"


@pytest.fixture
def expected(shared_dir):
    return json.loads((shared_dir / "data" / "danh-sach-dang-vien.expected.json").read_text())


def test_the_file_gives_exactly_what_is_expected(district, example, expected):
    before = make_member(district, "Người đã có")
    stored = previewed(example, district.id)
    assert stored.line_count == expected["rows"]
    assert figures(stored) == {
        "new": expected["accepted"],
        "changed": 0,
        "moved": 0,
        "unchanged": 0,
        "doubtful": expected["rows"] - expected["accepted"],
    }
    doubtful = sa.select(StagedLine).where(StagedLine.kind == LineKind.DOUBTFUL)
    problems = [
        {"row": line.row, "kind": kind}
        for line in db.session.scalars(doubtful.order_by(StagedLine.position))
        for kind in kinds_of(line)
    ]
    assert problems == expected["problems"]

    stored = applied(stored)
    assert stored.state is ImportState.APPLIED
    cell, ward = sa.orm.aliased(UnitVersion), sa.orm.aliased(UnitVersion)
    query = (
        sa.select(
            Member.code,
            Member.name,
            ward.name.label("ward"),
            cell.name.label("cell"),
            Member.birth_year,
        )
        .join(Membership, Membership.member_id == Member.id)
        .join(cell, cell.unit_id == Membership.unit_id)
        .join(ward, ward.unit_id == cell.parent_id)
        .where(Member.id != before.id)
    )
    found = {row.code: dict(row._mapping) for row in db.session.execute(query)}
    assert found == {member["code"]: member for member in expected["members"]}


def test_a_second_import_changes_nothing_and_undoing_the_first_leaves_no_trace(
    district, example, expected
):
    before = dump()
    first = applied(previewed(example, district.id))
    between = dump()
    assert between != before
    second = previewed(example, district.id)
    assert figures(second)["unchanged"] == expected["accepted"]
    assert figures(second)["new"] == figures(second)["changed"] == figures(second)["moved"] == 0
    assert second.counts["missing"] == 0
    second = applied(second)
    assert dump() == between

    first = undone(first)
    assert first.state is ImportState.UNDONE
    assert dump() == before
