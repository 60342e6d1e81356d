"""The two trees on the pages: both offered once a campaign is closed, and nothing leaks."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from lms.access.policy import Role
from lms.base import clock
from lms.extensions import db
from lms.training.models import CampaignUnit, Enrolment, EnrolmentChange
from lms.training.services.enrolments import close_campaign
from lms.units.models import UnitKind
from lms.units.queries import get_unit, list_children
from tests.factories.people import (
    make_appointee,
    make_audiences,
    make_member,
    make_planner,
    make_unit,
    sign_in,
)
from tests.factories.reorganisation import apply, merger, new_unit, split, stays
from tests.factories.training import make_campaign
from tests.support.answers import essence
from tests.support.statements import count_statements


@pytest.fixture
def district(app):
    return make_unit("Đảng bộ khu vực", kind=UnitKind.COMMITTEE)


@pytest.fixture
def wards(district):
    return [make_unit(f"Phường {n}", district, kind=UnitKind.COMMITTEE) for n in (1, 2, 3)]


def yesterday():
    return clock.today() - timedelta(days=1)


def child(district, name):
    [found] = [one for one in list_children(district.id) if one.name == name]
    return found.unit_id


@pytest.fixture
def divided(district, wards):
    """Ward 1 went to X with two of its people, cell A and ward 2; the rest of it to Y."""
    cells = [make_unit(f"Chi bộ {letter}", wards[0]) for letter in "AB"]
    people = {
        "x": [make_member(wards[0], "Người Ở Lại"), make_member(cells[0], "Người Tổ A")],
        "y": [make_member(wards[0], "Người Sang Tây"), make_member(cells[1], "Người Tổ B")],
        "two": [make_member(wards[1], "Người Phường Hai")],
    }
    campaign = make_campaign(district, make_audiences("member"), opened=True)
    close_campaign(None, campaign)
    apply(
        split(
            wards[0],
            [new_unit("Phường Đông", district), new_unit("Phường Tây", district)],
            yesterday(),
            children={cells[1].id: 1},
            members={people["y"][0].id: 1},
        )
    )
    apply(merger([wards[1]], stays(child(district, "Phường Đông")), clock.today()))
    return campaign, cells, people


def test_a_closed_campaign_offers_both_trees(client, district, wards, divided):
    campaign, _cells, _people = divided
    sign_in(client, make_appointee(Role.SUPERVISOR, district))
    base = f"/supervision/{campaign.id}/units"
    now = client.get_page(f"{base}/{district.id}")
    assert "Theo tổ chức hiện nay" in now.text
    assert "Phường Đông" in now.text and "Phường 1" not in now.text
    then = client.get_page(now.links()["Xem theo tổ chức lúc kết thúc đợt"])
    assert "Theo tổ chức lúc kết thúc đợt" in then.text
    assert "Phường 1" in then.text and "Phường Đông" not in then.text
    ward = client.get_page(f"{base}/{wards[0].id}?as_of=then")
    assert "4" in ward.text and ward.heading == "Phường 1"
    names = client.get_page(f"{base}/{wards[0].id}/names?as_of=then")
    for name in ("Người Ở Lại", "Người Tổ A", "Người Sang Tây", "Người Tổ B"):
        assert name in names.text
    assert client.get(f"{base}/{wards[0].id}").status_code == 404
    book = load_workbook(BytesIO(client.get(f"{base}/{wards[0].id}/rates.xlsx?as_of=then").data))
    assert book.worksheets[0]["A3"].value == "Theo tổ chức lúc kết thúc đợt"
    assert [row[0].value.strip() for row in book.worksheets[0].iter_rows(min_row=5)] == [
        "Phường 1",
        "Chi bộ A",
        "Chi bộ B",
    ]
    assert book.worksheets[2].max_row == 4 + 4


def test_a_new_ward_sees_its_part_of_the_past_and_no_more(client, district, wards, divided):
    campaign, cells, _people = divided
    east, west = child(district, "Phường Đông"), child(district, "Phường Tây")
    sign_in(client, make_appointee(Role.SUPERVISOR, get_unit(east).unit))
    base = f"/supervision/{campaign.id}/units"
    page = client.get_page(f"{base}/{east}")
    names = client.get_page(f"{base}/{east}/names").text
    for name in ("Người Ở Lại", "Người Tổ A", "Người Phường Hai"):
        assert name in names
    own = client.get_page(f"{base}/{east}/names?own=1").text
    assert "Người Phường Hai" in own and "Người Tổ A" not in own
    then = client.get_page(page.links()["Xem theo tổ chức lúc kết thúc đợt"])
    assert "Phường 2" in then.text and "Chi bộ A" in then.text
    seen = [names, own, page.text, then.text]
    for unit in (wards[1], cells[0]):
        for tail in ("", "/names"):
            seen.append(client.get_page(f"{base}/{unit.id}{tail}?as_of=then").text)
    for text in seen:
        assert "Sang Tây" not in text and "Tổ B" not in text and "Chi bộ B" not in text
    for hidden, tree in (
        (district.id, "then"),
        (wards[0].id, "then"),
        (cells[1].id, "then"),
        (west, "now"),
        (cells[1].id, "now"),
    ):
        for tail in ("", "/names", "/rates.xlsx"):
            answers = [
                client.get(f"{base}/{number}{tail}?as_of={tree}") for number in (hidden, 999999)
            ]
            assert answers[0].status_code == 404
            assert essence(answers[0]) == essence(answers[1])


def test_an_open_campaign_has_the_present_tree_alone(client, district, wards):
    make_member(wards[0])
    campaign = make_campaign(district, make_audiences("member"), opened=True)
    sign_in(client, make_appointee(Role.SUPERVISOR, district))
    base = f"/supervision/{campaign.id}/units/{district.id}"
    assert "lúc kết thúc đợt" not in client.get_page(base).text
    assert client.get(f"{base}?as_of=then").status_code == 404
    assert "Không có đơn vị nào" in client.get_page(f"/supervision/{campaign.id}/then").text


def test_reports_cost_the_same_after_any_reorganisation(client, district, wards):
    for ward in wards:
        for number in range(3):
            make_member(make_unit(f"Chi bộ {number}", ward))
    members = [make_member(wards[0]) for _n in range(4)]
    campaign = make_campaign(district, make_audiences("member"), opened=True)
    close_campaign(None, campaign)
    sign_in(client, make_appointee(Role.SUPERVISOR, district))
    base = f"/supervision/{campaign.id}/units/{district.id}"
    addresses = [base, f"{base}/names", f"{base}?as_of=then", f"{base}/names?as_of=then"]

    def costs():
        db.session.commit()
        found = []
        for address in addresses:
            with count_statements() as statements:
                client.get_page(address)
            found.append(len([one for one in statements if one.lstrip().startswith("SELECT")]))
        return found

    before = costs()
    apply(
        split(
            wards[0],
            [new_unit("Phường Đông", district), new_unit("Phường Tây", district)],
            yesterday(),
            members={member.id: 1 for member in members[:2]},
        )
    )
    apply(merger(wards[1:], stays(child(district, "Phường Đông")), clock.today()))
    assert costs() == before
    assert max(before) <= 12


def test_the_organiser_brings_a_running_campaign_up_to_date(client, district, wards):
    members = [make_member(wards[0]) for _n in range(3)]
    campaign = make_campaign(district, make_audiences("member"), opened=True)
    apply(merger(wards[:2], new_unit("Phường Mới", district), yesterday()))
    new = child(district, "Phường Mới")
    db.session.commit()
    sign_in(client, make_planner(district))
    address = f"/planning/campaigns/{campaign.id}"
    assert "3 phiếu học tập" in client.get_page(address).text
    page = client.get_page(f"{address}/closing")
    assert page.heading == "Cập nhật đơn vị" and "3 người" in page.text
    names = client.get_page(page.links()["Phường 1 → Phường Mới"])
    assert all(member.name in names.text for member in members)
    assert db.session.scalars(sa.select(Enrolment.unit_id)).all() == [wards[0].id] * 3
    client.get_page(f"{address}/units").submit({"expected": "2"}, status=409)
    page.submit()
    db.session.expire_all()
    assert db.session.scalars(sa.select(Enrolment.unit_id)).all() == [new] * 3
    changes = db.session.query(EnrolmentChange).all()
    assert {(one.field, one.old_value, one.new_value) for one in changes} == {
        ("unit_id", str(wards[0].id), str(new))
    }
    client.get_page(f"{address}/closing").submit()
    kept = db.session.scalars(sa.select(CampaignUnit.unit_id).order_by(CampaignUnit.unit_id))
    assert list(kept) == [district.id, new]


def test_a_campaign_of_a_merged_ward_stays_with_the_new_one(client, district, wards):
    member = make_member(wards[0])
    campaign = make_campaign(wards[0], make_audiences("member"), opened=True)
    apply(merger(wards[:2], new_unit("Phường Mới", district), date(2025, 7, 1)))
    new = get_unit(child(district, "Phường Mới"))
    sign_in(client, make_planner(new.unit))
    assert campaign.name in client.get_page("/planning/campaigns").text
    page = client.get_page(f"/planning/campaigns/{campaign.id}/enrolments")
    assert member.name in page.text and "Phường Mới" in page.text
    assert campaign.name in client.get_page("/supervision").text
    sign_in(client, make_planner(wards[2]))
    assert campaign.name not in client.get_page("/planning/campaigns").text
    assert client.get(f"/planning/campaigns/{campaign.id}").status_code == 404
