"""What one page may load from elsewhere: widens the content security policy for this answer alone.

A view says which origins its player needs; web/headers.py puts them into the header. Scripts and
styles are not among what can be widened: they are ours, always.
"""

import re
from enum import StrEnum

from flask import g

# Scheme, host and port, nothing that could end the directive or begin another one.
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?|https?://\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class Loads(StrEnum):
    """What may come from elsewhere."""

    FRAMES = "frame-src"
    MEDIA = "media-src"
    DATA = "connect-src"


MADE_BY_THE_PAGE = "blob:"
"""What a script of ours puts together in the page, such as a stream out of its pieces."""


def may_load(kind: Loads, source: str) -> None:
    """Let the page of this request load this kind from an origin. ValueError for no origin."""
    is_own = kind is Loads.MEDIA and source == MADE_BY_THE_PAGE
    if not is_own and not _ORIGIN.fullmatch(source):
        raise ValueError(f"not an origin: {source!r}")
    widened: dict[Loads, list[str]] = g.setdefault("page_policy", {})
    sources = widened.setdefault(kind, [])
    if source not in sources:
        sources.append(source)


def page_policy() -> dict[str, list[str]]:
    """What this request's view asked for: directive → sources."""
    return dict(g.get("page_policy", {}))
