"""The beacon's contract: what is credited, what is refused, and at what price."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.people.models import Audience, SignIn
from lms.people.sign_in import end_sign_in
from lms.training.models import CampaignState, ParticipationKind
from lms.training.services.enrolments import close_campaign, withdraw
from lms.units.models import Unit
from lms.viewing import crediting
from lms.viewing.models import Coverage, ViewingClock
from tests.factories.people import make_learner, make_unit, sign_in_elsewhere
from tests.factories.training import enrolment_of, make_campaign, make_session
from tests.support.client import PageClient
from tests.support.statements import count_statements
from tests.viewing.support import BEACONS, Viewer, make_viewer


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    return make_viewer(app, client)


def test_watching_is_credited_and_told(viewer: Viewer) -> None:
    answer = viewer.beacon((0, 15.2), after=16)
    assert answer.status_code == 200
    assert answer.json == {
        "covered_seconds": 15.2,
        "covered_ratio": 0.0014,
        "intervals": [[0.0, 15.2]],
        "offline_intervals": [],
        "uncredited": [],
        "closed": False,
        "late": False,
        "position": 15.2,
    }
    coverage = viewer.coverage()
    assert coverage is not None
    assert coverage.intervals == [[0.0, 15.2]]
    assert (coverage.covered_seconds, coverage.position) == (15.2, 15.2)


def test_a_minute_at_normal_speed_is_a_minute(viewer: Viewer) -> None:
    for start in range(0, 60, 15):
        viewer.beacon((start, start + 15), after=start + 15.4)
    assert viewer.covered() == 60


def test_the_same_minute_a_hundred_times_is_credited_once(viewer: Viewer) -> None:
    for time in range(100):
        assert viewer.beacon((0, 60), after=61 + time * 60).status_code == 200
    assert viewer.covered() == 60


def test_three_hours_forged_in_a_minute_earn_what_a_minute_allows(viewer: Viewer) -> None:
    for minute in range(180):
        viewer.watch((minute * 60, minute * 60 + 60), after=(minute + 1) / 3)
    assert 90 <= viewer.covered() <= 60 * 1.5 + 5


def test_without_the_clock_the_same_forgery_earns_three_hours(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken control: the test above can fail."""
    real = crediting.spend

    def gullible(*given, **named):  # type: ignore[no-untyped-def]
        state, _allowed = real(*given, **named)
        return state, given[2]

    monkeypatch.setattr(crediting, "spend", gullible)
    for minute in range(180):
        viewer.beacon((minute * 60, minute * 60 + 60), after=(minute + 1) / 3)
    assert viewer.covered() == 10_800


def test_two_devices_and_two_sessions_share_one_clock(app: Flask, viewer: Viewer) -> None:
    second = make_session(viewer.campaign, seconds=10_800)
    phone = sign_in_elsewhere(app, viewer.account)
    with phone.session_transaction() as cookie:
        phone_token = cookie["_user_id"]
    on_phone = Viewer(
        app, phone, viewer.account, viewer.campaign, second, phone_token, viewer.began_at
    )
    for start in range(0, 600, 15):
        viewer.beacon((start, start + 15), after=start + 15)
        on_phone.beacon((start, start + 15), after=start + 15)
    assert viewer.covered() + viewer.covered(second) <= 600 * 1.5 + 5


def test_a_jump_to_the_end_earns_only_what_was_played(viewer: Viewer) -> None:
    viewer.beacon((0, 5), after=6)
    told = viewer.watch((10_790, 10_800), after=17, position=10_800)
    assert told["covered_seconds"] == 15
    assert viewer.coverage().position == 10_800  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "intervals",
    [
        [[-1, 5]],
        [[5, 1]],
        [[0, 1e308]],
        [[0, 10_900]],
        [[True, False]],
        [["0", "15"]],
        [[None, 5]],
        [[0, 1, 2]],
        [0, 15],
        {"0": 15},
        "all of it",
        None,
        [[0, 1]] * 301,
    ],
)
def test_nonsense_is_refused_and_changes_nothing(viewer: Viewer, intervals: object) -> None:
    answer = viewer.send({"grant": viewer.grant(), "intervals": intervals, "position": 1}, 60)
    assert answer.status_code == 400
    assert viewer.coverage() is None


@pytest.mark.parametrize("position", [1e308, -1, "5", True, [], 10_900])
def test_a_nonsensical_position_is_refused(viewer: Viewer, position: object) -> None:
    assert viewer.beacon((0, 5), after=60, position=position).status_code == 400
    assert viewer.coverage() is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b'{"intervals": [[NaN, 5]]}',
        b'{"grant": "x", "intervals": [[0, Infinity]]}',
        b"\xff\xfe",
        b"[" * 5_000,
    ],
)
def test_what_is_no_beacon_is_refused(viewer: Viewer, body: bytes) -> None:
    answer = viewer.client.post(BEACONS, data=body, content_type="application/json")
    assert answer.status_code in {400, 403}


