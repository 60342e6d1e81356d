"""Beacons kept without a connection: credited, marked, told, and verified by watching again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.extensions import db
from lms.people.sign_in import end_sign_in
from lms.training.models import ParticipationKind
from lms.viewing.models import SessionCredit
from tests.support.client import PageClient
from tests.support.statements import count_statements
from tests.viewing.support import Viewer, make_viewer

VERIFIED, OFFLINE = ParticipationKind.VERIFIED_VIEWING, ParticipationKind.OFFLINE_VIEWING


def credited() -> list[ParticipationKind]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(SessionCredit.kind).order_by(SessionCredit.id)))


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    return make_viewer(app, client)


def test_forty_minutes_on_a_train_are_credited_and_marked(viewer: Viewer) -> None:
    viewer.watch((0, 15), after=15)
    told = viewer.watch((15, 2_415), after=2_420, offline=True)
    assert told["intervals"] == [[0, 2_415]]
    assert (told["offline_intervals"], told["uncredited"]) == ([[15, 2_415]], [])
    coverage = viewer.coverage()
    assert coverage is not None
    assert (coverage.intervals, coverage.offline_intervals) == ([[0, 2_415]], [[15, 2_415]])


def test_more_than_the_limit_is_told_and_remembered_until_it_is_watched(viewer: Viewer) -> None:
    told = viewer.watch((0, 7_000), after=11_000, offline=True)
    assert told["covered_seconds"] == 5_405
    assert told["uncredited"] == [[5_405, 7_000, "offline_limit"]]
    assert viewer.coverage().uncredited == [[5_405, 7_000, "offline_limit"]]  # type: ignore[union-attr]
    viewer.watch((5_405, 5_420), after=11_015)
    assert viewer.coverage().uncredited == [[5_420, 7_000, "offline_limit"]]  # type: ignore[union-attr]


def test_two_devices_are_told_why(viewer: Viewer) -> None:
    viewer.watch((0, 45), after=30)
    told = viewer.watch((5_000, 5_045), after=31)
    assert told["uncredited"] == [[5_006.5, 5_045, "clock"]]


def test_the_share_reached_offline_stands_apart_until_it_is_verified(
    app: Flask, client: PageClient
) -> None:
    viewer = make_viewer(app, client, seconds=100.0)
    viewer.watch((0, 40), after=40)
    viewer.watch((40, 90), after=200, offline=True)
    assert credited() == [OFFLINE]
    assert viewer.enrolment.sessions_met_by in (OFFLINE, None)
    coverage = viewer.coverage()
    assert coverage is not None
    assert (coverage.threshold_met_at is None, coverage.verified_met_at) == (False, None)
    met_at = coverage.threshold_met_at
    told = viewer.watch((40, 60), after=230)
    assert (told["covered_seconds"], told["offline_intervals"]) == (90, [[60, 90]])
    viewer.watch((60, 80), after=260)
    assert credited() == [OFFLINE, VERIFIED]
    assert viewer.enrolment.sessions_met_by is VERIFIED
    coverage = viewer.coverage()
    assert coverage is not None
    assert coverage.threshold_met_at == met_at
    assert coverage.verified_met_at is not None
    viewer.watch((80, 100), after=500, offline=True)
    assert credited() == [OFFLINE, VERIFIED]


def test_the_share_reached_in_view_is_verified_alone(app: Flask, client: PageClient) -> None:
    viewer = make_viewer(app, client, seconds=60.0)
    viewer.watch((0, 40), after=40)
    viewer.watch((40, 60), after=60)
    viewer.watch((0, 60), after=300, offline=True)
    assert credited() == [VERIFIED]
    assert viewer.coverage().offline_intervals == []  # type: ignore[union-attr]


def test_an_ended_sign_in_and_an_old_grant_stop_what_was_kept(viewer: Viewer) -> None:
    half_a_day = 12 * 3_600.0
    assert viewer.beacon((0, 9), after=half_a_day + 1, offline=True).status_code == 403
    assert viewer.beacon((0, 9), after=1_000, offline=True).status_code == 200
    end_sign_in(viewer.token)
    assert viewer.beacon((9, 15), after=1_010, offline=True).status_code == 403


def test_a_kept_beacon_costs_at_most_four_statements(viewer: Viewer) -> None:
    body = {"grant": viewer.grant(), "intervals": [[0, 900]], "position": 900, "offline": True}
    db.session.commit()
    with count_statements() as statements:
        assert viewer.send(body, 1_000).status_code == 200
    assert len(statements) <= 4, "\n".join(statements)
