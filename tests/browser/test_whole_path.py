"""The main job, end to end in a real browser: a member studies, a reviewer marks blind, the
organiser releases, the member reads the mark, the supervisor sees the figures move.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support import chromium
from tests.support.live import DATABASE, LiveProduct

SENTENCE = (
    "Tôi đã cùng tổ dân phố sắp xếp lại lịch sinh hoạt để người đi làm ca và người cao tuổi "
    "đều theo dõi được, sau đó trao đổi từng việc còn vướng và ghi lại ai làm, khi nào xong. "
)


def rows(live: LiveProduct, query: str, *values: object) -> list[tuple[object, ...]]:
    """Read the product's database beside it, as proof of what the pages did."""
    connection = sqlite3.connect(live.folder / DATABASE)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def open_campaign(live: LiveProduct) -> int:
    return int(str(rows(live, "SELECT id FROM campaign WHERE state = 'open'")[0][0]))


def member_of(live: LiveProduct, role: str) -> int:
    login = live.accounts[role]["login"]
    return int(str(rows(live, "SELECT id FROM member WHERE code = ?", login)[0][0]))


def enrolment_of(live: LiveProduct, role: str) -> int:
    found = rows(
        live,
        "SELECT id FROM enrolment WHERE member_id = ? AND campaign_id = ?",
        member_of(live, role),
        open_campaign(live),
    )
    return int(str(found[0][0]))


def covered(live: LiveProduct, role: str) -> float:
    found = rows(
        live,
        "SELECT covered_seconds FROM coverage WHERE enrolment_id = ?",
        enrolment_of(live, role),
    )
    return float(str(found[0][0])) if found else 0.0


