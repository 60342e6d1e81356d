"""Assignments locked for a change. Whoever gives essays out locks the campaign first."""

import sqlalchemy as sa

from lms.base.errors import NotFound
from lms.essays.models import EssaySubmission
from lms.extensions import db
from lms.marking.models import MarkingAssignment
from lms.marking.queries.essay import get_assignment, lock_assignment
from lms.training.models import Campaign, Enrolment


def lock_campaign(campaign_id: int) -> None:
    """Hold a campaign's row until the transaction ends: one allocation or release at a time."""
    db.session.execute(
        sa.select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()
    ).one()


def lock_held(reviewer_id: int, pseudonym: str) -> tuple[MarkingAssignment, int]:
    """A reviewer's own assignment and its campaign's id, both locked, the campaign first."""
    assignment = get_assignment(reviewer_id, pseudonym)
    campaign_id = db.session.scalar(
        sa.select(Enrolment.campaign_id)
        .join(EssaySubmission, EssaySubmission.enrolment_id == Enrolment.id)
        .where(EssaySubmission.id == assignment.submission_id)
    )
    if campaign_id is None:
        raise NotFound
    lock_campaign(campaign_id)
    return lock_assignment(reviewer_id, pseudonym), campaign_id


def lock_of_campaign(campaign_id: int, assignment_id: int) -> MarkingAssignment:
    """An assignment of a campaign; NotFound for another campaign's."""
    query = (
        sa.select(MarkingAssignment)
        .join(EssaySubmission, EssaySubmission.id == MarkingAssignment.submission_id)
        .join(Enrolment, Enrolment.id == EssaySubmission.enrolment_id)
        .where(MarkingAssignment.id == assignment_id, Enrolment.campaign_id == campaign_id)
        .with_for_update(of=MarkingAssignment)
        .execution_options(populate_existing=True)
    )
    assignment = db.session.scalar(query)
    if assignment is None:
        raise NotFound
    return assignment
