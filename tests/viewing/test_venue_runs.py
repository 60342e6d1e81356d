"""A venue that follows a run of a live session: its hours and its closing keep to the run's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask

from lms.access.policy import Role
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed
from lms.people.models import Account
from lms.training.models import SessionRun, TrainingSession
from lms.training.session_words import run_hours
from lms.units.models import Unit
from lms.viewing.services.venues_closing import close_venue, record_headcounts
from tests.factories.people import make_appointee, make_audiences, make_learner, make_unit
from tests.factories.training import make_campaign, make_live_session
from tests.factories.venues import make_venue


@dataclass
class Hall:
    """A unit with one learner, its secretary, and a run of a live session tomorrow."""

    unit: Unit
    secretary: Account
    session: TrainingSession

    @property
    def run(self) -> SessionRun:
        return self.session.runs[0]


@pytest.fixture
def hall(app: Flask) -> Hall:
    unit = make_unit()
    audiences = make_audiences("member")
    make_learner(unit)
    campaign = make_campaign(unit, audiences, opened=True)
    return Hall(unit, make_appointee(Role.SECRETARY, unit), make_live_session(campaign))


def test_a_venue_is_held_within_the_hours_of_the_run_that_it_follows(hall: Hall) -> None:
    run = hall.run
    for starts_at in (clock.now(), run.starts_at - timedelta(hours=2), run.ends_at):
        with pytest.raises(Invalid) as refused:
            make_venue(hall.secretary, hall.session, hall.unit, run_id=run.id, starts_at=starts_at)
        assert refused.value.field == "starts_at"
        assert run_hours(run) in str(refused.value)
    early = run.starts_at - timedelta(minutes=30)
    venue = make_venue(hall.secretary, hall.session, hall.unit, run_id=run.id, starts_at=early)
    assert venue.run_id == run.id


def test_a_list_is_not_closed_before_the_run_has_begun(hall: Hall) -> None:
    run = hall.run
    early = run.starts_at - timedelta(minutes=30)
    venue = make_venue(hall.secretary, hall.session, hall.unit, run_id=run.id, starts_at=early)
    with clock.frozen(early + timedelta(minutes=1)):
        record_headcounts(hall.secretary, venue, 0, None, "")
        with pytest.raises(NotAllowed, match="Lượt học của điểm cầu này bắt đầu lúc"):
            close_venue(hall.secretary, venue)
    assert venue.closed_at is None
    with clock.frozen(run.starts_at):
        close_venue(hall.secretary, venue)
    assert venue.closed_at == run.starts_at
