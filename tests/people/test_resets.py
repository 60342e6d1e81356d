"""A forgotten password: by the secretary's code or by a mailed link, which no request can bend."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import background, clock
from lms.base.sealing import unseal
from lms.extensions import db
from lms.notices import delivery
from lms.notices.models import OutgoingMail
from lms.people import services
from lms.people.models import Account, OneTimeCode
from lms.people.passwords import verify_password
from lms.people.services import issue_mailed_code
from lms.people.sign_in import hash_token
from tests.factories.codes import activate, make_reset_code, turn_on_second_step
from tests.factories.people import make_account, make_learner, make_unit, sign_in_elsewhere
from tests.people.support import change, is_signed_in, try_to_sign_in
from tests.support.client import PageClient

NEW = "con đường ra biển"
LINK = re.compile(r"(https?://\S+)/password/link/([\w-]+)")


@pytest.fixture
def letters(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was sent; a mail server is configured and takes everything."""
    sent: list[Any] = []
    app.config["SMTP_URL"] = "smtp://mail.vidu.vn"
    monkeypatch.setattr(delivery, "_send_by_smtp", lambda message, _url: sent.append(message))
    return sent


def ask(client: PageClient, login: str, status: int = 200, **headers: str) -> None:
    page = client.get_page("/password/forgotten")
    token = page.form().value_of("csrf_token")
    data = {"login": login, "csrf_token": token}
    response = client.post("/password/forgotten", data=data, headers=headers)
    assert response.status_code == (302 if status == 200 else status)


def link_in(message: Any) -> tuple[str, str]:
    text = message.get_body(("plain",)).get_content()
    found = LINK.search(text)
    assert found, text
    return found[1], f"/password/link/{found[2]}"


def test_a_link_gives_a_new_password_once(
    app: Flask, client: PageClient, learner: Account, letters: list[Any]
) -> None:
    elsewhere = sign_in_elsewhere(app, learner)
    ask(client, "38123456")
    assert [message["To"] for message in letters] == ["binh@vidu.vn"]
    base, path = link_in(letters[0])
    assert base == "http://127.0.0.1:8000"
    answer = client.get(path)
    assert answer.location == "/password/new"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = client.get_page("/password/new")
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.submit({"new": NEW, "repeated": NEW}).address == "/my-tasks"
    assert not is_signed_in(elsewhere), "the other devices stayed"
    other: PageClient = app.test_client()  # type: ignore[assignment]
    assert other.get_page(path).address == "/password/forgotten"
    db.session.expire_all()
    assert verify_password(learner.password_hash, NEW)


def test_looking_into_a_link_does_not_use_it_up(
    app: Flask, client: PageClient, learner: Account, letters: list[Any]
) -> None:
    ask(client, "38123456")
    _base, path = link_in(letters[0])
    for _visit in range(3):
        scanner: PageClient = app.test_client()  # type: ignore[assignment]
        scanner.get(path)
        scanner.head(path)
    assert client.get_page(path).address == "/password/new"


def test_tokens_are_kept_as_hashes_and_letters_are_emptied(
    client: PageClient, learner: Account, letters: list[Any]
) -> None:
    ask(client, "38123456")
    _base, path = link_in(letters[0])
    token = path.rpartition("/")[2]
    assert len(token) >= 43
    kept = db.session.scalars(sa.select(OneTimeCode)).one()
    assert len(kept.code_hash) == 64 and token not in kept.code_hash
    mail = db.session.scalars(sa.select(OutgoingMail)).one()
    assert mail.sent_at and mail.sealed_text == mail.sealed_html == ""


def test_a_waiting_letter_holds_no_readable_link(
    client: PageClient, learner: Account, letters: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "_send", lambda _message, _id: "refused")
    ask(client, "38123456")
    mail = db.session.scalars(sa.select(OutgoingMail)).one()
    assert "password/link" not in mail.sealed_text + mail.sealed_html
    assert "password/link" in unseal(mail.sealed_text, delivery.SEALED_FOR)


@pytest.mark.parametrize("change_what", ["email", "password", "hour", "newer", "disabled"])
def test_a_link_is_dead_after(
    client: PageClient, learner: Account, letters: list[Any], change_what: str
) -> None:
    ask(client, "38123456")
    _base, path = link_in(letters[0])
    moment = clock.now()
    if change_what == "email":
        learner.email = "khac@vidu.vn"
    elif change_what == "password":
        learner.password_hash = "$argon2id$another"
    elif change_what == "hour":
        moment += timedelta(hours=1, seconds=1)
    elif change_what == "newer":
        make_reset_code(make_account(), learner)
    else:
        services.set_account_disabled(make_account(), learner, True)
    db.session.commit()
    with clock.frozen(moment):
        page = client.get_page(path)
    assert page.address == "/password/forgotten"
    assert "đã dùng rồi hoặc đã hết hạn" in page.text


