"""Opening a roster file by its content: an Excel workbook, a CSV file, or a refusal that helps."""

import mmap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from lms.people.roster import errors
from lms.people.roster.cells import Merge, Row
from lms.people.roster.delimited import CsvSheet, Score
from lms.people.roster.spreadsheet import XlsxWorkbook

MOST_BYTES = 60 * 1024 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OTHERS = (
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "GZIP"),
)


class Sheet(Protocol):
    """What the reading needs of a sheet, whatever the file is."""

    name: str
    is_hidden: bool
    is_1904: bool

    def merges(self) -> list[Merge]: ...

    def rows(self) -> Iterator[Row]: ...


class Workbook(Protocol):
    """An open file with its sheets."""

    @property
    def sheets(self) -> Sequence[Sheet]: ...

    def close(self) -> None: ...


class _CsvWorkbook:
    def __init__(self, sheet: CsvSheet) -> None:
        self.sheets = [sheet]

    def close(self) -> None:
        """Nothing is kept open between readings."""


def open_workbook(path: Path, name: str, score: Score) -> Workbook:
    """Open by content; the name is only shown. `score` rates rows of text as a roster's.

    Raises UnreadableRoster with what to do about any other file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise errors.missing() from error
    if not head.strip():
        raise errors.empty()
    if size > MOST_BYTES:
        raise errors.too_large()
    if head.startswith(b"PK"):
        return XlsxWorkbook(path)
    if head.startswith(_OLE):
        raise _explain_ole(path)
    _refuse_others(head, name)
    return _CsvWorkbook(CsvSheet(path, Path(name).stem, score))


def _explain_ole(path: Path) -> errors.UnreadableRoster:
    """Old Office files, and new ones under a password, share this container."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:

        def holds(stream: str) -> bool:
            return data.find(stream.encode("utf-16-le")) >= 0

        if holds("EncryptedPackage") or holds("EncryptionInfo"):
            return errors.with_password()
        if holds("Workbook") or holds("Book"):
            return errors.old_excel()
    return errors.unknown_kind()


def _refuse_others(head: bytes, name: str) -> None:
    for signature, kind in _OTHERS:
        if head.startswith(signature):
            raise errors.is_really(kind)
    # The zeros of UTF-16 are taken out, so that the marks are found in any encoding.
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if plain.startswith((b"<", b"mime-version")):
        raise errors.is_really("HTML" if b"html" in plain or b"<table" in plain else "XML")
    if Path(name).suffix.lower() in (".xlsx", ".xls") and _is_binary(head):
        raise errors.damaged()


def _is_binary(head: bytes) -> bool:
    return head.count(0) > 0 and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
