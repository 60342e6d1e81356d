"""Reads of accounts: by sign-in name, by sign-in, by member."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import clock
from lms.base.errors import NotFound
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import (
    Account,
    Member,
    SignIn,
)

_NOT_DIGITS = re.compile(r"[\s.\-()]+")


def normal_phone(text: str) -> str | None:
    """A Vietnamese phone number as 0xxxxxxxxx (9 or 10 digits after 0); None if it is none."""
    digits = _NOT_DIGITS.sub("", text)
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    elif digits.startswith("84") and len(digits) == 11:
        digits = "0" + digits[2:]
    return digits if re.fullmatch(r"0\d{9,10}", digits) else None


def find_account_by_login(login: str) -> Account | None:
    """The one account with this card number, phone or e-mail; None if nobody or several."""
    login = clean(login)
    conditions = [
        Account.member_id.in_(sa.select(Member.id).where(Member.code == login)),
        Account.email == login.casefold(),
    ]
    if phone := normal_phone(login):
        conditions.append(Account.phone == phone)
    by_each = [
        db.session.scalars(sa.select(Account).where(condition).limit(2)).all()
        for condition in conditions
    ]
    for accounts in by_each:
        if len(accounts) == 1:
            return accounts[0]
    return None


@dataclass(frozen=True)
class OwnNames:
    """The phone and e-mail of a person as names of an account of theirs. `taken`: those that
    another account has; held by two they would open neither."""

    phone: str | None = None
    email: str | None = None
    taken: tuple[str, ...] = ()


def own_names(members: Collection[Member]) -> dict[int, OwnNames]:
    """By member id, which of the phones and e-mails on record can be names of an account."""
    phones = {member.phone for member in members if member.phone}
    emails = {member.email.casefold() for member in members if member.email}
    query = sa.select(Account.member_id, Account.phone, Account.email).where(
        sa.or_(Account.phone.in_(phones), Account.email.in_(emails))
    )
    held = db.session.execute(query).all() if members else []
    found = {}
    for member in members:
        others = [row for row in held if row.member_id != member.id]
        names = {"phone": member.phone, "email": (member.email or "").casefold() or None}
        taken = {
            column: value
            for column, value in names.items()
            if value and any(getattr(row, column) == value for row in others)
        }
        free = {column: value for column, value in names.items() if column not in taken}
        found[member.id] = OwnNames(**free, taken=tuple(taken.values()))
    return found


def held_names(phone: str | None, email: str | None) -> list[str]:
    """Which of a phone and an e-mail, as somebody typed them, some account has already."""
    address = clean(email or "").casefold()
    names = ((Account.phone, normal_phone(phone or "")), (Account.email, address))
    return [
        name
        for column, name in names
        if name and db.session.scalar(sa.select(Account.id).where(column == name).limit(1))
    ]


def phones_of_one(phones: Collection[str]) -> set[str]:
    """Those phones that one person alone is reached by, of all who have no account."""
    without = ~sa.select(Account.id).where(Account.member_id == Member.id).exists()
    query = (
        sa.select(Member.phone)
        .where(Member.phone.in_(phones), Member.left_on.is_(None), without)
        .group_by(Member.phone)
        .having(sa.func.count() == 1)
    )
    return {phone for phone in db.session.scalars(query) if phone}


def find_signed_in(token_hash: str) -> tuple[Account, SignIn] | None:
    """A live sign-in and its account; None when ended, expired, or the account is disabled."""
    query = live_sign_in(token_hash, clock.now()).with_only_columns(Account, SignIn)
    found = db.session.execute(query).first()
    return (found[0], found[1]) if found else None


def list_sign_ins(account_id: int) -> Sequence[SignIn]:
    """The devices on which an account is signed in, the one seen last first."""
    query = (
        sa.select(SignIn)
        .where(
            SignIn.account_id == account_id,
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > clock.now(),
            SignIn.awaits_step.is_(False),
        )
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    )
    return db.session.scalars(query).all()


def get_own_sign_in(account_id: int, sign_in_id: int) -> SignIn:
    """A live sign-in of this account; NotFound for anybody else's."""
    for sign_in in list_sign_ins(account_id):
        if sign_in.id == sign_in_id:
            return sign_in
    raise NotFound


def live_sign_in(token_hash: Any, moment: Any) -> sa.Select[Any]:
    """The id of a sign-in that still counts; other queries ask whether it exists.

    Takes values or bind parameters.
    """
    return (
        sa.select(SignIn.id)
        .select_from(SignIn)
        .join(Account, SignIn.account_id == Account.id)
        .where(
            SignIn.token_hash == token_hash,
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > moment,
            SignIn.awaits_step.is_(False),
            Account.is_disabled.is_(False),
        )
    )


def find_account_of_member(member_id: int) -> Account | None:
    """The account of a member, if they have one."""
    return db.session.scalar(sa.select(Account).where(Account.member_id == member_id))


def get_account(account_id: int) -> Account:
    """An account by id."""
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def list_accounts(account_ids: Iterable[int]) -> Sequence[Account]:
    """Accounts by id, in the order of their names."""
    query = (
        sa.select(Account)
        .where(Account.id.in_(set(account_ids)))
        .order_by(Account.display_name, Account.id)
    )
    return db.session.scalars(query).all()
