"""How often somebody may fail before they must wait, without ever shutting the owner out.

Failures count against the browser where its owner signed in before (a signed cookie names it), or
else against account and address together; so nobody elsewhere can use up the owner's tries. What
comes from unknown browsers is slowed for each account, too, and for each address over all accounts.
docs/decisions/0010-sign-in.md says why these numbers.
"""

import secrets
from dataclasses import dataclass

from flask import Response, after_this_request, current_app, request
from flask_limiter.util import get_remote_address
from itsdangerous import BadSignature, URLSafeSerializer
from limits import RateLimitItem, parse
from werkzeug.exceptions import TooManyRequests

from lms.base import clock
from lms.extensions import limiter

KNOWN_DEVICE = parse("10 per 10 minutes")
FROM_ONE_ADDRESS = parse("10 per 10 minutes")
SHARE_OF_ADDRESS = parse("5 per 10 minutes")
"""So many of an address's failures count against the account: one address alone never fills it."""
FROM_ELSEWHERE = {
    "sign_in": parse("10 per minute"),
    "step": parse("20 per hour"),
    "password": parse("10 per 10 minutes"),
}
"""For each account, from all unknown browsers together. Slips ("code") have none: 66 bits are not
guessed, and so they stay open to an owner whose password somebody is guessing everywhere.
"""
OVER_ALL_ACCOUNTS = parse("30 per 3 minutes")
OWN_EXPORTS = parse("10 per hour")
LETTERS_TO_ONE = parse("3 per hour")
LETTERS_FROM_ADDRESS = parse("30 per hour")

DEVICE_DAYS = 180
ACCOUNTS_OF_DEVICE = 6

Bucket = tuple[RateLimitItem, tuple[str, ...]]


@dataclass(frozen=True)
class Tries:
    """The tries of one purpose (sign_in, code, step, password) on one subject, as `account:3`."""

    purpose: str
    subject: str

    def check(self) -> None:
        """TooManyRequests, with how long to wait, if one of the limits is reached."""
        for item, keys in self._buckets():
            refuse_if_reached(item, *keys)

    def note_failure(self) -> None:
        """Count a failure against everything it counts against."""
        hit = limiter.limiter.hit
        for item, keys in self._buckets():
            if item is FROM_ELSEWHERE.get(self.purpose):
                share = (self.purpose, self.subject, get_remote_address(), "share")
                if not hit(SHARE_OF_ADDRESS, *share):
                    continue
            hit(item, *keys)

    def _buckets(self) -> list[Bucket]:
        device = _device()
        if device and self.subject.removeprefix("account:") in device[1]:
            return [(KNOWN_DEVICE, (self.purpose, self.subject, "device", device[0]))]
        address = get_remote_address()
        buckets: list[Bucket] = [
            (FROM_ONE_ADDRESS, (self.purpose, self.subject, "address", address)),
            (OVER_ALL_ACCOUNTS, (self.purpose, "all", address)),
        ]
        if elsewhere := FROM_ELSEWHERE.get(self.purpose):
            buckets.append((elsewhere, (self.purpose, self.subject, "elsewhere")))
        return buckets


def refuse_if_reached(item: RateLimitItem, *keys: str) -> None:
    """TooManyRequests if this limit is reached."""
    if not limiter.limiter.test(item, *keys):
        reset_at = limiter.limiter.get_window_stats(item, *keys).reset_time
        raise TooManyRequests(retry_after=max(1, int(reset_at - clock.now().timestamp()) + 1))


def remember_device(account_id: int) -> None:
    """Let this browser be known as one where the account's owner signed in."""
    name, kept = _device() or (secrets.token_urlsafe(16), [])
    accounts = [str(account_id), *(one for one in kept if one != str(account_id))]
    value = _signer().dumps([name, accounts[:ACCOUNTS_OF_DEVICE]])

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(),
            value,
            max_age=DEVICE_DAYS * 86_400,
            secure=current_app.config["IS_HTTPS"],
            httponly=True,
            samesite="Lax",
            path="/",
        )
        return response


def _device() -> tuple[str, list[str]] | None:
    """The name of this browser and the accounts it is known for; None for an unknown one."""
    try:
        name, accounts = _signer().loads(request.cookies.get(_cookie_name(), ""))
        return str(name), [str(one) for one in accounts]
    except (BadSignature, TypeError, ValueError):
        return None


def _cookie_name() -> str:
    return "__Host-device" if current_app.config["IS_HTTPS"] else "device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known-device")
