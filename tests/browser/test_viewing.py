"""What is credited for what a member really does with the player, in real time, and what plays from
elsewhere. Several members watch at once, each in a browser of their own, so that it stays short.

Headless Chromium never hides a page, and so is told: everything else is the browser's own.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.support import chromium
from tests.support.fragments import as_hls
from tests.support.live import DATABASE, LiveProduct

PLAYERS = Path(__file__).parent / "players"
RECORDING = 1
TOLERANCE = 2.0

PLACE = "document.querySelector('[data-viewing] video, [data-media]').currentTime"
HIDE = """isHidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def rows(live: LiveProduct, query: str, *values: object) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(live.folder / DATABASE, timeout=20)
    try:
        with connection:
            return connection.execute(query, values).fetchall()
    finally:
        connection.close()


@dataclass
class Viewer:
    """One member before one session, and how much of it they ought to be credited."""

    live: LiveProduct
    context: BrowserContext
    page: Page
    enrolment: int
    session: int = RECORDING
    breaches: list[str] = field(default_factory=list)
    expected: float = 0.0
    _since: float = 0.0

    def place(self) -> float:
        return float(self.page.evaluate(PLACE))

    def play(self, at: float | None = None, rate: float | None = None) -> None:
        """Go on from here, or from a second; returns when the picture moves."""
        video = self.page.locator("video")
        video.evaluate("video => { video.muted = true; }")
        if rate is not None:
            self.page.locator("#speed").select_option(str(rate))
        if at is not None:
            video.evaluate("(video, at) => { video.currentTime = at; }", at)
        before = self.place()
        video.evaluate("video => { video.play(); }")
        deadline = time.monotonic() + 30
        while self.place() <= before:
            assert time.monotonic() < deadline, "the recording does not play"
            self.page.wait_for_timeout(50)
        self._since = before

    def reach(self, place: float) -> None:
        """Let it play on, however slowly, until it is past a second."""
        deadline = time.monotonic() + 60
        while self.place() <= place:
            assert time.monotonic() < deadline, "the recording stands still"
            self.page.wait_for_timeout(200)

    def count(self) -> None:
        """What was played since `play` ought to count."""
        now = self.place()
        self.expected += now - self._since
        self._since = now

    def pause(self, counts: bool = True) -> None:
        self.page.locator("video").evaluate("video => video.pause()")
        if counts:
            self.count()

    def covered(self, column: str = "covered_seconds") -> float:
        query = f"SELECT {column} FROM coverage WHERE enrolment_id = ? AND session_id = ?"
        found = rows(self.live, query, self.enrolment, self.session)
        return float(found[0][0]) if found else 0.0

    def check(self) -> None:
        """Wait for the last beacon, then compare what was credited with what was played."""
        deadline = time.monotonic() + 15
        while abs(self.covered() - self.expected) > TOLERANCE and time.monotonic() < deadline:
            self.page.wait_for_timeout(200)
        assert self.covered() == pytest.approx(self.expected, abs=TOLERANCE)
        assert not self.breaches, self.breaches


OpenViewer = Callable[..., Viewer]


