"""The released result of an essay as its writer reads it. Who marked it is not in it."""

import sqlalchemy as sa

from lms.essays.models import EssaySubmission
from lms.essays.outcomes import CriterionOutcome, Outcome
from lms.extensions import db
from lms.marking.models import Mark, MarkRelease, ReleasedMark
from lms.marking.queries.sheets import as_levels, load_sheet
from lms.marking.scoring import judge, to_decimal


def find_released_outcome(enrolment_id: int) -> Outcome | None:
    """The newest released mark of an enrolment's essay; None before a release. Two statements."""
    query = (
        sa.select(
            EssaySubmission.variant_id,
            Mark.value,
            Mark.levels,
            Mark.comment,
            MarkRelease.released_at,
        )
        .select_from(ReleasedMark)
        .join(Mark, Mark.id == ReleasedMark.mark_id)
        .join(MarkRelease, MarkRelease.id == ReleasedMark.release_id)
        .join(EssaySubmission, EssaySubmission.id == ReleasedMark.submission_id)
        .where(EssaySubmission.enrolment_id == enrolment_id)
        .order_by(ReleasedMark.mark_id.desc())
        .limit(1)
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    sheet = load_sheet(row.variant_id)
    chosen = as_levels(row.levels)
    score = judge(sheet.rubric, to_decimal(row.value))
    criteria = []
    for criterion in sheet.criteria:
        level = criterion.level(chosen.get(criterion.id))
        if level is not None:
            criteria.append(
                CriterionOutcome(
                    criterion.title, criterion.weight, level.title, level.description, level.share
                )
            )
    return Outcome(
        value=row.value,
        scale=sheet.scale,
        band=score.band,
        is_passed=score.passed,
        criteria=criteria,
        comment=row.comment,
        released_at=row.released_at,
    )
