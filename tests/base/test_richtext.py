"""Rich text: what comes through the one door is harmless, and two sanitisers agree on it.

The answer is read by a parser of another make than the sanitiser's, and nh3 is asked as a second
opinion: what we let through, it must leave as it is.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3
import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.base import richtext
from lms.base.errors import Invalid, PayloadTooLarge
from lms.base.richtext import ALLOWED_ATTRIBUTES, ALLOWED_PROTOCOLS, ALLOWED_TAGS, sanitise

ALERT = "alert(1)"

ATTACKS = [
    f"<script>{ALERT}</script>",
    f"<scr<script>ipt>{ALERT}</scr</script>ipt>",
    f"<SCRIPT SRC=//evil.vn/x.js>{ALERT}</SCRIPT>",
    f"<script\x00>{ALERT}</script>",
    f"<img src=x onerror={ALERT}>",
    f"<img src=x onerror\n=\n{ALERT}>",
    f"<p onclick='{ALERT}'>a</p>",
    f"<p ONMOUSEOVER=\"{ALERT}\" style='background:url(//evil.vn)'>a</p>",
    f"<svg onload={ALERT}>",
    f"<svg><script>{ALERT}</script></svg>",
    f"<svg><a xlink:href='javascript:{ALERT}'><text>x</text></a></svg>",
    f"<math><mi xlink:href='javascript:{ALERT}'>x</mi></math>",
    f"<math><mtext><table><mglyph><style><img src onerror={ALERT}>",
    f"<a href='javascript:{ALERT}'>a</a>",
    f"<a href='JaVaScRiPt:{ALERT}'>a</a>",
    f"<a href=' java\tscript\n:{ALERT}'>a</a>",
    f"<a href='&#106;avascript&colon;{ALERT}'>a</a>",
    f"<a href='&#x6A;&#x61;vascript:{ALERT}'>a</a>",
    f"<a href='javascript\u200b:{ALERT}'>a</a>",
    f"<a href='\x01javascript:{ALERT}'>a</a>",
    "<a href='vbscript:msgbox(1)'>a</a>",
    f"<a href='data:text/html,<script>{ALERT}</script>'>a</a>",
    "<a href='//evil.vn' target=_blank onfocus=x autofocus>a</a>",
    f'<a href="x" title=\'"><img src onerror={ALERT}>\'>a</a>',
    f'<a title="</a><script>{ALERT}</script>" href=x>a</a>',
    f"<iframe src='javascript:{ALERT}'></iframe>",
    f"<iframe srcdoc='<script>{ALERT}</script>'></iframe>",
    "<object data='//evil.vn/x.swf'></object><embed src=x>",
    "<base href='//evil.vn/'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{ALERT}'>",
    "<link rel=stylesheet href=//evil.vn/x.css>",
    "<style>@import '//evil.vn/x.css'; body{display:none}</style>",
    f"<form action=//evil.vn><input name=p><button formaction=javascript:{ALERT}>x</form>",
    f"<details open ontoggle={ALERT}>x</details>",
    f"<video><source onerror={ALERT}></video>",
    f'<noscript><p title="</noscript><img src=x onerror={ALERT}>">',
    f"<textarea></textarea><script>{ALERT}</script>",
    f"<template><script>{ALERT}</script></template>",
    f"<!--><img src=x onerror={ALERT}>-->",
    f"<!-- --!><img src=x onerror={ALERT}> -->",
    f"<![CDATA[><img src=x onerror={ALERT}>]]>",
    f"<?xml version='1.0'?><img src=x onerror={ALERT}>",
    f"<<img src=x onerror={ALERT}//",
    f"<p/onclick={ALERT}/>a",
    f"<p title='a\"b' onclick={ALERT}>",
    f"<table background='javascript:{ALERT}'><tr><td colspan='2' onclick={ALERT}>1</table>",
    "<td style='width:expression(alert(1))'>1</td>",
    f"<xmp><p title='</xmp><img src onerror={ALERT}>'>",
    f"&lt;script&gt;{ALERT}&lt;/script&gt;",
    f"&amp;lt;script&amp;gt;{ALERT}",
    f"<p>a</p id='x' onclick={ALERT}>",
    f"<b><i></b><script>{ALERT}</script></i>",
    f"\u202e<img src=x onerror={ALERT}>",
    "<o:p class=MsoNormal style='mso-style-name:x'>Từ Word</o:p>",
]


class Seen(HTMLParser):
    """What a page would hold: its tags with their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.events: list[tuple[str, str]] = []
        self.strange: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(sorted(attrs))))
        self.events.append(("open", f"{tag} {sorted(attrs)}"))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(("close", tag))

    def handle_data(self, data: str) -> None:
        if self.events and self.events[-1][0] == "text":
            data = self.events.pop()[1] + data
        self.events.append(("text", data))

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment

    @property
    def words(self) -> str:
        return " ".join("".join(text for kind, text in self.events if kind == "text").split())


def meaning(html: str) -> list[tuple[str, str]]:
    """Tags and words, without the spaces between blocks that no page shows."""
    return [(kind, text) for kind, text in Seen(html).events if kind != "text" or text.strip()]


def check_harmless(html: str) -> None:
    seen = Seen(html)
    assert seen.strange == []
    for tag, attributes in seen.tags:
        assert tag in ALLOWED_TAGS, html
        for name, value in attributes:
            assert name in ALLOWED_ATTRIBUTES.get(tag, []), html
            if name == "href":
                scheme = urlsplit("".join((value or "").split())).scheme.lower()
                assert scheme == "" or scheme in ALLOWED_PROTOCOLS, html
    assert unicodedata.is_normalized("NFC", html)


