"""MP4: a small reader of the boxes that matter, which gives the duration and follows no reference.

A recording must play from its start in every browser: one index (moov), its data inside the file,
a picture in a codec that browsers carry.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from lms.files.content.refusal import Reason, Refused

BRANDS = frozenset(
    b"isom iso2 iso3 iso4 iso5 iso6 iso7 iso8 iso9 avc1 mp41 mp42 M4V_ MSNV".replace(
        b"_", b" "
    ).split(b" ")
) | {b"M4V "}
CODECS = frozenset({b"avc1", b"avc3", b"av01", b"vp09"})
MAX_INDEX = 64_000_000
MAX_BOXES = 20_000
MAX_SECONDS = 24 * 3600
UNKNOWN_LENGTHS = (0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)

Box = tuple[bytes, memoryview]


def check(file: BinaryIO, size: int) -> float:
    """The duration of an MP4 file in seconds; Refused when it is not one that plays."""
    index: bytes | None = None
    for kind, start, end in _top_boxes(file, size):
        if kind == b"ftyp":
            _check_brand(file, start, end)
        elif kind in (b"moof", b"sidx", b"styp"):
            raise Refused(Reason.MP4_FRAGMENTED)
        elif kind == b"moov":
            if index is not None or end - start > MAX_INDEX:
                raise Refused(Reason.DAMAGED)
            file.seek(start)
            index = file.read(end - start)
    if index is None:
        raise Refused(Reason.MP4_NO_INDEX)
    try:
        return _check_index(memoryview(index))
    except struct.error as error:
        raise Refused(Reason.DAMAGED) from error


def _top_boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start and end of the body) of the boxes that make up the file, to its last byte."""
    at, count = 0, 0
    while at < size:
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            raise Refused(Reason.DAMAGED)
        length, kind = struct.unpack(">I4s", header[:8])
        body = at + 8
        if length == 1 and len(header) == 16:
            length, body = int.from_bytes(header[8:], "big"), at + 16
        elif length == 0:
            length = size - at
        count += 1
        if at + length > size or body > at + length or count > MAX_BOXES:
            raise Refused(Reason.DAMAGED)
        yield kind, body, at + length
        at += length


def _check_brand(file: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    body = file.read(min(end - start, 1024))
    brands = {body[:4], *(body[at : at + 4] for at in range(8, len(body) - 3, 4))}
    if not brands & BRANDS:
        raise Refused(Reason.UNKNOWN)


def _check_index(index: memoryview) -> float:
    duration, has_picture = 0.0, False
    for kind, body in _boxes(index):
        if kind == b"mvex":
            raise Refused(Reason.MP4_FRAGMENTED)
        if kind in (b"rmra", b"cmov"):
            raise Refused(Reason.MP4_EXTERNAL)
        if kind == b"mvhd":
            duration = max(duration, _length(body))
        if kind == b"trak":
            track_duration, is_picture = _check_track(body)
            duration = max(duration, track_duration)
            has_picture = has_picture or is_picture
    if not has_picture:
        raise Refused(Reason.MP4_NO_PICTURE)
    if not 0 < duration <= MAX_SECONDS:
        raise Refused(Reason.DAMAGED)
    return duration


def _check_track(track: memoryview) -> tuple[float, bool]:
    """(its length in seconds, whether it is a picture) of a track whose data lie in the file."""
    media = dict(_boxes(_one(track, b"mdia")))
    inner = dict(_boxes(media.get(b"minf", memoryview(b""))))
    for _kind, body in _boxes(_one(inner.get(b"dinf", memoryview(b"")), b"dref")[8:]):
        if not body[3] & 1:
            raise Refused(Reason.MP4_EXTERNAL)
    is_picture = bytes(media.get(b"hdlr", memoryview(b""))[8:12]) == b"vide"
    if is_picture:
        samples = _one(inner.get(b"stbl", memoryview(b"")), b"stsd")[8:]
        for kind, _body in _boxes(samples):
            if kind not in CODECS:
                raise Refused(Reason.MP4_CODEC, kind.decode("ascii", "replace"))
    return (_length(media[b"mdhd"]) if is_picture and b"mdhd" in media else 0.0), is_picture


def _length(header: memoryview) -> float:
    """Seconds of a movie or media header, of either version; 0 where it does not know."""
    if header[0] == 1:
        scale, units = struct.unpack_from(">IQ", header, 20)
    else:
        scale, units = struct.unpack_from(">II", header, 12)
    return units / scale if scale and units not in UNKNOWN_LENGTHS else 0.0


def _one(parent: memoryview, wanted: bytes) -> memoryview:
    return next((body for kind, body in _boxes(parent) if kind == wanted), memoryview(b""))


def _boxes(data: memoryview) -> Iterator[Box]:
    """The boxes that make up a body; Refused when one reaches beyond it."""
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if length == 1 and at + 16 <= len(data):
            length, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        elif length == 0:
            length = len(data) - at
        if length < body - at or at + length > len(data):
            raise Refused(Reason.DAMAGED)
        yield kind, data[body : at + length]
        at += length
