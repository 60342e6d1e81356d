"""Two people change one thing: the second is told what the first saved, and loses nothing typed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.extensions import db
from lms.people.models import Member
from tests.factories.essays import make_task, make_variant
from tests.factories.people import (
    make_account,
    make_appointment,
    make_audiences,
    make_learner,
    sign_in_elsewhere,
)
from tests.factories.people import make_unit as unit_of
from tests.factories.quizzes import make_quiz
from tests.factories.training import (
    make_campaign,
    make_directive,
    make_live_session,
    make_material,
    make_session,
)
from tests.support.client import Page, PageClient
from tests.support.form_fields import filled_in

WRITERS = 64


class Ground:
    """One of everything that staff change, and somebody who may change it all."""

    def __init__(self) -> None:
        self.district = unit_of("Đảng bộ quận")
        self.ward = unit_of("Đảng bộ phường", self.district)
        self.other = unit_of("Đảng bộ khác", self.district)
        self.third = unit_of("Đảng bộ thứ ba", self.district)
        self.person = make_learner(self.ward, "Lê Thị Gấm")
        self.account = make_account(name="Quản trị")
        for role in Role:
            make_appointment(self.account, role, self.district)
        self.audiences = make_audiences()
        self.directive = make_directive()
        self.campaign = make_campaign(self.ward, self.audiences, directives=[self.directive])
        make_quiz(self.campaign)
        self.recording = make_session(self.campaign, directives=[self.directive])
        self.recording.position = 1
        self.live = make_live_session(self.campaign, position=2)
        self.material = make_material(self.recording)
        make_task(self.campaign)
        self.variant = make_variant(self.campaign, [self.audiences["member"]])


FORMS: dict[str, tuple[Callable[[Ground], str], dict[str, Any]]] = {
    "member": (
        lambda g: f"/administration/members/{g.person.member_id}/details",
        {"name": "Lê Thị Nhung"},
    ),
    "override": (
        lambda g: f"/administration/members/{g.person.member_id}/audience",
        {"reason": "Người kia xếp"},
    ),
    "audience": (
        lambda g: f"/administration/audiences/{g.audiences['member'].id}",
        {"name": "Đảng viên đang công tác"},
    ),
    "directive": (
        lambda g: f"/directives/{g.directive.id}/edit",
        {"body": "<p>Người kia sửa nội dung.</p>"},
    ),
    "campaign": (
        lambda g: f"/planning/campaigns/{g.campaign.id}/edit",
        {"name": "Đợt học của người kia"},
    ),
    "requirements": (
        lambda g: f"/planning/campaigns/{g.campaign.id}/requirements",
        {"rows-0-least_coverage": "63"},
    ),
    "recording": (
        lambda g: f"/planning/sessions/{g.recording.id}",
        {"title": "Buổi người kia đặt tên"},
    ),
    "live session": (
        lambda g: f"/planning/sessions/{g.live.id}",
        {"runs-0-url": "https://hop.vidu.vn/cua-nguoi-kia"},
    ),
    "quiz": (
        lambda g: f"/campaigns/{g.campaign.id}/quiz/settings",
        {"title": "Trắc nghiệm của người kia"},
    ),
    "essay task": (
        lambda g: f"/campaigns/{g.campaign.id}/essay-task",
        {"title": "Bài của người kia"},
    ),
    "essay variant": (
        lambda g: f"/campaigns/{g.campaign.id}/essay-task/variants/{g.variant.id}",
        {"name": "Đề của người kia"},
    ),
    "material": (
        lambda g: f"/materials/{g.material.id}/edit",
        {"title": "Tài liệu của người kia"},
    ),
}
"""Each form for changing something: its address, and what the first of two people saves."""

MINE = {
    "name": "Tên của tôi", "title": "Tên của tôi", "reason": "Lý do của tôi",
    "body": "<p>Đoạn của tôi.</p>", "runs-0-url": "https://hop.vidu.vn/cua-toi",
    "rows-0-least_coverage": "71",
}  # fmt: skip


@pytest.fixture
def ground(app: Flask) -> Ground:
    made = Ground()
    db.session.commit()
    return made


def sent_by(page: Page) -> dict[str, list[str]]:
    """What the page's form sends as it stands."""
    posting = [
        form
        for form in page.root.iter("form")
        if (form.get("method") or "").lower() == "post"
        and next(form.iterancestors("main"), None) is not None
        and any(field.get("name") in ("fingerprint", "stamp") for field in form.iter("input"))
    ]
    assert len(posting) == 1, f"{page.address} has no form that knows what it was opened on"
    data = filled_in(posting[0])
    return {name: values if values != ["Chữ"] else [""] for name, values in data.items()}


