"""The law of crediting, over any sequence of beacons: nobody gains more than the time that passed.

Each bound has a broken control: the same check must fail when a rule is taken away.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from lms.training.participation import ParticipationKind
from lms.viewing import crediting
from lms.viewing.allowance import ONLINE, ClockState, Limits, spend
from lms.viewing.coverage import Cover, credit, merge, total
from lms.viewing.crediting import Beacon, Facts, Outcome, Watched, judge
from lms.viewing.grants import Grant

START = datetime(2026, 12, 1, 8, tzinfo=UTC)
LENGTH = 10_800.0
FACTS = Facts(True, False, 0.8, True, LENGTH)
SLACK = 1e-3


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Sent(NamedTuple):
    """A beacon from one of a member's pages, `gap` seconds after the one before."""

    gap: float
    page: int
    session: int
    start: float
    length: float
    is_offline: bool


sequences = st.lists(
    st.builds(
        Sent,
        gap=st.one_of(
            st.floats(min_value=0, max_value=40),
            st.sampled_from([0.0, 15.0, 600.0, 3_600.0, 20_000.0]),
        ),
        page=st.integers(0, 3),
        session=st.integers(0, 1),
        start=st.integers(0, 900).map(lambda number: number * 10.7),
        length=st.one_of(st.floats(0.1, 60), st.sampled_from([0.1, 1_000.0, LENGTH])),
        is_offline=st.booleans(),
    ),
    max_size=25,
)
moments_of_issue = st.lists(st.floats(0, 9_000), min_size=4, max_size=4)


class Member:
    """One member's clock and coverage, as the server keeps them."""

    def __init__(self) -> None:
        self.clock: ClockState | None = None
        self.watched: dict[int, Watched] = {}

    def send(
        self, now: float, issued_at: float, session: int, span: Any, is_offline: bool = False
    ) -> Outcome:
        grant = Grant(1, session, 1, moment(issued_at), "")
        beacon = Beacon(grant, "", [list(span)] if span else [], None, is_offline)
        outcome = judge(beacon, FACTS, self.clock, self.watched.get(session), moment(now))
        self.clock = outcome.clock or self.clock
        if outcome.watched:
            self.watched[session] = outcome.watched
        return outcome

    def covered(self) -> float:
        return sum(total(watched.cover.intervals) for watched in self.watched.values())

    def verified(self) -> float:
        return sum(total(watched.cover.verified) for watched in self.watched.values())


class Gain(NamedTuple):
    at: float
    page: int
    covered: float
    verified: float


def check_law(sent: list[Sent], issued: list[float]) -> None:
    """Replay the beacons and compare what was gained with the time that passed."""
    member, now, gains = Member(), max(issued), []
    for beacon in sent:
        now += beacon.gap
        covered, verified = member.covered(), member.verified()
        span = (beacon.start, min(LENGTH, beacon.start + beacon.length))
        member.send(now, issued[beacon.page], beacon.session, span, beacon.is_offline)
        gain = Gain(now, beacon.page, member.covered() - covered, member.verified() - verified)
        assert gain.covered >= -SLACK and gain.verified >= -SLACK, "coverage never decreases"
        assert not (beacon.is_offline and gain.verified > SLACK), "offline is marked"
        gains.append(gain)
    for first, begun in enumerate(gains):
        spent = seen = 0.0
        for gain in gains[first:]:
            spent += max(gain.covered, gain.verified)
            seen += gain.verified
            passed = gain.at - begun.at
            assert spent <= (passed + ONLINE.offline) * ONLINE.rate + ONLINE.grace + SLACK
            assert seen <= (passed + ONLINE.cap) * ONLINE.rate + ONLINE.grace + SLACK
    since = min(issued)
    for page, issued_at in enumerate(issued):
        spent = everything = 0.0
        for gain in gains:
            gained = max(gain.covered, gain.verified)
            everything += gained
            spent += gained if gain.page == page else 0.0
            assert spent <= (gain.at - issued_at) * ONLINE.rate + ONLINE.grace + SLACK
            assert everything <= (gain.at - since) * ONLINE.rate + ONLINE.grace + SLACK


