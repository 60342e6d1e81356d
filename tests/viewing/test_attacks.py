"""Forged beacons and wrong clocks: each known attack, by its letter, through the real address."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.training.services.enrolments import close_campaign
from lms.viewing.allowance import ONLINE
from lms.viewing.models import ViewingClock
from tests.factories.people import make_learner, make_unit, sign_in_elsewhere
from tests.factories.training import make_session
from tests.support.client import PageClient
from tests.viewing.support import BEACONS, Viewer, make_viewer

MINUTE_S_WORTH = 60 * ONLINE.rate + ONLINE.grace


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    return make_viewer(app, client)


def another_device(app: Flask, viewer: Viewer) -> Viewer:
    """The same member at a second browser, before the same recording."""
    client = sign_in_elsewhere(app, viewer.account)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    return Viewer(
        app, client, viewer.account, viewer.campaign, viewer.session, token, viewer.began_at
    )


def unspent() -> float:
    return db.session.scalars(sa.select(ViewingClock)).one().unspent_seconds


def test_3a_three_hours_in_a_minute(viewer: Viewer) -> None:
    for minute in range(0, 180, 3):
        told = viewer.watch(
            *((at * 60, at * 60 + 60) for at in range(minute, minute + 3)), after=minute / 3
        )
    assert viewer.covered() <= MINUTE_S_WORTH
    assert all(reason == "clock" for _start, _end, reason in told["uncredited"])


def test_3a_three_hours_in_a_minute_said_to_be_offline(viewer: Viewer) -> None:
    for minute in range(0, 180, 3):
        spans = ((at * 60, at * 60 + 60) for at in range(minute, minute + 3))
        viewer.watch(*spans, after=minute / 3, offline=True)
    assert viewer.covered() <= MINUTE_S_WORTH


def test_3b_the_same_beacon_a_hundred_times(viewer: Viewer) -> None:
    for _time in range(50):
        viewer.watch((0, 15), after=15)
    assert viewer.covered() == 15
    assert db.session.scalars(sa.select(ViewingClock)).one().unspent_seconds == pytest.approx(
        5, abs=0.01
    )


def test_3b_the_same_beacon_at_the_same_moment(app: Flask, viewer: Viewer) -> None:
    body = {"grant": viewer.grant(), "intervals": [[0, 15]], "position": 15}
    db.session.commit()
    barrier = threading.Barrier(20)
    statuses: list[int] = []

    def send() -> None:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = viewer.token
        barrier.wait()
        statuses.append(client.post(BEACONS, json=body).status_code)

    with clock.frozen(viewer.began_at + timedelta(seconds=15)):
        threads = [threading.Thread(target=send) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 20
    assert viewer.covered() == 15
    assert db.session.scalars(sa.select(ViewingClock)).one().unspent_seconds == pytest.approx(
        5, abs=0.01
    )


def test_3c_one_s_grant_with_another_s_cookie(app: Flask, viewer: Viewer) -> None:
    body = {"grant": viewer.grant(), "intervals": [[0, 5]], "position": 5}
    stranger = sign_in_elsewhere(app, make_learner(make_unit()))
    other_device = another_device(app, viewer).client
    for client in (stranger, other_device, app.test_client()):
        answer = client.post(BEACONS, json=body)
        assert (answer.status_code, answer.json["error"]) == (403, "bad-grant")
    assert viewer.coverage() is None


def test_3c_a_grant_counts_for_its_own_recording_alone(viewer: Viewer) -> None:
    other = make_session(viewer.campaign, seconds=600)
    body = {"grant": viewer.grant(), "intervals": [[0, 5]], "position": 5}
    for field in ("session_id", "session", "enrolment_id"):
        body[field] = other.id
    assert viewer.send(body, 10).status_code == 200
    assert (viewer.covered(), viewer.covered(other)) == (5, 0)
    swapped = viewer.grant().replace(f"-{viewer.session.id}-", f"-{other.id}-")
    assert viewer.beacon((0, 5), after=20, grant=swapped).status_code == 403


@pytest.mark.parametrize("apart", [0, 5_000])
def test_3d_two_devices_for_ten_minutes(app: Flask, viewer: Viewer, apart: int) -> None:
    second = another_device(app, viewer)
    for start in range(0, 600, 30):
        viewer.watch((start, start + 30), after=start + 30)
        second.watch((start + apart, start + apart + 30), after=start + 30)
    most = 600 if apart == 0 else 600 * ONLINE.rate + ONLINE.grace
    assert viewer.covered() <= most
    kept = viewer.coverage()
    assert kept is not None
    assert bool(kept.uncredited) is bool(apart)


def test_3e_a_jump_to_the_end(viewer: Viewer) -> None:
    viewer.watch((0, 5), after=6)
    told = viewer.watch((10_790, 10_800), after=17, position=10_800)
    assert told["intervals"] == [[0, 5], [10_790, 10_800]]


@pytest.mark.parametrize(
    "span", [[-1, 5], [0, 1e308], [0, 10_803], [5, 1], ["0", "9"], [True, 2], [0, None]]
)
def test_3f_nonsense(viewer: Viewer, span: list[object]) -> None:
    answer = viewer.send({"grant": viewer.grant(), "intervals": [span], "position": 1}, 60)
    assert answer.status_code == 400
    assert viewer.coverage() is None


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e-999", "9" * 400])
def test_3f_numbers_that_are_none(viewer: Viewer, text: str) -> None:
    body = f'{{"grant": "{viewer.grant()}", "intervals": [[0, {text}]], "position": 1}}'
    answer = viewer.client.post(BEACONS, data=body, content_type="application/json")
    assert answer.status_code in {200, 400}
    assert viewer.covered() == 0


@pytest.mark.parametrize("offline", [1, "true", None, [], {}])
def test_3f_a_flag_that_is_none(viewer: Viewer, offline: object) -> None:
    assert viewer.beacon((0, 5), after=6, offline=offline).status_code == 400


def test_3g_a_hidden_page_reports_nothing_and_earns_nothing(viewer: Viewer) -> None:
    """What counts while the page is hidden is the tracker's rule (tests/js, "a hidden page"): it
    leaves those seconds out, or the task allows listening and they are watched like any others."""
    viewer.watch((0, 15), after=15)
    for after in range(30, 600, 15):
        viewer.watch(after=after, position=after)
    assert viewer.covered() == 15
    told = viewer.watch((15, 600), after=600)  # nor has it saved up the time for later
    assert told["covered_seconds"] <= 15 + ONLINE.cap * ONLINE.rate + ONLINE.grace


@pytest.mark.parametrize("days", [-1, 1, -365, 365])
def test_3h_and_12_the_client_s_clock_has_no_say(viewer: Viewer, days: int) -> None:
    wrong = (clock.now() + timedelta(days=days)).timestamp()
    fields = dict.fromkeys(("time", "sent_at", "now", "started_at", "issued_at"), wrong)
    assert viewer.watch((0, 600), after=10, **fields)["covered_seconds"] == 20


def test_3i_after_the_campaign_closed(viewer: Viewer) -> None:
    viewer.watch((0, 5), after=6)
    close_campaign(None, viewer.campaign)
    for is_offline in (False, True):
        told = viewer.watch((5, 30), after=60, offline=is_offline)
        assert (told["covered_seconds"], told["closed"]) == (5, True)
        assert told["uncredited"] == [[5, 30, "closed"]]
    coverage = viewer.coverage()
    assert coverage is not None
    assert (coverage.covered_seconds, coverage.position) == (5, 5)
    assert coverage.uncredited == [[5, 30, "closed"]]


@pytest.mark.parametrize("minutes", [-5, 5])
def test_12_the_server_s_clock_is_five_minutes_off_and_put_right(
    viewer: Viewer, minutes: int
) -> None:
    """A step forward is time that passed, as far as can be saved up; a step back is none."""
    step = minutes * 60
    earned = [viewer.watch((0, 1_000), after=15)["covered_seconds"]]
    for real in range(30, 400, 15):
        told = viewer.watch((0, 1_000), after=real + step)
        earned.append(told["covered_seconds"])
    assert earned == sorted(earned)
    most = 400 + (ONLINE.cap if minutes > 0 else 0)
    assert earned[-1] <= most * ONLINE.rate + ONLINE.grace
    if minutes < 0:  # it stands still until the clock has caught up, and then goes on
        assert earned[-1] > earned[0]
    assert unspent() >= 0


def test_12_a_grant_does_not_become_eternal(viewer: Viewer) -> None:
    year = 365 * 86_400
    ahead = viewer.grant(after=year)
    for after in (0.0, year - 3_600.0, year + 12 * 3_600 + 1.0):
        assert viewer.beacon((0, 5), after=after, grant=ahead).status_code == 403


def test_12_the_deadline_is_the_server_s_at_the_moment_of_crediting(viewer: Viewer) -> None:
    viewer.campaign.closes_at = viewer.began_at + timedelta(seconds=20)
    assert viewer.watch((0, 5), after=20)["covered_seconds"] == 5
    assert viewer.watch((5, 9), after=20.001)["closed"] is True
