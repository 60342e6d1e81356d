"""Presence at runs: a stream watched while it runs, a join link with the speaker's code."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.training.models import ParticipationKind, SessionKind, SessionRun, TrainingSession
from lms.viewing.models import RunAttendance, SessionCredit
from lms.viewing.run_codes import WINDOW, code_of, is_code_of
from tests.factories.people import make_account, make_learner, make_unit, sign_in
from tests.factories.training import make_live_session
from tests.viewing.support import Viewer, make_viewer

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.support.client import PageClient

MINUTES = 20


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    made = make_viewer(app, client, seconds=60.0)
    made.session.is_required = False
    db.session.commit()
    return made


def make_live(viewer: Viewer, kind: SessionKind, begins: float = 0.0) -> TrainingSession:
    """A required live session with a run that begins so many seconds after the viewer's."""
    session = make_live_session(
        viewer.campaign,
        kind=kind,
        is_required=True,
        starts_at=viewer.began_at + timedelta(seconds=begins),
    )
    session.runs[0].ends_at = session.runs[0].starts_at + timedelta(minutes=MINUTES)
    db.session.commit()
    return session


def run_of(session: TrainingSession) -> SessionRun:
    return session.runs[0]


def report(
    viewer: Viewer, session: TrainingSession, seconds: Any, after: float, **fields: Any
) -> TestResponse:
    body = {"grant": viewer.grant(session), "run": run_of(session).id, "seconds": seconds}
    with clock.frozen(viewer.began_at + timedelta(seconds=after)):
        return viewer.client.post("/viewing/presence", json=body | fields)


def attend(viewer: Viewer, session: TrainingSession, first: int, last: int) -> Any:
    """Honest presence from one second to another, reported every fifteen."""
    told = None
    for after in range(first + 15, last + 1, 15):
        answer = report(viewer, session, 15, after)
        assert answer.status_code == 200, answer.text
        told = answer.json
    return told


def kinds(viewer: Viewer) -> list[ParticipationKind]:
    db.session.commit()
    query = sa.select(SessionCredit.kind).where(SessionCredit.enrolment_id == viewer.enrolment.id)
    return list(db.session.scalars(query.order_by(SessionCredit.id)))


# --- the stream -----------------------------------------------------------------------------


def test_who_watches_the_stream_long_enough_was_there(viewer: Viewer) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM)
    told = attend(viewer, stream, 0, 945)
    assert (told["covered_seconds"], told["met"]) == (945.0, False)
    assert kinds(viewer) == []
    told = attend(viewer, stream, 945, 975)
    assert told["met"] and not told["over"]
    assert kinds(viewer) == [ParticipationKind.LIVE_PRESENCE]
    enrolment = viewer.enrolment
    assert enrolment.sessions_met_by is ParticipationKind.LIVE_PRESENCE
    assert enrolment.sessions_met_at == viewer.began_at + timedelta(seconds=960)
    assert enrolment.viewing_ratio == 1.0


def test_an_hour_takes_an_hour_whatever_is_reported(viewer: Viewer) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM)
    for after in range(1, 61):
        report(viewer, stream, 3600, after)
    answer = report(viewer, stream, 3600, 60)
    assert answer.json["covered_seconds"] <= 60.0


def test_the_same_moment_counts_once_for_two_pages(viewer: Viewer) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM)
    for after in range(15, 121, 15):
        for _page in range(2):
            answer = report(viewer, stream, 15, after)
    assert answer.json["covered_seconds"] == 120.0


def test_what_was_credited_and_not_heard_of_takes_nothing_from_what_is_new(
    viewer: Viewer,
) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM)
    report(viewer, stream, 15, 15)  # its answer is lost, so the page says it again
    assert report(viewer, stream, 30, 30).json["covered_seconds"] == 30.0


def test_the_stream_and_a_recording_share_one_clock(viewer: Viewer) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM)
    attend(viewer, stream, 0, 60)
    told = viewer.watch((0, 60), after=60)
    assert told["covered_seconds"] <= 5.0  # the grace alone: the minute is spent


def test_nothing_counts_before_the_run_or_after_it(viewer: Viewer) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM, begins=120)
    assert report(viewer, stream, 30, 60).json["covered_seconds"] == 0
    assert report(viewer, stream, 30, 130).json["covered_seconds"] == 10.0
    end = 120 + MINUTES * 60
    assert report(viewer, stream, 15, end + 5).json["covered_seconds"] == 20.0
    told = report(viewer, stream, 30, end + 60).json
    assert (told["covered_seconds"], told["over"]) == (20.0, True)


@pytest.mark.parametrize(
    "bad", [-1, float("nan"), 1e308, "15", True, None, [15]], ids=lambda value: repr(value)
)
def test_nonsense_is_refused(viewer: Viewer, bad: Any) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM)
    assert report(viewer, stream, bad, 15).status_code == 400


def test_another_s_grant_and_another_session_s_run_are_refused(app: Flask, viewer: Viewer) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM)
    other = make_live(viewer, SessionKind.LIVE_STREAM)
    link = make_live(viewer, SessionKind.LIVE_LINK)
    assert report(viewer, stream, 15, 15, run=run_of(other).id).status_code == 403
    assert report(viewer, link, 15, 15).status_code == 403
    assert report(viewer, stream, 15, 15, grant="forged").status_code == 403
    assert report(viewer, stream, 15, 15, run="1").status_code == 400
    stranger: PageClient = app.test_client()  # type: ignore[assignment]
    sign_in(stranger, make_learner(make_unit()))
    body = {"grant": viewer.grant(stream), "run": run_of(stream).id, "seconds": 15}
    assert stranger.post("/viewing/presence", json=body).status_code == 403
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RunAttendance)) == 0


