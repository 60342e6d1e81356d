"""Paging by limit + 1: a page never counts the whole table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from lms.extensions import db

Row = TypeVar("Row")

AnySelect = sa.Select[*tuple[Any, ...]]
"""A query of any number of columns."""

PAGE_SIZE = 50
MAX_PAGE = 10_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page, its number from 1, and whether another follows."""

    rows: Sequence[Row]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def page_number(raw: str | None) -> int:
    """A page number from an address: anything odd is page 1, anything huge the last allowed."""
    try:
        return min(max(int(raw or 1), 1), MAX_PAGE)
    except ValueError:
        return 1


def fetch_page(query: AnySelect, number: int, size: int = PAGE_SIZE) -> Page[Any]:
    """One page of a query: scalars for a query of one entity, tuples otherwise."""
    result = db.session.execute(query.limit(size + 1).offset((number - 1) * size))
    rows = result.scalars().all() if len(query.column_descriptions) == 1 else result.all()
    return Page(rows[:size], number, len(rows) > size)


def list_all(query: AnySelect) -> Iterator[Any]:
    """Every row of a query, fetched in batches, for a file that needs them all."""
    result = db.session.execute(query.execution_options(yield_per=1000))
    yield from result.scalars() if len(query.column_descriptions) == 1 else result
