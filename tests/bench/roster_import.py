"""`python -m tests.bench.roster_import [--rows 100000] [--database sqlite] [--moves 500]`: a large
roster through upload, preview, apply and undo by the worker, while a learner goes on asking for
pages. With `--moves`, the same people once more with so many of them in another unit: first while
nobody studies, then during an open campaign of all of them, for either answer.

Prints the seconds of each step, how long SQLite's writer was held at most, the worker's memory and
what the learner waited. The roster's people are invented; each has cells of their own to go to.
"""

from __future__ import annotations

import argparse
import http.client
import io
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
import xlsxwriter

from lms.base import clock
from lms.base.transactions import reading, transaction
from lms.extensions import db
from lms.people import roster_files
from lms.people.answering import Answer, Answers
from lms.people.models import Audience, ImportState
from lms.people.queries.roster import get_import
from lms.people.roster.reading import open_roster
from lms.people.services import roster
from lms.people.services.roster.flow import mapping_of
from lms.people.services.roster.work import perform, perform_later
from lms.training.models import Enrolment
from lms.units.models import Unit, UnitVersion
from setup.serve import worker_command
from tests.bench.product import Product, prepared
from tests.factories.training import make_campaign
from tests.support.servers import HOST, ROOT

FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
MIDDLES = "Văn Thị Hữu Đức Minh Ngọc Thanh Kim Xuân Quốc".split()
GIVENS = "An Bình Cường Dũng Giang Hòa Hạnh Khánh Lan Mai Nga Phúc Quyên Sơn Thảo Tuấn Yến".split()
HEADS = (
    *("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số thẻ đảng viên", "Chi bộ", "Đảng bộ"),
    *("Chức vụ", "Điện thoại", "Email", "Ghi chú"),
)
PEOPLE_IN_CELL = 50
CELLS_IN_WARD = 16
GOALS = {"preview": 30.0, "apply": 60.0, "hold": 2.0, "memory": 300.0}


@dataclass
class Watch:
    """What was seen from outside while the worker was at it."""

    holds: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    errors: int = 0
    memory: float = 0.0


