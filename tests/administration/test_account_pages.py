"""Pages of accounts: opening, closing, first passwords, what is offered from the record."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.access.policy import Role
from lms.access.services import appoint
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.base.errors import NotAllowed
from lms.extensions import db
from lms.people.models import Account
from lms.people.queries import (
    find_account_by_login,
    find_account_of_member,
)
from lms.people.services import set_account_disabled
from lms.units.models import UnitKind
from lms.units.queries import Scope
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

BASE = "/administration"


def test_an_account_starts_with_a_password_that_must_be_changed(
    app, client, district, administrator
):
    member = make_member(make_unit("Chi bộ 1", district), code="33334444")
    page = client.submit(f"{BASE}/members/{member.id}/account", {"phone": "0912 345 678"})
    password = re.search(r"Mật khẩu ([a-z2-9]{10}) ", page.text).group(1)
    learner = app.test_client()
    page = learner.submit("/sign-in", {"login": "0912345678", "password": password})
    assert page.address == "/password"
    assert learner.get("/my-tasks").location == "/password"
    page = page.submit({"current": password, "new": "hoa sen trắng", "repeated": "hoa sen trắng"})
    assert page.address == "/my-tasks"


def test_disabling_an_account_ends_its_sign_ins_at_once(app, client, district, administrator):
    learner = make_learner(make_unit("Chi bộ 1", district))
    elsewhere = sign_in_elsewhere(app, learner)
    assert elsewhere.get("/my-tasks").status_code == 200
    page = client.get_page(f"{BASE}/members/{learner.member_id}")
    page.submit(form=f"{BASE}/members/{learner.member_id}/account/state")
    assert elsewhere.get("/my-tasks").location.startswith("/sign-in")


def test_closing_says_what_is_wanted_and_a_second_press_opens_nothing(
    app, client, district, administrator
):
    learner = make_learner(make_unit("Chi bộ 1", district))
    address = f"{BASE}/members/{learner.member_id}/account/state"
    page = client.get_page(f"{BASE}/members/{learner.member_id}")
    page.submit(form=address)
    page.submit(form=address)
    db.session.refresh(learner)
    assert learner.is_disabled, "an old page sent again"
    acts = sa.select(AuditRecord.action).where(AuditRecord.subject == f"account:{learner.id}")
    assert db.session.scalars(acts).all().count("account.disabled") == 1
    page.submit({"state": "perhaps"}, form=address, status=400)
    client.get_page(f"{BASE}/members/{learner.member_id}").submit(form=address)
    db.session.refresh(learner)
    assert not learner.is_disabled


def test_nobody_closes_their_own_account_or_the_last_over_the_whole_tree(
    client, district, administrator
):
    whole = Scope.of(["/"])
    member = make_member(make_unit("Chi bộ 1", district), "Lê Thị Quản Trị")
    other = make_account(member)
    with pytest.raises(NotAllowed, match="của mình"):
        set_account_disabled(administrator, administrator, True)
    appoint(other.id, Role.ADMINISTRATOR, district.id, clock.today(), scope=whole)
    set_account_disabled(administrator, other, True)
    set_account_disabled(administrator, other, False)
    supporter = make_account(name="Vũ Văn Giúp")
    set_account_disabled(supporter, administrator, True)
    with pytest.raises(NotAllowed, match="cuối cùng"):
        set_account_disabled(supporter, other, True)


def test_a_first_password_ends_by_itself_and_says_so(app, client, district, administrator):
    member = make_member(make_unit("Chi bộ 1", district), "Lê Thị Hoa")
    page = client.submit(f"{BASE}/members/{member.id}/account", {"phone": "0912 345 678"})
    data = {
        "login": "0912345678",
        "password": re.search(r"Mật khẩu ([a-z2-9]{10}) ", page.text).group(1),
    }
    assert (clock.now() + timedelta(days=7)).strftime("%m/%Y") in page.text
    account = find_account_of_member(member.id)
    account.password_expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    page = app.test_client().submit("/sign-in", data, status=422)
    assert "đã hết hạn" in page.text
    account.password_expires_at = clock.now() + timedelta(minutes=1)
    db.session.commit()
    learner = app.test_client()
    page = learner.submit("/sign-in", data)
    new = "hoa sen trắng"
    page.submit({"current": data["password"], "new": new, "repeated": new})
    db.session.refresh(account)
    assert account.password_expires_at is None


def test_somebody_from_outside_gets_an_account(client, district, administrator):
    client.submit(
        f"{BASE}/accounts/new", {"display_name": "Lê Minh", "email": "Le.Minh@Example.org"}
    )
    account = db.session.scalar(sa.select(Account).where(Account.display_name == "Lê Minh"))
    assert (account.email, account.member_id) == ("le.minh@example.org", None)


def test_a_part_s_administrator_gets_no_account_that_reaches_beyond(app, client, district):
    ward = make_unit("Phường Một", district, kind=UnitKind.COMMITTEE)
    chief = make_learner(make_unit("Chi bộ 1", ward))
    make_appointment(chief, Role.ADMINISTRATOR, district)
    guest = make_appointee(Role.PLANNER, district)
    sign_in(client, make_appointee(Role.ADMINISTRATOR, ward))
    before = chief.password_hash, guest.password_hash
    page = client.get_page(f"{BASE}/members/{chief.member_id}")
    page.submit(form=f"{BASE}/members/{chief.member_id}/account/password", status=403)
    page.submit(form=f"{BASE}/members/{chief.member_id}/account/state", status=403)
    make_appointment(guest, Role.SPEAKER, ward)
    token = client.get_page("/password").form().fill({})[2]
    answer = client.post(f"{BASE}/accounts/{guest.id}/password", data=dict(token))
    assert answer.status_code == 404
    db.session.expire_all()
    assert (chief.password_hash, guest.password_hash) == before
    assert not chief.is_disabled


def test_a_guest_gets_a_new_password_from_whoever_appoints_them(app, client, district):
    mine = make_unit("Phường Một", district, kind=UnitKind.COMMITTEE)
    other = make_unit("Phường Hai", district, kind=UnitKind.COMMITTEE)
    sign_in(client, make_appointee(Role.ADMINISTRATOR, mine))
    guest, foreign = make_appointee(Role.SPEAKER, mine), make_appointee(Role.SPEAKER, other)
    elsewhere = sign_in_elsewhere(app, guest)
    page = client.get_page(f"{BASE}/appointments")
    page = page.submit(form=f"{BASE}/accounts/{guest.id}/password")
    assert re.search(r"Mật khẩu [a-z2-9]{10} ", page.text)
    assert elsewhere.get("/directives").location.startswith("/sign-in")
    token = client.get_page("/password").form().fill({})[2]
    for account_id in (foreign.id, 987654):
        answer = client.post(f"{BASE}/accounts/{account_id}/password", data=dict(token))
        assert answer.status_code == 404


def test_an_account_is_offered_the_phone_and_e_mail_on_record(client, app, district, administrator):
    member = make_member(district, "Nguyễn Thị Lan", code="38123456")
    member.phone, member.email = "0912345678", "lan@vidu.vn"
    page = client.get_page(f"{BASE}/members/{member.id}/account")
    assert (page.form().value_of("phone"), page.form().value_of("email")) == (
        "0912345678",
        "lan@vidu.vn",
    )
    assert "lấy từ thông tin của người này" in page.text and "tài khoản khác" not in page.text
    page.submit()
    account = find_account_by_login("0912 345 678")
    assert account.member_id == member.id and find_account_by_login("lan@vidu.vn") is account


def test_an_account_is_not_offered_what_another_has(client, district, administrator):
    spouse = make_learner(district)
    spouse.phone = "0912345678"
    member = make_member(district)
    member.phone, member.email, member.code = "0912345678", "lan@vidu.vn", None
    page = client.get_page(f"{BASE}/members/{member.id}/account")
    assert (page.form().value_of("phone") or "", page.form().value_of("email")) == (
        "",
        "lan@vidu.vn",
    )
    assert "Không điền 0912345678 vì tài khoản khác đã dùng" in page.text
    told = page.submit({"phone": "0912345678"})
    assert "Không ai đăng nhập được bằng 0912345678 nữa" in told.text
    assert told.text.index("lan@vidu.vn") > 0, "the name that does open it"
    assert find_account_by_login("0912345678") is None
    assert find_account_by_login("lan@vidu.vn").member_id == member.id


def test_a_change_of_details_keeps_phone_and_e_mail(client, district, administrator):
    member = make_member(district)
    member.phone, member.email = "0912345678", "lan@vidu.vn"
    client.submit(f"{BASE}/members/{member.id}/details", {"name": "Nguyễn Thị Lan"})
    db.session.refresh(member)
    assert (member.name, member.phone, member.email) == (
        "Nguyễn Thị Lan",
        "0912345678",
        "lan@vidu.vn",
    )
