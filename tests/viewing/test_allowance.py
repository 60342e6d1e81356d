"""One clock per member: nobody gains more than the wall clock allows, honest viewers gain all.

Beside each bound stands a broken control: the same check over a clock without the cap must
fail, or the check proves nothing.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from lms.viewing.allowance import ONLINE, ClockState, Limits, spend
from lms.viewing.coverage import Cover, Interval, credit, merge, subtract, total

START = datetime(2026, 12, 1, 8, tzinfo=UTC)
SLACK = 1e-3

Spend = Callable[..., tuple[ClockState, float]]


def grown(
    old: list[Interval], new: list[Interval], allowance: float
) -> tuple[list[Interval], float]:
    """Coverage after a beacon that is not offline, and by how much it grew."""
    intervals = credit(Cover(old, []), subtract(new, old), allowance).intervals
    return intervals, round(total(intervals) - total(old), 1)


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def without_cap(
    clock: ClockState | None, now: datetime, wanted: float, *, started_at: datetime
) -> tuple[ClockState, float]:
    """The broken control: all the time since the last beacon may be spent."""
    return spend(clock, now, wanted, started_at=started_at, limits=Limits(cap=math.inf))


def without_clock(
    clock: ClockState | None, now: datetime, wanted: float, *, started_at: datetime
) -> tuple[ClockState, float]:
    """The other broken control: believe the browser."""
    state, _ = spend(clock, now, 0.0, started_at=started_at)
    return state, wanted


class Beacon(NamedTuple):
    """One message from one of a member's devices, `gap` seconds after the one before."""

    gap: float
    device: int
    session: int
    start: float
    length: float


beacons = st.lists(
    st.builds(
        Beacon,
        gap=st.one_of(
            st.floats(min_value=0, max_value=20),
            st.sampled_from([0.0, 0.001, 15.0, 60.0, 3_600.0]),
        ),
        device=st.integers(0, 2),
        session=st.integers(0, 1),
        start=st.integers(0, 1_000).map(lambda tenth: tenth * 10.7),
        length=st.one_of(st.floats(0.1, 60), st.sampled_from([0.1, 60.0, 10_800.0])),
    ),
    max_size=25,
)


def check_bounds(spend_: Spend, sent: list[Beacon], issued: list[float]) -> None:
    """Replay the beacons and compare every span of time with what the clock may give."""
    clock: ClockState | None = None
    coverage: dict[int, list[Interval]] = {}
    earned: list[tuple[float, int, float]] = []
    now = max(issued)
    for beacon in sent:
        now += beacon.gap
        old = coverage.get(beacon.session, [])
        start = round(beacon.start, 1)
        new = merge((), [(start, round(start + beacon.length, 1))])
        wanted = total(subtract(new, old))
        started_at = moment(issued[beacon.device])
        clock, allowed = spend_(clock, moment(now), wanted, started_at=started_at)
        coverage[beacon.session], newly_covered = grown(old, new, allowed)
        assert 0 <= newly_covered <= allowed + SLACK
        earned.append((now, beacon.device, newly_covered))
    for first in range(len(earned)):
        gained = 0.0
        for at, _, newly in earned[first:]:
            gained += newly
            span = at - earned[first][0]
            assert gained <= (span + ONLINE.cap) * ONLINE.rate + ONLINE.grace + SLACK
    for device, issued_at in enumerate(issued):
        gained = 0.0
        for at, sender, newly in earned:
            gained += newly if sender == device else 0.0
            assert gained <= (at - issued_at) * ONLINE.rate + ONLINE.grace + SLACK


moments_of_issue = st.lists(st.floats(min_value=0, max_value=4_000), min_size=3, max_size=3)


@settings(max_examples=300)
@given(beacons, moments_of_issue)
@example([Beacon(3_600, 0, 0, 0, 10_800), Beacon(1, 1, 1, 0, 10_800)], [0.0, 0.0, 0.0])
@example([Beacon(0, 0, 0, 0, 10_800), Beacon(60, 0, 1, 0, 10_800)], [0.0, 0.0, 0.0])
def test_no_sequence_of_beacons_beats_the_wall_clock(
    sent: list[Beacon], issued: list[float]
) -> None:
    check_bounds(spend, sent, issued)