def test_a_password_changed_by_its_owner_ends_the_links(
    app: Flask, client: PageClient, learner: Account, letters: list[Any]
) -> None:
    ask(client, "38123456")
    _base, path = link_in(letters[0])
    owner = sign_in_elsewhere(app, learner)
    change(owner)
    assert client.get_page(path).address == "/password/forgotten"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Forwarded-Proto": "https", "X-Original-URL": "https://evil.example/"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_no_request_bends_the_link(
    client: PageClient, learner: Account, letters: list[Any], headers: dict[str, str]
) -> None:
    page = client.get_page("/password/forgotten")
    data = {"login": "38123456", "csrf_token": page.form().value_of("csrf_token")}
    client.post("/password/forgotten", data=data, headers=headers)
    client.post("https://evil.example/password/forgotten", data=data)
    for message in letters:
        assert link_in(message)[0] == "http://127.0.0.1:8000"
        assert "evil" not in message.as_string()


def test_known_and_unknown_names_are_answered_alike(
    app: Flask, client: PageClient, learner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is looked up behind the request: the answer cannot differ, not even in time."""
    app.config["SMTP_URL"] = "smtp://mail.vidu.vn"
    queued: list[str] = []
    monkeypatch.setattr(background, "_perform", lambda _app, _name, args: queued.append(args[0]))
    answers = []
    for login in ("38123456", "38999999", "binh@vidu.vn"):
        fresh: PageClient = app.test_client()  # type: ignore[assignment]
        token = fresh.get_page("/password/forgotten").form().value_of("csrf_token")
        response = fresh.post("/password/forgotten", data={"login": login, "csrf_token": token})
        answers.append((response.status_code, response.location, len(response.data)))
    assert len(set(answers)) == 1
    assert queued == ["38123456", "38999999", "binh@vidu.vn"]


def test_letters_are_few(client: PageClient, learner: Account, letters: list[Any]) -> None:
    for _time in range(3):
        ask(client, "38123456")
    ask(client, "38123456", status=429)
    for login in ("binh@vidu.vn", "0912345678"):
        ask(client, login)
    assert len(letters) == 3, "other names of the same account got more"
    ask(client, "38999999")


def test_nothing_is_promised_where_no_letter_can_be_sent(client: PageClient) -> None:
    page = client.get_page("/password/forgotten")
    assert "/password/forgotten" not in [form.get("action") for form in page.root.iter("form")]
    assert "bí thư" in page.text and "thư điện tử" not in page.text


def test_the_secretary_s_code_gives_a_new_password_and_the_old_one_holds_till_then(
    app: Flask, client: PageClient, learner: Account
) -> None:
    code = make_reset_code(make_account(), learner)
    try_to_sign_in(client, "38123456", status=200)
    other: PageClient = app.test_client()  # type: ignore[assignment]
    activate(other, "38123456", code)
    page = other.submit("/password/new", {"new": NEW, "repeated": NEW})
    assert page.address == "/my-tasks" and "Đã đặt mật khẩu mới" in page.text
    assert not is_signed_in(client)


def test_a_reset_code_lives_an_hour(client: PageClient, learner: Account) -> None:
    code = make_reset_code(make_account(), learner)
    with clock.frozen(clock.now() + timedelta(hours=1, seconds=1)):
        activate(client, "38123456", code, 422)


def test_the_second_step_is_asked_after_a_reset_too(client: PageClient, app: Flask) -> None:
    account = make_learner(make_unit())
    assert account.member is not None
    turn_on_second_step(account)
    code = make_reset_code(make_account(), account)
    activate(client, account.member.code or "", code)
    page = client.submit("/password/new", {"new": NEW, "repeated": NEW})
    assert page.address == "/sign-in/second-step"
    assert not is_signed_in(client)


def test_a_dead_proof_leads_back_to_where_it_came_from(app: Flask, client: PageClient) -> None:
    account = make_learner(make_unit())
    helper = make_account()

    def later(code: str | None) -> str | None:
        browser: PageClient = app.test_client()  # type: ignore[assignment]
        if code is not None:
            activate(browser, account.member.code or "", code)  # type: ignore[union-attr]
        with clock.frozen(clock.now() + timedelta(days=1)):
            return browser.get("/password/new").location

    assert later(make_reset_code(helper, account)) == "/activate"
    assert later(None) == "/sign-in", "a browser that never had a proof"
    mailed = secrets.token_urlsafe(32)
    issue_mailed_code(account, hash_token(mailed), timedelta(hours=1))
    db.session.commit()
    assert client.get(f"/password/link/{mailed}").location == "/password/new"
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert client.get("/password/new").location == "/password/forgotten"
