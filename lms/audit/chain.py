"""The arithmetic of the chain: what a seal covers, and how its head is signed. Pure.

Seal n = SHA-256(seal n-1, n, the record's fields, a digest of its detail). The detail comes in by
a salted digest of its own, so that it can be blanked later without breaking the chain.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

START = "0" * 64
"""What the first seal follows."""


def canonical(value: Any) -> bytes:
    """One spelling of a JSON value: keys sorted, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def digest_of_detail(salt: str, detail: dict[str, Any]) -> str:
    """Hex of SHA-256 over the salt and the detail."""
    return hashlib.sha256(salt.encode() + b"\n" + canonical(detail)).hexdigest()


def digest_of_seal(
    previous: str,
    *,
    sequence: int,
    record_id: int,
    recorded_at: datetime,
    actor_id: int | None,
    action: str,
    subject: str,
    detail_digest: str,
    sealed_at: datetime,
    caught_up_at: datetime | None,
) -> str:
    """Hex of SHA-256 over the seal before and everything this one stands for."""
    content = [
        sequence,
        record_id,
        _moment(recorded_at),
        actor_id,
        action,
        subject,
        detail_digest,
        _moment(sealed_at),
        _moment(caught_up_at),
    ]
    return hashlib.sha256(previous.encode() + b"\n" + canonical(content)).hexdigest()


def sign_head(
    key: bytes, sequence: int, digest: str, sealed_at: datetime, caught_up_at: datetime | None
) -> str:
    """Hex of HMAC-SHA-256 over where the chain ends."""
    content = canonical([sequence, digest, _moment(sealed_at), _moment(caught_up_at)])
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def derive_key(secret: str) -> bytes:
    """The key of the head's signature, from the application's secret key."""
    return hmac.new(secret.encode(), b"audit.head", hashlib.sha256).digest()


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
