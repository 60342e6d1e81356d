"""Mergers, divisions and dissolutions from the pages: shown first, then done, then taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.access.models import Appointment
from lms.access.policy import Role
from lms.base import clock
from lms.extensions import db
from lms.people.models import Membership, Post, PostRank
from lms.people.queries import find_unit_of
from lms.people.services.reorganisation import apply_change_with_people, preview_change
from lms.training.models import Enrolment, EnrolmentChange
from lms.units.models import Reorganisation, UnitKind, UnitSuccessor, UnitVersion
from lms.units.queries import get_unit, is_present, list_children
from lms.units.services import rename_unit
from tests.factories.people import (
    make_account,
    make_appointee,
    make_appointment,
    make_audiences,
    make_member,
    make_unit,
    sign_in,
)
from tests.factories.reorganisation import apply, merger, new_unit, stays
from tests.factories.training import make_campaign
from tests.support.answers import essence
from tests.support.statements import count_statements

BASE = "/administration"
DECISION = {
    "decision_number": "12-QĐ/TU",
    "decision_date": "20/6/2025",
    "decision_issuer": "Ban Thường vụ",
}


@pytest.fixture
def wards(district):
    return [make_unit(f"Phường {n}", district, kind=UnitKind.COMMITTEE) for n in (1, 2, 3)]


def merge_address(*units):
    return f"{BASE}/units/merger/details?" + "&".join(f"unit={unit.id}" for unit in units)


def fill_merger(client, units, **more):
    values = {"target": "new", "name": "Phường Mới", "effective_on": "1/7/2025"}
    return client.submit(merge_address(*units), values | DECISION | more)


def test_two_wards_are_merged_after_a_preview(client, district, administrator, wards):
    cells = [make_unit("Chi bộ 1", ward) for ward in wards]
    people = [make_member(ward, rank=PostRank.UNIT_HEAD) for ward in wards]
    appointee = make_account()
    make_appointment(appointee, Role.SUPERVISOR, wards[0])
    page = fill_merger(client, wards[:2])
    assert "2 đơn vị kết thúc" in page.text and "1 đơn vị mới" in page.text
    assert "2 người chuyển đơn vị" in page.text and people[0].name in page.text
    assert "2 chức vụ" in page.text and appointee.display_name in page.text
    assert "Chi bộ 1 → Chi bộ 1 (Phường 2)" in page.text
    assert db.session.query(Reorganisation).count() == 0, "a preview has left something"
    assert len(list_children(district.id)) == 3
    page = page.submit()
    db.session.expire_all()
    assert "Đã ghi thay đổi" in page.text
    [new] = [one for one in list_children(district.id) if one.name == "Phường Mới"]
    assert {find_unit_of(one.id).unit_id for one in people[:2]} == {new.unit_id}
    assert [one.unit_id for one in list_children(new.unit_id)] == [cells[0].id, cells[1].id]
    ended = db.session.scalars(sa.select(Appointment.valid_to).filter_by(account_id=appointee.id))
    assert list(ended) == [date(2025, 6, 30)]
    posts = db.session.scalars(sa.select(Post).order_by(Post.id)).all()
    assert [post.valid_to for post in posts] == [date(2025, 7, 1)] * 2 + [None]
    history = client.get_page(f"{BASE}/units/{new.unit_id}/history")
    assert "Phường 1" in history.text and "Phường 2" in history.text
    assert "Phường Mới" in client.get_page(f"{BASE}/units/{wards[0].id}/history").text
    client.get_page(f"{BASE}/reorganisations")
    [done] = db.session.scalars(sa.select(Reorganisation.id))
    page = client.get_page(f"{BASE}/reorganisations/{done}")
    page.submit(form=f"{BASE}/reorganisations/{done}/undo")
    db.session.expire_all()
    assert [one.unit_id for one in list_children(district.id)] == [ward.id for ward in wards]
    assert get_unit(cells[1].id).name == "Chi bộ 1"
    assert db.session.query(UnitSuccessor).count() == 0
    assert "Đã hủy lúc" in client.get_page(f"{BASE}/reorganisations/{done}").text


def test_a_faulty_merger_says_what_to_mend_and_keeps_what_was_typed(
    client, district, administrator, wards
):
    page = client.get_page(merge_address(wards[0]))
    assert page.errors == ["Hãy đánh dấu ít nhất hai đơn vị."]
    page = client.submit(merge_address(*wards[:2]), {"target": "new"}, status=422)
    assert {"name", "decision_number", "decision_date", "decision_issuer"} <= set(
        page.errors_by_field
    )
    page = client.submit(
        merge_address(*wards[:2]),
        {"target": "new", "name": "PHƯỜNG 3", "effective_on": "1/7/2025"} | DECISION,
        status=422,
    )
    assert set(page.errors_by_field) == {"name"}
    assert page.by_id("name").get("value") == "PHƯỜNG 3"
    page = fill_merger(client, wards[:2])
    page = client.send("post", merge_address(*wards[:2]), [*confirmation(page), ("edit", "1")])
    assert page.by_id("name").get("value") == "Phường Mới"
    assert db.session.query(Reorganisation).count() == 0


def confirmation(page):
    return page.form().fill({})[2]


def test_a_change_made_meanwhile_is_shown_before_anything_is_done(
    client, district, administrator, wards
):
    page = fill_merger(client, wards[:2])
    data = confirmation(page)
    newcomer = make_member(wards[1])
    page = client.send("post", merge_address(*wards[:2]), data, status=409)
    assert newcomer.name in page.text and "đã thay đổi" in page.text
    assert db.session.query(Reorganisation).count() == 0
    db.session.expire_all()
    assert len(list_children(district.id)) == 3
    page.submit()
    assert db.session.query(Reorganisation).count() == 1


def test_a_unit_is_divided_by_name_and_by_rule(client, district, administrator, wards):
    ward = wards[0]
    cells = [make_unit(f"Chi bộ {n}", ward) for n in (1, 2)]
    plain, exempt, named = (
        make_member(ward, "Trần An"),
        make_member(ward, "Trần Bình", is_exempt=True),
        make_member(ward, "Trần Chi", is_exempt=True),
    )
    address = f"{BASE}/units/{ward.id}/split/details?names=Phường+Bắc&unit={wards[1].id}"
    page = client.submit(
        address,
        {
            "default": "1",
            f"child_{cells[1].id}": "2",
            "rule": "exempt",
            "rule_target": "2",
            f"member_{named.id}": "1",
            "effective_on": "1/7/2025",
        }
        | DECISION,
    )
    assert "Trần Bình: từ Phường 1 về Phường 2" in page.text
    page.submit()
    db.session.expire_all()
    [north] = [one for one in list_children(district.id) if one.name == "Phường Bắc"]
    assert find_unit_of(plain.id).unit_id == find_unit_of(named.id).unit_id == north.unit_id
    assert find_unit_of(exempt.id).unit_id == wards[1].id
    assert get_unit(cells[0].id).parent_id == north.unit_id
    assert get_unit(cells[1].id).parent_id == wards[1].id
    page = client.get_page(f"{BASE}/units/{wards[1].id}/split/details?names=Một")
    assert page.errors == ["Cần từ hai đến tám đơn vị nhận, kể cả đơn vị mới."]


def test_a_unit_with_people_and_studies_is_dissolved_into_another(
    client, district, administrator, wards
):
    member = make_member(wards[0])
    campaign = make_campaign(district, make_audiences("member"), opened=True)
    page = client.submit(
        f"{BASE}/units/{wards[0].id}/dissolution",
        {"target": str(wards[1].id), "effective_on": "1/7/2025"} | DECISION,
    )
    assert campaign.name in page.text
    page.submit()
    db.session.expire_all()
    assert find_unit_of(member.id).unit_id == wards[1].id
    assert db.session.scalars(sa.select(Enrolment.unit_id)).all() == [wards[0].id]


def test_what_depends_on_a_change_is_told_instead_of_the_button(
    client, district, administrator, wards
):
    member = make_member(wards[0])
    done = apply(merger(wards[:2], new_unit("Phường Mới", district), date(2025, 7, 1)))
    address = f"{BASE}/reorganisations/{done.id}"
    new = find_unit_of(member.id).unit_id
    assert "Hủy thay đổi" in client.get_page(address).text
    appointee = make_appointee(Role.SUPERVISOR, get_unit(new).unit)
    page = client.get_page(address)
    assert "Sau đó đã có phân công ở đơn vị liên quan." in page.text
    client.post(f"{address}/undo")
    assert db.session.get(Reorganisation, done.id).undone_at is None
    db.session.execute(sa.delete(Appointment).where(Appointment.account_id == appointee.id))
    rename_unit(new, "Phường Khác", date(2025, 8, 1))
    assert "đơn vị liên quan đã có thay đổi khác" in client.get_page(address).text


def test_an_enrolment_in_the_new_unit_hinders_the_undo(district, wards):
    make_member(wards[0])
    done = apply(merger(wards[:2], stays(wards[2]), date(2025, 7, 1)))
    make_campaign(district, make_audiences("member"), opened=True)
    from lms.people.queries.reorganisation import hindrances

    assert hindrances(done) == ["Sau đó người trong diện chuyển đã vào đợt học ở đơn vị mới."]


def test_nobody_reorganises_what_lies_elsewhere(client, district, wards):
    outside = make_unit("Phường xa", make_unit("Đảng bộ khác", kind=UnitKind.COMMITTEE))
    done = apply(merger([outside], stays(get_unit(outside.id).parent_id), date(2025, 7, 1)))
    far = make_unit("Chi bộ xa", make_unit("Đảng bộ xa", kind=UnitKind.COMMITTEE))
    sign_in(client, make_appointee(Role.ADMINISTRATOR, district))
    for hidden, missing in (
        (f"units/{far.id}/split", "units/999999/split"),
        (f"units/{far.id}/dissolution", "units/999999/dissolution"),
        (f"units/{far.id}/history", "units/999999/history"),
        (f"units/{outside.id}/history", "units/999999/history"),
        (f"units/{far.id}?on=1/1/2020", "units/999999?on=1/1/2020"),
        (f"units/merger?unit={far.id}", "units/merger?unit=999999"),
        (f"reorganisations/{done.id}", "reorganisations/999999"),
    ):
        answers = client.get(f"{BASE}/{hidden}"), client.get(f"{BASE}/{missing}")
        assert answers[0].status_code == 404
        assert essence(answers[0]) == essence(answers[1])
    token = confirmation(client.get_page(f"{BASE}/units/{district.id}/new"))
    for number in (done.id, 999999):
        client.send("post", f"{BASE}/reorganisations/{number}/undo", token, status=404)
    assert db.session.get(Reorganisation, done.id).undone_at is None
    assert "Phường xa" not in client.get_page(f"{BASE}/reorganisations").text
    assert "Chi bộ xa" not in client.get_page(f"{BASE}/units?q=xa").text
    data = {"target": str(far.id), "effective_on": "1/7/2025"} | DECISION
    page = client.get_page(f"{BASE}/units/{wards[0].id}/dissolution")
    sent = [(k, v) for k, v in page.form().fill({})[2] if k not in data] + list(data.items())
    client.send("post", f"{BASE}/units/{wards[0].id}/dissolution", sent, status=422)


def test_a_change_recorded_ahead_takes_effect_on_its_day(client, district, administrator, wards):
    member = make_member(wards[0])
    today = clock.today()
    later = today + timedelta(days=30)
    apply(merger(wards[:2], new_unit("Phường Mới", district), later))
    assert [one.name for one in list_children(district.id)] == ["Phường 1", "Phường 2", "Phường 3"]
    assert find_unit_of(member.id).unit_id == wards[0].id
    page = client.get_page(f"{BASE}/units/{district.id}?on={later.strftime('%d/%m/%Y')}")
    assert "Phường Mới" in page.text and "Phường 1" not in page.text
    with clock.frozen(clock.start_of_day(later)):
        assert [one.name for one in list_children(district.id)] == ["Phường 3", "Phường Mới"]
        assert find_unit_of(member.id).unit_id != wards[0].id


def test_lists_show_the_day_that_is_asked_for(client, district, administrator, wards):
    member = make_member(wards[0], "Trần An")
    apply(merger(wards[:2], new_unit("Phường Mới", district), date(2025, 7, 1)))
    page = client.get_page(f"{BASE}/units/{district.id}?on=30/6/2025")
    assert "Phường 1" in page.text and "Phường Mới" not in page.text
    page = client.get_page(f"{BASE}/members?unit={wards[0].id}&on=30/6/2025")
    assert "Trần An" in page.text and "Phường 1" in page.text
    assert "Trần An" not in client.get_page(f"{BASE}/members?on=1/1/1990").text
    row = db.session.scalar(sa.select(Membership).filter_by(member_id=member.id, valid_to=None))
    assert row.valid_from == date(2025, 7, 1)


def test_the_tree_page_costs_the_same_for_two_thousand_units(client, district, administrator):
    def cost(address):
        db.session.commit()
        with count_statements() as statements:
            client.get_page(address)
        return len(statements)

    ward = make_unit("Phường 1", district, kind=UnitKind.COMMITTEE)
    make_member(make_unit("Chi bộ 1", ward))
    addresses = [
        f"{BASE}/units",
        f"{BASE}/units?open={ward.id}",
        f"{BASE}/units?q=chi+bo",
        f"{BASE}/units/{ward.id}",
    ]
    few = [cost(address) for address in addresses]
    make_many_units(district, 1990)
    assert [cost(address) for address in addresses] == few
    assert max(few) <= 10
    page = client.get_page(f"{BASE}/units")
    assert "1 người" in page.text and len(page.response.data) < 200_000


def make_many_units(district, number):
    """Wards and their cells, straight into the tables."""
    from lms.units.models import Unit, UnitSector

    top = get_unit(district.id)
    units, versions = [], []
    first = db.session.scalar(sa.select(sa.func.max(Unit.id))) + 1
    for place in range(number):
        unit_id = first + place
        is_ward = place % 20 == 0
        ward_id = unit_id - place % 20
        units.append(
            {
                "id": unit_id,
                "kind": UnitKind.CELL,
                "sector": UnitSector.WARD,
                "founded_on": date(2020, 1, 1),
            }
        )
        parent = top.path if is_ward else f"{top.path}{ward_id}/"
        versions.append(
            {
                "unit_id": unit_id,
                "name": f"Chi bộ số {unit_id}",
                "short_name": f"CB {unit_id}",
                "fold": f"chi bo so {unit_id}",
                "sort_key": f"{unit_id:05}",
                "parent_id": top.unit_id if is_ward else ward_id,
                "path": f"{parent}{unit_id}/",
                "depth": top.depth + (1 if is_ward else 2),
                "valid_from": date(2020, 1, 1),
                "recorded_at": clock.now(),
            }
        )
    db.session.execute(sa.insert(Unit), units)
    db.session.execute(sa.insert(UnitVersion), versions)


def test_a_transfer_asks_who_answers_for_the_study(client, district, administrator, wards):
    members = [make_member(wards[0]) for _n in range(2)]
    campaign = make_campaign(district, make_audiences("member"), opened=True)
    rows = {row.member_id: row for row in db.session.query(Enrolment)}
    for member, answer, unit in zip(members, ("new", "old"), (wards[1], wards[0]), strict=True):
        study = rows[member.id].id
        address = f"{BASE}/members/{member.id}/transfer"
        values = {"unit": str(wards[1].id), "effective_on": clock.today().strftime("%d/%m/%Y")}
        page = client.submit(address, values, status=422)
        assert set(page.errors_by_field) == {f"study_{study}"} and campaign.name in page.text
        client.submit(address, values | {f"study_{study}": answer})
        db.session.expire_all()
        assert db.session.get(Enrolment, study).unit_id == unit.id
        [change] = db.session.query(EnrolmentChange).filter_by(enrolment_id=study)
        assert (change.field, change.old_value, change.new_value) == (
            "unit_id",
            str(wards[0].id),
            str(unit.id),
        )
        assert change.reason and find_unit_of(member.id).unit_id == wards[1].id


def test_a_preview_leaves_nothing_and_says_what_applying_does(district, wards):
    make_member(wards[0])
    change = merger(wards[:2], new_unit("Phường Mới", district), date(2025, 7, 1))
    db.session.flush()
    before = db.session.scalars(sa.select(UnitVersion.id).where(is_present())).all()
    preview = preview_change(None, change, None)
    assert db.session.scalars(sa.select(UnitVersion.id).where(is_present())).all() == before
    done = apply_change_with_people(None, change, None, preview.fingerprint)
    assert done.effects == preview.effects


def test_the_age_of_a_rule_is_that_of_the_day_of_the_change(client, district, administrator):
    ward = make_unit("Phường 1", district)
    next_year = date(clock.today().year + 1, 1, 1)
    person = make_member(ward, birth_year=next_year.year - 60)
    page = client.submit(
        f"{BASE}/units/{ward.id}/split/details?names=Một%0AHai",
        {
            "effective_on": next_year.strftime("%d/%m/%Y"),
            "rule": "age",
            "rule_age": "60",
            "rule_target": "2",
        }
        | DECISION,
    )
    assert f"{person.name}: từ Phường 1 về Hai" in page.text
