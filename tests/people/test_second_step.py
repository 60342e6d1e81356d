"""The second step at sign-in: set up, asked for, never taken twice, required of whom it must be."""

from __future__ import annotations

import threading
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.base.sealing import Unreadable, seal, unseal
from lms.base.transactions import transaction
from lms.extensions import db
from lms.people import services, sign_in
from lms.people.models import Account, RecoveryCode, SecondStep, SignIn
from tests.factories.codes import app_code, turn_on_second_step
from tests.factories.people import (
    PASSWORD,
    make_account,
    make_appointee,
    make_appointment,
    make_learner,
    make_unit,
)
from tests.factories.people import sign_in as come_as
from tests.people.support import cookie_of, is_signed_in, try_to_sign_in
from tests.support.client import Page, PageClient

STEP_PAGE = "/sign-in/second-step"


def give(client: PageClient, code: str, status: int = 200) -> Page:
    return client.submit(STEP_PAGE, {"code": code}, status=status)


def test_set_up_and_sign_in(app: Flask, client: PageClient, learner: Account) -> None:
    come_as(client, learner)
    other = app.test_client()
    come_as(other, learner)  # type: ignore[arg-type]
    page = client.get_page("/account/second-step").submit()
    secret = "".join(page.having_class("th-typed")[0].itertext()).replace(" ", "")
    assert page.having_class("th-qr"), "no QR code to scan"
    page = client.submit("/account/second-step", {"code": "000000"}, status=422)
    assert "code" in page.errors_by_field
    page = client.submit("/account/second-step", {"code": app_code(secret)})
    codes = ["".join(one.itertext()) for one in page.having_class("th-typed")]
    assert len(codes) == 10 and "chỉ hiện một lần" in page.text
    assert not is_signed_in(other), "the other devices stayed"  # type: ignore[arg-type]
    page = client.get_page("/account/second-step")
    assert codes[0] not in page.html and secret not in page.html

    fresh: PageClient = app.test_client()  # type: ignore[assignment]
    page = try_to_sign_in(fresh, "38123456", status=200)
    assert page.address == STEP_PAGE and not is_signed_in(fresh)
    before = cookie_of(fresh)
    assert give(fresh, app_code(secret, 1)).address == "/my-tasks"
    assert cookie_of(fresh) != before
    replayed: PageClient = app.test_client()  # type: ignore[assignment]
    replayed.set_cookie("session", before)
    assert replayed.get_page(STEP_PAGE).address == "/sign-in", "the half-way cookie still works"


def test_the_secret_is_sealed_and_recovery_codes_are_hashed_with_salt(learner: Account) -> None:
    secret, _codes = turn_on_second_step(learner)
    step = db.session.get_one(SecondStep, learner.id)
    assert secret not in step.sealed_secret
    hashes = db.session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert len(set(hashes)) == 10 and all(one.startswith("$argon2id$") for one in hashes)


def test_what_is_sealed_is_for_one_purpose_and_breaks_when_touched(app: Flask) -> None:
    sealed = seal("bí mật", "one")
    assert unseal(sealed, "one") == "bí mật" and "bí mật" not in sealed
    for place in (0, 12, 40, len(sealed) - 12):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(Unreadable):
            unseal(changed, "one")
    with pytest.raises(Unreadable):
        unseal(sealed, "another")


