"""What is measured: each scenario prepares the calls of one kind of work.

A further scenario is one function and one line in SCENARIOS. Goals are ratios to the bare view.
`prepare` runs inside an application context on the measured database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.learners import grant_for, running_session, signed_in
from tests.bench.load import Call
from tests.bench.product import Product

LEARNERS = 200
BEACON_SECONDS = 15
BEACONS_EACH = 40


@dataclass(frozen=True)
class Scenario:
    """One kind of work and what it may cost."""

    name: str
    prepare: Callable[[Product], Sequence[Call]]
    least_ratio: float
    most_statements: int


def beacon(product: Product) -> Sequence[Call]:
    """Two hundred learners report fifteen seconds each, one after the other, then the next."""
    session = running_session()
    people = [
        (learner.headers, grant_for(product, learner, session.id))
        for learner in signed_in(product, LEARNERS)
    ]
    return [
        Call(
            "/viewing/beacons",
            "POST",
            {**headers, "Content-Type": "application/json"},
            json.dumps({"grant": grant, "intervals": [[start, end]], "position": end}),
        )
        for step in range(BEACONS_EACH)
        for start, end in [(step * BEACON_SECONDS, (step + 1) * BEACON_SECONDS)]
        for headers, grant in people
    ]


def first_page(product: Product) -> Sequence[Call]:
    """Members look at their tasks."""
    return [Call("/my-tasks", headers=one.headers) for one in signed_in(product, LEARNERS)]


def session_page(product: Product) -> Sequence[Call]:
    """Members open the page of the recording."""
    address = f"/sessions/{running_session().id}"
    return [Call(address, headers=one.headers) for one in signed_in(product, LEARNERS)]


def supervisor_page(product: Product) -> Sequence[Call]:
    """The supervisor of the whole district looks at the running campaign."""
    page = product.page("supervisor", "/supervision")
    campaign = f"/supervision/{running_session().campaign_id}/units/"
    addresses = [page.address, *page.links().values()]
    address = next(link for link in addresses if link.startswith(campaign))
    return [Call(address, headers=product.cookie("supervisor"))]


SCENARIOS = (
    Scenario("beacon", beacon, 0.4, 4),
    Scenario("first-page", first_page, 0.08, 6),
    Scenario("session-page", session_page, 0.08, 6),
    Scenario("supervisor-page", supervisor_page, 0.08, 8),
)
