"""The file as a container: what kind it really is, and whether it is safe to unpack.

Decides by content, never by name; the name is only checked against it. Reads no question.
"""

import io
import re
import zipfile
import zlib
from typing import Literal

from lms.quizzes.importers import errors

Kind = Literal["docx", "xlsx"]

MAX_UNPACKED = 50 * 1024 * 1024
MAX_XML_PART = 20 * 1024 * 1024
MAX_ENTRIES = 2000

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OTHERS = (
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
)
_MAIN_PARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"wordprocessingml.template.main+xml", "docx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"spreadsheetml.template.main+xml", "xlsx"),
)
_NAMES: dict[Kind, str] = {"docx": "Word", "xlsx": "Excel"}
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,5})$")
# Office writes no document type; one in a part is there to be expanded into something huge.
_DOCTYPES = tuple(
    text.encode(encoding)
    for text in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def kind_of(data: bytes, filename: str) -> Kind:
    """The kind of the file by its content, once it is known to be whole and safe to unpack.

    Raises `UnreadableFile` for anything else, and where the name says another kind.
    """
    if not data:
        raise errors.empty()
    if data.startswith(_OLE):
        raise _explain_ole(data)
    if not data.startswith(b"PK"):
        raise _explain_other(data, filename)
    try:
        kind = _look_inside(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise errors.damaged() from error
    except (RuntimeError, ValueError, KeyError) as error:  # an encrypted entry, a broken header
        raise errors.damaged() from error
    extension = _extension(filename)
    if extension in ("docx", "xlsx") and extension != kind:
        raise errors.is_really(_NAMES[kind])
    return kind


def _extension(filename: str) -> str:
    match = _EXTENSION.search(filename.strip())
    return match.group(1).lower() if match else ""


def _look_inside(data: bytes) -> Kind:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
            raise errors.too_large()
        names = {entry.filename for entry in entries}
        if "[Content_Types].xml" not in names:
            raise _explain_zip(archive, names)
        for entry in entries:
            if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                _check_xml(archive, entry)
        types = archive.read("[Content_Types].xml")
    for content_type, kind in _MAIN_PARTS:
        if content_type in types:
            return kind
    if b"macroEnabled" in types:
        raise errors.with_macros()
    if b"presentationml" in types:
        raise errors.is_really("PowerPoint")
    raise errors.unknown_kind()


def _check_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """No part may be huge or carry a document type. (Reading stops at the declared size.)"""
    if entry.file_size > MAX_XML_PART:
        raise errors.too_large()
    part = archive.read(entry)
    if any(doctype in part for doctype in _DOCTYPES):
        raise errors.damaged()


def _explain_zip(archive: zipfile.ZipFile, names: set[str]) -> errors.UnreadableFile:
    is_short = "mimetype" in names and archive.getinfo("mimetype").file_size < 200
    if is_short and b"opendocument" in archive.read("mimetype"):
        return errors.is_really("OpenDocument")
    return errors.is_really("ZIP")


def _explain_ole(data: bytes) -> errors.UnreadableFile:
    """Old Office files, and new ones under a password, share this container."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        return errors.with_password()
    if holds("WordDocument"):
        return errors.old_word()
    if holds("Workbook") or holds("Book"):
        return errors.old_excel()
    return errors.unknown_kind()


def _explain_other(data: bytes, filename: str) -> errors.UnreadableFile:
    for signature, name in _OTHERS:
        if data.startswith(signature):
            return errors.is_really(name)
    head = data[:2000].lower()
    if b"<html" in head or b"<!doctype html" in head:
        return errors.is_really("HTML")
    if _extension(filename) in ("docx", "xlsx"):
        return errors.damaged()
    return errors.unknown_kind()
