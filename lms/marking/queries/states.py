"""How far each essay of a campaign is, as the organiser sees it: one definition for counts, lists
and filters."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from lms.base.paging import AnySelect
from lms.essays.models import EssaySubmission
from lms.essays.queries import submissions_of_campaign
from lms.marking.models import MarkDraft, MarkingAssignment, ReleasedMark
from lms.marking.queries.marks import is_newest_submission


class EssayState(StrEnum):
    """Every essay that was handed in is in exactly one."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    BEGUN = "begun"
    FINISHED = "finished"
    RELEASED = "released"


def with_holder(campaign_id: int) -> AnySelect:
    """Each member's last essay of a campaign, joined with whoever holds it now and their draft."""
    return (
        submissions_of_campaign(campaign_id)
        .where(is_newest_submission())
        .outerjoin(
            MarkingAssignment,
            sa.and_(
                MarkingAssignment.submission_id == EssaySubmission.id,
                MarkingAssignment.passed_on_at.is_(None),
            ),
        )
        .outerjoin(MarkDraft, MarkDraft.assignment_id == MarkingAssignment.id)
    )


def _released() -> sa.ColumnElement[bool]:
    return (
        sa.select(ReleasedMark.mark_id)
        .where(ReleasedMark.submission_id == EssaySubmission.id)
        .correlate(EssaySubmission)
        .exists()
    )


def state_column() -> sa.ColumnElement[Any]:
    """The state as text, in a query made by `with_holder`."""
    return sa.case(
        (_released(), sa.literal(EssayState.RELEASED.value)),
        (MarkingAssignment.id.is_(None), sa.literal(EssayState.WAITING.value)),
        (MarkingAssignment.finished_at.is_not(None), sa.literal(EssayState.FINISHED.value)),
        (MarkDraft.assignment_id.is_not(None), sa.literal(EssayState.BEGUN.value)),
        else_=sa.literal(EssayState.ASSIGNED.value),
    )
