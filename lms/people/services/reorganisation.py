"""Changing the unit tree with all that hangs on it: people, posts, appointments, the past.

A preview does the change and takes it back at once; so it says exactly what applying will do.
Everything goes through the session, whose rows are journalled: that is what an undo puts back.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.access.services import end_over
from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.base.journal import Journal, recording, take_back
from lms.extensions import db
from lms.people.effects import describe
from lms.people.models import (
    Account,
    MemberHeir,
    Membership,
    Post,
    SuccessorChoice,
)
from lms.people.queries.reorganisation import hindrances
from lms.people.services.following import continue_place
from lms.units.changes import ENDING, Change, apply_change
from lms.units.heirs import heirs_of_chosen
from lms.units.models import Decision, Reorganisation, ReorganisationKind, UnitHeir, UnitVersion
from lms.units.places import places_below
from lms.units.queries import Scope, get_versions, is_last, last_versions
from lms.units.services import Source, list_endings, rebuild_heirs, record_decision
from lms.units.services.tree import one_at_a_time


@dataclass(frozen=True)
class Preview:
    """What a change would do (see people/effects.py), and the mark by which applying it knows that
    nothing has changed meanwhile."""

    effects: dict[str, Any]
    fingerprint: str


def preview_change(
    actor: Account | None, change: Change, scope: Scope | None, afresh: bool = False
) -> Preview:
    """What a change would do; leaves everything as it was. Raises what applying would raise.

    `afresh` lets go of what this transaction has done so far: an attempt that met a Conflict.
    """
    if afresh:
        db.session.rollback()
    trial = db.session.begin_nested()
    try:
        effects = _carry_out(actor, change, scope).effects
    finally:
        trial.rollback()
        db.session.expire_all()
    return Preview(effects, fingerprint_of(effects))


def apply_change_with_people(
    actor: Account | None, change: Change, scope: Scope | None, fingerprint: str | None = None
) -> Reorganisation:
    """Do a change. With a preview's fingerprint: Conflict when it would no longer do the same."""
    done = _carry_out(actor, change, scope)
    if fingerprint is not None and fingerprint != fingerprint_of(done.effects):
        raise Conflict(
            _("Tổ chức đã thay đổi từ lúc đồng chí xem trước. Hãy xem lại rồi xác nhận lần nữa.")
        )
    record(
        actor.id if actor else None,
        ACTIONS[change.kind],
        f"unit:{_main_unit(done, change)}",
        reorganisation_id=done.id,
        effective_on=change.effective_on.isoformat(),
        decision_number=change.decision.number if change.decision else None,
        units=sorted(change.named_units()),
        people=len(done.effects["people"]),
    )
    return done


ACTIONS = {
    ReorganisationKind.FOUND: "unit.founded",
    ReorganisationKind.RENAME: "unit.renamed",
    ReorganisationKind.MOVE: "unit.moved",
    ReorganisationKind.MERGE: "unit.merged",
    ReorganisationKind.SPLIT: "unit.split",
    ReorganisationKind.DISSOLVE: "unit.dissolved",
}


def undo_change(actor: Account | None, reorganisation: Reorganisation) -> None:
    """Put everything back as it was before a change; NotAllowed, with the reason, when something
    later depends on it."""
    one_at_a_time()
    db.session.refresh(reorganisation, ["undone_at"])
    reasons = hindrances(reorganisation)
    if reasons:
        raise NotAllowed(" ".join(reasons))
    db.session.execute(sa.delete(MemberHeir))
    db.session.execute(sa.delete(UnitHeir))
    take_back(Journal.of(reorganisation.journal))
    reorganisation.undone_at = clock.now()
    reorganisation.undone_by_id = actor.id if actor else None
    _rebuild_all_heirs()
    record(
        actor.id if actor else None,
        "unit.change_undone",
        f"unit:{reorganisation.unit_id}",
        reorganisation_id=reorganisation.id,
        effective_on=reorganisation.effective_on.isoformat(),
    )


def _main_unit(done: Reorganisation, change: Change) -> int:
    """The unit that an act is recorded about: the one that was changed, or the first founded."""
    if change.unit_id is not None:
        return change.unit_id
    if change.sources:
        return change.sources[0].unit_id
    founded = done.journal["created"].get("unit", [])
    return int(founded[0]["id"]) if founded else done.unit_id


