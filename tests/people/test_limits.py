"""Tries are limited by the account and by the address; only failures count; no lock is held."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from lms.base.transactions import transaction
from lms.extensions import db
from lms.people import passwords, sign_in
from lms.people.models import Account
from tests.factories.people import (
    PASSWORD,
    make_learner,
    make_unit,
)
from tests.factories.people import sign_in as come_as
from tests.people.support import change, try_to_sign_in
from tests.support.client import PageClient


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred tries without a hundred slow hashes."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "_NOBODY", quick.hash("nobody"))


def attempt(
    client: PageClient, login: str, password: str, token: str, address: str = "127.0.0.1"
) -> int:
    """One bare attempt; the status of its answer."""
    data = {"login": login, "password": password, "csrf_token": token}
    response = client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address})
    return response.status_code


def sign_in_at_home(app: Flask) -> PageClient:
    """The owner's own browser, where they signed in once."""
    browser: PageClient = app.test_client()  # type: ignore[assignment]
    try_to_sign_in(browser, "38123456", PASSWORD, status=200)
    return browser


@pytest.fixture
def token(client: PageClient) -> str:
    return client.get_page("/sign-in").form().value_of("csrf_token") or ""


@pytest.mark.usefixtures("quick_passwords")
def test_ten_failures_close_the_account_for_a_while_whichever_name_is_tried(
    app: Flask, client: PageClient, learner: Account, token: str
) -> None:
    names = ["38123456", "+84 912345678", "0912.345.678", "09 12 345678", "Binh@vidu.vn"]
    for number in range(10):
        assert attempt(client, names[number % len(names)], f"sai-{number}", token) == 422
    for name in [*names, "0-9-1-2-3-4-5-6-7-8"]:
        assert attempt(client, name, "sai", token) == 429
    page = try_to_sign_in(client, "38123456", PASSWORD, status=429)
    assert page.heading == "Thử quá nhiều lần"
    assert "Hãy đợi ít phút rồi thử lại" in page.text
    assert "nhờ người quản trị đặt lại" in page.text
    other = make_learner(make_unit())
    assert other.member is not None
    assert attempt(client, other.member.code or "", PASSWORD, token) == 302


@pytest.mark.usefixtures("quick_passwords")
def test_unknown_names_are_limited_too(client: PageClient, app: Flask, token: str) -> None:
    assert [attempt(client, "ai-do", "sai", token) for _n in range(11)] == [422] * 10 + [429]
    assert attempt(client, " AI-do\u200b", "sai", token) == 429
    assert attempt(client, "ai-khac", "sai", token) == 422


@pytest.mark.usefixtures("quick_passwords")
def test_successes_never_count(
    app: Flask, client: PageClient, learner: Account, token: str
) -> None:
    learner.password_hash = passwords.hash_password(PASSWORD)
    for _round in range(15):
        client.delete_cookie("session")
        fresh = client.get_page("/sign-in").form().value_of("csrf_token") or ""
        assert attempt(client, "38123456", PASSWORD, fresh) == 302
    client.delete_cookie("session")
    fresh = client.get_page("/sign-in").form().value_of("csrf_token") or ""
    assert [attempt(client, "38123456", "sai", fresh) for _n in range(11)] == [422] * 10 + [429]


@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("quick_passwords")
def test_one_password_tried_on_a_thousand_accounts_ends_after_thirty(
    app: Flask, client: PageClient, learner: Account, token: str
) -> None:
    learner.password_hash = passwords.hash_password(PASSWORD)
    db.session.commit()
    with client.without_audit():
        statuses = [attempt(client, f"ai-{n}", "sai", token, "10.0.0.1") for n in range(1000)]
        assert statuses == [422] * 30 + [429] * 970
        assert attempt(client, "ai-301", "sai", token, "10.0.0.2") == 422
        assert attempt(client, "38123456", PASSWORD, token, "10.0.0.2") == 302


