"""Addresses, clock, guards, paging, column types: each small, each relied on everywhere."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import urljoin, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

from lms.audit.models import AuditRecord
from lms.audit.services import record
from lms.base import clock, paging
from lms.base.addresses import local_path
from lms.base.guards import (
    DEFAULT_BODY_LIMIT,
    GuardKind,
    guard_of,
    member,
    public,
    requires,
    signed_in,
    takes_upload,
    token,
)
from lms.base.model import UtcDateTime
from lms.extensions import db

HERE = "https://hoc.vidu.vn/sign-in"

ELSEWHERE = [
    "//evil.vn",
    "///evil.vn",
    "/\\evil.vn",
    "\\/evil.vn",
    "\\\\evil.vn",
    "https:evil.vn",
    "https://evil.vn/a",
    "http:///evil.vn",
    "\t//evil.vn",
    "/\t/evil.vn",
    "/\n/evil.vn",
    " //evil.vn",
    "/a\r\nLocation: https://evil.vn",
    "@evil.vn",
    "evil.vn",
    "javascript:alert(1)",
    "/\x00/evil.vn",
    "data:text/html,x",
    "?next=//evil.vn",
    "",
]


def lands_on(target: str) -> str:
    """Where a browser goes: it drops tabs and line ends and reads a backslash as a slash."""
    read = "".join(c for c in target if c not in "\t\r\n").strip(" ").replace("\\", "/")
    return urlsplit(urljoin(HERE, read)).netloc


@pytest.mark.parametrize("target", [*ELSEWHERE, None])
def test_an_address_elsewhere_is_not_followed(target: str | None) -> None:
    assert local_path(target, "/my-tasks") == "/my-tasks"


@pytest.mark.parametrize(
    "target",
    ["/", "/my-tasks", "/units/3?page=2&q=an#names", "/a/@evil.vn", "/%0d%0aLocation:x", "/đ"],
)
def test_a_path_of_ours_is_followed(target: str) -> None:
    assert local_path(target, "/elsewhere") == target
    assert lands_on(target) == "hoc.vidu.vn"


@given(st.text(alphabet="/\\.:@%?#\t\r\n \x00ahttpsevil[]", max_size=14) | st.text(max_size=14))
@example("/./\\evil.vn")
@example("/..//evil.vn")
@example("/[")
def test_wherever_it_points_the_browser_stays_here(target: str) -> None:
    assert lands_on(local_path(target, "/my-tasks")) == "hoc.vidu.vn"


def test_a_frozen_clock_stands_still_in_every_thread_and_goes_on_afterwards() -> None:
    noon = datetime(2026, 3, 15, 12, tzinfo=timezone(timedelta(hours=7)))
    seen: list[datetime] = []
    with clock.frozen(noon):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
        assert seen == [noon] and clock.now().utcoffset() == timedelta(0)
        with clock.frozen(noon + timedelta(hours=1)):
            assert clock.now() == noon + timedelta(hours=1)
        assert clock.now() == noon
    assert clock.now() != noon


def test_the_clock_is_not_frozen_at_a_naive_moment() -> None:
    with pytest.raises(ValueError), clock.frozen(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_the_day_changes_at_midnight_in_vietnam() -> None:
    with clock.frozen(datetime(2026, 1, 1, 16, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 1, 1)
    with clock.frozen(datetime(2026, 1, 1, 17, 0, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 1, 2)


@given(st.dates(date(1990, 1, 1), date(2199, 12, 30)))
def test_a_due_day_ends_in_the_last_second_before_the_next(day: date) -> None:
    start, end = clock.start_of_day(day), clock.end_of_day(day)
    assert clock.to_local(start).date() == clock.to_local(end).date() == day
    assert end + timedelta(seconds=1) == clock.start_of_day(day + timedelta(days=1))


def test_a_guard_is_metadata_and_there_is_one() -> None:
    def view() -> str:
        return "x"

    def guarded(decorate: object) -> object:
        return decorate(lambda: None)  # type: ignore[operator]

    kinds = [guard_of(guarded(d)).kind for d in (public, signed_in, member, token)]  # type: ignore[arg-type]
    assert kinds == [GuardKind.PUBLIC, GuardKind.SIGNED_IN, GuardKind.MEMBER, GuardKind.TOKEN]
    assert guard_of(guarded(requires("unit:manage"))).permission == "unit:manage"  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        guard_of(view)
    with pytest.raises(TypeError):
        member(public(view))


def test_an_upload_widens_the_body_and_keeps_the_guard() -> None:
    @takes_upload(5_000_000)
    @requires("material:upload")
    def view() -> str:
        return "x"

    assert guard_of(view).body_limit == 5_000_000
    assert guard_of(view).permission == "material:upload"
    assert guard_of(member(lambda: None)).body_limit == DEFAULT_BODY_LIMIT
    with pytest.raises(TypeError):
        takes_upload(1)(lambda: None)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (None, 1),
        ("", 1),
        ("1", 1),
        ("7", 7),
        ("0", 1),
        ("-3", 1),
        ("1e9", 1),
        ("hai", 1),
        ("1.5", 1),
        ("999999999999", paging.MAX_PAGE),
        ("9" * 5000, 1),
    ],
)
def test_an_odd_page_number_is_a_page_all_the_same(raw: str | None, number: int) -> None:
    assert paging.page_number(raw) == number


def test_pages_hold_every_row_once_and_count_nothing(app: Flask) -> None:
    for number in range(7):
        record(None, "test.row", f"row:{number}")
    db.session.flush()
    query = sa.select(AuditRecord).order_by(AuditRecord.id)
    pages = [paging.fetch_page(query, number, size=3) for number in (1, 2, 3, 4)]
    assert [len(page.rows) for page in pages] == [3, 3, 1, 0]
    assert [page.has_next for page in pages] == [True, True, False, False]
    assert [page.has_previous for page in pages] == [False, True, True, True]
    assert [row.subject for page in pages for row in page.rows] == [f"row:{n}" for n in range(7)]
    exact = paging.fetch_page(query, 1, size=7)
    assert len(exact.rows) == 7 and not exact.has_next
    tuples = sa.select(AuditRecord.id, AuditRecord.subject).order_by(AuditRecord.id)
    assert paging.fetch_page(tuples, 1, size=1).rows[0].subject == "row:0"
    assert [row.subject for row in paging.list_all(query)] == [f"row:{n}" for n in range(7)]


def test_a_moment_comes_back_in_utc_as_it_went_in(app: Flask) -> None:
    moment = datetime(2026, 3, 15, 23, 59, 59, 123_456, tzinfo=clock.LOCAL_ZONE)
    with clock.frozen(moment):
        record(None, "test.moment", "row:1")
    db.session.flush()
    db.session.expire_all()
    kept = db.session.scalars(sa.select(AuditRecord.recorded_at)).one()
    assert kept == moment and kept.utcoffset() == timedelta(0)
    earlier = sa.select(AuditRecord.id).where(AuditRecord.recorded_at < moment)
    assert db.session.scalar(earlier) is None
    at = sa.select(AuditRecord.id).where(AuditRecord.recorded_at == moment)
    assert db.session.scalar(at) is not None


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError):
        UtcDateTime().process_bind_param(naive, sa.create_engine("sqlite://").dialect)
