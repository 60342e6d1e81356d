"""Taking note of many released marks in a few statements. What a mark is, marking knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.essays.models import EssaySubmission
from lms.extensions import db
from lms.training.services import progress

BATCH = 5000  # both databases take so many values in one statement


@dataclass(frozen=True)
class ReleasedOutcome:
    """A released mark on the variant's scale, with its band."""

    submission_id: int
    value: float
    band: str
    is_passed: bool


def record_outcomes(outcomes: Sequence[ReleasedOutcome], at: datetime) -> None:
    """Marks were released together: the enrolments show them from now on."""
    for start in range(0, len(outcomes), BATCH):
        batch = outcomes[start : start + BATCH]
        query = sa.select(EssaySubmission.id, EssaySubmission.enrolment_id).where(
            EssaySubmission.id.in_([outcome.submission_id for outcome in batch])
        )
        enrolments = dict(db.session.execute(query).all())
        progress.record_essay_outcomes(
            [
                (enrolments[each.submission_id], each.value, each.band, each.is_passed)
                for each in batch
            ],
            at,
        )
