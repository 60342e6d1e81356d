"""Commands that end units: merge several into one, split one, dissolve one into another.

All are one act: sources end on a day, what is below each and whoever is in it goes to a target
(a new unit or one that stays). A unit below a source keeps its identity and moves with its path.
People are moved by the floor above, along the successors written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.base.errors import Invalid
from lms.base.vietnamese import clean, fold
from lms.extensions import db
from lms.units.heirs import Ending, heirs_of_units
from lms.units.models import (
    Decision,
    Unit,
    UnitHeir,
    UnitKind,
    UnitSector,
    UnitSuccessor,
    UnitVersion,
)
from lms.units.queries import is_last, under
from lms.units.services.tree import (
    close_version,
    in_place_since,
    last_change_within,
    last_version,
    one_at_a_time,
    open_version,
    refuse_before,
    rehang,
)


@dataclass(frozen=True)
class Target:
    """Where something goes: a unit that stays (`unit_id`), or one founded by this act."""

    unit_id: int | None = None
    name: str = ""
    short_name: str = ""
    kind: UnitKind = UnitKind.CELL
    sector: UnitSector = UnitSector.OTHER
    parent_id: int | None = None


@dataclass(frozen=True)
class Source:
    """A unit that ends. Numbers are places in the list of targets; what is not named goes to
    `default`."""

    unit_id: int
    default: int = 0
    children: Mapping[int, int] = field(default_factory=dict)
    members: Mapping[int, int] = field(default_factory=dict)

    def used(self) -> list[int]:
        """The targets that get a part, each once."""
        return sorted({self.default, *self.children.values(), *self.members.values()})


def join_units(
    sources: Sequence[Source],
    targets: Sequence[Target],
    effective_on: date,
    decision: Decision | None,
    reorganisation_id: int | None = None,
) -> list[int]:
    """End the sources and hang what is below them under the targets; returns the targets' ids.

    Raises Invalid where the tree would not be one on some day.
    """
    one_at_a_time()
    ending = [last_version(source.unit_id) for source in sources]
    _refuse_odd_sources(ending)
    for version in ending:
        refuse_before(effective_on, after=last_change_within(version.path))
        _refuse_before_arrivals(version.path, effective_on)
    standing = _targets(targets, ending, effective_on, decision)
    taken = _names_below(standing, {version.unit_id for version in ending})
    for source, version in zip(sources, ending, strict=True):
        for child in _children(version.unit_id):
            above = standing[source.children.get(child.unit_id, source.default)]
            names = taken[above.unit_id].name_for(child, version)
            rehang(child, above, effective_on, decision, *names)
        close_version(version, effective_on)
        version.unit.dissolved_on = effective_on
        db.session.add_all(
            UnitSuccessor(
                unit_id=source.unit_id,
                successor_id=standing[number].unit_id,
                is_default=number == source.default,
                effective_on=effective_on,
                reorganisation_id=reorganisation_id,
            )
            for number in source.used()
        )
    db.session.flush()
    return [version.unit_id for version in standing]


def dissolve_unit(
    unit_id: int,
    effective_on: date,
    successor_id: int | None = None,
    decision: Decision | None = None,
    reorganisation_id: int | None = None,
) -> None:
    """End a unit into another; without one named it must have none below it, and the unit above
    stands for it from then on."""
    if successor_id is None:
        one_at_a_time()
        present = last_version(unit_id)
        if _children(unit_id):
            raise Invalid(_("Đơn vị còn đơn vị cấp dưới. Hãy chuyển hoặc giải thể cấp dưới trước."))
        successor_id = present.parent_id
    if successor_id is None:
        raise Invalid(_("Không thể giải thể đơn vị cao nhất."))
    join_units(
        [Source(unit_id)],
        [Target(unit_id=successor_id)],
        effective_on,
        decision,
        reorganisation_id,
    )
    rebuild_heirs()


def list_endings() -> dict[int, Ending]:
    """Every unit that ends, with when and what it goes into."""
    grouped: dict[int, list[UnitSuccessor]] = {}
    for row in db.session.scalars(sa.select(UnitSuccessor)):
        grouped.setdefault(row.unit_id, []).append(row)
    return {
        unit_id: Ending(
            on=rows[0].effective_on,
            default=next(row.successor_id for row in rows if row.is_default),
            others=frozenset(row.successor_id for row in rows if not row.is_default),
        )
        for unit_id, rows in grouped.items()
    }


def rebuild_heirs() -> None:
    """Make the heirs anew from the successors."""
    db.session.flush()
    db.session.execute(sa.delete(UnitHeir))
    rows = [vars(heir) for heir in heirs_of_units(list_endings())]
    if rows:
        db.session.execute(sa.insert(UnitHeir), rows)


def _refuse_odd_sources(ending: Sequence[UnitVersion]) -> None:
    if not ending or len({version.unit_id for version in ending}) < len(ending):
        raise Invalid(_("Hãy chọn các đơn vị khác nhau."))
    for version in ending:
        if version.parent_id is None:
            raise Invalid(_("Không thể giải thể đơn vị cao nhất."))
        for other in ending:
            if other is not version and version.path.startswith(other.path):
                raise Invalid(
                    _(
                        "%(name)s đang thuộc %(above)s. Hãy chọn các đơn vị không thuộc nhau.",
                        name=version.name,
                        above=other.name,
                    )
                )


def _refuse_before_arrivals(path: str, effective_on: date) -> None:
    """What another unit went into does not end before that."""
    below = sa.select(UnitVersion.unit_id).where(under(path), is_last())
    last = db.session.scalar(
        sa.select(sa.func.max(UnitSuccessor.effective_on)).where(
            UnitSuccessor.successor_id.in_(below)
        )
    )
    if last is not None:
        refuse_before(effective_on, after=last - timedelta(days=1))


def _targets(
    targets: Sequence[Target],
    ending: Sequence[UnitVersion],
    effective_on: date,
    decision: Decision | None,
) -> list[UnitVersion]:
    """The version each target has from the day on; new ones are founded."""
    ids = {version.unit_id for version in ending}
    standing: list[UnitVersion] = []
    for target in targets:
        anchor_id = target.unit_id if target.unit_id is not None else target.parent_id
        anchor = last_version(anchor_id or 0)
        if any(anchor.path.startswith(version.path) for version in ending):
            raise Invalid(
                _("%(name)s kết thúc cùng lần này nên không nhận được gì.", name=anchor.name),
                field="parent" if target.unit_id is None else "target",
            )
        refuse_before(effective_on, after=in_place_since(anchor) - timedelta(days=1))
        if target.unit_id is not None:
            standing.append(anchor)
            continue
        name = clean(target.name)
        if not name:
            raise Invalid(_("Hãy nhập tên đơn vị."), field="name")
        siblings = (one for one in _children(anchor.unit_id) if one.unit_id not in ids)
        if fold(name) in {one.fold for one in siblings}:
            raise Invalid(
                _("Cấp trên đã có một đơn vị tên “%(name)s”. Hãy chọn tên khác.", name=name),
                field="name",
            )
        unit = Unit(kind=target.kind, sector=target.sector, founded_on=effective_on)
        db.session.add(unit)
        db.session.flush()
        standing.append(
            open_version(
                unit.id,
                name,
                (clean(target.short_name) or name)[:100],
                anchor,
                effective_on,
                decision,
            )
        )
    if len({version.unit_id for version in standing}) < len(standing):
        raise Invalid(_("Hãy chọn các đơn vị khác nhau."), field="target")
    return standing


def _children(unit_id: int) -> Sequence[UnitVersion]:
    query = (
        sa.select(UnitVersion)
        .where(UnitVersion.parent_id == unit_id, is_last())
        .order_by(UnitVersion.sort_key, UnitVersion.unit_id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


@dataclass
class _Taken:
    """The names, and the short names, that are taken below a target."""

    names: set[str] = field(default_factory=set)
    short_names: set[str] = field(default_factory=set)

    def name_for(self, child: UnitVersion, source: UnitVersion) -> tuple[str, str]:
        """(name, short name) a unit has below its new parent: its own, or with where it came from;
        every old ward has a "Chi bộ 1"."""
        name = _free(child.name, source.short_name, self.names, 200)
        if name != child.name and child.short_name == child.name[:100]:
            short_name = _free(name[:100], source.short_name, self.short_names, 100)
        else:
            short_name = _free(child.short_name, source.short_name, self.short_names, 100)
        return name, short_name


def _names_below(standing: Sequence[UnitVersion], ending: set[int]) -> dict[int, _Taken]:
    """What is taken below each target, by its unit id."""
    found = {}
    for version in standing:
        kept = [one for one in _children(version.unit_id) if one.unit_id not in ending]
        found[version.unit_id] = _Taken(
            {one.fold for one in kept}, {fold(one.short_name) for one in kept}
        )
    return found


def _free(name: str, origin: str, taken: set[str], longest: int) -> str:
    """The name, or the name with where it came from, that nobody bears; it is taken from now on."""
    free, number = name, 1
    while fold(free) in taken:
        mark = origin if number == 1 else f"{origin} {number}"
        mark = f" ({mark[: longest // 2]})"
        free = name[: longest - len(mark)] + mark
        number += 1
    taken.add(fold(free))
    return free
