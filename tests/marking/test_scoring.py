"""Values of marks worked out by hand, and what must hold of every rubric."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.marking.scoring import (
    Rubric,
    RubricCriterion,
    band_of,
    missing,
    score,
    unknown,
    value_so_far,
)

BANDS = (("Xuất sắc", 9), ("Giỏi", 8), ("Khá", 7), ("Trung bình", 5), ("Không đạt", 0))


def rubric(*criteria: tuple[int, list[float]], scale: int = 10, pass_mark: float = 5) -> Rubric:
    """Criteria as (weight, shares); ids count from 1, level ids are criterion × 10 + place."""
    return Rubric(
        scale,
        pass_mark,
        BANDS,
        [
            RubricCriterion(number, weight, {number * 10 + i: s for i, s in enumerate(shares)})
            for number, (weight, shares) in enumerate(criteria, start=1)
        ],
    )


FOUR = rubric(*((weight, [0, 0.4, 0.75, 1]) for weight in (20, 40, 30, 10)))


def test_a_mark_by_hand() -> None:
    # 20 × 0.75 + 40 × 0.75 + 30 × 1 + 10 × 0.75 = 82.5 of 100, on a scale of 10: 8.25 → 8.3
    made = score(FOUR, {1: 12, 2: 22, 3: 33, 4: 42})
    assert made is not None
    assert (made.value, made.band, made.passed) == (Decimal("8.3"), "Giỏi", True)


def test_halves_are_rounded_up_exactly() -> None:
    # 0.35 and 0.45 have no exact binary fraction; 2.45 as a float would round to 2.4.
    assert value_so_far(rubric((70, [0.35]), (30, [0])), {1: 10, 2: 20}) == Decimal("2.5")
    assert value_so_far(rubric((100, [0.445])), {1: 10}) == Decimal("4.5")
    assert value_so_far(rubric((100, [0.4449])), {1: 10}) == Decimal("4.4")


@pytest.mark.parametrize(
    ("share", "value", "band", "passed"),
    [
        (1, "10.0", "Xuất sắc", True),
        (0.9, "9.0", "Xuất sắc", True),
        (0.8949, "8.9", "Giỏi", True),
        (0.5, "5.0", "Trung bình", True),
        (0.4949, "4.9", "Không đạt", False),
        (0.495, "5.0", "Trung bình", True),
        (0, "0.0", "Không đạt", False),
    ],
)
def test_bands_and_the_pass_mark_go_by_the_rounded_value(
    share: float, value: str, band: str, passed: bool
) -> None:
    made = score(rubric((100, [share])), {1: 10})
    assert made is not None
    assert (made.value, made.band, made.passed) == (Decimal(value), band, passed)


def test_a_mark_is_incomplete_until_every_criterion_has_a_level() -> None:
    assert score(FOUR, {1: 13, 2: 23, 4: 43}) is None
    assert missing(FOUR, {1: 13, 4: 43}) == [2, 3]
    assert value_so_far(FOUR, {1: 13}) == Decimal("2.0")
    assert value_so_far(FOUR, {}) == 0


def test_levels_of_another_criterion_are_told() -> None:
    assert unknown(FOUR, {1: 12, 2: 12, 9: 91}) == [2, 9]
    assert unknown(FOUR, {1: 12}) == []


def test_the_last_band_takes_what_is_below_all() -> None:
    low = Rubric(10, 5, (("Đạt", 5), ("Chưa đạt", 1)), [])
    assert band_of(low, Decimal("0.3")) == "Chưa đạt"


@st.composite
def marked(draw: st.DrawFn) -> tuple[Rubric, dict[int, int]]:
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=5)))
    edges = [0, *cuts, 100]
    weights = [high - low for low, high in pairwise(edges)]
    places = st.integers(0, 10_000).map(lambda n: n / 10_000)
    criteria = [(w, sorted(draw(st.lists(places, min_size=2, max_size=5)))) for w in weights]
    made = rubric(*criteria, scale=draw(st.sampled_from([10, 20, 100])))
    return made, {c.id: draw(st.sampled_from(sorted(c.shares))) for c in made.criteria}


@given(marked())
def test_the_value_is_the_exact_sum_rounded_half_up(case: tuple[Rubric, dict[int, int]]) -> None:
    made, levels = case
    exact = sum(
        Fraction(c.weight, 100) * Fraction(str(c.shares[levels[c.id]])) for c in made.criteria
    )
    tenths = exact * made.scale * 10
    assert value_so_far(made, levels) * 10 == (tenths + Fraction(1, 2)).__floor__()
    assert 0 <= value_so_far(made, levels) <= made.scale


@given(marked())
def test_a_higher_level_never_lowers_the_value(case: tuple[Rubric, dict[int, int]]) -> None:
    made, levels = case
    best = {c.id: max(c.shares, key=lambda level, c=c: c.shares[level]) for c in made.criteria}
    assert value_so_far(made, best) >= value_so_far(made, levels)


def test_the_browser_adds_up_to_the_same() -> None:
    """tests/js/marks.json holds what both sides must come to; the script's test reads it too."""
    cases = json.loads((Path(__file__).parents[1] / "js" / "marks.json").read_text("utf-8"))
    assert len(cases) > 50
    for case in cases:
        made = Rubric(
            case["scale"],
            5,
            BANDS,
            [
                RubricCriterion(number, weight, dict(enumerate(shares)))
                for number, (weight, shares) in enumerate(case["criteria"])
            ],
        )
        levels = {n: level for n, level in enumerate(case["chosen"]) if level is not None}
        assert value_so_far(made, levels) * 10 == case["tenths"], case
