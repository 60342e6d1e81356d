"""The pages of a session: what the player is given, what a member sees, what scripts-off allows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.training.models import MaterialOpening, ParticipationKind
from lms.training.services.enrolments import close_campaign
from lms.viewing.models import SessionCredit
from tests.factories.people import make_learner, make_speaker, make_unit, sign_in
from tests.factories.training import (
    make_campaign,
    make_live_session,
    make_material,
    make_session,
)
from tests.support.client import Page, PageClient
from tests.support.statements import count_statements
from tests.viewing.support import BEACONS, Viewer, make_viewer


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    return make_viewer(app, client, seconds=3_900.0)


def address(viewer: Viewer) -> str:
    return f"/sessions/{viewer.session.id}"


def player(page: Page) -> dict[str, str]:
    """The data-* attributes of the player's root."""
    (root,) = [element for element in page.root.iter() if element.get("data-viewing") is not None]
    return {name: value for name, value in root.items() if name.startswith("data-")}


def test_the_page_carries_a_grant_that_works(viewer: Viewer) -> None:
    page = viewer.client.get_page(address(viewer))
    given = player(page)
    assert page.heading == viewer.session.title
    assert given["data-url"] == BEACONS
    assert float(given["data-duration"]) == 3_900
    assert float(given["data-asked"]) == 3_120
    assert json.loads(given["data-intervals"]) == []
    beacon = {"grant": given["data-grant"], "intervals": [[0, 3]], "position": 3}
    assert viewer.client.post(BEACONS, json=beacon).status_code == 200
    assert viewer.covered() == 3


def test_the_page_shows_what_was_watched_and_where_to_go_on(viewer: Viewer) -> None:
    for start in range(0, 120, 30):
        viewer.watch((start, start + 30), after=start + 31)
    page = viewer.client.get_page(address(viewer))
    given = player(page)
    assert json.loads(given["data-intervals"]) == [[0, 120]]
    assert float(given["data-position"]) == 120
    assert "Đã xem 2 phút (3\u00a0%)" in page.html
    assert "cần 80\u00a0%" in page.html
    assert len(page.having_class("th-bar__part")) == 1
    assert len(page.having_class("th-bar__mark")) == 1


def test_video_and_captions_are_served_to_this_browser(viewer: Viewer) -> None:
    page = viewer.client.get_page(address(viewer))
    video = next(page.root.iter("video"))
    track = next(page.root.iter("track"))
    assert track.get("default") is not None
    for element in (video, track):
        assert viewer.client.get(element.get("src")).status_code == 200
    part = viewer.client.get(video.get("src"), headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)
    assert viewer.app.test_client().get(video.get("src")).status_code == 403


def test_materials_say_whether_they_were_opened(viewer: Viewer) -> None:
    read = make_material(viewer.session, "Trình chiếu")
    make_material(viewer.session, "Đề cương")
    make_material(viewer.session, "Của tuần sau", published_at=clock.now() + timedelta(days=7))
    gone = make_material(viewer.session, "Đã gỡ")
    gone.withdrawn_at = clock.now()
    db.session.add(
        MaterialOpening(
            enrolment_id=viewer.enrolment.id, material_id=read.id, opened_at=clock.now()
        )
    )
    page = viewer.client.get_page(address(viewer))
    assert "Trình chiếu" in page.text
    assert "Đã mở" in page.text
    assert "Chưa mở" in page.text
    assert "Của tuần sau" not in page.text
    assert "Đã gỡ" not in page.text


def test_a_closed_campaign_shows_the_recording_without_a_grant(viewer: Viewer) -> None:
    close_campaign(None, viewer.campaign)
    page = viewer.client.get_page(address(viewer))
    assert "data-grant" not in page.html
    assert "session-page.js" not in page.html
    assert list(page.root.iter("video"))
    assert not page.root.findall(".//main//form")


def test_past_the_due_moment_the_page_says_late(app: Flask, client: PageClient) -> None:
    viewer = make_viewer(app, client, due_in=-timedelta(hours=1))
    page = viewer.client.get_page(address(viewer))
    assert "ghi là muộn" in page.text
    assert player(page)["data-grant"]


def test_other_people_s_and_unpublished_sessions_look_missing(viewer: Viewer) -> None:
    hidden = make_session(viewer.campaign, published_at=clock.now() + timedelta(days=1))
    foreign = make_session(make_campaign(make_unit()))
    missing = viewer.client.get_page("/sessions/999999", status=404)
    _, _, fields = viewer.client.get_page(address(viewer)).form().fill({})
    for other in (hidden, foreign):
        page = viewer.client.get_page(f"/sessions/{other.id}", status=404)
        assert (page.title, page.text) == (missing.title, missing.text)
        posted = viewer.client.post(f"/sessions/{other.id}/declaration", data=dict(fields))
        assert posted.status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SessionCredit)) == 0


