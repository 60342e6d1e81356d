"""One page of each kind that a role can reach, in a real browser: axe finds nothing, nothing
scrolls sideways on a small phone or with text at 200 %, no error, no request to another site.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.support import chromium
from tests.support.client import Page as StaticPage
from tests.support.crawl import ROLES, client_of, demo_application, kind_of, walk

SHARES = 8
"""Into how many tests the pages are dealt out: processes of the run take one after the other."""


@pytest.fixture(scope="module")
def addresses(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """(role, address): one page of each kind for each role, unless an earlier role's page of that
    kind was made of the same parts."""
    kept = demo_files.parent / "addresses.json"
    with (demo_files.parent / "addresses.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one process of the run walks, the others read
        if not kept.exists():
            app = demo_application(demo_files, tmp_path_factory.mktemp("walk") / "instance")
            kept.write_text(json.dumps(list(_worth_a_look(app, demo_files))))
    return [(role, address) for role, address in json.loads(kept.read_text())]


def _worth_a_look(app: Flask, demo_files: Path) -> Iterator[tuple[str, str]]:
    seen: set[tuple[str, frozenset[tuple[str, str]]]] = set()
    for role in ROLES:
        for page in walk(client_of(app, demo_files, role), of_a_kind=1):
            kind = kind_of(page.address), _parts(page)
            if kind not in seen:
                seen.add(kind)
                yield role, page.address


def _parts(page: StaticPage) -> frozenset[tuple[str, str]]:
    """The tags and classes that a page is made of."""
    return frozenset(
        (element.tag, element.get("class") or "")
        for element in page.root.iter()
        if isinstance(element.tag, str)
    )


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.timeout(1200)
def test_each_page_of_a_role_is_for_everybody(
    open_page: OpenPage, addresses: list[tuple[str, str]], share: int
) -> None:
    assert len(addresses) > 100
    found = []
    for role, mine in groupby(addresses[share::SHARES], key=itemgetter(0)):
        page = open_page(role, viewport=chromium.PHONE)
        found += [
            f"{role} {address}: {one}" for _r, address in mine for one in _breaches(page, address)
        ]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("address", ["/sign-in", "/khong-co-trang-nay"])
def test_each_page_without_signing_in_is_for_everybody(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport=chromium.PHONE, path="/sign-in")
    assert _breaches(page, address) == []


def _breaches(page: Page, address: str) -> list[str]:
    """Everything that is wrong with a page at three widths and with large letters."""
    found: list[str] = []
    page.set_viewport_size(chromium.PHONE)
    page.goto(address)
    for viewport in (chromium.PHONE, chromium.DESKTOP, chromium.SMALL_PHONE):
        page.set_viewport_size(viewport)
        width = viewport["width"]
        if viewport is not chromium.SMALL_PHONE:
            found += [f"{width} px: {finding}" for finding in chromium.axe_findings(page)]
        if chromium.sideways_scroll(page) > 0:
            found.append(f"{width} px: scrolls sideways, {chromium.wide_elements(page)}")
    page.set_viewport_size(chromium.PHONE)
    chromium.double_text(page)
    if chromium.sideways_scroll(page) > 0:
        found.append(f"text at 200 %: scrolls sideways, {chromium.wide_elements(page)}")
    return found
