"""What every package does with one person's data: show it, erase it, let it go in time.

People declares the registry; packages above join it in lms/features.py with a provider of their
own (their personal_data.py). The highest come first, people last.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.extensions import db
from lms.people.models import Account, Member

Item = list[tuple[str, Any]]
"""One thing: (label, value) in order. Values are text, numbers, dates, moments, None or lists."""


@dataclass(frozen=True)
class Person:
    """Somebody, by ids: a member, an account, or both."""

    member_id: int | None
    account_id: int | None


@dataclass(frozen=True)
class Section:
    """A part of what is held about a person, for them to read. `key` names it in the JSON."""

    key: str
    title: str
    items: list[Item]


@dataclass(frozen=True)
class Retention:
    """A rule of keeping: what is older than `keep` goes. The row itself says whether it still has
    something to go, so that a run may stop anywhere and be run again.

    `purge(before, limit)` does up to so many and returns how many; `count(before)` changes nothing.
    """

    table: str
    what: Any
    keep: timedelta
    count: Callable[[datetime], int]
    purge: Callable[[datetime, int], int]


@dataclass(frozen=True)
class Provider:
    """What a package joins with. `subjects` are those of the audit record that concern the person;
    `obstacles` are reasons, in words, not to erase them now."""

    name: str
    export: Callable[[Person], list[Section]]
    erase: Callable[[Person, str], dict[str, int]]
    retention: tuple[Retention, ...] = ()
    subjects: Callable[[Person], list[str]] = lambda person: []
    obstacles: Callable[[Person], list[str]] = lambda person: []


_providers: dict[str, Provider] = {}


def join_personal_data(provider: Provider) -> None:
    """Take a package's provider in."""
    _providers[provider.name] = provider


def providers() -> list[Provider]:
    """All providers, in the order in which they joined."""
    return list(_providers.values())


def person_of(account: Account) -> Person:
    """The person behind an account."""
    return Person(account.member_id, account.id)


def find_person(member_id: int | None = None, account_id: int | None = None) -> Person | None:
    """The person with this member or account; None if there is none."""
    if member_id is not None:
        if db.session.get(Member, member_id) is None:
            return None
        query = sa.select(Account.id).where(Account.member_id == member_id)
        return Person(member_id, db.session.scalar(query))
    account = db.session.get(Account, account_id) if account_id is not None else None
    return person_of(account) if account is not None else None


def collect(person: Person) -> list[Section]:
    """Everything that is held about a person, section by section; the lowest packages first."""
    sections: list[Section] = []
    for provider in reversed(providers()):
        sections += provider.export(person)
    return [section for section in sections if section.items]


def delete_by_id(model: Any, ids: Iterable[Any], column: Any = None) -> int:
    """Delete rows by their key; returns how many."""
    wanted = list(ids)
    if not wanted:
        return 0
    result = db.session.execute(
        sa.delete(model).where((model.id if column is None else column).in_(wanted)),
        execution_options={"synchronize_session": False},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def count_of(query: Any) -> int:
    """How many rows a query has."""
    counted = sa.select(sa.func.count()).select_from(query.subquery())
    return int(db.session.scalar(counted) or 0)
