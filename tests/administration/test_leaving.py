"""Those who left: listed in the reader's part of the tree alone, and let back as they were."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.base.paging import PAGE_SIZE
from lms.extensions import db
from lms.people import services
from lms.people.queries import find_unit_of
from lms.units.models import UnitKind, UnitSector
from lms.units.queries import Scope, get_unit
from lms.units.services import found_unit
from tests.factories.people import (
    make_account,
    make_appointee,
    make_learner,
    make_member,
    make_unit,
    sign_in,
)
from tests.factories.reorganisation import apply, merger, stays
from tests.support.statements import count_statements

BASE = "/administration"
LEFT = f"{BASE}/members/left"


@pytest.fixture
def cell(district):
    return make_unit("Chi bộ 1", district)


def let_go(member, on=None, reason="Chuyển đi"):
    scope = Scope.of(["/"])
    services.mark_left(make_account(), member.id, on or clock.today(), reason, scope)
    db.session.commit()
    return member


def test_whoever_left_by_mistake_comes_back_as_they_were(client, district, administrator, cell):
    account = make_learner(cell, "Trần Thị Lê")
    db.session.commit()
    person = account.member
    client.submit(
        f"{BASE}/members/{person.id}/leaving", {"left_on": "1/3/2026", "reason": "Chuyển đi"}
    )
    assert f'href="{LEFT}"' in client.get(f"{BASE}/members").get_data(as_text=True)
    page = client.get_page(LEFT)
    assert "Trần Thị Lê" in page.text and "01/03/2026" in page.text and "Chuyển đi" in page.text
    page = client.submit(
        f"{BASE}/members/{person.id}/return", {"unit": str(cell.id), "returned_on": "5/3/2026"}
    )
    assert page.address == f"{BASE}/members/{person.id}"
    db.session.expire_all()
    assert (person.left_on, person.left_reason) == (None, None)
    assert find_unit_of(person.id).unit_id == cell.id
    assert [(m.valid_from.year, m.valid_to) for m in person.memberships] == [
        (2015, date(2026, 3, 1)),
        (2026, None),
    ]
    assert account.is_disabled, "an account opens by itself"
    kept = db.session.scalars(sa.select(AuditRecord).filter_by(action="member.returned")).one()
    assert (kept.actor_id, kept.subject) == (administrator.id, f"member:{person.id}")
    assert kept.detail["left_on"] == "2026-03-01" and kept.detail["reason"] == "Chuyển đi"
    assert "Chưa ai rời tổ chức" in client.get_page(LEFT).text
    client.get_page(f"{BASE}/members/{person.id}/return", status=404)


def test_a_day_before_they_left_or_ahead_or_before_the_unit_is_refused(
    client, district, administrator, cell
):
    person = let_go(make_member(cell), date(2026, 3, 1))
    tomorrow = (clock.today() + timedelta(days=1)).strftime("%d/%m/%Y")
    young = young_unit(district)
    for unit, day, words in (
        (cell, "28/2/2026", "rời tổ chức từ ngày 01/03/2026"),
        (cell, tomorrow, "không được ở phía trước hôm nay"),
        (young, "2/3/2026", "chỉ có từ ngày"),
    ):
        page = client.submit(
            f"{BASE}/members/{person.id}/return",
            {"unit": str(unit.id), "returned_on": day},
            status=422,
        )
        assert words in page.errors_by_field["returned_on"]
    page = client.submit(f"{BASE}/members/{person.id}/return", {"unit": ""}, status=422)
    assert set(page.errors_by_field) == {"unit"}


def young_unit(district):
    return found_unit(
        "Chi bộ trẻ", UnitKind.CELL, UnitSector.WARD, district.id, clock.today() - timedelta(days=1)
    )


def test_only_those_of_the_own_subtree_are_listed_and_let_back(client, district, cell):
    other = make_unit("Chi bộ 2", district)
    own, foreign = let_go(make_member(cell, "Lê Trong")), let_go(make_member(other, "Lê Ngoài"))
    sign_in(client, make_appointee(Role.ADMINISTRATOR, cell))
    page = client.get_page(LEFT)
    assert "Lê Trong" in page.text and "Lê Ngoài" not in page.text
    client.get_page(f"{BASE}/members/{foreign.id}/return", status=404)
    page = client.get_page(f"{BASE}/members/{own.id}/return")
    assert "Chi bộ 2" not in page.text
    response = client.post(
        f"{BASE}/members/{own.id}/return",
        data={
            "csrf_token": page.form().value_of("csrf_token"),
            "unit": str(other.id),
            "returned_on": clock.today().strftime("%d/%m/%Y"),
        },
    )
    assert response.status_code in (404, 422)
    db.session.expire_all()
    assert own.left_on is not None


def test_the_unit_of_today_stands_for_one_that_ended(client, district, administrator, cell):
    other = make_unit("Chi bộ 2", district)
    let_go(make_member(cell, "Lê Trong"))
    apply(merger([cell], stays(other), clock.today()))
    db.session.commit()
    sign_in(client, make_appointee(Role.ADMINISTRATOR, other))
    assert "Lê Trong" in client.get_page(LEFT).text


def test_the_list_is_paged_searched_and_costs_the_same(client, district, administrator, cell):
    let_go(make_member(cell, "Phạm Riêng"))
    with count_statements() as few:
        client.get_page(LEFT)
    for number in range(PAGE_SIZE):
        let_go(make_member(cell, f"Lê Văn Số{number:02}"), clock.today())
    with count_statements() as many:
        first = client.get_page(LEFT)
    assert len(many) == len(few)
    second = client.get_page(f"{LEFT}?page=2")
    assert "Trang sau" in first.text and "Trang trước" in second.text
    assert ("Phạm Riêng" in first.text) != ("Phạm Riêng" in second.text)
    found = client.get_page(f"{LEFT}?q=rieng")
    assert "Phạm Riêng" in found.text and "Lê Văn" not in found.text


def test_whoever_comes_back_to_a_unit_that_will_be_merged_goes_along(district, administrator, cell):
    other = make_unit("Chi bộ 2", district)
    person = let_go(make_member(cell))
    apply(merger([cell], stays(other), clock.today() + timedelta(days=30)))
    scope = Scope.of([get_unit(district.id).path])
    services.return_member(administrator, person.id, cell.id, clock.today(), scope)
    assert [(m.unit_id, m.valid_to) for m in person.memberships][-1] == (other.id, None)
