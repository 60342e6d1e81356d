"""People whom an import adds, written ahead of everything else and seen nowhere: they have no unit
until it is applied. Short batches, so that others' writes go through between them.
"""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.base import clock
from lms.extensions import db
from lms.people.models import LineKind, Member, RosterImport, StagedLine, StagedUnit, Standing
from lms.people.queries.roster import BATCH
from lms.people.services.roster.sets import Outdated
from lms.people.services.search import forget_names, index_names

_OF_NEW = (
    "code",
    "name",
    "fold",
    "sort_key",
    "birth_year",
    "birth_date",
    "standing",
    "is_exempt",
    "phone",
    "email",
)


def create_hidden(roster_import: RosterImport) -> bool:
    """Write a batch of the new people, without a unit yet; True when none is left to write."""
    joins_new_units = roster_import.founds_units
    waiting = sa.select(StagedUnit.id).where(
        StagedUnit.import_id == roster_import.id, StagedUnit.unit_id.is_(None)
    )
    query = (
        sa.select(*StagedLine.__table__.c)
        .where(
            StagedLine.import_id == roster_import.id,
            StagedLine.kind == LineKind.NEW,
            StagedLine.member_id.is_(None),
        )
        .order_by(StagedLine.position)
        .limit(BATCH)
    )
    if not joins_new_units:
        query = query.where(StagedLine.staged_unit_id.not_in(waiting))
    rows = db.session.execute(query).all()
    if not rows:
        return True
    people = [{name: getattr(row, name) for name in _OF_NEW} for row in rows]
    for person in people:
        person["standing"] = person["standing"] or Standing.FULL
        person["is_exempt"] = bool(person["is_exempt"])
    try:
        ids = db.session.scalars(
            sa.insert(Member).returning(Member.id, sort_by_parameter_order=True), people
        ).all()
    except IntegrityError as error:
        raise Outdated from error
    index_names(ids)
    db.session.execute(
        sa.update(StagedLine),
        [{"id": row.id, "member_id": i} for row, i in zip(rows, ids, strict=True)],
    )
    roster_import.progress += len(rows)
    roster_import.active_at = clock.now()
    db.session.flush()
    return len(rows) < BATCH


def remove_hidden(roster_import: RosterImport) -> bool:
    """Take a batch of people back who were written and never given a unit; True at the end."""
    query = (
        sa.select(StagedLine.id, StagedLine.member_id)
        .where(
            StagedLine.import_id == roster_import.id,
            StagedLine.kind == LineKind.NEW,
            StagedLine.member_id.is_not(None),
        )
        .limit(BATCH)
    )
    rows = db.session.execute(query).all()
    if rows:
        member_ids = [row.member_id for row in rows]
        forget_names(member_ids)
        db.session.execute(sa.delete(Member).where(Member.id.in_(member_ids)))
        ids = [row.id for row in rows]
        db.session.execute(
            sa.update(StagedLine)
            .where(StagedLine.id.in_(ids))
            .values(member_id=None)
            .execution_options(synchronize_session=False)
        )
    roster_import.active_at = clock.now()
    db.session.flush()
    return len(rows) < BATCH
