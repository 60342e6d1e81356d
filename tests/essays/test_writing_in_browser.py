"""The writing page in a real browser: what a person sees while two tabs, the network and the
sign-in play their tricks. The saver's rules are tested in tests/js."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from lms.base.transactions import transaction
from lms.essays.models import Essay, EssayDraft, EssaySubmission
from lms.extensions import db
from lms.people.models import SignIn
from tests.essays.conftest import Study
from tests.factories.essays import words
from tests.factories.people import PASSWORD
from tests.support import chromium

pytestmark = pytest.mark.browser

SAVED = "Đã lưu trên máy chủ lúc"


class Silent(WSGIRequestHandler):
    def log(self, *_args: object) -> None:
        """The test says what went wrong."""


@dataclass
class Desk:
    """A browser in which the writer is signed in, at the address of a served application."""

    context: BrowserContext
    address: str
    study: Study

    def open(self) -> Page:
        page = self.context.new_page()
        page.goto(self.address + self.study.url)
        return page

    def sign_in(self, page: Page) -> None:
        assert self.study.writer.member is not None
        page.fill("#login", self.study.writer.member.code or "")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.launched() as launched:
        yield launched


@pytest.fixture
def desk(app: Flask, study: Study, browser: Browser) -> Iterator[Desk]:
    db.session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = browser.new_context(viewport=chromium.PHONE, locale="vi-VN")
    context.set_default_timeout(10_000)
    made = Desk(context, f"http://127.0.0.1:{server.port}", study)
    page = context.new_page()
    page.goto(made.address + "/sign-in")
    made.sign_in(page)
    page.wait_for_url("**/my-tasks")
    page.close()
    yield made
    context.close()
    server.shutdown()
    thread.join()


def _texts() -> list[str]:
    db.session.rollback()
    query = sa.select(EssayDraft).order_by(EssayDraft.revision)
    return [draft.texts.get("understanding", "") for draft in db.session.scalars(query)]


def _unsent(page: Page) -> int:
    return int(page.evaluate("localStorage.length"))


def test_writing_checking_and_handing_in(desk: Desk) -> None:
    page = desk.open()
    receipt = page.locator("#receipt")
    expect(receipt).to_have_text("Bài tự lưu khi đồng chí viết")
    page.fill("#understanding", words(15))
    expect(page.locator("[data-section=understanding] [data-count]")).to_have_text("15 từ")
    expect(page.locator("[data-essay-total]")).to_have_text("Cả bài: 15 từ, cần ít nhất 20 từ")
    page.focus("#commitment")
    expect(receipt).to_contain_text(SAVED)
    page.fill("#commitment", words(70))
    expect(page.locator("[data-section=commitment] [data-surplus]")).to_have_text(
        "dài hơn 10 từ so với mức nên viết"
    )
    page.click("text=Kiểm tra và nộp")
    page.wait_for_url("**/check")
    page.click("text=Nộp bài")
    page.wait_for_url("**/submission")
    assert _unsent(page) == 0
    assert page.locator("[data-print]").is_visible()
    db.session.rollback()
    assert db.session.scalars(sa.select(EssaySubmission)).one().word_count == 85


def test_the_receipt_comes_by_itself_within_ten_seconds(desk: Desk) -> None:
    page = desk.open()
    page.clock.install()
    page.focus("#understanding")
    page.keyboard.type("một hai ba")
    page.clock.run_for(3_000)
    assert _unsent(page) == 1
    page.clock.run_for(8_000)
    expect(page.locator("#receipt")).to_contain_text(SAVED)
    assert _unsent(page) == 0
    assert _texts() == ["một hai ba"]


def test_two_tabs_and_the_writer_decides(desk: Desk) -> None:
    one, two = desk.open(), desk.open()
    one.fill("#understanding", "bài của thẻ một")
    one.click("text=Lưu nháp")
    expect(one.locator("#receipt")).to_contain_text(SAVED)
    two.fill("#understanding", "bài của thẻ hai")
    two.click("text=Lưu nháp")
    expect(two.locator("[data-essay-message]")).to_contain_text("Bài đã được sửa ở nơi khác")
    expect(two.locator(".th-other")).to_contain_text("bài của thẻ một")
    two.click("text=Chép thêm vào cuối phần này")
    two.click("text=Giữ bài ở trang này")
    expect(two.locator("#receipt")).to_contain_text(SAVED)
    expect(two.locator("#understanding")).to_have_value("bài của thẻ hai\nbài của thẻ một")
    one.fill("#understanding", "thẻ một viết tiếp")
    one.click("text=Lưu nháp")
    one.click("text=Lấy bài ở nơi khác")
    expect(one.locator("#understanding")).to_have_value("bài của thẻ hai\nbài của thẻ một")
    kept = _texts()
    for text in ("bài của thẻ một", "bài của thẻ hai", "thẻ một viết tiếp"):
        assert text in kept
    assert kept[db.session.scalars(sa.select(Essay)).one().revision - 1].startswith(
        "bài của thẻ hai"
    )


def test_a_lost_network_loses_nothing(desk: Desk) -> None:
    page = desk.open()
    desk.context.set_offline(True)
    page.fill("#understanding", "viết lúc mất mạng")
    page.focus("#commitment")
    expect(page.locator("#receipt")).to_contain_text("Bài đã lưu trên máy này lúc")
    page.click("text=Kiểm tra và nộp")
    assert page.url.endswith("/essay")
    desk.context.set_offline(False)
    expect(page.locator("#receipt")).to_contain_text(SAVED)
    assert _texts() == ["viết lúc mất mạng"]


def test_an_ended_session_asks_to_sign_in_and_brings_the_text_back(desk: Desk) -> None:
    page = desk.open()
    page.fill("#understanding", "trước khi hết phiên")
    page.click("text=Lưu nháp")
    expect(page.locator("#receipt")).to_contain_text(SAVED)
    db.session.rollback()
    with transaction():
        db.session.execute(sa.update(SignIn).values(revoked_at=SignIn.created_at))
    page.fill("#understanding", "sau khi hết phiên")
    page.focus("#commitment")
    expect(page.locator("[data-essay-message]")).to_contain_text(
        "Hết phiên, bài vẫn ở trên máy này"
    )
    page.click("text=Đăng nhập lại")
    desk.sign_in(page)
    page.wait_for_url("**" + desk.study.url)
    expect(page.locator("#understanding")).to_have_value("trước khi hết phiên")
    page.click("text=Dùng bài trên máy này")
    expect(page.locator("#understanding")).to_have_value("sau khi hết phiên")
    expect(page.locator("#receipt")).to_contain_text(SAVED)
    assert _texts() == ["trước khi hết phiên", "sau khi hết phiên"]
    assert _unsent(page) == 0


def test_a_closed_tab_s_unsent_text_is_offered_and_the_one_not_chosen_is_kept(desk: Desk) -> None:
    page = desk.open()
    page.fill("#understanding", "đã lên máy chủ")
    page.click("text=Lưu nháp")
    expect(page.locator("#receipt")).to_contain_text(SAVED)
    desk.context.set_offline(True)
    page.fill("#understanding", "chỉ ở trên máy này")
    page.focus("#commitment")
    expect(page.locator("#receipt")).to_contain_text("Bài đã lưu trên máy này")
    # The tab dies; one that is closed would still send what it has, as soon as the line is back.
    with suppress(Error):
        page.goto("chrome://crash")
    page.close()
    desk.context.set_offline(False)
    again = desk.open()
    expect(again.locator("#understanding")).to_have_value("đã lên máy chủ")
    again.click("text=Dùng bài trên máy chủ")
    expect(again.locator("[data-essay-message]")).to_be_hidden()
    again.wait_for_function("() => localStorage.length === 0")
    assert _texts() == ["đã lên máy chủ", "chỉ ở trên máy này"]
    db.session.rollback()
    assert db.session.scalars(sa.select(Essay)).one().revision == 1


def test_an_input_method_composes_undisturbed_while_saves_go_out(desk: Desk) -> None:
    page = desk.open()
    page.focus("#understanding")
    keys = desk.context.new_cdp_session(page)
    for stages in (
        ("t", "ti", "tie", "tiê", "tiên", "tiêng", "tiếng"),
        ("V", "Vi", "Viê", "Việ", "Việt"),
    ):
        for stage in stages:
            keys.send(
                "Input.imeSetComposition",
                {"text": stage, "selectionStart": len(stage), "selectionEnd": len(stage)},
            )
            page.evaluate("dispatchEvent(new Event('pagehide'))")  # a save in mid-word
        keys.send("Input.insertText", {"text": stages[-1]})
        keys.send("Input.insertText", {"text": " "})
    expect(page.locator("#understanding")).to_have_value("tiếng Việt ")
    page.click("text=Lưu nháp")
    expect(page.locator("#receipt")).to_contain_text(SAVED)
    page.wait_for_timeout(300)
    db.session.rollback()
    essay = db.session.scalars(sa.select(Essay)).one()
    assert _texts()[essay.revision - 1] == "tiếng Việt"
