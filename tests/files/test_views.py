"""Serving files: ranges, who may use an address, and headers that keep a file from acting."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from lms.base import clock
from lms.files import storage
from lms.files.addresses import WINDOW, file_url
from lms.files.content import MEDIA_TYPES as MEDIA
from lms.files.content import FileKind
from lms.files.models import StoredFile
from lms.people.models import Account
from tests.factories.people import make_account, sign_in, sign_in_elsewhere
from tests.factories.training import make_stored_file
from tests.support.client import PageClient
from tests.support.statements import count_statements

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def stored(app: Flask) -> StoredFile:
    return make_stored_file(CONTENT, "Bài giảng số 1.mp4", "video/mp4")


def address(app: Flask, stored: StoredFile, token: str, download: bool = False) -> str:
    with app.test_request_context():
        return file_url(stored, sign_in_token=token, download=download)


@pytest.fixture
def url(app: Flask, client: PageClient, stored: StoredFile) -> str:
    return address(app, stored, sign_in(client, make_account()))


def test_the_whole_file(client: PageClient, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200
    assert response.data == CONTENT
    assert response.content_type == "video/mp4"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["Cache-Control"].startswith("private, max-age=")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=10000-", 10_000, len(CONTENT)),
        ("bytes=-5", len(CONTENT) - 5, len(CONTENT)),
        ("bytes=10200-99999999", 10_200, len(CONTENT)),
    ],
)
def test_one_range(client: PageClient, url: str, asked: str, start: int, stop: int) -> None:
    response = client.get(url, headers={"Range": asked})
    assert response.status_code == 206
    assert response.data == CONTENT[start:stop]
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    assert response.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize(
    "asked",
    ["bytes=99999999-", "bytes=200-100", "bytes=abc", "bytes=-0", "lines=1-2"],
)
def test_a_range_that_is_not_there(client: PageClient, url: str, asked: str) -> None:
    response = client.get(url, headers={"Range": asked})
    assert response.status_code in (200, 416)
    if response.status_code == 416:
        assert response.headers["Content-Range"] == f"bytes */{len(CONTENT)}"
    else:
        assert response.data == CONTENT


def test_many_ranges_are_never_multiplied(client: PageClient, url: str) -> None:
    many = "bytes=" + ",".join("0-" for _ in range(1000))
    response = client.get(url, headers={"Range": many})
    assert response.status_code == 416
    assert len(response.data) <= len(CONTENT) * 2
    assert client.get(url, headers={"Range": "bytes=0-1,5-6"}).status_code == 416


def test_a_head_is_a_get_without_its_body(client: PageClient, url: str) -> None:
    got, headed = client.get(url), client.head(url)
    assert headed.status_code == 200
    assert headed.data == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges", "Content-Disposition"):
        assert headed.headers[name] == got.headers[name]


def test_a_copy_that_is_still_good_is_not_sent_again(client: PageClient, url: str) -> None:
    etag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    part = {"Range": "bytes=0-9", "If-Range": etag}
    assert client.get(url, headers=part).status_code == 206
    part["If-Range"] = '"another"'
    assert client.get(url, headers=part).status_code == 200


def test_one_statement_for_a_range_and_no_account(client: PageClient, url: str) -> None:
    with count_statements() as statements:
        client.get(url, headers={"Range": "bytes=0-9"})
    assert len(statements) == 1, statements
    assert "stored_file" in statements[0]


def test_the_name_is_given_by_us_and_in_every_browsers_way(
    app: Flask, client: PageClient, url: str, stored: StoredFile
) -> None:
    disposition = client.get(url).headers["Content-Disposition"]
    assert disposition == (
        'inline; filename="Bai giang so 1.mp4"; '
        "filename*=UTF-8''B%C3%A0i%20gi%E1%BA%A3ng%20s%E1%BB%91%201.mp4"
    )
    elsewhere = re.sub(r"/[^/]*$", "/evil.html", url)
    assert client.get(elsewhere).headers["Content-Disposition"] == disposition


@pytest.mark.parametrize("kind", FileKind)
def test_only_what_a_browser_shows_safely_is_shown(
    app: Flask, client: PageClient, kind: FileKind
) -> None:
    token = sign_in(client, make_account())
    stored = make_stored_file(b"<script>alert(1)</script>", f"tep.{kind}", MEDIA[kind])
    response = client.get(address(app, stored, token))
    office = kind in (FileKind.DOCX, FileKind.PPTX, FileKind.XLSX)
    assert response.headers["Content-Disposition"].startswith("attachment" if office else "inline")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert kind is FileKind.PDF or policy.startswith("sandbox")
    saved = client.get(address(app, stored, token, download=True))
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_forged_foreign_and_expired_addresses_are_refused(
    app: Flask, client: PageClient, stored: StoredFile, url: str
) -> None:
    other = sign_in_elsewhere(app, make_account())
    stranger: PageClient = app.test_client()  # type: ignore[assignment]
    assert other.get(url).status_code == 403
    assert stranger.get(url).status_code == 403
    with other.without_audit():  # a HEAD has no page to look at
        assert other.head(url).status_code == 403
    token, name = url.split("/")[2:]
    for at in (0, len(token) // 2, -2):  # the last sign carries bits that mean nothing
        forged = token[:at] + ("A" if token[at] != "A" else "B") + token[at:][1:]
        assert client.get(f"/files/{forged}/{name}").status_code == 403
    assert client.get("/files/x/../../../etc/passwd").status_code in (403, 404)
    with clock.frozen(clock.now() + timedelta(hours=12, seconds=1)):
        assert client.get(url).status_code == 403


def test_an_address_dies_with_the_cookie(client: PageClient, url: str) -> None:
    page = client.get_page("/password")
    page.submit(form="/sign-out")
    assert client.get(url).status_code == 403


def test_an_address_stays_the_same_for_a_window_and_lives_six_to_twelve_hours(
    app: Flask, client: PageClient, stored: StoredFile
) -> None:
    token = sign_in(client, make_account())
    start = datetime(2026, 12, 1, tzinfo=UTC)
    with clock.frozen(start):
        first = address(app, stored, token)
    with clock.frozen(start + timedelta(seconds=WINDOW - 1)):
        assert address(app, stored, token) == first
    with clock.frozen(start + timedelta(seconds=WINDOW)):
        assert address(app, stored, token) != first
    with clock.frozen(start + timedelta(hours=11, minutes=59)):
        assert client.get(first).status_code == 200
    with clock.frozen(start + timedelta(hours=12)):
        assert client.get(first).status_code == 403


def test_an_address_names_neither_the_key_nor_another_file(
    app: Flask, client: PageClient, stored: StoredFile, url: str
) -> None:
    assert stored.key not in url
    assert client.get(f"/files/{stored.key[:2]}/{stored.key}").status_code == 403


def test_bytes_that_are_gone_are_not_found(
    client: PageClient, url: str, stored: StoredFile
) -> None:
    storage.remove(stored.key)
    assert client.get(url).status_code == 404


def test_two_sign_ins_of_one_account_have_their_own_addresses(
    app: Flask, client: PageClient, stored: StoredFile
) -> None:
    account: Account = make_account()
    first = address(app, stored, sign_in(client, account))
    second = sign_in_elsewhere(app, account)
    assert client.get(first).status_code == 200
    assert second.get(first).status_code == 403
