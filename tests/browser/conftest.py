"""Fixtures of the browser tests: the live product, a browser, a signed-in page of any width.

Every test here carries the mark `browser` by itself, runs on SQLite alone, and fails if a page
wrote an error to the console or asked another site for something.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.support import chromium
from tests.support.live import LiveProduct, live_copy

HERE = Path(__file__).parent
ARTIFACTS = HERE / "artifacts"
MILLISECONDS = 15_000

FAILED = pytest.StashKey[bool]()
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium.launched() as launched:
        yield launched


@pytest.fixture(scope="module")
def live(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProduct]:
    """The product with demo data, one for each file of tests."""
    with live_copy(demo_files, tmp_path_factory.mktemp("live")) as product:
        yield product


@pytest.fixture
def open_page(
    browser: Browser, live: LiveProduct, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """`open_page("member", path="/", viewport=PHONE, scripts=True)`: a page as a role sees it.

    Each call is a browser of its own: nothing is shared between two people. Without a role,
    nobody is signed in.
    """
    contexts: list[BrowserContext] = []
    noted: list[list[str]] = []

    def open_one(
        role: str | None = None,
        path: str = "/",
        viewport: ViewportSize = chromium.DESKTOP,
        scripts: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport=viewport, locale="vi-VN", java_script_enabled=scripts, base_url=live.address
        )
        context.set_default_timeout(MILLISECONDS)
        contexts.append(context)
        noted.append(chromium.watch(context, live.address))
        page = context.new_page()
        if role is not None:
            chromium.sign_in(page, live.address, dict(live.accounts[role]))
        page.goto(live.address + path)
        return page

    yield open_one
    if request.node.stash.get(FAILED, False):
        _photograph(contexts, request.node.name)
    for context in contexts:
        context.close()
    breaches = [breach for notes in noted for breach in notes]
    assert not breaches, "\n".join(breaches)


def _photograph(contexts: list[BrowserContext], name: str) -> None:
    """Keep what the failed test was looking at."""
    ARTIFACTS.mkdir(exist_ok=True)
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=ARTIFACTS / f"{name}-{number}.png", full_page=True)
