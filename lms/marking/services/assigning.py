"""Making assignments: the one place where a submission gets a reviewer and a pseudonym."""

from collections.abc import Iterable, Set
from datetime import datetime

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.marking.models import MarkingAssignment
from lms.marking.pseudonyms import draw_pseudonyms, draw_shuffle_key

BATCH = 5000  # both databases take so many values in one statement


def assign(placed: Iterable[tuple[int, int]], due_at: datetime | None) -> None:
    """Give each submission to its reviewer, under a fresh pseudonym and at a place by chance.

    The caller holds the campaign's lock.
    """
    pairs = list(placed)
    names = draw_pseudonyms(len(pairs), _taken_pseudonyms)
    moment = clock.now()
    rows = [
        {
            "submission_id": submission_id,
            "reviewer_id": reviewer_id,
            "pseudonym": pseudonym,
            "shuffle_key": draw_shuffle_key(),
            "round": 1,
            "assigned_at": moment,
            "due_at": due_at,
        }
        for (submission_id, reviewer_id), pseudonym in zip(pairs, names, strict=True)
    ]
    if rows:
        db.session.execute(sa.insert(MarkingAssignment), rows)


def _taken_pseudonyms(some: Iterable[str]) -> Set[str]:
    names = list(some)
    taken: set[str] = set()
    for start in range(0, len(names), BATCH):
        query = sa.select(MarkingAssignment.pseudonym).where(
            MarkingAssignment.pseudonym.in_(names[start : start + BATCH])
        )
        taken.update(db.session.scalars(query))
    return taken
