"""Commands of signing in through an outside provider: a flow under way, and whose identity it is.

Identities are known by issuer and subject. The first time, a claim that the provider verified
names the member; after that nothing but the subject counts.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.base import clock
from lms.base.sealing import seal, unseal
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import Account, ExternalIdentity, Member, OutsideFlow
from lms.people.queries import find_account_of_member
from lms.people.services.codes import open_account_of

SEALED_FOR = "outside-flow"
FLOW_LIFETIME = timedelta(minutes=10)


class OutsideRefused(Exception):
    """The identity opens no account here; `reason` is for the audit record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Flow:
    """What was sent along with a flow, given back once."""

    nonce: str
    verifier: str
    next_path: str


def begin_flow(state: str, browser: str, nonce: str, verifier: str, next_path: str) -> None:
    """Keep a flow on the server until its browser comes back; drop those long over."""
    moment = clock.now()
    db.session.execute(sa.delete(OutsideFlow).where(OutsideFlow.expires_at < moment))
    db.session.add(
        OutsideFlow(
            state_hash=_hash(state),
            browser_hash=_hash(browser),
            nonce=nonce,
            sealed_verifier=seal(verifier, SEALED_FOR),
            next_path=next_path[:500],
            expires_at=moment + FLOW_LIFETIME,
        )
    )
    db.session.flush()


def take_flow(state: str, browser: str) -> Flow | None:
    """A flow of this browser, which is over by that; None if unknown, late, used, or another's."""
    flow = db.session.scalar(
        sa.select(OutsideFlow).where(OutsideFlow.state_hash == _hash(state)).with_for_update()
    )
    if flow is None or flow.used_at is not None or flow.expires_at <= clock.now():
        return None
    if flow.browser_hash != _hash(browser):
        return None
    flow.used_at = clock.now()
    db.session.flush()
    return Flow(flow.nonce, unseal(flow.sealed_verifier, SEALED_FOR), flow.next_path)


def account_for_identity(issuer: str, claim: str, claims: Mapping[str, Any]) -> Account:
    """The account of a verified identity, linked at its first sign-in. OutsideRefused otherwise."""
    subject = str(claims["sub"])
    linked = db.session.scalar(
        sa.select(ExternalIdentity).where(
            ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject
        )
    )
    if linked is not None:
        account = db.session.get_one(Account, linked.account_id)
        _refuse_closed(account)
        return account
    account = _account_named_by(claim, claims)
    _refuse_closed(account)
    other = sa.select(ExternalIdentity.id).where(
        ExternalIdentity.issuer == issuer, ExternalIdentity.account_id == account.id
    )
    if db.session.scalar(other) is not None:
        raise OutsideRefused("the account is linked to another identity")
    db.session.add(
        ExternalIdentity(
            issuer=issuer, subject=subject, account_id=account.id, linked_at=clock.now()
        )
    )
    record(account.id, "account.identity_linked", f"account:{account.id}", issuer=issuer)
    db.session.flush()
    return account


def _account_named_by(claim: str, claims: Mapping[str, Any]) -> Account:
    value = claims.get(claim)
    if not isinstance(value, str) or not clean(value):
        raise OutsideRefused("no claim")
    if claim == "email":
        if claims.get("email_verified") is not True:
            raise OutsideRefused("the e-mail is not verified")
        query = sa.select(Account).where(Account.email == clean(value).casefold()).limit(2)
        found = db.session.scalars(query).all()
        if len(found) != 1:
            raise OutsideRefused("nobody, or several, with this e-mail")
        return found[0]
    member = db.session.scalar(
        sa.select(Member).where(Member.code == clean(value), Member.left_on.is_(None))
    )
    if member is None:
        raise OutsideRefused("nobody with this number")
    return find_account_of_member(member.id) or open_account_of(member.id)


def _refuse_closed(account: Account) -> None:
    if account.is_disabled or (account.member is not None and account.member.left_on is not None):
        raise OutsideRefused("the account is closed")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
