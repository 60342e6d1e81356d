"""How a run ends: by whom it is ended and until when, and what an early or late end changes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from lms.base import clock
from lms.base.errors import NotAllowed
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import SessionKind, SessionRun, TrainingSession
from lms.viewing.run_windows import CODE_AFTER, MOST_OVERRUN, is_code_taken
from lms.viewing.services.attendance import end_run
from tests.factories.people import make_speaker, make_unit, sign_in
from tests.factories.training import make_run
from tests.support.client import PageClient
from tests.viewing.support import Viewer, make_viewer
from tests.viewing.test_live import attend, make_live, report, run_of

END = "Kết thúc lượt này"
SECOND = timedelta(seconds=1)


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    made = make_viewer(app, client, seconds=60.0)
    made.session.is_required = False
    db.session.commit()
    return made


def make_held(viewer: Viewer, kind: SessionKind) -> tuple[TrainingSession, SessionRun, Account]:
    """A live session with its one run, and its speaker."""
    session, speaker = make_live(viewer, kind), make_speaker(make_unit())
    session.speakers = [speaker]
    db.session.commit()
    return session, run_of(session), speaker


def test_a_run_that_was_over_long_ago_cannot_be_ended_again(viewer: Viewer) -> None:
    link, run, speaker = make_held(viewer, SessionKind.LIVE_LINK)
    with clock.frozen(run.ends_at + MOST_OVERRUN + SECOND), pytest.raises(NotAllowed):
        end_run(speaker, link, run)
    assert run.ended_at is None
    with clock.frozen(run.ends_at + MOST_OVERRUN):
        end_run(speaker, link, run)
    assert run.ended_at == run.ends_at + MOST_OVERRUN


def test_the_code_is_taken_shortly_after_the_true_end_and_never_beyond_the_limit(
    viewer: Viewer,
) -> None:
    _link, run, _speaker = make_held(viewer, SessionKind.LIVE_LINK)
    last = run.ends_at + MOST_OVERRUN

    def closes(ended_at: datetime | None) -> datetime:
        run.ended_at = ended_at
        return min(run.closes_at + CODE_AFTER, last)

    for ended_at in (None, run.starts_at + SECOND, run.ends_at + timedelta(hours=1), last):
        until = closes(ended_at)
        assert is_code_taken(run, until) and not is_code_taken(run, until + SECOND)
    run.ended_at = run.ends_at + timedelta(days=3)
    assert not is_code_taken(run, run.ended_at)
    assert not is_code_taken(run, run.starts_at - SECOND)


def test_the_button_to_end_a_run_is_there_while_it_can_be_ended(viewer: Viewer) -> None:
    link, run, speaker = make_held(viewer, SessionKind.LIVE_LINK)
    address = f"/sessions/{link.id}/runs/{run.id}/shown-code"
    for moment, is_offered in (
        (run.starts_at - SECOND, False),
        (run.starts_at, True),
        (run.ends_at + MOST_OVERRUN, True),
        (run.ends_at + MOST_OVERRUN + SECOND, False),
    ):
        with clock.frozen(moment):
            sign_in(viewer.client, speaker)
            assert (END in viewer.client.get_page(address).text) is is_offered, moment


def test_an_overrun_neither_asks_for_more_nor_adds_anything(viewer: Viewer) -> None:
    stream, run, speaker = make_held(viewer, SessionKind.LIVE_STREAM)
    planned = run.seconds
    told = attend(viewer, stream, 0, 600)
    late = run.ends_at + timedelta(minutes=30)
    with clock.frozen(run.ends_at + SECOND):
        assert "Giờ học dự kiến đến" in viewer.client.get_page(f"/sessions/{stream.id}").text
    with clock.frozen(late):
        end_run(speaker, stream, run)
        db.session.commit()
    assert (run.closes_at, run.seconds) == (late, planned)
    after = (late - viewer.began_at).total_seconds() - 60
    answer = report(viewer, stream, 15, after).json
    assert answer["covered_ratio"] == told["covered_ratio"] == 600 / planned
    assert answer["over"]
    with clock.frozen(late + SECOND):
        assert "Đã kết thúc lúc" in viewer.client.get_page(f"/sessions/{stream.id}").text


def test_the_speaker_s_page_leads_to_a_run_just_over_though_another_follows(
    viewer: Viewer,
) -> None:
    link, run, speaker = make_held(viewer, SessionKind.LIVE_LINK)
    later = make_run(run.ends_at + timedelta(days=7))
    link.runs.append(later)
    db.session.commit()
    sign_in(viewer.client, speaker)
    address = "/sessions/{}/runs/{}/shown-code"

    def led(at: datetime) -> str:
        with clock.frozen(at):
            return viewer.client.get_page("/my-sessions").links()["Mã xác nhận có mặt"]

    own, following = (address.format(link.id, one.id) for one in (run, later))
    assert led(run.starts_at) == own
    assert led(run.ends_at + SECOND) == own
    assert led(run.ends_at + MOST_OVERRUN + SECOND) == following
