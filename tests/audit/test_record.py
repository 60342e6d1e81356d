"""The audit record: kept with what it records, filtered, told in words, never changed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.audit.queries import Filters, list_records
from lms.audit.services import record
from lms.base import clock
from lms.base.transactions import transaction
from lms.extensions import db
from tests.factories.people import make_account

LMS = Path(__file__).resolve().parents[2] / "lms"


def test_an_act_is_kept_with_who_what_when(app: Flask) -> None:
    actor = make_account()
    moment = clock.now()
    with clock.frozen(moment):
        record(
            actor.id, "unit.renamed", "unit:3", old_name="Chi bộ 1", role=Role.PLANNER, years=[1]
        )
    db.session.flush()
    db.session.expire_all()
    kept = db.session.scalars(sa.select(AuditRecord)).one()
    assert (kept.actor_id, kept.action, kept.subject) == (actor.id, "unit.renamed", "unit:3")
    assert kept.recorded_at == moment
    assert kept.detail == {"old_name": "Chi bộ 1", "role": "planner", "years": [1]}


def test_an_act_that_was_not_done_is_not_recorded(app: Flask) -> None:
    def fail() -> None:
        record(None, "unit.renamed", "unit:3")
        db.session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction():
        fail()
    assert db.session.scalar(sa.select(sa.func.count(AuditRecord.id))) == 0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), [4, 3, 2, 1]),
        (Filters(action="unit.renamed"), [2]),
        (Filters(action="unit"), []),
        (Filters(subjects=["unit:1"]), [1]),
        (Filters(subjects=["unit:1", "member:1"]), [4, 1]),
        (Filters(subjects=[]), []),
        (Filters(actor_ids=[]), []),
        (Filters(first_day=date(2026, 3, 2)), [4, 3]),
        (Filters(last_day=date(2026, 3, 2)), [3, 2, 1]),
        (Filters(first_day=date(2026, 3, 2), last_day=date(2026, 3, 2)), [3]),
    ],
)
def test_records_are_filtered_the_newest_first(
    app: Flask, filters: Filters, found: list[int]
) -> None:
    for number, (act, about, moment) in enumerate(
        [
            ("unit.founded", "unit:1", datetime(2026, 3, 1, 3, tzinfo=UTC)),
            ("unit.renamed", "unit:2", datetime(2026, 3, 1, 16, 59, 59, 500_000, UTC)),
            ("unit.moved", "unit:11", datetime(2026, 3, 2, 16, 59, 59, 500_000, UTC)),
            ("member.added", "member:1", datetime(2026, 3, 2, 17, tzinfo=UTC)),
        ],
        start=1,
    ):
        db.session.add(
            AuditRecord(id=number, recorded_at=moment, action=act, subject=about, detail={})
        )
    db.session.flush()
    rows = db.session.scalars(list_records(filters)).all()
    assert [row.id for row in rows] == found


def test_nothing_in_the_product_changes_or_removes_a_record() -> None:
    change = re.compile(r"(update|delete)\(\s*AuditRecord|AuditRecord.*\.delete\(")
    wrong = [str(path) for path in LMS.rglob("*.py") if change.search(path.read_text("utf-8"))]
    assert wrong == []
    importers = {
        path.relative_to(LMS).parts[0]
        for path in LMS.rglob("*.py")
        if re.search(r"import .*AuditRecord", path.read_text("utf-8"))
    }
    assert importers <= {"audit", "administration", "cli"}
