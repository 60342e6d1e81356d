"""Signed playback grants: the page's right to report one enrolment's viewing of one session.

A grant holds for the sign-in it was given to, and a sign-in is one browser on one device. Pure
signing and reading: no Flask, no database; the caller passes the secret and the time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest

from itsdangerous import BadSignature, Signer

LIFETIME = timedelta(hours=12)
# A server whose clock stepped back a little still takes what it signed before.
MOST_AHEAD = timedelta(minutes=10)
HASH_DIGITS = 32
LONGEST = 500
REMEMBERED = 8_192


class BadGrant(Exception):
    """The grant is forged, expired, or not this browser's."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may report what since when. `sign_in` is the beginning of the sign-in token's hash."""

    enrolment_id: int
    session_id: int
    member_id: int
    issued_at: datetime
    sign_in: str

    def is_for(self, token_hash: str) -> bool:
        """Whether the cookie's sign-in is the one the grant was given to."""
        return compare_digest(self.sign_in, token_hash[:HASH_DIGITS])


@lru_cache(maxsize=4)
def _signer(secret: str) -> Signer:
    return Signer(secret, salt="viewing.grant", key_derivation="hmac", digest_method=sha256)


def issue_grant(
    secret: str,
    *,
    enrolment_id: int,
    session_id: int,
    member_id: int,
    token_hash: str,
    now: datetime,
) -> str:
    """A grant for the page, as text that fits an attribute."""
    issued = int(now.timestamp() * 1000)
    value = f"{enrolment_id}-{session_id}-{member_id}-{issued}-{token_hash[:HASH_DIGITS]}"
    return _signer(secret).sign(value).decode()


def read_grant(text: object, secret: str, token_hash: str, now: datetime) -> Grant:
    """The grant in what a page sent; BadGrant if forged, expired, or another sign-in's."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise BadGrant("no text")
    grant = _open(text, secret)
    if not grant.is_for(token_hash):
        raise BadGrant("foreign")
    if not now - LIFETIME <= grant.issued_at <= now + MOST_AHEAD:
        raise BadGrant("expired")
    return grant


@lru_cache(maxsize=REMEMBERED)
def _open(text: str, secret: str) -> Grant:
    """What was signed. A page sends the same grant with every beacon: what was found genuine is
    remembered, what was not is looked at each time."""
    try:
        value = _signer(secret).unsign(text).decode()
    except (BadSignature, UnicodeError) as error:
        raise BadGrant("forged") from error
    enrolment_id, session_id, member_id, issued, sign_in = value.split("-")
    return Grant(
        enrolment_id=int(enrolment_id),
        session_id=int(session_id),
        member_id=int(member_id),
        issued_at=datetime.fromtimestamp(int(issued) / 1000, UTC),
        sign_in=sign_in,
    )
