"""Watched intervals: what is refused, and that the arithmetic never invents a second."""

import math
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.viewing.coverage import (
    END_TOLERANCE,
    MAX_INTERVALS,
    BadIntervals,
    Cover,
    Interval,
    credit,
    merge,
    missing,
    next_unwatched,
    parse_intervals,
    parse_position,
    ratio,
    subtract,
    total,
)

DURATION = 3_900.0

tenths = st.integers(min_value=0, max_value=2_000)


@st.composite
def interval_lists(draw: st.DrawFn, max_size: int = 12) -> list[Interval]:
    pairs = draw(st.lists(st.tuples(tenths, tenths), max_size=max_size))
    spans = [(min(pair) / 10, max(pair) / 10) for pair in pairs if pair[0] != pair[1]]
    return merge((), spans)


def cells(intervals: list[Interval]) -> set[int]:
    """The same thing in the plainest form: the set of covered tenths of a second."""
    return {cell for start, end in intervals for cell in range(round(start * 10), round(end * 10))}


def grown(
    old: list[Interval], new: list[Interval], allowance: float
) -> tuple[list[Interval], float]:
    """Coverage after a beacon that is not offline, and by how much it grew."""
    cover = credit(Cover(old, []), subtract(new, old), allowance)
    assert cover.offline == []
    return cover.intervals, round(total(cover.intervals) - total(old), 1)


def is_tidy(intervals: list[Interval]) -> bool:
    return all(start < end for start, end in intervals) and all(
        left[1] < right[0] for left, right in pairwise(intervals)
    )


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "not-a-list"),
        ({"0": [0, 1]}, "not-a-list"),
        ("[[0, 1]]", "not-a-list"),
        ([[0, 1]] * (MAX_INTERVALS + 1), "too-many"),
        ([5], "not-a-pair"),
        (["05"], "not-a-pair"),
        ([[1]], "not-a-pair"),
        ([[1, 2, 3]], "not-a-pair"),
        ([{"start": 0, "end": 1}], "not-a-pair"),
        ([["0", "1"]], "not-a-number"),
        ([[None, 1]], "not-a-number"),
        ([[True, 2]], "not-a-number"),
        ([[0, False]], "not-a-number"),
        ([[[0], [1]]], "not-a-number"),
        ([[math.nan, 1]], "out-of-range"),
        ([[0, math.nan]], "out-of-range"),
        ([[0, math.inf]], "out-of-range"),
        ([[-math.inf, 1]], "out-of-range"),
        ([[-0.1, 1]], "out-of-range"),
        ([[0, -1]], "out-of-range"),
        ([[0, 1e308]], "out-of-range"),
        ([[0, 10**400]], "out-of-range"),
        ([[-(10**400), 1]], "out-of-range"),
        ([[0, DURATION + END_TOLERANCE + 0.1]], "out-of-range"),
        ([[DURATION * 2, DURATION * 3]], "out-of-range"),
        ([[9, 8.9]], "reversed"),
    ],
)
def test_nonsense_is_refused_with_a_reason(raw: object, reason: str) -> None:
    with pytest.raises(BadIntervals) as refused:
        parse_intervals(raw, DURATION)
    assert refused.value.reason == reason


def test_one_bad_interval_among_good_ones_refuses_all() -> None:
    with pytest.raises(BadIntervals):
        parse_intervals([[0, 15], [15, 30], [40, 30]], DURATION)


def test_honest_intervals_are_sorted_joined_rounded_and_clamped() -> None:
    raw = [[30, 45.04], [0, 15], [14.96, 20], [50, 50], [3_899, 3_901.5], (60.0, 61)]
    assert parse_intervals(raw, DURATION) == [
        (0.0, 20.0),
        (30.0, 45.0),
        (60.0, 61.0),
        (3_899.0, 3_900.0),
    ]
    assert parse_intervals([], DURATION) == []
    assert parse_intervals([[-0.0, 89.568]], 89.568) == [(0.0, 89.6)]
    assert parse_intervals([[0, 1]], 0) == []


