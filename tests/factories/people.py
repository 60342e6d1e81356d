"""Units, members, accounts, appointments, audiences, and signing in without the slow password.

unit = make_unit("Chi bộ 1")
ana = make_learner(unit)             # an account with a member behind it
planner = make_planner(unit)         # an outside account appointed over the unit
sign_in(client, ana)
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from flask import Flask

from lms.access.models import Appointment
from lms.access.policy import Role
from lms.access.services import appoint
from lms.base import clock
from lms.extensions import db
from lms.people import services
from lms.people.models import Account, Audience, Member, PostRank, Standing
from lms.people.passwords import hash_password
from lms.people.sign_in import open_sign_in
from lms.units.models import Unit, UnitKind, UnitSector
from lms.units.services import found_unit

if TYPE_CHECKING:
    from tests.support.client import PageClient

PASSWORD = "mua-gat-thang-muoi"
LONG_AGO = date(2015, 1, 1)

_number = count(1)

RULES: dict[str, tuple[str, list[dict[str, object]]]] = {
    "unit_head": ("Người đứng đầu", [{"post_ranks": ["unit_head"]}]),
    "key_cadre": ("Cán bộ chủ chốt", [{"post_ranks": ["key_cadre"]}]),
    "exempt": ("Đảng viên được miễn sinh hoạt", [{"is_exempt": True}]),
    "enterprise": ("Đảng viên khối doanh nghiệp", [{"sectors": ["enterprise"]}]),
    "probationary": ("Đảng viên dự bị", [{"standings": ["probationary"]}]),
    "member": ("Đảng viên", [{"standings": ["full"]}]),
}
"""The audiences in the order in which they are tried; guests are in none."""


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def make_unit(
    name: str | None = None,
    parent: Unit | None = None,
    *,
    kind: UnitKind = UnitKind.CELL,
    sector: UnitSector = UnitSector.WARD,
) -> Unit:
    """A unit below another, or a root."""
    return found_unit(
        name or f"Chi bộ số {next(_number)}",
        kind,
        sector,
        parent.id if parent else None,
        LONG_AGO,
    )


def make_member(
    unit: Unit,
    name: str | None = None,
    *,
    rank: PostRank | None = None,
    standing: Standing = Standing.FULL,
    is_exempt: bool = False,
    birth_year: int = 1975,
    code: str | None = None,
) -> Member:
    """A person of a unit, without an account; with a post when a rank is given."""
    number = next(_number)
    member = services.add_member(
        None,
        name=name or f"Nguyễn Văn {_letters(number)}",
        unit_id=unit.id,
        joined_on=LONG_AGO,
        code=code or f"{number:08}",
        birth_year=birth_year,
        standing=standing,
        is_exempt=is_exempt,
    )
    if rank is not None:
        title = "Bí thư" if rank is PostRank.UNIT_HEAD else "Ủy viên"
        services.give_post(None, member.id, unit.id, title, rank, LONG_AGO)
    return member


def make_account(member: Member | None = None, name: str | None = None) -> Account:
    """An account that opens with PASSWORD: of a member, or of somebody from outside."""
    number = next(_number)
    account = Account(
        member_id=member.id if member else None,
        display_name=name or (member.name if member else f"Báo cáo viên {_letters(number)}"),
        email=None if member else f"nguoi-{number}@vidu.vn",
        password_hash=_password_hash(),
        created_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    return account


def make_learner(
    unit: Unit,
    name: str | None = None,
    *,
    rank: PostRank | None = None,
    standing: Standing = Standing.FULL,
    is_exempt: bool = False,
) -> Account:
    """A member of a unit with an account; the member is `account.member`."""
    member = make_member(unit, name, rank=rank, standing=standing, is_exempt=is_exempt)
    return make_account(member)


def make_appointment(account: Account, role: Role, unit: Unit) -> Appointment:
    """A role over a unit and all below it, in force since long ago."""
    return appoint(account.id, role, unit.id, LONG_AGO)


def make_appointee(role: Role, unit: Unit, name: str | None = None) -> Account:
    """An account from outside with one role over a unit."""
    account = make_account(name=name)
    make_appointment(account, role, unit)
    return account


def make_planner(unit: Unit, name: str | None = None) -> Account:
    """Somebody who organises study for a unit and all below it."""
    return make_appointee(Role.PLANNER, unit, name)


def make_speaker(unit: Unit, name: str | None = None) -> Account:
    """A speaker from outside."""
    return make_appointee(Role.SPEAKER, unit, name)


def make_audiences(*keys: str) -> dict[str, Audience]:
    """The audiences of RULES (or those named), by key, each with its place in the order."""
    return {
        key: services.define_audience(None, key, RULES[key][0], position, list(RULES[key][1]))
        for position, key in enumerate(RULES, start=1)
        if not keys or key in keys
    }


def sign_in(client: PageClient, account: Account) -> str:
    """Let the client come as this account, without its password; returns the sign-in's token."""
    token = open_sign_in(account, "Trình duyệt thử", timedelta(hours=12))
    db.session.commit()
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = token
        session["_fresh"] = True
    return token


def sign_in_elsewhere(app: Flask, account: Account) -> PageClient:
    """A second browser in which this account is signed in."""
    client: PageClient = app.test_client()  # type: ignore[assignment]
    sign_in(client, account)
    return client


def _letters(number: int) -> str:
    """A name for a number: A … Z, AA …, so that names read as names."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
