"""The doors at which anybody may type a name, and how alike they answer for a known and an unknown
one: status, size, work in the database, and processor time.

Time is compared in pairs: both names are tried in turn, in both orders, so that whatever else the
machine does falls on both alike; what counts is the median of the differences.
"""

from __future__ import annotations

import gc
import re
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.test import TestResponse

from lms.extensions import db, limiter
from tests.factories.codes import make_slip
from tests.factories.people import make_account, make_member, make_unit
from tests.support.client import PageClient
from tests.support.statements import count_statements


@dataclass(frozen=True)
class Door:
    """A form with a field `login`, what else is sent, and the status of its answer."""

    path: str
    fields: Mapping[str, str]
    status: int


_OF_ONE_ANSWER = re.compile(r'(name="csrf_token" value|nonce)="[^"]*"')
"""What differs between any two answers."""

DOORS = {
    "sign-in": Door("/sign-in", {"password": "sai-mat-khau"}, 422),
    "activation": Door("/activate", {"code": "1" * 20}, 422),
    "reset": Door("/password/forgotten", {}, 302),
}

CASES = (
    ("sign-in", "38000001", "38999999"),
    ("sign-in", "0912345678", "0912999999"),
    ("sign-in", "38000002", "38999999"),
    ("sign-in", "38000003", "38999999"),
    ("activation", "38000001", "38999999"),
    ("activation", "38000003", "38999999"),
    ("activation", "38000004", "38999999"),
    ("reset", "38000001", "38999999"),
    ("reset", "38000003", "38999999"),
)
"""(door, a name that somebody has, one that nobody has); see `make_people`."""


def make_people(app: Flask) -> None:
    """People by card number: …1 signs in, by phone and e-mail too, …2 is disabled, …3 never had an
    account or a slip, …4 has a slip."""
    unit, clerk = make_unit(), make_account()
    members = [make_member(unit, code=f"3800000{n}") for n in range(1, 5)]
    active, disabled = make_account(members[0]), make_account(members[1])
    active.phone, active.email = "0912345678", "binh@vidu.vn"
    disabled.is_disabled = True
    make_slip(clerk, members[3])
    db.session.commit()
    app.config["SMTP_URL"] = "smtp://mail.vidu.vn"
    app.config["BACKGROUND_IMMEDIATE"] = False


@dataclass(frozen=True)
class Answer:
    """What a caller can see, and the statements it cost. `headers`: (name, length of the value)."""

    status: int
    headers: list[tuple[str, int]]
    size: int
    body: str
    statements: list[str]


@dataclass
class Comparison:
    """Seconds of processor time, round by round."""

    known: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)

    @property
    def gap(self) -> float:
        """How much longer a known name takes, as a part of the median."""
        pairs = zip(self.known, self.unknown, strict=True)
        return statistics.median(k - u for k, u in pairs) / statistics.median(self.unknown)

    @property
    def gap_of_medians(self) -> float:
        return statistics.median(self.known) / statistics.median(self.unknown) - 1

    @property
    def gap_of_quickest(self) -> float:
        """The same from the least disturbed tenth of the tries."""
        known, unknown = (
            statistics.mean(sorted(times)[: max(1, len(times) // 10)])
            for times in (self.known, self.unknown)
        )
        return known / unknown - 1


class Visitor:
    """Somebody unknown at a door, in one browser, never told to wait."""

    def __init__(self, app: Flask, door: Door) -> None:
        self._door = door
        self._client: PageClient = app.test_client()  # type: ignore[assignment]
        with self._client.without_audit():
            page = self._client.get_page(door.path)
        self._token = page.form().value_of("csrf_token") or ""

    def knock(self, login: str) -> Answer:
        with count_statements() as statements:
            response, _seconds = self._send(login)
        body = response.get_data(as_text=True).replace(login, "·" * len(login))
        return Answer(
            response.status_code,
            [(name, len(value)) for name, value in response.headers],
            len(response.get_data()),
            _OF_ONE_ANSWER.sub(r"\1", body),
            statements,
        )

    def compare(self, known: str, unknown: str, rounds: int, so_far: Comparison) -> Comparison:
        """Try both names so many times more; a round is known, unknown, unknown, known."""
        for name in (known, unknown):
            self._send(name)
        gc.collect()
        gc.disable()
        try:
            for _round in range(rounds):
                times = [self._send(name)[1] for name in (known, unknown, unknown, known)]
                so_far.known.append((times[0] + times[3]) / 2)
                so_far.unknown.append((times[1] + times[2]) / 2)
        finally:
            gc.enable()
        return so_far

    def _send(self, login: str) -> tuple[TestResponse, float]:
        limiter.reset()
        data = {"login": login, "csrf_token": self._token, **self._door.fields}
        with self._client.without_audit():
            begun = time.process_time()
            response = self._client.post(self._door.path, data=data)
            seconds = time.process_time() - begun
        assert response.status_code == self._door.status
        return response, seconds