@pytest.mark.parametrize("raw", [1e308, math.nan, -1, "5", None, True, DURATION + 3, [5]])
def test_a_nonsensical_position_is_refused(raw: object) -> None:
    with pytest.raises(BadIntervals):
        parse_position(raw, DURATION)


def test_a_position_is_clamped_to_the_recording() -> None:
    assert parse_position(15.24, DURATION) == 15.2
    assert parse_position(DURATION + 1, DURATION) == DURATION


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=8,
    )
)
def test_any_json_is_either_refused_or_tidy(raw: object) -> None:
    try:
        found = parse_intervals(raw, DURATION)
    except BadIntervals:
        return
    assert is_tidy(found)
    assert all(0 <= start < end <= DURATION for start, end in found)


@given(interval_lists(), interval_lists())
def test_merge_subtract_and_total_agree_with_sets(old: list[Interval], new: list[Interval]) -> None:
    union = merge(old, new)
    assert is_tidy(union)
    assert cells(union) == cells(old) | cells(new)
    assert cells(subtract(new, old)) == cells(new) - cells(old)
    assert is_tidy(subtract(new, old))
    assert total(union) == pytest.approx(len(cells(union)) / 10)
    assert cells(missing(old, 200)) == set(range(2_000)) - cells(old)


@given(interval_lists(), interval_lists(), st.floats(min_value=0, max_value=250))
def test_credit_grows_by_at_most_the_allowance(
    old: list[Interval], new: list[Interval], allowance: float
) -> None:
    intervals, newly_covered = grown(old, new, allowance)
    before, after = cells(old), cells(intervals)
    assert is_tidy(intervals)
    assert before <= after <= before | cells(new)
    assert newly_covered == pytest.approx((len(after) - len(before)) / 10)
    assert newly_covered <= allowance + 1e-3
    wanted = (len(cells(new) - before)) / 10
    if allowance >= wanted:
        assert after == before | cells(new)
    else:  # what could be spent was spent, to the last whole tenth
        assert newly_covered > allowance - 0.1 - 1e-3


def test_credit_is_given_in_order_and_cut_where_the_allowance_ends() -> None:
    intervals, newly_covered = grown([(0.0, 10.0)], [(5.0, 20.0), (30.0, 40.0)], 14.27)
    assert intervals == [(0.0, 20.0), (30.0, 34.2)]
    assert newly_covered == 14.2


def test_the_same_minute_again_earns_nothing() -> None:
    coverage, _ = grown([], [(0.0, 60.0)], 90)
    for _ in range(100):
        coverage, newly = grown(coverage, [(0.0, 60.0)], 90)
        assert newly == 0
    assert coverage == [(0.0, 60.0)]


@pytest.mark.parametrize("allowance", [0.0, -5.0, 0.04])
def test_without_allowance_nothing_changes(allowance: float) -> None:
    assert grown([(1.0, 2.0)], [(5.0, 9.0)], allowance) == ([(1.0, 2.0)], 0.0)


def test_beyond_the_limit_the_smallest_credit_is_lost() -> None:
    crumbs = [(float(second), second + 0.1) for second in range(MAX_INTERVALS)]
    intervals, newly_covered = grown(crumbs, [(1_000.0, 1_015.0)], 100)
    assert len(intervals) == MAX_INTERVALS
    assert (1_000.0, 1_015.0) in intervals
    assert newly_covered == pytest.approx(14.9)  # a crumb of 0.1 s gave way
    # Another crumb would only push out one of the same size: nothing moves.
    assert grown(crumbs, [(2_000.0, 2_000.1)], 100) == (crumbs, 0.0)


