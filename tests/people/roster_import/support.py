"""Rosters written for tests, imported as a person would, and the whole of people and units to
compare before and after.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.people import roster_files
from lms.people.answering import Answers
from lms.people.models import ImportState, LineKind, Member, RosterImport, StagedLine
from lms.people.queries.roster import get_import
from lms.people.roster.reading import open_roster
from lms.people.services import roster
from lms.people.services.roster.flow import ASKED_NOBODY, mapping_of
from lms.people.services.roster.work import perform

HEADS = ("Số thẻ", "Họ và tên", "Ngày sinh", "Chi bộ", "Đảng bộ", "Chức vụ", "Điện thoại", "Email")
OURS = ("roster_", "staged_", "audit")

Line = Sequence[Any]


def roster_csv(*lines: Line, heads: Sequence[str] = HEADS) -> bytes:
    """A roster of these lines under the usual header."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(heads)
    writer.writerows([[*line, *[""] * (len(heads) - len(line))] for line in lines])
    return output.getvalue().encode()


def upload(data: bytes | Path, unit_id: int, name: str = "danh-sach.csv") -> RosterImport:
    """An import as it is after its upload."""
    if isinstance(data, Path):
        name, data = data.name, data.read_bytes()
    key = roster_files.keep(io.BytesIO(data), 10**9)
    reading = open_roster(roster_files.path_of(key), name)
    stored = roster.receive_roster(None, unit_id, key, reading)
    db.session.commit()
    return stored


def previewed(data: bytes | Path, unit_id: int, name: str = "danh-sach.csv") -> RosterImport:
    """An import as it is when its preview is shown."""
    stored = upload(data, unit_id, name)
    return read_again(stored)


def read_again(stored: RosterImport) -> RosterImport:
    roster.begin_reading(stored.id, mapping_of(stored))
    db.session.commit()
    return work(stored.id)


def applied(
    stored: RosterImport,
    founds_units: bool = True,
    on: date | None = None,
    answers: Answers = ASKED_NOBODY,
) -> RosterImport:
    """Apply an import, as the worker does."""
    day = on or clock.today()
    roster.begin_apply(
        None, stored.id, founds_units=founds_units, effective_on=day, answers=answers
    )
    db.session.commit()
    return work(stored.id)


def undone(stored: RosterImport) -> RosterImport:
    """Take an import back, as the worker does."""
    roster.begin_undo(None, stored.id)
    db.session.commit()
    return work(stored.id)


def imported(data: bytes | Path, unit_id: int, name: str = "danh-sach.csv") -> RosterImport:
    """Read and apply a file; it must go through."""
    stored = applied(previewed(data, unit_id, name))
    assert stored.state is ImportState.APPLIED, stored.failure
    return stored


def work(import_id: int) -> RosterImport:
    perform(import_id)
    db.session.expire_all()
    return get_import(import_id)


def figures(stored: RosterImport) -> dict[str, int]:
    """Lines by what they do."""
    return {kind.value: stored.counts[kind.value] for kind in LineKind}


def lines_by_row(stored: RosterImport) -> dict[int, StagedLine]:
    query = sa.select(StagedLine).where(StagedLine.import_id == stored.id)
    return {line.row: line for line in db.session.scalars(query)}


def kinds_of(line: StagedLine) -> list[str]:
    """Why a line is in doubt."""
    return [problem["kind"] for problem in line.problems or []]


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but those of imports and of the audit record."""
    db.session.commit()
    tables = db.metadata.sorted_tables
    return {
        table.name: sorted(map(tuple, db.session.execute(sa.select(table)).all()), key=repr)
        for table in tables
        if not table.name.startswith(OURS)
    }


def member(code: str) -> Member:
    """The person with a card number, as they are now."""
    db.session.expire_all()
    return db.session.scalars(sa.select(Member).where(Member.code == code)).one()
