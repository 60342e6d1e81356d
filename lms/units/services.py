"""Commands on the unit tree: found, rename, move, dissolve. Each dated, each by a decision."""

from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.base import clock
from lms.base.errors import Invalid
from lms.base.vietnamese import clean, fold
from lms.extensions import db
from lms.units import queries
from lms.units.models import Decision, Unit, UnitKind, UnitSector, UnitVersion
from lms.units.naming import unit_sort_key


def record_decision(number: str, issued_on: date, issuer: str) -> Decision:
    """Keep the paper behind a change."""
    decision = Decision(number=clean(number), issued_on=issued_on, issuer=clean(issuer))
    db.session.add(decision)
    db.session.flush()
    return decision


def found_unit(
    name: str,
    kind: UnitKind,
    sector: UnitSector,
    parent_id: int | None,
    founded_on: date,
    short_name: str = "",
    decision: Decision | None = None,
) -> Unit:
    """Found a unit below another (or as a root). Raises Invalid on a name its sibling bears."""
    name = clean(name)
    _refuse_same_name(name, parent_id)
    parent = queries.get_unit(parent_id) if parent_id is not None else None
    unit = Unit(kind=kind, sector=sector, founded_on=founded_on)
    db.session.add(unit)
    db.session.flush()
    _open_version(unit.id, name, clean(short_name) or name, parent, founded_on, decision)
    return unit


def rename_unit(
    unit_id: int,
    name: str,
    effective_on: date,
    short_name: str = "",
    decision: Decision | None = None,
) -> None:
    """Give a unit another name from a day on."""
    present = queries.get_unit(unit_id)
    name = clean(name)
    if fold(name) != present.fold:
        _refuse_same_name(name, present.parent_id)
    parent = queries.get_unit(present.parent_id) if present.parent_id is not None else None
    _close_version(present, effective_on)
    _open_version(unit_id, name, clean(short_name) or name, parent, effective_on, decision)


def move_unit(
    unit_id: int, parent_id: int, effective_on: date, decision: Decision | None = None
) -> None:
    """Hang a unit, with all below it, under another from a day on."""
    present = queries.get_unit(unit_id)
    parent = queries.get_unit(parent_id)
    if parent.path.startswith(present.path):
        raise Invalid(_("Không thể chuyển đơn vị vào bên trong chính nó."), field="parent")
    below = db.session.scalars(
        sa.select(UnitVersion)
        .where(queries.under(present.path), queries.is_present(), UnitVersion.unit_id != unit_id)
        .order_by(UnitVersion.depth)
    ).all()
    _close_version(present, effective_on)
    moved = {
        unit_id: _open_version(
            unit_id, present.name, present.short_name, parent, effective_on, decision
        )
    }
    for child in below:
        above = moved[child.parent_id]  # type: ignore[index]
        _close_version(child, effective_on)
        moved[child.unit_id] = _open_version(
            child.unit_id, child.name, child.short_name, above, effective_on, decision
        )


def dissolve_unit(unit_id: int, effective_on: date) -> None:
    """End a unit that has none below it. Whether people are still in it is people's question."""
    present = queries.get_unit(unit_id)
    if queries.list_children(unit_id):
        raise Invalid(_("Đơn vị còn đơn vị cấp dưới. Hãy chuyển hoặc giải thể cấp dưới trước."))
    _close_version(present, effective_on)
    present.unit.dissolved_on = effective_on
    db.session.flush()


def _refuse_same_name(name: str, parent_id: int | None) -> None:
    same = sa.select(UnitVersion.id).where(
        UnitVersion.parent_id == parent_id, UnitVersion.fold == fold(name), queries.is_present()
    )
    if db.session.scalar(same) is not None:
        raise Invalid(
            _("Cấp trên đã có một đơn vị tên “%(name)s”. Hãy chọn tên khác.", name=name),
            field="name",
        )


def _close_version(version: UnitVersion, on: date) -> None:
    if on <= version.valid_from:
        raise Invalid(
            _(
                "Ngày hiệu lực phải sau ngày %(day)s, ngày thay đổi gần nhất của đơn vị.",
                day=version.valid_from.strftime("%d/%m/%Y"),
            ),
            field="effective_on",
        )
    version.valid_to = on
    db.session.flush()


def _open_version(
    unit_id: int,
    name: str,
    short_name: str,
    parent: UnitVersion | None,
    on: date,
    decision: Decision | None,
) -> UnitVersion:
    version = UnitVersion(
        unit_id=unit_id,
        name=name,
        short_name=short_name,
        fold=fold(name),
        sort_key=unit_sort_key(name),
        parent_id=parent.unit_id if parent else None,
        path=f"{parent.path if parent else '/'}{unit_id}/",
        depth=parent.depth + 1 if parent else 0,
        valid_from=on,
        recorded_at=clock.now(),
        decision_id=decision.id if decision else None,
    )
    db.session.add(version)
    db.session.flush()
    return version
