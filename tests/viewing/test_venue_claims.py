"""Scanning the code of a venue: who is admitted by it, who is listed, who is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db
from lms.people.models import Account
from lms.training.services.enrolments import enrol_late_joiners
from lms.viewing.claims import Check, code_of, window_of
from lms.viewing.models import RollCallMethod, RollCallState, Venue, VenueClaim
from tests.factories.people import (
    PASSWORD,
    make_account,
    make_appointee,
    make_audiences,
    make_learner,
    make_unit,
    sign_in,
    sign_in_elsewhere,
)
from tests.factories.training import make_campaign, make_session
from tests.factories.venues import entry_of, make_venue
from tests.support.client import Page, PageClient


class Door:
    """A venue with an open door: codes of any moment, and people who scan them."""

    def __init__(self, app: Flask, people: int = 2) -> None:
        self.app = app
        self.unit, self.elsewhere = make_unit("Chi bộ 1"), make_unit("Chi bộ 2")
        self.secretary = make_appointee(Role.SECRETARY, self.unit)
        self.learners = [make_learner(self.unit) for _ in range(people)]
        self.stranger = make_learner(self.elsewhere, "Hồ Thị Lạ")
        audiences = make_audiences("member")
        campaign = make_campaign(self.unit, audiences, opened=True)
        self.session = make_session(campaign)
        self.campaign = campaign
        self.secret = str(app.secret_key)
        self.venue: Venue = make_venue(self.secretary, self.session, self.unit)
        # Windows begin at whole numbers of twenty seconds.
        now = int(clock.now().timestamp() // 20 * 20)
        self.now = datetime.fromtimestamp(now, tz=clock.now().tzinfo)
        db.session.commit()
        self.venue_id = self.venue.id

    def code(self) -> str:
        """The code that the screen shows at `now`."""
        code = code_of(self.secret, self.venue_id, Check.ENTRY, window_of(self.now))
        return f"/venue-codes/{code}"

    def scan(self, client: PageClient, after: float = 5.0, status: int = 200) -> Page:
        with clock.frozen(self.now + timedelta(seconds=after)):
            return client.get_page(self.code(), status=status)

    def come(self, account: Account, after: float = 5.0) -> Page:
        """Scan and confirm, as a member does."""
        page = self.scan(sign_in_elsewhere(self.app, account), after)
        with clock.frozen(self.now + timedelta(seconds=after + 3)):
            return page.submit()

    def state(self, account: Account) -> RollCallState:
        db.session.rollback()
        return entry_of(self.venue, account).state


@pytest.fixture
def door(app: Flask) -> Door:
    return Door(app)


def test_an_expected_member_scans_and_presses_one_button(client: PageClient, door: Door) -> None:
    ana = door.learners[0]
    sign_in(client, ana)
    page = door.scan(client)
    assert page.heading == "Điểm danh"
    assert door.state(ana) is RollCallState.EXPECTED, "a GET marks nobody"
    with clock.frozen(door.now + timedelta(seconds=9)):
        page = page.submit()
    assert page.address == f"/my-venues/{door.venue_id}"
    assert "Đồng chí đã được điểm danh" in page.text
    entry = entry_of(door.venue, ana)
    assert (entry.state, entry.entered_by) == (RollCallState.PRESENT, RollCallMethod.QR)
    assert entry.entered_at == door.now + timedelta(seconds=9), "the server's moment"
    page = client.get_page(f"/sessions/{door.session.id}")
    assert page.links()[door.venue.place] == f"/my-venues/{door.venue_id}"


def test_a_code_is_refused_after_forty_seconds(client: PageClient, door: Door) -> None:
    sign_in(client, door.learners[0])
    assert door.scan(client, 39.9).heading == "Điểm danh"
    page = door.scan(client, 40.0, status=403)
    assert page.heading == "Mã đã đổi"
    assert "Hãy quét lại mã đang hiện trên màn hình" in page.text
    for frightening in ("không dành cho tài khoản", "Mã lỗi"):
        assert frightening not in page.text
    assert door.state(door.learners[0]) is RollCallState.EXPECTED


def test_who_scans_after_the_list_was_closed_is_told_whom_to_tell(
    client: PageClient, door: Door
) -> None:
    sign_in(client, door.learners[0])
    open_page = door.scan(client)
    door.venue.closed_at = clock.now()
    db.session.commit()
    with clock.frozen(door.now + timedelta(seconds=9)):
        pages = [door.scan(client, status=403), open_page.submit(status=403)]
    for page in pages:
        assert "Danh sách đã chốt. Hãy báo ngay người phụ trách điểm cầu." in page.text
        for wrong in ("mở tên từng người", "không dành cho tài khoản"):
            assert wrong not in page.text
    assert door.state(door.learners[0]) is RollCallState.EXPECTED


def test_a_claim_outlives_signing_in_and_ends_after_ten_minutes(
    client: PageClient, door: Door
) -> None:
    ana = door.learners[0]
    assert ana.member is not None
    page = door.scan(client, 5)
    assert page.address.startswith("/sign-in?next=")
    with clock.frozen(door.now + timedelta(minutes=9)):
        page = page.submit({"login": str(ana.member.code), "password": PASSWORD})
        assert page.heading == "Điểm danh"
        claim = page.address
    with clock.frozen(door.now + timedelta(minutes=11)):
        page = client.get_page(claim, status=403)
    assert page.heading == "Mã đã đổi"
    assert door.state(ana) is RollCallState.EXPECTED


def test_a_claim_that_somebody_opened_is_refused_to_a_second_account(
    app: Flask, client: PageClient, door: Door
) -> None:
    ana, bao = door.learners
    sign_in(client, ana)
    claim = door.scan(client).address
    with clock.frozen(door.now + timedelta(seconds=8)):
        second = sign_in_elsewhere(app, bao)
        page = second.get_page(claim)
        assert "Lượt quét này của người khác" in page.text
        assert _buttons(page) == []
        answer = second.post(claim, data={"csrf_token": _token(second)})
        assert answer.status_code == 403
        assert "tài khoản khác" in answer.get_data(as_text=True)
    assert door.state(bao) is RollCallState.EXPECTED
    secretary = sign_in_elsewhere(app, door.secretary)
    page = secretary.get_page(f"/venues/{door.venue_id}")
    assert "Lượt quét bị từ chối: 1" in page.text
    assert bao.display_name in " ".join(page.text.split("Lượt quét bị từ chối")[1:])
    # The first account is none the worse for it.
    with clock.frozen(door.now + timedelta(seconds=20)):
        client.get_page(claim).submit()
    assert door.state(ana) is RollCallState.PRESENT


def test_a_claim_serves_once(client: PageClient, door: Door) -> None:
    sign_in(client, door.learners[0])
    page = door.scan(client)
    with clock.frozen(door.now + timedelta(seconds=9)):
        page.submit()
    with clock.frozen(door.now + timedelta(seconds=60)):
        page.submit()
        assert "Không cần làm gì thêm" in client.get_page(page.address).text
    entry = entry_of(door.venue, door.learners[0])
    assert entry.entered_at == door.now + timedelta(seconds=9)
    actions = sa.select(AuditRecord).where(AuditRecord.action == "venue.confirmed")
    assert len(db.session.scalars(actions).all()) == 1


def test_two_accounts_that_press_at_once_have_one_claim(app: Flask, door: Door) -> None:
    ana, bao = door.learners
    with clock.frozen(door.now + timedelta(seconds=5)):
        first, second = sign_in_elsewhere(app, ana), sign_in_elsewhere(app, bao)
        nobody = app.test_client()
        claim = urlsplit(nobody.get(door.code()).location or "").path
        tokens = [_token(first), _token(second)]
        together = Barrier(2)

        def press(index: int) -> int:
            together.wait()
            client = (first, second)[index]
            return client.post(claim, data={"csrf_token": tokens[index]}).status_code

        db.session.commit()
        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(press, range(2)))
    assert statuses == [302, 403]
    assert sorted([door.state(ana), door.state(bao)]) == ["expected", "present"]
    assert len(db.session.scalars(sa.select(VenueClaim)).all()) == 1


def test_who_is_not_expected_is_listed_and_not_admitted(app: Flask, client: PageClient) -> None:
    door = Door(app)
    cell = make_unit("Chi bộ 3", door.unit)
    newcomer = make_learner(cell, "Ngô Văn Mới")
    enrol_late_joiners(None, door.campaign, door.campaign.closes_at)
    page = door.come(newcomer)
    assert "Đang chờ người phụ trách" in page.text
    assert door.state(newcomer) is RollCallState.WAITING
    sign_in(client, door.secretary)
    page = client.get_page(f"/venues/{door.venue_id}")
    assert "Chờ đồng chí quyết định: 1 người" in page.text
    assert "trên 2 người" in page.text, "not among those who belong on the list"
    entry = entry_of(door.venue, newcomer)
    page = page.submit(form=f"/venues/{door.venue_id}/people/{entry.id}/refusal")
    assert door.state(newcomer) is RollCallState.TURNED_AWAY
    assert "không nhận đồng chí" in door.scan(sign_in_elsewhere(app, newcomer)).text
    client.send("post", f"/venues/{door.venue_id}/people/{entry.id}/admission", [
        ("csrf_token", _token(client))
    ])  # fmt: skip
    assert door.state(newcomer) is RollCallState.PRESENT


def test_who_is_not_in_the_campaign_or_no_member_is_told_so(app: Flask, door: Door) -> None:
    for account in (door.stranger, make_account(name="Người ngoài")):
        page = door.scan(sign_in_elsewhere(app, account))
        assert "không có trong đợt học này" in page.text
        assert _buttons(page) == []


@pytest.mark.slow
def test_thirty_people_are_admitted_within_one_window(app: Flask) -> None:
    door = Door(app, people=30)
    clients = [sign_in_elsewhere(app, account) for account in door.learners]
    db.session.commit()

    def come(client: PageClient) -> int:
        with client.without_audit():
            claim = urlsplit(client.get(door.code()).location or "").path
            page = client.get(claim)
            proof = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
            return client.post(claim, data={"csrf_token": proof}).status_code

    with clock.frozen(door.now + timedelta(seconds=10)), ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(come, clients))
    assert statuses == [302] * 30
    states = [door.state(account) for account in door.learners]
    assert states == [RollCallState.PRESENT] * 30


def test_the_screen_shows_a_code_that_opens_and_changes(
    app: Flask, client: PageClient, door: Door
) -> None:
    sign_in(client, door.secretary)
    address = f"/venues/{door.venue_id}/screen"
    with clock.frozen(door.now + timedelta(seconds=12)):
        page = client.get_page(address)
        first = client.get(f"{address}/code").json
        assert 'http-equiv="refresh" content="8"' in page.html
        assert first["path"] in page.html
    with clock.frozen(door.now + timedelta(seconds=21)):
        second = client.get(f"{address}/code").json
    assert first["seconds"] == 8
    assert second["seconds"] == 19
    assert first["path"] != second["path"]
    assert second["present"] == 0
    door.come(door.learners[0], after=21)
    assert client.get(f"{address}/code").json["present"] == 1


def _buttons(page: Page) -> list[str]:
    """The words of the buttons of a page's main part."""
    main = next(page.root.iter("main"))
    return ["".join(button.itertext()) for button in main.iter("button")]


def _token(client: PageClient) -> str:
    return client.get_page("/password").form().value_of("csrf_token") or ""
