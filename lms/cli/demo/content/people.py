"""The invented members of the demo, and a few accounts from outside. Deterministic.

How many sit in each cell, how old they are, who holds which post. Names are in names.py, posts in
posts.py; passwords and sign-ins are not content.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from lms.base.vietnamese import fold
from lms.cli.demo.content.names import Gender, full_name
from lms.cli.demo.content.posts import PostSpec, Seat, seats
from lms.cli.demo.content.seeds import seeded
from lms.cli.demo.content.units import UNITS, UNITS_BY_KEY, Sector

Standing = Literal["full", "probationary"]
AudienceKey = Literal["unit_head", "key_cadre", "exempt", "probationary", "enterprise", "member"]


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """A member. `code` is the card number: None while probationary, then `phone` is set."""

    key: str
    name: str
    gender: Gender
    birth_year: int
    code: str | None
    phone: str | None
    email: str | None
    standing: Standing
    is_exempt: bool
    unit_key: str
    posts: tuple[PostSpec, ...]

    @property
    def is_head(self) -> bool:
        """Whether one of the posts is the head of a unit."""
        return any(post.rank == "unit_head" for post in self.posts)

    @property
    def is_key_cadre(self) -> bool:
        """Whether one of the posts is a key cadre's (a head may be one too)."""
        return any(post.rank == "key_cadre" for post in self.posts)


@dataclass(frozen=True, slots=True)
class OutsiderSpec:
    """An account of no member: someone invited from outside to speak or to mark."""

    key: str
    name: str
    title: str
    email: str


OUTSIDERS: tuple[OutsiderSpec, ...] = (
    OutsiderSpec(
        "speaker",
        "Nghiêm Thu Hạnh",
        "Giảng viên trường chính trị, báo cáo viên mời",
        "bao-cao-vien@example.org",
    ),
    OutsiderSpec(
        "reviewer2", "Khuất Duy Lịch", "Cán bộ hưu trí, người chấm mời", "nguoi-cham@example.org"
    ),
)

_SHARE: dict[Sector, int] = {
    "ward": 36, "administration": 24, "school": 17, "armed_forces": 15, "enterprise": 16,
    "health": 9,
}  # fmt: skip
"""Members of a cell in proportion to each other."""

_AGES: dict[str, tuple[tuple[tuple[int, int], int], ...]] = {
    "ward": (
        ((1940, 1950), 25), ((1951, 1960), 33), ((1961, 1975), 21), ((1976, 1990), 13),
        ((1991, 2004), 8),
    ),
    "working": (((1966, 1975), 20), ((1976, 1990), 50), ((1991, 2004), 30)),
}  # fmt: skip
"""Ranges of birth years with their weights."""

_EXEMPT_SHARE = 0.10
_PROBATIONARY_SHARE = 0.03
_REACHED_BY_PHONE = 0.93


def _sizes(count: int) -> dict[str, int]:
    """How many members each cell has. Raises ValueError when the posts alone need more."""
    needed = Counter(seat.cell_key for seat in seats())
    cells = [unit for unit in UNITS if unit.kind == "cell"]
    least = {unit.key: max(4, needed[unit.key] + 1) for unit in cells}
    spare = count - sum(least.values())
    if spare < 0:
        raise ValueError(f"the demo needs at least {sum(least.values())} people")
    wanted = {
        unit.key: max(
            0,
            round(_SHARE[unit.sector] * seeded("size", unit.key).uniform(0.65, 1.35))
            - least[unit.key],
        )
        for unit in cells
    }
    sizes = {key: least[key] + spare * extra // sum(wanted.values()) for key, extra in
             wanted.items()}  # fmt: skip
    for key in sorted(wanted, key=lambda key: (-wanted[key], key))[: count - sum(sizes.values())]:
        sizes[key] += 1
    return sizes


def _birth_year(rng: random.Random, sector: Sector) -> int:
    ranges = _AGES["ward" if sector == "ward" else "working"]
    chosen = rng.choices([years for years, _ in ranges], [weight for _, weight in ranges])[0]
    return rng.randint(*chosen)


def _roster(count: int) -> list[PersonSpec]:
    """Everyone with name, age, cell and posts; standing, exemption and numbers come later."""
    rng = seeded("people", count)
    seated: dict[str, list[Seat]] = {}
    for taken in seats():
        seated.setdefault(taken.cell_key, []).append(taken)
    homonyms: Counter[str] = Counter()
    roster: list[PersonSpec] = []
    for unit_key, size in _sizes(count).items():
        here: set[str] = set()
        holders = seated[unit_key]
        for place in range(size):
            seat = holders[place] if place < len(holders) else None
            gender: Gender = rng.choice(("male", "female", "male") if seat else ("male", "female"))
            born = _birth_year(rng, UNITS_BY_KEY[unit_key].sector)
            if seat:
                gender, born = seat.gender or gender, rng.randint(*seat.born)
            name = full_name(rng, gender, born)
            while name in here or homonyms[name] >= 2:
                name = full_name(rng, gender, born)
            here.add(name)
            homonyms[name] += 1
            roster.append(
                PersonSpec(
                    key=f"p{len(roster) + 1:04}", name=name, gender=gender, birth_year=born,
                    code=None, phone=None, email=None, standing="full", is_exempt=False,
                    unit_key=unit_key, posts=seat.posts if seat else (),
                )
            )  # fmt: skip
    return roster


