"""Walking the product as one role: every link that a page shows, a few pages of each kind."""

from __future__ import annotations

import shutil
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask

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
MOST_PAGES = 250


def demo_application(demo_files: Path, folder: Path) -> Flask:
    """The application on a copy of the demo, in this process."""
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


def client_of(app: Flask, demo_files: Path, role: str) -> PageClient:
    """A client signed in as one of the demo's roles; its `page` is the role's first page."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    account = read_accounts(demo_files)[role]
    client.sign_in(account["login"], account["password"])
    return client


def kind_of(address: str) -> str:
    """What kind of page an address is: numbers, codes and values left out."""
    parts = urlsplit(address)
    steps = ["#" if any(map(str.isdigit, step)) else step for step in parts.path.split("/")]
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    return "/".join(steps) + "?" + "&".join(names)


def walk(client: PageClient, of_a_kind: int = 3) -> Iterator[Page]:
    """Every page that can be reached by links from the page the client is on, that one first.

    AssertionError for a link that leads to no answer with status 200.
    """
    assert client.page is not None
    waiting = deque([(client.page.address, "the first page")])
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    while waiting and len(seen) < MOST_PAGES:
        address, source = waiting.popleft()
        kind = kind_of(address)
        if address in seen or kinds[kind] >= of_a_kind:
            continue
        seen.add(address)
        kinds[kind] += 1
        response = client.get(address)
        if urlsplit(response.location or "").netloc:
            continue  # a meeting that is held elsewhere
        if response.location:
            response = client.get(response.location, follow_redirects=True)
        assert response.status_code in {200, 206}, (
            f"{address} answered {response.status}; {source} links to it"
        )
        if response.mimetype != "text/html":
            continue
        page = Page(client, response)
        yield page
        for link in page.link_addresses():
            target = urldefrag(urljoin(page.address, link)).url
            if not urlsplit(target).scheme and not urlsplit(target).netloc:
                waiting.append((target, page.address))