def write_essay(page: Page, words: int) -> None:
    areas = page.locator("form#essay textarea")
    count = areas.count()
    length = len(SENTENCE.split())
    for number in range(count):
        areas.nth(number).fill(SENTENCE * (words // count // length + 1))


def answer_quiz(page: Page, live: LiveProduct, save_by_script: bool) -> None:
    """Choose the right options, which the page itself does not know."""
    attempt = int(str(re.search(r"/quiz-attempts/(\d+)", page.url)[1]))  # type: ignore[index]
    for (raw,) in rows(live, "SELECT options FROM quiz_attempt_item WHERE attempt_id = ?", attempt):
        for option in json.loads(str(raw)):
            assert option["id"] in page.content()
            if option["is_right"]:
                page.locator(f"input[value='{option['id']}']").check()
    if save_by_script:
        expect(page.locator("#receipt")).to_contain_text("Đã lưu câu", timeout=10_000)


@pytest.mark.timeout(420)
def test_the_whole_path(open_page: OpenPage, live: LiveProduct) -> None:
    supervisor = open_page("supervisor", path=f"/supervision/{open_campaign(live)}/units/1")
    before = _fulfilled(supervisor)

    member = open_page("member", viewport=chromium.PHONE)
    expect(member.get_by_role("heading", level=1)).to_contain_text("Xin chào")
    _read_materials(member)
    _watch_a_minute(member, live)
    _watch_enough(member, live)
    _take_the_quiz(member, live)
    _write_and_submit(member)

    supervisor.reload()
    assert _fulfilled(supervisor) == before + 1

    pseudonym = _allocate_to_the_outside_reviewer(open_page, live)
    _mark_blind(open_page, live, pseudonym)
    _release(open_page, live)

    member.goto(f"/campaigns/{open_campaign(live)}/essay/submission")
    expect(member.locator("main")).to_contain_text("Kết quả chấm")
    expect(member.locator("main")).to_contain_text("Bài viết rõ ràng, có việc cụ thể.")
    assert live.accounts["reviewer2"]["name"] not in member.content()
    member.goto("/my-tasks")
    expect(member.locator("main")).to_contain_text("đã học xong")


def _fulfilled(page: Page) -> int:
    text = page.locator(".th-legend a", has_text="Xong đúng hạn").locator("xpath=..").inner_text()
    return int(text.rsplit(":", 1)[1].replace(".", "").strip())


def _read_materials(page: Page) -> None:
    page.get_by_role("link", name="Xem tài liệu").click()
    for number in range(page.locator("#materials a").count()):
        link = page.locator("#materials a").nth(number)
        answer = page.request.get(str(link.get_attribute("href")))
        assert answer.ok
    for _look in range(10):  # an opening is noted once its answer has been sent
        page.goto("/my-tasks")
        if "Xem buổi học" in page.locator(".th-next").inner_text():
            break
        page.wait_for_timeout(500)
    expect(page.locator(".th-next")).to_contain_text("Xem buổi học")


def _watch_a_minute(page: Page, live: LiveProduct) -> None:
    page.locator(".th-next a").click()
    page.wait_for_selector("video")
    page.evaluate("document.querySelector('video').muted = true")
    page.evaluate("document.querySelector('video').play()")
    _play_until(page, 60)
    page.evaluate("document.querySelector('video').pause()")
    deadline = time.monotonic() + 10
    while covered(live, "member") < 58 and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    credited = covered(live, "member")
    assert 58 <= credited <= 62, f"60 s played at 1×: {credited:.1f} s credited"


def _play_until(page: Page, second: float) -> None:
    """Wait in real time; polls from outside, because the page allows no evaluated code."""
    deadline = time.monotonic() + second + 30
    while page.evaluate("document.querySelector('video').currentTime") < second:
        assert time.monotonic() < deadline, "the recording does not play"
        page.wait_for_timeout(50)


def _watch_enough(page: Page, live: LiveProduct) -> None:
    page.reload()  # resumes where it stopped
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelector('video').muted = true")
    page.evaluate("document.querySelector('video').currentTime = 59")
    page.evaluate("document.querySelector('video').play()")
    _play_until(page, 80)
    page.evaluate("document.querySelector('video').pause()")
    expect(page.locator("main")).to_contain_text(
        re.compile(r"Đã xem .*\((8[0-9]|9[0-9])"), timeout=15_000
    )
    assert rows(
        live, "SELECT 1 FROM enrolment WHERE id = ? AND fulfilled_at IS NOT NULL",
        enrolment_of(live, "member"),
    )  # fmt: skip


def _take_the_quiz(page: Page, live: LiveProduct) -> None:
    page.goto("/my-tasks")
    page.locator(".th-next a").click()
    page.get_by_role("button", name=re.compile("Bắt đầu|Làm bài")).first.click()
    page.wait_for_url("**/quiz-attempts/*")
    answer_quiz(page, live, save_by_script=True)
    page.get_by_role("button", name="Lưu và nộp bài").click()
    page.locator("dialog[open] button[value='yes']").click()
    page.wait_for_url("**/result")
    expect(page.locator("main")).to_contain_text("10")


def _write_and_submit(page: Page) -> None:
    page.goto("/my-tasks")
    page.locator(".th-next a").click()
    write_essay(page, 700)
    expect(page.locator(".th-foot")).to_contain_text("Đã lưu trên máy chủ", timeout=30_000)
    page.get_by_role("button", name="Kiểm tra và nộp").click()
    page.wait_for_url("**/essay/check*")
    page.get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/essay/submission*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã nộp")


def _allocate_to_the_outside_reviewer(open_page: OpenPage, live: LiveProduct) -> str:
    page = open_page("administrator", path=f"/campaigns/{open_campaign(live)}/marking/allocation")
    chosen = page.locator("input[type=checkbox]:checked")
    while chosen.count():
        chosen.first.uncheck()
    page.get_by_label(live.accounts["reviewer2"]["name"]).check()
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name=re.compile(r"Giao \d+ bài")).click()
    expect(page.get_by_text(re.compile(r"Đã giao \d+ bài"))).to_be_visible()
    found = rows(
        live,
        "SELECT a.pseudonym FROM marking_assignment a "
        "JOIN essay_submission s ON s.id = a.submission_id WHERE s.enrolment_id = ?",
        enrolment_of(live, "member"),
    )
    return str(found[0][0])


def _mark_blind(open_page: OpenPage, live: LiveProduct, pseudonym: str) -> None:
    page = open_page("reviewer2", path=f"/marking/{pseudonym}")
    seen = page.content()
    assert live.accounts["member"]["name"] not in seen
    assert live.accounts["member"]["login"] not in seen
    expect(page.locator("main")).to_contain_text("sắp xếp lại lịch sinh hoạt")
    for criterion in page.locator("#mark fieldset").all():
        criterion.locator("input[type=radio]").nth(2).check(force=True)
    page.locator("#mark textarea").fill("Bài viết rõ ràng, có việc cụ thể.")
    expect(page.locator(".th-foot")).to_contain_text("Nháp đã lưu", timeout=15_000)
    page.get_by_role("button", name=re.compile("^Xong")).click()
    page.wait_for_url(lambda address: not address.endswith(pseudonym))
    assert rows(
        live, "SELECT 1 FROM marking_assignment WHERE pseudonym = ? AND finished_at IS NOT NULL",
        pseudonym,
    )  # fmt: skip


def _release(open_page: OpenPage, live: LiveProduct) -> None:
    page = open_page("administrator", path=f"/campaigns/{open_campaign(live)}/marking/release")
    page.get_by_role("button", name=re.compile(r"Công bố \d+ bài")).click()
    page.locator("dialog[open] button[value='yes']").click()
    expect(page.get_by_text("Đã công bố điểm của")).to_be_visible()


def test_everything_essential_works_with_scripts_off(
    open_page: OpenPage, live: LiveProduct
) -> None:
    campaign = open_campaign(live)
    page = open_page("enterprise", viewport=chromium.PHONE, scripts=False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Xin chào")
    page.goto(f"/campaigns/{campaign}#materials")
    page.locator("#sessions a").first.click()
    page.get_by_role("button", name="Tôi đã xem hết buổi học này").click()
    kinds = rows(
        live, "SELECT sessions_met_by FROM enrolment WHERE id = ?", enrolment_of(live, "enterprise")
    )
    assert kinds == [("self_declared",)]

    page.goto(f"/campaigns/{campaign}/quiz")
    page.get_by_role("button", name=re.compile("Bắt đầu|Làm bài")).first.click()
    answer_quiz(page, live, save_by_script=False)
    page.get_by_role("button", name="Lưu và nộp bài").click()
    expect(page.locator("main")).to_contain_text("10")
    assert "/result" in page.url

    page.goto(f"/campaigns/{campaign}/essay")
    write_essay(page, 320)
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.locator("form#essay textarea").first).not_to_be_empty()
    page.get_by_role("button", name="Kiểm tra và nộp").click()
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã nộp")


def test_a_speaker_uploads_and_the_member_sees_it(
    open_page: OpenPage, live: LiveProduct, tmp_path: Path
) -> None:
    from tests.factories.media import tiny_pdf

    paper = tmp_path / "de-cuong.pdf"
    paper.write_bytes(tiny_pdf())
    page = open_page("speaker", path="/my-sessions", viewport=chromium.PHONE)
    page.get_by_role("link", name="Thêm tài liệu").first.click()
    page.get_by_label(re.compile("Tên tài liệu|Tên")).first.fill("Đề cương trao đổi")
    page.locator("input[type=file]").set_input_files(paper)
    page.get_by_role("button", name="Đưa tài liệu lên").click()
    expect(page.locator("main")).to_contain_text("Đề cương trao đổi")
    wrong = tmp_path / "trang.pdf"
    wrong.write_text("<html><script>alert(1)</script></html>")
    page.get_by_role("link", name="Thêm tài liệu").first.click()
    page.get_by_label(re.compile("Tên tài liệu|Tên")).first.fill("Tệp sai")
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name="Đưa tài liệu lên").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    expect(page.get_by_label(re.compile("Tên tài liệu|Tên")).first).to_have_value("Tệp sai")

    member = open_page("head", path=f"/campaigns/{open_campaign(live)}")
    expect(member.locator("main")).to_contain_text("Đề cương trao đổi")
