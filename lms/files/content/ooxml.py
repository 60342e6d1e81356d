"""Word, PowerPoint and Excel files: told apart by [Content_Types].xml, measured before unpacking.

The directory of the archive is read; nothing is unpacked but the list of content types.
"""

import posixpath
import xml.etree.ElementTree as ET
import zipfile
import zlib
from typing import BinaryIO

from lms.files.content.refusal import FileKind, Reason, Refused

TYPES = "[Content_Types].xml"
MAX_TYPES = 1_000_000
MAX_ENTRIES = 10_000
MAX_UNPACKED = 500_000_000
FREE_UNPACKED = 10_000_000
MAX_RATIO = 100
LOCAL_HEADER = 30

_OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN_TYPES = {
    f"{_OFFICE}wordprocessingml.document.main+xml": FileKind.DOCX,
    f"{_OFFICE}presentationml.presentation.main+xml": FileKind.PPTX,
    f"{_OFFICE}spreadsheetml.sheet.main+xml": FileKind.XLSX,
}
MACRO_MARKS = ("macroenabled", "vbaproject", "vbadata", "activex", "oleobject+exe")
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")


def check(file: BinaryIO, size: int) -> FileKind:
    """Which Office file this is; Refused when it is none, hides a macro, or unpacks to too much."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _measure(entries, archive.start_dir)
            names = {_plain_name(entry) for entry in entries}
            if len(names) != len(entries):
                raise Refused(Reason.DAMAGED)
            if any(posixpath.basename(name) in MACRO_PARTS for name in names):
                raise Refused(Reason.MACROS)
            if TYPES.lower() not in names:
                raise Refused(Reason.UNKNOWN)
            return _kind(_read_types(archive), names)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise Refused(Reason.DAMAGED) from error
    except (RuntimeError, NotImplementedError) as error:
        raise Refused(Reason.DAMAGED) from error


def _measure(entries: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Refuse what would unpack to too much, is locked, or reads the same bytes twice."""
    if len(entries) > MAX_ENTRIES:
        raise Refused(Reason.BOMB)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED or _is_bomb(unpacked, packed):
        raise Refused(Reason.BOMB)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.flag_bits & 0x1:
            raise Refused(Reason.ENCRYPTED)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(Reason.DAMAGED)
        if _is_bomb(entry.file_size, entry.compress_size):
            raise Refused(Reason.BOMB)
        if entry.header_offset < end:
            raise Refused(Reason.BOMB)
        end = entry.header_offset + LOCAL_HEADER + entry.compress_size
    if end > directory_at:
        raise Refused(Reason.BOMB)
    if entries and min(entry.header_offset for entry in entries) != 0:
        raise Refused(Reason.TWO_FILES)


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > FREE_UNPACKED and unpacked > MAX_RATIO * max(packed, 1)


def _plain_name(entry: zipfile.ZipInfo) -> str:
    """The name of a part in lower case; Refused if it would lead out of a folder."""
    name = entry.filename
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise Refused(Reason.DAMAGED)
    return name.lower()


def _read_types(archive: zipfile.ZipFile) -> bytes:
    entry = next(entry for entry in archive.infolist() if entry.filename.lower() == TYPES.lower())
    if entry.file_size > MAX_TYPES:
        raise Refused(Reason.BOMB)
    with archive.open(entry) as part:
        return part.read(MAX_TYPES + 1)


def _kind(types: bytes, names: set[str]) -> FileKind:
    """The kind by the one main part that the list of types names and the archive holds."""
    text = types.decode("utf-8-sig")
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        raise Refused(Reason.DAMAGED)
    try:
        root = ET.fromstring(text)  # noqa: S314 - without a document type it cannot expand
    except ET.ParseError as error:
        raise Refused(Reason.DAMAGED) from error
    declared = [
        (node.get("ContentType", ""), node.get("PartName", "").lstrip("/").lower())
        for node in root.iter()
    ]
    if any(mark in kind.lower() for kind, _part in declared for mark in MACRO_MARKS):
        raise Refused(Reason.MACROS)
    kinds = {MAIN_TYPES[kind] for kind, part in declared if kind in MAIN_TYPES and part in names}
    if len(kinds) != 1:
        raise Refused(Reason.UNKNOWN)
    return kinds.pop()