def second_opinion(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(ALLOWED_TAGS),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        url_schemes=set(ALLOWED_PROTOCOLS),
        link_rel=None,
    )


@pytest.fixture(scope="module", autouse=True)
def _words(databases) -> Iterator[None]:
    """Refusals speak through Flask-Babel, so an application must be there."""
    app: Flask = databases.open("sqlite").app
    with app.app_context():
        yield


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_out_harmless_and_nothing_is_left_for_a_second_opinion(attack: str) -> None:
    for html in (attack, f"<p>{attack}</p>", f"<table><tr><td>{attack}", f"<a href='x'>{attack}"):
        safe = sanitise(html)
        check_harmless(safe)
        assert meaning(second_opinion(safe)) == meaning(safe)
        check_harmless(sanitise(safe))
        assert Seen(sanitise(safe)).words == Seen(safe).words


pieces = st.sampled_from(
    [
        *ATTACKS,
        *(f"<{tag}>" for tag in [*sorted(ALLOWED_TAGS), "script", "style", "svg", "math", "title"]),
        *(f"</{tag}>" for tag in [*sorted(ALLOWED_TAGS), "script", "style", "svg", "math"]),
        "<a href='https://vidu.vn/?a=1&b=2' title='Tải về'>",
        "<td colspan=2 rowspan=3>",
        "<!--",
        "-->",
        "<",
        ">",
        "&",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "'",
        '"',
        "\n",
        "Chỉ thị ",
        "\x00",
        "\u200b",
        "e\u0302\u0323",
        "=",
        "/",
        "`",
    ]
)


@given(st.lists(pieces, max_size=14).map("".join))
@settings(max_examples=400)
@example("<b><p></b>")
@example("<table><b>x<td>y")
def test_whatever_is_sent_comes_out_harmless(html: str) -> None:
    safe = sanitise(html)
    check_harmless(safe)
    check_harmless(second_opinion(safe))
    assert Seen(second_opinion(safe)).words == Seen(safe).words


@given(st.text(max_size=200))
@settings(max_examples=150)
def test_any_text_comes_out_harmless(text: str) -> None:
    check_harmless(sanitise(text))


def test_what_an_author_means_is_kept() -> None:
    html = (
        "<h2>Chỉ thị 01-CT/TW</h2>\n<p>Học <strong>kỹ</strong>, <em>làm</em> ngay.<br>Tải về: "
        '<a href="https://vidu.vn/a?b=1&amp;c=2" title="Bản đầy đủ">tại đây</a></p>\n'
        "<ol><li>Một</li><li>Hai</li></ol>\n"
        '<table><thead><tr><th scope="col">Mục</th></tr></thead>'
        '<tbody><tr><td colspan="2">5 &lt; 6 &amp; 7</td></tr></tbody></table>'
    )
    assert meaning(sanitise(html)) == meaning(html)


def test_words_in_tags_that_go_are_kept() -> None:
    pasted = (
        "<div class=MsoNormal><span lang=VI style='mso-bidi-font-size:9pt'>Điều 1. </span>"
        "Học tập<o:p></o:p></div>"
    )
    assert sanitise(pasted) == "Điều 1. Học tập"


def test_text_is_composed_and_without_hidden_marks() -> None:
    assert sanitise("<p>Ho\u0323c\u200b ta\u0323\u0302p\x00</p>") == "<p>Học tập</p>"


class Parsed(Exception):
    """The parser was asked."""


@pytest.mark.parametrize(
    "html",
    [
        "x" * 100_001,
        "ế" * 33_334,
        "<p>" + "&amp;" * 25_000 + "</p>",
    ],
)
def test_more_than_the_limit_is_refused_before_it_is_parsed(
    html: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(*_args: object, **_options: object) -> None:
        raise Parsed

    monkeypatch.setattr(richtext.bleach, "clean", parse)
    with pytest.raises(PayloadTooLarge) as caught:
        sanitise(html)
    assert "100 kB" in caught.value.message
    with pytest.raises(Parsed):
        sanitise("x" * 100_000)


def filled(fragment: str) -> str:
    """100 kB of one fragment."""
    return fragment * (100_000 // len(fragment.encode()))


@pytest.mark.parametrize(
    "html",
    [
        filled("<b>"),
        filled("<i><b></i>"),
        filled("<b><p></b>"),
        filled("<blockquote>"),
        filled("&"),
        filled("<"),
        filled('<a href="'),
        filled("<table><tr><td>"),
        "<p " + "a " * 49_000 + ">",
        "<p " + "a=1 " * 24_000,
        "<p" + "/a" * 49_000 + ">",
    ],
)
def test_what_would_keep_the_parser_busy_is_refused_at_once(html: str) -> None:
    begun = time.process_time()
    with pytest.raises(Invalid):
        sanitise(html)
    assert time.process_time() - begun < 0.1


@pytest.mark.parametrize(
    "html",
    [
        filled("(a+)+"),
        filled("\u202e"),
        filled("\x00"),
        filled("<![CDATA["),
        filled("<p>Học tập <strong>nghiêm túc</strong>, liên hệ bản thân.</p>"),
        filled('<a href="https://vidu.vn/">đây</a>'),
        filled("<p a=1 b=2 c=3>x</p>"),
        filled("<tr><td>Chi bộ 12</td><td>345 người</td></tr>\n"),
        "<b>" * 100 + "x" * 90_000,
        "<b><p></b>" * 900,
    ],
)
def test_what_is_let_through_is_read_quickly(html: str) -> None:
    begun = time.process_time()
    sanitise(html)
    assert time.process_time() - begun < 1.0  # 0.2 s on a quiet machine
