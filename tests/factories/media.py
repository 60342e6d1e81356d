"""Real files made of bytes: small, valid, and each able to be spoiled in one place."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

VTT = "WEBVTT\n\n00:00.000 --> 00:04.000\nXin chào các đồng chí.\n"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def _png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 16, 9, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\x0b\x5a\x4a" * 16) * 9
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


PNG = _png()
"""A picture of 16 × 9 dots."""


def box(kind: bytes, *parts: bytes) -> bytes:
    """One box of an MP4 file."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full_box(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def tiny_mp4(
    seconds: float = 180.0, *, timescale: int = 1000, external: bool = False, moov: bool = True
) -> bytes:
    """A recording of so many seconds with one video track of one sample."""
    units = round(seconds * timescale)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    ftyp = box(b"ftyp", b"isom\x00\x00\x02\x00isommp41")
    media = box(b"mdat", b"\x00" * 16)
    if not moov:
        return ftyp + media
    mvhd = full_box(
        b"mvhd",
        struct.pack(">IIII", 0, 0, timescale, units),
        struct.pack(">IHH8x", 0x10000, 0x0100, 0),
        matrix,
        struct.pack(">24xI", 2),
    )
    tkhd = full_box(
        b"tkhd",
        struct.pack(">IIIII8xHHH2x", 0, 0, 1, 0, units, 0, 0, 0),
        matrix,
        struct.pack(">II", 320 << 16, 180 << 16),
        flags=3,
    )
    reference = (
        full_box(b"url ", b"https://vidu.vn/phim.mp4\x00")
        if external
        else full_box(b"url ", flags=1)
    )
    sample = box(
        b"avc1", struct.pack(">6xH16xHHII4xH32xHh", 1, 320, 180, 0x480000, 0x480000, 1, 24, -1)
    )
    table = box(
        b"stbl",
        full_box(b"stsd", struct.pack(">I", 1), sample),
        full_box(b"stts", struct.pack(">III", 1, 1, units)),
        full_box(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        full_box(b"stsz", struct.pack(">II", 16, 1)),
        full_box(b"stco", struct.pack(">II", 1, len(ftyp) + 8)),
    )
    minf = box(
        b"minf",
        full_box(b"vmhd", struct.pack(">4H", 0, 0, 0, 0), flags=1),
        box(b"dinf", full_box(b"dref", struct.pack(">I", 1), reference)),
        table,
    )
    mdia = box(
        b"mdia",
        full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, timescale, units, 0x55C4, 0)),
        full_box(b"hdlr", struct.pack(">I4s12x", 0, b"vide"), b"VideoHandler\x00"),
        minf,
    )
    return ftyp + media + box(b"moov", mvhd, box(b"trak", tkhd, mdia))


def tiny_pdf(extra: bytes = b"") -> bytes:
    """A PDF of one empty page."""
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(
        (
            b"<< /Type /Catalog /Pages 2 0 R " + extra + b">>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        ),
        start=1,
    ):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    )


def office(
    main_type: str = WORD, part: str = "word/document.xml", more: dict[str, bytes] | None = None
) -> bytes:
    """An OOXML package: a Word file unless told otherwise. `more` adds parts."""
    types = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{main_type}"/></Types>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(part, "<root>Xin chào</root>")
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return packed.getvalue()