def main() -> int:
    """Run it; 0 if every goal is reached."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--moves", type=int, default=0)
    options = parser.parse_args()
    with prepared(options.database) as product, product.app.app_context():
        path = Path(str(product.env["INSTANCE_DIR"])) / "large.xlsx"
        write_roster(path, options.rows)
        print(f"{options.rows} rows, {path.stat().st_size / 1e6:.1f} MB, {options.database}")
        worker = subprocess.Popen(
            worker_command(sys.executable), cwd=ROOT, env={**os.environ, **product.env}
        )
        try:
            figures = _run(product, path, worker.pid)
            if options.moves:
                figures |= _run_moves(path, options.rows, options.moves)
        finally:
            worker.terminate()
            worker.wait()
    for name, value in figures.items():
        print(f"  {name:<42} {value:10.2f}")
    met = [figures[name] <= goal for name, goal in _goals(figures).items()]
    return 0 if all(met) else 1


def write_roster(path: Path, rows: int, moves: int = 0) -> None:
    """A roster of so many people in new wards and cells; the first of them in the next ward."""
    chance = random.Random(7)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    sheet.write_row(0, 0, ["DANH SÁCH ĐẢNG VIÊN"])
    sheet.write_row(2, 0, HEADS)
    for number in range(rows):
        cell = number // PEOPLE_IN_CELL
        ward = cell // CELLS_IN_WARD + (2 if number < moves else 1)
        name = f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVENS)}"
        first = number % PEOPLE_IN_CELL == 0
        born = f"{chance.randint(1, 28)}/{chance.randint(1, 12)}/{chance.randint(1940, 2005)}"
        values = [
            *(number + 1, name, born, "Nam", f"9{number:08}", f"Chi bộ {cell % CELLS_IN_WARD + 1}"),
            *(f"Thử {ward}", "Bí thư chi bộ" if first else ""),
            *(f"09{chance.randint(0, 99999999):08}", f"dv{number}@example.invalid", ""),
        ]
        sheet.write_row(number + 3, 0, values)
    book.close()


def _run(product: Product, path: Path, worker: int) -> dict[str, float]:
    watch = Watch()
    root = _root()
    quiet = Watch()
    with _learner(product, quiet):
        time.sleep(4)
    import_id = _receive(path, root)
    with _learner(product, watch), _writer(product.env, watch), _memory(worker, watch):
        with transaction():
            stored = get_import(import_id)
            roster.begin_reading(import_id, mapping_of(stored))
            perform_later(import_id)
        preview = _until(import_id, ImportState.PREVIEW)
        with transaction():
            roster.begin_apply(None, import_id, founds_units=True, effective_on=clock.today())
            perform_later(import_id)
        apply = _until(import_id, ImportState.APPLIED)
        with transaction():
            roster.begin_undo(None, import_id)
            perform_later(import_id)
        undo = _until(import_id, ImportState.UNDONE)
    return {
        "preview, seconds (at most 30)": preview,
        "apply, seconds (at most 60)": apply,
        "undo, seconds": undo,
        "longest wait of another writer, s (at most 2)": max(watch.holds, default=0.0),
        "worker's memory at most, MB (at most 300)": watch.memory,
        "learner's page before, median ms": statistics.median(quiet.answers) * 1000,
        "learner's page before, p95 ms": _p95(quiet.answers) * 1000,
        "learner's page meanwhile, median ms": statistics.median(watch.answers) * 1000,
        "learner's page meanwhile, p95 ms": _p95(watch.answers) * 1000,
        "learner's page meanwhile, longest ms": max(watch.answers) * 1000,
        "learner's pages that failed": float(watch.errors),
    }


def _root() -> int:
    """The topmost unit."""
    with reading():
        query = sa.select(UnitVersion.unit_id).where(UnitVersion.depth == 0)
        return db.session.scalars(query).one()


def _receive(path: Path, root: int) -> int:
    key = roster_files.keep(io.BytesIO(path.read_bytes()), 10**9)
    opened = open_roster(roster_files.path_of(key), path.name)
    with transaction():
        return roster.receive_roster(None, root, key, opened).id


def _run_moves(path: Path, rows: int, moves: int) -> dict[str, float]:
    """Seconds to apply and undo moves, while nobody studies and during a campaign."""
    root = _root()
    _apply_here(path, root, Answers())
    write_roster(path, rows, moves)
    figures = _moves_once(path, root, moves, Answers(), "nobody studies")
    with transaction():
        unit = db.session.get_one(Unit, root)
        audiences = {one.key: one for one in db.session.scalars(sa.select(Audience))}
        make_campaign(unit, audiences, name="Đợt đo", opened=True)
        studying = db.session.scalar(sa.select(sa.func.count(Enrolment.id))) or 0
    print(f"{studying} enrolments")
    for answer in Answer:
        figures |= _moves_once(path, root, moves, Answers(answer), f"studying, {answer.value}")
    return figures


def _moves_once(
    path: Path, root: int, moves: int, answers: Answers, words: str
) -> dict[str, float]:
    import_id, seconds = _apply_here(path, root, answers)
    with reading():
        counts = get_import(import_id).counts
    assert counts["moved"] == moves, counts
    asked = counts["studies_kept"] + counts["studies_moved"]
    start = time.monotonic()
    with transaction():
        roster.begin_undo(None, import_id)
    perform(import_id)
    with reading():
        assert get_import(import_id).state is ImportState.UNDONE
    undo = time.monotonic() - start
    return {
        f"{moves} moves, {words}: apply, seconds": seconds,
        f"{moves} moves, {words}: undo, seconds": undo,
        f"{moves} moves, {words}: answers": float(asked),
    }


def _apply_here(path: Path, root: int, answers: Answers) -> tuple[int, float]:
    """Read and apply a roster in this process; its number and the seconds of applying."""
    import_id = _receive(path, root)
    with transaction():
        roster.begin_reading(import_id, mapping_of(get_import(import_id)))
    perform(import_id)
    with transaction():
        day = clock.today()
        roster.begin_apply(None, import_id, founds_units=True, effective_on=day, answers=answers)
    start = time.monotonic()
    perform(import_id)
    seconds = time.monotonic() - start
    with reading():
        assert get_import(import_id).state is ImportState.APPLIED
    return import_id, seconds


def _goals(figures: Mapping[str, float]) -> dict[str, float]:
    """The goal of each figure that has one."""
    words = {"preview,": "preview", "apply,": "apply", "longest wait": "hold", "worker's": "memory"}
    return {
        name: GOALS[goal]
        for name in figures
        for start, goal in words.items()
        if name.startswith(start)
    }


def _until(import_id: int, state: ImportState) -> float:
    """Seconds until an import is in a state."""
    start = time.monotonic()
    while True:
        with reading():
            stored = get_import(import_id)
            now, failure = stored.state, stored.failure
        if now is state:
            return time.monotonic() - start
        assert now is not ImportState.FAILED, failure
        assert time.monotonic() - start < 600, f"still {now}"
        time.sleep(0.2)


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


@contextmanager
def _while(step: object) -> Iterator[None]:
    """Repeat a step in a thread as long as the block lasts."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.is_set():
            step()  # type: ignore[operator]

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _learner(product: Product, watch: Watch) -> Iterator[None]:
    """A learner's first page, ten times a second at most."""
    headers = product.cookie("member")

    def ask() -> None:
        start = time.monotonic()
        connection = http.client.HTTPConnection(HOST, product.server.port, timeout=30)
        try:
            connection.request("GET", "/", headers=headers)
            answer = connection.getresponse()
            answer.read()
            watch.errors += answer.status >= 400
        except OSError:
            watch.errors += 1
        finally:
            connection.close()
        watch.answers.append(time.monotonic() - start)
        time.sleep(0.1)

    with _while(ask):
        yield


@contextmanager
def _writer(env: Mapping[str, str], watch: Watch) -> Iterator[None]:
    """Somebody else who wants to write: how long they wait is how long the writer was held."""
    address = env["DATABASE_URL"]
    if not address.startswith("sqlite"):
        yield
        return

    def write() -> None:
        connection = sqlite3.connect(
            address.removeprefix("sqlite:///"), timeout=60, isolation_level=None
        )
        start = time.monotonic()
        connection.execute("BEGIN IMMEDIATE")
        watch.holds.append(time.monotonic() - start)
        connection.execute("ROLLBACK")
        connection.close()
        time.sleep(0.01)

    with _while(write):
        yield


@contextmanager
def _memory(process: int, watch: Watch) -> Iterator[None]:
    """The most memory a process ever held, MB."""
    yield
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            watch.memory = int(line.split()[1]) / 1024


if __name__ == "__main__":
    raise SystemExit(main())