@pytest.mark.parametrize(
    ("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_holds_one_step_either_side(
    client: PageClient, learner: Account, steps: int, is_taken: bool
) -> None:
    secret, _codes = turn_on_second_step(learner)
    with clock.frozen(clock.now()):
        code = app_code(secret, steps)
        try_to_sign_in(client, "38123456", status=200)
        give(client, code, 200 if is_taken else 422)
        assert is_signed_in(client) is is_taken


def test_a_code_is_taken_once(app: Flask, client: PageClient, learner: Account) -> None:
    secret, _codes = turn_on_second_step(learner)
    with clock.frozen(clock.now()):
        code = app_code(secret)
        try_to_sign_in(client, "38123456", status=200)
        give(client, code)
        thief: PageClient = app.test_client()  # type: ignore[assignment]
        try_to_sign_in(thief, "38123456", status=200)
        give(thief, code, 422)
        give(thief, app_code(secret, -1), 422)
        assert not is_signed_in(thief)
        give(thief, app_code(secret, 1))


def test_of_many_at_once_one_takes_a_code(app: Flask, learner: Account) -> None:
    secret, _codes = turn_on_second_step(learner)
    account_id, code = learner.id, app_code(secret)
    db.session.commit()
    start, won = threading.Barrier(8), []

    def take() -> None:
        with app.app_context():
            start.wait()
            with transaction():
                if services.takes_app_code(account_id, code):
                    won.append(True)

    threads = [threading.Thread(target=take) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [True]


def test_five_wrong_codes_end_the_try(client: PageClient, learner: Account) -> None:
    secret, _codes = turn_on_second_step(learner)
    try_to_sign_in(client, "38123456", status=200)
    for _n in range(4):
        give(client, "000000", 422)
    give(client, "000000", 429)
    page = client.get_page(STEP_PAGE)
    assert page.address == "/sign-in"
    noted = sa.select(sa.func.count()).where(AuditRecord.action == "account.sign_in_refused")
    assert db.session.scalar(noted) == 5
    try_to_sign_in(client, "38123456", status=200)
    give(client, app_code(secret))


def test_an_old_cookie_does_not_bring_the_tries_back(
    app: Flask, client: PageClient, learner: Account
) -> None:
    turn_on_second_step(learner)
    try_to_sign_in(client, "38123456", status=200)
    kept = cookie_of(client)
    for _n in range(5):
        client.set_cookie("session", kept)
        token = client.get_page(STEP_PAGE).form().value_of("csrf_token")
        client.post(STEP_PAGE, data={"code": "000000", "csrf_token": token})
    client.set_cookie("session", kept)
    assert client.get(STEP_PAGE).location == "/sign-in"


def test_the_half_way_sign_in_ends_after_ten_minutes(client: PageClient, learner: Account) -> None:
    secret, _codes = turn_on_second_step(learner)
    try_to_sign_in(client, "38123456", status=200)
    with clock.frozen(clock.now() + timedelta(minutes=10, seconds=1)):
        assert client.get_page(STEP_PAGE).address == "/sign-in"
    assert app_code(secret)


def test_a_code_of_one_account_does_not_open_another(client: PageClient, learner: Account) -> None:
    turn_on_second_step(learner)
    other_secret, other_codes = turn_on_second_step(make_learner(make_unit()))
    try_to_sign_in(client, "38123456", status=200)
    give(client, app_code(other_secret), 422)
    give(client, other_codes[0], 422)


def test_a_recovery_code_is_used_once_and_says_how_many_are_left(
    app: Flask, client: PageClient, learner: Account
) -> None:
    _secret, codes = turn_on_second_step(learner)
    try_to_sign_in(client, "38123456", status=200)
    page = give(client, f"{codes[3][:4]} {codes[3][4:8]} {codes[3][8:]}")
    assert page.address == "/my-tasks" and "còn 9 mã" in page.text
    other: PageClient = app.test_client()  # type: ignore[assignment]
    try_to_sign_in(other, "38123456", status=200)
    give(other, codes[3], 422)
    give(other, codes[4])


def test_new_recovery_codes_end_the_old_and_ask_for_the_password(
    app: Flask, client: PageClient, learner: Account
) -> None:
    _secret, codes = turn_on_second_step(learner)
    come_as(client, learner)
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        page = client.get_page("/account/second-step")
        page.submit({"current": "sai-mat-khau"}, status=422)
        page.submit({"current": ""}, status=422)
        page = page.submit({"current": PASSWORD})
    assert len(page.having_class("th-typed")) == 10
    other: PageClient = app.test_client()  # type: ignore[assignment]
    try_to_sign_in(other, "38123456", status=200)
    give(other, codes[0], 422)


def test_a_borrowed_browser_does_not_set_it_up(client: PageClient, learner: Account) -> None:
    come_as(client, learner)
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        page = client.get_page("/account/second-step")
        page = page.submit({"current": "sai-mat-khau"}, status=422)
        assert "current" in page.errors_by_field
    assert db.session.get(SecondStep, learner.id) is None


@pytest.fixture
def strict(app: Flask) -> Flask:
    """As it is by default, which the other tests leave off."""
    app.config["REQUIRE_SECOND_STEP"] = True
    return app


def test_it_is_required_unless_somebody_says_otherwise() -> None:
    from lms.config import load_settings

    assert load_settings({"SECRET_KEY": "x" * 48})["REQUIRE_SECOND_STEP"] is True


@pytest.mark.parametrize("role", list(Role))
def test_who_holds_a_role_that_needs_it_sets_it_up_before_anything_else(
    strict: Flask, client: PageClient, role: Role
) -> None:
    account = make_appointee(role, make_unit())
    needs = role in (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.REVIEWER)
    page = try_to_sign_in(client, account.email or "", status=200)
    assert (page.address == "/account/second-step") is needs
    for address in ("/directives", "/administration/", "/account/devices", "/supervision"):
        answer = client.get(address)
        if needs and answer.status_code != 404:
            assert answer.location in ("/account/second-step", f"{address}/"), address
    if not needs:
        return
    page = client.get_page("/account/second-step").submit()
    secret = "".join(page.having_class("th-typed")[0].itertext()).replace(" ", "")
    page.submit({"code": pyotp.TOTP(secret).at(clock.now())})
    assert client.get("/directives").status_code == 200


@pytest.mark.parametrize(
    ("base_url", "is_demo", "is_exempt"),
    [
        ("http://127.0.0.1:8000", True, True),
        ("http://localhost:8000", True, True),
        ("http://127.0.0.1:8000", False, False),
        ("https://hoc.example.vn", True, False),
        ("http://hoc.example.vn", True, False),
        ("http://192.168.1.5:8000", True, False),
        ("http://127.0.0.1.evil.vn", True, False),
    ],
)
def test_the_demo_is_exempt_on_one_s_own_machine_alone(
    strict: Flask, client: PageClient, base_url: str, is_demo: bool, is_exempt: bool
) -> None:
    from lms.config import load_settings

    told = load_settings({"BASE_URL": base_url, "SECRET_KEY": "x" * 48})
    strict.config["IS_LOOPBACK"] = told["IS_LOOPBACK"]
    account = make_appointee(Role.REVIEWER, make_unit())
    account.is_demo = is_demo
    come_as(client, account)
    answer = client.get("/directives")
    assert (answer.status_code == 200) is is_exempt


def test_staff_are_signed_out_after_three_idle_hours_and_kept_for_no_month(
    client: PageClient,
) -> None:
    account = make_appointee(Role.SUPERVISOR, make_unit())
    client.submit("/sign-in", {"login": account.email, "password": PASSWORD, "lasting": "y"})
    kept = db.session.scalars(sa.select(SignIn)).one()
    assert not kept.is_lasting and kept.idle_hours == 3
    moment = clock.now()
    for hours in (2, 4, 6, 8, 10):
        with clock.frozen(moment + timedelta(hours=hours)):
            assert client.get("/directives").status_code == 200
    with clock.frozen(moment + timedelta(hours=12, minutes=1)):
        assert client.get("/directives").status_code == 302, "longer than a working day"
    come_as(client, account)
    client.get_page("/account/devices").submit(form="/sign-out")
    client.submit("/sign-in", {"login": account.email, "password": PASSWORD})
    with clock.frozen(clock.now() + timedelta(hours=3, minutes=1)):
        assert client.get("/directives").status_code == 302


def test_an_administrator_resets_it_with_a_reason(app: Flask, client: PageClient) -> None:
    unit = make_unit()
    learner = make_learner(unit)
    administrator = make_appointee(Role.ADMINISTRATOR, unit)
    turn_on_second_step(learner)
    come_as(client, administrator)
    address = f"/administration/members/{learner.member_id}/account/second-step"
    client.submit(address, {"reason": ""}, status=422)
    client.submit(address, {"reason": "Mất điện thoại; đã gặp", "is_checked": "y"})
    db.session.expire_all()
    assert learner.second_step_since is None
    assert db.session.get(SecondStep, learner.id) is None
    noted = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.action == "account.second_step_reset")
    ).one()
    assert noted.detail == {"reason": "Mất điện thoại; đã gặp"}
    assert noted.actor_id == administrator.id


