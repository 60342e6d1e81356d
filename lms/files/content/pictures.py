"""Pictures: JPEG, PNG and WebP, whole and of a size that a phone can draw."""

import struct
from typing import BinaryIO

from lms.files.content.refusal import Reason, Refused

MAX_SIDE = 10_000
MAX_AREA = 50_000_000
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_jpeg(file: BinaryIO, size: int) -> None:
    """Walk the segments up to the frame, which holds the size."""
    at = 2
    while at + 4 <= size:
        file.seek(at)
        marker = file.read(9)
        if len(marker) < 4 or marker[0] != 0xFF:
            break
        if marker[1] == 0xFF:
            at += 1
            continue
        if marker[1] in FRAMES and len(marker) == 9:
            height, width = struct.unpack(">HH", marker[5:9])
            return _check_size(width, height)
        at += 2 + struct.unpack(">H", marker[2:4])[0]
    raise Refused(Reason.DAMAGED)


def check_png(file: BinaryIO, size: int) -> None:
    """Walk the chunks to the end, where nothing may follow."""
    at, width, height = 8, 0, 0
    while at + 12 <= size:
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        if at == 8:
            if kind != b"IHDR" or length != 13:
                break
            width, height = struct.unpack(">II", file.read(8))
        at += 12 + length
        if kind == b"IEND":
            if at != size:
                raise Refused(Reason.TWO_FILES)
            return _check_size(width, height)
    raise Refused(Reason.DAMAGED)


def check_webp(file: BinaryIO, size: int) -> None:
    """The size of the container, and the picture's from its first chunk."""
    file.seek(4)
    head = file.read(28)
    if len(head) < 26 or struct.unpack("<I", head[:4])[0] + 8 not in (size, size - 1):
        raise Refused(Reason.DAMAGED)
    kind, data = head[8:12], head[16:]
    if kind == b"VP8X":
        width = int.from_bytes(data[4:7], "little") + 1
        height = int.from_bytes(data[7:10], "little") + 1
    elif kind == b"VP8L" and data[0] == 0x2F:
        packed = int.from_bytes(data[1:5], "little")
        width, height = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", data[6:10]))
    else:
        raise Refused(Reason.DAMAGED)
    return _check_size(width, height)


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE) or width * height > MAX_AREA:
        raise Refused(Reason.PICTURE_SIZE)
