"""Reads of one-time codes and second steps, and of whom the secretary may help to sign in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base import clock
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import (
    Account,
    CodePurpose,
    Member,
    OneTimeCode,
    RecoveryCode,
    SecondStep,
)
from lms.people.queries.accounts import (
    OwnNames,
    find_account_by_login,
    held_names,
    normal_phone,
    own_names,
    phones_of_one,
)
from lms.people.queries.members import list_members
from lms.units.queries import Scope

HANDED_OVER = (CodePurpose.ACTIVATION, CodePurpose.ASSISTED_RESET)


def binding_of(account: Account | None) -> str:
    """A digest of what a code rests on; another e-mail or password gives another digest."""
    parts = ["", ""] if account is None else [account.email or "", account.password_hash or ""]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def find_handed_code(login: str) -> OneTimeCode | None:
    """The newest code handed to the person with this card number, phone or e-mail, whatever became
    of it; None if there was never one, or nobody."""
    member_id = db.session.scalar(sa.select(Member.id).where(Member.code == clean(login)))
    account = find_account_by_login(login)
    by_phone = _find_by_own_phone(login)
    if account is not None:
        member_id = account.member_id
    elif member_id is None:
        member_id = by_phone
    nobody = 0  # the same statement whoever is meant: what it costs tells nothing
    query = (
        sa.select(OneTimeCode)
        .where(
            sa.or_(
                OneTimeCode.account_id == (account.id if account else nobody),
                OneTimeCode.member_id == (member_id or nobody),
            ),
            OneTimeCode.purpose.in_(HANDED_OVER),
        )
        .order_by(OneTimeCode.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def _find_by_own_phone(login: str) -> int | None:
    """Somebody without an account who is known by this phone alone."""
    phone = normal_phone(login)
    if phone is None:
        return None
    # All is asked whatever the answers are: what a number costs tells nothing about it.
    without = ~sa.select(Account.id).where(Account.member_id == Member.id).exists()
    query = sa.select(Member.id).where(Member.phone == phone, Member.left_on.is_(None), without)
    member_id = db.session.scalar(query)
    is_of_one = bool(phones_of_one([phone]))
    is_held = bool(held_names(phone, None))
    return member_id if is_of_one and not is_held else None


def find_mailed_code(code_hash: str) -> OneTimeCode | None:
    """The code of a mailed link, by its hash."""
    return db.session.scalar(
        sa.select(OneTimeCode).where(
            OneTimeCode.code_hash == code_hash, OneTimeCode.purpose == CodePurpose.MAILED_RESET
        )
    )


def find_usable_code(code_id: int) -> OneTimeCode | None:
    """A code that may still be used, locked; None once used, revoked, late or outdated."""
    code = db.session.scalar(
        sa.select(OneTimeCode).where(OneTimeCode.id == code_id).with_for_update()
    )
    if code is None or code.used_at or code.revoked_at or code.expires_at <= clock.now():
        return None
    account = account_of_code(code)
    if account is not None and account.is_disabled:
        return None
    if code.member_id is not None and code.member is not None and code.member.left_on is not None:
        return None
    return code if code.bound_to == binding_of(account) else None


def find_purpose(code_id: int) -> CodePurpose | None:
    """What a code was made for, whether or not it may still be used."""
    return db.session.scalar(sa.select(OneTimeCode.purpose).where(OneTimeCode.id == code_id))


def account_of_code(code: OneTimeCode) -> Account | None:
    """The account a code opens; None while its member has none."""
    if code.account_id is not None:
        return db.session.get(Account, code.account_id)
    return db.session.scalar(sa.select(Account).where(Account.member_id == code.member_id))


def count_letters_since(account_id: int, moment: datetime) -> int:
    """How many links were mailed to an account since a moment."""
    query = sa.select(sa.func.count()).where(
        OneTimeCode.account_id == account_id,
        OneTimeCode.purpose == CodePurpose.MAILED_RESET,
        OneTimeCode.created_at > moment,
    )
    return db.session.scalar(query) or 0


@dataclass(frozen=True)
class Helped:
    """A member as the secretary sees them: `account` is None until there is one."""

    member: Member
    unit_name: str
    account: Account | None
    slip_until: datetime | None
    """Until when a slip that was printed and not used yet is good."""
    names: OwnNames = field(default_factory=OwnNames)
    """What an account yet to be made takes of the phone and e-mail on record."""
    own_phone: str | None = None
    """The phone of somebody without an account, if nobody else has it."""

    @property
    def is_active(self) -> bool:
        """Whether they have chosen a password of their own."""
        return self.account is not None and self.account.password_hash is not None

    @property
    def can_get_slip(self) -> bool:
        """Whether a slip makes sense: not active yet, not closed, and a number to sign in by."""
        if self.is_active or (self.account is not None and self.account.is_disabled):
            return False
        return bool(self.member.code or self._phone)

    @property
    def login(self) -> str:
        """What they type beside the code."""
        return self.member.code or self._phone or ""

    @property
    def _phone(self) -> str | None:
        return self.account.phone if self.account else self.own_phone


def helped_among(scope: Scope, member_ids: Sequence[int]) -> list[Helped]:
    """Those of these members who belong to a scope, in list order."""
    query = list_members(scope).where(Member.id.in_(member_ids))
    return list_helped(db.session.execute(query).all())


def list_helped(rows: Sequence[Any]) -> list[Helped]:
    """Rows of find_members with their accounts and open slips, in four statements more."""
    ids = [row[0].id for row in rows]
    owned = sa.select(Account).where(Account.member_id.in_(ids))
    accounts = {one.member_id: one for one in db.session.scalars(owned)} if ids else {}
    open_slips = (
        sa.select(OneTimeCode.member_id, sa.func.max(OneTimeCode.expires_at))
        .where(
            OneTimeCode.member_id.in_(ids),
            OneTimeCode.purpose == CodePurpose.ACTIVATION,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.revoked_at.is_(None),
            OneTimeCode.expires_at > clock.now(),
        )
        .group_by(OneTimeCode.member_id)
    )
    until = {row[0]: row[1] for row in db.session.execute(open_slips)} if ids else {}
    names = own_names([row[0] for row in rows])
    alone = phones_of_one([one.phone for one in names.values() if one.phone]) if ids else set()
    return [
        Helped(
            member,
            unit,
            accounts.get(member.id),
            until.get(member.id),
            names[member.id],
            names[member.id].phone if names[member.id].phone in alone else None,
        )
        for member, unit, _unit_id in rows
    ]


def find_second_step(account_id: int, for_update: bool = False) -> SecondStep | None:
    """The authenticator of an account, confirmed or not."""
    query = sa.select(SecondStep).where(SecondStep.account_id == account_id)
    return db.session.scalar(query.with_for_update() if for_update else query)


def find_recovery_code(account_id: int, position: int) -> RecoveryCode | None:
    """One recovery code that was not used yet, locked."""
    return db.session.scalar(
        sa.select(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.position == position,
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )


def count_recovery_codes(account_id: int) -> int:
    """How many recovery codes are left."""
    query = sa.select(sa.func.count()).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query) or 0
