"""The invented district of the demo: a committee, four wards, and what hangs below them.

Only the shape and the names; who sits where is in people.py.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["committee", "base", "cell"]
Sector = Literal["ward", "enterprise", "administration", "school", "armed_forces", "health"]

ROOT_KEY = "khu-vuc"
ROOT_OFFICE_KEY = "khu-vuc-co-quan"


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """One unit; `parent_key` is None for the root alone."""

    key: str
    name: str
    short_name: str
    kind: Kind
    sector: Sector
    parent_key: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A unit directly below a ward, with the cells below it where it is a base."""

    slug: str
    name: str
    short_name: str
    sector: Sector
    cells: tuple[tuple[str, str, str], ...] = ()


def _workshops(company: str, *names: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (f"px{number}", f"Chi bộ {name} – {company}", f"Chi bộ {name}")
        for number, name in enumerate(names, start=1)
    )


def _neighbourhoods(*numbers: int) -> tuple[_Part, ...]:
    return tuple(
        _Part(
            f"tdp{number}",
            f"Chi bộ {order} – tổ dân phố {number}",
            f"Chi bộ {order}",
            "ward",
        )
        for order, number in enumerate(numbers, start=1)
    )


def _office(ward: str) -> _Part:
    return _Part(
        "co-quan", f"Chi bộ Cơ quan phường {ward}", "Chi bộ Cơ quan phường", "administration"
    )


def _cell(slug: str, name: str, sector: Sector) -> _Part:
    return _Part(slug, f"Chi bộ {name}", f"Chi bộ {name}", sector)


_WARDS: tuple[tuple[str, str, tuple[_Part, ...]], ...] = (
    (
        "long-bien",
        "Long Biên",
        (
            *_neighbourhoods(1, 2, 4, 7, 12),
            _office("Long Biên"),
            _cell("cong-an", "Công an phường Long Biên", "armed_forces"),
            _cell("thcs", "Trường Trung học cơ sở Hoa Ban", "school"),
            _cell("tieu-hoc", "Trường Tiểu học Ánh Sao", "school"),
            _Part(
                "co-khi",
                "Đảng bộ Công ty Cơ khí Bến Gỗ",
                "Đảng bộ Cơ khí Bến Gỗ",
                "enterprise",
                _workshops("Cơ khí Bến Gỗ", "Phân xưởng Hàn", "Phân xưởng Lắp ráp", "Văn phòng"),
            ),
        ),
    ),
    (
        "bo-de",
        "Bồ Đề",
        (
            *_neighbourhoods(3, 5, 8, 11, 16),
            _office("Bồ Đề"),
            _cell("quan-su", "Quân sự phường Bồ Đề", "armed_forces"),
            _cell("mam-non", "Trường Mầm non Hoa Gạo", "school"),
            _cell("y-te", "Trạm Y tế phường Bồ Đề", "health"),
            _Part(
                "thpt",
                "Đảng bộ Trường Trung học phổ thông Bãi Giữa",
                "Đảng bộ Trường Bãi Giữa",
                "school",
                (
                    ("to1", "Chi bộ Tổ Tự nhiên – Trường Bãi Giữa", "Chi bộ Tổ Tự nhiên"),
                    ("to2", "Chi bộ Tổ Xã hội – Trường Bãi Giữa", "Chi bộ Tổ Xã hội"),
                ),
            ),
            _Part(
                "van-tai",
                "Đảng bộ Công ty Vận tải Cầu Đông",
                "Đảng bộ Vận tải Cầu Đông",
                "enterprise",
                _workshops("Vận tải Cầu Đông", "Đội xe 1", "Đội xe 2", "Xưởng sửa chữa"),
            ),
        ),
    ),
    (
        "viet-hung",
        "Việt Hưng",
        (
            *_neighbourhoods(2, 6, 9, 14),
            _office("Việt Hưng"),
            _cell("cong-an", "Công an phường Việt Hưng", "armed_forces"),
            _cell("thcs", "Trường Trung học cơ sở Sông Mây", "school"),
            _cell("mam-non", "Trường Mầm non Vầng Trăng", "school"),
            _Part(
                "may",
                "Đảng bộ Công ty May Sài Đồng",
                "Đảng bộ May Sài Đồng",
                "enterprise",
                _workshops("May Sài Đồng", "Phân xưởng 1", "Phân xưởng 2", "Phân xưởng Cắt"),
            ),
            _Part(
                "bao-bi",
                "Đảng bộ Công ty Bao bì Ngõ Tre",
                "Đảng bộ Bao bì Ngõ Tre",
                "enterprise",
                _workshops("Bao bì Ngõ Tre", "Xưởng In", "Xưởng Đóng gói"),
            ),
        ),
    ),
    (
        "phuc-loi",
        "Phúc Lợi",
        (
            *_neighbourhoods(1, 4, 10, 15),
            _office("Phúc Lợi"),
            _cell("quan-su", "Quân sự phường Phúc Lợi", "armed_forces"),
            _cell("tieu-hoc", "Trường Tiểu học Cánh Diều", "school"),
            _cell("y-te", "Trạm Y tế phường Phúc Lợi", "health"),
            _cell("rau-sach", "Hợp tác xã Rau sạch Ven Sông", "enterprise"),
            _Part(
                "thuc-pham",
                "Đảng bộ Công ty Thực phẩm Đồng Xanh",
                "Đảng bộ Thực phẩm Đồng Xanh",
                "enterprise",
                _workshops("Thực phẩm Đồng Xanh", "Phân xưởng Chế biến", "Phân xưởng Kho lạnh"),
            ),
        ),
    ),
)

