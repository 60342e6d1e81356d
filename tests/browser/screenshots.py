"""`python -m tests.browser.screenshots [name …]`: the pages of each role, in docs/screenshots.

A further picture is one line in SHOTS.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.pictures import shrink
from tests.support import chromium
from tests.support.live import LiveProduct, demo_template, live_copy
from tests.support.servers import ROOT

FOLDER = ROOT / "docs" / "screenshots"
WIDTHS = {"390": chromium.PHONE, "1280": chromium.DESKTOP}


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, which way leads there from the first page, how wide the window is.

    Each step is a CSS selector of a link; the first that matches is followed. A video on the page
    is watched for some seconds first.
    """

    name: str
    role: str
    steps: tuple[str, ...] = ()
    widths: tuple[str, ...] = ("1280",)
    seconds: int = 0


BOTH = ("390", "1280")
SHOTS = (
    Shot("member", "member", widths=BOTH),
    Shot("member-session", "member", ("main a[href^='/sessions/']",), BOTH, seconds=20),
    Shot("member-quiz", "member", ("main a[href$='/quiz']",), ("390",)),
    Shot("member-essay", "member", ("main a[href$='/essay']",), BOTH),
    Shot("secretary", "secretary", ("a[href='/administration/sign-in-help']",)),
    Shot("speaker", "speaker", ("main a[href$='/materials']",)),
    Shot("reviewer", "reviewer", ("a[href='/marking']", "main a[href^='/marking/']"), BOTH),
    Shot("supervisor", "supervisor", ("a[href='/supervision']", "main a[href*='/units/']"), BOTH),
    Shot(
        "organiser",
        "administrator",
        ("a[href='/planning/campaigns']", "main a[href^='/planning/campaigns/']:not([href$=new])"),
    ),
    Shot("administrator", "administrator", ("a[href='/administration']", "main a[href$='/units']")),
)


def main(names: list[str]) -> int:
    """Take the pictures that are named, or all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        template = demo_template(Path(folder) / "template")
        with (
            live_copy(template, Path(folder) / "copy") as live,
            chromium.launched() as browser,
        ):
            for shot in SHOTS:
                if not names or shot.name in names:
                    _take(browser, live, shot)
    return 0


def _take(browser: Browser, live: LiveProduct, shot: Shot) -> None:
    for width in shot.widths:
        context = browser.new_context(
            viewport=WIDTHS[width], locale="vi-VN", base_url=live.address, device_scale_factor=1
        )
        page = context.new_page()
        chromium.sign_in(page, live.address, dict(live.accounts[shot.role]))
        for step in shot.steps:
            _follow(page, step)
        page.wait_for_load_state("networkidle")
        if shot.seconds:
            _watch(page, shot.seconds)
        file = FOLDER / f"{shot.name}-{width}.png"
        file.write_bytes(shrink(browser, page.screenshot()))
        print(file.relative_to(ROOT), flush=True)
        context.close()


def _follow(page: Page, selector: str) -> None:
    """Go where the first matching link leads, whatever menu it is folded into."""
    address = page.locator(selector).first.get_attribute("href")
    assert address, f"{page.url} has no link {selector!r}"
    page.goto(address)


def _watch(page: Page, seconds: int) -> None:
    video = page.locator("video")
    video.evaluate("one => one.play()")
    page.wait_for_timeout(1000 * seconds)
    video.evaluate("one => one.pause()")
    page.wait_for_timeout(2000)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