@pytest.mark.parametrize("broken", [without_cap, without_clock])
def test_the_same_check_fails_for_a_broken_clock(broken: Spend) -> None:
    @settings(max_examples=300, database=None, derandomize=True, phases=[Phase.generate])
    @given(beacons, moments_of_issue)
    def run(sent: list[Beacon], issued: list[float]) -> None:
        check_bounds(broken, sent, issued)

    with pytest.raises(AssertionError):
        run()


def forge(spend_: Spend, *, saved_up: bool) -> float:
    """180 beacons of one minute each, sent within 60 s of opening the page."""
    clock = ClockState(moment(-7_200), 30.0, ONLINE.grace) if saved_up else None
    coverage: list[Interval] = []
    for minute in range(180):
        clock, allowed = spend_(
            clock,
            moment((minute + 1) / 3),
            60.0,
            started_at=START,
        )
        coverage, _ = grown(coverage, [(minute * 60.0, minute * 60.0 + 60)], allowed)
    return total(coverage)


@pytest.mark.parametrize("saved_up", [False, True])
def test_three_hours_forged_in_a_minute_earn_ninety_seconds_and_the_grace(
    saved_up: bool,
) -> None:
    earned = forge(spend, saved_up=saved_up)
    assert 90 <= earned <= 60 * 1.5 + ONLINE.grace
    assert forge(without_clock, saved_up=saved_up) == 10_800


def test_the_grace_is_given_once() -> None:
    clock, allowed = spend(None, START, 60, started_at=START)
    assert allowed == ONLINE.grace
    for device in range(1, 50):  # a new page, a new device: the same clock
        clock, allowed = spend(clock, START, 60, started_at=moment(-device))
        assert allowed == 0


def test_an_idle_page_saves_up_no_more_than_the_cap() -> None:
    clock, _ = spend(None, moment(1), 0, started_at=START)
    clock, allowed = spend(clock, moment(7_200), 10_800, started_at=START)
    assert allowed == ONLINE.cap * ONLINE.rate + ONLINE.grace
    _, uncapped = without_cap(None, moment(7_200), 10_800, started_at=START)
    assert uncapped == 10_800


def test_a_new_page_finds_nothing_saved_up_before_it() -> None:
    clock = ClockState(START, 30.0, 0.0)
    _, allowed = spend(clock, moment(3_600), 100, started_at=moment(3_598))
    assert allowed == 3.0


def test_an_idle_page_earns_the_offline_limit_to_beacons_kept_without_a_connection() -> None:
    day = moment(12 * 3_600)
    clock, allowed = spend(None, day, 20_000, started_at=START, is_offline=True)
    assert allowed == ONLINE.offline * ONLINE.rate + ONLINE.grace
    assert (clock.unspent, clock.idle, clock.grace) == (0, 0, 0)
    _, again = spend(clock, day, 20_000, started_at=START, is_offline=True)
    assert again == 0


def test_idle_time_is_spent_first_and_only_offline() -> None:
    clock = ClockState(START, 30.0, 0.0, 100.0)
    started_at = moment(-1_000)
    left, allowed = spend(clock, START, 60, started_at=started_at, is_offline=True)
    assert (allowed, left.unspent, left.idle) == (60, 30, pytest.approx(60))
    left, allowed = spend(clock, START, 60, started_at=started_at)
    assert (allowed, left.unspent, left.idle) == (45, 0, 100)


def test_idle_time_is_never_older_than_the_grant() -> None:
    clock = ClockState(START, 30.0, 0.0, 3_000.0)
    now = moment(10_000)
    for earned in (60, 0, 0):
        clock, allowed = spend(clock, now, 100, started_at=moment(9_960), is_offline=True)
        assert allowed == pytest.approx(earned)


