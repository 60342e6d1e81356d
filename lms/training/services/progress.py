"""How viewing, quizzes, essays and marking move an enrolment forward.

They call these in the transaction of their own rows. Of a quiz and an essay the earliest moment is
kept, of the sessions what is derived anew from all credits; and participation is fulfilled at the
moment the last part that counts for it was met. So the order in which reports arrive (two at once,
a device that was offline) changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from lms.extensions import db
from lms.training.models import Enrolment, ParticipationKind
from lms.training.queries.enrolments import Study, get_study_for_update


def record_materials_read(enrolment_id: int, at: datetime) -> None:
    """All published materials have been opened."""
    enrolment = get_study_for_update(enrolment_id).enrolment
    enrolment.materials_read_at = _earliest(enrolment.materials_read_at, at)
    db.session.flush()


def record_sessions(
    study: Study, ratio: float, met_at: datetime | None, met_by: ParticipationKind | None
) -> None:
    """How much of the required sessions was attended (0–1), and when all were met, worth what.

    `study` is locked (get_study_for_update) and all three were derived after that from everything
    that stands, so they replace what was there: a credit that is revoked takes its moment along.
    """
    study.enrolment.viewing_ratio = ratio
    study.enrolment.sessions_met_at = met_at
    study.enrolment.sessions_met_by = met_by
    _settle(study)


def record_quiz(enrolment_id: int, ratio: float, at: datetime) -> None:
    """The share of right answers of a submitted attempt (0–1); the best one counts."""
    study = get_study_for_update(enrolment_id)
    enrolment = study.enrolment
    enrolment.quiz_best_ratio = max(enrolment.quiz_best_ratio or 0.0, ratio)
    if ratio >= study.requirement.quiz_pass_ratio:
        enrolment.quiz_met_at = _earliest(enrolment.quiz_met_at, at)
    _settle(study)


def record_essay_started(enrolment_id: int, at: datetime) -> bool:
    """Writing began: from now on the essay's form no longer follows the audience.

    Whether this was the first to say so.
    """
    enrolment = get_study_for_update(enrolment_id).enrolment
    is_first = enrolment.essay_started_at is None
    enrolment.essay_started_at = _earliest(enrolment.essay_started_at, at)
    db.session.flush()
    return is_first


def record_essay_submitted(enrolment_id: int, at: datetime) -> None:
    """An essay was handed in; the first moment is kept."""
    study = get_study_for_update(enrolment_id)
    study.enrolment.essay_submitted_at = _earliest(study.enrolment.essay_submitted_at, at)
    _settle(study)


def record_essay_outcome(
    enrolment_id: int, mark: float, band: str, passed: bool, at: datetime
) -> None:
    """A released mark: on the variant's scale, with its band."""
    enrolment = get_study_for_update(enrolment_id).enrolment
    enrolment.essay_mark = mark
    enrolment.essay_band = band
    enrolment.essay_passed = passed
    enrolment.essay_released_at = at
    db.session.flush()


def record_essay_outcomes(outcomes: Iterable[tuple[int, float, str, bool]], at: datetime) -> None:
    """Released marks of many enrolments at once: (enrolment id, mark, band, passed) each."""
    rows = [
        {
            "id": enrolment_id,
            "essay_mark": mark,
            "essay_band": band,
            "essay_passed": passed,
            "essay_released_at": at,
        }
        for enrolment_id, mark, band, passed in outcomes
    ]
    if rows:
        db.session.execute(sa.update(Enrolment), rows)


def _earliest(kept: datetime | None, at: datetime) -> datetime:
    return at if kept is None else min(kept, at)


def _settle(study: Study) -> None:
    enrolment, requirement = study.enrolment, study.requirement
    moments: list[datetime | None] = []
    if requirement.asks_sessions:
        moments.append(enrolment.sessions_met_at)
    if requirement.asks_quiz and requirement.counts_quiz:
        moments.append(enrolment.quiz_met_at)
    if requirement.asks_essay and requirement.counts_essay:
        moments.append(enrolment.essay_submitted_at)
    met = [moment for moment in moments if moment is not None]
    enrolment.fulfilled_at = max(met) if moments and len(met) == len(moments) else None
    db.session.flush()
