"""Attack 18: what a stolen, planted or remembered cookie or page is worth."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.people import services
from lms.people.models import Account
from tests.factories.codes import activate, app_code, make_slip, turn_on_second_step
from tests.factories.people import make_account, make_learner, make_member, make_unit
from tests.factories.people import sign_in as come_as
from tests.people.support import cookie_of, is_signed_in, try_to_sign_in
from tests.support.client import PageClient

PERSONAL = (
    "/my-tasks",
    "/directives",
    "/password",
    "/account/devices",
    "/account/second-step",
)
NEW = "con đường ra biển"


def other_browser(app: Flask, cookie: str) -> PageClient:
    client: PageClient = app.test_client()  # type: ignore[assignment]
    client.set_cookie("session", cookie)
    return client


def test_a_copied_cookie_opens_nothing_after_signing_out(
    app: Flask, client: PageClient, learner: Account
) -> None:
    come_as(client, learner)
    thief = other_browser(app, cookie_of(client))
    assert [thief.get(page).status_code for page in PERSONAL] == [200] * len(PERSONAL)
    client.get_page("/my-tasks").submit(form="/sign-out")
    for page in PERSONAL:
        answer = thief.get(page)
        assert (answer.status_code, answer.location) == (302, f"/sign-in?next={page}")


def test_personal_pages_are_stored_nowhere(client: PageClient, learner: Account) -> None:
    come_as(client, learner)
    for page in PERSONAL:
        answer = client.get(page)
        assert answer.headers["Cache-Control"] == "private, no-store", page
        assert "Cookie" in answer.headers["Vary"], page


@pytest.mark.parametrize("way", ["password", "slip", "reset", "second_step"])
def test_a_planted_cookie_changes_at_every_way_in(
    app: Flask, client: PageClient, learner: Account, way: str
) -> None:
    page = client.get_page("/activate?code=12345678901234567890")
    planted = cookie_of(client)
    assert page.form().value_of("code")
    if way == "password":
        try_to_sign_in(client, "38123456", status=200)
    elif way == "second_step":
        secret, _codes = turn_on_second_step(learner)
        try_to_sign_in(client, "38123456", status=200)
        half_way = cookie_of(client)
        client.submit("/sign-in/second-step", {"code": app_code(secret)})
        assert not is_signed_in(other_browser(app, half_way))
    elif way == "slip":
        member = make_member(make_unit(), code="38000001")
        activate(client, "38000001", make_slip(make_account(), member))
        client.submit("/password/new", {"new": NEW, "repeated": NEW})
    else:
        from tests.factories.codes import make_reset_code

        activate(client, "38123456", make_reset_code(make_account(), learner))
        client.submit("/password/new", {"new": NEW, "repeated": NEW})
    assert is_signed_in(client)
    assert cookie_of(client) != planted
    assert not is_signed_in(other_browser(app, planted))


def test_a_closed_account_is_out_on_every_way(app: Flask, client: PageClient) -> None:
    account = make_learner(make_unit())
    assert account.member is not None
    number = account.member.code or ""
    secret, _codes = turn_on_second_step(account)
    try_to_sign_in(client, number, status=200)
    services.set_account_disabled(make_account(), account, True)
    page = client.get_page("/sign-in/second-step")
    assert page.address == "/sign-in", "the second step lets a closed account in"
    try_to_sign_in(client, number, status=422)
    assert app_code(secret)


def test_the_word_for_leaving_is_on_every_page(client: PageClient, learner: Account) -> None:
    come_as(client, learner)
    for address in PERSONAL:
        assert client.get_page(address).form("/sign-out").method == "post"