def _exempt_keys(rng: random.Random, roster: Sequence[PersonSpec]) -> set[str]:
    """About a tenth of all: six in seven born by 1950, the rest in poor health before that age."""
    free = [
        person
        for person in roster
        if not person.posts and UNITS_BY_KEY[person.unit_key].sector == "ward"
    ]
    oldest = [person.key for person in free if person.birth_year <= 1950]
    younger = [person.key for person in free if 1950 < person.birth_year <= 1960]
    wanted = round(len(roster) * _EXEMPT_SHARE)
    chosen = rng.sample(oldest, min(len(oldest), wanted * 6 // 7))
    return {*chosen, *rng.sample(younger, min(len(younger), wanted - len(chosen)))}


def _probationary_keys(rng: random.Random, roster: Sequence[PersonSpec]) -> set[str]:
    young = [person.key for person in roster if not person.posts and person.birth_year >= 1988]
    return set(rng.sample(young, min(len(young), round(len(roster) * _PROBATIONARY_SHARE))))


def _email(person: PersonSpec) -> str:
    words = fold(person.name).split()
    initials = "".join(word[0] for word in words[:-1])
    return f"{words[-1]}.{initials}{person.key[1:]}@example.org"


@lru_cache(maxsize=2)
def people(count: int = 1200) -> tuple[PersonSpec, ...]:
    """The members, grouped by cell, the holders of posts first.

    Raises ValueError when `count` is too small for the posts of the district.
    """
    roster = _roster(count)
    rng = seeded("numbers", count)
    exempt, probationary = _exempt_keys(rng, roster), _probationary_keys(rng, roster)
    # 0900 is no operator's prefix, so no invented number rings on a real phone.
    phones = iter(rng.sample(range(100_000, 1_000_000), len(roster)))
    codes = iter(rng.sample(range(11_000_000, 100_000_000), len(roster)))
    finished: list[PersonSpec] = []
    for person in roster:
        phone, code = f"0900{next(phones)}", f"{next(codes):08}"
        is_reached = rng.random() < _REACHED_BY_PHONE
        has_email = rng.random() < (0.45 if person.birth_year >= 1970 else 0.08)
        is_probationary = person.key in probationary
        finished.append(
            replace(
                person,
                code=None if is_probationary else code,
                phone=phone if is_reached or is_probationary or person.posts else None,
                email=_email(person) if has_email else None,
                standing="probationary" if is_probationary else "full",
                is_exempt=person.key in exempt,
            )
        )
    return tuple(finished)


def audience_of(person: PersonSpec) -> AudienceKey:
    """The audience that the demo's ordered rules give: the first that holds."""
    if person.is_head:
        return "unit_head"
    if person.is_key_cadre:
        return "key_cadre"
    if person.is_exempt:
        return "exempt"
    if person.standing == "probationary":
        return "probationary"
    if UNITS_BY_KEY[person.unit_key].sector == "enterprise":
        return "enterprise"
    return "member"


def persona_keys(roster: Sequence[PersonSpec]) -> dict[str, str]:
    """Which person plays each role of the printed sign-ins: role to person key.

    The roles "speaker" and "reviewer2" are played by OUTSIDERS and are not among these.
    """

    def first(audience: AudienceKey, unit_key: str) -> str:
        return next(
            person.key
            for person in roster
            if person.unit_key == unit_key
            and audience_of(person) == audience
            and person.phone
            and all(post.rank == "unit_head" for post in person.posts)
            and len(person.posts) < 2
        )

    def holder(title: str) -> str:
        return next(p.key for p in roster if any(post.title == title for post in p.posts))

    return {
        "member": first("member", "long-bien-tdp2"),
        "head": first("unit_head", "long-bien-tdp2"),
        "exempt": first("exempt", "long-bien-tdp2"),
        "enterprise": first("enterprise", "viet-hung-may-px1"),
        "secretary": first("unit_head", "long-bien-tdp4"),
        "reviewer": holder("Phó Trưởng Ban Tuyên giáo và Dân vận khu vực"),
        "supervisor": holder("Chủ nhiệm Ủy ban Kiểm tra Đảng ủy khu vực"),
        "ward_supervisor": holder("Chủ nhiệm Ủy ban Kiểm tra Đảng ủy phường"),
        "administrator": holder("Chánh Văn phòng Đảng ủy khu vực"),
    }