@settings(max_examples=300)
@given(sequences, moments_of_issue)
@example([Sent(20_000, 0, 0, 0, LENGTH, True)] * 3, [0.0] * 4)
@example([Sent(0, 0, 0, 0, 1_000, True), Sent(3_600, 1, 0, 0, 1_000, False)], [0.0] * 4)
@example(
    [Sent(3_600, 0, 0, 0, 60, False), Sent(0, 1, 0, 0, LENGTH, True)], [0.0, 9_000.0, 0.0, 0.0]
)
def test_no_sequence_of_beacons_beats_the_wall_clock(sent: list[Sent], issued: list[float]) -> None:
    check_law(sent, issued)


def uncapped(*given: Any, **named: Any) -> tuple[ClockState, float]:
    return spend(*given, **named, limits=Limits(cap=math.inf, offline=math.inf))


def unlimited(*given: Any, **named: Any) -> tuple[ClockState, float]:
    return spend(*given, **named, limits=Limits(offline=math.inf))


def older_than_the_grant(*given: Any, **named: Any) -> tuple[ClockState, float]:
    return spend(*given, **{**named, "started_at": START - timedelta(days=1)})


def gullible(*given: Any, **named: Any) -> tuple[ClockState, float]:
    return spend(*given, **named)[0], given[2]


def unmarked(old: Cover, gains: Any, allowance: float, *, is_offline: bool = False) -> Cover:
    return credit(old, gains, allowance)


def free_upgrade(old: Cover, gains: Any, allowance: float, *, is_offline: bool = False) -> Cover:
    cover = credit(old, gains, allowance, is_offline=is_offline)
    return cover if is_offline else Cover(cover.intervals, [])


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("spend", uncapped),
        ("spend", unlimited),
        ("spend", older_than_the_grant),
        ("spend", gullible),
        ("credit", unmarked),
        ("credit", free_upgrade),
    ],
)
def test_the_same_check_fails_without_a_rule(
    monkeypatch: pytest.MonkeyPatch, rule: str, broken: Callable[..., Any]
) -> None:
    monkeypatch.setattr(crediting, rule, broken)

    @settings(max_examples=600, database=None, derandomize=True, phases=[Phase.generate])
    @given(sequences, moments_of_issue)
    def run(sent: list[Sent], issued: list[float]) -> None:
        check_law(sent, issued)

    with pytest.raises(AssertionError):
        run()


class Stretch(NamedTuple):
    """What an honest viewer does next: play for a while (connected or not), or pause."""

    kind: str
    seconds: float
    rate: float
    seek_to: float | None


