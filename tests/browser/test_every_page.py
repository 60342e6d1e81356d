"""One page of each kind that a role can reach, in a real browser: axe finds nothing, nothing
scrolls sideways on a small phone or with text at 200 %, no error, no request to another site.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.support import chromium
from tests.support.crawl import ROLES, client_of, demo_application, walk


@pytest.fixture(scope="module")
def addresses(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Addresses by role, one of each kind; None is nobody signed in."""
    app = demo_application(demo_files, tmp_path_factory.mktemp("walk") / "instance")
    return {
        role: [page.address for page in walk(client_of(app, demo_files, role), of_a_kind=1)]
        for role in ROLES
    }


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.timeout(1200)
def test_each_page_of_a_role_is_for_everybody(
    open_page: OpenPage, addresses: dict[str, list[str]], role: str
) -> None:
    page = open_page(role, viewport=chromium.PHONE)
    found = [
        f"{address}: {breach}" for address in addresses[role] for breach in _breaches(page, address)
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
