"""What a person wrote: shown, erased, let go in time; see lms/people/personal_data.py."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.essays.models import Essay, EssayDraft, EssaySubmission, EssayTask, EssayVariant
from lms.extensions import db
from lms.people.personal_data import (
    Item,
    Person,
    Provider,
    Retention,
    Section,
    count_of,
    delete_by_id,
)
from lms.training.personal_data import closed_before, enrolments_of

ERASED_STAMP = "0" * 64


def submissions_of(person: Person) -> Any:
    """A query of the ids of a person's submissions; marking builds on it."""
    return sa.select(EssaySubmission.id).where(
        EssaySubmission.enrolment_id.in_(enrolments_of(person))
    )


def _essays_of(person: Person) -> Any:
    return sa.select(Essay.id).where(Essay.enrolment_id.in_(enrolments_of(person)))


def _export(person: Person) -> list[Section]:
    submitted = db.session.execute(
        sa.select(EssaySubmission, EssayTask.title)
        .join(EssayVariant, EssayVariant.id == EssaySubmission.variant_id)
        .join(EssayTask, EssayTask.id == EssayVariant.task_id)
        .where(EssaySubmission.id.in_(submissions_of(person)))
        .order_by(EssaySubmission.submitted_at)
    ).all()
    drafts = db.session.execute(
        sa.select(EssayDraft, EssayTask.title)
        .join(
            Essay, sa.and_(Essay.id == EssayDraft.essay_id, Essay.revision == EssayDraft.revision)
        )
        .join(EssayVariant, EssayVariant.id == Essay.variant_id)
        .join(EssayTask, EssayTask.id == EssayVariant.task_id)
        .where(Essay.id.in_(_essays_of(person)), Essay.submitted_at.is_(None))
    ).all()
    items: list[Item] = [
        [
            (_("Bài"), title),
            (_("Nộp lúc"), one.submitted_at),
            *((part["title"], part["text"]) for part in one.sections),
        ]
        for one, title in submitted
    ]
    items += [
        [
            (_("Bản nháp của bài"), title),
            (_("Lưu lúc"), one.saved_at),
            (_("Nội dung"), "\n\n".join(text for text in one.texts.values() if text)),
        ]
        for one, title in drafts
    ]
    return [Section("essays", _("Bài thu hoạch"), items)]


def _erase(person: Person, pseudonym: str) -> dict[str, int]:
    essays = db.session.scalars(_essays_of(person)).all()
    result = db.session.execute(
        sa.update(EssaySubmission)
        .where(EssaySubmission.enrolment_id.in_(enrolments_of(person)))
        .values(sections=[], sha256=ERASED_STAMP),
        execution_options={"synchronize_session": False},
    )
    return {
        "essay_draft": delete_by_id(EssayDraft, essays, EssayDraft.essay_id),
        "essay_submission": int(result.rowcount),  # type: ignore[attr-defined]
    }


def _subjects(person: Person) -> list[str]:
    ids = db.session.scalars(submissions_of(person)).all()
    return [f"{kind}:{one}" for one in ids for kind in ("essay_submission", "submission")]


def _old_drafts(before: datetime) -> sa.Select[int]:
    return (
        sa.select(EssayDraft.id)
        .join(Essay, Essay.id == EssayDraft.essay_id)
        .where(Essay.enrolment_id.in_(closed_before(before)))
    )


PROVIDER = Provider(
    "essays",
    export=_export,
    erase=_erase,
    subjects=_subjects,
    retention=(
        Retention(
            "essay_draft",
            _l("Bản nháp của đợt học đã đóng"),
            timedelta(days=180),
            lambda before: count_of(_old_drafts(before)),
            lambda before, limit: delete_by_id(
                EssayDraft, db.session.scalars(_old_drafts(before).limit(limit))
            ),
        ),
    ),
)
