"""Commands on the unit tree: found, rename, move. Each dated, each by a decision.

They build on the last known version of a unit (the one without an end), which a change recorded
ahead of its day makes different from the present one.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.base import clock
from lms.base.errors import Invalid, NotFound
from lms.base.vietnamese import clean, fold
from lms.extensions import db
from lms.units.models import Decision, Unit, UnitKind, UnitSector, UnitVersion
from lms.units.naming import unit_sort_key
from lms.units.queries import is_last, under


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
    """Found a unit below another (or as a root). Raises Invalid on a name its sibling bears.

    One that is older than its parent's place in the tree hangs there since that place exists.
    """
    one_at_a_time()
    name = clean(name)
    refuse_same_name(name, parent_id, field="name")
    parent = last_version(parent_id) if parent_id is not None else None
    unit = Unit(kind=kind, sector=sector, founded_on=founded_on)
    db.session.add(unit)
    db.session.flush()
    since = max(founded_on, in_place_since(parent)) if parent else founded_on
    open_version(unit.id, name, clean(short_name) or name, parent, since, decision)
    return unit


def rename_unit(
    unit_id: int,
    name: str,
    effective_on: date,
    short_name: str = "",
    decision: Decision | None = None,
) -> None:
    """Give a unit another name from a day on."""
    one_at_a_time()
    present = last_version(unit_id)
    name = clean(name)
    if fold(name) != present.fold:
        refuse_same_name(name, present.parent_id, field="name")
    parent = last_version(present.parent_id) if present.parent_id is not None else None
    refuse_before(effective_on, after=present.valid_from)
    close_version(present, effective_on)
    open_version(unit_id, name, clean(short_name) or name, parent, effective_on, decision)


def move_unit(
    unit_id: int, parent_id: int, effective_on: date, decision: Decision | None = None
) -> None:
    """Hang a unit, with all below it, under another from a day on."""
    one_at_a_time()
    present = last_version(unit_id)
    parent = last_version(parent_id)
    if parent.path.startswith(present.path):
        raise Invalid(_("Không thể chuyển đơn vị vào bên trong chính nó."), field="parent")
    if parent_id == present.parent_id:
        raise Invalid(_("Đơn vị đang trực thuộc chính cấp trên đó."), field="parent")
    refuse_same_name(present.name, parent_id, field="parent")
    refuse_before(effective_on, after=last_change_within(present.path))
    refuse_before(effective_on, after=in_place_since(parent) - timedelta(days=1))
    rehang(present, parent, effective_on, decision)


def rehang(
    version: UnitVersion,
    parent: UnitVersion,
    on: date,
    decision: Decision | None,
    name: str | None = None,
) -> None:
    """Hang a unit, with all below it, under another, perhaps by another name. Checks nothing."""
    below = db.session.scalars(
        sa.select(UnitVersion)
        .where(under(version.path), is_last(), UnitVersion.unit_id != version.unit_id)
        .order_by(UnitVersion.depth)
        .execution_options(populate_existing=True)
    ).all()
    close_version(version, on)
    moved = {
        version.unit_id: open_version(
            version.unit_id, name or version.name, name or version.short_name, parent, on, decision
        )
    }
    for child in below:
        above = moved[child.parent_id]  # type: ignore[index]
        close_version(child, on)
        moved[child.unit_id] = open_version(
            child.unit_id, child.name, child.short_name, above, on, decision
        )


def one_at_a_time() -> None:
    """Let changes of the tree wait for each other: two moves at once could close a circle."""
    roots = sa.select(UnitVersion.id).where(UnitVersion.depth == 0, is_last())
    db.session.execute(roots.order_by(UnitVersion.id).with_for_update())


def last_version(unit_id: int) -> UnitVersion:
    """The last known version as it stands now, whatever was loaded before others were let through;
    NotFound once the unit has ended."""
    version = db.session.scalar(
        sa.select(UnitVersion)
        .where(UnitVersion.unit_id == unit_id, is_last())
        .execution_options(populate_existing=True)
    )
    if version is None:
        raise NotFound
    return version


def in_place_since(version: UnitVersion) -> date:
    """The first day from which a unit has had its present path without a break."""
    since = version.valid_from
    earlier = db.session.scalars(
        sa.select(UnitVersion)
        .where(UnitVersion.unit_id == version.unit_id, UnitVersion.valid_to.is_not(None))
        .order_by(UnitVersion.valid_from.desc())
    )
    for one in earlier:
        if one.path != version.path or one.valid_to != since:
            break
        since = one.valid_from
    return since


def last_change_within(path: str) -> date:
    """The last day on which anything at or below a path began, or the day before one ended."""
    began, ended = db.session.execute(
        sa.select(
            sa.func.max(sa.case((is_last(), UnitVersion.valid_from))),
            sa.func.max(UnitVersion.valid_to),
        ).where(under(path))
    ).one()
    return max(began, ended - timedelta(days=1)) if ended else began


def refuse_same_name(name: str, parent_id: int | None, field: str) -> None:
    same = sa.select(UnitVersion.id).where(
        UnitVersion.parent_id == parent_id, UnitVersion.fold == fold(name), is_last()
    )
    if db.session.scalar(same) is not None:
        raise Invalid(
            _("Cấp trên đã có một đơn vị tên “%(name)s”. Hãy chọn tên khác.", name=name),
            field=field,
        )


def refuse_before(on: date, after: date) -> None:
    if on <= after:
        raise Invalid(
            _(
                "Ngày hiệu lực phải sau ngày %(day)s, ngày thay đổi gần nhất của đơn vị này hoặc "
                "của đơn vị liên quan.",
                day=after.strftime("%d/%m/%Y"),
            ),
            field="effective_on",
        )


def close_version(version: UnitVersion, on: date) -> None:
    version.valid_to = on
    db.session.flush()


def open_version(
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
