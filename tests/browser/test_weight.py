"""The first view of a learner's pages, with nothing in the browser's store, on a weak line."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenPage
from tests.support import chromium

MOST_BYTES = 80_000
MOST_REQUESTS = 10
MOST_STYLE_AND_SCRIPT = 30_000
COUNTED_APART = ("Media", "TextTrack")


@pytest.mark.parametrize(
    "address",
    ["/my-tasks", "/campaigns/1", "/sessions/1", "/campaigns/1/quiz", "/campaigns/1/essay"],
)
def test_a_learner_page_is_light(open_page: OpenPage, address: str) -> None:
    page = open_page("member", viewport=chromium.PHONE)
    with chromium.weighed(page) as weight:
        page.goto(address)
        page.wait_for_timeout(1500)
    counted = [
        one for one in weight.fetched if one[1] not in COUNTED_APART and "/files/" not in one[0]
    ]
    size = sum(size for _address, _kind, size in counted)
    style_and_script = weight.total("Stylesheet", "Script")
    said = f"{address}: {size} bytes, {len(counted)} requests, {style_and_script} CSS and JS"
    assert counted, "nothing was weighed"
    assert size <= MOST_BYTES, said
    assert len(counted) <= MOST_REQUESTS, said
    assert style_and_script <= MOST_STYLE_AND_SCRIPT, said
