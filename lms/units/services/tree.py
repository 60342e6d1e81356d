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
from lms.units.places import Place, places_below, planned_ends
from lms.units.queries import is_last, last_versions, under


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

    One that is older than its parent's place in the tree hangs there since that place exists. What
    is recorded ahead about the parent holds for it, too (see places.py).
    """
    one_at_a_time()
    name, short_name = clean(name), (clean(short_name) or clean(name))[:100]
    places = _places_below(parent_id, founded_on) if parent_id is not None else []
    if parent_id is None:
        refuse_same_name(name, None, field="name")
    for place in places:
        _refuse_name_at(name, place, is_later=place is not places[0])
    unit = Unit(kind=kind, sector=sector, founded_on=founded_on)
    db.session.add(unit)
    db.session.flush()
    if not places:
        open_version(unit.id, name, short_name, None, founded_on, decision)
    for place in places:
        open_version(
            unit.id, name, short_name, place.parent, place.valid_from, decision, place.valid_to
        )
    return unit


def _places_below(parent_id: int, founded_on: date) -> list[Place]:
    """NotFound below a unit that is none; Invalid below one that ends before that day."""
    places = places_below([parent_id], founded_on).get(parent_id)
    if places is None:
        end = planned_ends([parent_id]).get(parent_id)
        names = last_versions([parent_id, end.successor_id]) if end else {}
        if end is None or len(names) < 2:
            raise NotFound
        raise Invalid(
            _(
                "%(name)s kết thúc từ ngày %(day)s. Hãy chọn ngày trước đó, hoặc thêm đơn vị này "
                "dưới %(into)s.",
                name=names[parent_id].name,
                day=end.on.strftime("%d/%m/%Y"),
                into=names[end.successor_id].name,
            ),
            field="founded_on",
        )
    return places


def _refuse_name_at(name: str, place: Place, is_later: bool) -> None:
    """Invalid when another bears the name below the same parent on a day of the place."""
    same = sa.select(UnitVersion.id).where(
        UnitVersion.parent_id == place.parent.unit_id,
        UnitVersion.fold == fold(name),
        sa.or_(UnitVersion.valid_to.is_(None), UnitVersion.valid_to > place.valid_from),
    )
    if place.valid_to is not None:
        same = same.where(UnitVersion.valid_from < place.valid_to)
    if db.session.scalar(same.limit(1)) is None:
        return
    if not is_later:
        raise Invalid(_same_name(name), field="name")
    raise Invalid(
        _(
            "Từ ngày %(day)s đơn vị này về %(above)s, nơi đã có một đơn vị tên “%(name)s”. "
            "Hãy chọn tên khác.",
            day=place.valid_from.strftime("%d/%m/%Y"),
            above=place.parent.name,
            name=name,
        ),
        field="name",
    )


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
    short_name = (clean(short_name) or name)[:100]
    open_version(unit_id, name, short_name, parent, effective_on, decision)


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
    short_name: str | None = None,
) -> None:
    """Hang a unit, with all below it, under another, perhaps by other names. Checks nothing."""
    below = db.session.scalars(
        sa.select(UnitVersion)
        .where(under(version.path), is_last(), UnitVersion.unit_id != version.unit_id)
        .order_by(UnitVersion.depth)
        .execution_options(populate_existing=True)
    ).all()
    close_version(version, on)
    moved = {
        version.unit_id: open_version(
            version.unit_id,
            name or version.name,
            short_name or version.short_name,
            parent,
            on,
            decision,
        )
    }
    for child in below:
        above = moved[child.parent_id]  # type: ignore[index]
        close_version(child, on)
        moved[child.unit_id] = open_version(
            child.unit_id, child.name, child.short_name, above, on, decision
        )


def keep_standing() -> None:
    """Let changes of the tree wait until this transaction is done: what it puts into a unit sees
    every change recorded ahead of its day, or is seen by it."""
    roots = sa.select(UnitVersion.id).where(UnitVersion.depth == 0, is_last())
    db.session.execute(roots.order_by(UnitVersion.id).with_for_update(read=True, key_share=True))


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
        raise Invalid(_same_name(name), field=field)


def _same_name(name: str) -> str:
    return _("Cấp trên đã có một đơn vị tên “%(name)s”. Hãy chọn tên khác.", name=name)


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
    until: date | None = None,
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
        valid_to=until,
        recorded_at=clock.now(),
        decision_id=decision.id if decision else None,
    )
    db.session.add(version)
    db.session.flush()
    return version
