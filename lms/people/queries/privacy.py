"""Reads of privacy: the notice in force, consents, requests with their clocks, people to erase."""

import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.base.errors import NotFound
from lms.base.vietnamese import fold
from lms.extensions import db
from lms.people.models import (
    Account,
    Consent,
    Erasure,
    Member,
    NoticeReceipt,
    PrivacyNotice,
    PrivacyRequest,
    Purpose,
)


def find_published() -> PrivacyNotice | None:
    """The notice in force."""
    return db.session.scalar(
        sa.select(PrivacyNotice)
        .where(PrivacyNotice.published_at.is_not(None))
        .order_by(PrivacyNotice.version.desc())
        .limit(1)
    )


def find_draft(lock: bool = False) -> PrivacyNotice | None:
    """The notice that is being written; locked for a change."""
    query = sa.select(PrivacyNotice).where(PrivacyNotice.published_at.is_(None)).limit(1)
    if lock:
        query = query.with_for_update()
    return db.session.scalar(query, execution_options={"populate_existing": lock})


def print_of(notice: PrivacyNotice) -> str:
    """A short print of a notice's words: whoever publishes it says which words they read."""
    words = f"{notice.title}\n{notice.body}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def list_published() -> Sequence[PrivacyNotice]:
    """All notices that were ever in force, the newest first."""
    return db.session.scalars(
        sa.select(PrivacyNotice)
        .where(PrivacyNotice.published_at.is_not(None))
        .order_by(PrivacyNotice.version.desc())
    ).all()


def get_notice(notice_id: int) -> PrivacyNotice:
    """A notice by id."""
    notice = db.session.get(PrivacyNotice, notice_id)
    if notice is None:
        raise NotFound
    return notice


def find_unseen_notice(account_id: int) -> int | None:
    """The id of the notice in force if this account was never shown it: one statement."""
    newest = (
        sa.select(sa.func.max(PrivacyNotice.version))
        .where(PrivacyNotice.published_at.is_not(None))
        .scalar_subquery()
    )
    seen = (
        sa.select(NoticeReceipt.notice_id)
        .where(NoticeReceipt.notice_id == PrivacyNotice.id, NoticeReceipt.account_id == account_id)
        .exists()
    )
    return db.session.scalar(
        sa.select(PrivacyNotice.id).where(PrivacyNotice.version == newest, ~seen)
    )


def consents_in_force(account_id: int) -> dict[Purpose, Consent]:
    """What an account consents to now: under the notice in force. Nothing is taken over from an
    older notice, whose words were others."""
    rows = db.session.scalars(
        sa.select(Consent).where(
            Consent.account_id == account_id,
            Consent.withdrawn_at.is_(None),
            Consent.notice_id == _in_force(),
        )
    )
    return {one.purpose: one for one in rows}


def older_consents(account_id: int) -> Sequence[Consent]:
    """Consents under older notices that nobody has taken back: they count no more."""
    return db.session.scalars(
        sa.select(Consent).where(
            Consent.account_id == account_id,
            Consent.withdrawn_at.is_(None),
            Consent.notice_id != _in_force(),
        )
    ).all()


def has_consented(account_id: int, purpose: Purpose) -> bool:
    """Whether an account consents to this use now."""
    return purpose in consents_in_force(account_id)


def _in_force() -> sa.ScalarSelect[int]:
    return (
        sa.select(PrivacyNotice.id)
        .where(PrivacyNotice.published_at.is_not(None))
        .order_by(PrivacyNotice.version.desc())
        .limit(1)
        .scalar_subquery()
    )


def list_own_requests(account_id: int) -> Sequence[PrivacyRequest]:
    """Requests of one account, the newest first."""
    return db.session.scalars(
        sa.select(PrivacyRequest)
        .where(PrivacyRequest.account_id == account_id)
        .order_by(PrivacyRequest.id.desc())
    ).all()


def get_own_request(account_id: int, request_id: int) -> PrivacyRequest:
    """One of an account's own requests; NotFound for anybody else's."""
    request = db.session.get(PrivacyRequest, request_id)
    if request is None or request.account_id != account_id:
        raise NotFound
    return request


def requests_by_due() -> sa.Select[PrivacyRequest]:
    """All requests: the open ones by when they are due, then the answered, the newest first."""
    return (
        sa.select(PrivacyRequest)
        .options(joinedload(PrivacyRequest.account))
        .order_by(
            PrivacyRequest.answered_at.is_not(None),
            sa.case((PrivacyRequest.answered_at.is_(None), PrivacyRequest.due_at)),
            PrivacyRequest.answered_at.desc(),
            PrivacyRequest.id,
        )
    )


def get_request(request_id: int) -> PrivacyRequest:
    """A request, locked for a change."""
    request = db.session.scalar(
        sa.select(PrivacyRequest).where(PrivacyRequest.id == request_id).with_for_update()
    )
    if request is None:
        raise NotFound
    return request


def search_people(text: str) -> sa.Select[Any]:
    """Everybody there is, those who left and those from outside too, whose name or card number
    holds the text. Rows are (member id, account id, name, card number)."""
    name = sa.func.coalesce(Member.name, Account.display_name)
    members = (
        sa.select(Member.id, Account.id.label("account_id"), name.label("name"), Member.code)
        .outerjoin(Account, Account.member_id == Member.id)
        .where(*_holds(text))
    )
    plain = sa.func.lower(Account.display_name)
    outside = sa.select(
        sa.null().label("id"), Account.id, Account.display_name, sa.null().label("code")
    ).where(
        Account.member_id.is_(None),
        *(plain.contains(word.lower(), autoescape=True) for word in text.split()),
    )
    both = sa.union_all(members, outside).subquery()
    erased = sa.select(Erasure.id).where(
        sa.or_(Erasure.member_id == both.c.id, Erasure.account_id == both.c.account_id)
    )
    return sa.select(both).where(~erased.exists()).order_by(both.c.name, both.c.account_id)


def _holds(text: str) -> list[sa.ColumnElement[bool]]:
    return [
        sa.or_(
            Member.fold.contains(word, autoescape=True), Member.code.contains(word, autoescape=True)
        )
        for word in fold(text).split()
    ]
