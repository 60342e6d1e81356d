"""The organiser's path through the pages, from a new campaign to its closing, as a browser does."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.people.models import Audience
from lms.training.models import Campaign, CampaignState, Enrolment, Obligation, TrainingSession
from tests.factories import people, training
from tests.factories.media import PNG, VTT, tiny_mp4
from tests.support.client import PageClient


def moment(days: float) -> str:
    return clock.to_local(clock.now() + timedelta(days=days)).strftime("%H:%M %d/%m/%Y")


def test_from_a_new_campaign_to_its_closing(app: Flask, client: PageClient) -> None:
    ward = people.make_unit("Phường Bồ Đề")
    cell = people.make_unit("Chi bộ 7", ward)
    learner = people.make_learner(cell, "Nguyễn Thị Hòa")
    people.make_member(cell, is_exempt=True)
    audiences = people.make_audiences("exempt", "member")
    speaker = people.make_speaker(ward, "Trần Minh Quý")
    directive = training.make_directive()
    people.sign_in(client, people.make_planner(ward))

    page = client.get_page("/planning/campaigns")
    assert page.heading == "Đợt học"
    page = client.submit(
        "/planning/campaigns/new",
        {
            "name": "Đợt học tháng 12",
            "unit_id": ward.id,
            "directives": [str(directive.id)],
            "opens_at": moment(-1),
            "closes_at": moment(30),
        },
    )
    assert page.heading == "Đợt học tháng 12"
    campaign = db.session.query(Campaign).one()
    board = page.links()
    assert "Chưa yêu cầu đối tượng nào." in page.text

    page = client.submit(
        board["Yêu cầu cho từng đối tượng"],
        {"rows-1-least_coverage": 90, "rows-1-counts": ["quiz"], "rows-1-due_at": moment(20)},
    )
    assert "1 đối tượng bắt buộc, 1 tự nguyện" in page.text
    saved = {one.audience.key: one for one in campaign.requirements}
    assert saved["exempt"].obligation is Obligation.VOLUNTARY
    assert (saved["member"].least_coverage, saved["member"].counts_quiz) == (0.9, True)

    sessions = page.links()["Buổi học"]
    page = client.get_page(sessions)
    kinds = client.get_page(page.links()["Thêm buổi học"]).links()
    page = client.submit(
        kinds["Chọn Xem lại"],
        {
            "title": "Buổi mở đầu",
            "speakers": [str(speaker.id)],
            "video": (io.BytesIO(tiny_mp4(95)), "buoi.mp4"),
            "captions": (io.BytesIO(VTT.encode()), "buoi.vtt"),
            "poster": (io.BytesIO(PNG), "bia.png"),
        },
    )
    assert "Bản ghi 95 giây" in page.text
    page = client.submit(
        kinds["Chọn Họp trực tuyến"],
        {
            "title": "Giải đáp",
            "is_required": False,
            "runs-0-starts_at": moment(3),
            "runs-0-ends_at": moment(3.1),
            "runs-0-url": "https://us02web.zoom.us/j/9",
        },
    )
    assert "Zoom" in page.text
    recorded = db.session.query(TrainingSession).filter_by(title="Buổi mở đầu").one()
    assert (recorded.duration_seconds, recorded.directives) == (95.0, [directive])
    shown = client.get_page(f"/planning/sessions/{recorded.id}")
    assert client.get(shown.links()["bia.png"]).data == PNG
    assert client.get(shown.links()["buoi.mp4"]).data == tiny_mp4(95)

    page = client.get_page(f"/planning/campaigns/{campaign.id}/opening")
    assert "Mở cho 2 người" in page.text
    names = page.client.get_page(page.links()["1 Đảng viên"])
    assert "Nguyễn Thị Hòa" in names.text
    page = client.submit(f"/planning/campaigns/{campaign.id}/opening", status=422)
    assert "opens_anyway" in page.errors_by_field
    assert campaign.state is CampaignState.DRAFT
    page = page.submit({"opens_anyway": "y"})
    assert "Đã mở đợt học cho 2 người." in page.text
    assert training.enrolment_of(campaign, learner).audience_id == audiences["member"].id

    people.make_member(cell, "Đến Muộn")
    page = client.submit(f"/planning/campaigns/{campaign.id}/opening", {"due_at": moment(25)})
    assert "Đã thêm 1 người vào đợt học." in page.text
    page = client.get_page(f"/planning/campaigns/{campaign.id}/opening")
    assert "Không có ai mới cần thêm." in page.text

    page = client.submit(f"/planning/campaigns/{campaign.id}/closing")
    assert "Đã đóng đợt học." in page.text
    db.session.refresh(campaign)
    assert campaign.state is CampaignState.CLOSED
    edited = client.get_page(f"/planning/sessions/{recorded.id}")
    assert "không thay đổi được nữa" in edited.text


def test_enrolments_are_found_and_changed_with_a_reason(app: Flask, client: PageClient) -> None:
    ward = people.make_unit()
    cell = people.make_unit(parent=ward)
    learner = people.make_learner(cell, "Nguyễn Thị Hòa")
    people.make_member(cell, "Trần Văn Bình")
    campaign = training.make_campaign(ward, people.make_audiences(), opened=True)
    people.sign_in(client, people.make_planner(ward))
    address = f"/planning/campaigns/{campaign.id}/enrolments"
    page = client.get_page(f"{address}?q=nguyen hoa")
    assert "Trần Văn Bình" not in page.text
    page = client.get_page(page.links()["Nguyễn Thị Hòa"])

    page = page.submit(form="#excuse", status=422)
    assert page.errors_by_field == {"excuse-reason": "Lý do: Hãy ghi lý do."}
    page = page.submit({"excuse-reason": "Nằm viện"}, form="#excuse")
    assert "Nằm viện" in page.text
    assert "Nguyễn Thị Hòa" in client.get_page(f"{address}?show=excused").text
    assert "Nguyễn Thị Hòa" not in client.get_page(f"{address}?show=unfulfilled").text
    assert "Nguyễn Thị Hòa" in client.get_page(f"{address}?show=nonsense&page=-1").text

    enrolment = training.enrolment_of(campaign, learner)
    detail = f"{address}/{enrolment.id}"
    page = client.submit(detail, {"reinstate-reason": "Đã khỏe"}, form="#reinstate")
    page = page.submit({"extend-due_at": moment(99), "extend-reason": "Bận"}, "#extend", status=422)
    assert "extend-due_at" in page.errors_by_field
    page = page.submit({"extend-due_at": moment(25), "extend-reason": "Bận"}, "#extend")
    page = page.submit({"withdraw-reason": "Chuyển đi"}, "#withdraw")
    db.session.refresh(enrolment)
    assert enrolment.withdrawn_at is not None
    assert [row for row in ("Miễn, hoãn", "Bỏ miễn, hoãn", "Đổi hạn") if row not in page.text] == []
    assert "Nguyễn Thị Hòa" in client.get_page(f"{address}?show=withdrawn").text


def test_an_open_campaigns_matrix_moves_due_moments_only(app: Flask, client: PageClient) -> None:
    unit = people.make_unit()
    learner = people.make_learner(unit)
    campaign = training.make_campaign(
        unit, people.make_audiences("unit_head", "member"), opened=True
    )
    people.sign_in(client, people.make_planner(unit))
    address = f"/planning/campaigns/{campaign.id}/requirements"
    form = client.get_page(address).form()
    assert "rows-0-obligation" in form.names, "no head is enrolled yet"
    assert "rows-1-obligation" not in form.names
    page = client.submit(address, {"rows-1-due_at": moment(25)}, status=422)
    assert set(page.errors_by_field) == {"reason"}
    client.submit(address, {"rows-1-due_at": moment(25), "reason": "Bão lụt"})
    assert training.enrolment_of(campaign, learner).due_at > clock.now() + timedelta(days=24)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"rows-0-due_at": ""}, "rows-0-due_at"),
        ({"rows-0-due_at": "ngày mai"}, "rows-0-due_at"),
        ({"rows-0-least_coverage": "nhiều"}, "rows-0-least_coverage"),
        ({"rows-0-least_coverage": 0}, "rows-0-least_coverage"),
        ({"rows-0-quiz_pass": 101}, "rows-0-quiz_pass"),
        ({"rows-0-asks": []}, "rows-0-asks"),
        ({"rows-0-asks": ["sessions"], "rows-0-counts": ["essay"]}, "rows-0-counts"),
    ],
)
def test_a_wrong_row_is_told_at_its_field_and_nothing_is_saved(
    app: Flask, client: PageClient, fields: dict[str, object], wrong: str
) -> None:
    unit = people.make_unit()
    people.make_audiences("member")
    campaign = training.make_campaign(unit)
    people.sign_in(client, people.make_planner(unit))
    address = f"/planning/campaigns/{campaign.id}/requirements"
    page = client.submit(address, fields, status=422)  # type: ignore[arg-type]
    assert set(page.errors_by_field) == {wrong}
    audience = db.session.query(Audience).one()
    assert page.errors[0].startswith(f"{audience.name} – ")
    db.session.refresh(campaign)
    assert campaign.requirements == []


@pytest.mark.parametrize(
    ("field", "content", "name", "words"),
    [
        ("video", b"MZ" + b"\x00" * 99, "buoi.mp4", "không thuộc loại được nhận"),
        ("video", tiny_mp4(external=True), "buoi.mp4", "tệp khác"),
        ("video", tiny_mp4(moov=False), "buoi.mp4", "mục lục"),
        ("captions", b"1\n00:00:01,000 --> 00:00:02,000\na", "buoi.vtt", "WEBVTT"),
        ("poster", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bia.png", "không thuộc loại"),
    ],
)
def test_a_wrong_file_of_a_session_is_told_at_its_field(
    app: Flask, client: PageClient, field: str, content: bytes, name: str, words: str
) -> None:
    unit = people.make_unit()
    campaign = training.make_campaign(unit)
    people.sign_in(client, people.make_planner(unit))
    page = client.submit(
        f"/planning/campaigns/{campaign.id}/sessions/new",
        {"title": "Buổi một", field: (io.BytesIO(content), name)},
        status=422,
    )
    assert words in page.errors_by_field[field]
    assert page.form().value_of("title") == "Buổi một"
    assert db.session.query(TrainingSession).count() == 0


def test_all_wrong_files_are_told_at_once_in_the_pages_order(
    app: Flask, client: PageClient
) -> None:
    unit = people.make_unit()
    campaign = training.make_campaign(unit)
    people.sign_in(client, people.make_planner(unit))
    page = client.submit(
        f"/planning/campaigns/{campaign.id}/sessions/new",
        {
            "title": "Buổi một",
            "video": (io.BytesIO(b"MZ" + b"\x00" * 99), "buoi.mp4"),
            "captions": (io.BytesIO(b"WEBVTT\n\n00:01.000 --> 00:02.000\na\n"), "buoi.vtt"),
            "poster": (io.BytesIO(b"<svg/>"), "bia.png"),
        },
        status=422,
    )
    assert list(page.errors_by_field) == ["video", "poster"]
    assert page.errors[0].startswith("Video: ")
    assert "Hãy chọn lại tệp “buoi.vtt”." in page.text
    assert "Hãy chọn lại tệp “bia.png”." not in page.text


def test_a_file_of_a_form_that_comes_back_is_asked_for_again(
    app: Flask, client: PageClient
) -> None:
    unit = people.make_unit()
    campaign = training.make_campaign(unit)
    people.sign_in(client, people.make_planner(unit))
    address = f"/planning/campaigns/{campaign.id}/sessions/new"
    sent = {"title": "", "position": "x", "video": (io.BytesIO(tiny_mp4()), "buoi.mp4")}
    page = client.submit(address, sent, status=422)
    assert list(page.errors_by_field) == ["title", "position"]
    assert "Hãy chọn lại tệp “buoi.mp4”." in page.text
    assert "Hãy chọn lại tệp" not in client.get_page(address).text


def test_a_form_that_comes_back_keeps_what_was_typed(app: Flask, client: PageClient) -> None:
    unit = people.make_unit()
    people.sign_in(client, people.make_planner(unit))
    page = client.submit(
        "/planning/campaigns/new",
        {"name": "Tên đã gõ", "opens_at": moment(5), "closes_at": moment(2)},
        status=422,
    )
    assert set(page.errors_by_field) == {"closes_at"}
    assert page.form().value_of("name") == "Tên đã gõ"
    assert db.session.query(Campaign).count() == 0
    assert db.session.query(Enrolment).count() == 0
