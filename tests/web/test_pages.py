"""The language switch and the navigation that every page carries."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.access.policy import Role
from tests.factories.people import (
    make_account,
    make_appointee,
    make_appointment,
    make_learner,
    make_unit,
    sign_in,
)
from tests.support.client import Page, PageClient

pytestmark = pytest.mark.database("sqlite")


def switch(page: Page, to: str) -> Page:
    """Press the language button of a page."""
    forms = [f for f in page.root.iter("form") if f.get("action") == f"/locale/{to}"]
    data = [(i.get("name"), i.get("value")) for i in forms[0].iter("input")]
    return page.client.send("post", f"/locale/{to}", data)


@pytest.mark.parametrize("address", ["/my-tasks", "/password?a=1&b=hai%20ba", "/directives"])
def test_the_other_language_keeps_the_place(app: Flask, client: PageClient, address: str) -> None:
    sign_in(client, make_learner(make_unit()))
    page = client.get_page(address)
    assert page.root.get("lang") == "vi"
    english = switch(page, "en")
    assert english.root.get("lang") == "en"
    assert english.response.request.path == address.partition("?")[0]
    assert english.response.request.query_string == address.partition("?")[2].encode()
    assert switch(english, "vi").root.get("lang") == "vi"


def test_a_visitor_may_switch_and_keep_where_they_were_going(client: PageClient) -> None:
    page = client.get_page("/sign-in?next=/password")
    english = switch(page, "en")
    assert english.address == "/sign-in?next=/password"
    assert english.form().value_of("next") == "/password"


def test_a_form_that_was_refused_can_still_be_left_in_the_other_language(
    app: Flask, client: PageClient
) -> None:
    sign_in(client, make_learner(make_unit()))
    refused = client.submit("/password", {"current": ""}, status=422)
    assert switch(refused, "en").address == "/password"
    nowhere = Page(client, client.post("/sign-out"))
    assert nowhere.status == 400
    assert switch(nowhere, "vi").address == "/my-tasks"


def test_no_language_of_ours_is_not_found_and_leads_nowhere(client: PageClient) -> None:
    token = client.get_page("/sign-in").form().value_of("csrf_token")
    assert client.post("/locale/xx", data={"csrf_token": token}).status_code == 404
    for target in ("//evil.vn", "https://evil.vn", "/\\evil.vn", ""):
        response = client.post("/locale/en", data={"csrf_token": token, "next": target})
        assert response.location == "/"


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (Role.ADMINISTRATOR, ["Quản trị", "Văn bản"]),
        (Role.PLANNER, ["Giám sát", "Điểm cầu", "Tổ chức", "Văn bản"]),
        (Role.SUPERVISOR, ["Giám sát", "Điểm cầu", "Văn bản"]),
        (Role.SPEAKER, ["Buổi của tôi", "Văn bản"]),
        (Role.REVIEWER, ["Bài cần chấm", "Văn bản"]),
    ],
)
def test_each_role_is_shown_what_it_may_open(
    app: Flask, client: PageClient, role: Role, entries: list[str]
) -> None:
    sign_in(client, make_appointee(role, make_unit()))
    page = client.get_page("/")
    navigation = next(page.root.iter("nav"))
    links = {(a.text or "").strip(): a.get("href") for a in navigation.iter("a")}
    assert list(links) == entries
    current = [a.text.strip() for a in navigation.iter("a") if a.get("aria-current") == "page"]
    assert current == entries[:1] or (role is Role.PLANNER and current == ["Tổ chức"])
    for address in links.values():
        assert client.get_page(address).status == 200


def test_one_entry_is_marked_however_many_roles_one_has(app: Flask, client: PageClient) -> None:
    unit = make_unit()
    account = make_learner(unit)
    for role in (Role.SPEAKER, Role.REVIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR):
        make_appointment(account, role, unit)
    sign_in(client, account)
    page = client.get_page("/my-tasks")
    navigation = next(page.root.iter("nav"))
    addresses = [a.get("href") for a in navigation.iter("a")]
    assert len(addresses) == 7
    for address in addresses:
        shown = next(client.get_page(address).root.iter("nav"))
        current = [a.get("href") for a in shown.iter("a") if a.get("aria-current") == "page"]
        assert current == [address]


def test_a_visitor_has_no_navigation_and_somebody_without_a_role_little(
    app: Flask, client: PageClient
) -> None:
    assert not list(client.get_page("/sign-in").root.iter("nav"))
    sign_in(client, make_account())
    page = client.get_page("/")
    assert page.address == "/directives"


def test_the_gallery_is_not_for_production(app: Flask, client: PageClient) -> None:
    assert client.get("/patterns").status_code == 200
    app.testing = False
    assert client.get("/patterns").status_code == 404
