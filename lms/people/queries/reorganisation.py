"""Reads of where people's past stands since units were reorganised, and of what an undo meets."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.base.journal import Journal, differences, in_batches, references
from lms.extensions import db
from lms.people.consequences import Traces, hindrances_above
from lms.people.models import MemberHeir, Membership
from lms.units.models import Reorganisation, UnitVersion
from lms.units.queries import Scope, is_present, stands_for, valid_on


def stands_for_member(unit_id: Any, member_id: Any) -> sa.ColumnElement[int]:
    """The id of the unit that stands today for a unit where a member's past is concerned: itself,
    the successor that took the member, or the default one. Takes columns of the query around."""
    chosen = chosen_heir(unit_id, member_id)
    return sa.func.coalesce(chosen, stands_for(unit_id))


def chosen_heir(unit_id: Any, member_id: Any) -> sa.ScalarSelect[Any]:
    """The unit that took a member when theirs was divided, as it stands today; NULL where the
    default holds."""
    return (
        sa.select(MemberHeir.heir_id)
        .where(
            MemberHeir.unit_id == unit_id,
            MemberHeir.member_id == member_id,
            valid_on(MemberHeir),
        )
        .scalar_subquery()
    )


def present_unit_of(unit_id: Any, member_id: Any) -> sa.ColumnElement[bool]:
    """Joins UnitVersion to the present version of the unit that stands for a unit and a member."""
    return sa.and_(UnitVersion.unit_id == stands_for_member(unit_id, member_id), is_present())


APART = frozenset({"unit_heir", "member_heir"})
"""Derived rows: made anew, never in the way of an undo."""


def hindrances(reorganisation: Reorganisation) -> list[str]:
    """Why a change cannot be taken back, as sentences; empty when it can. Reads only."""
    if reorganisation.undone_at is not None:
        return [_("Thay đổi này đã được hủy.")]
    journal = Journal.of(reorganisation.journal)
    told = [_sentence(name) for name in differences(journal)]
    told += [_sentence(name) for name in references(journal, "unit", APART)]
    told += _tree_hindrances(journal, reorganisation.effective_on)
    if _carries_others(journal, reorganisation):
        told.append(_sentence("unit_version"))
    told += hindrances_above(_traces(reorganisation, journal))
    return list(dict.fromkeys(told))


def _sentence(table: str) -> str:
    sentences = {
        "unit_version": _(
            "Sau đó đơn vị liên quan đã có thay đổi khác; hãy hủy thay đổi ấy trước."
        ),
        "unit_successor": _("Sau đó đơn vị mới đã được tổ chức lại; hãy hủy lần ấy trước."),
        "membership": _("Sau đó đã có người chuyển đến, chuyển đi hoặc rời tổ chức."),
        "post": _("Sau đó chức vụ liên quan đã có thay đổi."),
        "appointment": _("Sau đó đã có phân công ở đơn vị liên quan."),
        "enrolment": _("Sau đó đã có phiếu học tập ghi ở đơn vị mới."),
        "audience_rule_unit": _("Sau đó đã có đối tượng xét theo đơn vị mới."),
        "campaign": _("Sau đó đã có đợt học của đơn vị mới."),
        "campaign_unit": _("Số liệu của một đợt học đã đóng có đơn vị mới."),
    }
    return sentences.get(table) or _("Sau đó đã có dữ liệu khác gắn với đơn vị mới.")


def _tree_hindrances(journal: Journal, on: date) -> list[str]:
    """Where a unit would come back to a place that is no longer there, or to a name that is
    taken."""
    closed = {change["key"]["id"] for change in journal.changed.get("unit_version", [])}
    made = {row["id"] for row in journal.created.get("unit_version", [])}
    versions = db.session.scalars(sa.select(UnitVersion).where(UnitVersion.id.in_(closed))).all()
    own = {version.unit_id for version in versions}
    above = {v.parent_id for v in versions if v.parent_id is not None and v.parent_id not in own}
    later = db.session.scalars(
        sa.select(UnitVersion).where(
            sa.or_(UnitVersion.unit_id.in_(above), UnitVersion.parent_id.in_(above)),
            sa.or_(UnitVersion.valid_to.is_(None), UnitVersion.valid_to > on),
        )
    ).all()
    places: dict[int, list[UnitVersion]] = {}
    taken = set()
    for one in later:
        if one.unit_id in above:
            places.setdefault(one.unit_id, []).append(one)
        if one.valid_to is None and one.id not in made and one.id not in closed:
            taken.add((one.parent_id, one.fold))
    told = []
    for version in versions:
        if version.parent_id not in above:
            continue
        rows = places.get(version.parent_id, [])
        path = version.path[: version.path.rstrip("/").rindex("/") + 1]
        if not any(row.valid_to is None for row in rows) or any(row.path != path for row in rows):
            told.append(_("Cấp trên cũ của %(name)s đã thay đổi sau đó.", name=version.name))
        elif (version.parent_id, version.fold) in taken:
            told.append(_("Nay đã có đơn vị khác mang tên %(name)s.", name=version.name))
    return told


def _carries_others(journal: Journal, reorganisation: Reorganisation) -> bool:
    """Whether a unit that is none of the change's goes along with it: founded since, below one that
    moved, or below one that ends."""
    on = reorganisation.effective_on
    own = {change["key"]["id"] for change in journal.changed.get("unit_version", [])}
    opened = journal.created.get("unit_version", [])
    old = sa.select(UnitVersion.unit_id, UnitVersion.path).where(UnitVersion.id.in_(own))
    before = dict(db.session.execute(old).all())
    moved = [row["path"] for row in opened if before.get(row["unit_id"]) not in (None, row["path"])]
    ended = before.keys() - {row["unit_id"] for row in opened}
    own |= {row["id"] for row in opened}
    goes_along = sa.and_(
        sa.or_(UnitVersion.valid_to.is_(None), UnitVersion.valid_to > on),
        Scope.of(moved).condition(),
    )
    went_on = sa.and_(
        UnitVersion.valid_to == on, Scope.of(before[one] for one in ended).condition()
    )
    others = sa.select(UnitVersion.id).where(
        UnitVersion.recorded_at >= reorganisation.recorded_at, sa.or_(goes_along, went_on)
    )
    return any(one not in own for one in db.session.scalars(others))


def _traces(reorganisation: Reorganisation, journal: Journal) -> Traces:
    """Where a change put people, and whom."""
    units = {row["id"] for row in journal.created.get("unit", [])}
    units |= {row["successor_id"] for row in journal.created.get("unit_successor", [])}
    people = {row["member_id"] for row in journal.created.get("membership", [])}
    changed = [change["key"]["id"] for change in journal.changed.get("membership", [])]
    for ids in in_batches(changed):
        query = sa.select(Membership.member_id).where(Membership.id.in_(ids))
        people |= set(db.session.scalars(query))
    return Traces(units, people, reorganisation.recorded_at)
