"""Each demo role walks every link it is shown: no dead end, no refusal, no write by a GET.

Every page passes the client's audit, so one that nobody wrote a test for is still looked at.
"""

from __future__ import annotations

import shutil
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask, has_request_context, request

from lms import create_app
from tests.support.client import Page, PageClient
from tests.support.live import DATABASE, read_accounts

ROLES = (
    "member",
    "head",
    "exempt",
    "enterprise",
    "speaker",
    "reviewer",
    "supervisor",
    "ward_supervisor",
    "administrator",
)
PAGES_OF_ONE_KIND = 4
MOST_PAGES = 200
CHANGES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture(scope="module")
def demo_app(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("crawl") / "instance"
    shutil.copytree(demo_files, folder)
    app = create_app(
        {
            "TESTING": True,
            "INSTANCE_DIR": folder,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / DATABASE}",
        }
    )
    app.test_client_class = PageClient
    return app


@contextmanager
def _changes_by_reading() -> Iterator[list[str]]:
    """Statements that change rows while a GET is being answered (what follows the answer may)."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if (
            statement.lstrip().upper().startswith(CHANGES)
            and has_request_context()
            and request.method == "GET"
        ):
            found.append(f"{request.path}: {statement[:120]}")

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def _shape(address: str) -> str:
    """What kind of page an address is: numbers and values left out."""
    parts = urlsplit(address)
    steps = ["#" if step.isdigit() else step for step in parts.path.split("/")]
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    return "/".join(steps) + "?" + "&".join(names)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_can_open_whatever_it_is_shown(demo_app: Flask, demo_files: Path, role: str) -> None:
    client = demo_app.test_client()
    assert isinstance(client, PageClient)
    account = read_accounts(demo_files)[role]
    first = client.sign_in(account["login"], account["password"])
    waiting = deque([(first.address, "after signing in")])
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    with _changes_by_reading() as changes:
        while waiting and len(seen) < MOST_PAGES:
            address, source = waiting.popleft()
            kind = _shape(address)
            if address in seen or kinds[kind] >= PAGES_OF_ONE_KIND:
                continue
            seen.add(address)
            kinds[kind] += 1
            response = client.get(address, follow_redirects=True)
            assert response.status_code in {200, 206}, (
                f"{address} answered {response.status}; {source} links to it"
            )
            if response.mimetype != "text/html":
                continue
            page = Page(client, response)
            for link in page.links().values():
                target = urldefrag(urljoin(page.address, link)).url
                if not urlsplit(target).scheme and not urlsplit(target).netloc:
                    waiting.append((target, page.address))
    assert len(seen) > 1, "the first page leads nowhere"
    assert changes == []