def test_a_body_that_is_too_large_is_refused(viewer: Viewer) -> None:
    answer = viewer.client.post(BEACONS, json={"grant": "x" * 40_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_only_json_is_taken(viewer: Viewer, content_type: str | None) -> None:
    body = json.dumps({"grant": viewer.grant(), "intervals": [[0, 5]], "position": 5})
    answer = viewer.client.post(BEACONS, data=body, content_type=content_type)
    assert answer.status_code == 400
    assert viewer.coverage() is None


def test_a_position_may_be_left_out(viewer: Viewer) -> None:
    viewer.beacon((0, 5), after=6)
    answer = viewer.send({"grant": viewer.grant(), "intervals": [[5, 9]]}, 12)
    assert answer.status_code == 200
    assert viewer.coverage().position == 5  # type: ignore[union-attr]


def test_forged_expired_and_foreign_grants_are_refused(app: Flask, viewer: Viewer) -> None:
    grant = viewer.grant()
    assert viewer.beacon((0, 5), after=6, grant="x" + grant).status_code == 403
    assert viewer.beacon((0, 5), after=6, grant=None).status_code == 403
    assert viewer.beacon((0, 5), after=13 * 3_600).status_code == 403
    stranger = sign_in_elsewhere(app, make_learner(make_unit()))
    for client in (stranger, app.test_client()):
        body = {"grant": grant, "intervals": [[0, 5]], "position": 5}
        assert client.post(BEACONS, json=body).status_code == 403
    assert viewer.coverage() is None


def test_a_grant_for_a_session_of_another_campaign_is_refused(viewer: Viewer) -> None:
    other = make_session(make_campaign(make_unit()))
    answer = viewer.beacon((0, 5), after=6, grant=viewer.grant(other))
    assert answer.status_code == 403


def test_an_ended_sign_in_stops_at_once(viewer: Viewer) -> None:
    assert viewer.beacon((0, 5), after=6).status_code == 200
    end_sign_in(viewer.token)
    assert viewer.beacon((5, 10), after=12).status_code == 403
    db.session.execute(sa.update(SignIn).values(revoked_at=None))
    assert viewer.beacon((5, 10), after=12).status_code == 200
    viewer.account.is_disabled = True
    assert viewer.beacon((10, 15), after=18).status_code == 403
    assert viewer.covered() == 10


def test_somebody_withdrawn_is_refused(viewer: Viewer) -> None:
    withdraw(None, viewer.enrolment, "Chuyển đi nơi khác")
    assert viewer.beacon((0, 5), after=6).status_code == 403


def test_after_the_campaign_closes_nothing_is_credited(viewer: Viewer) -> None:
    viewer.beacon((0, 5), after=6)
    close_campaign(None, viewer.campaign)
    told = viewer.watch((5, 30), after=60)
    assert (told["covered_seconds"], told["closed"]) == (5, True)
    assert viewer.covered() == 5


def test_after_the_closing_moment_nothing_is_credited_either(viewer: Viewer) -> None:
    assert viewer.campaign.state is CampaignState.OPEN
    viewer.campaign.closes_at = viewer.began_at + timedelta(seconds=20)
    assert viewer.watch((0, 5), after=10)["covered_seconds"] == 5
    assert viewer.watch((5, 10), after=21)["closed"] is True
    assert viewer.covered() == 5


def test_watching_after_the_due_moment_counts_and_is_marked_late(
    app: Flask, client: PageClient
) -> None:
    viewer = make_viewer(app, client, seconds=60.0, due_in=timedelta(seconds=30))
    assert viewer.watch((0, 20), after=25)["late"] is False
    assert viewer.watch((20, 55), after=60)["late"] is True
    enrolment = viewer.enrolment
    assert viewer.covered() == 55
    assert enrolment.sessions_met_at == viewer.began_at + timedelta(seconds=60)
    assert enrolment.is_fulfilled_late
    assert not enrolment.is_fulfilled


def test_the_enrolment_moves_when_enough_was_watched(app: Flask, client: PageClient) -> None:
    viewer = make_viewer(app, client, seconds=100.0)
    viewer.beacon((0, 8), after=10)
    assert viewer.enrolment.viewing_ratio == 0  # not a tenth yet
    viewer.beacon((8, 30), after=30)
    db.session.expire_all()
    assert viewer.enrolment.viewing_ratio == 0.3
    assert viewer.enrolment.sessions_met_at is None
    for start in range(30, 80, 10):
        viewer.beacon((start, start + 10), after=start + 10)
    db.session.expire_all()
    enrolment = viewer.enrolment
    met_at = viewer.began_at + timedelta(seconds=80)
    assert enrolment.viewing_ratio == 0.8
    assert (enrolment.sessions_met_at, enrolment.fulfilled_at) == (met_at, met_at)
    assert enrolment.sessions_met_by is ParticipationKind.VERIFIED_VIEWING
    viewer.beacon((80, 100), after=100)
    coverage = viewer.coverage()
    assert coverage is not None
    assert coverage.threshold_met_at == met_at


def test_all_required_recordings_have_to_be_watched(app: Flask, client: PageClient) -> None:
    viewer = make_viewer(app, client, seconds=40.0)
    second = make_session(viewer.campaign, seconds=60.0)
    make_session(viewer.campaign, seconds=500.0, is_required=False)
    make_session(viewer.campaign, video=False, is_required=False)
    viewer.beacon((0, 40), after=40)
    assert viewer.enrolment.sessions_met_at is None
    assert viewer.enrolment.viewing_ratio == 0.4
    viewer.beacon((0, 30), after=70, grant=viewer.grant(second))
    viewer.beacon((30, 60), after=100, grant=viewer.grant(second))
    db.session.expire_all()
    assert viewer.enrolment.viewing_ratio == 1.0
    assert viewer.enrolment.sessions_met_at == viewer.began_at + timedelta(seconds=100)


def test_a_required_recording_whose_video_is_to_come_is_waited_for(
    app: Flask, client: PageClient
) -> None:
    viewer = make_viewer(app, client, seconds=40.0)
    second = make_session(viewer.campaign, video=False)
    viewer.beacon((0, 40), after=40)
    db.session.expire_all()
    assert viewer.enrolment.viewing_ratio == 0.5  # what is to come weighs as the average
    assert (viewer.enrolment.sessions_met_at, viewer.enrolment.fulfilled_at) == (None, None)
    second.video_id, second.duration_seconds = viewer.session.video_id, 20.0
    viewer.beacon((0, 20), after=70, grant=viewer.grant(second))
    db.session.expire_all()
    assert viewer.enrolment.fulfilled_at == viewer.began_at + timedelta(seconds=70)


def test_an_optional_recording_moves_nothing(app: Flask, client: PageClient) -> None:
    viewer = make_viewer(app, client)
    extra = make_session(viewer.campaign, seconds=60.0, is_required=False)
    for start in (0, 30):
        viewer.beacon((start, start + 30), after=start + 30, grant=viewer.grant(extra))
    assert viewer.covered(extra) == 60
    assert viewer.enrolment.viewing_ratio == 0
    assert viewer.enrolment.sessions_met_at is None


def test_one_campaign_does_not_count_in_another(app: Flask, client: PageClient) -> None:
    viewer = make_viewer(app, client, seconds=60.0)
    unit = db.session.get_one(Unit, viewer.campaign.unit_id)
    audience = db.session.scalars(sa.select(Audience)).one()
    other = make_campaign(unit, {"member": audience}, opened=True)
    make_session(other, seconds=60.0)
    for start in (0, 30):
        viewer.beacon((start, start + 30), after=start + 30)
    assert viewer.enrolment.sessions_met_at is not None
    elsewhere = enrolment_of(other, viewer.account)
    assert (elsewhere.sessions_met_at, elsewhere.viewing_ratio) == (None, 0)
    rows = db.session.scalars(sa.select(Coverage)).all()
    assert [row.enrolment_id for row in rows] == [viewer.enrolment.id]


def test_a_beacon_costs_at_most_four_statements_and_two_when_nothing_is_new(
    viewer: Viewer,
) -> None:
    grant = viewer.grant()
    for number in range(4):
        after = number * 15 + 15
        body = {"grant": grant, "intervals": [[after - 15, after]], "position": after}
        db.session.commit()
        with count_statements() as statements:
            assert viewer.send(body, after).status_code == 200
        assert len(statements) <= 4, "\n".join(statements)
    with count_statements() as statements:
        assert viewer.send(body, 200).status_code == 200
    assert len(statements) <= 2, "\n".join(statements)


def test_the_clock_row_holds_what_is_left(viewer: Viewer) -> None:
    viewer.beacon((0, 15), after=15)
    kept = db.session.scalars(sa.select(ViewingClock)).one()
    assert kept.member_id == viewer.account.member_id
    assert kept.unspent_seconds == pytest.approx(5, abs=0.01)
    assert kept.grace_seconds == 5
    assert kept.updated_at == viewer.began_at + timedelta(seconds=15)


def test_the_browser_s_clock_has_no_say(viewer: Viewer) -> None:
    yesterday = (clock.now() - timedelta(days=1)).timestamp()
    told = viewer.watch((0, 600), after=10, time=yesterday, sent_at=yesterday)
    assert told["covered_seconds"] == 20
