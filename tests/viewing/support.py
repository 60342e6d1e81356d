"""A learner before a recording, and the beacons that their page would send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.people.models import Account
from lms.people.sign_in import hash_token
from lms.training.models import Campaign, Enrolment, TrainingSession
from lms.viewing.grants import issue_grant
from lms.viewing.models import Coverage
from tests.factories.people import make_audiences, make_learner, make_unit, sign_in
from tests.factories.training import enrolment_of, make_campaign, make_session

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.support.client import PageClient

BEACONS = "/viewing/beacons"


@dataclass
class Viewer:
    """A signed-in learner, one session of an open campaign, and a clock to wind."""

    app: Flask
    client: PageClient
    account: Account
    campaign: Campaign
    session: TrainingSession
    token: str
    began_at: datetime

    @property
    def enrolment(self) -> Enrolment:
        return enrolment_of(self.campaign, self.account)

    def grant(self, session: TrainingSession | None = None, after: float = 0.0) -> str:
        """A grant as the page would carry it, issued `after` seconds from the beginning."""
        assert self.account.member_id is not None
        return issue_grant(
            str(self.app.secret_key),
            enrolment_id=self.enrolment.id,
            session_id=(session or self.session).id,
            member_id=self.account.member_id,
            token_hash=hash_token(self.token),
            now=self.began_at + timedelta(seconds=after),
        )

    def send(self, body: Any, after: float) -> TestResponse:
        """Post a beacon's JSON `after` seconds from the beginning."""
        with clock.frozen(self.began_at + timedelta(seconds=after)):
            return self.client.post(BEACONS, json=body)

    def beacon(self, *intervals: tuple[float, float], after: float, **fields: Any) -> TestResponse:
        """Send watched intervals; the position is where the last one ends."""
        body = {
            "grant": self.grant(),
            "intervals": intervals,
            "position": intervals[-1][1] if intervals else 0,
        }
        return self.send(body | fields, after)

    def watch(self, *intervals: tuple[float, float], after: float, **fields: Any) -> Any:
        """Send a beacon that must be taken; returns what the server told."""
        answer = self.beacon(*intervals, after=after, **fields)
        assert answer.status_code == 200, answer.text
        return answer.json

    def coverage(self, session: TrainingSession | None = None) -> Coverage | None:
        """The row as it is in the database now."""
        db.session.commit()
        query = sa.select(Coverage).where(
            Coverage.enrolment_id == self.enrolment.id,
            Coverage.session_id == (session or self.session).id,
        )
        return db.session.scalar(query.execution_options(populate_existing=True))

    def covered(self, session: TrainingSession | None = None) -> float:
        found = self.coverage(session)
        return found.covered_seconds if found else 0.0


def make_viewer(
    app: Flask, client: PageClient, *, seconds: float = 10_800.0, **requirement: Any
) -> Viewer:
    """A learner signed in before a recording of three hours (unless told otherwise)."""
    unit = make_unit()
    audiences = make_audiences("member")
    account = make_learner(unit)
    campaign = make_campaign(unit, audiences, opened=True, **requirement)
    session = make_session(campaign, seconds=seconds, captions=True)
    token = sign_in(client, account)
    return Viewer(app, client, account, campaign, session, token, clock.now())
