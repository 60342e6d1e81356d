"""Nobody learns at a door whether a name is known: same answer, same work, same time.

The strict measurement (5 %) is `python -m tests.bench.enumeration`; here a bound that holds on a
busy machine, with a control that must exceed it.
"""

from __future__ import annotations

import pytest
from flask import Flask

from lms.people import passwords
from tests.support.client import PageClient
from tests.support.doors import CASES, DOORS, Comparison, Visitor, make_people

BOUND = 0.12
LIMIT_OF_ONE = 10


@pytest.fixture
def people(app: Flask) -> None:
    make_people(app)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parameters of each hash that was computed, as they stand in its text."""
    computed: list[str] = []
    verify = passwords._hasher.verify

    class Noted:
        def verify(self, stored: str, typed: str) -> bool:
            computed.append(stored.rsplit("$", 2)[0])
            return verify(stored, typed)

    monkeypatch.setattr(passwords, "_hasher", Noted())
    return computed


@pytest.mark.parametrize("door", DOORS)
def test_a_known_and_an_unknown_name_get_the_same_answer_by_the_same_work(
    app: Flask, people: None, hashes: list[str], door: str
) -> None:
    visitor = Visitor(app, DOORS[door])
    visitor.knock("38999999")  # the first answer sets the cookies
    for _door, known, unknown in (case for case in CASES if case[0] == door):
        hashes.clear()
        first, second = visitor.knock(known), visitor.knock(unknown)
        assert first == second, known
        assert len(hashes) == (0 if door == "reset" else 2) and len(set(hashes)) <= 1, known


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("door", "known", "unknown"), [CASES[0], CASES[6], CASES[7]])
def test_a_known_and_an_unknown_name_take_the_same_time(
    app: Flask, people: None, door: str, known: str, unknown: str
) -> None:
    visitor, times = Visitor(app, DOORS[door]), Comparison()
    for _more in range(5):
        visitor.compare(known, unknown, 5, times)
        if abs(times.gap) < BOUND:
            return
    pytest.fail(f"{known} takes {times.gap:+.0%}: {times}")


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("case", [CASES[0], CASES[6]])
def test_the_measurement_sees_a_hash_that_is_skipped(
    app: Flask, people: None, monkeypatch: pytest.MonkeyPatch, case: tuple[str, str, str]
) -> None:
    honest = passwords._hasher.verify

    class Hasty:
        def verify(self, stored: str, typed: str) -> bool:
            return stored != passwords._NOBODY and honest(stored, typed)

    monkeypatch.setattr(passwords, "_hasher", Hasty())
    door, known, unknown = case
    visitor = Visitor(app, DOORS[door])
    assert visitor.knock(known).status == visitor.knock(unknown).status
    assert visitor.compare(known, unknown, 3, Comparison()).gap > 4 * BOUND


@pytest.mark.parametrize("number", ["0912345678", "0912999999"])
def test_every_spelling_of_a_phone_number_counts_as_one_name(
    client: PageClient, people: None, number: str
) -> None:
    """Known or not: else the limit would come sooner for a known one."""
    spellings = (number, f"+84{number[1:]}", f"{number[:4]} {number[4:7]}.{number[7:]}")
    page = client.get_page("/sign-in")
    token = page.form().value_of("csrf_token")
    statuses = []
    with client.without_audit():
        for n in range(LIMIT_OF_ONE + 1):
            data = {"login": spellings[n % 3], "password": "sai-mat-khau", "csrf_token": token}
            statuses.append(client.post("/sign-in", data=data).status_code)
    assert statuses == [422] * LIMIT_OF_ONE + [429]