def test_somebody_who_is_not_enrolled_sees_nothing(viewer: Viewer) -> None:
    sign_in(viewer.client, make_learner(make_unit()))
    viewer.client.get_page(address(viewer), status=404)


def test_a_recording_still_to_come(viewer: Viewer) -> None:
    empty = make_session(viewer.campaign, video=False)
    page = viewer.client.get_page(f"/sessions/{empty.id}")
    assert "Chưa có bản ghi" in page.text
    assert not list(page.root.iter("video"))


def test_a_live_session_is_a_link_with_a_time(viewer: Viewer) -> None:
    starts_at = clock.start_of_day(clock.today()) + timedelta(days=1, hours=19, minutes=30)
    live = make_live_session(viewer.campaign, starts_at=starts_at)
    page = viewer.client.get_page(f"/sessions/{live.id}")
    assert "Bắt đầu lúc 19:30 ngày mai. Nút vào buổi học sẽ hiện ở đây." in page.text
    assert "Vào buổi học" not in page.links()
    live.runs[0].starts_at = clock.now() - timedelta(minutes=5)
    assert "Đang diễn ra" in viewer.client.get_page(f"/sessions/{live.id}").text


def test_a_declaration_is_kept_apart_and_does_not_count_by_default(viewer: Viewer) -> None:
    page = viewer.client.get_page(address(viewer)).submit(button="Tôi đã xem hết buổi học này")
    assert "Đã ghi lời khai" in page.text
    assert "tự khai lúc" in page.text
    kept = db.session.scalars(sa.select(SessionCredit)).one()
    assert (kept.session_id, kept.kind) == (viewer.session.id, ParticipationKind.SELF_DECLARED)
    enrolment = viewer.enrolment
    assert (enrolment.sessions_met_at, enrolment.viewing_ratio) == (None, 0)
    assert viewer.coverage() is None


def test_declaring_twice_is_declaring_once(viewer: Viewer) -> None:
    page = viewer.client.get_page(address(viewer))
    _, target, fields = page.form().fill({})
    for _ in range(2):
        assert viewer.client.post(target, data=dict(fields)).status_code == 302
    db.session.scalars(sa.select(SessionCredit)).one()


def test_where_it_is_accepted_a_declaration_meets_the_part_as_the_weaker_kind(
    app: Flask, client: PageClient
) -> None:
    viewer = make_viewer(app, client, seconds=30.0, accepted_kinds=list(ParticipationKind))
    viewer.client.get_page(address(viewer)).submit()
    assert viewer.enrolment.sessions_met_by is ParticipationKind.SELF_DECLARED
    declared_at = viewer.enrolment.sessions_met_at
    assert declared_at is not None
    assert viewer.enrolment.viewing_ratio == 0
    # Watching it after all, in time, makes it the stronger kind, at the moment that happened.
    viewer.watch((0, 30), after=40)
    db.session.expire_all()
    assert viewer.enrolment.sessions_met_by is ParticipationKind.VERIFIED_VIEWING
    assert viewer.enrolment.sessions_met_at == viewer.began_at + timedelta(seconds=40)
    assert viewer.enrolment.viewing_ratio == 1


def test_watching_after_the_due_moment_leaves_the_word_given_in_time(
    app: Flask, client: PageClient
) -> None:
    viewer = make_viewer(
        app,
        client,
        seconds=30.0,
        accepted_kinds=list(ParticipationKind),
        due_in=timedelta(seconds=20),
    )
    viewer.client.get_page(address(viewer)).submit()
    declared_at = viewer.enrolment.sessions_met_at
    viewer.watch((0, 30), after=40)
    db.session.expire_all()
    enrolment = viewer.enrolment
    assert enrolment.sessions_met_by is ParticipationKind.SELF_DECLARED
    assert enrolment.sessions_met_at == enrolment.fulfilled_at == declared_at
    assert enrolment.viewing_ratio == 1


def test_nothing_is_declared_after_closing(viewer: Viewer) -> None:
    page = viewer.client.get_page(address(viewer))
    _, target, fields = page.form().fill({})
    close_campaign(None, viewer.campaign)
    assert viewer.client.post(target, data=dict(fields)).status_code == 403
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SessionCredit)) == 0


def test_the_page_costs_the_same_with_one_and_with_twelve_materials(
    app: Flask, client: PageClient
) -> None:
    unit = make_unit()
    viewer = make_viewer(app, client)
    viewer.session.speakers = [make_speaker(unit)]
    make_material(viewer.session)
    page = address(viewer)
    viewer.client.get_page(page)
    with count_statements() as few:
        viewer.client.get_page(page)
    viewer.session.speakers = [make_speaker(unit) for _ in range(5)]
    for _ in range(11):
        make_material(viewer.session)
    db.session.commit()
    with count_statements() as many:
        viewer.client.get_page(page)
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= 6, "\n".join(many)
