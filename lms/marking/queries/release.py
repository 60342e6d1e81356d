"""Reads for a release: finished marks not made known yet, and how they spread over the bands."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.essays.models import EssaySubmission
from lms.extensions import db
from lms.marking.models import Mark, MarkingAssignment, MarkRelease
from lms.marking.queries.marks import is_current_mark, is_newest_submission, is_released
from lms.marking.queries.sheets import load_sheets
from lms.marking.scoring import judge, to_decimal
from lms.people.models import Account, Audience
from lms.training.models import Enrolment


@dataclass(frozen=True)
class Releasable:
    """A finished mark that is not released; `value` is on the variant's scale."""

    mark_id: int
    submission_id: int
    variant_id: int
    audience_id: int
    value: float


def _finished(campaign_id: int, audience_id: int | None) -> sa.ColumnElement[bool]:
    conditions = [
        Enrolment.campaign_id == campaign_id,
        Enrolment.withdrawn_at.is_(None),
        MarkingAssignment.finished_at.is_not(None),
        MarkingAssignment.passed_on_at.is_(None),
        is_newest_submission(),
        ~is_released(),
    ]
    if audience_id is not None:
        conditions.append(Enrolment.audience_id == audience_id)
    return sa.and_(*conditions)


def lock_finished(campaign_id: int, audience_id: int | None) -> None:
    """Hold the assignments that a release is about, so that no mark changes meanwhile."""
    query = (
        sa.select(MarkingAssignment.id)
        .join(EssaySubmission, EssaySubmission.id == MarkingAssignment.submission_id)
        .join(Enrolment, Enrolment.id == EssaySubmission.enrolment_id)
        .where(_finished(campaign_id, audience_id))
        .order_by(MarkingAssignment.id)
        .with_for_update(of=MarkingAssignment)
    )
    db.session.execute(query).all()


def list_releasable(campaign_id: int, audience_id: int | None = None) -> Sequence[Releasable]:
    """Finished marks of a campaign that are not released, of one audience or of all."""
    query = (
        sa.select(
            Mark.id,
            Mark.submission_id,
            EssaySubmission.variant_id,
            Enrolment.audience_id,
            Mark.value,
        )
        .select_from(MarkingAssignment)
        .join(EssaySubmission, EssaySubmission.id == MarkingAssignment.submission_id)
        .join(Enrolment, Enrolment.id == EssaySubmission.enrolment_id)
        .join(Mark, is_current_mark())
        .where(_finished(campaign_id, audience_id))
        .order_by(Mark.id)
    )
    return [Releasable(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class BandCount:
    """How many marks of a preview fall into a band."""

    band: str
    count: int
    passed: bool


@dataclass(frozen=True)
class ReleasePreview:
    """What a release would make known, in all and by audience; `newest_mark_id` bounds it."""

    count: int
    newest_mark_id: int
    bands: Sequence[BandCount]
    by_audience: Sequence[tuple[Audience, int]]


def preview_release(campaign_id: int, audience_id: int | None) -> ReleasePreview:
    """Counts of a release of one audience or of all; bands best first."""
    marks = list_releasable(campaign_id, audience_id)
    sheets = load_sheets(mark.variant_id for mark in marks)
    places: dict[str, tuple[int, bool]] = {}
    for sheet in sheets.values():
        for place, (name, least) in enumerate(sheet.bands):
            places.setdefault(name, (place, least >= sheet.pass_mark))
    counted = Counter(
        judge(sheets[mark.variant_id].rubric, to_decimal(mark.value)).band for mark in marks
    )
    per_audience = Counter(mark.audience_id for mark in marks)
    audiences = db.session.scalars(
        sa.select(Audience).where(Audience.id.in_(per_audience)).order_by(Audience.position)
    )
    return ReleasePreview(
        count=len(marks),
        newest_mark_id=max((mark.mark_id for mark in marks), default=0),
        bands=[
            BandCount(name, counted[name], passed)
            for name, (_place, passed) in sorted(places.items(), key=lambda item: item[1][0])
        ],
        by_audience=[(audience, per_audience[audience.id]) for audience in audiences],
    )


@dataclass(frozen=True)
class PastRelease:
    """A release that was made; `audience` None: of all."""

    released_at: datetime
    audience: str | None
    by: str
    essay_count: int


def list_releases(campaign_id: int) -> Sequence[PastRelease]:
    """Releases of a campaign, newest first."""
    query = (
        sa.select(
            MarkRelease.released_at, Audience.name, Account.display_name, MarkRelease.essay_count
        )
        .join(Account, Account.id == MarkRelease.released_by_id)
        .outerjoin(Audience, Audience.id == MarkRelease.audience_id)
        .where(MarkRelease.campaign_id == campaign_id)
        .order_by(MarkRelease.id.desc())
    )
    return [PastRelease(*row) for row in db.session.execute(query)]
