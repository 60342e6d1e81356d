"""The code that a speaker shows during a run: six digits, a new one every five minutes.

HMAC over the run and the window of the server's clock, cut to digits as one-time passwords are
(RFC 4226 §5.3). Pure: no Flask, no database; the caller passes the secret and the time.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest

WINDOW = timedelta(minutes=5)
"""How long a code is shown. It is taken for one window more: people type slowly."""

DIGITS = 6


def code_of(secret: str, run_id: int, now: datetime) -> str:
    """The code to show at this moment."""
    return _code(secret, run_id, _window(now))


def is_code_of(secret: str, run_id: int, now: datetime, typed: str) -> bool:
    """Whether what somebody typed is the code of this window or of the one before."""
    digits = "".join(char for char in typed if char.isdigit() and char.isascii())
    window = _window(now)
    found = [compare_digest(digits, _code(secret, run_id, window - back)) for back in (0, 1)]
    return any(found)


def changes_at(now: datetime) -> datetime:
    """When the code that is shown now gives way to the next."""
    return datetime.fromtimestamp((_window(now) + 1) * WINDOW.total_seconds(), UTC)


def _window(now: datetime) -> int:
    return int(now.timestamp() // WINDOW.total_seconds())


def _code(secret: str, run_id: int, window: int) -> str:
    mac = digest(secret.encode(), f"viewing.run-code:{run_id}:{window}".encode(), sha256)
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"
