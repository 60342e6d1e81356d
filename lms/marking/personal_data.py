"""Marks of a person's essays, and what they marked: see lms/people/personal_data.py."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.essays.models import EssaySubmission
from lms.essays.personal_data import submissions_of
from lms.extensions import db
from lms.marking.models import (
    Mark,
    MarkDraft,
    MarkingAssignment,
    ReleasedMark,
    ReviewerConflict,
)
from lms.people.personal_data import (
    Person,
    Provider,
    Retention,
    Section,
    count_of,
    delete_by_id,
)
from lms.training.personal_data import ERASED_TEXT, closed_before
from lms.units.models import UnitVersion
from lms.units.queries import is_present


def _export(person: Person) -> list[Section]:
    released = db.session.scalars(
        sa.select(Mark)
        .join(ReleasedMark, ReleasedMark.mark_id == Mark.id)
        .where(Mark.submission_id.in_(submissions_of(person)))
        .order_by(Mark.made_at)
    )
    conflicts = db.session.execute(
        sa.select(UnitVersion.name, ReviewerConflict.reason)
        .join(UnitVersion, UnitVersion.unit_id == ReviewerConflict.unit_id)
        .where(ReviewerConflict.account_id == person.account_id, is_present())
    )
    marked = db.session.scalar(
        sa.select(sa.func.count(MarkingAssignment.id)).where(
            MarkingAssignment.reviewer_id == person.account_id,
            MarkingAssignment.finished_at.is_not(None),
        )
    )
    reviewing = [
        [(_("Đơn vị không nên chấm"), name), (_("Lý do"), reason)] for name, reason in conflicts
    ]
    if marked:
        reviewing.append([(_("Số bài đã chấm"), str(marked))])
    return [
        Section(
            "marks",
            _("Điểm và lời nhận xét"),
            [
                [
                    (_("Điểm"), one.value),
                    (_("Chấm lúc"), one.made_at),
                    (_("Lời nhận xét"), one.comment),
                ]
                for one in released
            ],
        ),
        Section("marking", _("Chấm bài"), reviewing),
    ]


def _assignments_of(person: Person) -> Any:
    return sa.select(MarkingAssignment.id).where(
        MarkingAssignment.submission_id.in_(submissions_of(person))
    )


def _erase(person: Person, pseudonym: str) -> dict[str, int]:
    assignments = db.session.scalars(_assignments_of(person)).all()
    options = {"synchronize_session": False}
    db.session.execute(
        sa.update(MarkingAssignment)
        .where(
            MarkingAssignment.id.in_(assignments), MarkingAssignment.passed_on_reason.is_not(None)
        )
        .values(passed_on_reason=ERASED_TEXT),
        execution_options=options,
    )
    result = db.session.execute(
        sa.update(Mark)
        .where(Mark.submission_id.in_(submissions_of(person)))
        .values(comment="", reason=""),
        execution_options=options,
    )
    return {
        "mark_draft": delete_by_id(MarkDraft, assignments, MarkDraft.assignment_id),
        "mark": int(result.rowcount),  # type: ignore[attr-defined]
        "reviewer_conflict": delete_by_id(
            ReviewerConflict, [person.account_id], ReviewerConflict.account_id
        )
        if person.account_id is not None
        else 0,
    }


def _subjects(person: Person) -> list[str]:
    marks = db.session.scalars(
        sa.select(Mark.id).where(Mark.submission_id.in_(submissions_of(person)))
    )
    assignments = db.session.scalars(_assignments_of(person))
    return [
        *(f"mark:{one}" for one in marks),
        *(f"marking_assignment:{one}" for one in assignments),
    ]


def _old_drafts(before: datetime) -> sa.Select[int]:
    return (
        sa.select(MarkDraft.assignment_id)
        .join(MarkingAssignment, MarkingAssignment.id == MarkDraft.assignment_id)
        .join(EssaySubmission, EssaySubmission.id == MarkingAssignment.submission_id)
        .where(EssaySubmission.enrolment_id.in_(closed_before(before)))
    )


PROVIDER = Provider(
    "marking",
    export=_export,
    erase=_erase,
    subjects=_subjects,
    retention=(
        Retention(
            "mark_draft",
            _l("Điểm chấm dở của đợt học đã đóng"),
            timedelta(days=180),
            lambda before: count_of(_old_drafts(before)),
            lambda before, limit: delete_by_id(
                MarkDraft,
                db.session.scalars(_old_drafts(before).limit(limit)),
                MarkDraft.assignment_id,
            ),
        ),
    ),
)
