"""Venues: a room of a unit for a session, with everybody below the unit expected.

hall = make_venue(secretary, session, unit)
entry_of(hall, learner)
tick(secretary, hall, learner)
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.people.models import Account, Member
from lms.training.models import TrainingSession
from lms.units.models import Unit
from lms.units.queries import Scope, get_unit
from lms.viewing.models import MarkAct, RollCallEntry, RollCallMethod, Venue
from lms.viewing.roll_call import NewMark
from lms.viewing.services.roll_call import fresh_key, take_marks
from lms.viewing.services.venues import VenueValues, open_venue
from tests.factories.training import enrolment_of


def make_venue(
    secretary: Account,
    session: TrainingSession,
    unit: Unit,
    *,
    place: str = "Hội trường phường",
    starts_at: datetime | None = None,
    checks_exit: bool = False,
    run_id: int | None = None,
) -> Venue:
    """A venue that began ten minutes ago and lasts two hours."""
    starts_at = starts_at or clock.now() - timedelta(minutes=10)
    values = VenueValues(
        unit_id=unit.id,
        unit_ids=[],
        run_id=run_id,
        place=place,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        checks_exit=checks_exit,
    )
    return open_venue(secretary, session, values, Scope.of([get_unit(unit.id).path]))


def entry_of(venue: Venue, person: Account | Member) -> RollCallEntry:
    """A person's place on a venue's list, as the database has it now."""
    db.session.flush()
    query = sa.select(RollCallEntry).where(
        RollCallEntry.venue_id == venue.id,
        RollCallEntry.enrolment_id == enrolment_of(venue.session.campaign, person).id,
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def tick(
    secretary: Account,
    venue: Venue,
    person: Account | Member,
    act: MarkAct = MarkAct.ENTER,
    at: datetime | None = None,
) -> None:
    """Mark somebody by the secretary's hand."""
    entry = entry_of(venue, person)
    moment = at or clock.now()
    mark = NewMark(fresh_key(), entry.id, act, RollCallMethod.LIST, moment)
    take_marks(secretary, venue, [mark])