WARD_KEYS: tuple[str, ...] = tuple(key for key, _name, _parts in _WARDS)


def _tree() -> tuple[UnitSpec, ...]:
    units = [
        UnitSpec(
            ROOT_KEY,
            "Đảng bộ khu vực Long Biên",
            "Đảng bộ khu vực",
            "committee",
            "administration",
            None,
        )
    ]
    for ward_key, ward, parts in _WARDS:
        units.append(
            UnitSpec(
                ward_key, f"Đảng bộ phường {ward}", f"Phường {ward}", "committee", "ward", ROOT_KEY
            )
        )
        for part in parts:
            key = f"{ward_key}-{part.slug}"
            kind: Kind = "base" if part.cells else "cell"
            units.append(UnitSpec(key, part.name, part.short_name, kind, part.sector, ward_key))
            units.extend(
                UnitSpec(f"{key}-{slug}", name, short, "cell", part.sector, key)
                for slug, name, short in part.cells
            )
    units.append(
        UnitSpec(
            ROOT_OFFICE_KEY,
            "Chi bộ Cơ quan Đảng ủy khu vực",
            "Chi bộ Cơ quan Đảng ủy",
            "cell",
            "administration",
            ROOT_KEY,
        )
    )
    return tuple(units)


UNITS: tuple[UnitSpec, ...] = _tree()
"""Every unit, a parent always before its children."""

UNITS_BY_KEY: dict[str, UnitSpec] = {unit.key: unit for unit in UNITS}


def path_to_root(key: str) -> tuple[UnitSpec, ...]:
    """The unit and its ancestors, nearest first. Raises KeyError for an unknown key."""
    path: list[UnitSpec] = []
    next_key: str | None = key
    while next_key is not None:
        unit = UNITS_BY_KEY[next_key]
        path.append(unit)
        next_key = unit.parent_key
    return tuple(path)


def ward_of(key: str) -> str | None:
    """The key of the ward that the unit belongs to, or None above the wards."""
    return next((unit.key for unit in path_to_root(key) if unit.key in WARD_KEYS), None)


def children_of(key: str) -> tuple[UnitSpec, ...]:
    """The units directly below."""
    return tuple(unit for unit in UNITS if unit.parent_key == key)
