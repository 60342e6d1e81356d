"""Essays that a reviewer passed on and nobody has finished since, for the organiser."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base.errors import NotFound
from lms.essays.models import EssaySubmission
from lms.extensions import db
from lms.marking.models import MarkingAssignment
from lms.marking.queries.states import with_holder
from lms.people.models import Account, Member
from lms.people.queries import present_unit_of
from lms.training.models import Enrolment
from lms.units.models import UnitVersion


@dataclass(frozen=True)
class PassedOn:
    """An essay that a reviewer passed on and nobody has finished: `holder` has it now."""

    assignment_id: int
    submission_id: int
    name: str
    unit: str | None
    reviewer: str
    reason: str | None
    passed_on_at: datetime | None
    holder: str | None


def list_passed_on(campaign_id: int, assignment_id: int | None = None) -> Sequence[PassedOn]:
    """Passed-on essays without a finished mark, those that nobody holds first."""
    passed = aliased(MarkingAssignment)
    passed_by = aliased(Account)
    holder = aliased(Account)
    later = aliased(MarkingAssignment)
    query = (
        with_holder(campaign_id)
        .join(passed, passed.submission_id == EssaySubmission.id)
        .join(passed_by, passed_by.id == passed.reviewer_id)
        .join(Member, Member.id == Enrolment.member_id)
        .outerjoin(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .outerjoin(holder, holder.id == MarkingAssignment.reviewer_id)
        .where(
            passed.passed_on_at.is_not(None),
            MarkingAssignment.finished_at.is_(None),
            ~sa.select(later.id)
            .where(
                later.submission_id == EssaySubmission.id,
                later.passed_on_at.is_not(None),
                later.id > passed.id,
            )
            .exists(),
        )
        .with_only_columns(
            passed.id,
            EssaySubmission.id,
            Member.name,
            UnitVersion.short_name,
            passed_by.display_name,
            passed.passed_on_reason,
            passed.passed_on_at,
            holder.display_name,
            maintain_column_froms=True,
        )
        .order_by(holder.id.is_not(None), passed.passed_on_at.desc(), passed.id)
    )
    if assignment_id is not None:
        query = query.where(passed.id == assignment_id)
    rows: Iterable[Any] = db.session.execute(query)
    return [PassedOn(*row) for row in rows]


def get_passed_on(campaign_id: int, assignment_id: int) -> PassedOn:
    """One of them; NotFound when it is finished or was never passed on."""
    found = list_passed_on(campaign_id, assignment_id)
    if not found:
        raise NotFound
    return found[0]
