"""What a file really is, decided by its bytes. Pure: knows neither Flask nor the database.

`identify` reads a file on disk and returns its kind, or raises `Refused` with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lms.files.content import mp4, ole, ooxml, pdf, pictures, vtt
from lms.files.content.refusal import FileKind, Reason, Refused

__all__ = ["DOCUMENTS", "EXTENSIONS", "PICTURES", "FileKind", "Reason", "Refused", "identify"]

DOCUMENTS = frozenset({FileKind.PDF, FileKind.DOCX, FileKind.PPTX, FileKind.XLSX})
PICTURES = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})

EXTENSIONS: dict[FileKind, tuple[str, ...]] = {
    FileKind.PDF: ("pdf",),
    FileKind.DOCX: ("docx",),
    FileKind.PPTX: ("pptx",),
    FileKind.XLSX: ("xlsx",),
    FileKind.MP4: ("mp4", "m4v"),
    FileKind.VTT: ("vtt",),
    FileKind.JPEG: ("jpg", "jpeg"),
    FileKind.PNG: ("png",),
    FileKind.WEBP: ("webp",),
}
"""Endings that a kind may have; the first is given to a name that has none."""

MEDIA_TYPES: dict[FileKind, str] = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.MP4: "video/mp4",
    FileKind.VTT: "text/vtt",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
}

HEAD = 4096
TAIL = 66_000
MARKUP = (b"<!doctype", b"<html", b"<script", b"<svg", b"<body", b"<iframe", b"<?php")


@dataclass(frozen=True)
class Content:
    """What a file turned out to be."""

    kind: FileKind
    media_type: str
    duration_seconds: float | None = None


def identify(path: Path, name: str, kinds: frozenset[FileKind]) -> Content:
    """The content of a file that may be one of `kinds`; Refused with the reason otherwise."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size == 0:
            raise Refused(Reason.EMPTY)
        file.seek(0)
        head = file.read(HEAD)
        duration: float | None = None
        if head.startswith(b"PK\x03\x04"):
            kind = ooxml.check(file, size)
        elif head.startswith(ole.SIGNATURE):
            raise Refused(ole.reason(file))
        else:
            kind = _claimed(head, name)
            if any(mark in head.lower() for mark in MARKUP):
                raise Refused(Reason.TWO_FILES)
            duration = _CHECKS[kind](file, size)
            if _ends_as_archive(file, size):
                raise Refused(Reason.TWO_FILES)
    if kind not in kinds:
        raise Refused(Reason.NOT_WANTED, kind)
    extension = extension_of(name)
    if extension and extension not in EXTENSIONS[kind]:
        raise Refused(Reason.WRONG_NAME, kind)
    return Content(kind, MEDIA_TYPES[kind], duration)


def extension_of(name: str) -> str:
    """The ending of a file's name, in lower case, without the dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _claimed(head: bytes, name: str) -> FileKind:
    """The kind that the first bytes claim; the checks that follow hold it to its word."""
    if head.lstrip(b"\xef\xbb\xbf\r\n\t \x00").startswith(b"%PDF-"):
        return FileKind.PDF
    if head[4:8] == b"ftyp":
        return FileKind.MP4
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileKind.WEBP
    if head.startswith((b"WEBVTT", b"\xef\xbb\xbfWEBVTT")):
        return FileKind.VTT
    if extension_of(name) == "vtt":
        raise Refused(Reason.VTT_HEADER)
    raise Refused(Reason.UNKNOWN)


def _ends_as_archive(file: BinaryIO, size: int) -> bool:
    """Whether an archive was hung on the end: one file that two programs read differently."""
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return False
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    return at + 22 + comment == len(tail)


_CHECKS: dict[FileKind, Callable[[BinaryIO, int], float | None]] = {
    FileKind.PDF: pdf.check,
    FileKind.MP4: mp4.check,
    FileKind.VTT: vtt.check,
    FileKind.JPEG: pictures.check_jpeg,
    FileKind.PNG: pictures.check_png,
    FileKind.WEBP: pictures.check_webp,
}
"""Each reads the file (its size is given) and returns its duration in seconds, if it has one."""
