"""What a line of a roster would change about a person: the one definition, for the preview, for
the check before applying and for the dry run alike. Plain values in, plain values out.

An empty cell never erases what is known.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntFlag
from typing import Protocol

from lms.base.vietnamese import clean, fold
from lms.people.models import LineKind, PostRank, Standing

NEW_UNIT = 0
"""In place of a unit's id: the line names a unit that does not exist yet."""

_TITLES = re.compile(r"[,;\n]|\bkiêm\b")
_PARTS = re.compile(r"\s[-–—]\s|[/+&]")
_NO_WORD = re.compile(r"[^a-z0-9]+")

# Of a title's folded words, without marks between them: "P.BT" is "p bt".
_HEAD = re.compile(r"(quyen |q )?(bi thu|b ?t)( ?(cb|du|db))?\b")
_DEPUTY = re.compile(r"(pho (bi thu|b ?t)|p ?(bi thu|b ?t))( ?(tt|cb|du|db))*\b")
_COMMITTEE = re.compile(
    r".*\b(uy vien|uv|uv ?(bch|btv|tv)|[cd]uv|uvcb)\b|(thuong truc )?(chi|dang|cap) uy$"
)
_FORMER = re.compile(r"(nguyen|cuu) ")
_PARTY = re.compile(r"\b(chi bo|chi uy|dang bo|dang uy|cap uy|cb|du|db)\b")
_OTHER_BODIES = re.compile(
    r"\b(doan|thanh nien|cong doan|ubnd|uy ban|hdnd|hoi dong|hoi|mttq|ubmt\w*|mat tran|to quoc"
    r"|phu nu|nong dan|ccb|cuu chien binh|thanh tra)\b(?! kiem tra)"
)
"""Bodies that have heads and committees of their own; those of the party's cells in them count."""


_BY_WEIGHT = (PostRank.UNIT_HEAD, PostRank.KEY_CADRE)


class Change(IntFlag):
    """What differs. The last three are of the person's account, where it follows the person."""

    NAME = 1
    BIRTH = 2
    STANDING = 4
    EXEMPT = 8
    PHONE = 16
    EMAIL = 32
    UNIT = 64
    POSTS = 128
    RETURNED = 256
    ACCOUNT_NAME = 512
    ACCOUNT_PHONE = 1024
    ACCOUNT_EMAIL = 2048


