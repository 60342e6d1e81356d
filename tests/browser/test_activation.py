"""From the secretary's printer to the member's phone, and the second step on a phone."""

from __future__ import annotations

import re

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.chromium import DESKTOP, PHONE, axe_findings, sideways_scroll
from tests.support.live import LiveProduct

PASSWORD = "con duong ra bien"


def well_made(page: Page) -> None:
    """Nothing sticks out, and axe finds nothing."""
    assert sideways_scroll(page) == 0, page.url
    assert axe_findings(page) == [], page.url


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).click()


def test_a_member_activates_from_a_slip_on_a_phone(open_page: OpenPage, live: LiveProduct) -> None:
    desk = open_page("secretary", "/administration/sign-in-help", DESKTOP)
    well_made(desk)
    press(desk, "Xem trước phiếu của người đã chọn")
    expect(desk.locator("h1")).to_contain_text("tờ A4")
    well_made(desk)
    press(desk, "Tạo mã và mở trang in")
    slips = desk.locator(".th-slip")
    expect(slips.first).to_be_visible()
    well_made(desk)
    card = slips.first.locator("strong").inner_text()
    code = slips.first.locator(".th-typed").inner_text()
    name = slips.first.locator("h2").inner_text()
    desk.set_viewport_size(PHONE)
    well_made(desk)
    desk.emulate_media(media="print")
    desk.set_viewport_size({"width": 688, "height": 1032})
    tops = [box["y"] for box in (slips.nth(n).bounding_box() for n in range(2)) if box]
    heights = {round(slips.nth(n).bounding_box()["height"]) for n in range(2)}  # type: ignore[index]
    assert len(heights) == 1 and 4 * heights.pop() <= 1032, "four slips fit on a sheet"
    assert tops[0] < 60, "something else is printed above the slips"

    phone = open_page(None, f"/activate?code={code.replace(' ', '')}", PHONE)
    assert phone.url == f"{live.address}/activate", "the code stays in the address bar"
    expect(phone.get_by_label("Mã trên phiếu")).to_have_value(code)
    well_made(phone)
    press(phone, "Tiếp tục")
    expect(phone.locator("[data-error-summary]")).to_be_focused()
    phone.get_by_label("Số thẻ đảng viên").fill(card)
    press(phone, "Tiếp tục")
    expect(phone.locator("main")).to_contain_text(name)
    well_made(phone)
    field = phone.get_by_label("Mật khẩu mới", exact=True)
    field.fill(PASSWORD)
    phone.get_by_role("button", name="Hiện mật khẩu").first.click()
    expect(field).to_have_attribute("type", "text")
    phone.get_by_label("Nhập lại mật khẩu mới").fill(PASSWORD)
    press(phone, "Kích hoạt và vào học")
    phone.wait_for_url("**/my-tasks")
    expect(phone.locator("main")).to_contain_text("Tài khoản đã được kích hoạt")

    phone.goto(f"{live.address}/account/devices")
    well_made(phone)
    phone.locator("summary").get_by_text("Tài khoản").click()
    press(phone, "Đăng xuất")
    phone.wait_for_url("**/sign-in")
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("Đăng nhập")
    phone.goto(f"{live.address}/sign-in")
    phone.get_by_label("Số thẻ, số điện thoại hoặc thư điện tử").fill(card)
    phone.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    phone.get_by_label("Giữ đăng nhập trên máy này").check()
    phone.get_by_role("button", name="Đăng nhập", exact=True).click()
    phone.wait_for_url("**/my-tasks")


def test_a_slip_works_without_scripts(open_page: OpenPage, live: LiveProduct) -> None:
    desk = open_page("secretary", "/administration/sign-in-help", PHONE, scripts=False)
    desk.locator("#slips input[type=checkbox]").last.check()
    press(desk, "Xem trước phiếu của người đã chọn")
    press(desk, "Tạo mã và mở trang in")
    slip = desk.locator(".th-slip").last
    card = slip.locator("strong").inner_text()
    code = slip.locator(".th-typed").inner_text()
    phone = open_page(None, "/activate", PHONE, scripts=False)
    phone.get_by_label("Số thẻ đảng viên").fill(card)
    phone.get_by_label("Mã trên phiếu").fill(code.replace(" ", "-"))
    press(phone, "Tiếp tục")
    phone.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    phone.get_by_label("Nhập lại mật khẩu mới").fill(PASSWORD)
    press(phone, "Kích hoạt và vào học")
    phone.wait_for_url("**/my-tasks")


def test_the_second_step_on_a_phone(open_page: OpenPage, live: LiveProduct) -> None:
    page = open_page("exempt", "/account/second-step", PHONE)
    well_made(page)
    press(page, "Bắt đầu")
    expect(page.locator(".th-qr")).to_be_visible()
    well_made(page)
    secret = page.locator(".th-typed").inner_text().replace(" ", "").replace("\n", "")
    page.get_by_label("Mã xác thực").fill(pyotp.TOTP(secret).now())
    press(page, "Bật xác thực hai bước")
    expect(page.locator(".th-codes li")).to_have_count(10)
    well_made(page)
    recovery = page.locator(".th-codes li").first.inner_text()
    page.get_by_role("link", name="Đã cất mã, tiếp tục").click()
    page.wait_for_url("**/my-tasks")

    fresh = open_page(None, "/sign-in", PHONE)
    well_made(fresh)
    account = live.accounts["exempt"]
    fresh.get_by_label("Số thẻ, số điện thoại hoặc thư điện tử").fill(account["login"])
    fresh.get_by_label("Mật khẩu", exact=True).fill(account["password"])
    fresh.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(fresh.locator("h1")).to_have_text("Xác thực bước hai")
    well_made(fresh)
    fresh.get_by_label("Mã xác thực").fill("000000")
    press(fresh, "Xác nhận")
    expect(fresh.locator("main")).to_contain_text("Mã không đúng hoặc đã hết hạn")
    fresh.get_by_label("Mã xác thực").fill(recovery)
    press(fresh, "Xác nhận")
    fresh.wait_for_url("**/my-tasks")
    expect(fresh.locator("main")).to_contain_text("còn 9 mã")
