"""Reads for the roster import: people as they stand, the units below a root, imports and their
staged lines. Batches of people cost three statements however many they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.access.models import Appointment
from lms.base import clock
from lms.base.errors import NotFound
from lms.base.paging import AnySelect
from lms.extensions import db
from lms.people.comparing import KnownAccount, KnownMember, KnownPost
from lms.people.models import (
    Account,
    ImportState,
    LineKind,
    Member,
    Membership,
    MembershipKind,
    Post,
    RosterImport,
    RosterLayout,
    RosterTrace,
    StagedAbsence,
    StagedLine,
    StagedPost,
    StagedUnit,
    TraceKind,
    UnitStatus,
)
from lms.people.queries.members import is_standing
from lms.people.roster import ProblemKind
from lms.people.unit_matching import TreeUnit, UnitIndex
from lms.units.models import UnitSuccessor, UnitVersion
from lms.units.queries import Scope, get_unit, is_present, name_with_above, under

BATCH = 2000
"""Lines handled in one go: few statements, short transactions."""

_OF_MEMBER = (
    "id",
    "name",
    "birth_year",
    "birth_date",
    "standing",
    "is_exempt",
    "phone",
    "email",
    "left_on",
    "left_reason",
)


def known_by_code(codes: Collection[str]) -> dict[str, KnownMember]:
    """People by card number, as they stand now."""
    rows = _known(Member.code.in_(codes)) if codes else []
    return {code: member for code, member in rows if code is not None}


def known_by_id(member_ids: Collection[int]) -> dict[int, KnownMember]:
    """People by id, as they stand now."""
    return {member.id: member for _code, member in _known(Member.id.in_(member_ids))}


def _known(condition: sa.ColumnElement[bool]) -> list[tuple[str | None, KnownMember]]:
    last = (
        sa.select(sa.func.max(Membership.id))
        .where(Membership.member_id == Member.id, Membership.kind == MembershipKind.MAIN)
        .correlate(Member)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Member.code,
            *(getattr(Member, name) for name in _OF_MEMBER),
            Membership.unit_id,
            UnitVersion.path,
            Account.id.label("account_id"),
            Account.display_name,
            Account.phone.label("account_phone"),
            Account.email.label("account_email"),
        )
        .select_from(Member)
        .outerjoin(
            Membership,
            sa.and_(
                Membership.member_id == Member.id,
                sa.or_(
                    sa.and_(Member.left_on.is_(None), is_standing()),
                    sa.and_(Member.left_on.is_not(None), Membership.id == last),
                ),
            ),
        )
        .outerjoin(UnitVersion, sa.and_(UnitVersion.unit_id == Membership.unit_id, is_present()))
        .outerjoin(Account, Account.member_id == Member.id)
        .where(condition)
    )
    rows = db.session.execute(query).all()
    posts = _open_posts([row.id for row in rows])
    appointed = _appointed([row.account_id for row in rows if row.account_id is not None])
    found = []
    for row in rows:
        account = None
        if row.account_id is not None:
            is_appointed = row.account_id in appointed
            account = KnownAccount(
                row.display_name, row.account_phone, row.account_email, is_appointed
            )
        known = KnownMember(
            **{name: getattr(row, name) for name in _OF_MEMBER},
            unit_id=row.unit_id if row.left_on is None else None,
            path=row.path or "",
            posts=tuple(posts.get(row.id, ())),
            account=account,
        )
        found.append((row.code, known))
    return found


def _open_posts(member_ids: Sequence[int]) -> dict[int, list[KnownPost]]:
    """Posts without an end but the one, recorded ahead, of their unit."""
    posts: dict[int, list[KnownPost]] = defaultdict(list)
    ends_with_unit = sa.exists().where(
        UnitSuccessor.unit_id == Post.unit_id,
        UnitSuccessor.effective_on == Post.valid_to,
        UnitSuccessor.effective_on > clock.today(),
    )
    query = (
        sa.select(Post.member_id, Post.id, Post.title, Post.rank, Post.unit_id)
        .where(Post.member_id.in_(member_ids), sa.or_(Post.valid_to.is_(None), ends_with_unit))
        .order_by(Post.id)
    )
    for member_id, post_id, title, rank, unit_id in db.session.execute(query):
        posts[member_id].append(KnownPost(post_id, title, rank, unit_id))
    return posts


def _appointed(account_ids: Sequence[int]) -> set[int]:
    query = sa.select(Appointment.account_id).where(
        Appointment.account_id.in_(account_ids),
        sa.or_(Appointment.valid_to.is_(None), Appointment.valid_to >= clock.today()),
    )
    return set(db.session.scalars(query))


def unit_index(root_id: int) -> UnitIndex:
    """The units at and below a root, by their names."""
    root = get_unit(root_id)
    query = sa.select(
        UnitVersion.unit_id,
        UnitVersion.parent_id,
        UnitVersion.depth,
        UnitVersion.name,
        UnitVersion.short_name,
    ).where(under(root.path), is_present())
    return UnitIndex(
        root_id,
        (
            TreeUnit(unit_id, parent_id, depth, (name, short_name))
            for unit_id, parent_id, depth, name, short_name in db.session.execute(query)
        ),
    )


def list_imports(scope: Scope) -> AnySelect:
    """Imports below the units of a scope, the newest first: (import, unit name, account name)."""
    return (
        sa.select(RosterImport, UnitVersion.name, Account.display_name)
        .join(UnitVersion, UnitVersion.unit_id == RosterImport.unit_id)
        .outerjoin(Account, Account.id == RosterImport.created_by_id)
        .where(is_present(), scope.condition())
        .order_by(RosterImport.id.desc())
    )


def get_import(import_id: int, scope: Scope | None = None, locked: bool = False) -> RosterImport:
    """An import by id; NotFound outside the scope."""
    query = sa.select(RosterImport).where(RosterImport.id == import_id)
    if scope is not None:
        query = query.join(UnitVersion, UnitVersion.unit_id == RosterImport.unit_id).where(
            is_present(), scope.condition()
        )
    if locked:
        query = query.with_for_update(of=RosterImport)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def find_layout(unit_id: int, signature: str) -> dict[str, Any] | None:
    """How columns under this header were matched last time below this unit."""
    layout = db.session.get(RosterLayout, (unit_id, signature))
    return layout.mapping if layout else None


def applicable(import_id: int, *kinds: LineKind) -> sa.ColumnElement[bool]:
    """The condition of a line that will be, or was, applied: its unit is in the tree by now.

    A line without a unit stays where the person is. Ask it of StagedLine left-joined with
    StagedUnit."""
    return sa.and_(
        StagedLine.import_id == import_id,
        StagedLine.kind.in_(kinds),
        sa.or_(StagedLine.staged_unit_id.is_(None), StagedUnit.unit_id.is_not(None)),
    )


def count_lines(import_id: int) -> dict[str, int]:
    """How many lines there are of each kind, how many wait for a unit that is not founded yet
    (people who move there, and new ones), how many people are missing."""
    kinds = sa.select(StagedLine.kind, sa.func.count()).where(StagedLine.import_id == import_id)
    counts = {kind.value: 0 for kind in LineKind}
    for kind, count in db.session.execute(kinds.group_by(StagedLine.kind)):
        counts[kind.value] = count
    is_new = StagedLine.kind == LineKind.NEW
    waiting = (
        sa.select(sa.func.count(), sa.func.count(sa.case((is_new, 1))))
        .select_from(StagedLine)
        .join(StagedUnit, StagedUnit.id == StagedLine.staged_unit_id)
        .where(
            StagedLine.import_id == import_id,
            StagedLine.kind != LineKind.DOUBTFUL,
            StagedUnit.unit_id.is_(None),
        )
    )
    noticed = sa.select(
        sa.func.count(sa.case((_notes("kind"), 1))),
        sa.func.count(sa.case((_notes(ProblemKind.SAYS_LEFT), 1))),
    ).where(StagedLine.import_id == import_id)
    counts["noticed"], counts["says_left"] = db.session.execute(noticed).one()
    absences = sa.select(sa.func.count(), sa.func.count(StagedAbsence.left_on)).where(
        StagedAbsence.import_id == import_id
    )
    counts["in_new_units"], counts["new_in_new_units"] = db.session.execute(waiting).one()
    counts["missing"], counts["leaving"] = db.session.execute(absences).one()
    return counts


def lines_of(import_id: int, kind: LineKind) -> AnySelect:
    """Lines of one kind with the unit as the file names it: (line, names, whether the unit is new,
    whether it waits to be founded, unit name)."""
    return _lines(import_id).where(StagedLine.kind == kind).order_by(StagedLine.position)


def noticed_lines(import_id: int) -> AnySelect:
    """Lines with notices, as lines_of gives them; those whose people may have left come first."""
    may_have_left = sa.case((_notes(ProblemKind.SAYS_LEFT), 0), else_=1)
    return _lines(import_id).where(_notes("kind")).order_by(may_have_left, StagedLine.position)


def _notes(word: str) -> sa.ColumnElement[bool]:
    """The condition that a word of ours stands in a line's notices."""
    return sa.cast(StagedLine.notices, sa.Text).contains(f'"{word}"')


