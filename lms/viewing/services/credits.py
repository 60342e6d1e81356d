"""Crediting a session by a kind, taking a credit back, and what both do to the enrolment."""

from datetime import datetime

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.training.models import ParticipationKind
from lms.training.queries.enrolments import Study, get_study_for_update
from lms.training.services.progress import record_sessions
from lms.viewing.meeting import all_met, best_way
from lms.viewing.models import SessionCredit
from lms.viewing.queries.credits import RequiredPart, joins_credit, list_required_parts

STAND_FOR_THE_WHOLE = frozenset(
    {
        ParticipationKind.LIVE_PRESENCE,
        ParticipationKind.VENUE_ROLL_CALL,
        ParticipationKind.CODE_CONFIRMED,
        ParticipationKind.ATTESTED,
    }
)
"""Kinds by which a session counts as attended whole; of a recording the watched share counts."""


def credit_session(
    enrolment_id: int,
    session_id: int,
    kind: ParticipationKind,
    met_at: datetime,
    *,
    actor_id: int | None = None,
    run_id: int | None = None,
    venue_id: int | None = None,
    note: str = "",
) -> bool:
    """Note that an enrolment met a session; False when it stands by this kind already.

    Moves the enrolment in the same transaction. NotFound for one that was withdrawn.
    """
    study = get_study_for_update(enrolment_id)
    standing = sa.select(SessionCredit.id).where(joins_credit(enrolment_id, session_id, kind))
    if db.session.scalar(standing) is not None:
        return False
    db.session.add(
        SessionCredit(
            enrolment_id=enrolment_id,
            session_id=session_id,
            kind=kind,
            met_at=met_at,
            recorded_at=clock.now(),
            recorded_by_id=actor_id,
            run_id=run_id,
            venue_id=venue_id,
            note=note,
        )
    )
    db.session.flush()
    _report(study)
    return True


def revoke_credit(credit: SessionCredit, actor_id: int | None, reason: str) -> None:
    """Take a credit back, with a reason that is kept; the enrolment follows."""
    study = get_study_for_update(credit.enrolment_id)
    credit.revoked_at = clock.now()
    credit.revoked_by_id = actor_id
    credit.revoke_reason = reason
    db.session.flush()
    _report(study)


def report_progress(enrolment_id: int) -> None:
    """Derive anew how far an enrolment is with the required sessions."""
    _report(get_study_for_update(enrolment_id))


def _report(study: Study) -> None:
    """The enrolment is locked; what is read now is all there is."""
    parts = list_required_parts(study.enrolment.id)
    accepts, due_at = study.requirement.accepts, study.enrolment.due_at
    chosen = [best_way(part.ways, due_at, accepts) for part in parts]
    met = all_met(chosen)
    shares = [
        1.0 if way is not None and way.kind in STAND_FOR_THE_WHOLE else part.watched_ratio
        for part, way in zip(parts, chosen, strict=True)
    ]
    record_sessions(
        study,
        _weighed(parts, shares),
        met.met_at if met else None,
        met.kind if met else None,
    )


def _weighed(parts: list[RequiredPart], shares: list[float]) -> float:
    """The shares (0–1) weighed by length; a session without a recording weighs as the average."""
    lengths = [part.duration for part in parts if part.duration]
    usual = sum(lengths) / len(lengths) if lengths else 1.0
    weights = [part.duration or usual for part in parts]
    whole = sum(weights)
    if not whole:
        return 0.0
    attended = sum(weight * share for weight, share in zip(weights, shares, strict=True))
    return int(attended / whole * 10_000 + 1e-6) / 10_000
