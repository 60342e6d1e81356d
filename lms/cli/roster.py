"""`flask roster FILE`: read a roster and say what it would change, or apply it.

With --dry-run nothing is written, and a database is looked at only if it is there.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from flask_babel import gettext as _

from lms.base import clock
from lms.base.errors import DomainError, NotFound
from lms.base.transactions import reading, transaction
from lms.extensions import db
from lms.people import roster_files
from lms.people.answering import Answer, Answers
from lms.people.models import ImportState, RosterImport
from lms.people.queries.roster import find_layout, get_import
from lms.people.roster import (
    Field,
    Reading,
    RosterLine,
    Skipped,
    SkippedSheet,
    message_of,
    open_roster,
)
from lms.people.services.roster import (
    Tally,
    abandon,
    begin_apply,
    begin_reading,
    receive_roster,
    tally,
)
from lms.people.services.roster.flow import FILE_LIMIT, mapping_of
from lms.people.services.roster.work import perform
from lms.units.models import UnitVersion
from lms.units.queries import get_unit, is_present

UNREADABLE = 2
"""The exit code where the file, or the unit named, cannot be used."""


@dataclass
class Summary:
    """What a reading says, as it is printed."""

    rows: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)

    def watch(self, lines: Iterator[RosterLine]) -> Iterator[RosterLine]:
        """The same lines, noted as they go by."""
        for line in lines:
            self.rows += 1
            for listed, found in (
                (self.problems, line.problems),
                (self.notices, line.notices),
            ):
                listed += [
                    {
                        "row": problem.row,
                        "column": problem.column,
                        "kind": problem.kind.value,
                        "message": message_of(problem),
                    }
                    for problem in found
                ]
            if not line.problems:
                self.members.append(_member(line))
            yield line


@click.command("roster")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what the file would change.")
@click.option("--json", "as_json", is_flag=True, help="Print what was read as JSON.")
@click.option("--unit", "unit_id", type=int, help="The unit whose people these are (default: all).")
@click.option(
    "--found-units/--no-found-units",
    default=True,
    help="Found units that the tree does not have, or leave their lines out (default: found).",
)
@click.option(
    "--study",
    type=click.Choice([answer.value for answer in Answer]),
    default=Answer.KEEP.value,
    help="Who answers for open studies of people who move: the old unit (keep, the default) or "
    "the new one (move).",
)
@with_appcontext
def roster(
    file: Path,
    dry_run: bool,
    as_json: bool,
    unit_id: int | None,
    found_units: bool,
    study: str,
) -> None:
    """Read the people of FILE (.xlsx or CSV) and apply them.

    Lines in doubt are listed and left out; with --dry-run nothing is changed at all.
    """
    summary = Summary()
    try:
        opened = open_roster(file, file.name)
        with reading():
            root = _unit(unit_id)
            if root is not None and (known := find_layout(root, opened.signature)) is not None:
                opened = opened.with_mapping({int(at): Field(each) for at, each in known.items()})
            lines = summary.watch(opened.lines())
            counts = tally(root, lines) if root is not None else _all_new(lines)
    except NotFound:
        _stop(_("Không có đơn vị số %(number)s.", number=unit_id))
    except DomainError as error:
        _stop(str(error.message))
    if as_json:
        click.echo(json.dumps(_as_json(summary, counts), ensure_ascii=False, indent=1))
    else:
        _describe(opened, summary, counts)
    if dry_run:
        return
    if root is None:
        _stop(_("Chưa có đơn vị nào. Hãy lập đơn vị đầu tiên bằng lệnh “found”."))
    try:
        applied, told = _apply(file, opened, root, found_units, Answers(Answer(study)))
    except DomainError as error:
        _stop(str(error.message))
    click.echo(_("Đã áp dụng lần nhập số %(number)s.", number=applied), err=as_json)
    if told["studies_kept"] or told["studies_moved"]:
        click.echo(
            _(
                "Phiếu học tập đang mở của người chuyển đơn vị: %(kept)s tính cho đơn vị cũ, "
                "%(moved)s tính cho đơn vị mới.",
                kept=told["studies_kept"],
                moved=told["studies_moved"],
            ),
            err=as_json,
        )


def _unit(unit_id: int | None) -> int | None:
    """The unit asked for, else the topmost one; None where there is no unit yet."""
    if not sa.inspect(db.engine).has_table(UnitVersion.__tablename__):
        return None
    if unit_id is not None:
        return get_unit(unit_id).unit_id
    query = sa.select(UnitVersion.unit_id).where(UnitVersion.depth == 0, is_present())
    roots = db.session.scalars(query.limit(2)).all()
    if len(roots) > 1:
        raise click.UsageError("there are several topmost units; give --unit ID")
    return roots[0] if roots else None


def _all_new(lines: Iterator[RosterLine]) -> Tally:
    counts = Tally()
    for line in lines:
        if line.problems:
            counts.doubtful += 1
        else:
            counts.new += 1
    return counts


def _member(line: RosterLine) -> dict[str, Any]:
    names = line.unit_names
    return {
        "code": line.code,
        "name": line.name,
        "ward": names[-2] if len(names) > 1 else None,
        "cell": names[-1] if names else None,
        "birth_year": line.birth_year,
        "birth_date": line.birth_date.isoformat() if line.birth_date else None,
        "phone": line.phone,
        "email": line.email,
        "post": line.post,
        "standing": line.standing.value if line.standing else None,
        "exempt": line.is_exempt,
    }


def _as_json(summary: Summary, counts: Tally) -> dict[str, Any]:
    """`doubtful` also counts lines that only the people and units on record leave in doubt."""
    return {
        "rows": summary.rows,
        "accepted": len(summary.members),
        "new": counts.new,
        "changed": counts.changed,
        "moved": counts.moved,
        "unchanged": counts.unchanged,
        "doubtful": counts.doubtful,
        "problems": summary.problems,
        "notices": summary.notices,
        "members": summary.members,
    }


def _describe(opened: Reading, summary: Summary, counts: Tally) -> None:
    for sheet in opened.skipped_sheets:
        click.echo(_skipped(sheet))
    if opened.hidden_rows:
        click.echo(
            _("Có %(count)s người ở các dòng bị ẩn, vẫn được đọc.", count=opened.hidden_rows)
        )
    click.echo(
        _(
            "Đọc được %(rows)s dòng: %(accepted)s dòng rõ ràng, %(doubts)s dòng cần xem lại.",
            rows=summary.rows,
            accepted=len(summary.members),
            doubts=summary.rows - len(summary.members),
        )
    )
    click.echo(
        _(
            "Thêm mới %(new)s, thay đổi %(changed)s, chuyển đơn vị %(moved)s, "
            "giữ nguyên %(unchanged)s, chưa rõ %(doubtful)s.",
            new=counts.new,
            changed=counts.changed,
            moved=counts.moved,
            unchanged=counts.unchanged,
            doubtful=counts.doubtful,
        )
    )
    for problem in summary.problems:
        click.echo(_("Dòng %(row)s, cột %(column)s: %(message)s", **_shown(problem)))
    for notice in summary.notices:
        click.echo(_("Lưu ý dòng %(row)s, cột %(column)s: %(message)s", **_shown(notice)))


def _shown(problem: dict[str, Any]) -> dict[str, Any]:
    return {key: problem[key] or "–" for key in ("row", "column", "message")}


def _skipped(sheet: SkippedSheet) -> str:
    if sheet.reason is Skipped.HIDDEN:
        return _("Không đọc trang tính bị ẩn: %(name)s.", name=sheet.name)
    return _("Không đọc trang tính không có dòng tiêu đề của danh sách: %(name)s.", name=sheet.name)


def _apply(
    file: Path, opened: Reading, unit_id: int, found_units: bool, answers: Answers
) -> tuple[int, dict[str, Any]]:
    """Stage the file and apply it, as the pages do; returns the import's number and counts."""
    with file.open("rb") as stream:
        key = roster_files.keep(stream, FILE_LIMIT)
    try:
        with transaction():
            stored = receive_roster(None, unit_id, key, opened)
            import_id = stored.id
            begin_reading(import_id, mapping_of(stored))
    except BaseException:
        roster_files.remove(key)
        raise
    perform(import_id)
    _expect(import_id, ImportState.PREVIEW)
    with transaction():
        begin_apply(
            None,
            import_id,
            founds_units=found_units,
            effective_on=clock.today(),
            answers=answers,
        )
    perform(import_id)
    _expect(import_id, ImportState.APPLIED)
    with reading():
        return import_id, dict(get_import(import_id).counts)


def _expect(import_id: int, state: ImportState) -> None:
    with reading():
        stored: RosterImport = get_import(import_id)
        is_so, failure = stored.state is state, stored.failure
    if is_so:
        return
    with transaction():
        abandon(None, import_id)
    _stop(failure or _("Dữ liệu vừa được người khác thay đổi. Hãy chạy lại lệnh này."))


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(UNREADABLE)
