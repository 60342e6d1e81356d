"""Closing a venue's list: what is asked first, who is credited, what its people read afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from lms.access.policy import Role
from lms.base import clock
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import Campaign, Obligation, TrainingSession
from lms.units.models import Unit
from lms.viewing.claims import Check, code_of, window_of
from lms.viewing.models import MarkAct, RollCallState, Venue
from tests.factories.people import (
    make_appointee,
    make_audiences,
    make_learner,
    make_unit,
    sign_in,
    sign_in_elsewhere,
)
from tests.factories.training import enrolment_of, make_campaign, make_session
from tests.factories.venues import entry_of, make_venue, tick
from tests.support.client import Page, PageClient


@dataclass
class Room:
    """A cell of two in a campaign, and its signed-in secretary."""

    app: Flask
    client: PageClient
    cell: Unit
    secretary: Account
    an: Account
    binh: Account
    campaign: Campaign
    session: TrainingSession

    def venue(self, checks_exit: bool = False) -> Venue:
        return make_venue(self.secretary, self.session, self.cell, checks_exit=checks_exit)

    def close(self, venue: Venue, **counts: str) -> Page:
        page = self.client.get_page(f"/venues/{venue.id}/closing")
        page = page.submit({"difference_reason": "Đếm lại", **counts}, button="Chốt danh sách")
        return page.submit(button="Chốt hẳn danh sách")

    def own_page(self, account: Account, venue: Venue) -> str:
        return sign_in_elsewhere(self.app, account).get_page(f"/my-venues/{venue.id}").text


@pytest.fixture
def room(app: Flask, client: PageClient) -> Room:
    cell = make_unit("Chi bộ 1")
    secretary = make_appointee(Role.SECRETARY, cell)
    an, binh = make_learner(cell, "Lê Văn An"), make_learner(cell, "Vũ Bình")
    campaign = make_campaign(cell, make_audiences("member"), opened=True)
    session = make_session(campaign, "Buổi mở đầu")
    sign_in(client, secretary)
    return Room(app, client, cell, secretary, an, binh, campaign, session)


def test_enter_keeps_the_counts_and_closing_asks_once_more(room: Room) -> None:
    venue = room.venue()
    tick(room.secretary, venue, room.an)
    page = room.client.get_page(f"/venues/{venue.id}/closing")
    buttons = [button.text for button in next(page.root.iter("main")).iter("button")]
    assert buttons[0] == "Chỉ lưu số đếm", "the first one is pressed by Enter"
    page = page.submit({"entry_headcount": "1"}, button="Chốt danh sách")
    assert "Được ghi nhận đã dự: 1 người" in page.text
    assert "Không được ghi nhận: 1 người" in page.text
    db.session.refresh(venue)
    assert (venue.entry_headcount, venue.closed_at) == (1, None)
    page = page.submit(button="Chốt hẳn danh sách")
    assert "1 người được ghi nhận" in page.text
    db.session.refresh(venue)
    assert venue.closed_at is not None


def test_the_last_question_is_not_asked_before_the_counts(room: Room) -> None:
    venue = room.venue()
    page = room.client.get_page(f"/venues/{venue.id}/closing/confirmation")
    assert page.address == f"/venues/{venue.id}/closing"
    assert "Hãy đếm số người trong phòng" in page.text


def test_who_was_not_seen_at_the_end_is_told_that_nothing_was_credited(room: Room) -> None:
    venue = room.venue(checks_exit=True)
    for account in (room.an, room.binh):
        tick(room.secretary, venue, account)
    tick(room.secretary, venue, room.an, MarkAct.LEAVE)
    assert "Lúc ra về, hãy quét mã lần nữa" in room.own_page(room.binh, venue)
    room.close(venue, entry_headcount="2", exit_headcount="1")
    assert "Đồng chí đã được điểm danh" in room.own_page(room.an, venue)
    text = room.own_page(room.binh, venue)
    assert "Thiếu điểm danh lúc ra nên chưa được ghi nhận; hãy báo người phụ trách." in text
    assert "Đồng chí đã được điểm danh" not in text


def test_who_is_marked_at_the_end_alone_is_told_and_shown(room: Room) -> None:
    venue = room.venue(checks_exit=True)
    now = clock.now()
    code = code_of(str(room.app.secret_key), venue.id, Check.EXIT, window_of(now))
    db.session.commit()
    client = sign_in_elsewhere(room.app, room.an)
    with clock.frozen(now):
        scanned = client.get_page(f"/venue-codes/{code}")
        page = scanned.submit()
        again = client.get_page(scanned.address)
    for told in (page, again):
        assert "Đã ghi lúc ra. Chưa có điểm danh lúc vào: hãy gặp người phụ trách." in told.text
    assert "Cách điểm danh" not in page.text
    page = room.client.get_page(f"/venues/{venue.id}")
    assert "1 người đã điểm danh lúc ra mà chưa điểm danh lúc vào" in page.text
    assert "Chỉ có lúc ra" in page.text


def test_whoever_waits_is_decided_about_before_the_list_is_closed(room: Room) -> None:
    venue, late = room.venue(), room.an
    entry = entry_of(venue, late)
    entry.is_expected, entry.state = False, RollCallState.WAITING
    db.session.commit()
    page = room.client.get_page(f"/venues/{venue.id}/closing")
    page = page.submit({"entry_headcount": "0"}, button="Chốt danh sách", status=422)
    assert "Còn 1 người chờ đồng chí quyết định" in page.errors[0]
    page = room.client.get_page(page.links()["Xem người đang chờ"])
    page.submit(form=f"/venues/{venue.id}/people/{entry.id}/refusal")
    room.close(venue, entry_headcount="0")
    assert "không nhận đồng chí" in room.own_page(late, venue)


def test_a_closed_list_promises_nobody_a_decision(room: Room) -> None:
    venue = room.venue()
    entry = entry_of(venue, room.an)
    entry.is_expected, entry.state = False, RollCallState.WAITING
    venue.closed_at = clock.now()  # as lists were closed before
    db.session.commit()
    text = room.own_page(room.an, venue)
    assert "Danh sách đã chốt và đồng chí chưa được nhận" in text
    assert "Người phụ trách sẽ quyết định" not in text


def test_who_is_not_obliged_stands_on_the_list_as_a_volunteer(room: Room) -> None:
    enrolment_of(room.campaign, room.an).obligation = Obligation.VOLUNTARY
    venue = room.venue()
    for account in (room.an, room.binh):
        tick(room.secretary, venue, account)
    page = room.client.get_page(f"/venues/{venue.id}")
    assert "trên 1 người được triệu tập" in page.text
    assert "Có mặt, tự nguyện" in page.text
    for tail in ("", "/roll-call", "/paper-list"):
        text = room.client.get_page(f"/venues/{venue.id}{tail}").text
        assert text.count("tự nguyện") - text.count("Có mặt, tự nguyện") == 1
