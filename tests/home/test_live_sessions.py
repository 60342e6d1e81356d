"""Live sessions among a member's tasks: which run is next, what it is called, how to catch up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.home.steps import Step
from lms.training.models import ParticipationKind, SessionKind, TrainingSession
from lms.training.services import progress
from lms.viewing.services.credits import credit_session
from tests.factories.people import sign_in
from tests.factories.training import make_live_session, make_run
from tests.home.support import Study, next_card, tasks
from tests.support.client import PageClient

STREAM = "https://phat.vidu.vn/buoi.m3u8"


@pytest.fixture
def morning(study: Study) -> Iterator[datetime]:
    """Eight o'clock on the day after the study began."""
    at = clock.start_of_day(clock.today() + timedelta(days=1)) + timedelta(hours=8)
    with clock.frozen(at):
        yield at


def live(study: Study, *starts: datetime, **columns: Any) -> TrainingSession:
    """A required stream of 90 minutes in these runs, before everything else in the campaign."""
    made = make_live_session(
        study.campaign,
        "Hội nghị quán triệt",
        kind=SessionKind.LIVE_STREAM,
        starts_at=starts[0],
        is_required=True,
        **columns,
    )
    made.runs.extend(make_run(at) for at in starts[1:])
    for run in made.runs:
        run.url = STREAM
    db.session.flush()
    return made


def step_of(app: Flask, study: Study) -> Step:
    with app.test_request_context():
        return study.steps()["sessions"]


def test_a_run_is_the_next_step_from_an_hour_before_it_begins(
    app: Flask, client: PageClient, study: Study, morning: datetime
) -> None:
    made = live(study, morning + timedelta(hours=11, minutes=30))
    assert next_card(tasks(client, study.learner)) == (
        "Đọc tài liệu trước khi học",
        f"{study.address}#materials",
    ), "what can be read before it"
    assert step_of(app, study).next_title == "Dự buổi phát trực tiếp 19:30 hôm nay"
    for hours, title in (
        (10.5, "Dự buổi phát trực tiếp 19:30 hôm nay"),
        (12.5, "Buổi phát trực tiếp đang diễn ra"),
    ):
        with clock.frozen(morning + timedelta(hours=hours)):
            page = tasks(client, study.learner)
            assert next_card(page) == (title, f"/sessions/{made.id}")
            assert next_card(client.get_page(study.address)) == (title, f"/sessions/{made.id}")


def test_what_was_met_by_any_way_is_not_asked_for_again(
    app: Flask, study: Study, morning: datetime
) -> None:
    made = live(study, morning)
    assert step_of(app, study).next_title == "Buổi phát trực tiếp đang diễn ra"
    credit_session(study.enrolment.id, made.id, ParticipationKind.VENUE_ROLL_CALL, morning)
    step = step_of(app, study)
    assert (step.state, step.next_title) == ("todo", "Xem buổi học, 10 phút")
    credit_session(
        study.enrolment.id, study.session.id, ParticipationKind.VERIFIED_VIEWING, morning
    )
    assert step_of(app, study).state == "done"


def test_a_run_on_another_day_leaves_the_way_free_until_nothing_else_is_left(
    app: Flask, study: Study, morning: datetime
) -> None:
    study.session.is_required = False
    live(study, morning - timedelta(days=1), morning + timedelta(days=1))
    progress.record_materials_read(study.enrolment.id, morning)
    with app.test_request_context():
        found = study.steps()
        assert [step.state for step in found.values()] == ["done", "todo", "now", "todo"]
        assert found["sessions"].title == "Dự buổi học"
        assert found["sessions"].detail == "cần có mặt 80\u00a0% · trực tiếp 08:00 ngày mai"
        assert found["sessions"].tag == "Chưa dự"
    progress.record_quiz(study.enrolment.id, 1.0, morning)
    progress.record_essay_submitted(study.enrolment.id, morning)
    assert (step_of(app, study).state, step_of(app, study).next_title) == (
        "now",
        "Dự buổi phát trực tiếp 08:00 ngày mai",
    )


def test_a_session_that_is_over_waits_for_its_recording_and_then_for_the_member(
    app: Flask, client: PageClient, study: Study, morning: datetime
) -> None:
    study.session.is_required = False
    made = live(study, morning - timedelta(days=1))
    sign_in(client, study.learner)
    step = step_of(app, study)
    assert step.state == "todo"
    assert step.detail.endswith("đã diễn ra, chưa có bản ghi để học bù")
    page = client.get_page(study.address)
    assert "đã diễn ra lúc 08:00 hôm qua · chưa có bản ghi để học bù" in page.text
    made.media_url, made.duration_seconds = STREAM, 5400
    db.session.flush()
    step = step_of(app, study)
    assert (step.title, step.next_title) == ("Xem buổi học", "Xem buổi học, 1 giờ 30 phút")
    page = client.get_page(study.address)
    assert "có bản ghi để học bù, 1 giờ 30 phút" in page.text
