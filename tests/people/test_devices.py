"""Devices on which one is signed in: named in plain words, signed out from anywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.access.services import appoint
from lms.base import clock
from lms.extensions import db
from lms.people import services, sign_in
from lms.people.devices import device_words
from lms.people.models import Account, SignIn
from tests.factories.people import (
    PASSWORD,
    make_account,
    make_learner,
    make_unit,
    sign_in_elsewhere,
)
from tests.factories.people import sign_in as come_as
from tests.people.support import is_signed_in
from tests.support.client import PageClient
from tests.support.statements import count_statements

ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (ANDROID, "Điện thoại Android, Chrome"),
        (ANDROID.replace("Mobile ", ""), "Máy tính bảng Android, Chrome"),
        (ANDROID + " EdgA/126.0", "Điện thoại Android, Edge"),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            "Điện thoại iPhone, Safari",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Máy tính Windows, Firefox",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "coc_coc_browser/126.0 Chrome/120.0 Safari/537.36"
            ),
            "Máy tính Windows, Cốc Cốc",
        ),
        ("curl/8.0", "Thiết bị khác, trình duyệt khác"),
        ("", "Thiết bị khác, trình duyệt khác"),
    ],
)
def test_a_browser_is_named_in_plain_words(app: Flask, agent: str, words: str) -> None:
    assert device_words(agent) == words


def sign_in_with(client: PageClient, *, lasting: bool, agent: str = ANDROID) -> None:
    token = client.get_page("/sign-in").form().value_of("csrf_token")
    data = {"login": "38123456", "password": PASSWORD, "csrf_token": token}
    if lasting:
        data["lasting"] = "y"
    answer = client.post("/sign-in", data=data, headers={"User-Agent": agent})
    assert answer.status_code == 302


def test_one_sees_the_devices_and_ends_one_or_all_others(
    app: Flask, client: PageClient, learner: Account
) -> None:
    phone: PageClient = app.test_client()  # type: ignore[assignment]
    sign_in_with(phone, lasting=True)
    third = sign_in_elsewhere(app, learner)
    sign_in_with(client, lasting=False)
    page = client.get_page("/account/devices")
    assert "Điện thoại Android, Chrome" in page.text and "giữ đăng nhập đến" in page.text
    assert page.text.count("Thiết bị này") == 1
    ending = [one for one in db.session.scalars(sa.select(SignIn)) if one.is_lasting]
    page.submit(form=f"/account/devices/{ending[0].id}/end")
    assert not is_signed_in(phone) and is_signed_in(third) and is_signed_in(client)
    client.get_page("/account/devices").submit(form="/account/devices/others/end")
    assert not is_signed_in(third) and is_signed_in(client)


def test_another_s_device_looks_like_none(app: Flask, client: PageClient, learner: Account) -> None:
    stranger = make_learner(make_unit())
    other = sign_in_elsewhere(app, stranger)
    come_as(client, learner)
    theirs = db.session.scalars(sa.select(SignIn).where(SignIn.account_id == stranger.id)).one()
    token = client.get_page("/account/devices").form("/sign-out").value_of("csrf_token")
    answers = [
        client.post(f"/account/devices/{number}/end", data={"csrf_token": token})
        for number in (theirs.id, 999_999)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert is_signed_in(other)


def test_a_lasting_sign_in_slides_and_ends_after_ninety_days(
    app: Flask, client: PageClient, learner: Account
) -> None:
    sign_in_with(client, lasting=True)
    cookie = client.get_cookie("session")
    assert cookie is not None and cookie.expires is not None
    assert cookie.http_only and cookie.same_site == "Lax"
    moment = clock.now()
    for days in (25, 50, 75):
        with clock.frozen(moment + timedelta(days=days)):
            assert is_signed_in(client), days
    with clock.frozen(moment + timedelta(days=90, hours=1)):
        assert not is_signed_in(client)


def test_a_lasting_sign_in_does_not_survive_a_role_that_allows_none(
    client: PageClient, learner: Account
) -> None:
    sign_in_with(client, lasting=True)
    today = clock.today()
    unit_id = make_unit("Phường Hai").id
    appoint(learner.id, Role.SECRETARY, unit_id, today)
    db.session.commit()
    assert is_signed_in(client), "this role sees nobody's data"
    appoint(learner.id, Role.SUPERVISOR, unit_id, today + timedelta(days=3))
    db.session.commit()
    assert is_signed_in(client), "not before it begins"
    with clock.frozen(clock.now() + timedelta(days=3)):
        page = client.get_page("/my-tasks")
        assert page.address.startswith("/sign-in")
        assert "không giữ đăng nhập lâu được nữa" in page.text
        db.session.expire_all()
        assert db.session.scalars(sa.select(SignIn.revoked_at)).one() is not None


def test_a_lasting_sign_in_unused_for_thirty_days_is_over(
    client: PageClient, learner: Account
) -> None:
    sign_in_with(client, lasting=True)
    with clock.frozen(clock.now() + timedelta(days=30, minutes=1)):
        assert not is_signed_in(client)


def test_without_the_box_the_cookie_goes_with_the_browser(
    client: PageClient, learner: Account
) -> None:
    sign_in_with(client, lasting=False)
    cookie = client.get_cookie("session")
    assert cookie is not None and cookie.expires is None and cookie.max_age is None
    with clock.frozen(clock.now() + timedelta(hours=12, minutes=1)):
        assert not is_signed_in(client)


def test_when_a_device_was_seen_is_written_once_an_hour(
    client: PageClient, learner: Account
) -> None:
    come_as(client, learner)
    moment = clock.now()
    with clock.frozen(moment + timedelta(minutes=59)), count_statements() as statements:
        client.get("/account/devices")
    assert not [one for one in statements if one.startswith("UPDATE")]
    for minutes in (61, 62, 100):
        with clock.frozen(moment + timedelta(minutes=minutes)):
            client.get("/account/devices")
            db.session.expire_all()
            seen = db.session.scalars(sa.select(SignIn)).one().last_seen_at
            assert seen == moment + timedelta(minutes=61)


def test_an_eleventh_device_ends_the_one_seen_least(app: Flask, learner: Account) -> None:
    clients = [sign_in_elsewhere(app, learner) for _n in range(11)]
    assert [is_signed_in(one) for one in clients] == [False] + [True] * 10


def test_the_administrator_signs_somebody_out_everywhere(
    app: Flask, client: PageClient, learner: Account
) -> None:
    come_as(client, learner)
    services.end_all_sign_ins(make_account(), learner)
    assert not is_signed_in(client)


def test_the_secure_cookies_are_those_of_https() -> None:
    from lms.config import load_settings

    told = load_settings({"BASE_URL": "https://hoc.example.vn", "SECRET_KEY": "x" * 48})
    assert told["SESSION_COOKIE_NAME"].startswith("__Host-") and told["SESSION_COOKIE_SECURE"]


def test_a_sign_in_that_was_ended_is_not_brought_back_by_being_seen(learner: Account) -> None:
    token = sign_in.open_sign_in(learner, "x", timedelta(hours=1), idle_hours=1)
    kept = db.session.scalars(sa.select(SignIn)).one()
    sign_in.end_sign_in(token)
    ended = kept.expires_at
    db.session.expire_all()
    sign_in.note_seen(kept.id)
    assert kept.revoked_at is not None and kept.expires_at == ended
