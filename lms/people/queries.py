"""Reads of people: members of a scope, accounts by sign-in name, audiences with their counts."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.base import clock
from lms.base.errors import NotFound
from lms.base.vietnamese import clean, fold
from lms.extensions import db
from lms.people.audiences import audience_column
from lms.people.models import (
    Account,
    Audience,
    AudienceOverride,
    Member,
    Membership,
    MembershipKind,
    SignIn,
)
from lms.units.models import Unit, UnitVersion
from lms.units.queries import Scope, is_present, under

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


def find_signed_in(token_hash: str) -> Account | None:
    """The account of a live sign-in; None when ended, expired, or the account is disabled."""
    return db.session.scalar(live_sign_in(token_hash, clock.now()).with_only_columns(Account))


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
            Account.is_disabled.is_(False),
        )
    )


def members_with_unit() -> sa.Select[Any]:
    """Members who belong now, joined with their unit and its present version."""
    return (
        sa.select(Member)
        .join(
            Membership,
            sa.and_(
                Membership.member_id == Member.id,
                Membership.kind == MembershipKind.MAIN,
                Membership.valid_to.is_(None),
            ),
        )
        .join(Unit, Unit.id == Membership.unit_id)
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Unit.id, is_present()))
        .where(Member.left_on.is_(None))
    )


def search_members(scope: Scope, text: str = "", unit_id: int | None = None) -> sa.Select[Any]:
    """Members of a scope whose name or card number holds the text, in list order.

    Rows are (Member, unit short name, unit id).
    """
    query = (
        members_with_unit()
        .add_columns(UnitVersion.short_name, UnitVersion.unit_id)
        .where(scope.condition())
        .order_by(Member.sort_key, Member.id)
    )
    if unit_id is not None:
        chosen = sa.select(UnitVersion.path).where(UnitVersion.unit_id == unit_id, is_present())
        path = db.session.scalar(chosen)
        query = query.where(under(path)) if path else query.where(sa.false())
    for word in fold(text).split():
        query = query.where(
            sa.or_(
                Member.fold.contains(word, autoescape=True),
                Member.code.contains(word, autoescape=True),
            )
        )
    return query


def get_member(member_id: int, scope: Scope | None = None) -> Member:
    """A member with memberships and posts; NotFound outside the scope."""
    query = (
        members_with_unit()
        .where(Member.id == member_id)
        .options(selectinload(Member.memberships), selectinload(Member.posts))
    )
    if scope is not None:
        query = query.where(scope.condition())
    member: Member | None = db.session.scalar(query)
    if member is None:
        raise NotFound
    return member


def find_unit_of(member_id: int) -> UnitVersion | None:
    """The unit a member belongs to now."""
    query = (
        sa.select(UnitVersion)
        .join(Membership, Membership.unit_id == UnitVersion.unit_id)
        .where(
            Membership.member_id == member_id,
            Membership.kind == MembershipKind.MAIN,
            Membership.valid_to.is_(None),
            is_present(),
        )
    )
    return db.session.scalar(query)


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


def list_audiences() -> Sequence[Audience]:
    """All audiences with their rules, in the order in which they are tried."""
    query = sa.select(Audience).options(selectinload(Audience.rules))
    query = query.order_by(Audience.position, Audience.id)
    return db.session.scalars(query).all()


def get_audience(audience_id: int) -> Audience:
    """An audience by id."""
    audience = db.session.get(Audience, audience_id)
    if audience is None:
        raise NotFound
    return audience


def resolved_audiences(on: date) -> sa.Select[Any]:
    """(member id, unit id, audience id or NULL) of everybody who belongs now."""
    column = audience_column(list_audiences(), on).label("audience_id")
    return members_with_unit().with_only_columns(
        Member.id.label("member_id"), UnitVersion.unit_id.label("unit_id"), column
    )


def count_by_audience(scope: Scope) -> dict[int | None, int]:
    """How many members of a scope each audience takes today; None counts those in no audience."""
    resolved = resolved_audiences(clock.today()).where(scope.condition()).subquery()
    query = sa.select(resolved.c.audience_id, sa.func.count()).group_by(resolved.c.audience_id)
    return dict(db.session.execute(query).all())


def members_of_audience(scope: Scope, audience_id: int | None) -> sa.Select[Any]:
    """The names behind a count: rows as in search_members."""
    column = audience_column(list_audiences(), clock.today())
    matches = column.is_(None) if audience_id is None else column == audience_id
    return search_members(scope).where(matches)


def find_audience_of(member_id: int) -> Audience | None:
    """The audience that takes a member today; None if no rule does."""
    column = audience_column(list_audiences(), clock.today())
    query = members_with_unit().with_only_columns(column).where(Member.id == member_id)
    audience_id = db.session.scalar(query)
    return db.session.get(Audience, audience_id) if audience_id is not None else None


def is_overridden(member_id: int) -> bool:
    """Whether a member stands in an audience by hand."""
    return db.session.get(AudienceOverride, member_id) is not None


def count_members(paths: Iterable[str]) -> dict[str, int]:
    """How many people belong to each subtree now, in one statement."""
    wanted = list(paths)
    counts = [sa.func.count(sa.case((under(path), 1))) for path in wanted]
    query = members_with_unit().with_only_columns(*counts)
    row = db.session.execute(query).one()
    return dict(zip(wanted, row, strict=True))