@pytest.mark.parametrize("step", [1, 300, 599, 601, 86_400, 31_536_000])
def test_a_clock_set_back_gives_neither_negative_nor_extra_time(step: float) -> None:
    clock: ClockState | None = None
    earned = 0.0
    for real in range(0, 3_601, 5):
        shown = real if real < 1_800 else real - step
        clock, allowed = spend(clock, moment(shown), 60, started_at=START)
        assert allowed >= 0
        assert clock.unspent >= 0
        earned += allowed
        assert earned <= real * ONLINE.rate + ONLINE.grace + SLACK
    if step <= 600:  # it has caught up and gives again
        assert earned >= (3_600 - step) * ONLINE.rate - ONLINE.cap


@given(st.lists(st.floats(-900, 900), min_size=1, max_size=30))
def test_any_walk_of_the_clock_stays_within_what_it_showed(steps: list[float]) -> None:
    clock: ClockState | None = None
    earned = shown = forward = 0.0
    for step in steps:
        shown += step
        forward += max(0.0, step)
        clock, allowed = spend(clock, moment(shown), 10_800, started_at=START)
        assert allowed >= 0
        assert clock.unspent >= 0
        assert clock.grace >= 0
        earned += allowed
        assert earned <= forward * ONLINE.rate + ONLINE.grace + SLACK


@pytest.mark.parametrize("wanted", [0.0, -5.0, math.nan])
def test_wanting_nothing_costs_nothing(wanted: float) -> None:
    clock, allowed = spend(ClockState(START, 10.0, 5.0), START, wanted, started_at=moment(-60))
    assert allowed == 0
    assert clock == ClockState(START, 10.0, 5.0)


class Act(NamedTuple):
    """What an honest viewer does next: play for `seconds` of wall clock, or pause for them."""

    kind: str
    seconds: float
    rate: float
    seek_to: float


acts = st.lists(
    st.builds(
        Act,
        kind=st.sampled_from(["play", "play", "play", "pause"]),
        seconds=st.floats(0.5, 120),
        rate=st.sampled_from([0.5, 0.75, 1.0, 1.25, 1.5]),
        seek_to=st.one_of(st.none(), st.floats(0, 5_000)).map(
            lambda at: -1.0 if at is None else at
        ),
    ),
    min_size=1,
    max_size=12,
)


def honest_beacons(script: list[Act]) -> list[tuple[float, Interval]]:
    """What the tracker sends: every 15 s while playing, and at each pause or seek."""
    sent: list[tuple[float, Interval]] = []
    now, position = 0.0, 0.0
    for act in script:
        if act.kind == "pause":
            now += act.seconds
            continue
        if act.seek_to >= 0:
            position = act.seek_to
        left = act.seconds
        while left > 0:
            stretch = min(15.0, left)
            begin, position = position, position + stretch * act.rate
            now += stretch
            left -= stretch
            sent.append((now, (round(begin, 1), round(position, 1))))
    return sent


@settings(max_examples=300)
@given(acts, st.lists(st.floats(-2, 2), min_size=1, max_size=20))
@example([Act("play", 120, 1.5, -1.0)] * 12, [-2.0])
@example([Act("play", 120, 1.5, -1.0)] * 12, [2.0, -2.0])
def test_honest_viewing_is_credited_in_full(script: list[Act], jitter: list[float]) -> None:
    clock: ClockState | None = None
    coverage: list[Interval] = []
    watched: list[Interval] = []
    arrived = 0.0
    for number, (now, interval) in enumerate(honest_beacons(script)):
        arrived = max(arrived, now + jitter[number % len(jitter)])
        new = merge((), [interval])
        watched = merge(watched, new)
        wanted = total(subtract(new, coverage))
        clock, allowed = spend(clock, moment(arrived), wanted, started_at=START)
        coverage, _ = grown(coverage, new, allowed)
    assert coverage == watched


def test_one_lost_beacon_at_full_speed_is_made_good_by_the_next() -> None:
    clock: ClockState | None = None
    for number in range(1, 20):
        clock, allowed = spend(clock, moment(number * 30), 45, started_at=START)
        assert allowed == 45


def test_two_devices_at_once_earn_one_clock() -> None:
    clock: ClockState | None = None
    earned = 0.0
    for second in range(15, 601, 15):
        for _device in range(2):
            clock, allowed = spend(clock, moment(second), 22.5, started_at=START)
            earned += allowed
    assert earned <= 600 * ONLINE.rate + ONLINE.grace
