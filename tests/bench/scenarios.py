"""What is measured: each scenario prepares the calls of one kind of work.

A further scenario is one function and one line in SCENARIOS. Goals are ratios to the bare view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.load import Call
from tests.bench.product import Product


@dataclass(frozen=True)
class Scenario:
    """One kind of work and what it may cost."""

    name: str
    prepare: Callable[[Product], Sequence[Call]]
    least_ratio: float
    most_statements: int


def first_page(product: Product) -> Sequence[Call]:
    """The member's own tasks."""
    return [Call("/", headers=product.cookie("member"))]


SCENARIOS = (Scenario("first page", first_page, 0.08, 6),)
