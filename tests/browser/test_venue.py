"""Two phones without a connection tick one list of sixty; sent later, everybody is there once."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support import chromium
from tests.support.live import DATABASE, LiveProduct

PEOPLE = 60
TEN_MINUTES_SLOW = "{ const now = Date.now; Date.now = () => now() - 600000; }"
TICK = """([from, to]) => {
  const boxes = [...document.querySelectorAll('[data-person] input')].slice(from, to);
  for (const box of boxes) box.click();
}"""


def rows(live: LiveProduct, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(live.folder / DATABASE)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.timeout(400)
def test_two_phones_offline_tick_sixty_people_once_each(
    open_page: OpenPage, live: LiveProduct
) -> None:
    first = open_page("administrator", viewport=chromium.PHONE, path="/venues/new")
    first.locator("main .th-steps a").first.click()
    _open_venue(first, live)
    address = first.url.partition("#")[0] + "/roll-call"
    first.goto(address)
    second = open_page("administrator", viewport=chromium.PHONE)
    second.context.add_init_script(TEN_MINUTES_SLOW)
    second.goto(address)
    phones = (first, second)
    assert first.locator("[data-person]").count() >= PEOPLE
    for phone in phones:
        _receipt(phone, "Đã gửi hết")
        _wait_until_kept(phone)
        phone.context.set_offline(True)
    first.evaluate(TICK, [0, 35])
    second.evaluate(TICK, [25, PEOPLE])
    _receipt(first, "35 đánh dấu chờ gửi")
    _receipt(second, "35 đánh dấu chờ gửi")
    second.reload()  # without a connection
    _receipt(second, "35 đánh dấu chờ gửi")
    _count(second, "Có mặt 35/")
    second.evaluate(TICK, [PEOPLE - 1, PEOPLE])  # ticked by mistake
    _receipt(second, "36 đánh dấu chờ gửi")
    for phone in phones:
        phone.context.set_offline(False)
        _receipt(phone, "Đã gửi hết")
    _count(second, f"Có mặt {PEOPLE - 1}/")
    marks = rows(live, "SELECT count(*), count(DISTINCT key) FROM roll_call_mark")
    assert marks == [(71, 71)]
    present = rows(
        live,
        "SELECT count(*), count(DISTINCT enrolment_id), "
        "max(strftime('%s', entered_at)) - min(strftime('%s', entered_at)) "
        "FROM roll_call_entry WHERE state = 'present'",
    )
    assert present[0][:2] == (PEOPLE - 1, PEOPLE - 1)
    assert int(str(present[0][2])) < 300, "the slow clock moved no moment"
    assert chromium.axe_findings(second) == []


def _receipt(page: Page, words: str) -> None:
    expect(page.locator("[data-roll-receipt]")).to_have_text(words, timeout=60_000)


def _count(page: Page, words: str) -> None:
    expect(page.locator("[data-roll-count]")).to_contain_text(words, timeout=60_000)


def _open_venue(page: Page, live: LiveProduct) -> None:
    """For so many cells as it takes to have sixty people."""
    found = rows(
        live,
        "SELECT e.unit_id, count(*) FROM enrolment e JOIN campaign c ON c.id = e.campaign_id "
        "WHERE c.state = 'open' AND e.withdrawn_at IS NULL GROUP BY 1 ORDER BY 2 DESC",
    )
    page.get_by_text("Chỉ triệu tập một số đơn vị").click()
    total = 0
    for unit_id, count in found:
        box = page.locator(f"input[name=units][value='{unit_id}']")
        if box.count():
            box.check()
            total += int(str(count))
        if total >= PEOPLE:
            break
    opens = rows(live, "SELECT strftime('%d/%m/%Y', closes_at, '-1 day') FROM campaign "
                       "WHERE state = 'open'")  # fmt: skip
    page.locator("#place").fill("Hội trường lớn")
    page.locator("#starts_at").fill(f"08:00 {opens[0][0]}")
    page.locator("#ends_at").fill(f"10:00 {opens[0][0]}")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/venues/\d+$"))


def _wait_until_kept(page: Page) -> None:
    """Until the service worker holds the page and its files."""
    for _ in range(100):
        kept = page.evaluate(
            "async () => (await (await caches.open('roll-call-pages')).keys()).length"
        )
        if kept >= 7 and page.evaluate("() => Boolean(navigator.serviceWorker.controller)"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the page is not kept on the device")
