"""The steps of an import that a human takes: hand in, match columns, apply, undo, give up.

A step checks where the import is and moves it on; the work of a large file follows in work.py.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Conflict, Invalid
from lms.extensions import db
from lms.people import roster_files
from lms.people.answering import Answers
from lms.people.models import Account, ImportState, RosterImport, RosterLayout
from lms.people.queries.roster import find_layout, get_import
from lms.people.queries.roster_days import find_earliest_day
from lms.people.roster import Field
from lms.people.roster.reading import Reading
from lms.people.services.roster.staging import forget_staged
from lms.people.services.roster.undoing import obstacles
from lms.units.queries import Scope, get_unit

ASKED_NOBODY = Answers()
FILE_LIMIT = 30 * 1024 * 1024
PREVIEW_KEPT = timedelta(days=7)
UNDO_KEPT = timedelta(days=180)
NAMES = frozenset({Field.NAME, Field.GIVEN_NAME})
SEVERAL = frozenset({Field.PARENT_UNIT})
"""Meanings that several columns may have."""


def receive_roster(
    actor: Account | None, unit_id: int, key: str, reading: Reading, scope: Scope | None = None
) -> RosterImport:
    """Keep an uploaded roster that could be opened, its columns matched as last time."""
    get_unit(unit_id, scope)
    remembered = find_layout(unit_id, reading.signature)
    columns = [
        {
            "index": column.index,
            "header": column.header[:200],
            "field": (remembered or {}).get(str(column.index))
            if remembered is not None
            else column.field,
            "samples": [sample[:60] for sample in column.samples],
        }
        for column in reading.columns
    ]
    stored = RosterImport(
        unit_id=unit_id,
        file_name=reading.name[:200],
        file_key=key,
        layout={
            "signature": reading.signature,
            "header_row": reading.header_row,
            "columns": columns,
            "sheets": [sheet.name for sheet in reading.sheets],
            "skipped": [[sheet.name, sheet.reason.value] for sheet in reading.skipped_sheets],
        },
        state=ImportState.UPLOADED,
        active_at=clock.now(),
        effective_on=clock.today(),
        created_by_id=actor.id if actor else None,
        created_at=clock.now(),
    )
    db.session.add(stored)
    db.session.flush()
    record(
        stored.created_by_id,
        "roster.uploaded",
        f"roster_import:{stored.id}",
        file_name=stored.file_name,
        unit_id=unit_id,
    )
    return stored


def mapping_of(roster_import: RosterImport) -> dict[int, Field]:
    """Column number → meaning, as matched so far."""
    return {
        column["index"]: Field(column["field"])
        for column in roster_import.layout.get("columns", [])
        if column["field"]
    }


def refuse_unusable(mapping: Mapping[int, Field]) -> None:
    """Invalid when columns do not say who somebody is, or two of them say the same."""
    fields = list(mapping.values())
    if Field.CODE not in fields:
        raise Invalid(_("Hãy chỉ ra cột ghi số thẻ."))
    if not NAMES & set(fields):
        raise Invalid(_("Hãy chỉ ra cột ghi họ và tên."))
    twice = {field for field in fields if fields.count(field) > 1} - SEVERAL
    if twice:
        raise Invalid(_("Có hai cột cùng một ý nghĩa. Hãy chọn “Không dùng” cho một cột."))


def begin_reading(
    import_id: int, mapping: Mapping[int, Field], scope: Scope | None = None
) -> RosterImport:
    """Take the columns as matched by a human, remember them, and begin to read the lines."""
    stored = get_import(import_id, scope, locked=True)
    if stored.state not in (ImportState.UPLOADED, ImportState.PREVIEW, ImportState.FAILED):
        raise Conflict(_("Danh sách này đang được xử lý hoặc đã áp dụng."))
    if stored.file_key is None:
        raise Conflict(_("Tệp đã được xóa. Hãy tải lại danh sách."))
    refuse_unusable(mapping)
    columns = [
        {**column, "field": mapping.get(column["index"])} for column in stored.layout["columns"]
    ]
    stored.layout = {**stored.layout, "columns": columns}
    _remember(stored, mapping)
    _move_on(stored, ImportState.READING)
    stored.failure = None
    stored.is_stale = False
    db.session.flush()
    return stored


def begin_apply(
    actor: Account | None,
    import_id: int,
    *,
    founds_units: bool,
    effective_on: date,
    answers: Answers = ASKED_NOBODY,
    leaving: int | None = None,
    scope: Scope | None = None,
) -> RosterImport:
    """Let a previewed import be applied from a day on. `answers`: which unit answers for the open
    studies of those who move. `leaving`: how many people a human confirmed to be marked as left;
    None where nobody is asked.

    Invalid for a day on which a unit of the file was not there yet, or somebody who moves not where
    they are.
    """
    stored = get_import(import_id, scope, locked=True)
    if stored.state is not ImportState.PREVIEW:
        raise Conflict(_("Danh sách này đang được xử lý hoặc đã áp dụng."))
    if effective_on > clock.today():
        raise Invalid(_("Ngày không được ở phía trước hôm nay."), field="effective_on")
    _refuse_too_early(stored, founds_units, effective_on)
    marked = stored.counts.get("leaving") or 0
    if leaving is not None and leaving != marked:
        raise Invalid(
            ngettext(
                "Hãy xác nhận ghi rời tổ chức %(num)s người.",
                "Hãy xác nhận ghi rời tổ chức %(num)s người.",
                marked,
            ),
            field="confirms_leaving",
        )
    stored.founds_units = founds_units
    stored.effective_on = effective_on
    stored.answers = answers.kept()
    stored.applied_by_id = actor.id if actor else None
    stored.is_stale = False
    _move_on(stored, ImportState.APPLYING)
    db.session.flush()
    return stored


def _refuse_too_early(stored: RosterImport, founds_units: bool, on: date) -> None:
    earliest = find_earliest_day(stored.id, founds_units)
    if earliest is None or earliest.on <= on:
        return
    values = {"name": earliest.name, "day": earliest.on.strftime("%d/%m/%Y")}
    if earliest.is_person:
        message = _(
            "%(name)s vào đơn vị hiện nay từ ngày %(day)s. Hãy chọn ngày từ ngày ấy trở đi.",
            **values,
        )
    else:
        message = _("%(name)s chỉ có từ ngày %(day)s. Hãy chọn ngày từ ngày ấy trở đi.", **values)
    raise Invalid(message, field="effective_on")


def begin_undo(actor: Account | None, import_id: int, scope: Scope | None = None) -> RosterImport:
    """Let an applied import be taken back; Conflict names what depends on it."""
    stored = get_import(import_id, scope, locked=True)
    if stored.state is not ImportState.APPLIED or not stored.layout:
        raise Conflict(_("Lần nhập này không hoàn tác được nữa."))
    if found := obstacles(stored):
        raise Conflict(
            _("Không hoàn tác được. %(reasons)s", reasons=" ".join(found)),
        )
    stored.undone_by_id = actor.id if actor else None
    stored.failure = None
    _move_on(stored, ImportState.UNDOING)
    db.session.flush()
    return stored


def abandon(actor: Account | None, import_id: int, scope: Scope | None = None) -> RosterImport:
    """Give an import up before it is applied. Its file goes now, its lines with the next
    clearing."""
    stored = get_import(import_id, scope, locked=True)
    if stored.state not in (
        ImportState.UPLOADED,
        ImportState.READING,
        ImportState.PREVIEW,
        ImportState.FAILED,
    ):
        raise Conflict(_("Danh sách này đang được xử lý hoặc đã áp dụng."))
    _move_on(stored, ImportState.ABANDONED)
    let_file_go(stored)
    record(actor.id if actor else None, "roster.abandoned", f"roster_import:{import_id}")
    db.session.flush()
    return stored


def fail(import_id: int, message: str) -> None:
    """Note in the user's words why an import could not be read."""
    stored = get_import(import_id, locked=True)
    _move_on(stored, ImportState.FAILED)
    stored.failure = message[:400]
    db.session.flush()


