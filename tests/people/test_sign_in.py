"""Signing in by any of one's names, and what a wrong password gets."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from flask import Flask

from lms.extensions import db
from lms.people import passwords, sign_in
from lms.people.models import Account
from lms.people.queries import find_account_by_login, normal_phone
from tests.factories.people import (
    PASSWORD,
    make_account,
    make_learner,
    make_member,
    make_unit,
)
from tests.people.support import PHONE, WRONG, is_signed_in, try_to_sign_in
from tests.support.client import PageClient

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