def _lines(import_id: int) -> AnySelect:
    return (
        sa.select(
            StagedLine,
            StagedUnit.names,
            StagedUnit.status == UnitStatus.NEW,
            sa.and_(StagedUnit.status == UnitStatus.NEW, StagedUnit.unit_id.is_(None)),
            name_with_above(),
        )
        .outerjoin(StagedUnit, StagedUnit.id == StagedLine.staged_unit_id)
        .outerjoin(UnitVersion, sa.and_(UnitVersion.unit_id == StagedUnit.unit_id, is_present()))
        .where(StagedLine.import_id == import_id)
    )


def get_line(import_id: int, line_id: int) -> StagedLine:
    """A line of an import."""
    line = db.session.get(StagedLine, line_id)
    if line is None or line.import_id != import_id:
        raise NotFound
    return line


def posts_of_lines(line_ids: Collection[int]) -> dict[int, list[StagedPost]]:
    """What each line gives and ends of posts."""
    posts: dict[int, list[StagedPost]] = defaultdict(list)
    query = sa.select(StagedPost).where(StagedPost.line_id.in_(line_ids)).order_by(StagedPost.id)
    for post in db.session.scalars(query):
        posts[post.line_id].append(post)
    return posts


def moves_of(import_id: int) -> sa.Select[Any]:
    """Who moves: (member_id, unit_id, names of the unit). A unit yet to be founded has no id."""
    return (
        sa.select(StagedLine.member_id, StagedUnit.unit_id, StagedUnit.names)
        .join(StagedUnit, StagedUnit.id == StagedLine.staged_unit_id)
        .where(StagedLine.import_id == import_id, StagedLine.kind == LineKind.MOVED)
    )