def fingerprint_of(effects: dict[str, Any]) -> str:
    """A short mark of what a change does."""
    text = json.dumps(effects, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _carry_out(actor: Account | None, change: Change, scope: Scope | None) -> Reorganisation:
    one_at_a_time()
    _refuse_outside(change, scope)
    decision = _decision(change)
    done = Reorganisation(
        kind=change.kind,
        unit_id=_unit_above(change),
        effective_on=change.effective_on,
        recorded_at=clock.now(),
        actor_id=actor.id if actor else None,
        decision_id=decision.id if decision else None,
        effects={},
        journal={},
    )
    db.session.add(done)
    db.session.flush()
    with recording() as journal:
        targets = apply_change(change, decision, done.id)
        for source in change.sources:
            _move_people(source, targets, change.effective_on, done.id)
        ending = [source.unit_id for source in change.sources]
        if ending:
            _end_posts(ending, change.effective_on)
            end_over(ending, change.effective_on)
    if change.sources:
        _rebuild_all_heirs()
    done.journal = journal.as_json()
    done.effects = describe(journal)
    db.session.flush()
    return done


def _decision(change: Change) -> Decision | None:
    given = change.decision
    if given is None:
        if change.kind in ENDING:
            raise Invalid(
                _("Hãy ghi số, ngày và cơ quan ban hành quyết định."), field="decision_number"
            )
        return None
    return record_decision(given.number, given.issued_on, given.issuer)


def _refuse_outside(change: Change, scope: Scope | None) -> None:
    """Every unit named must be there, and lie in the scope, today and once all is in effect.

    Invalid where one of them ends by what is recorded ahead: but for founding below it, that has to
    be taken back first.
    """
    named = change.named_units()
    query = sa.select(UnitVersion).where(UnitVersion.unit_id.in_(named), is_last())
    last = {version.unit_id: version for version in db.session.scalars(query)}
    present = get_versions(named)
    if named - set(last) - set(present):
        raise NotFound
    versions = [*last.values(), *present.values()]
    if change.kind is ReorganisationKind.FOUND:
        places = places_below(named, change.effective_on)
        versions += [place.parent for found in places.values() for place in found]
    if scope is not None:
        if not all(scope.covers(version.path) for version in versions):
            raise NotFound
        if any(target.unit_id is None and target.parent_id is None for target in change.targets):
            raise NotFound
    ending = named - set(last)
    if ending and change.kind is not ReorganisationKind.FOUND:
        _refuse_ending(present[min(ending)])


def _refuse_ending(version: UnitVersion) -> None:
    raise Invalid(
        _(
            "%(name)s kết thúc từ ngày %(day)s theo một thay đổi đã ghi. "
            "Hãy hủy thay đổi ấy trước, hoặc chọn đơn vị khác.",
            name=version.name,
            day=version.unit.dissolved_on.strftime("%d/%m/%Y") if version.unit.dissolved_on else "",
        )
    )


def _unit_above(change: Change) -> int:
    """The lowest unit that all parents of what is touched lie at or below; 0 for a new root."""
    anchors = {target.unit_id or target.parent_id for target in change.targets}
    touched = {change.unit_id, *(source.unit_id for source in change.sources)}
    ids = {one for one in (anchors | touched | {change.parent_id}) if one is not None}
    chains = []
    for version in last_versions(ids).values():
        chain = [int(part) for part in version.path.strip("/").split("/")]
        goes_up = version.unit_id in touched and len(chain) > 1
        chains.append(chain[:-1] if goes_up else chain)
    above = 0
    for level in zip(*chains, strict=False):
        if len(set(level)) > 1:
            break
        above = level[0]
    return above


def _move_people(source: Source, targets: list[int], on: date, reorganisation_id: int) -> None:
    """Close the memberships in a unit that ends and open them where each person goes."""
    rows = db.session.scalars(
        sa.select(Membership)
        .where(
            Membership.unit_id == source.unit_id,
            sa.or_(Membership.valid_to.is_(None), Membership.valid_to > on),
        )
        .order_by(Membership.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if set(source.members) - {row.member_id for row in rows}:
        raise Invalid(_("Có người không còn ở đơn vị này nữa. Hãy tải lại trang rồi xếp lại."))
    opened = []
    for row in rows:
        target_id = targets[source.members.get(row.member_id, source.default)]
        opened += continue_place(row, target_id, on)
    db.session.flush()
    db.session.add_all(opened)
    db.session.add_all(
        SuccessorChoice(
            from_unit_id=source.unit_id,
            member_id=member_id,
            to_unit_id=targets[number],
            reorganisation_id=reorganisation_id,
        )
        for member_id, number in source.members.items()
        if number != source.default
    )
    db.session.flush()


def _end_posts(unit_ids: list[int], on: date) -> None:
    """A post ends with its unit; one that was to begin later is not held at all."""
    query = sa.select(Post).where(
        Post.unit_id.in_(unit_ids), sa.or_(Post.valid_to.is_(None), Post.valid_to > on)
    )
    for post in db.session.scalars(query.order_by(Post.id)):
        if post.valid_from >= on:
            db.session.delete(post)
        else:
            post.valid_to = on
    db.session.flush()


def _rebuild_all_heirs() -> None:
    """Follow the successors anew, of units and of people whom a division sent another way."""
    rebuild_heirs()
    db.session.execute(sa.delete(MemberHeir))
    choices = {
        (choice.from_unit_id, choice.member_id): choice.to_unit_id
        for choice in db.session.scalars(sa.select(SuccessorChoice))
    }
    rows = [
        {
            "unit_id": heir.unit_id,
            "member_id": member_id,
            "valid_from": heir.valid_from,
            "valid_to": heir.valid_to,
            "heir_id": heir.heir_id,
        }
        for member_id, heir in heirs_of_chosen(list_endings(), choices)
    ]
    if rows:
        db.session.execute(sa.insert(MemberHeir), rows)
