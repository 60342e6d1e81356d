"""The value of a mark from the chosen levels, its band, and whether it passes. Exact, in Decimal.

Pure: the rubric comes in as plain values. No Flask, no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

STEP = Decimal("0.1")
SHARE_STEP = Decimal("0.0001")
"""Shares count to four places, so that a browser adding whole numbers gets the same value."""


@dataclass(frozen=True)
class RubricCriterion:
    """A criterion: its weight in hundredths of the scale, and the share of each level by its id."""

    id: int
    weight: int
    shares: Mapping[int, float]


@dataclass(frozen=True)
class Rubric:
    """What a mark is made with. `bands` are (name, least value), the best first."""

    scale: int
    pass_mark: float
    bands: Sequence[tuple[str, float]]
    criteria: Sequence[RubricCriterion]


@dataclass(frozen=True)
class Score:
    """A complete mark: value on the scale (to 0.1), band, passed."""

    value: Decimal
    band: str
    passed: bool


def missing(rubric: Rubric, levels: Mapping[int, int]) -> list[int]:
    """Ids of the criteria without a level, in the order of the rubric."""
    return [criterion.id for criterion in rubric.criteria if criterion.id not in levels]


def unknown(rubric: Rubric, levels: Mapping[int, int]) -> list[int]:
    """Ids of criteria that the rubric lacks, or whose chosen level is none of theirs."""
    shares = {criterion.id: criterion.shares for criterion in rubric.criteria}
    return [key for key, level in levels.items() if level not in shares.get(key, {})]


def value_so_far(rubric: Rubric, levels: Mapping[int, int]) -> Decimal:
    """What the chosen levels earn: scale × Σ weight ÷ 100 × share, rounded half up to 0.1.

    A criterion without a level earns nothing yet. KeyError on a level that is not the rubric's.
    """
    earned = sum(
        (
            criterion.weight * share(criterion.shares[levels[criterion.id]])
            for criterion in rubric.criteria
            if criterion.id in levels
        ),
        Decimal(0),
    )
    return (rubric.scale * earned / 100).quantize(STEP, ROUND_HALF_UP)


def to_decimal(value: float) -> Decimal:
    """A stored value as it was computed."""
    return Decimal(str(value)).quantize(STEP, ROUND_HALF_UP)


def share(value: float) -> Decimal:
    """A level's share as it counts."""
    return Decimal(str(value)).quantize(SHARE_STEP, ROUND_HALF_UP)


def band_of(rubric: Rubric, value: Decimal) -> str:
    """The first band whose least the value reaches; the last one takes all the rest."""
    for name, least in rubric.bands:
        if value >= Decimal(str(least)):
            return name
    return rubric.bands[-1][0] if rubric.bands else ""


def score(rubric: Rubric, levels: Mapping[int, int]) -> Score | None:
    """The mark that the levels make; None while a criterion has no level."""
    if missing(rubric, levels):
        return None
    return judge(rubric, value_so_far(rubric, levels))


def judge(rubric: Rubric, value: Decimal) -> Score:
    """Band and pass of a value on the rubric's scale."""
    return Score(value, band_of(rubric, value), value >= Decimal(str(rubric.pass_mark)))