def test_nobody_resets_their_own_or_that_of_somebody_above(app: Flask, client: PageClient) -> None:
    root = make_unit()
    cell = make_unit(parent=root)
    own = make_learner(cell)
    make_appointment(own, Role.ADMINISTRATOR, cell)
    above = make_learner(cell)
    make_appointment(above, Role.SUPERVISOR, root)
    come_as(client, own)
    fields = {"reason": "x", "is_checked": "y"}
    for account in (own, above):
        address = f"/administration/members/{account.member_id}/account/second-step"
        assert client.get(address).status_code == 403
    other = make_learner(make_unit())
    assert (
        client.get(f"/administration/members/{other.member_id}/account/second-step").status_code
        == 404
    )
    assert fields


def test_the_ways_in_are_those_that_are_written_down(app: Flask) -> None:
    """Every place that opens a sign-in goes through lms/people/entrance.py."""
    from pathlib import Path

    root = Path(sign_in.__file__).parents[1]
    places = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "login_user(" in path.read_text(encoding="utf-8")
        or "open_sign_in(" in path.read_text(encoding="utf-8")
    }
    assert places == {"people/entrance.py", "people/sign_in.py"}
    assert make_account() is not None


def test_one_from_outside_is_reset_from_the_page_of_appointments(
    app: Flask, client: PageClient
) -> None:
    unit = make_unit()
    outsider = make_appointee(Role.REVIEWER, unit)
    turn_on_second_step(outsider)
    come_as(client, make_appointee(Role.ADMINISTRATOR, unit))
    page = client.get_page("/administration/appointments")
    address = page.links()["Đặt lại xác thực hai bước"]
    client.submit(address, {"reason": "Mất điện thoại", "is_checked": "y"})
    db.session.expire_all()
    assert outsider.second_step_since is None