def answers_of(import_id: int) -> sa.Select[Any]:
    """Ids of what was recorded, when it was applied, about who answers for studies."""
    return sa.select(RosterTrace.row_id).where(
        RosterTrace.import_id == import_id, RosterTrace.kind == TraceKind.STUDY_ANSWERED
    )


def new_units(import_id: int) -> Sequence[StagedUnit]:
    """Units that the tree does not have and that a line without doubt needs, with those above them
    that it lacks too; the wider ones first. What doubtful lines alone name is no unit yet."""
    needed = sa.select(StagedUnit.key).where(
        StagedUnit.import_id == import_id,
        StagedUnit.status == UnitStatus.NEW,
        sa.select(StagedLine.id)
        .where(
            StagedLine.staged_unit_id == StagedUnit.id,
            StagedLine.kind != LineKind.DOUBTFUL,
        )
        .exists(),
    )
    keys: set[str] = set()
    for key in db.session.scalars(needed):
        names = key.split("/")
        keys |= {"/".join(names[:depth]) for depth in range(1, len(names) + 1)}
    query = (
        sa.select(StagedUnit)
        .where(StagedUnit.import_id == import_id, StagedUnit.status == UnitStatus.NEW)
        .order_by(StagedUnit.depth, StagedUnit.id)
    )
    return [unit for unit in db.session.scalars(query) if unit.key in keys]


def missing_members(import_id: int) -> AnySelect:
    """Who is missing from the file: (absence, member, unit name), by unit and name."""
    return (
        sa.select(StagedAbsence, Member, name_with_above())
        .join(Member, Member.id == StagedAbsence.member_id)
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == StagedAbsence.unit_id, is_present()))
        .where(StagedAbsence.import_id == import_id)
        .order_by(UnitVersion.sort_key, StagedAbsence.unit_id, Member.sort_key, Member.id)
    )


def staged_batches(import_id: int) -> Iterator[Sequence[Any]]:
    """All lines of an import in their order, a batch at a time, as rows of the table's columns."""
    done = 0
    while True:
        query = (
            sa.select(*StagedLine.__table__.c)
            .where(StagedLine.import_id == import_id, StagedLine.position > done)
            .order_by(StagedLine.position)
            .limit(BATCH)
        )
        batch = db.session.execute(query).all()
        if not batch:
            return
        done = batch[-1].position
        yield batch


def imports_at_work(since: datetime) -> Sequence[int]:
    """Imports whose work gave no sign of life after a moment, the oldest first."""
    states = (ImportState.READING, ImportState.APPLYING, ImportState.UNDOING)
    query = sa.select(RosterImport.id).where(
        RosterImport.state.in_(states), RosterImport.active_at < since
    )
    return db.session.scalars(query.order_by(RosterImport.id)).all()


def stored_file_keys() -> set[str]:
    """The files that imports still need."""
    query = sa.select(RosterImport.file_key).where(RosterImport.file_key.is_not(None))
    return {key for key in db.session.scalars(query) if key is not None}
