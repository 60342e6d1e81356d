"""What is recorded ahead of its day is told on a unit's page and marked in the tree."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.base import clock
from lms.extensions import db
from lms.units.changes import Change
from lms.units.models import ReorganisationKind, UnitKind
from lms.units.services import dissolve_unit, move_unit, rename_unit
from tests.administration.test_reorganisation import BASE
from tests.factories.people import make_unit
from tests.factories.reorganisation import apply, merger, new_unit, split, stays
from tests.support.statements import count_statements

AHEAD = clock.today() + timedelta(days=30)
DAY = AHEAD.strftime("%d/%m/%Y")


@pytest.fixture
def wards(district):
    return [make_unit(f"Phường {n}", district, kind=UnitKind.COMMITTEE) for n in (1, 2, 3)]


def text_of(client, unit_id):
    return client.get_page(f"{BASE}/units/{unit_id}").text


def test_each_kind_of_change_is_told(client, district, administrator, wards):
    first, second, third = wards
    cell, moving = make_unit("Chi bộ 1", first), make_unit("Chi bộ 2", third)
    apply(merger([first], stays(second), AHEAD))
    rename_unit(third.id, "Phường Ba", AHEAD)
    move_unit(moving.id, second.id, AHEAD)
    apply(
        Change(kind=ReorganisationKind.FOUND, effective_on=AHEAD, targets=[new_unit("Mới", third)])
    )
    db.session.commit()
    assert f"Từ {DAY}: sáp nhập vào Phường 2" in text_of(client, first.id)
    text = text_of(client, second.id)
    assert f"Từ {DAY}: tiếp nhận Phường 1" in text
    assert f"Từ {DAY}: có thêm đơn vị chuyển đến: Chi bộ 2" in text
    text = text_of(client, third.id)
    assert f"Từ {DAY}: đổi tên thành Phường Ba" in text
    assert f"Từ {DAY}: có thêm đơn vị mới: Mới" in text
    assert f"Từ {DAY}: chuyển về trực thuộc Phường 2" in text_of(client, cell.id)
    assert f"Từ {DAY}: chuyển về trực thuộc Phường 2" in text_of(client, moving.id)
    page = client.get_page(f"{BASE}/units/{first.id}?on={DAY}", status=404)
    assert "sáp nhập vào" not in page.text


def test_a_division_and_a_dissolution_are_told(client, district, administrator, wards):
    first, second, third = wards
    parts = [new_unit("Phường Nam", district), new_unit("Phường Bắc", district)]
    child = make_unit("Chi bộ 1", first)
    apply(split(first, parts, AHEAD, children={child.id: 1}))
    dissolve_unit(second.id, AHEAD, third.id)
    db.session.commit()
    assert f"Từ {DAY}: chia tách thành Phường Nam, Phường Bắc" in text_of(client, first.id)
    assert f"Từ {DAY}: giải thể, chuyển về Phường 3" in text_of(client, second.id)


def test_the_tree_marks_units_of_which_something_is_recorded(
    client, district, administrator, wards
):
    mark = f"Thay đổi từ {DAY}"
    assert mark not in client.get_page(f"{BASE}/units").text
    rename_unit(wards[0].id, "Phường Một", AHEAD)
    db.session.commit()
    assert client.get_page(f"{BASE}/units").text.count(mark) == 1
    assert client.get_page(f"{BASE}/units?q=phuong").text.count(mark) == 2
    assert client.get_page(f"{BASE}/units/{district.id}").text.count(mark) == 1


def test_nothing_is_told_of_what_has_come_or_was_taken_back(client, district, administrator, wards):
    rename_unit(wards[0].id, "Phường Một", clock.today())
    db.session.commit()
    assert "Thay đổi đã ghi cho ngày tới" not in text_of(client, wards[0].id)


@pytest.mark.parametrize("address", ["units", "units/{top}"])
def test_it_costs_the_same_for_many_units(client, district, administrator, address):
    def cost():
        with count_statements() as statements:
            client.get_page(f"{BASE}/{address.format(top=district.id)}")
        return len(statements)

    def more(number):
        ward, other = (make_unit(f"Phường {number}{n}", district) for n in "ab")
        apply(merger([ward], stays(other), AHEAD))
        db.session.commit()

    more(0)
    few = cost()
    for number in range(1, 9):
        more(number)
    assert cost() == few
