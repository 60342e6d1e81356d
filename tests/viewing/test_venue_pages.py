"""Venues by their pages: opening, ticking, guests, closing, corrections, and who sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db
from lms.people.models import Account, Member
from lms.training.models import Campaign, TrainingSession
from lms.training.services.enrolments import enrol_late_joiners
from lms.units.models import Unit, UnitKind
from lms.viewing.models import MarkAct, SessionCredit, Venue
from tests.factories.people import (
    make_appointee,
    make_appointment,
    make_audiences,
    make_learner,
    make_member,
    make_unit,
    sign_in,
    sign_in_elsewhere,
)
from tests.factories.training import enrolment_of, make_campaign, make_session
from tests.factories.venues import entry_of, make_venue, tick
from tests.support.client import PageClient
from tests.support.statements import count_statements


@dataclass
class Hall:
    """A ward of two cells in one campaign, and the secretary of the ward."""

    ward: Unit
    cell: Unit
    other_cell: Unit
    secretary: Account
    people: list[Member]
    others: list[Member]
    campaign: Campaign
    session: TrainingSession


@pytest.fixture
def hall(app: Flask, client: PageClient) -> Hall:
    ward = make_unit("Đảng bộ phường", kind=UnitKind.BASE)
    cell, other_cell = make_unit("Chi bộ 1", ward), make_unit("Chi bộ 2", ward)
    secretary = make_learner(cell, "Trần Thị Thư")
    make_appointment(secretary, Role.SECRETARY, ward)
    people = [make_member(cell, name) for name in ("Lê Văn An", "Đỗ Thị Ân", "Vũ Bình")]
    others = [make_member(other_cell, name) for name in ("Phạm Chi", "Hồ Dung")]
    campaign = make_campaign(ward, make_audiences("member"), opened=True)
    session = make_session(campaign, "Buổi mở đầu")
    sign_in(client, secretary)
    return Hall(ward, cell, other_cell, secretary, people, others, campaign, session)


def credits_of(hall: Hall, person: Member) -> list[str]:
    query = sa.select(SessionCredit.kind).where(
        SessionCredit.enrolment_id == enrolment_of(hall.campaign, person).id,
        SessionCredit.revoked_at.is_(None),
    )
    return [kind.value for kind in db.session.scalars(query)]


def test_a_secretary_opens_a_venue_from_the_menu(client: PageClient, hall: Hall) -> None:
    page = client.get_page("/my-tasks")
    assert page.links()["Điểm cầu"] == "/venues"
    page = client.get_page("/venues")
    page = client.get_page(page.links()["Mở điểm cầu"])
    address = page.links()["Buổi mở đầu"]
    page = client.submit(address, {"place": "", "starts_at": "19:30", "ends_at": ""}, status=422)
    assert page.errors == [
        "Địa điểm: Hãy ghi địa điểm, ví dụ: Hội trường phường.",
        "Bắt đầu lúc: Hãy nhập giờ và ngày, ví dụ 19:30 15/12/2026.",
        "Kết thúc lúc: Hãy ghi giờ và ngày, ví dụ 19:30 15/12/2026.",
    ]
    start = clock.to_local(clock.now() - timedelta(minutes=5))
    page = page.submit(
        {
            "place": "Hội trường phường",
            "starts_at": start.strftime("%H:%M %d/%m/%Y"),
            "ends_at": (start + timedelta(hours=2)).strftime("%H:%M %d/%m/%Y"),
            "units": [str(hall.cell.id)],
        }
    )
    assert page.heading == "Hội trường phường"
    assert "trên 4 người" in page.text
    assert "Hồ Dung" not in page.text
    assert "Chờ đồng chí" not in page.text


def test_the_list_is_ticked_without_scripts_and_keeps_what_others_ticked(
    client: PageClient, hall: Hall
) -> None:
    venue = make_venue(hall.secretary, hall.session, hall.ward)
    an, an_later, binh = hall.people
    tick(hall.secretary, venue, binh)
    page = client.get_page(f"/venues/{venue.id}/roll-call")
    names = [row.findtext("label/strong") for row in page.having_class("th-roll__row")]
    assert names == ["Lê Văn An", "Đỗ Thị Ân", "Vũ Bình", "Phạm Chi", "Hồ Dung", "Trần Thị Thư"]
    tick(hall.secretary, venue, an_later)  # by another phone, while the page is open
    ids = [str(entry_of(venue, person).id) for person in (an, binh)]
    page = page.submit({"ticked": [ids[0]]})
    assert "Có mặt 2/6" in page.text
    states = [entry_of(venue, person).state.value for person in hall.people]
    assert states == ["present", "present", "expected"]
    page = client.get_page(f"/venues/{venue.id}/roll-call?q=do+an&show=missing")
    assert page.having_class("th-roll__row") == []
    page = client.get_page(f"/venues/{venue.id}/roll-call?q=ho&show=missing")
    assert len(page.having_class("th-roll__row")) == 1


def test_a_search_in_the_paper_list_keeps_what_was_ticked(client: PageClient, hall: Hall) -> None:
    venue = make_venue(hall.secretary, hall.session, hall.ward, checks_exit=True)
    an, _other, binh = hall.people
    for person, check in ((an, ""), (binh, "?check=exit")):
        page = client.get_page(f"/venues/{venue.id}/paper-roll-call{check}")
        ticked = [str(entry_of(venue, person).id)]
        page = page.submit({"ticked": ticked, "q": "ho"}, form="#roll-call", button="Lưu và tìm")
        names = [row.findtext("label/strong") for row in page.having_class("th-roll__row")]
        assert names == ["Hồ Dung"]
    assert "check=exit" in page.address
    assert entry_of(venue, an).state.value == "present"
    assert entry_of(venue, binh).left_at is not None
    page = page.submit({"q": ""}, form="#roll-call", button="Lưu danh sách")
    assert len(page.having_class("th-roll__row")) == 6


def test_marks_of_a_phone_come_late_twice_and_with_a_wrong_clock(
    client: PageClient, hall: Hall
) -> None:
    venue = make_venue(hall.secretary, hall.session, hall.ward)
    an, _other, binh = (entry_of(venue, person).id for person in hall.people)
    db.session.commit()
    token = (
        client.get_page(f"/venues/{venue.id}/roll-call").form("#roll-call").value_of("csrf_token")
    )
    received = clock.now() + timedelta(minutes=5)
    sent = (received.timestamp() - 600) * 1000  # ten minutes slow
    marks = [
        {"key": "a" * 32, "entry": an, "act": "enter", "at": sent - 60_000},
        {"key": "b" * 32, "entry": binh, "act": "enter", "at": sent - 50_000},
        {"key": "c" * 32, "entry": binh, "act": "clear", "at": sent - 40_000},
    ]
    with clock.frozen(received):
        for _time in range(2):
            answer = client.post(
                f"/venues/{venue.id}/marks",
                json={"sent_at": sent, "marks": marks},
                headers={"X-CSRFToken": token or ""},
            )
            assert answer.status_code == 200
    assert {int(key) for key, one in answer.json["people"].items() if one["entry"]} == {an}
    entry = entry_of(venue, hall.people[0])
    assert abs((entry.entered_at - (received - timedelta(seconds=60))).total_seconds()) < 0.01
    for bad in ({}, {"sent_at": 1, "marks": [{"key": "a"}]}, [], {"sent_at": 1, "marks": 7}):
        answer = client.post(
            f"/venues/{venue.id}/marks", json=bad, headers={"X-CSRFToken": token or ""}
        )
        assert answer.status_code == 422


def test_closing_credits_who_was_there_and_asks_why_heads_differ(
    client: PageClient, hall: Hall
) -> None:
    venue = make_venue(hall.secretary, hall.session, hall.ward)
    an, an_later, binh = hall.people
    page = client.get_page(f"/venues/{venue.id}")
    page = page.submit({"name": "Ông Khánh", "note": ""}, form=f"/venues/{venue.id}/guests")
    for person in (an, an_later):
        tick(hall.secretary, venue, person)
    address = f"/venues/{venue.id}/people/{entry_of(venue, binh).id}"
    client.get_page(address).submit({"reason": "Ốm"}, form=f"{address}/excuse")
    closing = client.get_page(page.links()["Đối chiếu và chốt"])
    page = closing.submit({"entry_headcount": "4"}, button="Chốt danh sách", status=422)
    assert len(page.errors) == 1
    assert "Số đếm khác số tên. Hãy ghi lý do" in page.errors[0]
    page = page.submit({"difference_reason": "Một người phục vụ"}, button="Chốt danh sách")
    page = page.submit(button="Chốt hẳn danh sách")
    assert "2 người được ghi nhận" in page.text
    assert credits_of(hall, an) == credits_of(hall, an_later) == ["venue_roll_call"]
    assert credits_of(hall, binh) == []
    enrolment = enrolment_of(hall.campaign, an)
    db.session.refresh(enrolment)
    assert enrolment.sessions_met_by == "venue_roll_call"
    assert client.get(f"/venues/{venue.id}/roll-call").status_code == 403
    _correct(client, hall, venue, an, "no")
    assert credits_of(hall, an) == []
    db.session.refresh(enrolment)
    assert enrolment.sessions_met_at is None
    _correct(client, hall, venue, binh, "yes")
    assert credits_of(hall, binh) == ["venue_roll_call"]
    actions = db.session.scalars(
        sa.select(AuditRecord.action).where(AuditRecord.subject == f"venue:{venue.id}")
    ).all()
    assert {"venue.opened", "venue.guest_added", "venue.excused", "venue.closed"} <= set(actions)
    assert actions.count("venue.corrected") == 2


def _correct(client: PageClient, hall: Hall, venue: Venue, person: Member, now: str) -> None:
    address = f"/venues/{venue.id}/people/{entry_of(venue, person).id}"
    page = client.get_page(address)
    assert page.submit({"was_there": now}, form=f"{address}/correction", status=422).errors
    page.submit({"was_there": now, "reason": "Ghi nhầm"}, form=f"{address}/correction")


def test_where_the_exit_is_checked_only_who_stayed_is_credited(
    client: PageClient, hall: Hall
) -> None:
    venue = make_venue(hall.secretary, hall.session, hall.cell, checks_exit=True)
    an, an_later, binh = hall.people
    for person in (an, an_later):
        tick(hall.secretary, venue, person)
    for person in (an, binh):
        tick(hall.secretary, venue, person, MarkAct.LEAVE)
    page = client.get_page(f"/venues/{venue.id}/closing")
    page = page.submit({"entry_headcount": "2", "exit_headcount": "1"}, button="Chốt danh sách")
    page.submit(button="Chốt hẳn danh sách")
    assert [credits_of(hall, person) for person in hall.people] == [["venue_roll_call"], [], []]


def test_nothing_is_credited_before_the_hour_or_after_the_campaign(
    client: PageClient, hall: Hall
) -> None:
    later = make_venue(
        hall.secretary, hall.session, hall.cell, starts_at=clock.now() + timedelta(hours=1)
    )
    page = client.get_page(f"/venues/{later.id}/closing")
    page.submit({"entry_headcount": "0"}, button="Chốt danh sách", status=403)
    venue = make_venue(hall.secretary, hall.session, hall.cell, place="Phòng họp")
    tick(hall.secretary, venue, hall.people[0])
    with clock.frozen(hall.campaign.closes_at + timedelta(seconds=1)):
        sign_in(client, hall.secretary)
        page = client.get_page(f"/venues/{venue.id}/closing")
        page.submit({"entry_headcount": "1"}, button="Chốt danh sách", status=403)
    sign_in(client, hall.secretary)
    assert credits_of(hall, hall.people[0]) == []
    page = client.get_page(f"/venues/{venue.id}").submit(form=f"/venues/{venue.id}/cancellation")
    assert "Đã hủy" in page.text


def test_somebody_on_two_lists_is_counted_once_and_kept_by_the_other(
    client: PageClient, hall: Hall
) -> None:
    an = hall.people[0]
    venues = [
        make_venue(hall.secretary, hall.session, hall.cell, place=f"Phòng {n}") for n in (1, 2)
    ]
    for venue in venues:
        tick(hall.secretary, venue, an)
        client.get_page(f"/venues/{venue.id}/closing").submit(
            {"entry_headcount": "1"}, button="Chốt danh sách"
        ).submit(button="Chốt hẳn danh sách")
    assert credits_of(hall, an) == ["venue_roll_call"]
    _correct(client, hall, venues[0], an, "no")
    assert credits_of(hall, an) == ["venue_roll_call"], "the second list still stands"
    _correct(client, hall, venues[1], an, "no")
    assert credits_of(hall, an) == []


def test_who_joins_later_is_found_in_the_campaign_alone(app: Flask, client: PageClient) -> None:
    district = make_unit("Đảng bộ khu vực", kind=UnitKind.COMMITTEE)
    cell, elsewhere = make_unit("Chi bộ 1", district), make_unit("Chi bộ 9", district)
    secretary = make_appointee(Role.SECRETARY, cell)
    make_learner(cell)
    late = make_learner(cell, "Lý Thị Muộn")
    guest = make_learner(elsewhere, "Mai Văn Khách")
    campaign = make_campaign(district, make_audiences("member"), opened=True)
    venue = make_venue(secretary, make_session(campaign), cell)
    db.session.delete(entry_of(venue, late))
    sign_in(client, secretary)
    address = f"/venues/{venue.id}/joiners"
    assert guest.member is not None
    code = str(guest.member.code)
    assert "Mai Văn Khách" not in client.get_page(f"{address}?q=mai+khach").text
    assert "Mai Văn Khách" not in client.get_page(f"{address}?q={code[:-1]}").text
    for query in ("ly muon", code):
        page = client.get_page(address, query_string={"q": query})
        page.submit()
    assert entry_of(venue, late).is_expected
    assert entry_of(venue, guest).is_expected


def test_supervisors_and_organisers_read_and_other_units_see_nothing(
    app: Flask, client: PageClient, hall: Hall
) -> None:
    venue = make_venue(hall.secretary, hall.session, hall.ward)
    address = f"/venues/{venue.id}"
    supervisor = sign_in_elsewhere(app, make_appointee(Role.SUPERVISOR, hall.ward))
    page = supervisor.get_page(address)
    assert "Lê Văn An" in page.text
    assert "Chiếu mã QR" not in page.text
    assert supervisor.get_page("/venues").links()["Hội trường phường"] == address
    assert supervisor.get(f"{address}/roll-call").status_code == 403
    planner = sign_in_elsewhere(app, make_appointee(Role.PLANNER, hall.ward))
    assert "Chiếu mã QR" in planner.get_page(address).text
    for role in (Role.SUPERVISOR, Role.SECRETARY):
        other = sign_in_elsewhere(app, make_appointee(role, make_unit()))
        assert other.get(address).status_code == 404
        assert "Hội trường phường" not in other.get_page("/venues").text


def test_pages_cost_the_same_for_few_people_and_for_many(
    app: Flask, client: PageClient, hall: Hall
) -> None:
    small = make_venue(hall.secretary, hall.session, hall.other_cell)
    for number in range(30):
        make_member(hall.cell, f"Người Thứ {number}")
    enrol_late_joiners(None, hall.campaign, hall.campaign.closes_at)
    large = make_venue(hall.secretary, hall.session, hall.ward)
    db.session.commit()
    costs: dict[int, list[int]] = {}
    for venue in (small, large):
        venue_id = venue.id
        entries = [
            id for (id,) in db.session.execute(
                sa.text("SELECT id FROM roll_call_entry WHERE venue_id = :v"), {"v": venue_id}
            )
        ]  # fmt: skip
        db.session.rollback()
        token = client.get_page("/password").form().value_of("csrf_token") or ""
        costs[venue_id] = []
        for tail in ("", "/roll-call", "/paper-list", "/closing", "/screen", "/marks"):
            with count_statements() as statements:
                assert client.get(f"/venues/{venue_id}{tail}").status_code == 200
            costs[venue_id].append(len(statements))
        marks = [{"key": f"{n:032x}", "entry": n, "act": "enter", "at": 0} for n in entries]
        with count_statements() as statements:
            answer = client.post(
                f"/venues/{venue_id}/marks",
                json={"sent_at": 1, "marks": marks},
                headers={"X-CSRFToken": token},
            )
        assert answer.status_code == 200
        costs[venue_id].append(len(statements))
    assert costs[small.id] == costs[large.id]
    assert max(costs[small.id]) <= 12
