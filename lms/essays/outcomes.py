"""The result of an essay as its writer reads it, and who can tell it.

Marking stands on a higher floor: it joins `outcome_providers` when the application is made, and
the receipt asks here. No table, no rule of marking.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CriterionOutcome:
    """The level reached in one criterion; `weight` of 100, `share` 0–1 of that weight."""

    title: str
    weight: int
    level: str
    description: str
    share: float


@dataclass(frozen=True)
class Outcome:
    """A released result: `value` on the scale 0…`scale`, band, levels, the reviewer's comment."""

    value: float
    scale: int
    band: str
    is_passed: bool
    criteria: Sequence[CriterionOutcome]
    comment: str
    released_at: datetime


OutcomeProvider = Callable[[int], Outcome | None]
"""Given an enrolment id: the released result of its essay, None before the release."""

outcome_providers: list[OutcomeProvider] = []


def join_outcomes(provider: OutcomeProvider) -> None:
    """Let the receipt ask this provider too; joining twice is joining once."""
    if provider not in outcome_providers:
        outcome_providers.append(provider)


def find_outcome(enrolment_id: int) -> Outcome | None:
    """The released result of an enrolment's essay, from the first provider that knows it."""
    for provider in outcome_providers:
        outcome = provider(enrolment_id)
        if outcome is not None:
            return outcome
    return None
