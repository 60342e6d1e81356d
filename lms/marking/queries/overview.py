"""What the organiser sees: how far each audience is, who marks how fast, whose essay is where."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock
from lms.base.paging import AnySelect
from lms.essays.models import EssaySubmission
from lms.extensions import db
from lms.marking.models import Mark, MarkingAssignment
from lms.marking.queries.marks import is_current_mark
from lms.marking.queries.sheets import Sheet
from lms.marking.queries.states import EssayState, state_column, with_holder
from lms.people.models import Account, Audience, Member
from lms.people.queries import present_unit_of
from lms.training.models import Enrolment
from lms.units.models import UnitVersion


@dataclass(frozen=True)
class Progress:
    """Essays of one audience (None: of all) by state."""

    audience: Audience | None
    counts: Mapping[EssayState, int]

    @property
    def submitted(self) -> int:
        return sum(self.counts.values())

    def of(self, state: str) -> int:
        return self.counts.get(EssayState(state), 0)


def list_progress(campaign_id: int) -> list[Progress]:
    """The whole campaign first, then each audience that has essays; two statements."""
    rows = with_holder(campaign_id).with_only_columns(
        Enrolment.audience_id.label("audience_id"),
        state_column().label("state"),
        maintain_column_froms=True,
    )
    found = rows.subquery()
    query = sa.select(found.c.audience_id, found.c.state, sa.func.count()).group_by(
        found.c.audience_id, found.c.state
    )
    counts: dict[int, dict[EssayState, int]] = defaultdict(dict)
    total: dict[EssayState, int] = defaultdict(int)
    for audience_id, state, count in db.session.execute(query):
        counts[audience_id][EssayState(state)] = count
        total[EssayState(state)] += count
    audiences = db.session.scalars(
        sa.select(Audience).where(Audience.id.in_(list(counts))).order_by(Audience.position)
    )
    return [
        Progress(None, total),
        *(Progress(audience, counts[audience.id]) for audience in audiences),
    ]


@dataclass(frozen=True)
class ReviewerProgress:
    """A reviewer's share of a campaign. `pace` is finished essays a day since the first was
    given (until the last, once all are), None before the first is finished; `ready_at` is when
    the rest is done at that pace."""

    account_id: int
    name: str
    total: int
    finished: int
    due_at: datetime | None
    pace: float | None
    ready_at: datetime | None

    @property
    def left(self) -> int:
        return self.total - self.finished

    @property
    def is_behind(self) -> bool:
        """Whether the rest will not be ready in time at this pace, or is late already."""
        if not self.left or self.due_at is None:
            return False
        return (self.ready_at or clock.now()) > self.due_at


def list_reviewer_progress(campaign_id: int) -> list[ReviewerProgress]:
    """Everybody who holds essays of a campaign, by name; one statement."""
    due = sa.func.min(
        sa.case((MarkingAssignment.finished_at.is_(None), MarkingAssignment.due_at), else_=None),
        type_=MarkingAssignment.due_at.type,
    )
    query = (
        sa.select(
            Account.id,
            Account.display_name,
            sa.func.count(),
            sa.func.count(MarkingAssignment.finished_at),
            due,
            sa.func.min(MarkingAssignment.assigned_at),
            sa.func.max(MarkingAssignment.finished_at),
        )
        .join(MarkingAssignment, MarkingAssignment.reviewer_id == Account.id)
        .join(EssaySubmission, EssaySubmission.id == MarkingAssignment.submission_id)
        .join(Enrolment, Enrolment.id == EssaySubmission.enrolment_id)
        .where(Enrolment.campaign_id == campaign_id, MarkingAssignment.passed_on_at.is_(None))
        .group_by(Account.id, Account.display_name)
        .order_by(Account.display_name, Account.id)
    )
    moment = clock.now()
    found = []
    for account_id, name, total, finished, due_at, since, last in db.session.execute(query):
        left = total - finished
        days = max(((moment if left else last) - since) / timedelta(days=1), 1.0)
        pace = finished / days if finished else None
        ready_at = moment + timedelta(days=left / pace) if pace and left else None
        found.append(ReviewerProgress(account_id, name, total, finished, due_at, pace, ready_at))
    return found


@dataclass(frozen=True)
class NamedEssay:
    """One essay with its writer, for the organiser alone."""

    name: str
    unit: str | None
    audience: str
    state: EssayState
    reviewer: str | None
    pseudonym: str | None
    value: float | None


def named_essays(
    campaign_id: int,
    state: EssayState | None = None,
    audience_id: int | None = None,
    reviewer_id: int | None = None,
    band: str | None = None,
    sheets: Mapping[int, Sheet] | None = None,
) -> AnySelect:
    """The names behind a count, in list order: rows are the columns of NamedEssay.

    `band` asks for the sheets of the campaign's variants: each has bands of its own.
    """
    reviewer = aliased(Account)
    column = state_column()
    query = (
        with_holder(campaign_id)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Audience, Audience.id == Enrolment.audience_id)
        .outerjoin(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .outerjoin(reviewer, reviewer.id == MarkingAssignment.reviewer_id)
        .outerjoin(
            Mark,
            sa.and_(is_current_mark(), MarkingAssignment.finished_at.is_not(None)),
        )
        .with_only_columns(
            Member.name,
            UnitVersion.short_name,
            Audience.name,
            column,
            reviewer.display_name,
            MarkingAssignment.pseudonym,
            Mark.value,
            maintain_column_froms=True,
        )
        .order_by(Member.sort_key, Member.id)
    )
    if state is not None:
        query = query.where(column == state.value)
    if audience_id is not None:
        query = query.where(Enrolment.audience_id == audience_id)
    if reviewer_id is not None:
        query = query.where(MarkingAssignment.reviewer_id == reviewer_id)
    if band is not None:
        query = query.where(_in_band(band, sheets or {}))
    return query


def _in_band(band: str, sheets: Mapping[int, Sheet]) -> sa.ColumnElement[bool]:
    """The condition that a mark's value falls into a band of its own variant."""
    conditions: list[sa.ColumnElement[bool]] = []
    for variant_id, sheet in sheets.items():
        better: float | None = None
        for place, (name, least) in enumerate(sheet.bands, start=1):
            if name == band:
                condition = EssaySubmission.variant_id == variant_id
                if place < len(sheet.bands):
                    condition &= Mark.value >= least
                if better is not None:
                    condition &= Mark.value < better
                conditions.append(condition)
            better = least
    return sa.or_(sa.false(), *conditions)


def find_writers(submission_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """Name and unit of the writers of some essays, by submission id."""
    query = (
        sa.select(EssaySubmission.id, Member.name, UnitVersion.short_name)
        .join(Enrolment, Enrolment.id == EssaySubmission.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .outerjoin(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .where(EssaySubmission.id.in_(submission_ids))
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}