@pytest.fixture
def open_viewer(browser: Browser, live: LiveProduct) -> Iterator[OpenViewer]:
    """`open_viewer(session)`: the next member who has not watched anything, before a session."""
    free = rows(
        live,
        "SELECT e.id, m.code FROM enrolment e JOIN member m ON m.id = e.member_id"
        " JOIN account a ON a.member_id = m.id"
        " WHERE e.campaign_id = (SELECT campaign_id FROM training_session WHERE id = ?)"
        " AND e.withdrawn_at IS NULL AND m.code IS NOT NULL AND a.second_step_since IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.enrolment_id = e.id)"
        " AND NOT EXISTS (SELECT 1 FROM appointment p WHERE p.account_id = a.id)"
        " ORDER BY e.id",
        RECORDING,
    )
    contexts: list[BrowserContext] = []

    def open_one(session: int = RECORDING) -> Viewer:
        enrolment, code = free.pop()
        context = browser.new_context(
            viewport=chromium.PHONE, locale="vi-VN", base_url=live.address
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        password = live.accounts["member"]["password"]
        chromium.sign_in(page, live.address, {"login": code, "password": password})
        viewer = Viewer(live, context, page, enrolment, session)
        viewer.breaches = chromium.watch(context, live.address)
        page.goto(f"/sessions/{session}")
        return viewer

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.timeout(600)
def test_what_was_played_is_what_counts(open_viewer: OpenViewer) -> None:
    """Seek and background tab; 1.5× and reload; two pages; forty seconds without a network."""
    offline, seeks, fast, twice = (open_viewer() for _ in range(4))
    other = twice.context.new_page()
    other.goto(f"/sessions/{RECORDING}")
    second = Viewer(twice.live, twice.context, other, twice.enrolment)

    offline.play()
    offline.page.wait_for_timeout(1_000)
    offline.context.set_offline(True)
    went_offline = time.monotonic()

    began = time.monotonic()
    twice.play()
    second.play(at=45)
    seeks.play()
    fast.play(rate=1.5)
    fast.reach(9)
    fast.count()
    fast.page.reload()
    fast.page.get_by_role("button", name="Xem tiếp từ").click()
    fast.play()
    seeks.count()
    seeks.play(at=60)
    seeks.page.wait_for_timeout(3_000)
    seeks.count()
    seeks.page.evaluate(HIDE, True)
    seeks.page.wait_for_timeout(4_000)
    seeks.page.evaluate(HIDE, False)
    seeks.play()
    seeks.page.wait_for_timeout(2_000)

    twice.pause()
    second.pause()
    passed = time.monotonic() - began
    seeks.pause()
    fast.pause()
    # One clock pays for both pages: 1.5 seconds for each that passed, thirty of them saved up, and
    # one grace of five. What is honestly less than that is credited whole.
    assert twice.expected + second.expected > passed
    twice.expected = min(twice.expected + second.expected, (passed + 30) * 1.5 + 5)
    for viewer in (seeks, fast, twice):
        viewer.check()
    seeks.page.locator("summary", has_text="Vì sao phần này").click()
    expect(seeks.page.locator("[data-why-list]")).to_contain_text("Bị tua qua")
    expect(seeks.page.locator("[data-why-list]")).to_contain_text("Phát khi trang bị ẩn")
    expect(seeks.page.locator("[data-next]")).to_be_visible()

    offline.page.wait_for_timeout(max(0, 40 - (time.monotonic() - went_offline)) * 1000)
    assert offline.covered() == 0
    expect(offline.page.locator("[data-status]")).to_contain_text("Mất kết nối")
    offline.pause()
    offline.context.set_offline(False)
    offline.check()


@pytest.mark.timeout(600)
def test_what_was_watched_offline_is_kept_for_the_same_account_alone(
    open_viewer: OpenViewer, live: LiveProduct
) -> None:
    """The page is closed without a network. The next page of the member reports it; a page of
    somebody else drops it; signing out leaves nothing."""
    viewer = open_viewer()
    begin = viewer.page.get_by_role("button", name="Bắt đầu xem")
    expect(begin).to_be_visible()
    viewer.play()
    expect(begin).to_be_hidden()
    viewer.page.wait_for_timeout(500)
    viewer.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    viewer.context.set_offline(True)
    viewer.page.wait_for_timeout(6_000)
    viewer.pause()
    viewer.page.wait_for_timeout(500)
    assert viewer.covered() == 0
    viewer.page.close()
    viewer.context.set_offline(False)
    viewer.page = viewer.context.new_page()
    viewer.page.goto("/my-tasks")
    viewer.check()
    assert viewer.page.evaluate(KEPT) == []

    viewer.page.evaluate(LEAVE, "somebody-else")
    viewer.page.reload()
    deadline = time.monotonic() + 10
    while viewer.page.evaluate(KEPT) and time.monotonic() < deadline:
        viewer.page.wait_for_timeout(200)
    assert viewer.page.evaluate(KEPT) == []
    sent = [url for url in viewer.breaches if "beacon" in url]
    assert not sent

    viewer.page.evaluate(
        LEAVE, viewer.page.locator("[data-signed-in]").first.get_attribute("data-signed-in")
    )
    viewer.page.locator("summary", has_text="Tài khoản").first.click()
    viewer.page.get_by_role("button", name="Đăng xuất").first.click()
    viewer.page.wait_for_url("**/sign-in*")
    assert "th-viewing" not in viewer.page.evaluate(
        "indexedDB.databases().then(all => all.map(({ name }) => name))"
    )


KEPT = """() => new Promise((resolve) => {
  const request = indexedDB.open("th-viewing");
  request.onsuccess = () => {
    const all = request.result.transaction("records").objectStore("records").getAll();
    all.onsuccess = () => { request.result.close(); resolve(all.result); };
  };
})"""
LEAVE = """(owner) => new Promise((resolve) => {
  const request = indexedDB.open("th-viewing");
  request.onsuccess = () => {
    const transaction = request.result.transaction("records", "readwrite");
    transaction.objectStore("records").put({
      grant: "foreign", owner, key: "viewing-0-0", url: "/viewing/beacons", rate: 1.5,
      spans: [[0, 9]], position: 9,
    });
    transaction.oncomplete = () => { request.result.close(); resolve(); };
  };
})"""


class Streams(SimpleHTTPRequestHandler):
    """Serves a stream to pages of another origin."""

    extensions_map = {
        ".m3u8": "application/vnd.apple.mpegurl",
        ".m4s": "video/iso.segment",
        ".mp4": "video/mp4",
    }

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def stream(live: LiveProduct, tmp_path: Path) -> Iterator[str]:
    """The demo's recording as an HLS stream on another port: its address."""
    name = rows(live, "SELECT key FROM stored_file WHERE media_type = 'video/mp4' LIMIT 1")[0][0]
    (recording,) = [path for path in (live.folder / "files").rglob(f"*{name}*") if path.is_file()]
    for file, content in as_hls(recording.read_bytes()).items():
        (tmp_path / file).write_bytes(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Streams, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.m3u8"
    server.shutdown()


def make_session_elsewhere(live: LiveProduct, source: str, url: str, seconds: float) -> int:
    """A copy of the demo's recorded session that plays from another address."""
    (columns,) = {
        tuple(row[1] for row in rows(live, "PRAGMA table_info(training_session)")),
    }
    (old,) = rows(live, "SELECT * FROM training_session WHERE id = ?", RECORDING)
    (number,) = rows(live, "SELECT max(id) + 1 FROM training_session")[0]
    values = dict(zip(columns, old, strict=True)) | {
        "id": number,
        "title": f"Bản ghi {source}",
        "media_source": source,
        "media_url": url,
        "video_id": None,
        "duration_seconds": seconds,
        "is_required": 0,
    }
    marks = ", ".join("?" * len(values))
    insert = f"INSERT INTO training_session ({', '.join(values)}) VALUES ({marks})"
    rows(live, insert, *values.values())
    return int(number)


@pytest.mark.timeout(600)
def test_a_frame_and_a_stream_are_watched_like_a_file(
    open_viewer: OpenViewer, live: LiveProduct, stream: str
) -> None:
    """Nothing is asked elsewhere before the button; then the same tracker counts, also a skip."""
    youtube = open_viewer(
        make_session_elsewhere(live, "youtube", "https://www.youtube.com/watch?v=aBcDeFgH_-1", 60)
    )
    vimeo = open_viewer(make_session_elsewhere(live, "vimeo", "https://vimeo.com/123456/0a1b", 60))
    native = open_viewer(make_session_elsewhere(live, "hls", stream, 89.0))
    engine = open_viewer(native.session)
    engine.page.add_init_script("HTMLMediaElement.prototype.canPlayType = () => '';")
    engine.page.reload()
    viewers = (youtube, vimeo, native, engine)
    asked: dict[int, list[str]] = {id(viewer): [] for viewer in viewers}
    for viewer in viewers:
        assert not viewer.breaches, viewer.breaches
        viewer.context.on("request", partial(_note_site, asked[id(viewer)], live.address))
        viewer.context.route("https://www.youtube-nocookie.com/**", partial(_answer, "youtube"))
        viewer.context.route("https://player.vimeo.com/**", partial(_answer, "vimeo"))
        viewer.page.get_by_role("button", name="Xem bản ghi").click()
    for viewer in viewers:
        _wait_for(viewer, 4)
        viewer.expected = viewer.place()
        viewer.page.evaluate(f"{PLACE} = 40")
    for viewer in viewers:
        _wait_for(viewer, 43)
        viewer.page.evaluate("document.querySelector('[data-media]').pause()")
        viewer.page.wait_for_timeout(400)
        viewer.expected += viewer.place() - 40
        viewer.breaches.clear()  # the sites that were asked for are looked at below
        viewer.check()
    assert set(asked[id(youtube)]) == {"www.youtube-nocookie.com"}
    assert set(asked[id(vimeo)]) == {"player.vimeo.com"}
    assert set(asked[id(native)]) == set(asked[id(engine)]) == {urlsplit(stream).netloc}
    youtube.page.locator("summary", has_text="Vì sao phần này").click()
    expect(youtube.page.locator("[data-why-list]")).to_contain_text("Bị tua qua")


def _note_site(asked: list[str], address: str, request: Any) -> None:
    if not request.url.startswith((address, "data:", "blob:")):
        asked.append(urlsplit(request.url).netloc)


def _answer(player: str, route: Route) -> None:
    route.fulfill(body=(PLAYERS / f"{player}.html").read_text("utf-8"), content_type="text/html")


def _wait_for(viewer: Viewer, second: float) -> None:
    deadline = time.monotonic() + 25
    while viewer.place() < second:
        assert time.monotonic() < deadline, f"session {viewer.session} does not play"
        viewer.page.wait_for_timeout(50)
