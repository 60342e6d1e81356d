"""Signing in by any of one's names, and being signed out: on the server, everywhere, at once."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from unicodedata import normalize

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditRecord
from lms.base import clock
from lms.base.transactions import transaction
from lms.extensions import db
from lms.people import passwords, services, sign_in
from lms.people.models import Account, SignIn
from lms.people.queries import find_account_by_login, normal_phone
from tests.factories.people import (
    PASSWORD,
    make_account,
    make_learner,
    make_member,
    make_unit,
    sign_in_elsewhere,
)
from tests.factories.people import sign_in as come_as
from tests.support.client import Page, PageClient

PHONE = "0912345678"
WRONG = "Số thẻ (hoặc điện thoại, thư điện tử) hay mật khẩu không đúng. Hãy thử lại."


@pytest.fixture
def learner(app: Flask) -> Account:
    """A member with a card number, a phone and an address."""
    account = make_learner(make_unit())
    assert account.member is not None
    account.member.code = "38123456"
    account.phone, account.email = PHONE, "binh@vidu.vn"
    db.session.commit()
    return account


def try_to_sign_in(
    client: PageClient, login: str, password: str = PASSWORD, status: int = 422
) -> Page:
    return client.submit("/sign-in", {"login": login, "password": password}, status=status)


def is_signed_in(client: PageClient) -> bool:
    return client.get("/my-tasks").status_code == 200


def cookie_of(client: PageClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


# --- names to sign in by --------------------------------------------------------------------


SPELLINGS = [
    "38123456",
    " 38123456 ",
    "\u200b38123456",
    "0912345678",
    "0912 345 678",
    "0912.345.678",
    "+84912345678",
    "+84 912 345 678",
    "84912345678",
    "binh@vidu.vn",
    "Binh@VIDU.vn ",
]


def test_a_name_may_be_spelled_as_people_spell_it(app: Flask, learner: Account) -> None:
    assert [find_account_by_login(login) for login in SPELLINGS] == [learner] * len(SPELLINGS)


@pytest.mark.parametrize("login", ["38123456", "+84 912 345 678", " Binh@vidu.vn"])
def test_one_may_sign_in_by_card_phone_or_address(
    client: PageClient, learner: Account, login: str
) -> None:
    page = try_to_sign_in(client, login, status=200)
    assert page.address == "/my-tasks"


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0912345678", PHONE),
        ("+84912345678", PHONE),
        ("+84 (912) 345-678", PHONE),
        ("84912345678", PHONE),
        ("02838123456", "02838123456"),
        ("912345678", None),
        ("09123", None),
        ("+8491234567890", None),
        ("38123456", None),
        ("abc", None),
        ("", None),
    ],
)
def test_a_phone_number_has_one_form(typed: str, phone: str | None) -> None:
    assert normal_phone(typed) == phone


def test_a_phone_or_address_of_two_is_no_name_to_sign_in_by(app: Flask, learner: Account) -> None:
    wife = make_learner(make_unit())
    wife.phone, wife.email = PHONE, "binh@vidu.vn"
    db.session.flush()
    assert find_account_by_login(PHONE) is None
    assert find_account_by_login("binh@vidu.vn") is None
    assert find_account_by_login("38123456") is learner
    assert wife.member is not None and find_account_by_login(wife.member.code or "") is wife


def test_no_name_finds_nobody(app: Flask, learner: Account) -> None:
    nameless = make_account(make_member(make_unit()))
    assert nameless.member is not None
    nameless.member.code = None
    nameless.phone = nameless.email = None
    db.session.flush()
    for login in ("", " ", "%", "_", "0", "null", "' OR 1=1 --", "\x00", "381234567"):
        assert find_account_by_login(login) is None


@pytest.mark.parametrize("login", ["ai-do", "\x0038123456\ud7ff", "9" * 5000, "ế" * 150])
def test_odd_names_are_refused_like_any_other(
    client: PageClient, learner: Account, login: str
) -> None:
    page = client.get_page("/sign-in")
    token = page.form().value_of("csrf_token")
    data = {"login": login, "password": "x" * 9, "csrf_token": token}
    assert client.post("/sign-in", data=data).status_code in (422, 302)


# --- wrong passwords ------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    client: PageClient, learner: Account
) -> None:
    known = try_to_sign_in(client, "38123456", "sai-mat-khau")
    unknown = try_to_sign_in(client, "38999999", "sai-mat-khau")
    assert known.errors == unknown.errors == [WRONG]
    assert (
        known.html.replace("38123456", "").split("csrf_token")[0]
        == unknown.html.replace("38999999", "").split("csrf_token")[0]
    )
    assert known.form().value_of("login") == "38123456", "what was typed is lost"
    assert not known.form().value_of("password")
    assert not is_signed_in(client)


@pytest.mark.database("sqlite")
def test_a_wrong_password_takes_as_long_as_an_unknown_name(app: Flask, learner: Account) -> None:
    def seconds(login: str) -> float:
        begun = time.process_time()
        assert sign_in.check_password(login, "sai-mat-khau") is None
        return time.process_time() - begun

    seconds("38123456")
    rounds = [(seconds("38123456"), seconds("nobody")) for _round in range(9)]
    known, unknown = (statistics.median(values) for values in zip(*rounds, strict=True))
    assert 0.5 < known / unknown < 2
    assert unknown > 0.005, "no hash was computed for an unknown name"


def test_a_disabled_account_is_refused_like_a_wrong_password(
    client: PageClient, learner: Account
) -> None:
    learner.is_disabled = True
    assert try_to_sign_in(client, "38123456").errors == [WRONG]


def test_an_account_without_a_password_is_not_opened_by_any(app: Flask, learner: Account) -> None:
    learner.password_hash = None
    db.session.flush()
    for password in ("", "None", PASSWORD, "nobody has this password"):
        assert sign_in.check_password("38123456", password) is None


def test_an_empty_form_says_what_is_missing(client: PageClient) -> None:
    page = try_to_sign_in(client, "", "")
    assert set(page.errors_by_field) == {"login", "password"}


def test_a_password_is_the_same_however_the_keyboard_composes_it() -> None:
    typed = "Mật khẩu của bà Thứ"
    kept = passwords.hash_password(normalize("NFD", typed))
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify_password(kept, normalize("NFC", typed))
    assert passwords.verify_password(kept, normalize("NFD", typed))
    for other in (typed.lower(), typed + " ", typed[:-1], "Mat khau cua ba Thu"):
        assert not passwords.verify_password(kept, other)
    assert not passwords.verify_password("broken", typed)


# --- sign-ins on the server -----------------------------------------------------------------


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
    assert {len(row.device) for row in kept} == {120}


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


# --- change of password ---------------------------------------------------------------------


def change(client: PageClient, status: int = 200, **fields: str) -> Page:
    new = "con-duong-ra-bien"
    usual = {"current": PASSWORD, "new": new, "repeated": fields.get("new", new)}
    return client.submit("/password", usual | fields, status=status)


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


# --- limits ---------------------------------------------------------------------------------


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
def test_an_address_may_fail_three_hundred_times_a_minute(
    app: Flask, client: PageClient, learner: Account, token: str
) -> None:
    learner.password_hash = passwords.hash_password(PASSWORD)
    db.session.commit()
    with client.without_audit():
        statuses = [attempt(client, f"ai-{n}", "sai", token, "10.0.0.1") for n in range(301)]
        assert statuses == [422] * 300 + [429]
        assert attempt(client, "ai-301", "sai", token, "10.0.0.2") == 422
        assert attempt(client, "38123456", PASSWORD, token, "10.0.0.2") == 302


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
