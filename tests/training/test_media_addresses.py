"""Addresses of recordings, streams and meetings: every usual form, and none of the hostile ones."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.training.media_addresses import (
    BadAddress,
    Fault,
    hls_address,
    join_address,
    parse_length,
    service_of,
    vimeo_address,
    youtube_address,
)

VIDEO = "https://www.youtube.com/watch?v=aqz-KE_bpKQ"


@pytest.mark.parametrize(
    "typed",
    [
        VIDEO,
        "http://www.youtube.com/watch?v=aqz-KE_bpKQ",
        "  youtube.com/watch?v=aqz-KE_bpKQ  ",
        "https://m.youtube.com/watch?app=desktop&v=aqz-KE_bpKQ&t=42s",
        "https://www.youtube.com/watch?v=aqz-KE_bpKQ&list=PL123&index=2",
        "https://youtu.be/aqz-KE_bpKQ?si=abc",
        "youtu.be/aqz-KE_bpKQ",
        "https://www.youtube.com/embed/aqz-KE_bpKQ?rel=0",
        "https://www.youtube-nocookie.com/embed/aqz-KE_bpKQ",
        "https://www.youtube.com/live/aqz-KE_bpKQ?feature=share",
        "https://youtube.com/shorts/aqz-KE_bpKQ/",
        "HTTPS://WWW.YouTube.COM/watch?v=aqz-KE_bpKQ#t=9",
    ],
)
def test_every_usual_form_of_a_youtube_address_becomes_one(typed: str) -> None:
    assert youtube_address(typed) == VIDEO


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://www.youtube.com",
        "https://www.youtube.com/",
        "https://www.youtube.com/watch",
        "https://www.youtube.com/watch?v=",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/watch?v=aqz-KE_bpKQx",
        "https://www.youtube.com/watch?v=aqz-KE_bp%22Q",
        "https://www.youtube.com/watch?v=aqz-KE_bpKQ&v=bbbbbbbbbbb",
        "https://www.youtube.com/playlist?list=PL123",
        "https://www.youtube.com/embed/videoseries?list=PL123",
        "https://www.youtube.com/embed/live_stream?channel=UC123",
        "https://www.youtube.com/@kenh",
        "https://youtu.be/aqz-KE_bpKQ/more",
        "https://youtube.com.evil.vn/watch?v=aqz-KE_bpKQ",
        "https://evilyoutube.com/watch?v=aqz-KE_bpKQ",
        "https://evil.vn/youtube.com/watch?v=aqz-KE_bpKQ",
        "https://www.youtube.com@evil.vn/watch?v=aqz-KE_bpKQ",
        "https://www.youtube.com:8443/watch?v=aqz-KE_bpKQ",
        "https://evil.vn\\@www.youtube.com/watch?v=aqz-KE_bpKQ",
        "javascript:alert(1)//youtube.com/watch?v=aqz-KE_bpKQ",
        "ftp://www.youtube.com/watch?v=aqz-KE_bpKQ",
        "https://www.youtube.com/watch?v=aqz-KE_bpKQ\nSet-Cookie: x",
    ],
)
def test_what_is_not_one_video_of_youtube_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress) as refused:
        youtube_address(typed)
    assert refused.value.fault is Fault.NOT_YOUTUBE


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://vimeo.com/76979871", "https://vimeo.com/76979871"),
        ("vimeo.com/76979871?share=copy", "https://vimeo.com/76979871"),
        ("https://www.vimeo.com/76979871/", "https://vimeo.com/76979871"),
        ("https://vimeo.com/76979871/8272103f6e", "https://vimeo.com/76979871/8272103f6e"),
        ("https://vimeo.com/76979871/8272103f6e?fl=pl", "https://vimeo.com/76979871/8272103f6e"),
        ("https://vimeo.com/channels/staffpicks/76979871", "https://vimeo.com/76979871"),
        ("https://player.vimeo.com/video/76979871", "https://vimeo.com/76979871"),
        (
            "https://player.vimeo.com/video/76979871?h=8272103f6e&badge=0",
            "https://vimeo.com/76979871/8272103f6e",
        ),
    ],
)
def test_every_usual_form_of_a_vimeo_address_becomes_one(typed: str, kept: str) -> None:
    assert vimeo_address(typed) == kept
    assert vimeo_address(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://vimeo.com/",
        "https://vimeo.com/nguoi-dung",
        "https://vimeo.com/event/12345",
        "https://vimeo.com/0123",
        "https://vimeo.com/76979871/../../x",
        "https://vimeo.com/76979871/8272103f6e/more",
        "https://player.vimeo.com/video/76979871?h=a%22onload",
        "https://player.vimeo.com/video/76979871?h=8272103f6e&h=8272103f6f",
        "https://vimeo.com.evil.vn/76979871",
        "https://evil.vn#vimeo.com/76979871",
        "https://vimeo.com/7697９871",
    ],
)
def test_what_is_not_one_video_of_vimeo_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress) as refused:
        vimeo_address(typed)
    assert refused.value.fault is Fault.NOT_VIMEO


def test_an_hls_address_is_a_playlist_over_https() -> None:
    assert hls_address(" https://CDN.vidu.vn/a/b.M3U8?token=1#t=3 ") == (
        "https://cdn.vidu.vn/a/b.M3U8?token=1"
    )
    for typed, fault in {
        "http://cdn.vidu.vn/a.m3u8": Fault.NOT_HTTPS,
        "https://cdn.vidu.vn/a.mp4": Fault.NOT_HLS,
        "https://cdn.vidu.vn/.m3u8": Fault.NOT_HLS,
        "https://cdn.vidu.vn/a.mp4?x=.m3u8": Fault.NOT_HLS,
        "https://cdn.vidu.vn/a.mp4#.m3u8": Fault.NOT_HLS,
        "https://127.0.0.1/a.m3u8": Fault.NOT_PUBLIC,
    }.items():
        with pytest.raises(BadAddress) as refused:
            hls_address(typed)
        assert refused.value.fault is fault, typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hop.vidu.vn",
        "//hop.vidu.vn",
        "http://hop.vidu.vn",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://hop.vidu.vn",
        "https://",
        "https:///x",
        "https:/hop.vidu.vn",
        "https:hop.vidu.vn",
        "https://ai:mat-khau@hop.vidu.vn",
        "https://@hop.vidu.vn",
        "https://hop.vidu.vn:99999",
        "https://hop.vidu.vn:0",
        "https://hop.vidu.vn/\r\nSet-Cookie: x",
        "https://hop.vidu.vn/a b",
        "https://hop.vidu.vn\\@evil.vn",
        "https://họp.vidu.vn/1",
        "https://hop.vidu.vn/" + "x" * 500,
        "https://[::1",
    ],
)
def test_only_a_plain_https_address_is_joined_by(typed: str) -> None:
    with pytest.raises(BadAddress) as refused:
        join_address(typed)
    assert refused.value.fault is Fault.NOT_HTTPS


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST", "localhost.", "a.localhost", "may-chu", "may-chu.", "nas.local",
        "db.internal", "router.lan", "x.home.arpa", "127.0.0.1", "127.0.0.1.", "127.1", "0",
        "0.0.0.0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0x0.0.1",
        "a.127.1", "10.0.0.1",
        "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:8.8.8.8]", "[::7f00:1]", "[fc00::1]",
        "[fe80::1]", "[fe80::1%25eth0]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]",
        "[2001:0:1::1]", "127.0.0.1%2f.evil.vn", "a..vn", "-a.vn", "a_b.vn",
    ],
)  # fmt: skip
def test_hosts_of_ones_own_machine_and_network_are_refused(host: str) -> None:
    for check, path in ((join_address, "/x"), (hls_address, "/x.m3u8")):
        for port in ("", ":8443"):
            with pytest.raises(BadAddress) as refused:
                check(f"https://{host}{port}{path}")
            assert refused.value.fault is Fault.NOT_PUBLIC, host


def test_a_join_link_is_kept_as_it_was_typed_and_its_service_is_named() -> None:
    for typed, name in {
        "https://us02web.zoom.us/j/123?pwd=AbC.1#success": "Zoom",
        "https://meet.google.com/abc-defg-hij": "Google Meet",
        "https://meet.jit.si/PhongHop": "Jitsi Meet",
        "https://hop.vnpt.vn/phong/1": "VNPT",
        "https://teams.microsoft.com/l/meetup-join/x": "Microsoft Teams",
        "https://notzoom.us/j/1": None,
        "https://zoom.us.evil.vn/j/1": None,
        "https://8.8.8.8/j/1": None,
    }.items():
        assert join_address(typed) == typed
        assert service_of(typed) == name


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("1:05:00", 3900), ("45:30", 2730), (" 0:30 ", 30), ("90:00", 5400), ("24:00:00", 86_400),
        ("", None), ("90", None), ("0:00", None), ("1:5:00", None), ("1:65:00", None),
        ("1:00:60", None), ("24:00:01", None), ("-1:00", None), ("٤٥:٣٠", None),
        ("1:00:00:00", None),
    ],
)  # fmt: skip
def test_a_length_is_hours_minutes_and_seconds(typed: str, seconds: int | None) -> None:
    assert parse_length(typed) == seconds


@given(st.text(st.sampled_from(string.printable + "ạ％。"), max_size=80))
def test_whatever_is_typed_is_refused_or_becomes_an_address_that_stays(typed: str) -> None:
    for check in (youtube_address, vimeo_address, hls_address, join_address):
        for text in (typed, f"https://{typed}", f"https://www.youtube.com/{typed}"):
            try:
                kept = check(text)
            except BadAddress:
                continue
            assert kept.startswith("https://") and check(kept) == kept
            assert kept.isascii() and not set(kept) & set(' \t\r\n\\"<>`{}|^')
