"""Sign-ins live on the server: ended there, they end everywhere, at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db
from lms.people import passwords, services, sign_in
from lms.people.models import Account, SignIn
from tests.factories.people import (
    PASSWORD,
    make_account,
    make_learner,
    make_unit,
    sign_in_elsewhere,
)
from tests.factories.people import sign_in as come_as
from tests.people.support import change, cookie_of, is_signed_in, try_to_sign_in
from tests.support.client import PageClient


def test_the_cookie_changes_at_sign_in_and_the_old_one_opens_nothing(
    app: Flask, client: PageClient, learner: Account
) -> None:
    client.get_page("/sign-in")
    before = cookie_of(client)
    try_to_sign_in(client, "38123456", status=200)
    assert cookie_of(client) != before
    other: PageClient = app.test_client()  # type: ignore[assignment]
    other.set_cookie("session", before)
    assert not is_signed_in(other)


def test_a_token_put_there_by_somebody_else_does_not_survive_the_sign_in(
    app: Flask, client: PageClient, learner: Account
) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = "chosen-by-the-attacker"
        session["planted"] = "x"
    try_to_sign_in(client, "38123456", status=200)
    with client.session_transaction() as session:
        assert session["_user_id"] != "chosen-by-the-attacker"
        assert "planted" not in session


def test_tokens_are_random_and_only_their_hash_is_kept(app: Flask, learner: Account) -> None:
    tokens = {sign_in.open_sign_in(learner, "x" * 500, timedelta(hours=1)) for _n in range(20)}
    assert len(tokens) == 20 and min(map(len, tokens)) >= 43
    kept = db.session.scalars(sa.select(SignIn)).all()
    assert {row.token_hash for row in kept} == {sign_in.hash_token(token) for token in tokens}
    assert not {row.token_hash for row in kept} & tokens
    assert {len(row.device) for row in kept} == {300}


def test_signing_in_again_in_one_browser_ends_the_sign_in_before(
    app: Flask, client: PageClient, learner: Account
) -> None:
    try_to_sign_in(client, "38123456", status=200)
    first = cookie_of(client)
    page = client.get_page("/my-tasks")
    token = page.form("/sign-out").value_of("csrf_token")
    data = {"login": "38123456", "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=data).status_code == 302
    assert is_signed_in(client)
    other: PageClient = app.test_client()  # type: ignore[assignment]
    other.set_cookie("session", first)
    assert not is_signed_in(other)


def test_signing_out_ends_it_on_the_server(
    app: Flask, client: PageClient, learner: Account
) -> None:
    try_to_sign_in(client, "38123456", status=200)
    kept = cookie_of(client)
    response = client.get_page("/my-tasks").submit(form="/sign-out").response
    assert response.request.path == "/sign-in"
    replayed: PageClient = app.test_client()  # type: ignore[assignment]
    replayed.set_cookie("session", kept)
    answer = replayed.get("/my-tasks")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/my-tasks")
    acts = db.session.scalars(sa.select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert list(acts)[-2:] == ["account.signed_in", "account.signed_out"]


def test_what_the_browser_kept_of_private_pages_goes_at_sign_out(
    client: PageClient, learner: Account
) -> None:
    come_as(client, learner)
    form = client.get_page("/my-tasks").form("/sign-out")
    _method, address, data = form.fill({})
    response = client.post(address, data=dict(data))
    assert response.headers["Clear-Site-Data"] == '"cache"'


def test_a_disabled_account_is_out_at_once_on_every_device(
    app: Flask, client: PageClient, learner: Account
) -> None:
    come_as(client, learner)
    other = sign_in_elsewhere(app, learner)
    assert is_signed_in(client) and is_signed_in(other)
    services.set_account_disabled(make_account(), learner, True)
    assert not is_signed_in(client) and not is_signed_in(other)
    services.set_account_disabled(make_account(), learner, False)
    assert not is_signed_in(client), "an old sign-in came back to life"


def test_a_sign_in_expires(app: Flask, client: PageClient, learner: Account) -> None:
    come_as(client, learner)
    moment = clock.now()
    with clock.frozen(moment + timedelta(hours=11, minutes=59)):
        assert is_signed_in(client)
    with clock.frozen(moment + timedelta(hours=12, minutes=1)):
        assert not is_signed_in(client)


def test_a_changed_cookie_opens_nothing(app: Flask, learner: Account) -> None:
    client = sign_in_elsewhere(app, learner)
    good = cookie_of(client)
    for bad in (good[:-2] + "xx", "x" + good, good.split(".")[0], "", "." * 5):
        client.set_cookie("session", bad)
        assert not is_signed_in(client)
    client.set_cookie("session", good)
    assert is_signed_in(client)


def test_somebody_signed_in_is_sent_on_from_the_sign_in_page(
    client: PageClient, learner: Account
) -> None:
    come_as(client, learner)
    assert client.get("/sign-in").location == "/"
    assert client.get("/sign-in?next=/password").location == "/password"
    assert client.get("/sign-in?next=//evil.vn").location == "/"


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("/password?a=1", "/password?a=1"), ("//evil.vn", "/my-tasks"), ("/\\evil.vn", "/my-tasks")],
)
def test_one_comes_to_the_page_that_was_wanted(
    client: PageClient, learner: Account, wanted: str, reached: str
) -> None:
    page = client.get_page("/sign-in", query_string={"next": wanted})
    page = page.submit({"login": "38123456", "password": PASSWORD})
    assert page.address == reached


def test_the_language_chosen_before_stays_after_signing_in(
    client: PageClient, learner: Account
) -> None:
    client.get_page("/sign-in").submit(form="/locale/en")
    with client.session_transaction() as session:
        assert session["locale"] == "en"
    try_to_sign_in(client, "38123456", status=200)
    with client.session_transaction() as session:
        assert session["locale"] == "en"


def test_a_new_password_ends_the_other_devices_and_keeps_this_one(
    app: Flask, client: PageClient, learner: Account
) -> None:
    come_as(client, learner)
    other = sign_in_elsewhere(app, learner)
    stranger = sign_in_elsewhere(app, make_learner(make_unit()))
    change(client)
    assert is_signed_in(client) and not is_signed_in(other) and is_signed_in(stranger)
    fresh: PageClient = app.test_client()  # type: ignore[assignment]
    try_to_sign_in(fresh, "38123456", PASSWORD)
    try_to_sign_in(fresh, "38123456", "con-duong-ra-bien", status=200)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"current": "sai-mat-khau"}, "current"),
        ({"current": ""}, "current"),
        ({"new": "ngan"}, "new"),
        ({"new": "x1" * 65}, "new"),
        ({"new": "12345678"}, "new"),
        ({"new": "MatKhau123"}, "new"),
        ({"new": "aaaaaaaaaa"}, "new"),
        ({"repeated": "con-duong-ra-song"}, "repeated"),
    ],
)
def test_a_bad_new_password_is_refused_at_its_field(
    client: PageClient, learner: Account, fields: dict[str, str], where: str
) -> None:
    come_as(client, learner)
    before = learner.password_hash
    page = change(client, 422, **fields)
    assert set(page.errors_by_field) == {where}
    db.session.expire_all()
    assert learner.password_hash == before


@pytest.mark.parametrize("new", ["tám chữ nhé", "abcdefgh" * 16, "đường về", "        a b"])
def test_a_password_may_hold_anything(client: PageClient, learner: Account, new: str) -> None:
    come_as(client, learner)
    change(client, new=new)
    db.session.expire_all()
    assert passwords.verify_password(learner.password_hash, new)


def test_a_password_given_by_the_administrator_must_be_changed_first(
    app: Flask, client: PageClient, learner: Account
) -> None:
    other = sign_in_elsewhere(app, learner)
    services.reset_password(make_account(), learner, "mat-khau-dau-tien")
    assert not is_signed_in(other)
    page = try_to_sign_in(client, "38123456", "mat-khau-dau-tien", status=200)
    assert page.address == "/password"
    assert client.get("/my-tasks").location == "/password"
    change(client, current="mat-khau-dau-tien")
    assert is_signed_in(client)
