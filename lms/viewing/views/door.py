"""The door for beacons, before Flask: takes them in groups, and answers without a request context.

It opens only for the plain case. Whatever else comes by goes on to Flask untouched, where the
route `record_beacon` answers: other addresses, bodies that are too large or not JSON, beacons
that move their enrolment, and those at which the database failed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any, TypeAlias

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.http import parse_cookie

from lms.base import clock
from lms.people.sign_in import hash_token
from lms.viewing.coverage import BadIntervals
from lms.viewing.crediting import Beacon, Receipt
from lms.viewing.grants import BadGrant
from lms.viewing.services.beacons import Answer, OrdinaryWay
from lms.viewing.services.groups import Groups
from lms.viewing.views.beacons import (
    BEACON_LIMIT,
    BEACONS,
    FAILURE,
    accepted,
    read_beacon,
    refused,
)

Environ: TypeAlias = dict[str, Any]
Credit: TypeAlias = Callable[[Sequence[Beacon]], Sequence[Answer]]

REMEMBERED = 8_192
NOBODY = hash_token("")
STATUS_LINES = {200: "200 OK", 400: "400 BAD REQUEST", 403: "403 FORBIDDEN"}


class BeaconDoor:
    """WSGI middleware around one application: `credit` has the beacons of a group credited,
    `headers` are what every answer of the application carries."""

    def __init__(self, app: Flask, credit: Credit, headers: Mapping[str, str]) -> None:
        self.inner = app.wsgi_app
        self.headers = headers
        self._app = app
        self._head = [("Content-Type", "application/json"), *headers.items()]
        self._groups: Groups[Beacon, Answer] = Groups(credit)
        self._cookie_name = app.session_interface.get_cookie_name(app)
        self._cookies: Any = SecureCookieSessionInterface().get_signing_serializer(app)
        self._genuine = lru_cache(maxsize=REMEMBERED)(self._open_cookie)
        self._cookie_life = app.permanent_session_lifetime

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != BEACONS or environ["REQUEST_METHOD"] != "POST":
            return self.inner(environ, start_response)
        length = _length(environ)
        if length is None or not _is_json(environ):
            return self.inner(environ, start_response)
        body = environ["wsgi.input"].read(length)
        try:
            beacon = read_beacon(body, str(self._app.secret_key), self._sign_in_hash(environ))
            answer = self._groups.do(beacon)
        except (BadGrant, BadIntervals) as error:
            answer = error
        except Exception as error:
            answer = error
        if isinstance(answer, Receipt):
            return self._answer(200, accepted(answer), start_response)
        if isinstance(answer, BadGrant | BadIntervals):
            return self._answer(*refused(answer), start_response)
        if not isinstance(answer, OrdinaryWay):
            environ[FAILURE] = answer
        environ["wsgi.input"] = BytesIO(body)
        return self.inner(environ, start_response)

    def _answer(self, status: int, body: bytes, start_response: Any) -> Iterable[bytes]:
        length = ("Content-Length", str(len(body)))
        start_response(STATUS_LINES[status], [*self._head, length])
        return (body,)

    def _sign_in_hash(self, environ: Environ) -> str:
        """As blueprint.sign_in_hash, from the cookie itself."""
        signed = parse_cookie(environ.get("HTTP_COOKIE")).get(self._cookie_name)
        if not signed or self._cookies is None:
            return NOBODY
        try:
            token_hash, signed_at = self._genuine(signed)
        except BadSignature:
            return NOBODY
        return token_hash if clock.now() - signed_at <= self._cookie_life else NOBODY

    def _open_cookie(self, signed: str) -> tuple[str, datetime]:
        """The sign-in's hash in a signed cookie, and when it was signed. A browser sends the same
        cookie with every beacon: those found genuine are remembered, others never."""
        session, signed_at = self._cookies.loads(signed, return_timestamp=True)
        return hash_token(session.get("_user_id") or ""), signed_at


def _length(environ: Environ) -> int | None:
    """The body's length where it is told and small enough."""
    told = environ.get("CONTENT_LENGTH") or ""
    length = int(told) if told.isdecimal() and len(told) < 9 else None
    return length if length is not None and length <= BEACON_LIMIT else None


def _is_json(environ: Environ) -> bool:
    told: str = environ.get("CONTENT_TYPE") or ""
    return told.partition(";")[0].strip().lower() == "application/json"
