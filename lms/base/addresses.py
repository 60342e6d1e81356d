"""Addresses: the numbers in them, and where to go on to after a form (only ever a path of ours)."""

from typing import Any
from urllib.parse import urlsplit

from werkzeug.routing import IntegerConverter, Map

MOST_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """<int:…> of an address: an id that a database can hold; a larger number is no address."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **({"max": MOST_ID} | kwargs))


def local_path(target: str | None, fallback: str) -> str:
    """`target` if it is a path on this site, else `fallback` (no open redirect)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(char) < 32 for char in target):
        return fallback
    return target