@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("quick_passwords")
def test_from_many_addresses_one_account_is_tried_ten_times_a_minute(
    app: Flask, client: PageClient, learner: Account, token: str
) -> None:
    learner.password_hash = passwords.hash_password(PASSWORD)
    owner = sign_in_at_home(app)
    with client.without_audit():
        statuses = [
            attempt(client, "38123456", f"sai-{n}", token, f"10.1.{n // 250}.{n % 250}")
            for n in range(100)
        ]
        assert statuses.count(422) == 10 and statuses.count(429) == 90
    owner.delete_cookie("session")
    fresh = owner.get_page("/sign-in").form().value_of("csrf_token") or ""
    assert attempt(owner, "38123456", PASSWORD, fresh, "10.9.9.9") == 302, "the owner is shut out"


@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("quick_passwords")
def test_the_owner_signs_in_from_another_address_while_one_is_shut_out(
    app: Flask, client: PageClient, learner: Account, token: str
) -> None:
    learner.password_hash = passwords.hash_password(PASSWORD)
    db.session.commit()
    for number in range(12):
        attempt(client, "38123456", f"sai-{number}", token, "10.0.0.1")
    assert attempt(client, "38123456", PASSWORD, token, "10.0.0.1") == 429
    assert attempt(client, "38123456", PASSWORD, token, "10.0.0.2") == 302


@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("quick_passwords")
def test_a_known_browser_has_ten_tries_of_its_own_and_no_more(
    app: Flask, client: PageClient, learner: Account
) -> None:
    learner.password_hash = passwords.hash_password(PASSWORD)
    owner = sign_in_at_home(app)
    owner.delete_cookie("session")
    fresh = owner.get_page("/sign-in").form().value_of("csrf_token") or ""
    statuses = [attempt(owner, "38123456", f"sai-{n}", fresh, f"10.2.0.{n}") for n in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    forged = owner.get_cookie("device")
    assert forged is not None
    other: PageClient = app.test_client()  # type: ignore[assignment]
    other.set_cookie("device", forged.value[:-3] + "xxx")
    fresh = other.get_page("/sign-in").form().value_of("csrf_token") or ""
    assert attempt(other, "38123456", "sai", fresh, "10.2.0.1") == 422


def test_a_refusal_says_how_long_to_wait(client: PageClient, learner: Account, token: str) -> None:
    for _round in range(10):
        attempt(client, "38123456", "sai", token)
    data = {"login": "38123456", "password": "sai", "csrf_token": token}
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 601


@pytest.mark.usefixtures("quick_passwords")
def test_wrong_current_passwords_are_limited(client: PageClient, learner: Account) -> None:
    come_as(client, learner)
    for _round in range(10):
        change(client, 422, current="sai-mat-khau")
    change(client, 429, current="sai-mat-khau")
    assert client.get("/password").status_code == 200


@pytest.mark.database("sqlite")
def test_a_slow_password_does_not_hold_the_writers_lock(
    app: Flask, client: PageClient, learner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bool] = []
    verify = passwords._hasher.__class__.verify

    def write_meanwhile(*args: str) -> bool:
        with app.app_context():
            raw = db.engine.raw_connection()
            raw.cursor().execute("PRAGMA busy_timeout=0")
            raw.cursor().execute("UPDATE account SET locale = locale")
            raw.cursor().execute("PRAGMA busy_timeout=8000")
            raw.close()
            written.append(True)
        return verify(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(passwords._hasher.__class__, "verify", write_meanwhile)
    try_to_sign_in(client, "38123456", status=200)
    change(client)
    assert len(written) == 2


def test_what_is_done_at_sign_in_is_kept_together(app: Flask, learner: Account) -> None:
    with transaction():
        token = sign_in.open_sign_in(learner, "x", timedelta(hours=1))
    assert sign_in.load_account(token) is learner
    with transaction():
        sign_in.end_sign_in(token)
    assert sign_in.load_account(token) is None
    assert sign_in.load_account("") is None
