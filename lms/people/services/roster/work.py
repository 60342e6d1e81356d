"""The work of an import: a small file's within the request, a large one's behind it.

`perform` goes on wherever an import stands: after a crash it is called again and nothing is lost
or done twice. Each transaction is short, so that others' writes go through between them.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.background import enqueue, job
from lms.base.transactions import reading, transaction
from lms.extensions import db
from lms.people import roster_files
from lms.people.models import ImportState, RosterImport
from lms.people.queries.roster import BATCH, get_import, staged_batches
from lms.people.roster import Field, RosterLine
from lms.people.roster.errors import UnreadableRoster
from lms.people.roster.reading import open_roster
from lms.people.services.roster.applying import make_visible
from lms.people.services.roster.flow import fail, let_file_go, mapping_of
from lms.people.services.roster.hiding import create_hidden, remove_hidden
from lms.people.services.roster.judging import Judge
from lms.people.services.roster.sets import Outdated
from lms.people.services.roster.staging import (
    Stager,
    drop_absences_that_ended,
    finish_staging,
    forget_staged,
    is_out_of_date,
    look_again,
    match_units_again,
)
from lms.people.services.roster.undoing import obstacles, take_back
from lms.people.services.search import index_all_missing_names, index_missing_names

logger = logging.getLogger(__name__)

SMALL = BATCH
"""A file of so many lines at most is read, and applied, while its owner waits."""

TRIES = 3

BREATH = 0.1
"""Seconds between two transactions: other processes look that often whether they may write."""


def read_if_small(key: str, name: str, mapping: dict[int, Field]) -> list[RosterLine] | None:
    """The lines of a small file; None of a large one. Slow, touches no table. UnreadableRoster."""
    lines = open_roster(roster_files.path_of(key), name, mapping).lines()
    few = list(islice(lines, SMALL + 1))
    return few if len(few) <= SMALL else None


def stage_now(stored: RosterImport, lines: Sequence[RosterLine]) -> None:
    """Stage a small file in the transaction under way."""
    while not forget_staged(stored.id):
        pass
    stored.has_lines = True
    stager = Stager(stored)
    stager.keep(stager.prepare(lines))
    stager.note_hidden(stored)
    finish_staging(stored)
    stored.state = ImportState.PREVIEW
    db.session.flush()


def apply_now(stored: RosterImport) -> bool:
    """Apply a small import in the transaction under way; False when people changed since the
    preview, which has been made anew."""
    if not is_out_of_date(stored):
        try:
            with db.session.begin_nested():
                while not create_hidden(stored):
                    pass
                make_visible(stored)
        except Outdated:
            db.session.refresh(stored)
        else:
            index_all_missing_names()
            let_file_go(stored)
            return True
    judge = Judge(stored.unit_id)
    match_units_again(stored, judge)
    for batch in staged_batches(stored.id):
        look_again(stored, batch, judge)
    _end_look(stored)
    return False


def undo_now(stored: RosterImport) -> bool:
    """Take a small import back in the transaction under way; False when something depends on it."""
    try:
        with db.session.begin_nested():
            take_back(stored)
            while not remove_hidden(stored):
                pass
    except Outdated:
        db.session.refresh(stored)
        _cannot_undo(stored)
        return False
    index_all_missing_names()
    _end_undo(stored)
    return True


def perform_later(import_id: int) -> None:
    """Let the worker do what an import waits for, once this transaction is committed."""
    enqueue(perform, import_id)


@job()
def perform(import_id: int) -> None:
    """Do what an import waits for, in transactions of its own."""
    with reading():
        state = get_import(import_id).state
    steps: dict[ImportState, Callable[[int], None]] = {
        ImportState.READING: _read,
        ImportState.APPLYING: _apply,
        ImportState.UNDOING: _undo,
    }
    if state in steps:
        steps[state](import_id)


def _read(import_id: int) -> None:
    try:
        _stage_file(import_id)
    except UnreadableRoster as error:
        with transaction():
            fail(import_id, str(error.message))
    except Exception:
        logger.exception("The roster import %s could not be read", import_id)
        with transaction():
            fail(
                import_id, _("Không đọc được tệp này. Hãy lưu lại bằng Excel rồi tải lên lần nữa.")
            )


def _stage_file(import_id: int) -> None:
    _in_steps(import_id, lambda stored: forget_staged(stored.id))
    with transaction():
        stored = get_import(import_id, locked=True)
        if stored.state is not ImportState.READING or stored.file_key is None:
            return
        stored.has_lines = True
        stored.progress = 0
        stager = Stager(stored)
        path, name, mapping = (
            roster_files.path_of(stored.file_key),
            stored.file_name,
            mapping_of(stored),
        )
    for lines in _batches(open_roster(path, name, mapping).lines()):
        with reading():
            batch = stager.prepare(lines)
        with transaction():
            stored = get_import(import_id, locked=True)
            if stored.state is not ImportState.READING:
                return
            stager.keep(batch)
            stored.progress += len(lines)
            stored.active_at = clock.now()
    with transaction():
        stored = get_import(import_id, locked=True)
        if stored.state is ImportState.READING:
            stager.note_hidden(stored)
            finish_staging(stored)
            stored.state = ImportState.PREVIEW


def _batches(lines: Iterator[RosterLine]) -> Iterator[list[RosterLine]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _apply(import_id: int) -> None:
    for _attempt in range(TRIES):
        with reading():
            outdated = is_out_of_date(get_import(import_id))
        if outdated:
            break
        try:
            _in_steps(import_id, create_hidden, ImportState.APPLYING)
            with transaction():
                stored = get_import(import_id, locked=True)
                if stored.state is not ImportState.APPLYING:
                    return
                make_visible(stored)
                let_file_go(stored)
        except Outdated:
            continue
        _index_names()
        return
    _in_steps(import_id, remove_hidden, ImportState.APPLYING)
    with transaction():
        stored = get_import(import_id, locked=True)
        judge = Judge(stored.unit_id)
        match_units_again(stored, judge)
        batches = staged_batches(import_id)
    while True:
        with reading():
            batch = next(batches, None)
        if batch is None:
            break
        with transaction():
            look_again(get_import(import_id), batch, judge)
        time.sleep(BREATH)
    with transaction():
        _end_look(get_import(import_id, locked=True))


def _undo(import_id: int) -> None:
    with transaction():
        stored = get_import(import_id, locked=True)
        if stored.state is not ImportState.UNDOING:
            return
        if stored.undone_at is None and obstacles(stored):
            _cannot_undo(stored)
            return
    try:
        with transaction():
            stored = get_import(import_id, locked=True)
            if stored.undone_at is None:
                take_back(stored)
                stored.undone_at = clock.now()
    except Outdated:
        with transaction():
            _cannot_undo(get_import(import_id, locked=True))
        return
    _in_steps(import_id, remove_hidden, ImportState.UNDOING)
    _index_names()
    with transaction():
        _end_undo(get_import(import_id, locked=True))


def _index_names() -> None:
    """Let those whose names changed be found again, in short transactions."""
    after: int | None = 0
    while after is not None:
        with transaction():
            after = index_missing_names(after)
        time.sleep(BREATH)


def _in_steps(
    import_id: int,
    step: Callable[[RosterImport], bool],
    state: ImportState = ImportState.READING,
) -> None:
    """Repeat a step, each in a short transaction, until it says that it is done."""
    is_done = False
    while not is_done:
        with transaction():
            stored = get_import(import_id, locked=True)
            is_done = stored.state is not state or step(stored)
        time.sleep(BREATH)


def _end_look(stored: RosterImport) -> None:
    """The preview is new: say so, and wait for a human."""
    drop_absences_that_ended(stored.id)
    finish_staging(stored)
    stored.state = ImportState.PREVIEW
    stored.is_stale = True
    db.session.flush()


def _cannot_undo(stored: RosterImport) -> None:
    stored.state = ImportState.APPLIED
    stored.failure = _("Không hoàn tác được: người hoặc đơn vị đã được thay đổi sau lần nhập này.")
    db.session.flush()


def _end_undo(stored: RosterImport) -> None:
    stored.state = ImportState.UNDONE
    stored.undone_at = stored.active_at = clock.now()
    record(
        stored.undone_by_id,
        "roster.undone",
        f"roster_import:{stored.id}",
        **{key: value for key, value in stored.counts.items() if isinstance(value, int)},
    )
    db.session.flush()
