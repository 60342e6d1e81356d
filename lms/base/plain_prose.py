"""Prose that people type as plain text, and the HTML that is kept of it; and back again.

A blank line ends a paragraph; a line that begins with # is a heading, one with - an item of a
list. There is nothing else to learn, and nothing typed is ever markup.
"""

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from itertools import groupby

HEADING, ITEM = "#", "-"
_BLOCKS = frozenset("p h2 h3 h4 li blockquote tr ul ol table div".split())
_HEADINGS = frozenset({"h2", "h3", "h4"})


def html_of(text: str) -> str:
    """The HTML of what was typed; all of it is escaped."""
    return "\n".join(_blocks(re.split(r"\r\n?|\n", text)))


def _blocks(lines: list[str]) -> Iterator[str]:
    for kind, group in groupby(lines, _kind):
        words = [escape(_said(line, kind), quote=False) for line in group]
        if kind == HEADING:
            yield from (f"<h2>{one}</h2>" for one in words)
        elif kind == ITEM:
            yield "<ul>" + "".join(f"<li>{one}</li>" for one in words) + "</ul>"
        elif kind:
            yield f"<p>{'<br>'.join(words)}</p>"


def _kind(line: str) -> str:
    mark = line.strip()[:1]
    return mark if mark in (HEADING, ITEM) and _said(line, mark) else "text" if mark else ""


def _said(line: str, kind: str) -> str:
    words = line.strip()
    return words.lstrip(kind).strip() if kind in (HEADING, ITEM) else words


def text_of(html: str) -> str:
    """What would be typed for this HTML; markup that has no sign here leaves its words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[tuple[str, str]] = []
        self._kind = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._words.append("\n")
        elif tag in _BLOCKS:
            self._end()
            self._kind = HEADING if tag in _HEADINGS else ITEM if tag == "li" else ""
        elif tag in ("td", "th"):
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        self._words.append(" ".join(data.split("\n")))

    def _end(self) -> None:
        lines = (" ".join(line.split()) for line in "".join(self._words).split("\n"))
        if words := "\n".join(line for line in lines if line):
            self._found.append((self._kind, words))
        self._kind, self._words = "", []

    def text(self) -> str:
        self._end()
        parts = []
        for kind, group in groupby(self._found, lambda one: one[0]):
            words = [f"{kind} {one}" if kind else one for _kind, one in group]
            parts += ["\n".join(words)] if kind == ITEM else words
        return "\n\n".join(parts)
