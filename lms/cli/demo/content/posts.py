"""The posts of the demo: which titles each unit has, and in which cell their holders sit.

A holder is a member of a cell; a post may stand in that cell or in a unit above it.
"""

from dataclasses import dataclass
from typing import Literal

from lms.cli.demo.content.names import Gender
from lms.cli.demo.content.units import (
    ROOT_KEY,
    ROOT_OFFICE_KEY,
    UNITS,
    WARD_KEYS,
    children_of,
)

PostRank = Literal["unit_head", "key_cadre", "other"]


@dataclass(frozen=True, slots=True)
class PostSpec:
    """One title held in a unit; its rank says what that makes of the holder."""

    title: str
    unit_key: str
    rank: PostRank


@dataclass(frozen=True, slots=True)
class Seat:
    """One person with posts, in the cell they belong to, and what the posts demand of them."""

    cell_key: str
    posts: tuple[PostSpec, ...]
    gender: Gender | None = None
    born: tuple[int, int] = (1968, 1990)


_RETIRED = (1953, 1968)

_ROOT_CADRES: tuple[str, ...] = (
    "Ủy viên Ban Thường vụ Đảng ủy khu vực",
    "Chủ nhiệm Ủy ban Kiểm tra Đảng ủy khu vực",
    "Phó Chủ nhiệm Ủy ban Kiểm tra Đảng ủy khu vực",
    "Trưởng Ban Tuyên giáo và Dân vận khu vực",
    "Phó Trưởng Ban Tuyên giáo và Dân vận khu vực",
    "Trưởng Ban Tổ chức Đảng ủy khu vực",
    "Chánh Văn phòng Đảng ủy khu vực",
    "Đảng ủy viên khu vực",
)

_WARD_CADRES: tuple[tuple[str, Gender | None, tuple[int, int]], ...] = (
    ("Ủy viên Ban Thường vụ Đảng ủy phường", None, (1968, 1984)),
    ("Chủ tịch Ủy ban nhân dân phường", None, (1970, 1984)),
    ("Phó Chủ tịch Ủy ban nhân dân phường", None, (1974, 1988)),
    ("Phó Chủ tịch Hội đồng nhân dân phường", None, (1970, 1986)),
    ("Chủ tịch Ủy ban Mặt trận Tổ quốc phường", None, (1967, 1982)),
    ("Chủ nhiệm Ủy ban Kiểm tra Đảng ủy phường", None, (1970, 1985)),
    ("Trưởng Ban Xây dựng Đảng phường", None, (1972, 1988)),
    ("Chủ tịch Hội Liên hiệp Phụ nữ phường", "female", (1974, 1990)),
    ("Chủ tịch Hội Cựu chiến binh phường", "male", (1963, 1972)),
    ("Bí thư Đoàn Thanh niên phường", None, (1992, 1998)),
)


def _head(unit_key: str) -> PostSpec:
    return PostSpec("Bí thư", unit_key, "unit_head")


def _deputy(unit_key: str) -> PostSpec:
    return PostSpec("Phó bí thư", unit_key, "other")


def _committee_member(ward_key: str) -> PostSpec:
    return PostSpec("Đảng ủy viên phường", ward_key, "key_cadre")


def _ward_seats(ward_key: str) -> list[Seat]:
    """Leaders and cadres of a ward, and the heads of the cells directly below it."""
    office = f"{ward_key}-co-quan"
    seats = [
        Seat(office, (_head(ward_key),), None, (1967, 1980)),
        # The head of the office cell is the ward's deputy: one person, two posts.
        Seat(office, (_head(office), _deputy(ward_key)), None, (1970, 1984)),
        Seat(office, (_deputy(office),)),
    ]
    seats += [
        Seat(office, (PostSpec(title, ward_key, "key_cadre"),), gender, born)
        for title, gender, born in _WARD_CADRES
    ]
    outside: set[str] = set()
    for unit in children_of(ward_key):
        if unit.kind != "cell" or unit.key == office:
            continue
        born = _RETIRED if unit.sector == "ward" else (1970, 1990)
        posts: tuple[PostSpec, ...] = (_head(unit.key),)
        if unit.sector == "ward" and "ward" not in outside:
            # The first neighbourhood's secretary also sits on the ward committee.
            posts += (_committee_member(ward_key),)
            outside.add("ward")
        seats.append(Seat(unit.key, posts, None, born))
        seats.append(Seat(unit.key, (_deputy(unit.key),), None, born))
        if unit.sector in ("school", "armed_forces") and unit.sector not in outside:
            seats.append(Seat(unit.key, (_committee_member(ward_key),)))
            outside.add(unit.sector)
    return seats


def _base_seats(base_key: str) -> list[Seat]:
    """A base's secretary sits in its last cell, its deputy heads the first one as well."""
    cells = children_of(base_key)
    first, last = cells[0], cells[-1]
    seats = [
        Seat(last.key, (_head(base_key),), None, (1966, 1982)),
        Seat(first.key, (_head(first.key), _deputy(base_key))),
    ]
    seats += [Seat(cell.key, (_head(cell.key),)) for cell in cells[1:]]
    seats += [Seat(cell.key, (_deputy(cell.key),), None, (1975, 1995)) for cell in cells]
    return seats


def seats() -> tuple[Seat, ...]:
    """Every seat of the district. Each unit has exactly one head and one deputy."""
    found = [
        Seat(ROOT_OFFICE_KEY, (_head(ROOT_KEY),), None, (1967, 1976)),
        Seat(ROOT_OFFICE_KEY, (_deputy(ROOT_KEY),), None, (1968, 1980)),
        Seat(ROOT_OFFICE_KEY, (_head(ROOT_OFFICE_KEY),)),
        Seat(ROOT_OFFICE_KEY, (_deputy(ROOT_OFFICE_KEY),)),
    ]
    found += [
        Seat(ROOT_OFFICE_KEY, (PostSpec(title, ROOT_KEY, "key_cadre"),)) for title in _ROOT_CADRES
    ]
    for ward_key in WARD_KEYS:
        found += _ward_seats(ward_key)
    for unit in UNITS:
        if unit.kind == "base":
            found += _base_seats(unit.key)
    return tuple(found)
