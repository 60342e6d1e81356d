"""PDF: whole from its first line to its last, and without anything that acts by itself.

Names of actions are sought in the objects and in the packed groups of objects, never in the bytes
of pictures and fonts, where they would turn up by chance.
"""

import mmap
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from lms.files.content.refusal import Reason, Refused

TAIL = 4096
MAX_GROUPS = 20_000_000
GROUP = 4_000_000

_STREAM = re.compile(rb"stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|XFA)(?![A-Za-z0-9_.\-])")
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")
_PACKED = re.compile(rb"/ObjStm(?![A-Za-z])")


def check(file: BinaryIO, size: int) -> None:
    """Refused when it is cut off, has a password, or carries a script or a program."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.rfind(b"%%EOF", max(0, size - TAIL)) < 0 or data.rfind(b"startxref") < 0:
            raise Refused(Reason.DAMAGED)
        budget = MAX_GROUPS
        for raw, start, end in _parts(data):
            objects = _plain(raw)
            _check_objects(objects)
            if end > start and _PACKED.search(objects, max(0, len(objects) - 600)):
                group = _unpack(data[start:end], min(GROUP, budget))
                budget -= len(group)
                _check_objects(_plain(group))


def _parts(data: mmap.mmap) -> Iterator[tuple[bytes, int, int]]:
    """The text between streams, each with the place of the stream that follows it."""
    at = 0
    while (found := _STREAM.search(data, at)) is not None:
        end = data.find(b"endstream", found.end())
        end = len(data) if end < 0 else end
        yield data[at : found.start()], found.end(), end
        at = min(end + len(b"endstream"), len(data))
    yield data[at:], 0, 0


def _plain(objects: bytes) -> bytes:
    """Names without their escapes: /J#53 is /JS."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), objects)


def _check_objects(objects: bytes) -> None:
    if _ACTIVE.search(objects):
        raise Refused(Reason.ACTIVE)
    if _LOCKED.search(objects):
        raise Refused(Reason.ENCRYPTED)


def _unpack(stream: bytes, limit: int) -> bytes:
    """The objects of a packed group, up to a limit; nothing if it is packed in another way."""
    try:
        return zlib.decompressobj().decompress(stream, max(limit, 1))
    except zlib.error:
        return b""
