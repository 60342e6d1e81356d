"""The one door for rich text: size and shape first, then bleach. Nothing else may call bleach.

bleach is at its last release and slow on hostile input, so what would keep it busy is refused
before it (docs/decisions/0003-rich-text.md says how to swap it).
"""

import re
from collections import Counter

import bleach
from flask_babel import gettext as _

from lms.base.errors import Invalid, PayloadTooLarge
from lms.base.vietnamese import clean_lines

MAX_BYTES = 100_000
MOST_MARKS = 15_000
MOST_IN_TAG = 300
MOST_NESTED = 100
MOST_UNCLOSED = 1_000

ALLOWED_TAGS = frozenset(
    "p br strong b em i u h2 h3 h4 ul ol li blockquote a table thead tbody tr th td".split()
)
ALLOWED_ATTRIBUTES = {"a": ["href", "title"], "th": ["scope", "colspan"], "td": ["colspan"]}
ALLOWED_PROTOCOLS = frozenset({"http", "https", "mailto"})

_MARKS = re.compile(r"[<&]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)")
_BETWEEN_ATTRIBUTES = re.compile(r"[\s/=]")
_UNREAD = re.compile(r"<(/?)(style|script|xml|title)\b[^<>]*>", re.IGNORECASE)
_VOID = frozenset("br img hr input meta link col wbr".split())
_CLOSE_THEMSELVES = frozenset("p li tr td th thead tbody tfoot dt dd option".split())


def refuse_unreadable(html: str) -> None:
    """PayloadTooLarge above 100 kB, Invalid for markup no editor writes; parses nothing."""
    if len(html.encode(errors="replace")) > MAX_BYTES:
        raise PayloadTooLarge(
            _("Nội dung dài quá 100 kB. Hãy rút ngắn hoặc đính kèm dưới dạng tệp.")
        )
    if not _is_plain_enough(html):
        raise Invalid(_("Nội dung có quá nhiều thẻ định dạng. Hãy dán lại dưới dạng chữ thường."))


def _is_plain_enough(html: str) -> bool:
    """Whether tags are few, short and shallow: deep or endless ones cost a parser n² time."""
    if len(_MARKS.findall(html)) > MOST_MARKS:
        return False
    opened: Counter[str] = Counter()
    nested = unclosed = 0
    for closing, name, rest in _TAG.findall(html):
        name = name.lower()
        if len(_BETWEEN_ATTRIBUTES.findall(rest)) > MOST_IN_TAG:
            return False
        if name in _VOID or (closing and not opened[name]):
            continue
        change = -1 if closing else 1
        opened[name] += change
        if name in _CLOSE_THEMSELVES:
            unclosed += change
        else:
            nested += change
        if nested > MOST_NESTED or unclosed > MOST_UNCLOSED:
            return False
    return True


def _without_unread_parts(html: str) -> str:
    """Without what no reader sees (style sheets, scripts, settings that Word adds) and its text.

    Only tidies; a part that is never closed comes out as text. One pass, whatever is sent.
    """
    kept: list[str] = []
    start = 0
    inside = ""
    for found in _UNREAD.finditer(html):
        closing, name = bool(found[1]), found[2].lower()
        if not inside and not closing:
            kept.append(html[start : found.start()])
            start, inside = found.start(), name
        elif closing and name == inside:
            start, inside = found.end(), ""
    return "".join([*kept, html[start:]])


def sanitise(html: str) -> str:
    """Safe HTML in NFC. Raises PayloadTooLarge or Invalid before anything is parsed."""
    refuse_unreadable(html)
    return bleach.clean(
        clean_lines(_without_unread_parts(html)),
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        protocols=ALLOWED_PROTOCOLS,
        strip=True,
        strip_comments=True,
    )
