"""Codes on a venue's screen, and the claims that scanning one opens. Pure signing and reading: no
Flask, no database; the caller passes the secret and the time, which is the server's.

A code is bound to venue, check and a window of twenty seconds. It is good in its window and the
next one, so nobody who scans what they see is too slow, and after forty seconds it is worth
nothing. Whoever opens it in time gets a claim with ten minutes to sign in and confirm. That
somebody in the room sends a code on at once cannot be seen here: counting heads is the check.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from hmac import new as new_hmac

from itsdangerous import BadSignature, Signer

WINDOW_SECONDS = 20
CLAIM_LIFETIME = timedelta(minutes=10)
MAC_LETTERS = 16  # 96 bits


class Check(StrEnum):
    """What a code confirms."""

    ENTRY = "entry"
    EXIT = "exit"


class BadCode(Exception):
    """Not a code of ours, or one that is too old."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to be marked at a venue, once, by the first account that opens it."""

    venue_id: int
    check: Check
    nonce: str
    issued_at: datetime


def window_of(now: datetime) -> int:
    """The number of the window that a moment lies in."""
    return int(now.timestamp() // WINDOW_SECONDS)


def seconds_left(now: datetime) -> float:
    """How long the present window still lasts."""
    return WINDOW_SECONDS - now.timestamp() % WINDOW_SECONDS


def code_of(secret: str, venue_id: int, check: Check, window: int) -> str:
    """The code of one window: short, because every letter makes the squares smaller."""
    value = f"{venue_id}.{check.value}.{window:x}"
    return f"{value}.{_mac(secret, value)}"


def read_code(text: str, secret: str, now: datetime) -> tuple[int, Check]:
    """The venue and check of a code that is good now; BadCode otherwise."""
    value, _dot, mac = text.rpartition(".")
    if not compare_digest(mac.encode(), _mac(secret, value).encode()):
        raise BadCode("forged")
    venue_id, check, window = value.split(".")
    if not 0 <= window_of(now) - int(window, 16) <= 1:
        raise BadCode("old")
    return int(venue_id), Check(check)


def _mac(secret: str, value: str) -> str:
    key = sha256(b"viewing.venue-code:" + secret.encode()).digest()
    digest = new_hmac(key, value.encode(), sha256).digest()
    return urlsafe_b64encode(digest).decode()[:MAC_LETTERS]


@lru_cache(maxsize=4)
def _signer(secret: str) -> Signer:
    return Signer(secret, salt="viewing.claim", key_derivation="hmac", digest_method=sha256)


def issue_claim(secret: str, claim: Claim) -> str:
    """A claim as text that fits an address."""
    issued = int(claim.issued_at.timestamp())
    value = f"{claim.venue_id}-{claim.check.value}-{claim.nonce}-{issued}"
    return _signer(secret).sign(value).decode()


def read_claim(text: str, secret: str, now: datetime) -> Claim:
    """The claim in an address; BadCode if it is forged or its ten minutes are over."""
    try:
        value = _signer(secret).unsign(text).decode()
    except (BadSignature, UnicodeError) as error:
        raise BadCode("forged") from error
    venue_id, check, nonce, issued = value.split("-")
    claim = Claim(int(venue_id), Check(check), nonce, datetime.fromtimestamp(int(issued), UTC))
    if not timedelta(minutes=-1) <= now - claim.issued_at <= CLAIM_LIFETIME:
        raise BadCode("old")
    return claim
