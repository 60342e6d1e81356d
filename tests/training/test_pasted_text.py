"""What authors paste and what attackers send, through the real page and read back in Chromium.

data/pastes holds documents as Word and Google Docs put them on the clipboard, written for this
test: every word has to come through, lists and tables too, and nothing of the programs' own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser

from lms.access.policy import Role
from lms.base.richtext import ALLOWED_ATTRIBUTES, ALLOWED_PROTOCOLS, ALLOWED_TAGS
from lms.extensions import db
from lms.training.models import Directive
from tests.factories.people import make_appointee, make_unit, sign_in
from tests.support import chromium
from tests.support.audit import parse, text_of
from tests.support.client import PageClient

PASTES = sorted((Path(__file__).parent / "data" / "pastes").glob("*.html"))
FIELDS = {
    "kind": "directive",
    "issuer": "Ban Thường vụ Quận ủy",
    "issued_on": "15/1/2026",
    "title": "Về việc thử nội dung",
}
_number = count(1)

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def author(app: Flask, client: PageClient) -> str:
    """A signed-in author; the token of their page."""
    sign_in(client, make_appointee(Role.PLANNER, make_unit()))
    return client.get_page("/directives/new").form().value_of("csrf_token") or ""


def stored(client: PageClient, token: str, body: str, is_read: bool = True) -> str | None:
    """The body as its page holds it after going through the form; None if it was refused.

    `is_read` also loads that page."""
    data = FIELDS | {"csrf_token": token, "symbol": f"{next(_number)}-CT/QU", "body": body}
    response = client.post("/directives/new", data=data)
    if response.status_code == 422:
        return None
    assert response.status_code == 302, body
    kept = db.session.scalar(sa.select(Directive.body).order_by(Directive.id.desc()).limit(1)) or ""
    if not is_read:
        return kept
    page = client.get(response.location).get_data(as_text=True)
    start = page.find('<div class="th-prose">') + len('<div class="th-prose">')
    assert not kept or page[start : start + len(kept)] == kept
    return kept


def words(html: str) -> list[str]:
    """The words a reader sees."""
    html = re.sub(r"<(style|title|xml)\b.*?</\1>|<!--.*?-->|<!\[.*?\]>", "", html, flags=re.S)
    root = parse(f"<!doctype html><html><body>{html}</body></html>")[0]
    return unicodedata.normalize("NFC", text_of(root.find("body"))).split()


@pytest.mark.parametrize("path", PASTES, ids=lambda path: path.stem)
def test_a_pasted_document_keeps_its_words_lists_and_tables(
    client: PageClient, author: str, path: Path
) -> None:
    pasted = path.read_text()
    with client.without_audit():
        kept = stored(client, author, pasted)
    assert kept is not None
    assert words(kept) == words(pasted)
    assert len(words(kept)) >= 4
    for tag in ("table", "tr", "td", "ul", "ol", "li", "h2", "h3", "strong", "i", "u"):
        opened = re.compile(rf"<{tag}\b", re.I)
        body = pasted.partition("<body")[2] or pasted
        assert len(opened.findall(kept)) == len(opened.findall(body)), tag
    for left in ("mso", "Mso", "style", "class", "lang=", "<o:", "<v:", "<span", "[if", "guid"):
        assert left not in kept, left


def test_there_are_twenty_documents() -> None:
    assert len(PASTES) == 20
    assert all("mso-" in path.read_text() for path in PASTES if "word" in path.name)


RUN = ("alert(1)", "alert`1`", "window.hit=1", "top['al'+'ert'](1)")
EVENTS = (
    "onerror",
    "onload",
    "onclick",
    "onfocus autofocus",
    "ontoggle",
    "onanimationstart",
    "onpointerenter",
    "ONMOUSEOVER",
)
CARRIERS = (
    "img src=x",
    "svg",
    "body",
    "details open",
    "video src=x",
    "input",
    "a href=x",
    "p",
    "td",
    "math",
    "marquee",
    "iframe",
    "audio src",
    "object data=x",
    "select",
    "x:y",
)
SCHEMES = (
    "javascript:{}",
    "JaVaScRiPt:{}",
    "java\tscript:{}",
    "java\nscript:{}",
    "&#106;avascript:{}",
    "javascript&colon;{}",
    "\x01javascript:{}",
    " javascript:{}",
    "data:text/html,<script>{}</script>",
    "vbscript:{}",
    "feed:javascript:{}",
    "//evil.vn/{}",
)
LINKS = (
    "a href",
    "form action",
    "iframe src",
    "object data",
    "embed src",
    "base href",
    "link rel=stylesheet href",
    "svg><a xlink:href",
    "math><mi href",
    "area href",
    "img src",
    "video poster",
)
WRAPS = (
    "{}", "<p>{}</p>", "<table><tr><td>{}", "<ul><li>{}", "<a href='x'>{}</a>",
    "<math><mtext><table><mglyph><style>{}", "<svg><style>{}", "<svg></p><style><a id='{}'>",
    "<noscript><p title='</noscript>{}'>", "<textarea></textarea>{}", "<select><option>{}",
    "<form><math><mtext></form><form><mglyph><style></math>{}", "<!--{}-->", "<![CDATA[{}]]>",
    "<xmp>{}</xmp>", "<title>{}</title>", "<template>{}</template>", "<p title='{}'>x</p>",
    '<a title="{}" href=x>x</a>', "<b><i></b>{}</i>", "<style>{}", "<o:p>{}</o:p>", "&lt;{}&gt;",
)  # fmt: skip


def attacks() -> Iterator[str]:
    """More than two thousand attempts, each one of its kind."""
    cores = [
        f"<{carrier} {event}={run}>"
        for (carrier, event), run in zip(
            product(CARRIERS, EVENTS), [RUN[n % len(RUN)] for n in range(10_000)], strict=False
        )
    ]
    cores += [
        f"<{link}='{scheme.format(RUN[n % len(RUN)])}'>đây"
        for n, (link, scheme) in enumerate(product(LINKS, SCHEMES))
    ]
    cores += [f"<script>{run}</script>" for run in RUN]
    cores += [f"<p style='background:url({s.format('1')})'>x" for s in SCHEMES]
    for number, core in enumerate(cores):
        for step in range(8):
            yield WRAPS[(number + step * 3) % len(WRAPS)].format(core)


CHECK = """
(cases) => cases.map((html) => {
  const place = document.createElement('div');
  document.body.append(place);
  const seen = [];
  for (let turn = 0; turn < 2; turn += 1) {
    place.innerHTML = turn ? place.innerHTML : html;
    for (const element of place.querySelectorAll('*')) {
      const tag = element.localName;
      const attributes = Object.fromEntries([...element.attributes].map((a) => [a.name, a.value]));
      seen.push([turn, tag, attributes, element.protocol || '', element.namespaceURI]);
    }
  }
  place.remove();
  return seen;
})
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.launched() as launched:
        yield launched


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_two_thousand_attacks_come_out_harmless_in_chromium(
    client: PageClient, author: str, browser: Browser
) -> None:
    tried = list(dict.fromkeys(attacks()))
    assert len(tried) >= 2000
    with client.without_audit():
        sent = [stored(client, author, case, n % 20 == 0) for n, case in enumerate(tried)]
    bodies = [body for body in sent if body is not None]
    assert len(bodies) > 0.95 * len(tried)
    page = browser.new_page()
    happened: list[str] = []
    page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: happened.append(request.url))
    page.set_content("<!doctype html><title>Đọc lại</title><p>Đọc lại")
    for start in range(0, len(bodies), 250):
        some = bodies[start : start + 250]
        for body, seen in zip(some, page.evaluate(CHECK, some), strict=True):
            assert_harmless(body, seen)
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
    assert happened == []
    page.close()


def assert_harmless(body: str, seen: list[Any]) -> None:
    for _turn, tag, attributes, protocol, namespace in seen:
        assert tag in ALLOWED_TAGS, (tag, body)
        assert namespace == "http://www.w3.org/1999/xhtml", body
        for name in attributes:
            assert name in ALLOWED_ATTRIBUTES.get(tag, []), (name, body)
        if tag == "a" and protocol not in ("", ":", "about:"):
            assert protocol.rstrip(":") in ALLOWED_PROTOCOLS, (protocol, body)


@pytest.mark.browser
def test_the_reading_back_would_see_an_attack(browser: Browser) -> None:
    """The control: the same reading, of what did not go through the form."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>Đọc lại</title>")
    raw = ["<p onclick=alert(1)>x</p>", "<a href='javascript:alert(1)'>x</a>", "<svg></svg>"]
    for body, seen in zip(raw, page.evaluate(CHECK, raw), strict=True):
        with pytest.raises(AssertionError):
            assert_harmless(body, seen)
    page.close()
