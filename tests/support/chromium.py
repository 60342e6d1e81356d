"""Headless Chromium through Playwright, and what every page must keep in a real browser:
axe's rules, no sideways scroll, no error in the console, no request to another site.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    ViewportSize,
    sync_playwright,
)

from setup import browser as chromium

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = [
    "--no-sandbox",  # the tests may run as root, and load nothing but our own pages
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]
PHONE: ViewportSize = {"width": 390, "height": 844}
SMALL_PHONE: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; CHROMIUM or the path says which."""
    path = chromium.find()
    assert path, "Chromium was not found: type `make test`, which installs it, or set CHROMIUM"
    browser = _driver().chromium.launch(executable_path=path, headless=True, args=FLAGS)
    yield browser
    browser.close()


@cache
def _driver() -> Playwright:
    """The one driver of this process: a second beside it is refused. It ends with the process."""
    driver = sync_playwright().start()
    atexit.register(driver.stop)
    return driver


def sign_in(page: Page, address: str, account: dict[str, str]) -> None:
    """Sign in through the page, as a person would."""
    page.goto(f"{address}/sign-in")
    page.locator("input[name=login]").fill(account["login"])
    page.locator("input[name=password]").fill(account["password"])
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def watch(context: BrowserContext, address: str) -> list[str]:
    """Collect what no page may do: script errors, faults of the server, requests elsewhere."""
    found: list[str] = []

    def note(breach: str | None) -> None:
        if breach and breach not in found:
            found.append(breach)

    def of_console(message: ConsoleMessage) -> str | None:
        # An answer with an error status is written to the console too: `response` has it.
        is_answer = message.text.startswith("Failed to load resource")
        return f"console: {message.text}" if message.type == "error" and not is_answer else None

    def of_request(request: Request) -> str | None:
        is_ours = request.url.startswith((address, "data:", "blob:"))
        return None if is_ours else f"request to another site: {request.url}"

    def of_response(response: Response) -> str | None:
        return f"{response.status}: {response.url}" if response.status >= 500 else None

    context.on("weberror", lambda error: note(f"script error: {error.error}"))
    context.on("console", lambda message: note(of_console(message)))
    context.on("request", lambda request: note(of_request(request)))
    context.on("response", lambda response: note(of_response(response)))
    return found


def axe_findings(page: Page) -> list[str]:
    """Violations that axe finds on the page as it is now, each with its place."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate(
        "tags => axe.run(document,"
        " {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        AXE_TAGS,
    )
    return [
        f"{violation['id']}: {violation['help']} at {node['target']} {node['html'][:120]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def wide_elements(page: Page) -> list[str]:
    """What sticks out on the right, to say why a page scrolls sideways."""
    names: list[str] = page.evaluate(
        """() => {
          const edge = document.documentElement.clientWidth + 1;
          return [...document.body.querySelectorAll('*')]
            .filter(e => e.getBoundingClientRect().right > edge)
            .slice(0, 5)
            .map(e => e.tagName.toLowerCase() + (e.className ? '.' + e.className : ''));
        }"""
    )
    return names


def double_text(page: Page) -> None:
    """Show text at 200 %, as a person sets it in the browser."""
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")


@dataclass
class Weight:
    """What a page made the browser fetch: (address, kind, bytes on the wire) each."""

    fetched: list[tuple[str, str, int]] = field(default_factory=list)

    def total(self, *kinds: str) -> int:
        """Bytes of these kinds (Document, Stylesheet, Script, Image, Media …), or of all."""
        return sum(size for _address, kind, size in self.fetched if not kinds or kind in kinds)


@contextmanager
def weighed(page: Page) -> Iterator[Weight]:
    """Weigh everything that the page fetches inside the block, headers included."""
    weight = Weight()
    known: dict[str, tuple[str, str]] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def answered(event: dict[str, Any]) -> None:
        known[event["requestId"]] = (event["response"]["url"], event["type"])

    def finished(event: dict[str, Any]) -> None:
        address, kind = known.get(event["requestId"], ("", ""))
        if not address.startswith("data:"):
            weight.fetched.append((address, kind, int(event["encodedDataLength"])))

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    try:
        yield weight
    finally:
        session.detach()
