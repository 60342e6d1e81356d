"""The secretary's pages: slips for one's own unit, codes for who forgot, all of it noted."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.extensions import db
from lms.people.models import Account, Member, OneTimeCode
from lms.units.models import Unit
from tests.factories.codes import activate, make_slip
from tests.factories.people import (
    make_account,
    make_appointee,
    make_appointment,
    make_learner,
    make_member,
    make_unit,
    sign_in,
    sign_in_elsewhere,
)
from tests.support.answers import essence
from tests.support.client import Page, PageClient

HELP = "/administration/sign-in-help"
CODE = re.compile(r"\d{4}(?: \d{4}){4}")


@pytest.fixture
def ward(app: Flask) -> Unit:
    return make_unit("Đảng bộ phường")


@pytest.fixture
def cell(ward: Unit) -> Unit:
    return make_unit("Chi bộ 4", ward)


@pytest.fixture
def secretary(client: PageClient, cell: Unit) -> Account:
    account = make_learner(cell, "Phạm Xuân Thọ")
    make_appointment(account, Role.SECRETARY, cell)
    sign_in(client, account)
    return account


@pytest.fixture
def people(cell: Unit) -> list[Member]:
    """Five who have not activated yet."""
    return [make_member(cell, f"Trần Văn {name}") for name in ("An", "Bình", "Cát", "Dần", "Ên")]


def codes_on(page: Page) -> list[str]:
    return CODE.findall(page.text)


def proof_of(page: Page) -> str:
    """The proof of our own form that a page carries."""
    return next(
        field.get("value") for field in page.root.iter("input") if field.get("name") == "csrf_token"
    )


def print_for(client: PageClient, members: list[Member], status: int = 200) -> Page:
    token = proof_of(client.get_page(HELP))
    ids = [str(member.id) for member in members]
    data = {"csrf_token": token, "member": ids}
    return client._page(client.post(f"{HELP}/slips", data=data, follow_redirects=True), status)


def test_slips_are_chosen_previewed_and_printed(
    app: Flask, client: PageClient, secretary: Account, people: list[Member]
) -> None:
    page = client.get_page(HELP)
    assert page.heading == "Giúp đăng nhập" and "Chưa kích hoạt: 5 người" in page.text
    page = page.submit(form="#slips")
    assert page.heading == "In 5 phiếu trên 2 tờ A4" and codes_on(page) == []
    assert db.session.scalars(sa.select(OneTimeCode)).all() == [], "a preview made codes"
    page = page.submit()
    codes = codes_on(page)
    assert len(set(codes)) == 5 and len(page.having_class("th-qr")) == 5
    for member in people:
        assert member.name in page.text and (member.code or "-") in page.text
    assert "http://127.0.0.1:8000/activate" in page.text
    noted = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.action == "account.slip_printed")
    ).all()
    assert {(one.actor_id, one.subject) for one in noted} == {
        (secretary.id, f"member:{member.id}") for member in people
    }
    assert not any(code in repr([one.detail for one in noted]) for code in codes)
    visitor: PageClient = app.test_client()  # type: ignore[assignment]
    activate(visitor, people[0].code or "", codes[0])
    page = client.get_page(HELP)
    assert codes_on(page) == [] and "đã có phiếu đến" in page.text


def test_the_qr_leads_to_the_configured_address_whatever_the_request_says(
    client: PageClient, secretary: Account, people: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.administration.views import assistance

    drawn: list[str] = []
    original = assistance.draw_qr
    monkeypatch.setattr(
        assistance,
        "draw_qr",
        lambda text: drawn.append(text) or original(text),  # type: ignore[func-returns-value]
    )
    token = proof_of(client.get_page(HELP))
    data = {"csrf_token": token, "member": str(people[0].id)}
    client.post(f"{HELP}/slips", data=data, headers={"X-Forwarded-Host": "evil.example"})
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/activate\?code=\d{20}", drawn[0])


def test_nobody_outside_the_unit_gets_a_slip_or_is_seen(
    client: PageClient, secretary: Account, people: list[Member], ward: Unit
) -> None:
    outside = make_member(make_unit("Chi bộ 9", ward), "Ngô Ẩn Danh")
    page = print_for(client, [outside, people[0]])
    assert "Ngô Ẩn Danh" not in page.text and len(codes_on(page)) == 1
    assert "Ngô Ẩn Danh" not in client.get_page(f"{HELP}?q=ngo an danh").text
    missing = essence(client.get(f"{HELP}/members/999999"))
    assert essence(client.get(f"{HELP}/members/{outside.id}")) == missing
    assert client.get(f"{HELP}?unit={ward.id}").status_code == 404
    assert essence(client.get(f"{HELP}?unit={ward.id}")) == essence(
        client.get(f"{HELP}?unit=99999")
    )
    for what in ("reset-code", "devices/end"):
        token = proof_of(client.get_page(HELP))
        answers = [
            client.post(f"{HELP}/members/{number}/{what}", data={"csrf_token": token})
            for number in (outside.id, 999_999)
        ]
        assert essence(answers[0]) == essence(answers[1])
        assert answers[0].status_code == 404


def test_who_is_active_or_closed_gets_no_slip(
    client: PageClient, secretary: Account, people: list[Member], cell: Unit
) -> None:
    active = make_learner(cell)
    closed = make_account(people[0])
    closed.password_hash, closed.is_disabled = None, True
    nameless = people[1]
    nameless.code = None
    assert active.member is not None
    page = print_for(client, [active.member, people[0], nameless])
    assert codes_on(page) == [] and "Hãy chọn từ 1 đến 60 người chưa kích hoạt" in page.text
    assert "Thiếu số thẻ" in page.text and "Đã khóa" in page.text


def test_a_reset_code_is_shown_once_and_noted(
    app: Flask, client: PageClient, secretary: Account, cell: Unit
) -> None:
    forgetful = make_learner(cell, "Lê Thị Quên")
    assert forgetful.member is not None
    page = client.get_page(f"{HELP}/members/{forgetful.member_id}")
    page = page.submit(form=f"{HELP}/members/{forgetful.member_id}/reset-code")
    (code,) = codes_on(page)
    assert "dùng được trong một giờ" in page.text
    assert codes_on(client.get_page(f"{HELP}/members/{forgetful.member_id}")) == []
    noted = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.action == "account.reset_code_given")
    ).one()
    assert (noted.actor_id, noted.subject) == (secretary.id, f"account:{forgetful.id}")
    visitor: PageClient = app.test_client()  # type: ignore[assignment]
    activate(visitor, forgetful.member.code or "", code)


@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.SUPERVISOR, Role.REVIEWER, Role.PLANNER, Role.SPEAKER]
)
def test_the_secretary_gets_no_code_for_who_may_do_more(
    client: PageClient, secretary: Account, cell: Unit, role: Role
) -> None:
    """Otherwise handing out a code would be a way to somebody else's powers."""
    stronger = make_learner(cell)
    make_appointment(stronger, role, cell)
    page = client.get_page(f"{HELP}/members/{stronger.member_id}")
    assert "Hãy nhờ quản trị cấp trên" in page.text
    token = proof_of(page)
    for what in ("reset-code", "devices/end"):
        answer = client.post(
            f"{HELP}/members/{stronger.member_id}/{what}", data={"csrf_token": token}
        )
        assert answer.status_code == 403
    assert db.session.scalars(sa.select(OneTimeCode)).all() == []


