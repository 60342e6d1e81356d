"""Reads of declared conflicts, and of the essays one would take away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.essays.models import EssaySubmission
from lms.extensions import db
from lms.marking.models import MarkingAssignment, ReviewerConflict
from lms.people.models import Membership, MembershipKind
from lms.training.models import Enrolment
from lms.units.models import UnitVersion
from lms.units.queries import is_present, present_of, under, valid_on


@dataclass(frozen=True)
class DeclaredConflict:
    """A unit whose essays a reviewer must not mark."""

    unit_id: int
    unit_name: str
    reason: str
    declared_at: datetime


def list_conflicts(account_id: int) -> Sequence[DeclaredConflict]:
    """What a reviewer has declared, in the order of the units' names."""
    query = (
        sa.select(
            ReviewerConflict.unit_id,
            UnitVersion.name,
            ReviewerConflict.reason,
            ReviewerConflict.declared_at,
        )
        .join(UnitVersion, present_of(ReviewerConflict.unit_id))
        .where(ReviewerConflict.account_id == account_id)
        .order_by(UnitVersion.sort_key)
    )
    return [DeclaredConflict(*row) for row in db.session.execute(query)]


def list_unfinished_under(account_id: int, path: str) -> Sequence[tuple[int, int]]:
    """(campaign id, submission id) of a reviewer's unfinished essays by people of a subtree,
    whether they answer or belong there."""
    units = sa.select(UnitVersion.unit_id).where(under(path), is_present())
    belongs = (
        sa.select(Membership.id)
        .where(
            Membership.member_id == Enrolment.member_id,
            Membership.kind == MembershipKind.MAIN,
            valid_on(Membership),
            Membership.unit_id.in_(units),
        )
        .exists()
    )
    query = (
        sa.select(Enrolment.campaign_id, EssaySubmission.id)
        .join(EssaySubmission, EssaySubmission.enrolment_id == Enrolment.id)
        .join(MarkingAssignment, MarkingAssignment.submission_id == EssaySubmission.id)
        .where(
            MarkingAssignment.reviewer_id == account_id,
            MarkingAssignment.passed_on_at.is_(None),
            MarkingAssignment.finished_at.is_(None),
            sa.or_(Enrolment.unit_id.in_(units), belongs),
        )
        .order_by(EssaySubmission.id)
    )
    return [
        (campaign_id, submission_id) for campaign_id, submission_id in db.session.execute(query)
    ]