@settings(max_examples=30)
@given(st.lists(st.tuples(tenths, st.integers(1, 30)), min_size=300, max_size=400), tenths, tenths)
def test_the_limit_never_shrinks_or_invents(
    crumbs: list[tuple[int, int]], left: int, right: int
) -> None:
    spread = [(at * 5 / 10, (at * 5 + length) / 10) for at, length in crumbs]
    old = merge((), spread)[:MAX_INTERVALS]
    new = merge((), [(min(left, right) / 10, max(left, right) / 10 + 0.1)])
    intervals, _ = grown(old, new, math.inf)
    assert len(intervals) <= MAX_INTERVALS
    assert total(intervals) >= total(old)
    assert cells(intervals) <= cells(old) | cells(new)


@given(interval_lists(), interval_lists(), interval_lists(), st.floats(0, 250), st.booleans())
def test_offline_marks_what_only_offline_beacons_vouch_for(
    seen: list[Interval],
    kept: list[Interval],
    new: list[Interval],
    allowance: float,
    is_offline: bool,
) -> None:
    old = Cover(merge(seen, kept), subtract(kept, seen))
    gains = old.lacks(new, is_offline=is_offline)
    cover = credit(old, gains, allowance, is_offline=is_offline)
    assert is_tidy(cover.intervals) and is_tidy(cover.offline)
    assert cells(cover.offline) <= cells(cover.intervals)
    assert cells(cover.verified) == cells(cover.intervals) - cells(cover.offline)
    gained = cells(cover.intervals) - cells(old.intervals)
    if is_offline:  # nothing that was seen loses its worth, nothing new counts as seen
        assert cells(cover.verified) == cells(old.verified)
        assert len(gained) / 10 <= allowance + 1e-3
    else:  # watched again, it is seen: that costs as much as what is new
        upgraded = cells(cover.verified) - cells(old.verified)
        assert gained <= upgraded <= cells(new)
        assert len(upgraded) / 10 <= allowance + 1e-3
        assert cells(cover.offline) == cells(old.offline) - upgraded


def test_a_pattern_with_more_marks_than_a_row_holds_is_not_credited() -> None:
    whole = [(0.0, 5_000.0)]
    marks = [(second * 10.0, second * 10.0 + 2) for second in range(MAX_INTERVALS)]
    old = Cover(whole, marks)
    assert credit(old, [(1.0, 1.5)], 100) is old  # it would cut a mark in two
    assert len(credit(old, [(0.0, 2.0)], 100).offline) == MAX_INTERVALS - 1


def test_the_next_unwatched_part() -> None:
    seen = [(0.0, 2_145.0), (2_457.0, 2_769.0)]
    assert next_unwatched([], DURATION, 0.0) is None  # it is being watched already
    assert next_unwatched([], DURATION, 600.0) == 0.0
    assert next_unwatched(seen, DURATION, 2_467.0) == 2_769.0
    assert next_unwatched(seen, DURATION, 2_769.0) == 2_145.0  # round to the first hole
    assert next_unwatched(seen, DURATION, 100.0) == 2_145.0
    assert next_unwatched([(0.0, DURATION)], DURATION, 5.0) is None
    assert next_unwatched([(0.0, 50.0), (50.4, DURATION)], DURATION, 0.0) is None  # too short


def test_the_ratio_is_never_rounded_up() -> None:
    assert ratio(3_119.9, DURATION) == 0.7999
    assert ratio(3_120, DURATION) == 0.8
    assert ratio(89.6, 89.568) == 1.0
    assert ratio(5, 0) == 0.0


def test_a_beacon_of_thirty_seconds_takes_microseconds() -> None:
    old = [(second * 20.0, second * 20.0 + 10) for second in range(MAX_INTERVALS - 1)]
    new = parse_intervals([[3_005, 3_020.2]], 7_200)
    best = math.inf
    for _ in range(50):
        begun = time.perf_counter()
        grown(old, new, 45)
        best = min(best, time.perf_counter() - begun)
    assert best < 0.001, f"crediting one interval took {best * 1e6:.0f} µs"
