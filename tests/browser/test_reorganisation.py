"""Two wards are merged in a browser, from the tree to the report, by desk and by phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import OpenPage
from tests.support.chromium import DESKTOP, PHONE, axe_findings

SUBJECTS = {"desk": (DESKTOP, 0, True), "phone": (PHONE, 2, False)}


def wards_of(page: Page) -> list[tuple[str, str]]:
    """(unit id, name) of the units right below the top, in order."""
    page.goto("/administration/units")
    links = page.locator(".th-tree .th-tree > li > .th-tree__line > a:first-child")
    return [
        ((link.get_attribute("href") or "").rsplit("/", 1)[-1], link.inner_text())
        for link in links.all()
    ]


@pytest.mark.parametrize("kind", list(SUBJECTS))
def test_two_wards_are_merged_and_the_report_tells_both_trees(
    open_page: OpenPage, kind: str
) -> None:
    viewport: ViewportSize
    viewport, first, scripts = SUBJECTS[kind]
    page = open_page("administrator", "/administration/units", viewport=viewport, scripts=scripts)
    wards = wards_of(page)[first : first + 2]
    new_name = f"Phường Hợp Nhất {kind}"

    page.get_by_role("link", name="Sáp nhập", exact=True).click()
    for _unit_id, name in wards:
        page.get_by_label("Tìm đơn vị theo tên, không cần dấu").fill(name)
        page.get_by_role("button", name="Tìm", exact=True).click()
        page.locator(f"#unit-{_unit_id}").check()
    assert_sound(page, scripts)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sáp nhập đơn vị")
    page.get_by_label("Tên đơn vị mới").fill(new_name)
    page.get_by_label("Số quyết định").fill("12-QĐ/TU")
    page.get_by_label("Ngày quyết định").fill("1/7/2025")
    page.get_by_label("Cơ quan ban hành").fill("Ban Thường vụ Thành ủy")
    assert_sound(page, scripts)
    page.get_by_role("button", name="Xem trước").click()

    expect(page.locator("main")).to_contain_text("Chưa có gì thay đổi")
    expect(page.locator("main")).to_contain_text("2 đơn vị kết thúc")
    for _unit_id, name in wards:
        expect(page.locator("main")).to_contain_text(f"{name} → {new_name}")
    assert_sound(page, scripts)
    page.get_by_role("button", name="Xác nhận thay đổi").click()
    expect(page.locator("main")).to_contain_text("Đã ghi thay đổi")
    assert_sound(page, scripts)
    assert new_name in [name for _unit_id, name in wards_of(page)]

    # The demo holds a campaign that is closed: then by the old wards, now by the new one.
    page = open_page("supervisor", "/supervision", viewport=viewport, scripts=scripts)
    address = closed_campaign(page)
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Theo tổ chức hiện nay")
    short = page.locator("main table").first
    expect(short).to_contain_text(new_name)
    page.get_by_role("link", name="Xem theo tổ chức lúc kết thúc đợt").click()
    expect(page.locator("main")).to_contain_text("Theo tổ chức lúc kết thúc đợt")
    expect(page.locator("main table").first).not_to_contain_text(new_name)
    assert_sound(page, scripts)


def closed_campaign(page: Page) -> str:
    """The address of the first campaign whose page offers both trees."""
    links = page.locator("main table a[href*='/units/']").all()
    addresses = [link.get_attribute("href") or "" for link in links]
    for address in addresses:
        page.goto(address)
        if page.get_by_role("link", name=re.compile("lúc kết thúc đợt")).count():
            return address
    raise AssertionError(f"the demo has no closed campaign among {addresses}")


def assert_sound(page: Page, scripts: bool) -> None:
    """Nothing for axe to find (where scripts run), and no sideways scroll."""
    if not scripts:
        return
    assert axe_findings(page) == []
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
