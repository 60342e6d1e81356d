"""From a printed slip to a signed-in member: one use, in time, for its owner alone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditRecord
from lms.base import clock
from lms.base.errors import DomainError
from lms.base.transactions import transaction
from lms.extensions import db
from lms.people import queries, services
from lms.people.code_text import in_groups, new_code, new_recovery_codes, only_digits
from lms.people.models import Account, Member, OneTimeCode
from lms.people.passwords import hash_password, verify_password
from lms.units.queries import Scope
from tests.factories.codes import activate, make_slip
from tests.factories.people import make_account, make_member, make_unit
from tests.people.support import try_to_sign_in
from tests.support.client import PageClient

WRONG = (
    "Số thẻ hay mã không đúng. Hãy so từng nhóm số với phiếu mới nhất; "
    "nếu vẫn không được, hãy xin bí thư chi bộ phiếu khác."
)
NEW = "con đường ra biển"


@pytest.fixture
def newcomer(app: Flask) -> Member:
    """A member of 75 without an account."""
    return make_member(make_unit(), "Bà Trần Thị Thứ", birth_year=1951, code="38123456")


@pytest.fixture
def slip(newcomer: Member) -> str:
    return make_slip(make_account(), newcomer)


def choose(client: PageClient, password: str = NEW, status: int = 200) -> None:
    client.submit("/password/new", {"new": password, "repeated": password}, status=status)


def test_codes_are_long_random_and_typed_as_people_type() -> None:
    codes = {new_code() for _n in range(20_000)}
    assert len(codes) == 20_000 and {len(code) for code in codes} == {20}
    assert set("".join(codes)) == set("0123456789"), "66 bits"
    assert in_groups("12345678901234567890") == "1234 5678 9012 3456 7890"
    for typed in ("1234 5678-9012.3456 7890", " 12345678901234567890 "):
        assert only_digits(typed) == "12345678901234567890"
    assert [code[0] for code in new_recovery_codes()] == list("0123456789")


def test_a_slip_makes_the_account_and_leads_to_the_tasks(
    app: Flask, client: PageClient, newcomer: Member, slip: str
) -> None:
    page = client.submit("/activate", {"login": "38123456", "code": in_groups(slip)})
    assert page.address == "/password/new" and "Trần Thị Thứ" in page.text
    page = client.submit("/password/new", {"new": NEW, "repeated": NEW})
    assert page.address == "/my-tasks" and "Tài khoản đã được kích hoạt" in page.text
    account = db.session.scalars(sa.select(Account).where(Account.member_id == newcomer.id)).one()
    assert verify_password(account.password_hash, NEW) and not account.must_change_password
    other: PageClient = app.test_client()  # type: ignore[assignment]
    assert try_to_sign_in(other, "38123456", NEW, status=200).address == "/my-tasks"
    acts = db.session.scalars(sa.select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert list(acts)[-5:-1] == [
        "account.slip_printed",
        "account.created",
        "account.activated",
        "account.signed_in",
    ]


def test_the_code_of_the_qr_is_filled_in_and_leaves_the_address_bar(
    client: PageClient, newcomer: Member, slip: str
) -> None:
    answer = client.get(f"/activate?code={slip}")
    assert (answer.status_code, answer.location) == (302, "/activate")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = client.get_page("/activate")
    assert page.form().value_of("code") == in_groups(slip)
    assert client.submit("/activate", {"login": "38123456"}).address == "/password/new"


def test_only_the_hash_of_a_code_is_kept(newcomer: Member, slip: str) -> None:
    kept = db.session.scalars(sa.select(OneTimeCode)).one()
    assert kept.code_hash.startswith("$argon2id$")
    acts = repr(db.session.execute(sa.text("SELECT * FROM audit_record")).all())
    assert slip not in acts and in_groups(slip) not in acts


def test_a_slip_is_used_once(app: Flask, client: PageClient, newcomer: Member, slip: str) -> None:
    activate(client, "38123456", slip)
    choose(client)
    other: PageClient = app.test_client()  # type: ignore[assignment]
    activate(other, "38123456", slip, 422)
    assert other.page and "Phiếu này đã dùng rồi" in other.page.errors[0]


def test_a_slip_that_was_shown_in_two_browsers_opens_for_one(
    app: Flask, client: PageClient, newcomer: Member, slip: str
) -> None:
    other: PageClient = app.test_client()  # type: ignore[assignment]
    activate(client, "38123456", slip)
    activate(other, "38123456", slip)
    choose(client)
    page = other.get_page("/password/new")
    assert page.address == "/activate" and "Mã này không dùng được nữa" in page.text


def test_of_many_at_once_one_uses_the_code(app: Flask, newcomer: Member, slip: str) -> None:
    code_id = db.session.scalars(sa.select(OneTimeCode.id)).one()
    db.session.commit()
    hashed = hash_password(NEW)
    start, won = threading.Barrier(8), []

    def use() -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    services.use_code(code_id, hashed)
                won.append(True)
            except (DomainError, sa.exc.IntegrityError):
                pass

    threads = [threading.Thread(target=use) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [True]


def test_an_expired_slip_says_so_to_its_owner_alone(
    client: PageClient, newcomer: Member, slip: str
) -> None:
    with clock.frozen(clock.now() + timedelta(days=7, minutes=1)):
        activate(client, "38123456", slip, 422)
        assert client.page and "Phiếu này hết hạn lúc" in client.page.errors[0]
        activate(client, "38123456", "1" * 20, 422)
        assert client.page.errors == [WRONG]


def test_a_slip_that_expires_while_one_chooses_is_refused(
    client: PageClient, newcomer: Member, slip: str
) -> None:
    activate(client, "38123456", slip)
    with clock.frozen(clock.now() + timedelta(days=7, minutes=1)):
        assert client.get_page("/password/new").address == "/activate"


def test_what_was_shown_is_forgotten_after_twenty_minutes(
    client: PageClient, newcomer: Member, slip: str
) -> None:
    activate(client, "38123456", slip)
    with clock.frozen(clock.now() + timedelta(minutes=21)):
        assert client.get_page("/password/new").address == "/activate"


def test_a_new_slip_ends_the_old_one(client: PageClient, newcomer: Member, slip: str) -> None:
    newer = make_slip(make_account(), newcomer)
    activate(client, "38123456", slip, 422)
    assert client.page and client.page.errors == [WRONG]
    activate(client, "38123456", newer)


def test_a_slip_of_another_is_worth_nothing(
    client: PageClient, newcomer: Member, slip: str
) -> None:
    make_member(make_unit(), code="38999999")
    for login in ("38999999", "38000000", "0912345678"):
        activate(client, login, slip, 422)
        assert client.page and client.page.errors == [WRONG]
    assert client.get_page("/password/new").address == "/sign-in"


def test_a_member_who_left_cannot_activate(client: PageClient, newcomer: Member, slip: str) -> None:
    newcomer.left_on = clock.today()
    activate(client, "38123456", slip)
    assert client.page and client.page.address == "/activate"


def test_a_miscounted_code_says_how_many_digits_are_missing(client: PageClient) -> None:
    activate(client, "38123456", "1234 5678", 422)
    assert client.page
    assert "còn thiếu 12 chữ số" in client.page.errors_by_field["code"]
    activate(client, "38123456", "1" * 22, 422)
    assert "đang thừa 2 chữ số" in client.page.errors_by_field["code"]


def test_wrong_tries_never_spoil_the_owner_s_slip(app: Flask, newcomer: Member, slip: str) -> None:
    for number in range(30):
        stranger: PageClient = app.test_client()  # type: ignore[assignment]
        token = stranger.get_page("/activate").form().value_of("csrf_token")
        data = {"login": "38123456", "code": f"{number:020}", "csrf_token": token}
        stranger.post("/activate", data=data, environ_base={"REMOTE_ADDR": f"10.3.0.{number}"})
    tried = db.session.scalars(sa.select(OneTimeCode.attempts)).one()
    assert tried == 30
    activate(app.test_client(), "38123456", slip)  # type: ignore[arg-type]


def test_known_and_unknown_numbers_get_the_same_answer(
    client: PageClient, newcomer: Member, slip: str
) -> None:
    activate(client, "38123456", "1" * 20, 422)
    assert client.page
    known = client.page.html.replace("38123456", "").split("csrf_token")
    activate(client, "38999999", "1" * 20, 422)
    unknown = client.page.html.replace("38999999", "").split("csrf_token")
    assert known[0] == unknown[0] and len(known[-1]) == len(unknown[-1])


# --- the phone and e-mail on record ---------------------------------------------------------


def reach(member: Member, phone: str | None, email: str | None = None) -> Member:
    member.phone, member.email = phone, email
    db.session.flush()
    return member


def test_the_account_takes_the_phone_and_e_mail_on_record(
    app: Flask, client: PageClient, newcomer: Member, slip: str
) -> None:
    reach(newcomer, "0912345678", "thu@vidu.vn")
    activate(client, "38123456", slip)
    choose(client)
    account = db.session.scalars(sa.select(Account).where(Account.member_id == newcomer.id)).one()
    assert (account.phone, account.email) == ("0912345678", "thu@vidu.vn")
    other: PageClient = app.test_client()  # type: ignore[assignment]
    assert client.page and "bằng số thẻ hoặc số điện thoại" in client.page.text
    assert try_to_sign_in(other, "+84 912 345 678", NEW, status=200).address == "/my-tasks"


def test_what_another_account_has_stays_theirs_alone(
    app: Flask, client: PageClient, newcomer: Member, slip: str
) -> None:
    spouse = make_account()
    spouse.phone = "0912345678"
    reach(newcomer, "0912345678", "thu@vidu.vn")
    activate(client, "38123456", slip)
    choose(client)
    account = db.session.scalars(sa.select(Account).where(Account.member_id == newcomer.id)).one()
    assert (account.phone, account.email) == (None, "thu@vidu.vn")
    assert queries.find_account_by_login("0912345678") is spouse


def test_a_phone_of_their_own_opens_a_slip_without_a_card_number(
    client: PageClient, newcomer: Member
) -> None:
    newcomer.code = None
    reach(newcomer, "0912345678")
    code = make_slip(make_account(), newcomer)
    activate(client, "0912 345 678", code)
    taker = make_account()
    taker.phone = "0912345678"
    db.session.commit()
    page = client.submit("/password/new", {"new": NEW, "repeated": NEW}, status=422)
    assert "Chưa có số thẻ hay số điện thoại riêng" in page.text, "nobody could sign in to it"
    assert queries.find_account_of_member(newcomer.id) is None
    taker.phone = None
    db.session.commit()
    choose(client)
    assert queries.find_account_by_login("0912345678") is not None


def test_a_phone_of_two_without_accounts_leads_to_neither(newcomer: Member) -> None:
    spouse = make_member(make_unit(), "Ông Lê Văn Thứ")
    spouse.code = newcomer.code = None
    code = make_slip(make_account(), reach(newcomer, "0912345678"))
    assert queries.find_handed_code("0912345678") is not None and code
    reach(spouse, "0912345678")
    assert queries.find_handed_code("0912345678") is None
    helped = queries.helped_among(Scope.of(["/"]), [newcomer.id, spouse.id])
    assert [one.can_get_slip for one in helped] == [False, False]