def test_a_run_that_ends_early_credits_who_was_there_for_most_of_it(viewer: Viewer) -> None:
    stream = make_live(viewer, SessionKind.LIVE_STREAM)
    speaker = make_account()
    stream.speakers = [speaker]
    db.session.commit()
    attend(viewer, stream, 0, 300)
    assert kinds(viewer) == []
    from lms.viewing.services.attendance import end_run, settle_run

    with clock.frozen(viewer.began_at + timedelta(seconds=330)):
        end_run(speaker, stream, run_of(stream))
        db.session.commit()
        settle_run(run_of(stream).id)
    assert kinds(viewer) == [ParticipationKind.LIVE_PRESENCE]
    assert viewer.enrolment.sessions_met_at == viewer.began_at + timedelta(seconds=330)


# --- the join link and its code -------------------------------------------------------------


def test_the_code_of_this_window_and_the_one_before_are_taken() -> None:
    now = clock.now()
    code = code_of("secret", 7, now)
    assert len(code) == 6 and code.isdigit()
    assert is_code_of("secret", 7, now, f" {code[:3]} {code[3:]} ")
    assert is_code_of("secret", 7, now + WINDOW, code)
    assert not is_code_of("secret", 7, now + 2 * WINDOW, code)
    assert not is_code_of("secret", 8, now, code)
    assert not is_code_of("other", 7, now, code)
    assert not is_code_of("secret", 7, now, "")


def type_code(viewer: Viewer, link: TrainingSession, code: str, after: float, status: int) -> str:
    with clock.frozen(viewer.began_at + timedelta(seconds=after)):
        page = viewer.client.get_page(f"/sessions/{link.id}")
        _, _, fields = page.form().fill({"code": code})
        answer = viewer.client.post(
            f"/sessions/{link.id}/runs/{run_of(link).id}/code", data=dict(fields)
        )
    assert answer.status_code == status, answer.text
    return answer.text


def test_whoever_types_the_speaker_s_code_is_credited_by_the_weaker_kind(
    app: Flask, viewer: Viewer
) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK)
    at = viewer.began_at + timedelta(seconds=60)
    code = code_of(str(app.secret_key), run_of(link).id, at)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert "Mã chưa đúng" in type_code(viewer, link, wrong, 60, 422)
    assert kinds(viewer) == []
    type_code(viewer, link, code, 60, 302)
    assert kinds(viewer) == [ParticipationKind.CODE_CONFIRMED]
    assert viewer.enrolment.sessions_met_by is ParticipationKind.CODE_CONFIRMED
    with clock.frozen(at):
        assert "có mã xác nhận" in viewer.client.get_page(f"/sessions/{link.id}").text


def test_guessing_codes_is_slowed(app: Flask, viewer: Viewer) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK)
    code = code_of(str(app.secret_key), run_of(link).id, viewer.began_at + timedelta(seconds=60))
    page = viewer.client
    with clock.frozen(viewer.began_at + timedelta(seconds=60)):
        _, _, fields = page.get_page(f"/sessions/{link.id}").form().fill({"code": "0"})
        address = f"/sessions/{link.id}/runs/{run_of(link).id}/code"
        answers = [
            page.post(address, data=dict(fields) | {"code": f"{n:06}"}).status_code
            for n in range(12)
            if f"{n:06}" != code
        ]
        assert answers[-1] == 429
        assert page.post(address, data=dict(fields) | {"code": code}).status_code == 429
    assert kinds(viewer) == []


def test_no_code_is_taken_outside_the_run_s_hour(app: Flask, viewer: Viewer) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK, begins=600)
    address = f"/sessions/{link.id}/runs/{run_of(link).id}/code"
    page = viewer.client.get_page("/password")
    _, _, fields = page.form().fill({})
    token = dict(fields)["csrf_token"]
    for after in (0, 600 + MINUTES * 60 + 601):
        at = viewer.began_at + timedelta(seconds=after)
        code = code_of(str(app.secret_key), run_of(link).id, at)
        with clock.frozen(at):
            answer = viewer.client.post(address, data={"code": code, "csrf_token": token})
        assert answer.status_code == 403
    assert kinds(viewer) == []


def test_opening_the_link_is_noted_and_proves_nothing(viewer: Viewer) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK)
    answer = viewer.client.get(f"/sessions/{link.id}/runs/{run_of(link).id}/join")
    answer.close()
    assert answer.status_code == 302 and answer.headers["Location"] == run_of(link).url
    db.session.commit()
    kept = db.session.scalars(sa.select(RunAttendance)).one()
    assert kept.joined_at is not None and kept.covered_seconds == 0
    assert kinds(viewer) == []


def test_a_run_of_another_session_or_unit_looks_missing(viewer: Viewer) -> None:
    link = make_live(viewer, SessionKind.LIVE_LINK)
    other = make_live(viewer, SessionKind.LIVE_LINK)
    viewer.client.get_page(f"/sessions/{link.id}/runs/{run_of(other).id}/join", status=404)
    sign_in(viewer.client, make_learner(make_unit()))
    viewer.client.get_page(f"/sessions/{link.id}/runs/{run_of(link).id}/join", status=404)
