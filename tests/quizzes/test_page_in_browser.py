"""The page of questions in a real browser: answers save themselves, survive a lost line and a
reload, the clock ends the attempt, and axe finds nothing."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from lms.base import clock
from lms.extensions import db
from lms.quizzes.services.attempts import start_attempt
from tests.factories.quizzes import right_ids
from tests.quizzes.support import Taker, make_taker
from tests.support import chromium
from tests.support.client import PageClient

SCRIPT = Path(__file__).resolve().parents[2] / "static/js/modules/quiz-page.js"
STYLES = SCRIPT.parents[2] / "build/app.css"

Opener = Callable[..., BrowserContext]


def test_the_script_is_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= 2_500


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.launched() as launched:
        yield launched


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application under test on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opener]:
    """`opened(taker, scripts=True)`: a browser in which the learner is signed in."""
    contexts: list[BrowserContext] = []

    def open_one(taker: Taker, *, scripts: bool = True) -> BrowserContext:
        cookie = taker.client.get_cookie("session")
        assert cookie is not None
        context = browser.new_context(
            viewport=chromium.PHONE,
            locale="vi-VN",
            base_url=address,
            java_script_enabled=scripts,
        )
        context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()


def questions(context: BrowserContext, attempt_id: int) -> Page:
    page = context.new_page()
    page.goto(f"/quiz-attempts/{attempt_id}")
    return page


def choose(page: Page, position: int, option: str) -> None:
    page.locator(f"#question-{position} input[value='{option}'] + label").click()


def begun(taker: Taker) -> tuple[int, dict[int, list[str]]]:
    attempt = start_attempt(taker.account, taker.campaign.id)
    right = right_ids(attempt)
    attempt_id = attempt.id
    db.session.commit()
    return attempt_id, right


def saved(taker: Taker, attempt_id: int) -> dict[int, list[str]]:
    return {item.position: item.chosen for item in taker.items(attempt_id) if item.chosen}


@pytest.mark.browser
def test_answers_save_themselves_and_the_page_submits(
    app: Flask, client: PageClient, opened: Opener
) -> None:
    taker = make_taker(app, client, questions=3)
    attempt_id, right = begun(taker)
    page = questions(opened(taker), attempt_id)
    choose(page, 2, right[2][0])
    expect(page.locator("#receipt")).to_contain_text("Đã lưu câu 2 lúc")
    assert saved(taker, attempt_id) == {2: right[2]}
    expect(page.locator("[data-count]")).to_have_text("Đã trả lời 1 trong 3 câu")
    expect(page.locator("[data-chip='2'].th-chip--done")).to_be_visible()
    expect(page.get_by_role("button", name="Lưu lại, làm tiếp sau")).to_be_hidden()
    page.get_by_role("button", name="Lưu và nộp bài").click()
    expect(page.locator("dialog")).to_contain_text("Còn 2 câu chưa trả lời: 1, 3. Nộp luôn?")
    page.locator("dialog button[value=no]").click()
    choose(page, 1, right[1][0])
    choose(page, 3, right[3][0])
    page.get_by_role("button", name="Lưu và nộp bài").click()
    expect(page.locator("dialog")).to_contain_text("Nộp rồi thì lượt này không sửa được nữa.")
    page.locator("dialog button[value=yes]").click()
    expect(page.locator("h1")).to_have_text("Đúng 3 trong 3 câu")


@pytest.mark.browser
def test_a_lost_line_loses_no_answer(app: Flask, client: PageClient, opened: Opener) -> None:
    taker = make_taker(app, client, questions=3)
    attempt_id, right = begun(taker)
    context = opened(taker)
    page = questions(context, attempt_id)
    context.set_offline(True)
    choose(page, 1, right[1][0])
    choose(page, 3, right[3][0])
    expect(page.locator("#receipt")).to_contain_text("Mất mạng")
    assert saved(taker, attempt_id) == {}
    context.set_offline(False)
    expect(page.locator("#receipt")).to_contain_text("Đã lưu câu")
    page.wait_for_function("() => !('unsaved' in document.forms.answers.dataset)")
    assert saved(taker, attempt_id) == {1: right[1], 3: right[3]}


@pytest.mark.browser
def test_what_was_not_saved_comes_back_with_the_page(
    app: Flask, client: PageClient, opened: Opener
) -> None:
    taker = make_taker(app, client, questions=3)
    attempt_id, right = begun(taker)
    context = opened(taker)
    page = questions(context, attempt_id)
    context.route("**/answers", lambda route: route.abort())
    choose(page, 2, right[2][0])
    expect(page.locator("#receipt")).to_contain_text("Mất mạng")
    page.on("dialog", lambda dialog: dialog.accept())
    page.close(run_before_unload=False)
    context.unroute("**/answers")
    page = questions(context, attempt_id)
    expect(page.locator(f"input[value='{right[2][0]}']")).to_be_checked()
    expect(page.locator("#receipt")).to_contain_text("Đã lưu câu 2 lúc")
    assert saved(taker, attempt_id) == {2: right[2]}


@pytest.mark.browser
def test_a_page_left_open_elsewhere_overwrites_nothing(
    app: Flask, client: PageClient, opened: Opener
) -> None:
    taker = make_taker(app, client, questions=2)
    attempt_id, right = begun(taker)
    old = questions(opened(taker), attempt_id)
    wrong = old.locator(f"#question-1 input:not([value='{right[1][0]}'])").first
    choose(old, 1, wrong.get_attribute("value") or "")
    expect(old.locator("#receipt")).to_contain_text("Đã lưu câu 1 lúc")
    for position in (1, 2):
        assert taker.save(attempt_id, position, right[position]).status_code == 200
    old.get_by_role("button", name="Lưu và nộp bài").click()
    old.locator("dialog button[value=yes]").click()
    expect(old.locator("h1")).to_have_text("Đúng 2 trong 2 câu")


@pytest.mark.browser
def test_the_clock_ends_the_attempt_with_what_is_on_the_page(
    app: Flask, client: PageClient, opened: Opener
) -> None:
    taker = make_taker(app, client, questions=2, minutes=10)
    with clock.frozen(clock.now() - timedelta(minutes=10, seconds=-4)):
        attempt_id, right = begun(taker)
    context = opened(taker)
    page = questions(context, attempt_id)
    expect(page.locator("#clock")).to_contain_text("Còn 0:0")
    context.route("**/answers", lambda route: route.abort())
    choose(page, 2, right[2][0])
    expect(page.locator("h1")).to_have_text("Đúng 1 trong 2 câu")
    assert saved(taker, attempt_id) == {2: right[2]}


@pytest.mark.browser
def test_scripts_off_everything_goes_by_its_buttons(
    app: Flask, client: PageClient, opened: Opener
) -> None:
    taker = make_taker(app, client, questions=2)
    attempt_id, right = begun(taker)
    page = questions(opened(taker, scripts=False), attempt_id)
    choose(page, 1, right[1][0])
    page.get_by_role("button", name="Lưu lại, làm tiếp sau").click()
    assert "Đã lưu lúc" in page.locator("main").inner_text()
    choose(page, 2, right[2][0])
    page.get_by_role("button", name="Lưu và nộp bài").click()
    assert page.locator("h1").inner_text() == "Đúng 2 trong 2 câu"


@pytest.mark.browser
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    app: Flask, client: PageClient, opened: Opener
) -> None:
    if not STYLES.exists():
        pytest.skip("the style sheet is not built")
    taker = make_taker(app, client, questions=4, minutes=30)
    attempt_id, right = begun(taker)
    context = opened(taker)
    page = questions(context, attempt_id)
    choose(page, 1, right[1][0])
    expect(page.locator("#receipt")).to_contain_text("Đã lưu câu 1 lúc")
    for address in (page.url, taker.page, None):
        if address is None:
            assert taker.submit(attempt_id).status_code == 303
        page.goto(address or f"/quiz-attempts/{attempt_id}/result")
        assert chromium.axe_findings(page) == []
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert chromium.sideways_scroll(page) == 0, chromium.wide_elements(page)
        page.set_viewport_size(chromium.PHONE)
        chromium.double_text(page)
        assert chromium.sideways_scroll(page) == 0, chromium.wide_elements(page)