def test_an_administrator_of_the_unit_helps_those_they_may_appoint(
    client: PageClient, ward: Unit, cell: Unit
) -> None:
    sign_in(client, make_appointee(Role.ADMINISTRATOR, cell))
    within, above = make_learner(cell), make_learner(cell)
    make_appointment(within, Role.SUPERVISOR, cell)
    make_appointment(above, Role.SUPERVISOR, ward)
    page = client.get_page(f"{HELP}/members/{within.member_id}")
    page.submit(form=f"{HELP}/members/{within.member_id}/reset-code")
    token = proof_of(client.get_page(HELP))
    address = f"{HELP}/members/{above.member_id}/reset-code"
    assert client.post(address, data={"csrf_token": token}).status_code == 403


def test_an_unused_account_with_duties_above_gets_no_slip(
    client: PageClient, secretary: Account, people: list[Member], ward: Unit
) -> None:
    account = make_account(people[0])
    account.password_hash = None
    make_appointment(account, Role.ADMINISTRATOR, ward)
    assert codes_on(print_for(client, [people[0]])) == []


def test_a_lost_phone_is_signed_out_from_here(
    app: Flask, client: PageClient, secretary: Account, cell: Unit
) -> None:
    owner = make_learner(cell)
    phone = sign_in_elsewhere(app, owner)
    page = client.get_page(f"{HELP}/members/{owner.member_id}")
    page.submit(form=f"{HELP}/members/{owner.member_id}/devices/end")
    assert phone.get("/my-tasks").status_code == 302


def test_the_page_costs_the_same_for_one_and_for_thirty(
    client: PageClient, secretary: Account, cell: Unit
) -> None:
    from tests.support.statements import count_statements

    make_slip(secretary, make_member(cell))
    with count_statements() as few:
        client.get_page(HELP)
    for _n in range(30):
        make_learner(cell)
    with count_statements() as many:
        client.get_page(HELP)
    assert len(few) == len(many)


@pytest.mark.parametrize("role", [Role.PLANNER, Role.SUPERVISOR, Role.SPEAKER, Role.REVIEWER])
def test_others_have_no_such_page(client: PageClient, cell: Unit, role: Role) -> None:
    sign_in(client, make_appointee(role, cell))
    assert client.get(HELP).status_code == 403


def test_a_slip_says_what_the_account_will_take_of_the_record(
    client: PageClient, secretary: Account, people: list[Member], cell: Unit
) -> None:
    secretary.phone = "0911111111"
    people[0].phone, people[0].email = "0912345678", "an@vidu.vn"
    people[1].phone = "0911111111"
    people[2].phone, people[2].code = "0913333333", None
    page = client.get_page(HELP)
    assert "Chưa kích hoạt: 5 người" in page.text and "0913333333" in page.text
    page = page.submit(form="#slips")
    assert "nhận điện thoại, thư điện tử đã ghi" in page.text
    assert "không nhận 0911111111 vì tài khoản khác đã dùng" in page.text
    assert len(codes_on(page.submit())) == 5
