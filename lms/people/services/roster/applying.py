"""Applying an import: everything becomes visible in one transaction of set-based statements.

New people are written first, in short batches: without a unit they are seen nowhere. Then one
transaction gives them their units and makes all other changes. Each statement says what it expects
to replace; where it meets something else, nothing is applied (Outdated) and a human looks again.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.audit.queries import find_newest_id
from lms.audit.services import record
from lms.base import clock
from lms.extensions import db
from lms.people.answering import answer_for_studies
from lms.people.comparing import Change
from lms.people.models import (
    Account,
    ImportState,
    LineKind,
    Member,
    Membership,
    MembershipKind,
    Post,
    RosterImport,
    RosterTrace,
    SignIn,
    StagedAbsence,
    StagedLine,
    StagedPost,
    StagedUnit,
    TraceKind,
)
from lms.people.queries.members import is_standing, lasts
from lms.people.queries.roster import applicable, count_lines, moves_of, new_units
from lms.people.services.following import follow_plans, leave_plans
from lms.people.services.roster.sets import (
    ACCOUNT_DETAILS,
    DETAILS,
    KNOWN_KINDS,
    Outdated,
    count_where,
    expect,
    has,
    people_of,
    ready,
    trace,
    traced,
)
from lms.people.services.search import forget_names
from lms.people.unit_matching import kind_of
from lms.units.founding import NewUnit, found_units

MAIN = sa.literal(MembershipKind.MAIN, Membership.kind.type)


def make_visible(roster_import: RosterImport) -> None:
    """Everything at once: units, memberships, details, posts, accounts, those who left.

    Raises Outdated, and then the transaction must be rolled back.
    """
    import_id, on = roster_import.id, roster_import.effective_on
    try:
        with db.session.no_autoflush:
            if roster_import.founds_units:
                _found_units(roster_import)
            leave_plans(people_of(import_id))
            _change_details(import_id)
            _move(import_id, on)
            answered = answer_for_studies(roster_import, moves_of(import_id))
            _end_posts(import_id, on)
            _give_posts(import_id, on)
            _change_accounts(import_id)
            _let_go(import_id)
            follow_plans(people_of(import_id))
    except IntegrityError as error:
        raise Outdated from error
    counts = {**count_lines(import_id), "applied": _count_applied(import_id)}
    roster_import.counts = {**counts, **answered}
    roster_import.state = ImportState.APPLIED
    roster_import.applied_at = roster_import.active_at = clock.now()
    record(
        roster_import.applied_by_id,
        "roster.applied",
        f"roster_import:{import_id}",
        **roster_import.counts,
    )
    db.session.flush()
    roster_import.audit_mark = find_newest_id()
    db.session.flush()


def _count_applied(import_id: int) -> int:
    return count_where(ready(import_id, LineKind.NEW, *KNOWN_KINDS))


def _found_units(roster_import: RosterImport) -> None:
    """Found the units that the file names, level by level."""
    waiting = list(new_units(roster_import.id))
    above = {staged.key for staged in waiting}
    founded: dict[tuple[str, ...], int] = {}
    while waiting:
        level = [unit for unit in waiting if unit.parent_unit_id is not None]
        if not level:
            raise Outdated
        names = [tuple(unit.names) for unit in level]
        lowest = [not _is_above(unit.key, above) for unit in level]
        ids = found_units(
            [
                NewUnit(own[-1], kind_of(own[-1], is_lowest), unit.parent_unit_id or 0)
                for own, unit, is_lowest in zip(names, level, lowest, strict=True)
            ],
            roster_import.effective_on,
        )
        for unit, own, unit_id in zip(level, names, ids, strict=True):
            unit.unit_id, unit.is_founded = unit_id, True
            founded[own] = unit_id
        waiting = [unit for unit in waiting if not unit.is_founded]
        for unit in waiting:
            unit.parent_unit_id = unit.parent_unit_id or founded.get(tuple(unit.names[:-1]))
    db.session.flush()


def _is_above(key: str, keys: set[str]) -> bool:
    return any(other.startswith(f"{key}/") for other in keys)


def _change_details(import_id: int) -> None:
    known = ready(import_id, *KNOWN_KINDS)
    for change, columns in DETAILS.items():
        lines = sa.and_(known, has(change))
        if count := count_where(lines):
            first = columns[0]
            expect(
                sa.update(Member)
                .where(
                    Member.id == StagedLine.member_id,
                    lines,
                    getattr(Member, first).is_not_distinct_from(
                        getattr(StagedLine, f"was_{first}")
                    ),
                )
                .values({name: getattr(StagedLine, name) for name in columns}),
                count,
            )
            if change is Change.NAME:
                forget_names(sa.select(StagedLine.member_id).where(lines))
    if count := count_where(known, has(Change.RETURNED)):
        expect(
            sa.update(Member)
            .where(
                Member.id == StagedLine.member_id,
                known,
                has(Change.RETURNED),
                Member.left_on == StagedLine.was_left_on,
            )
            .values(left_on=None, left_reason=None),
            count,
        )


def _move(import_id: int, on: Any) -> None:
    """Close the memberships of those who move, open those of all who have a new place."""
    moved = sa.and_(ready(import_id, LineKind.MOVED), has(Change.UNIT))
    count = count_where(moved)
    if count:
        closing = (
            sa.select(Membership.id)
            .join(StagedLine, StagedLine.member_id == Membership.member_id)
            .where(
                moved,
                is_standing(),
                Membership.unit_id == StagedLine.was_unit_id,
            )
        )
        if trace(import_id, TraceKind.MEMBERSHIP_CLOSED, closing) != count:
            raise Outdated
        _close(Membership, import_id, TraceKind.MEMBERSHIP_CLOSED, on)
    last = (
        sa.select(sa.func.max(Membership.valid_to))
        .where(
            Membership.member_id == StagedLine.member_id,
            Membership.kind == MembershipKind.MAIN,
            ~lasts(),
        )
        .correlate(StagedLine)
        .scalar_subquery()
    )
    following = (
        sa.select(sa.func.min(Membership.valid_from))
        .where(Membership.member_id == StagedLine.member_id, lasts())
        .correlate(StagedLine)
        .scalar_subquery()
    )
    day = sa.literal(on, Membership.valid_from.type)
    _open(ready(import_id, LineKind.NEW), day, sa.null())
    _open(ready(import_id, LineKind.MOVED), sa.case((last > day, last), else_=day), following)


def _open(lines: sa.ColumnElement[bool], since: Any, until: Any) -> None:
    """Open a place for each line; what was recorded ahead for after it stays."""
    places = (
        sa.select(StagedLine.member_id, StagedUnit.unit_id, MAIN, since, until)
        .join(StagedUnit, StagedUnit.id == StagedLine.staged_unit_id)
        .where(lines)
    )
    columns = ["member_id", "unit_id", "kind", "valid_from", "valid_to"]
    db.session.execute(sa.insert(Membership).from_select(columns, places))


def _close(table: Any, import_id: int, kind: TraceKind, on: Any) -> None:
    """Give the traced rows their end: the day given, or their first day if that is later."""
    day = sa.literal(on, table.valid_from.type)
    db.session.execute(
        sa.update(table)
        .where(table.id.in_(traced(import_id, kind)))
        .values(valid_to=sa.case((table.valid_from > day, table.valid_from), else_=day))
        .execution_options(synchronize_session=False)
    )


def _end_posts(import_id: int, on: Any) -> None:
    staged = (
        sa.select(StagedPost.post_id)
        .join(StagedLine, StagedLine.id == StagedPost.line_id)
        .where(ready(import_id, *KNOWN_KINDS), StagedPost.post_id.is_not(None))
    )
    count = db.session.scalar(sa.select(sa.func.count()).select_from(staged.subquery())) or 0
    if not count:
        return
    ending = sa.select(Post.id).where(Post.id.in_(staged), Post.valid_to.is_(None))
    if trace(import_id, TraceKind.POST_ENDED, ending) != count:
        raise Outdated
    _close(Post, import_id, TraceKind.POST_ENDED, on)


def _give_posts(import_id: int, on: Any) -> None:
    query = (
        sa.select(
            StagedLine.member_id,
            sa.func.coalesce(StagedUnit.unit_id, StagedLine.was_unit_id).label("unit_id"),
            StagedPost.title,
            StagedPost.rank,
        )
        .join(StagedLine, StagedLine.id == StagedPost.line_id)
        .outerjoin(StagedUnit, StagedUnit.id == StagedLine.staged_unit_id)
        .where(applicable(import_id, LineKind.NEW, *KNOWN_KINDS), StagedPost.post_id.is_(None))
        .order_by(StagedPost.id)
    )
    rows = [dict(row) for row in db.session.execute(query).mappings()]
    if not rows:
        return
    ids: Sequence[int] = db.session.scalars(
        sa.insert(Post).returning(Post.id), [{**row, "valid_from": on} for row in rows]
    ).all()
    db.session.execute(
        sa.insert(RosterTrace),
        [{"import_id": import_id, "kind": TraceKind.POST_GIVEN, "row_id": i} for i in ids],
    )


def _change_accounts(import_id: int) -> None:
    for change, own, line, was in ACCOUNT_DETAILS:
        lines = sa.and_(ready(import_id, *KNOWN_KINDS), has(change))
        if count := count_where(lines):
            expect(
                sa.update(Account)
                .where(
                    Account.member_id == StagedLine.member_id,
                    lines,
                    getattr(Account, own).is_not_distinct_from(getattr(StagedLine, was)),
                )
                .values({own: getattr(StagedLine, line)}),
                count,
            )


def _let_go(import_id: int) -> None:
    """Those missing from the file whom a human marked as left: as mark_left does, for all."""
    leaving = sa.and_(StagedAbsence.import_id == import_id, StagedAbsence.left_on.is_not(None))
    ids = sa.select(StagedAbsence.member_id).where(leaving)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0
    if not count:
        return
    expect(
        sa.update(Member)
        .where(Member.id == StagedAbsence.member_id, leaving, Member.left_on.is_(None))
        .values(left_on=StagedAbsence.left_on, left_reason=StagedAbsence.left_reason),
        count,
    )
    for table, kind in (
        (Membership, TraceKind.MEMBERSHIP_CLOSED),
        (Post, TraceKind.POST_ENDED),
    ):
        ending = sa.select(table.id).where(table.member_id.in_(ids), table.valid_to.is_(None))
        trace(import_id, kind, ending)
        day = (
            sa.select(StagedAbsence.left_on)
            .where(leaving, StagedAbsence.member_id == table.member_id)
            .correlate(table)
            .scalar_subquery()
        )
        db.session.execute(
            sa.update(table)
            .where(table.member_id.in_(ids), table.valid_to.is_(None))
            .values(valid_to=sa.case((table.valid_from > day, table.valid_from), else_=day))
            .execution_options(synchronize_session=False)
        )
    open_accounts = sa.select(Account.id).where(
        Account.member_id.in_(ids), Account.is_disabled.is_(False)
    )
    trace(import_id, TraceKind.ACCOUNT_CLOSED, open_accounts)
    closed = traced(import_id, TraceKind.ACCOUNT_CLOSED)
    for statement in (
        sa.update(Account).where(Account.id.in_(closed)).values(is_disabled=True),
        sa.update(SignIn)
        .where(SignIn.account_id.in_(closed), SignIn.revoked_at.is_(None))
        .values(revoked_at=clock.now()),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
