"""Reads of marks: which one holds, which are released."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.essays.models import EssaySubmission
from lms.extensions import db
from lms.marking.models import Mark, MarkingAssignment, ReleasedMark


def is_current_mark() -> sa.ColumnElement[bool]:
    """The condition that joins an assignment with the newest mark it has, over MarkingAssignment
    and Mark. Said with NOT EXISTS, so that both databases may start from either side."""
    later = aliased(Mark)
    return sa.and_(
        Mark.submission_id == MarkingAssignment.submission_id,
        Mark.assignment_id == MarkingAssignment.id,
        ~sa.select(later.id)
        .where(
            later.submission_id == Mark.submission_id,
            later.assignment_id == Mark.assignment_id,
            later.id > Mark.id,
        )
        .correlate(Mark)
        .exists(),
    )


def is_released() -> sa.ColumnElement[bool]:
    """The condition that a mark of the submission is released, over MarkingAssignment."""
    return (
        sa.select(ReleasedMark.mark_id)
        .where(ReleasedMark.submission_id == MarkingAssignment.submission_id)
        .correlate(MarkingAssignment)
        .exists()
    )


def is_newest_submission() -> sa.ColumnElement[bool]:
    """The condition that a submission is its essay's last, over EssaySubmission."""
    later = aliased(EssaySubmission)
    return ~(
        sa.select(later.id)
        .where(later.essay_id == EssaySubmission.essay_id, later.number > EssaySubmission.number)
        .exists()
    )


def find_current_mark(assignment: MarkingAssignment) -> Mark | None:
    """The newest mark that an assignment has."""
    return db.session.scalar(
        sa.select(Mark)
        .where(Mark.submission_id == assignment.submission_id, Mark.assignment_id == assignment.id)
        .order_by(Mark.id.desc())
        .limit(1)
    )


def has_released_mark(submission_id: int) -> bool:
    """Whether a mark of a submission was made known."""
    query = sa.select(ReleasedMark.mark_id).where(ReleasedMark.submission_id == submission_id)
    return db.session.scalar(query.limit(1)) is not None
