"""Signed addresses of files. Whoever mints one has decided that this reader may have the file.

An address works only together with the sign-in it was made for, and dies with its window: 6 to 12
hours. Within a window it does not change, so that the browser's cache works.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeSerializer

from lms.base import clock
from lms.files.models import StoredFile

WINDOW = 6 * 3600
"""Seconds. An address lives until the end of the window after the one it was made in."""


@dataclass(frozen=True)
class Ticket:
    """What a genuine address says: which file, and whether to save it instead of showing it."""

    file_id: int
    is_download: bool
    seconds_left: int


def file_url(file: StoredFile, *, sign_in_token: str, download: bool = False) -> str:
    """The address of a file for the browser that holds this sign-in."""
    expires = (int(clock.now().timestamp()) // WINDOW + 2) * WINDOW
    ticket = [file.id, expires, int(download), _bound_to(sign_in_token)]
    return url_for("files.serve", token=_serializer().dumps(ticket), name=file.name)


def read_ticket(token: str, sign_in_token: str | None) -> Ticket | None:
    """The ticket of an address; None when it is forged, expired, or of another sign-in."""
    try:
        ticket: Any = _serializer().loads(token)
        file_id, expires, is_download, bound = ticket
    except (BadData, TypeError, ValueError):
        return None
    left = expires - int(clock.now().timestamp())
    if left <= 0 or not hmac.compare_digest(bound, _bound_to(sign_in_token or "")):
        return None
    return Ticket(file_id, bool(is_download), left) if sign_in_token else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.secret_key or "",
        salt="files.address",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def _bound_to(sign_in_token: str) -> str:
    """A short hash of a sign-in: it names the browser and opens nothing."""
    return hashlib.sha256(b"files:" + sign_in_token.encode()).hexdigest()[:24]
