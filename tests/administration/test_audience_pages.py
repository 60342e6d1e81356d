"""Pages of audiences: a list of names, the draft's effect, the order, the check."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.access.policy import Role
from lms.extensions import db
from lms.people import queries
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
from tests.support.client import PageClient

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
