"""Live sessions and their runs, and where a recording plays from: the rules of the services."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.base import clock
from lms.base.errors import Invalid
from lms.extensions import db
from lms.files.content import FileKind
from lms.files.services import receive_file
from lms.training.models import Campaign, Enrolment, MediaSource, SessionKind, TrainingSession
from lms.training.services.runs import RunValues
from lms.training.services.sessions import (
    MediaValues,
    SessionFiles,
    SessionValues,
    change_session,
    create_session,
)
from lms.viewing.models import Coverage, RunAttendance
from tests.factories import people, training
from tests.factories.media import tiny_mp4

MEET = "https://hop.vidu.vn/1"
STREAM = "https://phat.vidu.vn/buoi.m3u8"


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    unit = people.make_unit()
    people.make_learner(unit)
    return training.make_campaign(unit, people.make_audiences(), opened=True)


def values(*runs: RunValues, **changes: Any) -> SessionValues:
    usual = SessionValues("Buổi một", "", [], [], clock.now(), runs=runs)
    return replace(usual, **changes)


def run(days: float, url: str = MEET, **changes: Any) -> RunValues:
    starts_at = clock.now() + timedelta(days=days)
    return replace(RunValues(starts_at, starts_at + timedelta(hours=1), url), **changes)


def kept(session: TrainingSession) -> list[RunValues]:
    return [RunValues(r.starts_at, r.ends_at, r.url, r.note, r.id) for r in session.runs]


def test_a_session_is_held_in_several_runs_and_may_be_required(campaign: Campaign) -> None:
    made = create_session(
        None, campaign, SessionKind.LIVE_LINK, values(run(3, note="Khối phường"), run(1))
    )
    db.session.refresh(made)
    assert made.is_required
    assert [one.note for one in made.runs] == ["", "Khối phường"], "the earliest first"
    first, second = kept(made)
    later = replace(run(4), id=second.id)
    change_session(None, made, values(later, run(5)))
    db.session.refresh(made)
    assert [one.starts_at for one in made.runs][:1] == [later.starts_at]
    assert first.id not in {one.id for one in made.runs}
    assert made.runs[0].id == second.id, "a changed run stays the same run"


@pytest.mark.parametrize(
    ("kind", "runs", "field"),
    [
        ("live_link", [], "runs"),
        ("live_link", [{"url": "javascript:alert(1)"}], "runs-0-url"),
        ("live_link", [{}, {"url": "https://localhost/x"}], "runs-1-url"),
        ("live_stream", [{"url": MEET}], "runs-0-url"),
        ("live_stream", [{"url": "http://phat.vidu.vn/buoi.m3u8"}], "runs-0-url"),
        ("live_link", [{"hours": 0}], "runs-0-ends_at"),
        ("live_link", [{"days": -1}], "published_at"),
        ("live_link", [{}] * 51, "runs"),
    ],
)
def test_a_run_that_cannot_stand_is_told_at_its_field(
    campaign: Campaign, kind: str, runs: list[dict[str, Any]], field: str
) -> None:
    rows = []
    for row in runs:
        made = run(row.get("days", 1), row.get("url", MEET))
        rows.append(replace(made, ends_at=made.starts_at + timedelta(hours=row.get("hours", 1))))
    with pytest.raises(Invalid) as refused:
        create_session(None, campaign, SessionKind(kind), values(*rows))
    assert refused.value.field == field


def test_a_run_somebody_was_at_keeps_its_start_and_is_not_dropped(campaign: Campaign) -> None:
    made = create_session(
        None, campaign, SessionKind.LIVE_STREAM, values(run(1, STREAM), run(2, STREAM))
    )
    (attended, other), enrolment = made.runs, campaign_enrolment(campaign)
    db.session.add(
        RunAttendance(enrolment_id=enrolment, run_id=attended.id, updated_at=clock.now())
    )
    db.session.flush()
    first, second = kept(made)
    moved = replace(first, starts_at=first.starts_at + timedelta(minutes=1))
    for rows, field in (
        ([second], "runs"),
        ([moved, second], "runs-0-starts_at"),
    ):
        with pytest.raises(Invalid) as refused:
            change_session(None, made, values(*rows))
        assert refused.value.field == field
    change_session(None, made, values(replace(first, note="Đã xong")))
    db.session.refresh(made)
    assert [one.note for one in made.runs] == ["Đã xong"]
    assert other.id not in {one.id for one in made.runs}


def campaign_enrolment(campaign: Campaign) -> int:
    return db.session.query(Enrolment.id).filter_by(campaign_id=campaign.id).limit(1).scalar() or 0


def test_a_run_of_another_session_is_never_taken_along(campaign: Campaign) -> None:
    theirs = create_session(None, campaign, SessionKind.LIVE_LINK, values(run(1)))
    mine = create_session(None, campaign, SessionKind.LIVE_LINK, values(run(2)))
    change_session(None, mine, values(replace(run(4), id=theirs.runs[0].id)))
    db.session.refresh(theirs)
    db.session.refresh(mine)
    assert (len(theirs.runs), len(mine.runs)) == (1, 1)
    assert theirs.runs[0].id != mine.runs[0].id


@pytest.mark.parametrize(
    ("source", "typed", "stored"),
    [
        ("youtube", "youtu.be/aqz-KE_bpKQ", "https://www.youtube.com/watch?v=aqz-KE_bpKQ"),
        ("vimeo", "vimeo.com/76979871/8272103f6e", "https://vimeo.com/76979871/8272103f6e"),
        ("hls", STREAM, STREAM),
    ],
)
def test_a_recording_plays_from_an_address_of_typed_length(
    campaign: Campaign, source: str, typed: str, stored: str
) -> None:
    media = MediaValues(MediaSource(source), typed, 3900)
    made = create_session(None, campaign, SessionKind.RECORDED, values(media=media))
    assert (made.media_url, made.duration_seconds, made.is_watchable) == (stored, 3900, True)
    for bad, field in (
        (replace(media, address=""), "address"),
        (replace(media, address="https://10.0.0.1/x"), "address"),
        (replace(media, seconds=None), "length"),
        (MediaValues(None, "https://phat.vidu.vn/khac.m3u8"), "source"),
        (MediaValues(MediaSource.UPLOAD, "https://phat.vidu.vn/khac.m3u8"), "source"),
        (MediaValues(MediaSource.UPLOAD, stored), "video"),
    ):
        with pytest.raises(Invalid) as refused:
            change_session(None, made, values(media=bad))
        assert refused.value.field == field
    change_session(None, made, values(media=MediaValues(None, stored)))
    assert (made.media_url, made.duration_seconds, made.is_watchable) == (None, None, False)


def test_a_live_session_gets_its_recording_later(campaign: Campaign) -> None:
    made = create_session(
        None, campaign, SessionKind.LIVE_LINK, values(run(1), media=MediaValues(None))
    )
    assert not made.is_watchable
    video = receive_file(io.BytesIO(tiny_mp4(75)), "b.mp4", frozenset({FileKind.MP4}), 10_000_000)
    change_session(None, made, values(*kept(made)), SessionFiles(video=video))
    assert (made.is_watchable, made.duration_seconds) == (True, 75.0)
    media = MediaValues(MediaSource.YOUTUBE, "youtu.be/aqz-KE_bpKQ", 75)
    change_session(None, made, values(*kept(made), media=media))
    assert (made.video_id, made.media_source) == (None, MediaSource.YOUTUBE)


def test_what_people_have_watched_stays_as_long_as_it_was(campaign: Campaign) -> None:
    media = MediaValues(MediaSource.HLS, STREAM, 600)
    made = create_session(None, campaign, SessionKind.RECORDED, values(media=media))
    db.session.add(
        Coverage(
            enrolment_id=campaign_enrolment(campaign),
            session_id=made.id,
            intervals=[[0, 5]],
            covered_seconds=5,
            updated_at=clock.now(),
        )
    )
    db.session.flush()
    for bad, field in ((replace(media, seconds=900), "length"), (MediaValues(None), "source")):
        with pytest.raises(Invalid) as refused:
            change_session(None, made, values(media=bad))
        assert refused.value.field == field
    change_session(None, made, values(media=MediaValues(MediaSource.VIMEO, "vimeo.com/1234", 601)))
    assert made.duration_seconds == 601
