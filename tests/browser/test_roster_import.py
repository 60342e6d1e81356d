"""Importing a roster with doubts in a real browser, on a screen and on a phone: a column corrected,
a preview, a decision, applied, undone; a large file through the worker.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from setup.serve import worker_command
from tests.people.roster_import.support import roster_csv
from tests.support import chromium
from tests.support.live import LiveProduct
from tests.support.servers import ROOT

HEADS = ("Mã riêng", "Họ và tên", "Năm sinh", "Chi bộ", "Điện thoại")


@pytest.fixture
def worker(live: LiveProduct) -> Iterator[None]:
    process = subprocess.Popen(
        worker_command(sys.executable), cwd=ROOT, env={**os.environ, **live.env}
    )
    yield
    process.terminate()
    process.wait()


def write(folder: Path, *lines: tuple[object, ...]) -> Path:
    path = folder / "danh-sach.csv"
    path.write_bytes(roster_csv(*lines, heads=HEADS))
    return path


def looks_right(page: Page) -> None:
    assert chromium.axe_findings(page) == []
    assert chromium.sideways_scroll(page) == 0, chromium.wide_elements(page)


def hand_in(page: Page, path: Path, checks: bool = True) -> None:
    """Upload a file for the whole tree and say which column is the card number. `checks`: look at
    the pages on the way, which takes scripts."""
    if checks:
        looks_right(page)
    units = page.locator("#unit option")
    first = next(o for o in units.all() if o.get_attribute("value"))
    page.locator("#unit").select_option(first.get_attribute("value"))
    page.locator("#file").set_input_files(str(path))
    page.get_by_role("button", name="Tải tệp lên").click()
    expect(page.locator("h1")).to_have_text("Các cột của tệp")
    if checks:
        looks_right(page)
    page.get_by_label("Mã riêng").select_option(label="Số thẻ")
    page.get_by_role("button", name="Xem trước").click()


@pytest.mark.parametrize(
    ("viewport", "start"), [(chromium.DESKTOP, 0), (chromium.PHONE, 500)], ids=["1280", "390"]
)
def test_a_roster_with_doubts_is_applied_and_undone(open_page, tmp_path, viewport, start):
    unit = f"Chi bộ Thử nghiệm {start}"
    path = write(
        tmp_path,
        (f"9900{start + 1:04}", "TRẦN VĂN AN", "1980", unit, "0912345678"),
        (f"9900{start + 2:04}", "Lê Thị Bình", "31/2/1970", unit, ""),
        ("", "Nguyễn Văn Chưa Thẻ", "1999", unit, ""),
    )
    page = open_page("administrator", "/administration/rosters/new", viewport)
    hand_in(page, path)

    expect(page.get_by_role("link", name="Mới (1)")).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name="Có vấn đề (2)").click()
    looks_right(page)
    expect(page.get_by_text("Ngày không có thật")).to_be_visible()
    page.get_by_role("button", name="Là người mới, chưa có số thẻ").click()
    expect(page.get_by_role("link", name="Mới (2)")).to_be_visible()

    page.get_by_label("Thành lập các đơn vị mới kể trên").check()
    page.get_by_role("button", name="Áp dụng", exact=True).click()
    expect(page.get_by_text("Đã áp dụng danh sách.")).to_be_visible()
    looks_right(page)
    record = page.url

    page.goto(page.url.split("/administration")[0] + "/administration/members?q=tran van an")
    expect(page.get_by_role("link", name="Trần Văn An").first).to_be_visible()

    page.goto(record)
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    page.get_by_role("dialog").get_by_role("button").first.click()
    expect(page.get_by_text("trở lại như trước lần nhập").first).to_be_visible()
    looks_right(page)


def test_a_large_file_goes_through_the_worker(open_page, tmp_path, worker):
    lines = [(f"98{n:06}", "Trần Văn An", "1980", "Chi bộ Lớn", "") for n in range(2500)]
    page = open_page("administrator", "/administration/rosters/new")
    hand_in(page, write(tmp_path, *lines))
    expect(page.locator("h1")).to_have_text("danh-sach.csv", timeout=60_000)
    expect(page.get_by_role("link", name="Mới (2.500)")).to_be_visible()


def test_without_a_worker_the_page_says_that_it_waits(open_page, tmp_path):
    lines = [(f"97{n:06}", "Trần Văn An", "1980", "Chi bộ Lớn", "") for n in range(2500)]
    page = open_page("administrator", "/administration/rosters/new", scripts=False)
    hand_in(page, write(tmp_path, *lines), checks=False)
    expect(page.locator("h1")).to_have_text("Đang xử lý danh sách")
    page.get_by_role("link", name="Xem lại").click()
    expect(page.locator("h1")).to_have_text("Đang xử lý danh sách")
    page.get_by_role("button", name="Bỏ danh sách này").click()
    expect(page.get_by_text("Chưa có gì thay đổi.").first).to_be_visible()
