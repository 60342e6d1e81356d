"""The audit record: kept with what it records, searched by what it begins with, never changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.audit.queries import search_records
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
    ("action", "subject", "found"),
    [
        ("", "", [5, 4, 3, 2, 1]),
        ("unit.", "", [3, 2, 1]),
        ("unit", "unit:1", [3, 1]),
        ("", "unit:1", [3, 1]),
        ("unit.renamed", "unit:2", [2]),
        ("%", "", []),
        ("unit_", "", []),
        ("a%b", "", [5]),
        ("named", "", []),
    ],
)
def test_records_are_found_by_what_they_begin_with_the_newest_first(
    app: Flask, action: str, subject: str, found: list[int]
) -> None:
    for number, (act, about) in enumerate(
        [
            ("unit.founded", "unit:1"),
            ("unit.renamed", "unit:2"),
            ("unit.moved", "unit:11"),
            ("member.added", "member:1"),
            ("a%b", "x:1"),
        ],
        start=1,
    ):
        db.session.add(
            AuditRecord(id=number, recorded_at=clock.now(), action=act, subject=about, detail={})
        )
    db.session.flush()
    rows = db.session.scalars(search_records(action, subject)).all()
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
