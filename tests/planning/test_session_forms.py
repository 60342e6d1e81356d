"""The form of a session, as a browser without scripts sends it: kinds, runs, the recording."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.training.models import Campaign, CampaignState, Enrolment, MediaSource, TrainingSession
from lms.units.models import Unit
from lms.viewing.models import RunAttendance
from tests.factories import people, training
from tests.support.client import Page, PageClient

STREAM = "https://phat.vidu.vn/buoi.m3u8"


def moment(days: float) -> str:
    return clock.to_local(clock.now() + timedelta(days=days)).strftime("%H:%M %d/%m/%Y")


@pytest.fixture
def campaign(app: Flask, client: PageClient) -> Campaign:
    unit = people.make_unit()
    people.make_learner(unit)
    made = training.make_campaign(unit, people.make_audiences(), opened=True)
    people.sign_in(client, people.make_planner(unit))
    return made


def submit(
    client: PageClient, campaign: Campaign, kind: str, status: int = 200, **sent: str
) -> Page:
    fields = {name.replace("__", "-"): value for name, value in sent.items()}
    address = f"/planning/campaigns/{campaign.id}/sessions/new?kind={kind}"
    return client.submit(address, {"title": "Buổi một"} | fields, status=status)


def the_session() -> TrainingSession:
    db.session.expire_all()
    return db.session.query(TrainingSession).one()


def test_runs_are_added_changed_and_removed_on_one_form(
    client: PageClient, campaign: Campaign
) -> None:
    submit(
        client, campaign, "live_stream",
        runs__0__starts_at=moment(1), runs__0__ends_at=moment(1.1), runs__0__url=STREAM,
        runs__2__starts_at=moment(2), runs__2__ends_at=moment(2.1), runs__2__url=STREAM,
        runs__2__note="Khối doanh nghiệp",
    )  # fmt: skip
    made = the_session()
    assert [run.note for run in made.runs] == ["", "Khối doanh nghiệp"]
    first, second = (run.id for run in made.runs)
    address = f"/planning/sessions/{made.id}"
    client.submit(
        address,
        {
            "runs-0-is_removed": True,
            "runs-1-note": "Khối phường",
            "runs-2-starts_at": moment(4),
            "runs-2-ends_at": moment(4.1),
            "runs-2-url": STREAM,
        },
    )
    kept = the_session().runs
    assert [run.note for run in kept] == ["Khối phường", ""]
    assert kept[0].id == second and first not in {run.id for run in kept}
    enrolment_id = db.session.query(Enrolment.id).limit(1).scalar()
    db.session.add(RunAttendance(enrolment_id=enrolment_id, run_id=second, updated_at=clock.now()))
    page = client.submit(address, {"runs-0-is_removed": True}, status=422)
    assert list(page.errors_by_field) == ["runs"]
    assert len(the_session().runs) == 2


def test_what_is_wrong_with_a_run_is_told_at_its_row_and_all_that_was_typed_stays(
    client: PageClient, campaign: Campaign
) -> None:
    page = submit(
        client, campaign, "live_link", 422,
        runs__0__starts_at=moment(1), runs__0__url="https://hop.vidu.vn/1",
        runs__1__starts_at="chiều mai", runs__1__ends_at=moment(2), runs__1__url="",
    )  # fmt: skip
    assert list(page.errors_by_field) == ["runs-0-ends_at", "runs-1-starts_at", "runs-1-url"]
    assert page.errors[0].startswith("Lượt 1 – Kết thúc lúc: ")
    assert page.form().value_of("runs-1-starts_at") == "chiều mai"
    page = page.submit(
        {
            "runs-0-ends_at": moment(1.1),
            "runs-1-starts_at": moment(1.9),
            "runs-1-url": "https://192.168.1.1/hop",
        },
        status=422,
    )
    assert list(page.errors_by_field) == ["runs-1-url"]
    assert "mạng riêng" in page.errors[0]
    page = page.submit({"runs-1-url": "https://meet.google.com/abc-defg-hij"})
    assert "Google Meet" in page.text
    assert submit(client, campaign, "live_link", 422).errors_by_field.keys() == {"runs"}


def test_who_saves_second_is_told_of_a_run_that_was_added_or_dropped(
    client: PageClient, campaign: Campaign
) -> None:
    submit(
        client, campaign, "live_link",
        runs__0__starts_at=moment(1), runs__0__ends_at=moment(1.1), runs__0__url="https://a.vn/1",
        runs__1__starts_at=moment(2), runs__1__ends_at=moment(2.1), runs__1__url="https://a.vn/2",
    )  # fmt: skip
    address = f"/planning/sessions/{the_session().id}"
    mine = client.get_page(address)
    client.submit(
        address,
        {
            "runs-1-is_removed": True,
            "runs-2-starts_at": moment(3),
            "runs-2-ends_at": moment(3.1),
            "runs-2-url": "https://a.vn/cua-nguoi-kia",
        },
    )
    refused = mine.submit({"title": "Tên của tôi"}, status=409)
    assert "Nội dung đang được lưu" in refused.text
    assert "https://a.vn/cua-nguoi-kia" in refused.html, "the other's run is a row of the form now"
    refused.submit()
    made = the_session()
    assert made.title == "Tên của tôi"
    assert {run.url for run in made.runs} == {
        "https://a.vn/1",
        "https://a.vn/2",
        "https://a.vn/cua-nguoi-kia",
    }


def test_a_recording_plays_from_an_address_and_its_length_is_typed(
    client: PageClient, campaign: Campaign
) -> None:
    page = submit(
        client, campaign, "recorded", 422, source="youtube", address="youtube.com/playlist?list=x",
        length="một giờ",
    )  # fmt: skip
    assert list(page.errors_by_field) == ["length"]
    page = page.submit({"length": "1:05:00"}, status=422)
    assert list(page.errors_by_field) == ["address"]
    page.submit({"address": "https://youtu.be/aqz-KE_bpKQ?si=x", "allows_listening": True})
    made = the_session()
    assert made.media_url == "https://www.youtube.com/watch?v=aqz-KE_bpKQ"
    assert (made.duration_seconds, made.allows_listening) == (3900, True)
    address = f"/planning/sessions/{made.id}"
    form = client.get_page(address).form()
    assert (form.value_of("source"), form.value_of("length")) == ("youtube", "1:05:00")
    client.submit(address, {"title": "Chỉ đổi tên"})
    assert the_session().media_source is MediaSource.YOUTUBE


def test_accepted_kinds_are_boxes_and_a_locked_row_says_them(
    client: PageClient, campaign: Campaign
) -> None:
    address = f"/planning/campaigns/{campaign.id}/requirements"
    page = client.get_page(address)
    assert "Họp trực tuyến, có mã xác nhận" in page.text
    draft = training.make_campaign(db.session.get_one(Unit, campaign.unit_id))
    address = f"/planning/campaigns/{draft.id}/requirements"
    page = client.submit(address, {"rows-0-accepted_kinds": []}, status=422)
    assert list(page.errors_by_field) == ["rows-0-accepted_kinds"]
    page.submit({"rows-0-accepted_kinds": ["venue_roll_call", "live_presence"]})
    db.session.refresh(draft)
    saved = [one.accepted_kinds for one in draft.requirements]
    assert ["live_presence", "venue_roll_call"] in saved


def test_what_is_added_to_a_campaign_under_way_is_offered_as_voluntary(
    client: PageClient, campaign: Campaign
) -> None:
    """Whoever has begun is asked for no more, so the box that would ask is not ticked."""
    address = f"/planning/campaigns/{campaign.id}/sessions/new?kind=recorded"
    assert client.get_page(address).form().value_of("is_required") is None
    campaign.state = CampaignState.DRAFT
    db.session.commit()
    assert client.get_page(address).form().value_of("is_required") is not None


def test_a_player_of_another_site_has_captions_of_its_own(
    client: PageClient, campaign: Campaign
) -> None:
    assert {one for one in MediaSource if one.is_framed} == {
        MediaSource.YOUTUBE,
        MediaSource.VIMEO,
    }
    assert (
        "YouTube và Vimeo dùng phụ đề của trang ấy"
        in client.get_page(f"/planning/campaigns/{campaign.id}/sessions/new?kind=recorded").text
    )
