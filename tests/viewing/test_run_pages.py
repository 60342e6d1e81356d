"""A session's page through the hours of its runs: joining, codes, the recording beside them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from lms.access.policy import Role
from lms.base import clock
from lms.extensions import db
from lms.training.models import ParticipationKind, SessionKind, TrainingSession
from lms.units.models import Unit
from lms.viewing.run_codes import code_of
from lms.viewing.run_windows import CODE_AFTER, JOIN_BEFORE
from tests.factories.people import make_appointee
from tests.factories.training import make_material, make_run
from tests.factories.venues import make_venue
from tests.support.client import Page, PageClient
from tests.viewing.support import Viewer, make_viewer
from tests.viewing.test_live import kinds, make_live, run_of

SECOND = timedelta(seconds=1)
JOIN = "Vào buổi học"
WAIT = "Nút vào buổi học sẽ hiện ở đây."


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    made = make_viewer(app, client, seconds=60.0)
    made.session.is_required = False
    db.session.commit()
    return made


def open_page(viewer: Viewer, session: TrainingSession, at: datetime) -> Page:
    db.session.commit()
    with clock.frozen(at):
        return viewer.client.get_page(f"/sessions/{session.id}")


def joins(page: Page) -> list[str]:
    return [link.get("href", "") for link in page.root.iter("a") if link.text == JOIN]


def codes(page: Page) -> list[str]:
    """Where the page's forms send codes."""
    actions = [form.get("action", "") for form in page.root.iter("form")]
    return [action for action in actions if action.endswith("/code")]


def add_run(session: TrainingSession, starts_at: datetime) -> int:
    run = make_run(starts_at, minutes=20)
    session.runs.append(run)
    db.session.flush()
    return run.id


def attach_recording(viewer: Viewer, session: TrainingSession) -> None:
    session.video_id, session.duration_seconds = viewer.session.video_id, 60.0


def test_the_way_in_is_offered_from_a_quarter_of_an_hour_before(viewer: Viewer) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK, begins=3_600)
    run = run_of(link)
    page = open_page(viewer, link, run.starts_at - JOIN_BEFORE - SECOND)
    assert joins(page) == [] and WAIT in page.text
    for moment in (run.starts_at - JOIN_BEFORE, run.starts_at, run.ends_at - SECOND):
        page = open_page(viewer, link, moment)
        assert joins(page) == [f"/sessions/{link.id}/runs/{run.id}/join"]
        assert WAIT not in page.text
    page = open_page(viewer, link, run.ends_at)
    assert joins(page) == [] and WAIT not in page.text


def test_the_code_of_a_run_just_over_is_taken_though_another_follows(
    app: Flask, viewer: Viewer
) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK)
    run = run_of(link)
    add_run(link, run.starts_at + timedelta(days=7))
    moment = run.ends_at + CODE_AFTER
    page = open_page(viewer, link, moment)
    assert joins(page) == [] and WAIT in page.text
    assert codes(page) == [f"/sessions/{link.id}/runs/{run.id}/code"]
    assert codes(open_page(viewer, link, moment + SECOND)) == []
    with clock.frozen(moment):
        page.submit({"code": code_of(str(app.secret_key), run.id, moment)})
    assert kinds(viewer) == [ParticipationKind.CODE_CONFIRMED]
    assert codes(open_page(viewer, link, moment)) == []


def test_runs_under_way_together_each_have_their_way_in_and_their_code(viewer: Viewer) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK)
    first = run_of(link)
    second_id = add_run(link, first.starts_at + timedelta(minutes=5))
    page = open_page(viewer, link, first.starts_at + timedelta(minutes=6))
    ids = (first.id, second_id)
    assert joins(page) == [f"/sessions/{link.id}/runs/{run_id}/join" for run_id in ids]
    assert codes(page) == [f"/sessions/{link.id}/runs/{run_id}/code" for run_id in ids]
    with clock.frozen(first.starts_at + timedelta(minutes=6)):
        refused = page.submit({"code": ""}, form=codes(page)[1], status=422)
    assert len(refused.errors) == 1 and len(codes(refused)) == 2


def test_a_recording_stands_beside_the_runs_while_any_is_open_or_ahead(viewer: Viewer) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK)
    run = run_of(link)
    attach_recording(viewer, link)
    ahead = open_page(viewer, link, run.starts_at - timedelta(minutes=1))
    under_way = open_page(viewer, link, run.starts_at + SECOND)
    for page in (ahead, under_way):
        assert joins(page) and list(page.root.iter("video"))
    assert codes(under_way)
    over = open_page(viewer, link, run.ends_at + CODE_AFTER + SECOND)
    assert "Mã xác nhận chứng minh" in ahead.text
    assert "Mã xác nhận chứng minh" not in over.text and list(over.root.iter("video"))


def test_a_stream_under_way_plays_beside_its_recording(viewer: Viewer) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM)
    attach_recording(viewer, stream)
    page = open_page(viewer, stream, run_of(stream).starts_at + SECOND)
    scripts = " ".join(script.get("src", "") for script in page.root.iter("script"))
    assert "live-page" in scripts and "session-page" in scripts
    for part in ("data-live", "data-viewing"):
        found = [one for one in page.root.iter() if one.get(part) is not None]
        assert len(found) == 1 and found[0].get("data-grant")


def test_a_wrong_code_leaves_the_rest_of_the_page_as_it_was(viewer: Viewer) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK)
    make_material(link, "Đề cương của buổi")
    unit = db.session.get_one(Unit, viewer.enrolment.unit_id)
    secretary = make_appointee(Role.SECRETARY, unit)
    make_venue(secretary, link, unit, place="Nhà văn hóa thôn")
    moment = run_of(link).starts_at + SECOND
    page = open_page(viewer, link, moment)
    with clock.frozen(moment):
        refused = page.submit({"code": "12"}, status=422)
    assert refused.errors
    for words in ("Đề cương của buổi", "Nhà văn hóa thôn"):
        assert words in page.text and words in refused.text
