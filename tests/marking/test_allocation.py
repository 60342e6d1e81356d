"""Allocation: never against a rule, always placed where possible, as even as can be, and quick."""

import itertools
import random
import time
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lms.marking.allocation import Plan, Work, allocate


def squares(loads: list[int]) -> int:
    return sum(load * load for load in loads)


def brute_force(work: list[Work], reviewers: list[int], before: dict[int, int]) -> tuple[int, bool]:
    """(least sum of squared loads, whether loads within one are possible) over all assignments
    that place everything that can be placed."""
    choices = [
        allowed
        for item in work
        if (allowed := [reviewer for reviewer in reviewers if reviewer not in item.forbidden])
    ]
    least, can_be_even = 10**9, False
    for chosen in itertools.product(*choices):
        loads = Counter(chosen)
        totals = [loads[reviewer] + before.get(reviewer, 0) for reviewer in reviewers]
        least = min(least, squares(totals))
        can_be_even = can_be_even or max(totals) - min(totals) <= 1
    return least, can_be_even


@st.composite
def small_cases(draw: st.DrawFn) -> tuple[list[Work], list[int], dict[int, int]]:
    reviewers = list(range(draw(st.integers(1, 4))))
    some = st.frozensets(st.sampled_from(reviewers))
    work = [Work(100 + n, draw(some)) for n in range(draw(st.integers(0, 6)))]
    before = {r: draw(st.integers(0, 3)) for r in reviewers}
    return work, reviewers, draw(st.sampled_from([{}, before]))


def check(plan: Plan, work: list[Work], reviewers: list[int], before: dict[int, int]) -> None:
    """Every work exactly once, no rule broken, loads counted right, unplaced only what must be."""
    for item in work:
        if item.key in plan.placed:
            assert plan.placed[item.key] not in item.forbidden
            assert plan.placed[item.key] in reviewers
            assert item.key not in plan.unplaced
        else:
            assert item.key in plan.unplaced
            assert set(reviewers) <= item.forbidden
    assert len(plan.placed) + len(plan.unplaced) == len(work)
    loads = Counter(plan.placed.values())
    assert dict(plan.loads) == {r: loads[r] + before.get(r, 0) for r in reviewers}


@given(small_cases(), st.integers(0, 5))
def test_it_is_as_good_as_the_best_of_all_assignments(
    case: tuple[list[Work], list[int], dict[int, int]], seed: int
) -> None:
    work, reviewers, before = case
    plan = allocate(work, reviewers, seed, before)
    check(plan, work, reviewers, before)
    least, can_be_even = brute_force(work, reviewers, before)
    assert squares(list(plan.loads.values())) == least
    if can_be_even:
        assert max(plan.loads.values()) - min(plan.loads.values()) <= 1


def test_a_chain_is_followed_where_one_swap_is_not_enough() -> None:
    # Reviewer 3 may only take what 2 holds, and 2 only what 1 holds.
    work = [Work(n, frozenset({2, 3})) for n in range(4)]
    work += [Work(10 + n, frozenset({3})) for n in range(4)]
    work += [Work(20 + n, frozenset({1})) for n in range(4)]
    for seed in range(20):
        assert sorted(allocate(work, [1, 2, 3], seed).loads.values()) == [4, 4, 4]


@given(st.data())
def test_no_rule_is_broken_at_middle_size(data: st.DataObject) -> None:
    reviewers = list(range(data.draw(st.integers(1, 25))))
    sets = data.draw(st.lists(st.frozensets(st.sampled_from(reviewers)), min_size=1, max_size=12))
    picks = data.draw(st.lists(st.sampled_from(sets), max_size=120))
    work = [Work(n, forbidden) for n, forbidden in enumerate(picks)]
    check(allocate(work, reviewers, 1), work, reviewers, {})


def test_the_same_seed_gives_the_same_plan_whatever_the_order() -> None:
    work = [Work(n, frozenset({n % 7})) for n in range(200)]
    turned = random.Random(1).sample(work, len(work))
    plan = allocate(work, range(9), seed=42)
    assert allocate(turned, reversed(range(9)), seed=42) == plan
    assert allocate(work, range(9), seed=43).placed != plan.placed


def test_new_work_goes_first_to_those_with_less() -> None:
    plan = allocate([Work(n) for n in range(6)], [1, 2, 3], 1, {1: 10, 2: 8, 3: 6})
    assert dict(plan.loads) == {1: 10, 2: 10, 3: 10}


def test_without_reviewers_nothing_is_placed() -> None:
    plan = allocate([Work(5), Work(4)], [], 1)
    assert (dict(plan.placed), list(plan.unplaced), dict(plan.loads)) == ({}, [4, 5], {})


def test_work_of_one_unit_is_not_dealt_in_one_piece() -> None:
    """Else a reviewer would know whom a whole run of essays comes from."""
    units = {n: n // 30 for n in range(300)}
    plan = allocate([Work(n) for n in units], range(10), 5)
    for reviewer in range(10):
        mine = Counter(units[key] for key, taker in plan.placed.items() if taker == reviewer)
        assert len(mine) >= 6
        assert mine.most_common(1)[0][1] <= 12


def _large(kind: str) -> list[Work]:
    everyone = frozenset(range(300))
    chance = random.Random(3)
    if kind == "few forbidden":
        sets = [frozenset(chance.sample(range(300), 3)) for _ in range(2000)]
    elif kind == "few allowed":
        sets = [everyone - frozenset(chance.sample(range(300), 4)) for _ in range(2000)]
    else:
        sets = [everyone - {n, n + 1} for n in range(299) for _ in range(1 + 2000 // (n + 20))]
    return [Work(n, sets[n % len(sets)]) for n in range(20_000)]


def test_twenty_thousand_essays_for_three_hundred_reviewers_take_seconds() -> None:
    for kind in ("few forbidden", "few allowed", "a long chain"):
        work = _large(kind)
        began = time.perf_counter()
        plan = allocate(work, range(300), 7)
        assert time.perf_counter() - began < 10, kind
        check(plan, work, list(range(300)), {})
        if kind != "a long chain":
            assert set(plan.loads.values()) == {66, 67}, kind