class Described(Protocol):
    """What a line says about a person; None where it says nothing."""

    @property
    def name(self) -> str: ...
    @property
    def birth_year(self) -> int | None: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def standing(self) -> Standing | None: ...
    @property
    def is_exempt(self) -> bool | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def post(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post somebody holds."""

    id: int
    title: str
    rank: PostRank
    unit_id: int


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """The account of a person. One with appointments follows no roster: it opens more doors."""

    name: str
    phone: str | None
    email: str | None
    is_appointed: bool


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A person as they stand in the database. `unit_id` is None of those who left."""

    id: int
    name: str
    birth_year: int | None
    birth_date: date | None
    standing: Standing
    is_exempt: bool
    phone: str | None
    email: str | None
    left_on: date | None
    left_reason: str | None
    unit_id: int | None
    path: str
    """Of the unit they belong to, or belonged to last; "" if never to any."""
    posts: tuple[KnownPost, ...] = ()
    account: KnownAccount | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes about a known person, the posts they are given and those that end."""

    changes: Change
    titles: tuple[str, ...] = ()
    ended: tuple[KnownPost, ...] = field(default=())

    @property
    def kind(self) -> LineKind:
        if self.changes & (Change.UNIT | Change.RETURNED):
            return LineKind.MOVED
        return LineKind.CHANGED if self.changes else LineKind.UNCHANGED


def compare(line: Described, unit_id: int | None, known: KnownMember) -> Difference:
    """What a line changes about the person it is known to be.

    `unit_id`: where the line puts them; NEW_UNIT, or None when it names no unit.
    """
    changes = Change(0)
    if line.name and line.name != known.name:
        changes |= Change.NAME
    if birth_after(line, known) != (known.birth_year, known.birth_date):
        changes |= Change.BIRTH
    if line.standing is not None and line.standing != known.standing:
        changes |= Change.STANDING
    if line.is_exempt is not None and line.is_exempt != known.is_exempt:
        changes |= Change.EXEMPT
    if line.phone and line.phone != known.phone:
        changes |= Change.PHONE
    if line.email and line.email != known.email:
        changes |= Change.EMAIL
    if known.left_on is not None:
        changes |= Change.RETURNED
    elif unit_id is not None and unit_id != known.unit_id:
        changes |= Change.UNIT
    changes |= _account_changes(line, changes, known)
    titles, ended = _posts(line, bool(changes & (Change.UNIT | Change.RETURNED)), known)
    if titles or ended:
        changes |= Change.POSTS
    return Difference(changes, titles, ended)


def birth_after(line: Described, known: KnownMember) -> tuple[int | None, date | None]:
    """Birth year and date once the line is applied: a year alone drops a date it contradicts."""
    if line.birth_date is not None:
        return line.birth_date.year, line.birth_date
    if line.birth_year is None or line.birth_year == known.birth_year:
        return known.birth_year, known.birth_date
    return line.birth_year, None


def is_somebody_else(line: Described, known: KnownMember) -> bool:
    """Whether name and birth year both differ: then the card number is likely a slip."""
    year = line.birth_date.year if line.birth_date else line.birth_year
    return (
        fold(line.name) != fold(known.name)
        and year is not None
        and known.birth_year is not None
        and year != known.birth_year
    )


def titles_of(post: str | None) -> tuple[str, ...]:
    """The posts that one cell names: "Bí thư chi bộ, Đảng ủy viên" are two."""
    found: dict[str, str] = {}
    for part in _TITLES.split(post or ""):
        title = clean(part)[:120]
        if title and title not in ("-", "–"):
            title = title[:1].upper() + title[1:]
            found.setdefault(fold(title), title)
    return tuple(found.values())


def rank_of(title: str) -> PostRank:
    """What a post means for audiences, by its words and usual abbreviations; of several, the
    highest."""
    ranks = {_rank_of_one(part) for part in _PARTS.split(title)}
    return next(rank for rank in (*_BY_WEIGHT, PostRank.OTHER) if rank in (*ranks, PostRank.OTHER))


def _rank_of_one(title: str) -> PostRank:
    words = " ".join(_NO_WORD.sub(" ", fold(title)).split())
    other, party = _OTHER_BODIES.search(words), _PARTY.search(words)
    if _FORMER.match(words) or (other and not (party and party.start() < other.start())):
        return PostRank.OTHER
    if _HEAD.match(words):
        return PostRank.UNIT_HEAD
    if _DEPUTY.match(words) or _COMMITTEE.match(words):
        return PostRank.KEY_CADRE
    return PostRank.OTHER


def _account_changes(line: Described, changes: Change, known: KnownMember) -> Change:
    account = known.account
    if account is None or account.is_appointed:
        return Change(0)
    follows = Change(0)
    if changes & Change.NAME and account.name == known.name:
        follows |= Change.ACCOUNT_NAME
    if changes & Change.PHONE and account.phone != line.phone:
        follows |= Change.ACCOUNT_PHONE
    if changes & Change.EMAIL and account.email != line.email:
        follows |= Change.ACCOUNT_EMAIL
    return follows


def _posts(
    line: Described, moves: bool, known: KnownMember
) -> tuple[tuple[str, ...], tuple[KnownPost, ...]]:
    """(titles to give, posts to end). Posts held elsewhere than in the person's unit stay."""
    titles = titles_of(line.post)
    if not titles:
        return (), ()
    wanted = {fold(title) for title in titles}
    in_unit: Sequence[KnownPost] = [p for p in known.posts if p.unit_id == known.unit_id]
    ended = [p for p in in_unit if moves or fold(p.title) not in wanted]
    kept = {fold(post.title) for post in known.posts if post not in ended}
    return tuple(title for title in titles if fold(title) not in kept), tuple(ended)
