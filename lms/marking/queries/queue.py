"""What a reviewer has to do: their assignments, in an order by chance, without a writer in sight.

Nothing here reads a name, a unit, a moment of writing or an id of an essay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from lms.base.paging import AnySelect, Page, fetch_page
from lms.essays.models import EssaySubmission, EssayTask, EssayVariant
from lms.extensions import db
from lms.marking.models import Mark, MarkDraft, MarkingAssignment
from lms.marking.queries.marks import is_current_mark, is_released
from lms.training.models import Campaign


class MarkState(StrEnum):
    """How far an assignment is, as its reviewer sees it."""

    UNTOUCHED = "untouched"
    BEGUN = "begun"
    FINISHED = "finished"
    RELEASED = "released"


@dataclass(frozen=True)
class QueueRow:
    """One essay of a queue. `value` is set once it is finished."""

    pseudonym: str
    variant_name: str
    campaign_name: str
    due_at: datetime | None
    state: MarkState
    value: float | None


@dataclass(frozen=True)
class Workload:
    """A reviewer's share in one campaign."""

    campaign_id: int
    campaign_name: str
    total: int
    finished: int
    due_at: datetime | None

    @property
    def left(self) -> int:
        return self.total - self.finished


def mine(reviewer_id: int) -> sa.ColumnElement[bool]:
    """The condition of an assignment that a reviewer holds."""
    return sa.and_(
        MarkingAssignment.reviewer_id == reviewer_id, MarkingAssignment.passed_on_at.is_(None)
    )


def _with_variant(query: AnySelect) -> AnySelect:
    return (
        query.join(EssaySubmission, EssaySubmission.id == MarkingAssignment.submission_id)
        .join(EssayVariant, EssayVariant.id == EssaySubmission.variant_id)
        .join(EssayTask, EssayTask.id == EssayVariant.task_id)
        .join(Campaign, Campaign.id == EssayTask.campaign_id)
    )


def list_workloads(reviewer_id: int) -> Sequence[Workload]:
    """A reviewer's share in each campaign, the one due first on top; one statement."""
    finished = sa.func.count(MarkingAssignment.finished_at)
    due = sa.func.min(
        sa.case((MarkingAssignment.finished_at.is_(None), MarkingAssignment.due_at), else_=None),
        type_=MarkingAssignment.due_at.type,
    )
    query = (
        _with_variant(sa.select(Campaign.id, Campaign.name, sa.func.count(), finished, due))
        .where(mine(reviewer_id))
        .group_by(Campaign.id, Campaign.name)
        .order_by(finished == sa.func.count(), due.is_(None), due, Campaign.id)
    )
    return [Workload(*row) for row in db.session.execute(query)]


def list_queue(reviewer_id: int, finished: bool, page: int) -> Page[QueueRow]:
    """A page of a reviewer's unfinished or finished essays, in their order by chance."""
    done = MarkingAssignment.finished_at
    query = (
        _with_variant(
            sa.select(
                MarkingAssignment.pseudonym,
                EssayVariant.name,
                Campaign.name,
                MarkingAssignment.due_at,
                done.is_not(None),
                is_released(),
                MarkDraft.assignment_id.is_not(None),
                Mark.value,
            )
        )
        .outerjoin(MarkDraft, MarkDraft.assignment_id == MarkingAssignment.id)
        .outerjoin(Mark, is_current_mark())
        .where(mine(reviewer_id), done.is_not(None) if finished else done.is_(None))
        .order_by(MarkingAssignment.shuffle_key, MarkingAssignment.pseudonym)
    )
    found = fetch_page(query, page)
    return Page([_row(row) for row in found.rows], found.number, found.has_next)


def _row(row: Any) -> QueueRow:
    pseudonym, variant, campaign, due_at, finished, released, begun, value = row
    state = state_of(bool(finished), bool(released), bool(begun))
    return QueueRow(pseudonym, variant, campaign, due_at, state, value if finished else None)


def state_of(finished: bool, released: bool, begun: bool) -> MarkState:
    """The state from its three signs."""
    if finished:
        return MarkState.RELEASED if released else MarkState.FINISHED
    return MarkState.BEGUN if begun else MarkState.UNTOUCHED


@dataclass(frozen=True)
class NextEssay:
    """Where to go on: a pseudonym, and whether something is saved there already."""

    pseudonym: str
    is_begun: bool


def find_next(reviewer_id: int) -> NextEssay | None:
    """The essay to go on with: what is due first, there what was begun, then by chance."""
    begun = MarkDraft.assignment_id.is_not(None)
    query = (
        sa.select(MarkingAssignment.pseudonym, begun)
        .outerjoin(MarkDraft, MarkDraft.assignment_id == MarkingAssignment.id)
        .where(mine(reviewer_id), MarkingAssignment.finished_at.is_(None))
        .order_by(
            MarkingAssignment.due_at.is_(None),
            MarkingAssignment.due_at,
            begun.desc(),
            MarkingAssignment.shuffle_key,
        )
        .limit(1)
    )
    row = db.session.execute(query).first()
    return NextEssay(row[0], bool(row[1])) if row is not None else None


def find_following(assignment: MarkingAssignment) -> str | None:
    """The pseudonym of the unfinished essay after this one in its reviewer's order, going round;
    those due earlier come first. None when no other is left."""
    query = (
        sa.select(MarkingAssignment.pseudonym)
        .where(
            mine(assignment.reviewer_id),
            MarkingAssignment.finished_at.is_(None),
            MarkingAssignment.id != assignment.id,
        )
        .order_by(
            MarkingAssignment.due_at.is_(None),
            MarkingAssignment.due_at,
            MarkingAssignment.shuffle_key < assignment.shuffle_key,
            MarkingAssignment.shuffle_key,
        )
        .limit(1)
    )
    return db.session.scalar(query)
