"""Filling the staged tables from a file's lines, and looking again whether they still hold.

A batch of lines costs a handful of statements; nothing here touches a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import clock
from lms.base.vietnamese import fold, sort_key
from lms.extensions import db
from lms.people.comparing import rank_of
from lms.people.models import (
    LineKind,
    Member,
    Membership,
    RosterImport,
    StagedAbsence,
    StagedLine,
    StagedPost,
    StagedUnit,
    UnitStatus,
)
from lms.people.queries.members import is_standing
from lms.people.queries.roster import BATCH, count_lines, posts_of_lines, staged_batches
from lms.people.roster import Problem, RosterLine
from lms.people.services.roster.judging import (
    Judge,
    Judgement,
    Names,
    judged_columns,
    post_rows,
    stored_problems,
)
from lms.people.unit_matching import Match, plain_name

_LINES: Any = StagedLine.__table__
_HIDDEN_SHOWN = 10


@dataclass(slots=True)
class Prepared:
    """A judged line: the unit it names, its columns, the posts it gives and ends."""

    names: Names
    row: dict[str, Any]
    posts: set[tuple[str, int | None]]


class Stager:
    """Stages the lines of one import, batch after batch."""

    def __init__(self, roster_import: RosterImport) -> None:
        self._import_id = roster_import.id
        self._judge = Judge(roster_import.unit_id)
        self._units: dict[Names, int | None] = {}
        self._position = 0
        self._hidden: list[int] = []

    def prepare(self, lines: Sequence[RosterLine]) -> list[Prepared]:
        """Judge a batch. Reads only, so call it where nobody waits to write."""
        judgements = self._judge.judge_new(lines)
        self._hidden += [line.row for line in lines if line.is_hidden]
        return [
            Prepared(line.unit_names, self._row(line, judgement), post_rows(judgement))
            for line, judgement in zip(lines, judgements, strict=True)
        ]

    def keep(self, batch: Sequence[Prepared]) -> None:
        """Stage a prepared batch. Call it inside a transaction of its own."""
        for line in batch:
            line.row["staged_unit_id"] = self._unit(line.names)
        rows = [line.row for line in batch if not line.posts]
        if rows:
            db.session.execute(_LINES.insert(), rows)
        with_posts = [line for line in batch if line.posts]
        if with_posts:
            ids = db.session.scalars(
                sa.insert(StagedLine).returning(StagedLine.id, sort_by_parameter_order=True),
                [line.row for line in with_posts],
            ).all()
            _stage_posts(
                self._import_id,
                [(i, line.posts) for i, line in zip(ids, with_posts, strict=True)],
            )

    def note_hidden(self, roster_import: RosterImport) -> None:
        """Keep how many people stood in rows that the file hides, and where the first were."""
        shown = self._hidden[:_HIDDEN_SHOWN]
        hidden = {"count": len(self._hidden), "rows": shown}
        roster_import.layout = {**roster_import.layout, "hidden": hidden}

    def _row(self, line: RosterLine, judgement: Judgement) -> dict[str, Any]:
        self._position += 1
        day = line.birth_date
        return {
            "import_id": self._import_id,
            "position": self._position,
            "sheet": line.sheet[:100],
            "row": line.row,
            "code": line.code[:20] if line.code else None,
            "name": line.name[:120],
            "fold": fold(line.name)[:140],
            "sort_key": sort_key(line.name) if line.name else "",
            "birth_year": day.year if day else line.birth_year,
            "birth_date": day,
            "standing": line.standing,
            "is_exempt": line.is_exempt,
            "phone": line.phone,
            "email": line.email,
            "post": line.post[:300] if line.post else None,
            "notices": _notices(line.notices),
            **judged_columns(line, judgement),
        }

    def _unit(self, names: Names) -> int | None:
        if names not in self._units:
            match = self._judge.match(names)
            self._units[names] = self._keep_unit(names, match) if match else None
        return self._units[names]

    def _keep_unit(self, names: Names, match: Match) -> int:
        """The staged unit of these names, with those above it that would be founded first."""
        key = "/".join(plain_name(name) for name in names)[:500]
        query = sa.select(StagedUnit.id).where(
            StagedUnit.import_id == self._import_id, StagedUnit.key == key
        )
        found = db.session.scalar(query)
        if found is not None:
            return found
        if match.status is UnitStatus.NEW and match.missing > 1:
            above = self._judge.match(names[:-1])
            if above is not None:
                self._units[names[:-1]] = self._keep_unit(names[:-1], above)
        unit = StagedUnit(
            import_id=self._import_id,
            names=list(names),
            key=key,
            depth=len(names),
            status=match.status,
            unit_id=match.unit_id,
            parent_unit_id=match.parent_id if match.missing == 1 else None,
        )
        db.session.add(unit)
        db.session.flush()
        return unit.id


def forget_staged(import_id: int) -> bool:
    """Delete a batch of what was staged; True when nothing is left. The import itself stays."""
    lines = sa.select(StagedLine.id).where(StagedLine.import_id == import_id).limit(BATCH)
    ids = db.session.scalars(lines).all()
    if ids:
        db.session.execute(sa.delete(StagedPost).where(StagedPost.line_id.in_(ids)))
        db.session.execute(sa.delete(StagedLine).where(StagedLine.id.in_(ids)))
        return False
    for table in (StagedAbsence, StagedUnit):
        db.session.execute(sa.delete(table).where(table.import_id == import_id))
    return True


def finish_staging(roster_import: RosterImport) -> None:
    """Once all lines are staged: who is missing from the file, and the counts."""
    stage_absences(roster_import.id)
    roster_import.counts = count_lines(roster_import.id)
    roster_import.line_count = sum(roster_import.counts[kind.value] for kind in LineKind)
    roster_import.active_at = clock.now()
    db.session.flush()


def stage_absences(import_id: int) -> None:
    """Those who belong to a unit that the file covers and whom no line names, nor may mean."""
    doubtful = sa.select(StagedLine.id).where(
        StagedLine.import_id == import_id,
        StagedLine.kind == LineKind.DOUBTFUL,
        StagedLine.member_id.is_(None),
        StagedLine.fold == Member.fold,
    )
    named = sa.select(StagedLine.id).where(
        StagedLine.member_id == Member.id, StagedLine.import_id == import_id
    )
    covered = (
        sa.select(StagedUnit.unit_id)
        .join(StagedLine, StagedLine.staged_unit_id == StagedUnit.id)
        .where(StagedUnit.import_id == import_id, StagedUnit.unit_id.is_not(None))
    )
    known = sa.select(StagedAbsence.member_id).where(StagedAbsence.import_id == import_id)
    missing = (
        sa.select(sa.literal(import_id), Member.id, Membership.unit_id)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            is_standing(),
            Membership.unit_id.in_(covered),
            Member.left_on.is_(None),
            ~named.exists(),
            ~doubtful.exists(),
            Member.id.not_in(known),
        )
    )
    columns = ["import_id", "member_id", "unit_id"]
    db.session.execute(sa.insert(StagedAbsence).from_select(columns, missing))


def look_again(roster_import: RosterImport, batch: Sequence[Any], judge: Judge) -> int:
    """Judge a batch of staged lines anew and keep what differs; returns how many did."""
    names = _names_of(roster_import.id)
    judgements = judge.judge_staged(batch, names)
    held = posts_of_lines([row.id for row in batch])
    changed: list[tuple[int, set[tuple[str, int | None]]]] = []
    values = []
    for row, judgement in zip(batch, judgements, strict=True):
        columns = judged_columns(row, judgement)
        posts = {(post.title, post.post_id) for post in held.get(row.id, ())}
        if all(getattr(row, name) == value for name, value in columns.items()) and (
            posts == post_rows(judgement)
        ):
            continue
        changed.append((row.id, post_rows(judgement)))
        values.append({"id": row.id, **columns})
    if values:
        ids = [line_id for line_id, _posts in changed]
        db.session.execute(sa.update(StagedLine), values)
        db.session.execute(sa.delete(StagedPost).where(StagedPost.line_id.in_(ids)))
        _stage_posts(roster_import.id, changed)
    return len(values)


def match_units_again(roster_import: RosterImport, judge: Judge) -> int:
    """Look up the units once more; returns how many are found otherwise than before."""
    changed = 0
    for unit in db.session.scalars(
        sa.select(StagedUnit).where(StagedUnit.import_id == roster_import.id)
    ):
        match = judge.match(tuple(unit.names))
        if match is None:
            continue
        found = (match.status, match.unit_id)
        if found != (unit.status, unit.unit_id):
            unit.status, unit.unit_id = found
            changed += 1
        unit.parent_unit_id = match.parent_id if match.missing == 1 else None
    db.session.flush()
    return changed


def is_out_of_date(roster_import: RosterImport) -> bool:
    """Whether people or units changed since the lines were staged. Reads only."""
    judge = Judge(roster_import.unit_id)
    units = sa.select(StagedUnit).where(StagedUnit.import_id == roster_import.id)
    for unit in db.session.scalars(units):
        match = judge.match(tuple(unit.names))
        if match and (match.status, match.unit_id) != (unit.status, unit.unit_id):
            return True
    names = _names_of(roster_import.id)
    for batch in staged_batches(roster_import.id):
        held = posts_of_lines([row.id for row in batch if row.post])
        for row, judgement in zip(batch, judge.judge_staged(batch, names), strict=True):
            if row.kind is LineKind.NEW and row.member_id is not None:
                continue  # written by this very import, hidden until it is applied
            posts = {(post.title, post.post_id) for post in held.get(row.id, ())}
            columns = judged_columns(row, judgement)
            if posts != post_rows(judgement) or any(
                getattr(row, name) != value for name, value in columns.items()
            ):
                return True
    return _absences_out_of_date(roster_import.id)


def drop_absences_that_ended(import_id: int) -> None:
    """Forget absences of people who by now are elsewhere or named by a line."""
    db.session.execute(
        sa.delete(StagedAbsence).where(
            StagedAbsence.import_id == import_id, ~_still_missing().exists()
        )
    )


def _absences_out_of_date(import_id: int) -> bool:
    gone = sa.select(StagedAbsence.member_id).where(
        StagedAbsence.import_id == import_id,
        StagedAbsence.left_on.is_not(None),
        ~_still_missing().exists(),
    )
    return db.session.scalar(gone.limit(1)) is not None


def _still_missing() -> sa.Select[Any]:
    named = (
        sa.select(StagedLine.id)
        .where(
            StagedLine.import_id == StagedAbsence.import_id,
            StagedLine.member_id == StagedAbsence.member_id,
        )
        .correlate(StagedAbsence)
    )
    return (
        sa.select(Membership.id)
        .where(
            Membership.member_id == StagedAbsence.member_id,
            Membership.unit_id == StagedAbsence.unit_id,
            is_standing(),
            ~named.exists(),
        )
        .correlate(StagedAbsence)
    )


def _names_of(import_id: int) -> dict[int | None, Names]:
    query = sa.select(StagedUnit.id, StagedUnit.names).where(StagedUnit.import_id == import_id)
    found: dict[int | None, Names] = {i: tuple(names) for i, names in db.session.execute(query)}
    found[None] = ()
    return found


def _stage_posts(import_id: int, lines: Iterable[tuple[int, set[tuple[str, int | None]]]]) -> None:
    rows = [
        {
            "import_id": import_id,
            "line_id": line_id,
            "title": title,
            "rank": rank_of(title),
            "post_id": post_id,
        }
        for line_id, posts in lines
        for title, post_id in sorted(posts, key=str)
    ]
    if rows:
        db.session.execute(sa.insert(StagedPost), rows)


def _notices(notices: Sequence[Problem]) -> list[dict[str, Any]] | None:
    return stored_problems(notices) or None
