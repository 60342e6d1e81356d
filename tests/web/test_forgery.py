"""What did not come from a page of ours changes nothing, on any route, whoever is signed in."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import IntegerConverter

from lms.access.policy import Role
from lms.base.guards import GuardKind, guard_of
from lms.extensions import db
from lms.people.models import Account
from tests.factories.people import (
    PASSWORD,
    make_account,
    make_appointment,
    make_audiences,
    make_learner,
    make_unit,
    sign_in,
)
from tests.factories.training import make_campaign, make_material, make_session
from tests.factories.two_wards import make_two_wards
from tests.support.client import PageClient

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}

pytestmark = pytest.mark.database("sqlite")


def everything_kept() -> dict[str, list[Any]]:
    """Every row of every table."""
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(sa.select(table))))
        for table in db.metadata.sorted_tables
    }


@pytest.fixture
def almighty(app: Flask, client: PageClient) -> Account:
    """A member with every role, in a unit with a campaign under way."""
    unit = make_unit()
    account = make_learner(unit)
    for role in Role:
        make_appointment(account, role, unit)
    campaign = make_campaign(unit, make_audiences(), opened=True)
    make_material(make_session(campaign))
    sign_in(client, account)
    return account


def unsafe_routes(app: Flask) -> list[tuple[str, str, GuardKind]]:
    """(method, address with ones in it, kind of guard) of every route that may change something."""
    found = []
    for rule in app.url_map.iter_rules():
        guard = guard_of(app.view_functions[rule.endpoint])
        values = {
            name: 1 if isinstance(rule._converters[name], IntegerConverter) else "en"
            for name in rule.arguments
        }
        built = rule.build(values)
        assert built is not None, rule.rule
        found += [(m, str(built[1]), guard.kind) for m in sorted(UNSAFE & (rule.methods or set()))]
    assert len(found) > 40
    return found


def foreign_token(app: Flask) -> str:
    """A token of somebody else's browser."""
    other: PageClient = app.test_client()  # type: ignore[assignment]
    return other.get_page("/sign-in").form().value_of("csrf_token") or ""


def test_without_the_token_of_our_own_page_nothing_changes(
    app: Flask, client: PageClient, almighty: Account
) -> None:
    foreign = foreign_token(app)
    before = everything_kept()
    ways: list[dict[str, Any]] = [
        {"data": {"name": "X", "reason": "X"}},
        {"data": {"csrf_token": foreign, "name": "X"}},
        {"data": {"csrf_token": ""}},
        {"json": {"name": "X"}},
        {"json": {"name": "X"}, "headers": {"X-CSRFToken": foreign}},
        {"data": "name=X&csrf_token=" + foreign, "content_type": "text/plain"},
        {"data": {}, "query_string": {"csrf_token": foreign}},
        {"data": {"csrf_token": foreign}, "headers": {"Origin": "https://evil.vn"}},
        {"data": {"csrf_token": foreign}, "headers": {"Referer": "https://evil.vn/trang"}},
        {"data": b'{"name": "X"}', "content_type": "text/plain; charset=utf-8"},
    ]
    with client.without_audit():
        for method, address, kind in unsafe_routes(app):
            for way in ways:
                response = client.open(address, method=method, **way)
                allowed = {400, 403} if kind is GuardKind.TOKEN else {400}
                assert response.status_code in allowed, (
                    f"{method} {address} {way}: {response.status}"
                )
    assert everything_kept() == before


def test_the_refusal_says_what_to_do(client: PageClient, almighty: Account) -> None:
    response = client.post("/sign-out")
    page = client._page(response, 400)
    assert "Trang đã mở quá lâu. Hãy quay lại, tải lại trang rồi gửi lần nữa." in page.text
    answer = client.post("/sign-out", json={})
    assert "Trang đã mở quá lâu" in answer.json["error"]
    assert client.get("/my-tasks").status_code == 200, "signed out by a foreign page"


def test_with_the_token_something_does_change(
    app: Flask, client: PageClient, almighty: Account
) -> None:
    """The control: what is compared above does see a change."""
    before = everything_kept()
    new = "con-duong-ra-bien"
    client.submit("/password", {"current": PASSWORD, "new": new, "repeated": new})
    after = everything_kept()
    assert {name for name in before if before[name] != after[name]} == {"account", "audit_record"}


def test_nobody_is_signed_in_as_somebody_else_from_a_foreign_page(
    app: Flask, client: PageClient
) -> None:
    attacker = make_account()
    data = {"login": attacker.email, "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 400
    data["csrf_token"] = foreign_token(app)
    assert client.post("/sign-in", data=data).status_code == 400
    assert client.get("/").location == "/sign-in?next=/"


def test_a_token_stands_in_forms_and_in_no_address(client: PageClient, almighty: Account) -> None:
    page = client.get_page("/password")
    token = page.form().value_of("csrf_token")
    assert token and page.html.count(token) > 1
    assert not any("csrf" in link or token in link for link in page.links().values())


def test_the_session_is_not_sent_along_from_a_foreign_page(app: Flask, client: PageClient) -> None:
    """A form on another site posts without our cookie: the browser is told so."""
    response = client.get("/sign-in")
    cookies = response.headers.getlist("Set-Cookie")
    assert cookies and all("SameSite=Lax" in cookie for cookie in cookies)
    assert all("HttpOnly" in cookie for cookie in cookies)
    assert "form-action 'self'" in response.headers["Content-Security-Policy"]


def test_no_page_that_is_only_read_writes_anything(
    app: Flask, client: PageClient, database: object
) -> None:
    """GET and HEAD of every route, in a ward with everything; the record of readings apart."""
    ward = make_two_wards().a
    sign_in(client, ward.holder)
    before = everything_kept()
    # That these were opened is noted once the answer is sent; it credits nothing.
    notes = {"training.material", "viewing.join_run"}
    asked = 0
    with client.without_audit():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in notes:
                continue
            built = rule.build({name: ward.ids.get(name, 1) for name in rule.arguments})
            assert built is not None
            for method in ("GET", "HEAD"):
                status = client.open(str(built[1]), method=method).status_code
                asked += status in (200, 302)
    after = everything_kept()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"audit_record"}, changed
    assert asked > 100


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_what_changes_something_is_not_to_be_had_by_another_method(
    client: PageClient, almighty: Account, method: str
) -> None:
    with client.without_audit():
        for address in ("/sign-out", "/locale/en"):
            assert client.open(address, method=method).status_code in (405, 400)
    assert client.get("/my-tasks").status_code == 200
