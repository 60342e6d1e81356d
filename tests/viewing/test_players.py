"""What plays a recording, what its page may load, and what a member reads of unwatched parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from lms.base.page_policy import MADE_BY_THE_PAGE, Loads, may_load
from lms.extensions import db
from lms.training.models import MediaSource, ParticipationKind
from lms.training.services.enrolments import close_campaign
from lms.viewing.players import find_player
from lms.viewing.unwatched import list_unwatched
from tests.factories.training import make_session
from tests.support.client import Page, PageClient
from tests.viewing.support import Viewer, make_viewer

YOUTUBE = "https://www.youtube.com/watch?v=aBcDeFgH_-1"
VIMEO = "https://vimeo.com/123456/0a1b2c"
HLS = "https://phat.vidu.vn:8443/buoi-1/index.m3u8?khoa=a"


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    return make_viewer(app, client, seconds=3_900.0)


def page_of(viewer: Viewer, source: MediaSource, url: str, **columns: object) -> Page:
    session = make_session(
        viewer.campaign,
        "Buổi ở nơi khác",
        video=False,
        media_source=source,
        media_url=url,
        duration_seconds=600.0,
        **columns,
    )
    db.session.commit()
    return viewer.client.get_page(f"/sessions/{session.id}")


def policy_of(page: Page) -> dict[str, str]:
    header = page.response.headers["Content-Security-Policy"]
    return dict(directive.split(" ", 1) for directive in header.split("; "))


def test_an_address_names_its_player() -> None:
    youtube = find_player(MediaSource.YOUTUBE, YOUTUBE)
    vimeo = find_player(MediaSource.VIMEO, VIMEO)
    hls = find_player(MediaSource.HLS, HLS)
    assert youtube and vimeo and hls
    assert youtube.attributes == {"video": "aBcDeFgH_-1"}
    assert vimeo.attributes == {"video": "123456", "hash": "0a1b2c"}
    assert (youtube.is_framed, vimeo.is_framed, hls.is_framed) == (True, True, False)
    assert (hls.origin, hls.site) == ("https://phat.vidu.vn:8443", "phat.vidu.vn")


@pytest.mark.parametrize(
    ("source", "address"),
    [
        (MediaSource.UPLOAD, HLS),
        (MediaSource.HLS, None),
        (MediaSource.HLS, "javascript:alert(1)"),
        (MediaSource.YOUTUBE, "https://www.youtube.com/watch?v=aBcDeFgH_-1&list=x"),
        (MediaSource.YOUTUBE, 'https://www.youtube.com/watch?v="><script>'),
        (MediaSource.VIMEO, "https://vimeo.com/123/../4"),
    ],
)
def test_anything_else_has_none(source: MediaSource, address: str | None) -> None:
    assert find_player(source, address) is None


def test_a_blocked_player_leaves_a_member_s_word_where_it_is_accepted(
    app: Flask, client: PageClient
) -> None:
    def hidden_words(viewer: Viewer) -> list[str]:
        page = page_of(viewer, MediaSource.YOUTUBE, YOUTUBE)
        found = [one for one in page.root.iter("div") if "data-declaration" in one.attrib]
        assert all("hidden" in one.attrib for one in found)
        return ["".join(one.itertext()) for one in found]

    assert hidden_words(make_viewer(app, client, seconds=600.0)) == []
    accepting = make_viewer(app, client, accepted_kinds=list(ParticipationKind))
    (words,) = hidden_words(accepting)
    assert "Tôi đã xem hết buổi học này" in words
    script = (Path(app.root_path).parent / "static/js/modules/session-page.js").read_text()
    revealing = script.split('addEventListener("broken"')[1].split("});")[0]
    assert 'part("declaration")?.removeAttribute("hidden")' in revealing


@pytest.mark.parametrize(
    ("source", "address", "widened"),
    [
        (MediaSource.YOUTUBE, YOUTUBE, {"frame-src": "https://www.youtube-nocookie.com"}),
        (MediaSource.VIMEO, VIMEO, {"frame-src": "https://player.vimeo.com"}),
        (
            MediaSource.HLS,
            HLS,
            {
                "media-src": "'self' https://phat.vidu.vn:8443 blob:",
                "connect-src": "'self' https://phat.vidu.vn:8443",
            },
        ),
    ],
)
def test_a_page_may_load_what_its_player_needs_and_no_more(
    viewer: Viewer, source: MediaSource, address: str, widened: dict[str, str]
) -> None:
    usual = policy_of(viewer.client.get_page(f"/sessions/{viewer.session.id}"))
    page = page_of(viewer, source, address)
    assert policy_of(page) == usual | widened
    assert "unsafe" not in page.response.headers["Content-Security-Policy"]
    # The next page is as narrow as before.
    assert policy_of(viewer.client.get_page(f"/sessions/{viewer.session.id}")) == usual
    # Before the button is pressed nothing leads elsewhere but a link.
    for tag in ("iframe", "img", "script", "link", "source", "video"):
        for element in page.root.iter(tag):
            where = element.get("src") or element.get("href") or ""
            assert not where or where.startswith("/"), where
            assert element.get("preload") in (None, "none")
    assert "Buổi ở nơi khác" in page.text
    assert "10:00" in page.text


@pytest.mark.parametrize("source", ["'unsafe-inline'", "https://a.vn; script-src *", "*", "data:"])
def test_a_policy_takes_origins_alone(app: Flask, source: str) -> None:
    with app.test_request_context(), pytest.raises(ValueError, match="not an origin"):
        may_load(Loads.MEDIA, source)


def test_only_media_may_be_made_by_the_page(app: Flask) -> None:
    with app.test_request_context():
        may_load(Loads.MEDIA, MADE_BY_THE_PAGE)
        with pytest.raises(ValueError, match="not an origin"):
            may_load(Loads.DATA, MADE_BY_THE_PAGE)


def test_a_closed_campaign_still_plays_what_is_elsewhere(viewer: Viewer) -> None:
    close_campaign(None, viewer.campaign)
    page = page_of(viewer, MediaSource.YOUTUBE, YOUTUBE)
    assert "data-grant" not in page.html
    assert "session-page.js" in page.html
    assert policy_of(page)["frame-src"] == "https://www.youtube-nocookie.com"


def test_an_address_that_nothing_plays_is_no_recording(viewer: Viewer) -> None:
    page = page_of(viewer, MediaSource.YOUTUBE, "https://vidu.vn/phim")
    assert "Chưa có bản ghi" in page.text


def test_listening_is_allowed_by_the_session_alone(viewer: Viewer) -> None:
    usual = viewer.client.get_page(f"/sessions/{viewer.session.id}")
    assert "data-audio-allowed" not in usual.html
    assert "Khi trang bị ẩn" in usual.text
    viewer.session.allows_listening = True
    db.session.commit()
    heard = viewer.client.get_page(f"/sessions/{viewer.session.id}")
    assert "data-audio-allowed" in heard.html
    assert "cho phép chỉ nghe" in heard.text


def test_unwatched_parts_are_listed_with_the_reason_that_is_known(viewer: Viewer) -> None:
    viewer.watch((0, 30), after=31)
    viewer.watch((60, 90), after=62)
    kept = viewer.coverage()
    assert kept is not None
    kept.offline_intervals = [[60, 90]]
    kept.uncredited = [[90, 600, "clock"], [300, 400, "offline_limit"], [500, 900, "unheard-of"]]
    db.session.commit()
    page = viewer.client.get_page(f"/sessions/{viewer.session.id}")
    parts = [
        " ".join("".join(map(str, row.itertext())).split())
        for row in page.having_class("th-parts")[0].iter("li")
    ]
    assert parts[0].startswith("0:30–1:00 Chưa phát, hoặc")
    assert parts[1].startswith("1:30–5:00 Báo về nhanh hơn thời gian thật")
    assert parts[2].startswith("5:00–6:40 Xem khi mất mạng và gửi về quá muộn")
    assert parts[3].startswith("6:40–8:20 Báo về nhanh hơn")
    assert parts[4].startswith("8:20–15:00 Chưa phát, hoặc")
    assert parts[5].startswith("15:00–1:05:00 Chưa phát, hoặc")
    assert len(page.having_class("th-bar__offline")) == 2  # on the bar, and in what explains it
    (root,) = [one for one in page.root.iter() if one.get("data-viewing") is not None]
    assert json.loads(root.get("data-offline")) == [[60, 90]]
    assert json.loads(root.get("data-uncredited")) == kept.uncredited


def test_unwatched_parts_and_their_reasons_are_the_same_as_in_the_browser() -> None:
    notes = [[0, 100, "skipped"], [40, 60, "clock"], [99.5, 130, "closed"]]
    watched = [(0.0, 20.0), (50.0, 50.4), (90.0, 95.0)]
    assert list_unwatched(watched, 200.0, notes) == [
        (20, 40, "skipped"),
        (40, 50, "clock"),
        (50.4, 60, "clock"),
        (60, 90, "skipped"),
        (95, 99.5, "skipped"),
        (99.5, 130, "closed"),
        (130, 200, "never"),
    ]
    assert list_unwatched([(0.0, 199.5)], 200.0, notes) == []


def test_the_service_worker_stands_at_the_root(client: PageClient) -> None:
    answer = client.get("/service-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    script = answer.text.split('"')[1]
    assert client.get(script).status_code == 200
    assert client.get(script.replace("service-worker.js", "viewing-delivery.js")).status_code == 200
