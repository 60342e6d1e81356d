"""Errors become answers: a page in plain Vietnamese or JSON, alike for what must look alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.typing import ResponseReturnValue

from lms.audit.models import AuditRecord
from lms.base import errors
from lms.extensions import db
from lms.people.models import Account
from lms.web.errors import STATUS_OF, status_of
from tests.factories.people import make_learner, make_unit, sign_in
from tests.support.answers import essence
from tests.support.client import Page, PageClient
from tests.support.databases import TestDatabase
from tests.web.conftest import FAULTS

Served = Callable[..., Flask]


class OfAKind(errors.NotAllowed):
    """A refusal with a name of its own, as features define them."""


RAISED: list[tuple[Callable[[], Exception], int]] = [
    (errors.NotFound, 404),
    (lambda: errors.NotAllowed("Đợt học đã đóng."), 403),
    (lambda: OfAKind("Bài đã nộp."), 403),
    (lambda: errors.Invalid("Hãy ghi lý do.", field="reason"), 422),
    (lambda: errors.Conflict("Người khác vừa sửa."), 409),
    (lambda: errors.PayloadTooLarge("Tệp quá lớn."), 413),
    (lambda: errors.NoSpace("Máy chủ hết chỗ."), 507),
    (lambda: errors.DomainError("Chưa làm được."), 422),
    (lambda: sa.exc.IntegrityError("x", {}, Exception("unique")), 409),
    (lambda: sa.orm.exc.StaleDataError("x"), 409),
    (lambda: sa.exc.DataError("x", {}, Exception("out of range")), 400),
    (lambda: OverflowError("int too large"), 400),
    (lambda: sa.exc.OperationalError("x", {}, Exception("database is locked")), 503),
    (lambda: sa.exc.OperationalError("x", {}, Exception("disk is full")), 507),
    (lambda: sa.exc.TimeoutError("pool"), 503),
    (lambda: ZeroDivisionError("secret"), 500),
]


@pytest.fixture(autouse=True)
def _no_faults() -> Iterator[None]:
    FAULTS.clear()
    yield
    FAULTS.clear()


@pytest.fixture
def product(database: TestDatabase, served: Served) -> PageClient:
    """A browser on the product as in production."""
    client: PageClient = served(database.kind).test_client()  # type: ignore[assignment]
    return client


def fault(error: Callable[[], Exception]) -> str:
    def fail() -> ResponseReturnValue:
        raise error()

    FAULTS["raise"] = fail
    return "/fault/raise"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("error", "status"), RAISED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_error_has_its_status_as_a_page_and_as_json(
    product: PageClient, error: Callable[[], Exception], status: int, method: str
) -> None:
    address = fault(error)
    page = Page(product, product.open(address, method=method))
    assert page.status == status and f"Mã lỗi: {status}" in page.text
    assert "Hãy" in page.text or status in (403, 409, 422), "nobody is told what to do"
    assert page.heading != "Có lỗi xảy ra"
    for headers in ({"Accept": "application/json"}, {"Content-Type": "application/json"}):
        answer = product.open(address, method=method, headers=headers, data=b"{}")
        assert answer.status_code == status and answer.mimetype == "application/json"
        assert answer.json["status"] == status
    for secret in ("secret", "unique", "database is locked", "Traceback", "sqlalchemy"):
        assert secret not in page.html
    assert (page.response.headers.get("Retry-After") == "5") == (status == 503)
    message = getattr(error(), "message", "")
    assert message in page.text
    if message:
        assert answer.json["error"] == message


def test_every_domain_error_has_a_status() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.DomainError)
    ]
    assert set(STATUS_OF) == set(kinds) - {errors.DomainError}
    assert status_of(OfAKind("x")) == 403 and status_of(errors.DomainError("x")) == 422


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_every_status_has_words_of_its_own(app: Flask, product: PageClient, status: int) -> None:
    sign_in(product, make_learner(make_unit()))
    page = product.get_page(f"/fault/{status}", status=status)
    assert page.heading != "Có lỗi xảy ra"
    assert "Hãy" in page.text
    assert (
        product.get(f"/fault/{status}", headers={"Accept": "application/json"}).json["status"]
        == status
    )


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        (None, False),
        ("application/json", True),
        ("application/json, text/html;q=0.5", True),
        ("text/html, application/json;q=0.9", False),
    ],
)
@pytest.mark.database("sqlite")
def test_a_script_gets_json_and_a_person_a_page(
    client: PageClient, accept: str | None, is_json: bool
) -> None:
    headers = {"Accept": accept} if accept else {}
    answer = client.get("/khong-co", headers=headers)
    assert (answer.mimetype == "application/json") == is_json


def test_what_is_missing_and_what_is_anothers_look_the_same(app: Flask, client: PageClient) -> None:
    from tests.factories.people import make_audiences, make_learner
    from tests.factories.training import make_campaign, make_session

    mine, theirs = make_unit(), make_unit()
    audiences = make_audiences("member")
    sign_in(client, make_learner(mine))
    make_learner(theirs)
    campaign = make_campaign(theirs, audiences, opened=True)
    session = make_session(campaign)
    for address, missing in (
        (f"/campaigns/{campaign.id}", "/campaigns/999999"),
        (f"/sessions/{session.id}", "/sessions/999999"),
    ):
        found, absent = client.get(address), client.get(missing)
        assert absent.status_code == 404
        assert essence(found) == essence(absent)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("number", ["99999999999999999999", "2147483648", "-1", "0", "1.5", "x"])
def test_an_odd_number_in_an_address_is_not_found(
    app: Flask, client: PageClient, number: str
) -> None:
    sign_in(client, make_learner(make_unit()))
    assert client.get(f"/campaigns/{number}").status_code == 404


def test_a_value_that_text_cannot_hold_is_a_bad_request_or_nothing(
    app: Flask, client: PageClient
) -> None:
    from lms.access.policy import Role
    from tests.factories.people import make_appointee

    sign_in(client, make_appointee(Role.ADMINISTRATOR, make_unit()))
    for address in (
        "/administration/audit?action=%00&subject=%00",
        "/administration/members?q=%00&unit=99999999999999999999",
        "/administration/members?page=999999999999999999999999&unit=x",
    ):
        assert client.get(address).status_code in (200, 400, 404), address


def test_what_was_half_done_is_not_written_to_show_why(
    database: TestDatabase, app: Flask, served: Served
) -> None:
    """The page asks the database who is signed in; a half-made row must not go along."""
    product: PageClient = served(database.kind).test_client()  # type: ignore[assignment]
    sign_in(product, make_learner(make_unit()))

    def half() -> ResponseReturnValue:
        db.session.add(Account(display_name=None, created_at=None))
        raise errors.Invalid("Hãy nhập tên.")

    FAULTS["half"] = half
    page = Page(product, product.post("/fault/half"))
    assert (page.status, page.heading) == (422, "Chưa làm được việc này")


# --- bodies ---------------------------------------------------------------------------------


@pytest.mark.database("sqlite")
def test_a_body_above_the_guards_limit_is_refused_and_nothing_is_done(
    app: Flask, client: PageClient
) -> None:
    sign_in(client, make_learner(make_unit()))
    before = db.session.scalar(sa.select(sa.func.count(AuditRecord.id)))
    big = "x" * (1024 * 1024 + 1)
    for data, kind in (
        ({"current": big}, "application/x-www-form-urlencoded"),
        ({"current": big}, "multipart/form-data"),
        (b"{" + big.encode() + b"}", "application/json"),
    ):
        answer = client.post("/password", data=data, content_type=kind)
        assert answer.status_code == 413, kind
    page = Page(client, client.post("/password", data={"current": big}))
    assert page.heading == "Tệp hoặc nội dung gửi lên quá lớn"
    assert db.session.scalar(sa.select(sa.func.count(AuditRecord.id))) == before


@pytest.mark.database("sqlite")
def test_a_route_that_takes_uploads_takes_larger_bodies_from_those_signed_in(
    database: TestDatabase, app: Flask, served: Served
) -> None:
    product: PageClient = served("sqlite").test_client()  # type: ignore[assignment]

    def send(size: int) -> Any:
        data = {"text": "x" * size}
        with product.without_audit():
            return product.post("/upload/x", data=data, content_type="multipart/form-data")

    assert send(2_000_000).status_code == 401, "a stranger is refused before the body is read"
    sign_in(product, make_learner(make_unit()))
    assert send(2_000_000).data == b"2000000 0"
    assert send(3_000_001).status_code == 413
    fields = {f"field-{number}": "x" for number in range(2_100)}
    answer = product.post("/upload/x", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413


# --- when the database is away --------------------------------------------------------------


@pytest.fixture
def away(database: TestDatabase, served: Served) -> PageClient:
    """The product on a database that does not answer."""
    uri = (
        "sqlite:////no/such/folder/app.sqlite3"
        if database.kind == "sqlite"
        else "postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=2"
    )
    app = served(database.kind, SQLALCHEMY_DATABASE_URI=uri)
    client: PageClient = app.test_client()  # type: ignore[assignment]
    return client


def test_health_is_told_in_json_when_the_database_answers(client: PageClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert "Set-Cookie" not in answer.headers


def test_health_is_told_in_json_when_the_database_is_away(away: PageClient) -> None:
    answer = away.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("address", ["/my-tasks", "/", "/campaigns/1"])
def test_a_page_says_to_wait_when_the_database_is_away(away: PageClient, address: str) -> None:
    with away.session_transaction() as session:
        session["_user_id"] = "somebody"
    page = Page(away, away.get(address))
    assert (page.status, page.heading) == (503, "Hệ thống đang bận")
    assert page.response.headers["Retry-After"] == "5"
    assert "Những gì đã lưu vẫn còn" in page.text


def test_signing_in_says_to_wait_when_the_database_is_away(away: PageClient) -> None:
    page = away.get_page("/sign-in")
    page = page.submit({"login": "1", "password": "x"}, status=503)
    assert page.heading == "Hệ thống đang bận"


def test_a_refusal_leaves_one_line_with_who_where_and_from_where(
    app: Flask, client: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    learner = make_learner(make_unit())
    sign_in(client, learner)
    with caplog.at_level("WARNING", logger="lms.refusals"):
        client.get_page("/administration/units", status=403)
        with client.without_audit():
            assert client.post("/sign-out").status_code == 400
    guard, csrf = (record.getMessage() for record in caplog.records)
    where = f"account={learner.id} address=127.0.0.1"
    assert guard.startswith("refused status=403 why=guard endpoint=administration.units method=GET")
    assert guard.endswith(where)
    assert "status=400 why=csrf endpoint=people.sign_out method=POST" in csrf
