"""Finding people by what is typed: each typed word begins a word of the name or the card number,
or ends the card number. Diacritics, capitals and the place of the tone do not matter.

In a small part of the tree every member is looked at. Otherwise the rarest typed word leads: its
rows lie together in the index, in the words' table alone, and only the first of them are joined.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.base.paging import PAGE_SIZE, Page, fetch_page
from lms.base.vietnamese import clean, typed_words
from lms.extensions import db
from lms.people.models import Member, Membership, MembershipKind, MemberWord
from lms.people.queries.members import list_members
from lms.units.models import UnitVersion
from lms.units.queries import Scope, get_unit, is_present, under, valid_on

SMALL = 3000
"""Members of a scope up to which each is looked at."""

LOOKS = (1000, 30_000)
"""How many matches of the whole tree, in list order, are looked through for those of the scope."""

LEAST_DIGITS = 3
"""Digits from which the end of a card number is looked for."""

_LAST = chr(0x10FFFF)


def find_members(
    scope: Scope, text: str = "", unit_id: int | None = None, number: int = 1
) -> Page[Any]:
    """A page of the members of a scope whom a text finds, in list order.

    Rows are (Member, unit name with the one above, unit id). NotFound for a unit outside the scope.
    """
    if unit_id is not None:
        scope = Scope.of([get_unit(unit_id, scope).path])
    words = typed_words(text)
    if words and not _is_small(scope):
        lead = _rarest(words)
        wanted = number * PAGE_SIZE + 1
        for look in LOOKS:
            matches = db.session.scalars(_first_matches(words, lead, look)).all()
            rows = _inside(scope, matches, wanted)
            if len(rows) == wanted or len(matches) < look:
                shown = rows[(number - 1) * PAGE_SIZE : wanted - 1]
                return Page(shown, number, len(rows) == wanted)
    return fetch_page(list_members(scope).where(is_found_by(text)), number)


def find_members_on(
    scope: Scope, on: date, text: str = "", path: str | None = None, number: int = 1
) -> Page[Any]:
    """A page of those whom a text finds among the people who belonged on a day; `path`: below it
    then."""
    query = list_members(scope, on).where(is_found_by(text))
    return fetch_page(query if path is None else query.where(under(path)), number)


def _inside(scope: Scope, member_ids: Sequence[int], wanted: int) -> list[Any]:
    """The first rows in a scope of members in list order, looked up a few at a time."""
    rows: list[Any] = []
    start, size = 0, 2 * wanted
    while start < len(member_ids) and len(rows) < wanted:
        some = member_ids[start : start + size]
        start, size = start + size, 1000
        rows += db.session.execute(list_members(scope).where(Member.id.in_(some))).all()
    return rows[:wanted]


def is_found_by(text: str) -> sa.ColumnElement[bool]:
    """The condition of being found by a text, on Member; an empty text finds everybody."""
    words = typed_words(text)
    if not words:
        return sa.false() if clean(text) else sa.true()
    name = sa.literal(" ").concat(Member.fold)
    conditions = []
    for word in words:
        ways = [name.contains(f" {word}", autoescape=True)]
        if word.isascii() and word.isalnum():
            ways.append(Member.code.startswith(word))
        if _may_end_number(word):
            ways.append(Member.code.endswith(word))
        conditions.append(sa.or_(*ways))
    return sa.and_(*conditions)


def _may_end_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) >= LEAST_DIGITS


def _is_small(scope: Scope) -> bool:
    inside = (
        sa.select(Membership.id)
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Membership.unit_id, is_present()))
        .where(
            Membership.kind == MembershipKind.MAIN,
            valid_on(Membership),
            scope.condition(),
        )
        .limit(SMALL + 1)
    )
    return (db.session.scalar(_count(inside)) or 0) <= SMALL


def _count(query: sa.Select[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(query.subquery())


def _ranges(word: str) -> list[sa.ColumnElement[bool]]:
    """The ranges of the index in which the words lie that a typed word finds."""
    starts = [word, f"<{word[::-1]}"] if _may_end_number(word) else [word]
    return [sa.and_(MemberWord.word >= start, MemberWord.word < start + _LAST) for start in starts]


def _rarest(words: list[str]) -> str:
    """The typed word that the fewest members have; of those that very many have, the last."""
    if len(words) == 1:
        return words[0]
    counts = {
        word: db.session.scalar(
            _count(sa.select(MemberWord.member_id).where(sa.or_(*_ranges(word))).limit(10_000))
        )
        or 0
        for word in words
    }
    return min(reversed(words), key=lambda word: counts[word])  # the given name is typed last


def _first_matches(words: list[str], lead: str, look: int) -> sa.Select[int, str]:
    """The ids of the first matches of the whole tree, in list order."""
    matches: Any = sa.select(MemberWord.member_id, MemberWord.sort_key)
    matches = matches.where(sa.or_(*_ranges(lead)))
    for word in words:
        if word != lead:
            ways = [MemberWord.words.contains(f" {word}", autoescape=True)]
            if _may_end_number(word):
                ways.append(MemberWord.words.contains(f" <{word[::-1]}", autoescape=True))
            matches = matches.where(sa.or_(*ways))
    return matches.distinct().order_by(MemberWord.sort_key, MemberWord.member_id).limit(look)
