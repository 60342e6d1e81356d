"""Taking an applied import back, whole, while nothing depends on it.

One transaction hides what was added and restores what was replaced; people who were added go
after it in short batches, for without a unit they are seen nowhere. A statement that meets
something else than the import wrote stops all of it (Outdated).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from lms.audit.queries import changed_since
from lms.base import clock
from lms.extensions import db
from lms.people.answering import rows_put_right, take_back_answers
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
    SignIn,
    StagedAbsence,
    StagedLine,
    StagedUnit,
    TraceKind,
)
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
    traced,
)
from lms.people.services.search import forget_names
from lms.people.undoing import Undoing, list_obstacles
from lms.units.models import Unit, UnitVersion

_OURS = {
    "member_word",
    "membership",
    "post",
    "unit_version",
    "staged_unit",
    "staged_line",
    "staged_absence",
}


def obstacles(roster_import: RosterImport) -> list[str]:
    """Everything that depends on an applied import, in sentences for the user."""
    import_id = roster_import.id
    created = sa.select(StagedLine.member_id).where(ready(import_id, LineKind.NEW))
    touched: Any = people_of(import_id)
    founded = sa.select(StagedUnit.unit_id).where(
        StagedUnit.import_id == import_id, StagedUnit.is_founded
    )
    since = roster_import.applied_at or clock.now()
    answered = traced(import_id, TraceKind.STUDY_ANSWERED)
    undoing = Undoing(created, touched, founded, answered, since)  # type: ignore[arg-type]
    found = list_obstacles(undoing)
    found += _later_imports(roster_import, touched)
    found += _later_acts(roster_import)
    found += _signed_in(import_id, since)
    if not found and (
        _is_referred_to("member", created)
        or _is_referred_to("unit", founded, rows_put_right(answered))
    ):
        found.append(_("Người hoặc đơn vị mới của lần nhập này đã được dùng ở nơi khác."))
    return found


def take_back(roster_import: RosterImport) -> None:
    """Restore everything at once; raises Outdated where something was changed since."""
    import_id = roster_import.id
    try:
        with db.session.no_autoflush:
            leave_plans(people_of(import_id))
            take_back_answers(traced(import_id, TraceKind.STUDY_ANSWERED))
            _restore_posts(import_id)
            _restore_places(import_id)
            _restore_details(import_id)
            _restore_accounts(import_id)
            _remove_units(import_id)
            follow_plans(people_of(import_id))
    except IntegrityError as error:
        raise Outdated from error
    roster_import.state = ImportState.UNDOING
    roster_import.active_at = clock.now()
    db.session.flush()


def _restore_posts(import_id: int) -> None:
    given = traced(import_id, TraceKind.POST_GIVEN)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(given.subquery())) or 0
    expect(sa.delete(Post).where(Post.id.in_(given), Post.valid_to.is_(None)), count)
    ended = traced(import_id, TraceKind.POST_ENDED)
    _run(sa.update(Post).where(Post.id.in_(ended)).values(valid_to=None))


def _restore_places(import_id: int) -> None:
    """Memberships opened go; those closed last again until the one, if any, that follows."""
    lines = ready(import_id, LineKind.NEW, LineKind.MOVED)
    other = aliased(Membership)
    newest = (
        sa.select(sa.func.max(other.id))
        .where(other.member_id == StagedLine.member_id, other.kind == MembershipKind.MAIN)
        .correlate(StagedLine)
        .scalar_subquery()
    )
    goes_on = sa.exists().where(
        other.member_id == Membership.member_id, other.valid_from == Membership.valid_to
    )
    opened = (
        sa.select(Membership.id)
        .join(StagedLine, StagedLine.member_id == Membership.member_id)
        .join(
            StagedUnit,
            sa.and_(
                StagedUnit.id == StagedLine.staged_unit_id,
                StagedUnit.unit_id == Membership.unit_id,
            ),
        )
        .where(lines, Membership.id == newest, sa.or_(Membership.valid_to.is_(None), goes_on))
    )
    expect(sa.delete(Membership).where(Membership.id.in_(opened)), count_where(lines))
    closed = traced(import_id, TraceKind.MEMBERSHIP_CLOSED)
    following = (
        sa.select(sa.func.min(other.valid_from))
        .where(
            other.member_id == Membership.member_id,
            other.kind == Membership.kind,
            other.id != Membership.id,
            other.valid_from >= Membership.valid_to,
            sa.or_(other.valid_to.is_(None), other.valid_to > other.valid_from),
        )
        .correlate(Membership)
        .scalar_subquery()
    )
    _run(sa.update(Membership).where(Membership.id.in_(closed)).values(valid_to=following))


def _restore_details(import_id: int) -> None:
    known = ready(import_id, *KNOWN_KINDS)
    for change, columns in DETAILS.items():
        lines = sa.and_(known, has(change))
        if count := count_where(lines):
            written = [
                getattr(Member, name).is_not_distinct_from(getattr(StagedLine, name))
                for name in columns
            ]
            expect(
                sa.update(Member)
                .where(Member.id == StagedLine.member_id, lines, *written)
                .values({name: getattr(StagedLine, f"was_{name}") for name in columns}),
                count,
            )
            if change is Change.NAME:
                forget_names(sa.select(StagedLine.member_id).where(lines))
    returned = sa.and_(known, has(Change.RETURNED))
    if count := count_where(returned):
        expect(
            sa.update(Member)
            .where(Member.id == StagedLine.member_id, returned, Member.left_on.is_(None))
            .values(left_on=StagedLine.was_left_on, left_reason=StagedLine.was_left_reason),
            count,
        )
    leaving = sa.and_(StagedAbsence.import_id == import_id, StagedAbsence.left_on.is_not(None))
    counted = sa.select(sa.func.count(StagedAbsence.member_id)).where(leaving)
    if count := db.session.scalar(counted) or 0:
        expect(
            sa.update(Member)
            .where(
                Member.id == StagedAbsence.member_id,
                leaving,
                Member.left_on == StagedAbsence.left_on,
            )
            .values(left_on=None, left_reason=None),
            count,
        )


def _restore_accounts(import_id: int) -> None:
    for change, own, line, was in ACCOUNT_DETAILS:
        lines = sa.and_(ready(import_id, *KNOWN_KINDS), has(change))
        if count := count_where(lines):
            expect(
                sa.update(Account)
                .where(
                    Account.member_id == StagedLine.member_id,
                    lines,
                    getattr(Account, own).is_not_distinct_from(getattr(StagedLine, line)),
                )
                .values({own: getattr(StagedLine, was)}),
                count,
            )
    closed = traced(import_id, TraceKind.ACCOUNT_CLOSED)
    _run(sa.update(Account).where(Account.id.in_(closed)).values(is_disabled=False))


def _remove_units(import_id: int) -> None:
    founded = sa.and_(StagedUnit.import_id == import_id, StagedUnit.is_founded)
    ids = list(db.session.scalars(sa.select(StagedUnit.unit_id).where(founded)))
    if not ids:
        return
    written = aliased(UnitVersion)
    first = (
        sa.select(sa.func.min(written.recorded_at))
        .where(written.unit_id == UnitVersion.unit_id)
        .correlate(UnitVersion)
        .scalar_subquery()
    )
    ours = sa.select(sa.func.count(UnitVersion.id)).where(
        UnitVersion.unit_id.in_(ids), UnitVersion.recorded_at == first
    )
    count = db.session.scalar(ours) or 0
    expect(sa.delete(UnitVersion).where(UnitVersion.unit_id.in_(ids)), count)
    _run(sa.update(StagedUnit).where(founded).values(is_founded=False))
    # Previews of other files may point there too; they find out when they are applied.
    _run(sa.update(StagedUnit).where(StagedUnit.unit_id.in_(ids)).values(unit_id=None))
    _run(sa.delete(Unit).where(Unit.id.in_(ids)))


def _later_imports(roster_import: RosterImport, touched: sa.Select[Any]) -> list[str]:
    """Imports applied since that read any of the same people."""
    query = (
        sa.select(RosterImport.file_name)
        .where(
            RosterImport.id != roster_import.id,
            RosterImport.state == ImportState.APPLIED,
            RosterImport.applied_at >= roster_import.applied_at,
            sa.select(StagedLine.id)
            .where(
                StagedLine.import_id == RosterImport.id,
                StagedLine.kind.in_((LineKind.NEW, *KNOWN_KINDS)),
                StagedLine.member_id.in_(touched),
            )
            .correlate(RosterImport)
            .exists(),
        )
        .order_by(RosterImport.id)
    )
    return [
        _("Lần nhập sau từ tệp “%(name)s” đã thay đổi những người này.", name=name)
        for name in db.session.scalars(query)
    ]


def _later_acts(roster_import: RosterImport) -> list[str]:
    """Acts on the people or the new units since, by hand or otherwise, from the audit record."""
    mark = roster_import.audit_mark or 0
    subjects = changed_since(mark, "member", "unit")
    people: set[int] = set()
    units: set[int] = set()
    for subject in db.session.scalars(subjects.distinct()):
        kind, _colon, number = subject.partition(":")
        if number.isdigit():
            (people if kind == "member" else units).add(int(number))
    import_id = roster_import.id
    hit = _count_in(
        sa.select(sa.func.count(StagedLine.id)).where(ready(import_id, LineKind.NEW, *KNOWN_KINDS)),
        StagedLine.member_id,
        people,
    ) + _count_in(
        sa.select(sa.func.count(StagedAbsence.member_id)).where(
            StagedAbsence.import_id == import_id, StagedAbsence.left_on.is_not(None)
        ),
        StagedAbsence.member_id,
        people,
    )
    found = []
    if hit:
        found.append(
            ngettext(
                "%(num)s người đã được sửa sau lần nhập này.",
                "%(num)s người đã được sửa sau lần nhập này.",
                hit,
            )
        )
    founded = sa.select(sa.func.count(StagedUnit.id)).where(
        StagedUnit.import_id == import_id, StagedUnit.is_founded
    )
    if _count_in(founded, StagedUnit.unit_id, units):
        found.append(_("Đơn vị mới của lần nhập này đã được thay đổi."))
    return found


def _count_in(query: sa.Select[Any], column: Any, ids: set[int]) -> int:
    ordered = sorted(ids)
    batches = [ordered[place : place + 2000] for place in range(0, len(ordered), 2000)]
    return sum(db.session.scalar(query.where(column.in_(batch))) or 0 for batch in batches)


def _signed_in(import_id: int, since: datetime) -> list[str]:
    """People whose account was changed by the import and who came in with it since."""
    changed = (
        sa.select(StagedLine.id)
        .where(
            StagedLine.member_id == Account.member_id,
            ready(import_id, *KNOWN_KINDS),
            has(Change.ACCOUNT_PHONE | Change.ACCOUNT_EMAIL),
        )
        .correlate(Account)
    )
    query = (
        sa.select(sa.func.count(sa.distinct(Account.id)))
        .join(SignIn, SignIn.account_id == Account.id)
        .where(changed.exists(), SignIn.created_at >= since)
    )
    count = db.session.scalar(query) or 0
    if not count:
        return []
    sentence = ngettext(
        "%(num)s người đã đăng nhập bằng số điện thoại hoặc thư mới.",
        "%(num)s người đã đăng nhập bằng số điện thoại hoặc thư mới.",
        count,
    )
    return [sentence]


def _is_referred_to(
    table: str, ids: sa.Select[Any], put_right: Mapping[str, sa.Select[Any]] | None = None
) -> bool:
    """Whether any row of any table, but those the import accounts for itself, points there."""
    for other in db.metadata.tables.values():
        if other.name in _OURS:
            continue
        for key in other.foreign_keys:
            if key.column.table.name == table:
                pointing = sa.select(sa.literal(1)).where(key.parent.in_(ids)).limit(1)
                if put_right and other.name in put_right:
                    pointing = pointing.where(other.c.id.not_in(put_right[other.name]))
                if db.session.scalar(pointing) is not None:
                    return True
    return False


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