stretches = st.lists(
    st.builds(
        Stretch,
        kind=st.sampled_from(["play", "play", "train", "pause"]),
        seconds=st.floats(1, 1_500),
        rate=st.sampled_from([0.5, 1.0, 1.25, 1.5]),
        seek_to=st.one_of(st.none(), st.floats(0, 5_000)),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150)
@given(stretches, st.integers(0, 1))
@example([Stretch("train", 2_400, 1.5, 0.0), Stretch("play", 600, 1.5, None)], 0)
def test_honest_use_is_credited_in_full(script: list[Stretch], device: int) -> None:
    """On a train the beacons are kept and sent together at its end; at most 40 minutes of it."""
    member, watched = Member(), []
    now = position = 0.0
    for stretch in script:
        if stretch.kind == "pause":
            now += stretch.seconds
            continue
        position = stretch.seek_to if stretch.seek_to is not None else position
        kept, left = [], min(stretch.seconds, (LENGTH - position) / stretch.rate)
        while left > 0:
            step = min(15.0, left)
            begin, position = position, position + step * stretch.rate
            now, left = now + step, left - step
            span = (round(begin, 1), min(LENGTH, round(position, 1)))
            if span[1] > span[0]:
                watched = merge(watched, [span])
                kept.append(span)
                if stretch.kind == "play":
                    member.send(now, 0, 0, span)
        if stretch.kind == "train":
            for span in kept:
                member.send(now, 0, 0, span, is_offline=True)
    cover = member.watched[0].cover if 0 in member.watched else Cover([], [])
    assert cover.intervals == watched


def test_an_idle_page_earns_nothing_online_and_the_offline_limit_marked() -> None:
    member = Member()
    for number in range(1, 700):
        assert member.send(number * 15, 0, 0, None).receipt.covered_seconds == 0
    seen = member.send(10_500, 0, 0, (0, LENGTH))
    assert seen.receipt.covered_seconds == ONLINE.cap * ONLINE.rate + ONLINE.grace
    kept = member.send(10_500, 0, 0, (0, LENGTH), is_offline=True).receipt
    most = ONLINE.offline * ONLINE.rate
    assert total(kept.offline_intervals) <= most
    assert kept.covered_seconds - seen.receipt.covered_seconds == total(kept.offline_intervals)
    assert kept.uncredited == [(kept.intervals[0][1], LENGTH, "offline_limit")]
    again = member.send(10_500, 0, 0, (0, LENGTH), is_offline=True).receipt
    assert again.covered_seconds == kept.covered_seconds


def test_watching_again_with_a_connection_upgrades_and_costs_as_much() -> None:
    member = Member()
    first = member.send(1_200, 0, 0, (0, 1_000), is_offline=True)
    assert first.receipt.offline_intervals == [(0, 1_000)]
    for number in range(1, 5):
        told = member.send(1_200 + number * 15, 0, 0, ((number - 1) * 15, number * 15)).receipt
    assert told.covered_seconds == 1_000
    assert told.offline_intervals == [(60, 1_000)]
    assert member.clock is not None
    assert member.clock.unspent == ONLINE.cap - 15 / ONLINE.rate
    assert member.send(1_260, 0, 0, (0, 60)).clock is None  # a third time: nothing to gain


def test_the_share_is_met_offline_first_and_verified_later() -> None:
    member = Member()
    wide = [Member().send(0, 0, 0, None)]
    assert wide[0].met_by is None
    met = []
    for hour in range(1, 5):
        now = hour * 3_000.0
        span = ((hour - 1) * 2_700.0, hour * 2_700.0)
        met.append(member.send(now, 0, 0, span, is_offline=True).met_by)
    assert met == [None, None, None, ParticipationKind.OFFLINE_VIEWING]
    kinds = []
    for number in range(int(LENGTH / 15)):
        outcome = member.send(12_000 + number * 15.0, 0, 0, (number * 15, number * 15 + 15))
        kinds.append(outcome.met_by)
    assert [kind for kind in kinds if kind] == [ParticipationKind.VERIFIED_VIEWING]
    assert kinds.index(ParticipationKind.VERIFIED_VIEWING) == LENGTH * 0.8 / 15 - 1


def test_what_comes_late_moves_the_place_only_with_something_new() -> None:
    """A page that is gone reported up to 9; what it had kept before that is sent after it."""
    seen = Beacon(Grant(1, 1, 1, START, ""), "", [[0, 9]], 9, False)
    first = judge(seen, FACTS, None, None, moment(20))
    kept = Beacon(seen.grant, "", [[0, 4.9]], 4.9, False, is_kept=True)
    assert judge(kept, FACTS, first.clock, first.watched, moment(21)).watched is None
    again = replace(kept, is_kept=False)
    moved = judge(again, FACTS, first.clock, first.watched, moment(21)).watched
    assert moved is not None and moved.position == 4.9
    more = replace(kept, intervals=[[9, 15]], position=15)
    grown = judge(more, FACTS, first.clock, first.watched, moment(30))
    assert grown.watched is not None and grown.watched.position == 15
    assert grown.receipt.position == 15


def test_when_everything_was_seen_it_is_verified_at_once() -> None:
    facts = FACTS._replace(duration=20.0)
    beacon = Beacon(Grant(1, 1, 1, START, ""), "", [[0, 20]], 20, False)
    outcome = judge(beacon, facts, None, None, moment(20))
    assert outcome.met_by is ParticipationKind.VERIFIED_VIEWING
    assert outcome.watched is not None and outcome.watched.is_met and outcome.watched.is_verified