def let_file_go(stored: RosterImport) -> None:
    """Delete the file: what it said is staged, or no longer wanted."""
    roster_files.remove(stored.file_key)
    stored.file_key = None


def clear_old() -> bool:
    """One short step of tidying: True when nothing is left to do.

    A preview nobody came back to is given up after a week; lines of what was given up or undone go,
    and those of an applied import after half a year (then it can no longer be undone)."""
    now = clock.now()
    forgotten = sa.select(RosterImport).where(
        RosterImport.state.in_((ImportState.UPLOADED, ImportState.PREVIEW, ImportState.FAILED)),
        RosterImport.active_at < now - PREVIEW_KEPT,
    )
    for stored in db.session.scalars(forgotten):
        stored.state = ImportState.ABANDONED
        let_file_go(stored)
    done = sa.or_(
        RosterImport.state.in_((ImportState.ABANDONED, ImportState.UNDONE)),
        sa.and_(
            RosterImport.state == ImportState.APPLIED, RosterImport.active_at < now - UNDO_KEPT
        ),
    )
    filled = sa.select(RosterImport).where(done, RosterImport.has_lines).limit(1)
    stored_one = db.session.scalar(filled)
    if stored_one is None:
        return True
    if forget_staged(stored_one.id):
        stored_one.has_lines = False
        stored_one.layout = {}
    db.session.flush()
    return False


def _move_on(stored: RosterImport, state: ImportState) -> None:
    stored.state = state
    stored.progress = 0
    stored.active_at = clock.now()


def _remember(stored: RosterImport, mapping: Mapping[int, Field]) -> None:
    values = {str(index): field.value for index, field in sorted(mapping.items())}
    key = (stored.unit_id, stored.layout["signature"])
    layout = db.session.get(RosterLayout, key)
    if layout is None:
        db.session.add(RosterLayout(unit_id=key[0], signature=key[1], mapping=values))
    else:
        layout.mapping = values
