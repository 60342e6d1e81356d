"""Pages of audiences: a list of names, the draft's effect, the order, the check."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.access.policy import Role
from lms.base import clock
from lms.extensions import db
from lms.people import queries, services
from lms.people.models import Audience, Member, Standing
from lms.units.models import Unit, UnitKind
from lms.units.queries import Scope
from tests.factories.people import (
    make_appointee,
    make_audiences,
    make_member,
    make_unit,
    sign_in,
)
from tests.factories.reorganisation import apply, merger, new_unit
from tests.support.client import Page, PageClient

BASE = "/administration/audiences"
EVERYWHERE = Scope.of(["/"])


class Ground:
    """A district with three full members, a guest, and the audiences of heads and of members."""

    def __init__(self) -> None:
        self.unit: Unit = make_unit("Đảng bộ quận", kind=UnitKind.COMMITTEE)
        self.members: list[Member] = [
            make_member(self.unit, name, code=f"1000000{n}")
            for n, name in enumerate(("Lê An", "Lê Bình", "Lê Cúc"))
        ]
        self.guest = make_member(
            self.unit, "Quách Dần", standing=Standing.GUEST, code="20000000", birth_year=1990
        )
        self.audiences: dict[str, Audience] = make_audiences("unit_head", "member")

    def counts(self) -> dict[int | None, int]:
        db.session.rollback()
        return queries.count_by_audience(EVERYWHERE)


@pytest.fixture
def ground(app: Flask, client: PageClient) -> Ground:
    made = Ground()
    sign_in(client, make_appointee(Role.ADMINISTRATOR, made.unit))
    return made


def test_a_list_of_names_takes_people_beside_the_rules(client: PageClient, ground: Ground) -> None:
    heads = ground.audiences["unit_head"]
    page = client.submit(
        f"{BASE}/{heads.id}", {"listed": "10000001\n20000000, 10000001"}, button="Lưu"
    )
    assert "Có tên trong danh sách" in page.text
    assert ground.counts() == {heads.id: 2, ground.audiences["member"].id: 2}
    page = client.get_page(f"{BASE}/{heads.id}")
    assert (page.form("#audience").value_of("listed") or "").split() == ["10000001", "20000000"]
    client.submit(f"{BASE}/{heads.id}", {"listed": ""}, form="#audience", button="Lưu")
    assert ground.counts() == {None: 1, ground.audiences["member"].id: 3}


def test_a_list_alone_takes_nobody_else(client: PageClient, ground: Ground) -> None:
    client.submit(
        f"{BASE}/new",
        {"name": "Tổ giúp việc", "position": "1", "listed": "10000002"},
        form="#audience",
        button="Lưu",
    )
    made = next(one for one in queries.list_audiences() if one.name == "Tổ giúp việc")
    assert ground.counts()[made.id] == 1


def test_each_unknown_number_is_named_and_nothing_is_saved(
    client: PageClient, ground: Ground
) -> None:
    page = client.submit(
        f"{BASE}/{ground.audiences['member'].id}",
        {"listed": "10000001\n99999999\n88888888"},
        form="#audience",
        button="Lưu",
        status=422,
    )
    assert "99999999, 88888888" in page.errors_by_field["listed"]
    assert (page.form("#audience").value_of("listed") or "").split() == [
        "10000001",
        "99999999",
        "88888888",
    ]
    assert not db.session.get_one(Audience, ground.audiences["member"].id).has_names


def test_the_draft_says_what_it_would_do_and_saves_nothing(
    client: PageClient, ground: Ground
) -> None:
    before = ground.counts()
    page = client.submit(
        f"{BASE}/new",
        {"name": "Tổ giúp việc", "position": "1", "listed": "10000002 20000000"},
        form="#audience",
        button="Xem trước",
    )
    for said in (
        "Theo bản đang soạn: 2 người thuộc đối tượng này.",
        "1 người chưa thuộc đối tượng nào sẽ vào",
        "1 người chuyển sang từ “Đảng viên”",
        "Lê Cúc",
        "Quách Dần",
    ):
        assert said in page.text, said
    assert page.form("#audience").value_of("name") == "Tổ giúp việc"
    assert ground.counts() == before
    page = client.submit(
        f"{BASE}/{ground.audiences['member'].id}",
        {"standings": ["probationary"]},
        form="#audience",
        button="Xem trước",
    )
    assert "Theo bản đang soạn: 0 người" in page.text
    assert "3 người sẽ không thuộc đối tượng nào" in page.text
    assert ground.counts() == before


def ids_of(page: Page, name: str) -> list[str]:
    """What can be ticked; AssertionError for what is ticked twice."""
    found = page.form("#audience").options_of(name)
    assert len(found) == len(set(found))
    return found


def test_a_unit_is_looked_for_and_takes_all_below_it(client: PageClient, ground: Ground) -> None:
    ward = make_unit("Đảng bộ phường Hòa An", ground.unit, kind=UnitKind.BASE)
    cell = make_unit("Chi bộ 7", ward)
    make_member(cell, "Đỗ Gấm", birth_year=1950)
    make_member(cell, "Đỗ Hà", standing=Standing.GUEST)
    draft = {"name": "Phường Hòa An", "position": "1", "least_age": "60"}
    page = client.submit(
        f"{BASE}/new", {**draft, "unit_search": "hoa an"}, form="#audience", button="Tìm đơn vị"
    )
    form = page.form("#audience")
    assert ids_of(page, "units") == [str(ward.id)]
    assert [form.value_of(name) for name in draft] == list(draft.values()), "typed words are lost"
    assert not form.value_of("unit_search")
    page = page.submit({"units": [str(ward.id)]}, form="#audience", button="Xem trước")
    assert "Theo bản đang soạn: 1 người thuộc đối tượng này." in page.text
    assert "Đỗ Gấm" in page.text
    page = page.submit({"least_age": ""}, form="#audience", button="Lưu")
    assert "Đảng bộ phường Hòa An và cấp dưới" in page.text
    made = next(one for one in queries.list_audiences() if one.name == "Phường Hòa An")
    assert ground.counts()[made.id] == 2
    page = client.get_page(f"{BASE}/{made.id}")
    page = page.submit({"units": []}, form="#audience", button="Lưu")
    assert "và cấp dưới" not in page.text


def test_a_merged_unit_is_shown_with_what_it_is_now(client: PageClient, ground: Ground) -> None:
    wards = [make_unit(f"Phường {n}", ground.unit, kind=UnitKind.BASE) for n in ("A", "B")]
    make_member(wards[1], "Đỗ Gấm", standing=Standing.GUEST)
    services.define_audience(None, "a", "Phường A", 3, [{"unit_ids": [wards[0].id]}])
    apply(merger(wards, new_unit("Phường M", ground.unit), clock.today()))
    assert "Phường A (nay là Phường M) và cấp dưới" in client.get_page(BASE).text
    made = next(one for one in queries.list_audiences() if one.key == "a")
    page = client.get_page(f"{BASE}/{made.id}")
    assert ids_of(page, "units") == [str(wards[0].id)]
    page = page.submit({}, form="#audience", button="Xem trước")
    assert "Theo bản đang soạn: 1 người" in page.text and "Không ai đổi đối tượng." in page.text


def test_a_person_without_a_card_number_is_put_on_the_list_by_name(
    client: PageClient, ground: Ground
) -> None:
    cell = make_unit("Chi bộ Chợ Mới", ground.unit)
    wanted, namesake = (
        make_member(unit, "Quách Dần", standing=Standing.GUEST, birth_year=year)
        for unit, year in ((cell, 1988), (ground.unit, 1990))
    )
    wanted.code = namesake.code = None
    heads = ground.audiences["unit_head"]
    page = client.get_page(f"{BASE}/{heads.id}")
    page = page.submit(
        {"listed": "10000001", "person_search": "quach dan", "person_unit": "cho moi"},
        form="#audience",
        button="Tìm người",
    )
    assert ids_of(page, "people") == [str(wanted.id)]
    assert "Quách Dần · Chi bộ Chợ Mới · sinh 1988 · chưa có số thẻ" in page.text
    assert ground.counts().get(heads.id) is None, "a search has saved something"
    page.submit({"people": [str(wanted.id)]}, form="#audience", button="Lưu")
    assert ground.counts()[heads.id] == 2
    page = client.get_page(f"{BASE}/{heads.id}")
    form = page.form("#audience")
    assert form.value_of("people") == str(wanted.id)
    assert (form.value_of("listed") or "").split() == ["10000001"]
    page.submit({"people": []}, form="#audience", button="Lưu")
    assert ground.counts()[heads.id] == 1


def test_who_left_stays_on_the_list_until_they_are_unticked(
    client: PageClient, ground: Ground
) -> None:
    heads = ground.audiences["unit_head"]
    leaver = ground.members[0]
    client.submit(f"{BASE}/{heads.id}", {"listed": "10000000 10000001"}, button="Lưu")
    leaver.left_on = clock.today()
    page = client.get_page(f"{BASE}/{heads.id}")
    assert "Lê An · không còn trong danh sách đảng viên" in page.text
    page.submit({}, form="#audience", button="Lưu")
    assert [one.id for one in queries.list_names_of(heads.id)] == [
        one.id for one in ground.members[:2]
    ]


def test_words_that_were_not_looked_for_are_not_dropped_at_saving(
    client: PageClient, ground: Ground
) -> None:
    place = f"{BASE}/{ground.audiences['member'].id}"
    for field, button in (("unit_search", "Tìm người"), ("person_search", "Tìm đơn vị")):
        typed = {field: "khong co"}
        page = client.submit(place, typed, form="#audience", button="Lưu", status=422)
        assert field in page.errors_by_field
        page = client.submit(place, typed, form="#audience", button=button)
        assert page.form("#audience").value_of(field) == "khong co"
        assert "Không" in page.text and "Hãy thử một phần" in page.text


@pytest.mark.parametrize("name", ["units", "people"])
@pytest.mark.parametrize("value", ["999999", "-1", "x", "9" * 30])
def test_an_id_that_is_none_is_refused(
    client: PageClient, ground: Ground, name: str, value: str
) -> None:
    place = f"{BASE}/{ground.audiences['member'].id}"
    method, address, data = client.get_page(place).form("#audience").fill({}, "Lưu")
    page = client.send(method, address, [*data, (name, value)], 422)
    assert page.errors_by_field or page.errors


def test_the_order_is_changed_one_place_at_a_time(client: PageClient, ground: Ground) -> None:
    last = ground.audiences["member"]

    def names() -> list[str]:
        db.session.rollback()
        return [one.name for one in queries.list_audiences()]

    assert names() == ["Người đứng đầu", "Đảng viên"]
    page = client.get_page(BASE)
    token = page.root.xpath("//input[@name='csrf_token']/@value")[0]
    for direction, expected in (
        ("up", ["Đảng viên", "Người đứng đầu"]),
        ("up", ["Đảng viên", "Người đứng đầu"]),
        ("down", ["Người đứng đầu", "Đảng viên"]),
    ):
        data = {"csrf_token": token, "to": direction}
        assert client.post(f"{BASE}/{last.id}/place", data=data).status_code == 302
        assert names() == expected
    missing = client.post(f"{BASE}/999/place", data={"csrf_token": token, "to": "up"})
    assert missing.status_code == 404


def test_who_is_in_none_is_shown_with_why(client: PageClient, ground: Ground) -> None:
    page = client.get_page(f"{BASE}/0/members")
    assert "Quách Dần" in page.text and "Lê An" not in page.text
    assert "Quần chúng" in page.text and "không giữ chức vụ" in page.text
    ward = make_unit("Đảng bộ phường", ground.unit, kind=UnitKind.BASE)
    make_member(make_unit("Chi bộ 9", ward), "Vũ Khanh", standing=Standing.GUEST)
    page = client.get_page(f"{BASE}/0/members")
    assert "Chi bộ 9" in page.text and "thuộc Đảng bộ phường · Quần chúng" in page.text
    ground.guest.birth_year = None
    assert "chưa ghi năm sinh" in client.get_page(f"{BASE}/0/members").text


def test_only_who_keeps_the_whole_tree_changes_audiences(
    client: PageClient, ground: Ground
) -> None:
    part = make_unit("Đảng bộ phường", ground.unit)
    sign_in(client, make_appointee(Role.ADMINISTRATOR, part))
    token = client.get_page("/password").form().value_of("csrf_token")
    place = f"{BASE}/{ground.audiences['member'].id}/place"
    assert client.post(place, data={"csrf_token": token, "to": "up"}).status_code == 403