@pytest.mark.parametrize("kind", FORMS)
def test_the_second_is_told_and_may_still_save(app: Flask, ground: Ground, kind: str) -> None:
    address_of, theirs = FORMS[kind]
    address = address_of(ground)
    first, second = (sign_in_elsewhere(app, ground.account) for _ in range(2))
    if kind == "override":
        first.submit(address, {"reason": "Từ trước"})
    pages = [client.get_page(address) for client in (first, second)]
    one, other = (sent_by(page) for page in pages)
    saved = first.post(address, data=one | theirs)
    assert saved.status_code == 302, Page(first, saved).errors

    mine = {name: MINE.get(name, str(ground.third.id)) for name in theirs}
    refused = second._page(second.post(address, data=other | mine), 409)
    if kind != "essay variant":
        box = " ".join(
            " ".join("".join(note.itertext()).split())
            for note in refused.having_class("th-note--bad")
        )
        for value in theirs.values():
            shown = "Đảng bộ khác" if value == str(ground.other.id) else str(value)
            assert shown.replace("<p>", "").replace("</p>", "") in box, box
    assert "Người khác" in refused.text
    kept = sent_by(refused)
    for name, value in mine.items():
        assert kept[name] == [value], "what was typed is still there"

    again = second.post(address, data=kept)
    assert again.status_code == 302, "saved knowingly"
    now = sent_by(second.get_page(address))
    for name, value in mine.items():
        assert now[name] == [value]


def test_who_sends_the_same_again_is_told_that_it_is_saved(app: Flask, ground: Ground) -> None:
    address = FORMS["member"][0](ground)
    client = sign_in_elsewhere(app, ground.account)
    sent = sent_by(client.get_page(address)) | {"name": ["Lê Thị Nhung"]}
    assert client.post(address, data=sent).status_code == 302
    page = client._page(client.post(address, data=sent), 409)
    assert "Không cần lưu lại" in page.text and not page.having_class("th-note--bad")


def test_a_form_that_forgot_what_it_was_opened_on_is_stopped(app: Flask, ground: Ground) -> None:
    address = FORMS["member"][0](ground)
    client = sign_in_elsewhere(app, ground.account)
    data = sent_by(client.get_page(address)) | {"name": ["Tên khác"]}
    del data["fingerprint"]
    assert client.post(address, data=data).status_code == 409
    data["fingerprint"] = ["0" * 32]
    assert client.post(address, data=data).status_code == 409


def at_once(works: list[Callable[[], int]]) -> list[int]:
    """Run these in threads that start together."""
    barrier = threading.Barrier(len(works))

    def start(work: Callable[[], int]) -> int:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(start, work) for work in works]]


def test_of_sixty_four_who_opened_the_same_page_one_saves(
    app: Flask, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.people.sign_in.MOST_SIGN_INS", WRITERS + 1)
    address = FORMS["member"][0](ground)
    clients = [sign_in_elsewhere(app, ground.account) for _ in range(WRITERS)]
    data = sent_by(clients[0].get_page(address))

    for client in clients:
        own = client.get_page(address)
        assert sent_by(own)["fingerprint"] == data["fingerprint"]
    tokens = [sent_by(client.get_page(address))["csrf_token"] for client in clients]
    works = []
    for number, (client, token) in enumerate(zip(clients, tokens, strict=True)):
        sent = data | {"name": [f"Người số {number}"], "csrf_token": token}
        works.append(lambda client=client, sent=sent: client.post(address, data=sent).status_code)
    answers = at_once(works)
    assert sorted(answers) == [302] + [409] * (WRITERS - 1)
    db.session.rollback()
    name = db.session.scalar(sa.select(Member.name).where(Member.id == ground.person.member_id))
    assert name == f"Người số {answers.index(302)}"


def test_a_count_kept_by_several_ends_at_what_was_acknowledged(app: Flask, ground: Ground) -> None:
    """Each adds one to what the page shows, and again after a conflict."""
    address = FORMS["member"][0](ground)
    clients = [sign_in_elsewhere(app, ground.account) for _ in range(8)]

    def add(client: PageClient) -> Callable[[], int]:
        def work() -> int:
            page, acknowledged = client.get_page(address), 0
            for _try in range(60):
                data = sent_by(page)
                data["birth_year"] = [str(int(data["birth_year"][0]) + 1)]
                response = client.post(address, data=data)
                if response.status_code == 302:
                    acknowledged += 1
                    if acknowledged == 3:
                        break
                page = client.get_page(address)
            return acknowledged

        return work

    acknowledged = at_once([add(client) for client in clients])
    db.session.rollback()
    year = db.session.scalar(
        sa.select(Member.birth_year).where(Member.id == ground.person.member_id)
    )
    assert year == 1975 + sum(acknowledged)
    assert sum(acknowledged) >= 8
