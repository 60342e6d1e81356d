"""Headers on every answer, cookies, and static files that are kept for a year."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask import Flask

from lms.web.static import FOLDER, fingerprint
from tests.factories.people import make_learner, make_unit, sign_in
from tests.support.client import PageClient
from tests.support.databases import TestDatabase

HTTPS = "https://hoc.vidu.vn"

pytestmark = pytest.mark.database("sqlite")


def client_of(app: Flask) -> PageClient:
    client: PageClient = app.test_client()  # type: ignore[assignment]
    return client


def static_address(app: Flask, path: str = "favicon.svg") -> str:
    return str(app.jinja_env.globals["static_url"](path))  # type: ignore[operator]


ANSWERS = [
    ("GET", "/sign-in", 200),
    ("GET", "/", 302),
    ("GET", "/healthz", 200),
    ("GET", "/khong-co", 404),
    ("POST", "/healthz", 405),
    ("POST", "/sign-in", 400),
    ("PUT", "/khong-co", 404),
    ("GET", "/fault/403", 403),
    ("GET", "/fault/413", 413),
    ("GET", "/fault/429", 429),
    ("GET", "/fault/500", 500),
    ("GET", "/fault/503", 503),
    ("OPTIONS", "/sign-in", 200),
    ("GET", "static", 200),
]


@pytest.mark.parametrize(("method", "address", "status"), ANSWERS)
@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", HTTPS])
def test_every_answer_carries_the_headers(
    database: TestDatabase,
    served: Callable[..., Flask],
    method: str,
    address: str,
    status: int,
    base_url: str,
) -> None:
    app = served("sqlite", BASE_URL=base_url)
    if address == "static":
        address = static_address(app)
    client = client_of(app)
    with client.without_audit():
        response = client.open(address, method=method, base_url=base_url)
    assert response.status_code == status
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy
    for directive in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert directive in policy.split("; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    transport = headers.get("Strict-Transport-Security")
    assert transport == ("max-age=63072000; includeSubDomains" if base_url == HTTPS else None)
    if method != "OPTIONS" and status != 302:
        assert headers["Content-Type"].split(";")[0] in (
            "text/html",
            "application/json",
            "image/svg+xml",
        )


@pytest.mark.parametrize("address", ["/sign-in", "/my-tasks", "/khong-co", "/healthz", "/"])
def test_private_pages_are_kept_by_nobody(app: Flask, client: PageClient, address: str) -> None:
    sign_in(client, make_learner(make_unit()))
    response = client.get(address)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in response.headers["Vary"]


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(
    database: TestDatabase, served: Callable[..., Flask]
) -> None:
    response = client_of(served("sqlite", BASE_URL=HTTPS)).get("/sign-in", base_url=HTTPS)
    (cookie,) = response.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert not any(attribute.startswith("Domain") for attribute in attributes)


def test_without_https_the_cookie_still_is_for_our_pages_alone(client: PageClient) -> None:
    (cookie,) = client.get("/sign-in").headers.getlist("Set-Cookie")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_over_https_a_form_from_elsewhere_is_refused(
    database: TestDatabase, served: Callable[..., Flask]
) -> None:
    client = client_of(served("sqlite", BASE_URL=HTTPS))
    token = client.get_page("/sign-in", base_url=HTTPS).form().value_of("csrf_token")
    statuses = []
    for referrer in ("https://evil.vn/", "", f"{HTTPS}/sign-in"):
        response = client.post(
            "/sign-in",
            data={"csrf_token": token, "login": "a", "password": "b"},
            base_url=HTTPS,
            headers={"Referer": referrer},
        )
        statuses.append(response.status_code)
    assert statuses == [400, 400, 422]


def test_a_page_asked_for_over_http_is_not_told_where_we_live(client: PageClient) -> None:
    """No address of ours is built from what the caller says it is."""
    page = client.get_page("/sign-in", headers={"Host": "evil.vn", "X-Forwarded-Host": "evil.vn"})
    assert "evil.vn" not in page.html
    response = client.get("/", headers={"Host": "evil.vn", "X-Forwarded-Host": "evil.vn"})
    assert response.location == "/sign-in?next=/"


# --- static files ---------------------------------------------------------------------------


def test_a_script_carries_what_concerns_scripts(
    database: TestDatabase, served: Callable[..., Flask]
) -> None:
    app = served("sqlite", BASE_URL=HTTPS)
    answer = client_of(app).get(static_address(app, "js/modules/enhance.js"), base_url=HTTPS)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Permissions-Policy" not in answer.headers


def test_a_static_file_is_kept_for_a_year_under_an_address_of_its_content(
    app: Flask, client: PageClient
) -> None:
    address = static_address(app)
    assert address == f"/static/{fingerprint(FOLDER)}/favicon.svg"
    response = client.get(address)
    assert response.data == (FOLDER / "favicon.svg").read_bytes()
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Type"].startswith("image/svg+xml")
    assert "Set-Cookie" not in response.headers
    again = client.get(address, headers={"If-Modified-Since": response.headers["Last-Modified"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "/static/0000000000/favicon.svg",
        "/static/favicon.svg",
        "{static}../../wsgi.py",
        "{static}%2e%2e/%2e%2e/wsgi.py",
        "{static}",
        "{static}favicon.svg.gz",
        "{static}js",
    ],
)
def test_nothing_else_is_served_from_the_folder(
    app: Flask, client: PageClient, address: str
) -> None:
    prefix = static_address(app, "")
    assert client.get(address.format(static=prefix)).status_code == 404


def test_a_compressed_twin_goes_to_those_who_take_it(app: Flask, client: PageClient) -> None:
    if not (FOLDER / "build" / "app.css.gz").exists():
        pytest.skip("not built yet: make assets")
    address = static_address(app, "build/app.css")
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert (
        "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]
    )
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["X-Content-Type-Options"] == "nosniff"


def test_a_changed_file_changes_the_address(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "js").mkdir()
    file = tmp_path / "js" / "a.js"
    file.write_text("1")
    first = fingerprint(tmp_path)
    (tmp_path / "notes.txt").write_text("not served to pages")
    (tmp_path / "js" / "a.js.gz").write_bytes(b"twin")
    assert fingerprint(tmp_path) == first
    file.write_text("2")
    second = fingerprint(tmp_path)
    file.rename(tmp_path / "js" / "b.js")
    assert len({first, second, fingerprint(tmp_path)}) == 3
    assert len(first) == 10
