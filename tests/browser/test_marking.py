"""A reviewer at work: by keyboard alone, without a network, in two tabs, without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.support.chromium import PHONE, axe_findings

QUEUE = "/marking"
ESSAY = re.compile(r"/marking/[A-Z]\d-\d+$")
SAVED = re.compile(r"Nháp đã lưu")


def open_next(page: Page) -> str:
    """Go on from the queue; returns the essay's address."""
    page.locator(".th-next a.govuk-button").click()
    page.wait_for_url(ESSAY)
    expect(page.locator("[data-keys]")).not_to_have_attribute("hidden", "")
    return page.url


def choose_all(page: Page, digit: str = "3") -> None:
    """Choose in every criterion from the first on, by keys."""
    page.locator("[data-levels] input").first.focus()
    for _ in range(page.locator("[data-levels]").count()):
        page.keyboard.press(digit)


def refuse_posts(route: Route) -> None:
    """A line that lets pages through and loses what is sent."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_ten_essays_are_marked_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("reviewer", QUEUE)
    open_next(page)
    for number in range(10):
        before = page.url
        choose_all(page, str(1 + number % 4))
        page.keyboard.press("g")
        page.keyboard.type(f"Nhận xét số {number}: 1 và n là chữ, không phải phím tắt.")
        if number % 2:
            page.keyboard.press("Escape")
            page.keyboard.press("n")
        else:
            page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url, before=before: url != before)
        page.wait_for_load_state("networkidle")
    page.goto(before)
    expect(page.locator("#comment")).to_have_value(re.compile(r"^Nhận xét số 9"))
    assert axe_findings(page) == []


def test_an_incomplete_mark_leads_to_what_is_missing(open_page: OpenPage) -> None:
    page = open_page("reviewer2", QUEUE)
    address = open_next(page)
    page.keyboard.press("n")
    expect(page.locator("#receipt")).to_contain_text("tiêu chí chưa chọn mức")
    assert page.url == address
    missing = page.locator("[data-levels]:not(:has(input:checked))").first.get_attribute("id")
    assert page.evaluate("() => document.activeElement.name") == missing


def test_nothing_is_lost_without_a_network(open_page: OpenPage) -> None:
    page = open_page("reviewer2", QUEUE)
    address = open_next(page)
    choose_all(page)
    expect(page.locator("#receipt")).to_have_text(SAVED)
    page.context.set_offline(True)
    page.locator("#comment").fill("Viết lúc mất mạng.")
    expect(page.locator("[data-messages]")).to_contain_text("Mất mạng")
    page.keyboard.press("Control+Enter")
    assert page.url == address
    expect(page.locator("#comment")).to_have_value("Viết lúc mất mạng.")
    page.context.set_offline(False)
    expect(page.locator("#receipt")).to_have_text(SAVED)
    expect(page.locator("[data-messages]")).to_be_empty()
    page.reload()
    expect(page.locator("#comment")).to_have_value("Viết lúc mất mạng.")


def test_what_one_tab_could_not_send_is_there_after_a_reload(open_page: OpenPage) -> None:
    page = open_page("reviewer2", QUEUE)
    open_next(page)
    page.route("**/marking/*", refuse_posts)
    page.locator("#comment").fill("Chưa kịp gửi.")
    expect(page.locator("[data-messages]")).to_contain_text("Mất mạng")
    page.unroute("**/marking/*")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#comment")).to_have_value("Chưa kịp gửi.")
    expect(page.locator("#receipt")).to_have_text(SAVED)


def test_two_tabs_never_overwrite_each_other_silently(open_page: OpenPage) -> None:
    first = open_page("reviewer2", QUEUE)
    address = open_next(first)
    second = first.context.new_page()
    second.goto(address)
    second.locator("#comment").fill("Thẻ thứ hai")
    expect(second.locator("#receipt")).to_have_text(SAVED)
    first.locator("#comment").fill("Thẻ thứ nhất")
    expect(first.locator("[data-messages]")).to_contain_text("vừa được chấm ở một thẻ")
    assert axe_findings(first) == []
    first.get_by_role("button", name="Lấy bản đã lưu ở nơi khác").click()
    expect(first.locator("#comment")).to_have_value("Thẻ thứ hai")
    second.locator("#comment").fill("Thẻ thứ hai, lần nữa")
    expect(second.locator("#receipt")).to_have_text(SAVED)
    first.locator("#comment").fill("Thẻ thứ nhất, lần nữa")
    first.get_by_role("button", name="Giữ bản ở trang này").click()
    expect(first.locator("#receipt")).to_have_text(SAVED)
    first.reload()
    expect(first.locator("#comment")).to_have_value("Thẻ thứ nhất, lần nữa")


def test_the_value_counts_as_one_chooses_and_is_the_server_s(open_page: OpenPage) -> None:
    page = open_page("reviewer2", QUEUE)
    open_next(page)
    for digit in "1234":
        choose_all(page, digit)
        shown = page.locator("[data-value]").inner_text()
        with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
            pass
        assert saved.value.json()["value"] == shown


def test_keys_can_be_switched_off(open_page: OpenPage) -> None:
    page = open_page("reviewer2", QUEUE)
    open_next(page)
    page.get_by_role("button", name="Tắt phím tắt").click()
    value = page.locator("[data-value]").inner_text()
    page.locator("h1").click()
    for key in "1234n":
        page.keyboard.press(key)
    expect(page.locator("[data-value]")).to_have_text(value)
    page.get_by_role("button", name="Bật phím tắt").click()


def test_without_scripts_a_phone_marks_all_the_same(open_page: OpenPage) -> None:
    page = open_page("reviewer2", QUEUE, viewport=PHONE, scripts=False)
    page.locator(".th-next a.govuk-button").click()
    address = page.url
    for group in page.locator("[data-levels]").all():
        group.locator("input").nth(2).check()
    page.locator("#comment").fill("Không có script.")
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.locator("main")).to_contain_text("Đã lưu nháp lúc")
    expect(page.locator("#comment")).to_have_value("Không có script.")
    page.get_by_role("button", name=re.compile("^Xong")).click()
    page.wait_for_url(lambda url: url != address)
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Lý do sửa điểm")
