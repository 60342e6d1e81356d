"""The records of people: added, changed, moved, given posts and accounts; found by parts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditRecord
from lms.base.errors import Invalid, NotFound
from lms.extensions import db
from lms.people import queries, services
from lms.people.models import (
    Account,
    Member,
    Membership,
    MembershipKind,
    Post,
    PostRank,
    Standing,
)
from lms.people.passwords import hash_password
from lms.units.models import Unit
from lms.units.queries import Scope, get_unit
from tests.factories.people import LONG_AGO, make_account, make_learner, make_member, make_unit
from tests.support.statements import count_statements

TODAY = date(2026, 3, 15)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make_unit("Chi bộ 1", make_unit("Phường"))


@pytest.fixture
def scope(unit: Unit) -> Scope:
    return Scope.of([get_unit(unit.id).path])


@pytest.fixture
def actor(app: Flask) -> Account:
    return make_account()


def change(actor: Account, member: Member, scope: Scope, **changes: Any) -> Member:
    values = {
        "name": member.name,
        "code": member.code,
        "birth_year": member.birth_year,
        "birth_date": member.birth_date,
        "standing": member.standing,
        "is_exempt": member.is_exempt,
        "phone": member.phone,
        "email": member.email,
    }
    return services.change_member(actor, member.id, scope=scope, **(values | changes))


def test_a_card_number_belongs_to_one(unit: Unit, actor: Account, scope: Scope) -> None:
    first = make_member(unit, code="12345678")
    with pytest.raises(Invalid) as caught:
        services.add_member(actor, name="B", unit_id=unit.id, joined_on=TODAY, code=" 12345678 ")
    assert caught.value.field == "code"
    db.session.flush()
    assert db.session.scalar(sa.select(sa.func.count(Member.id))) == 1, "half a person is left"
    second = make_member(unit, code="87654321")
    with pytest.raises(Invalid):
        change(actor, second, scope, code="12345678")
    assert change(actor, first, scope, code="12345678").code == "12345678"
    for _number in range(2):
        services.add_member(actor, name="C", unit_id=unit.id, joined_on=TODAY, code=" ")
    assert db.session.scalar(sa.select(sa.func.count(Member.id)).where(Member.code.is_(None))) == 2


def test_a_new_name_is_found_greeted_and_recorded(unit: Unit, actor: Account, scope: Scope) -> None:
    account = make_learner(unit, "Nguyễn Văn Bình")
    assert account.member is not None
    change(actor, account.member, scope, name=" Nguyễn  Văn Bính ", standing=Standing.PROBATIONARY)
    assert account.member.name == account.display_name == "Nguyễn Văn Bính"
    assert account.member.fold == "nguyen van binh"
    kept = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.action == "member.changed")
    ).one()
    assert kept.detail["before"] == {
        "name": "Nguyễn Văn Bình",
        "code": account.member.code,
        "standing": "full",
    }
    account.display_name = "Thầy Bình"
    change(actor, account.member, scope, name="Nguyễn Văn Bằng")
    assert account.display_name == "Thầy Bình"


def test_the_year_of_birth_follows_the_date(unit: Unit, actor: Account, scope: Scope) -> None:
    member = make_member(unit)
    change(actor, member, scope, birth_date=date(1962, 3, 15), birth_year=1999)
    assert member.birth_year == 1962
    change(actor, member, scope, birth_date=None, birth_year=1963)
    assert (member.birth_year, member.birth_date) == (1963, None)


def test_somebody_elsewhere_cannot_be_touched(app: Flask, actor: Account, scope: Scope) -> None:
    other = make_unit("Nơi khác")
    member = make_member(other)
    post = services.give_post(None, member.id, other.id, "Bí thư", PostRank.UNIT_HEAD, LONG_AGO)
    for act in (
        lambda: change(actor, member, scope, name="X"),
        lambda: services.end_post(actor, post.id, TODAY, scope),
        lambda: services.transfer_member(actor, member.id, other.id, TODAY, scope),
        lambda: services.give_post(
            actor, member.id, other.id, "X", PostRank.OTHER, TODAY, scope=scope
        ),
        lambda: services.add_member(
            actor, name="X", unit_id=other.id, joined_on=TODAY, scope=scope
        ),
        lambda: services.end_post(actor, 10**6, TODAY, scope),
        lambda: queries.get_member(10**6, scope),
    ):
        with pytest.raises(NotFound):
            act()
    assert db.session.scalars(sa.select(Member.name)).all() == [member.name]


def test_a_transfer_keeps_what_was_and_moves_the_main_membership(
    unit: Unit, actor: Account
) -> None:
    other = make_unit("Chi bộ 2", make_unit("Phường khác"))
    scope = Scope.of([get_unit(unit.id).path, get_unit(other.id).path])
    member = make_member(unit)
    guest_of = Membership(
        member_id=member.id,
        unit_id=other.id,
        kind=MembershipKind.TEMPORARY,
        valid_from=LONG_AGO - timedelta(days=9),
    )
    db.session.add(guest_of)
    db.session.flush()
    services.transfer_member(actor, member.id, other.id, TODAY, scope)
    db.session.expire_all()
    rows = [(m.unit_id, m.kind, m.valid_from, m.valid_to) for m in member.memberships]
    assert rows == [
        (other.id, MembershipKind.TEMPORARY, LONG_AGO - timedelta(days=9), None),
        (unit.id, MembershipKind.MAIN, LONG_AGO, TODAY),
        (other.id, MembershipKind.MAIN, TODAY, None),
    ]
    found = queries.find_unit_of(member.id)
    assert found is not None and found.unit_id == other.id
    for bad_unit, bad_day, field in ((other, TODAY, "unit"), (unit, TODAY, "effective_on")):
        with pytest.raises(Invalid) as caught:
            services.transfer_member(actor, member.id, bad_unit.id, bad_day, scope)
        assert caught.value.field == field


def test_a_post_counts_to_its_last_day_and_ending_never_prolongs_it(
    unit: Unit, actor: Account, scope: Scope
) -> None:
    member = make_member(unit)
    post = services.give_post(actor, member.id, unit.id, " Bí  thư", PostRank.UNIT_HEAD, LONG_AGO)
    assert post.title == "Bí thư"
    services.end_post(actor, post.id, TODAY, scope)
    assert post.valid_to == TODAY + timedelta(days=1)
    with pytest.raises(Invalid):
        services.end_post(actor, post.id, TODAY + timedelta(days=30), scope)
    assert post.valid_to == TODAY + timedelta(days=1)
    with pytest.raises(Invalid):
        services.end_post(actor, post.id, LONG_AGO - timedelta(days=1), scope)
    services.end_post(actor, post.id, TODAY - timedelta(days=3), scope)
    assert post.valid_to == TODAY - timedelta(days=2)
    assert db.session.scalar(sa.select(sa.func.count(Post.id))) == 1


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("binh", ["Trần Bình", "Lê Thị Bính"]),
        ("BÌNH", ["Trần Bình", "Lê Thị Bính"]),
        ("le bi", ["Lê Thị Bính"]),
        ("bính lê", ["Lê Thị Bính"]),
        ("đặng", ["Đặng Hòa"]),
        ("hoà", ["Đặng Hòa"]),
        ("000012", ["Trần Bình"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("'", []),
        ("\x00", ["Trần Bình", "Lê Thị Bính", "Đặng Hòa"]),
        ("", ["Trần Bình", "Lê Thị Bính", "Đặng Hòa"]),
    ],
)
def test_people_are_found_by_parts_of_the_name_or_the_card(
    unit: Unit, scope: Scope, typed: str, found: list[str]
) -> None:
    make_member(unit, "Đặng Hòa", code="33333333")
    make_member(unit, "Lê Thị Bính", code="44444444")
    make_member(unit, "Trần Bình", code="00001234")
    make_member(make_unit("Nơi khác"), "Bình Nơi Khác")
    rows = queries.find_members(scope, typed).rows
    assert [row.Member.name for row in rows] == found
    within = queries.find_members(scope, typed, unit.id).rows
    assert len(within) == len(found)
    with pytest.raises(NotFound):
        queries.find_members(scope, typed, 10**6)


def test_people_below_units_are_counted_in_one_statement(unit: Unit) -> None:
    ward = get_unit(unit.id).parent_id
    assert ward is not None
    paths = [get_unit(ward).path, get_unit(unit.id).path, "/999/"]
    for _number in range(3):
        make_member(unit)
    db.session.flush()
    with count_statements() as statements:
        counts = queries.count_members(paths)
    assert list(counts.values()) == [3, 3, 0] and len(statements) == 1


# --- accounts -------------------------------------------------------------------------------


def create(actor: Account, member: Member | None = None, **values: Any) -> Account:
    return services.create_account(
        actor,
        display_name="Nguyễn Thị Hoa",
        password="mot-hai-ba-bon",
        member_id=member.id if member else None,
        **values,
    )


def test_an_account_is_kept_with_its_names_in_one_form(unit: Unit, actor: Account) -> None:
    account = create(actor, make_member(unit), phone="+84 912 345 678", email=" Hoa@Vidu.VN\u200b")
    assert (account.phone, account.email) == ("0912345678", "hoa@vidu.vn")
    assert account.must_change_password and not account.is_disabled
    assert (account.password_hash or "").startswith("$argon2id$")
    assert queries.find_account_by_login("HOA@vidu.vn") is account


def test_an_account_nobody_could_sign_in_to_is_not_made(unit: Unit, actor: Account) -> None:
    nameless = make_member(unit)
    nameless.code = None
    create(actor, make_member(unit), phone="0912345678", email="hoa@vidu.vn")
    for values, field in (
        ({}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "0912345678"}, "email"),
        ({"email": "HOA@vidu.vn"}, "email"),
        ({"phone": "0912345678", "email": "hoa@vidu.vn"}, "email"),
    ):
        for member in (None, nameless):
            with pytest.raises(Invalid) as caught:
                create(actor, member, **values)
            assert caught.value.field == field
    assert create(actor, phone="0912345678", email="moi@vidu.vn").id
    assert create(actor, nameless, phone="0987654321").id
    assert create(actor, make_member(unit), phone="0912345678").id, "the card number opens it"


def test_a_member_has_one_account(unit: Unit, actor: Account) -> None:
    member = make_member(unit)
    create(actor, member)
    with pytest.raises(Invalid):
        create(actor, member)


def test_a_new_password_of_ones_own_is_recorded_without_it(unit: Unit, actor: Account) -> None:
    account = create(actor, make_member(unit))
    hashed = hash_password("con-duong-ra-bien")
    services.change_password(account, hashed)
    assert account.password_hash == hashed and not account.must_change_password
    details = db.session.scalars(sa.select(AuditRecord.detail)).all()
    assert "con-duong" not in repr(details) and "argon2" not in repr(details)


def test_people_who_left_or_have_no_unit_are_in_no_list(
    unit: Unit, scope: Scope, actor: Account
) -> None:
    member = make_member(unit)
    member.left_on = TODAY
    db.session.flush()
    assert queries.find_members(scope).rows == []
    with pytest.raises(NotFound):
        queries.get_member(member.id, scope)
