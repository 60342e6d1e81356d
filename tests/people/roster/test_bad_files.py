"""Files that are no roster, or are made to hurt: an answer that helps, within bounds of memory."""

from __future__ import annotations

import codecs
import contextlib
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lms.people.roster import UnreadableRoster, open_roster
from tests.people.roster import raw

MOST_MEGABYTES = 100
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_READ = """
import sys
from pathlib import Path
from lms.people.roster import UnreadableRoster, open_roster, reading
if len(sys.argv) > 2:
    reading.MOST_LINES = int(sys.argv[2])
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024
before = peak()
try:
    count = sum(1 for _ in open_roster(Path(sys.argv[1]), sys.argv[1]).lines())
    answer = f"read {count}"
except UnreadableRoster as error:
    answer = error.kind
print(peak() - before, answer)
"""


def read_apart(path: Path, most_lines: int | None = None) -> tuple[int, str]:
    """(megabytes above the start, what came of it) of reading in a process of its own."""
    limit = [str(most_lines)] if most_lines else []
    command = [sys.executable, "-c", _READ, str(path), *limit]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    megabytes, _, answer = done.stdout.strip().partition(" ")
    return int(megabytes), answer


def read(path: Path) -> int:
    return sum(1 for _ in open_roster(path, path.name).lines())


def kind_of(path: Path) -> str:
    with pytest.raises(UnreadableRoster) as caught:
        read(path)
    assert str(caught.value.message)
    return caught.value.kind


def test_the_workbook_by_hand_is_read(tmp_path: Path) -> None:
    assert read(raw.plain(tmp_path / "a.xlsx")) == 1


# By content, whatever the name ------------------------------------------------------------------
def _types(content_type: str) -> str:
    return f'<Types><Override PartName="/xl/workbook.xml" ContentType="{content_type}"/></Types>'


CONTENTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "spaces": (b" \n ", "empty"),
    "old Excel": (_OLE + bytes(600) + "Workbook".encode("utf-16-le"), "old_format"),
    "password": (_OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
    "other OLE": (_OLE + bytes(600), "unknown_kind"),
    "HTML": (b"<html><table><tr><td>STT</td></tr></table></html>", "wrong_content"),
    "HTML with a mark": (codecs.BOM_UTF8 + b"\r\n<!DOCTYPE html><html>", "wrong_content"),
    "HTML in UTF-16": ("\ufeff<html><body>".encode("utf-16-le"), "wrong_content"),
    "XML of 2003": (b'<?xml version="1.0"?><Workbook xmlns="urn:x">', "wrong_content"),
    "PDF": (b"%PDF-1.7 ...", "wrong_content"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "wrong_content"),
    "bytes": (bytes(range(256)) * 4, "damaged"),
    "cut zip": (b"PK\x03\x04" + bytes(100), "damaged"),
}


@pytest.mark.parametrize(("data", "kind"), CONTENTS.values(), ids=CONTENTS.keys())
def test_the_content_decides(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(data)
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (_types("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macros"),
        (_types("application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "macros"),
        (_types("application/vnd.ms-excel.sheet.binary.main"), "old_format"),
        (_types("application/x.wordprocessingml.document.main+xml"), "wrong_content"),
        (_types("application/x"), "unknown_kind"),
        ("", "wrong_content"),
    ],
)
def test_other_packages_by_their_types(tmp_path: Path, types: str, kind: str) -> None:
    assert kind_of(raw.plain(tmp_path / "a.xlsx", types=types)) == kind


def test_an_open_document_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(UnreadableRoster, match="OpenDocument"):
        read(path)


def test_a_workbook_under_another_name_is_read(tmp_path: Path) -> None:
    for name in ("a.xls", "a.csv", "a.xlsm", "a"):
        assert read(raw.plain(tmp_path / name)) == 1


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.99])
def test_a_truncated_workbook(tmp_path: Path, kept: float) -> None:
    path = raw.plain(tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    assert kind_of(path) == "damaged"


def test_no_byte_that_is_changed_ends_in_another_error(tmp_path: Path) -> None:
    whole = raw.plain(tmp_path / "a.xlsx").read_bytes()
    path = tmp_path / "b.xlsx"
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        with contextlib.suppress(UnreadableRoster):  # and nothing but that
            read(path)


@pytest.mark.parametrize("missing", ["rels", "workbook", "sheet"])
def test_a_package_without_a_part(tmp_path: Path, missing: str) -> None:
    path = tmp_path / "a.xlsx"
    assert kind_of(raw.plain(path, **{missing: ""})) in ("damaged", "no_header")


def test_a_package_without_styles_or_strings_is_read(tmp_path: Path) -> None:
    assert read(raw.plain(tmp_path / "a.xlsx", strings="", styles="")) == 1


def test_a_list_without_a_header(tmp_path: Path) -> None:
    assert kind_of(raw.write(tmp_path / "a.xlsx", raw.sheet(raw.row(raw.PERSON)))) == "no_header"
    assert kind_of(raw.write(tmp_path / "b.xlsx", raw.sheet())) == "no_header"


# Markup made to hurt ----------------------------------------------------------------------------
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
    "<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<worksheet><sheetData><row><c><v>&x;</v></c></row></sheetData></worksheet>"
)


@pytest.mark.parametrize("bad", [LAUGHS, OUTSIDE, OUTSIDE.encode("utf-16")])
@pytest.mark.parametrize("part", ["sheet", "strings", "styles", "workbook", "rels"])
def test_entities_are_refused_in_every_part(tmp_path: Path, bad: str | bytes, part: str) -> None:
    path = tmp_path / "a.xlsx"
    raw.write(path, bad) if part == "sheet" else raw.plain(path, **{part: bad})
    assert kind_of(path) == "damaged"


@pytest.mark.parametrize(
    "text",
    [
        "<worksheet><sheetData><row><c r='A1'>",
        "<worksheet><sheetData>" + raw.row(raw.HEADER, 5) + raw.row(raw.PERSON, 4),
        raw.sheet("<row r='99999999'><c><v>1</v></c></row>"),
        raw.sheet("<row r='x'><c><v>1</v></c></row>"),
        raw.sheet("<row><c t='s'><v>7</v></c></row>"),
        raw.sheet("<row><c t='s'><v>-1</v></c></row>"),
        raw.sheet("<row><c r='$$$1'><v>1</v></c></row>"),
        raw.sheet("<row><c><f t='array' ref='nowhere'/><v>1</v></c></row>"),
        "<a>" * 5000,
    ],
)
def test_broken_markup(tmp_path: Path, text: str) -> None:
    path = raw.write(tmp_path / "a.xlsx", text, strings="<sst/>")
    assert kind_of(path) in ("damaged", "no_header")


# Memory -----------------------------------------------------------------------------------------
def _endless(
    path: Path, megabytes: int, before: str, after: str, block: bytes = b"a" * 1024
) -> Path:
    """A sheet with one endless run of letters inside."""
    names = raw.write(path, "x")
    with zipfile.ZipFile(names, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", raw.TYPES)
        archive.writestr("_rels/.rels", raw.ROOT_RELS)
        archive.writestr("xl/workbook.xml", raw.WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", raw.RELS)
        with archive.open("xl/worksheets/s1.xml", "w", force_zip64=True) as part:
            part.write(f"<worksheet><sheetData>{raw.row(raw.HEADER)}{before}".encode())
            for _ in range(megabytes * 1024 * 1024 // len(block)):
                part.write(block)
            part.write(f"{after}</sheetData></worksheet>".encode())
    return path


ENDLESS: dict[str, tuple[str, str]] = {
    "text": ('<row><c t="inlineStr"><is><t>', "</t></is></c></row>"),
    "attribute": ('<row><c r="', '"/></row>'),
    "name of an element": ("<", "/>"),
    "comment": ("<!--", "-->"),
    "instruction": ("<?x ", "?>"),
}


@pytest.mark.parametrize(("before", "after"), ENDLESS.values(), ids=ENDLESS.keys())
def test_an_endless_token_takes_no_memory(tmp_path: Path, before: str, after: str) -> None:
    """Letters that hardly pack, so that the bound on the ratio lets the file through."""
    block = ("a" + random.Random(1).randbytes(32_768).hex()).encode()
    path = _endless(tmp_path / "a.xlsx", 40, before, after, block)
    megabytes, answer = read_apart(path)
    assert megabytes < 20
    assert answer == ("read 0" if before.endswith("<t>") else "too_large")


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    _endless(path, 200, *ENDLESS["text"])
    assert path.stat().st_size < 1_500_000
    megabytes, answer = read_apart(path)
    assert (megabytes < 20, answer) == (True, "too_large")


def test_sizes_that_lie_are_found_out(tmp_path: Path) -> None:
    """The directory says 100 bytes where megabytes are packed: reading ends there."""
    path = _endless(tmp_path / "a.xlsx", 30, *ENDLESS["text"])
    data = bytearray(path.read_bytes())
    place = data.rfind(b"xl/worksheets/s1.xml") - 46
    data[place + 24 : place + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    megabytes, answer = read_apart(path)
    assert (megabytes < 30, answer) == (True, "damaged")


def test_too_many_entries(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"xl/{number}.xml", "")
    megabytes, answer = read_apart(path)
    assert (megabytes < 8, answer) == (True, "too_large")


@pytest.mark.parametrize("part", ["strings", "styles"])
def test_parts_that_hold_millions_of_entries(tmp_path: Path, part: str) -> None:
    many = {"strings": "<sst>{}</sst>", "styles": "<styleSheet><cellXfs>{}</cellXfs></styleSheet>"}
    one = {"strings": "<si><t>{}</t></si>", "styles": '<xf numFmtId="{}"/>'}[part]
    content = many[part].format("".join(one.format(n) for n in range(600_000)))
    path = raw.plain(tmp_path / "a.xlsx", **{part: content})
    megabytes, answer = read_apart(path)
    assert megabytes < MOST_MEGABYTES and answer == "read 1"


def test_sixteen_thousand_columns(tmp_path: Path) -> None:
    wide = "<row>" + "<c><v>1</v></c>" * 16_384 + "</row>"
    path = raw.write(tmp_path / "a.xlsx", raw.sheet(raw.row(raw.HEADER), raw.row(raw.PERSON), wide))
    megabytes, answer = read_apart(path)
    assert megabytes < 50 and answer.startswith("read")
    headers = raw.row([*raw.HEADER, *(f"Cột {n}" for n in range(16_000))])
    assert kind_of(raw.write(path, raw.sheet(headers, raw.row(raw.PERSON)))) == "too_many_columns"


def test_a_million_rows(tmp_path: Path) -> None:
    """Refused once more than the limit have been read, and the memory stays where it was."""
    people = "".join(raw.row((n, "Lê An", 1960, f"{n:08d}", "Chi bộ 1")) for n in range(1, 20_001))
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in (
            ("[Content_Types].xml", raw.TYPES),
            ("_rels/.rels", raw.ROOT_RELS),
            ("xl/workbook.xml", raw.WORKBOOK),
            ("xl/_rels/workbook.xml.rels", raw.RELS),
        ):
            archive.writestr(name, text)
        with archive.open("xl/worksheets/s1.xml", "w", force_zip64=True) as part:
            part.write(f"<worksheet><sheetData>{raw.row(raw.HEADER)}".encode())
            for _ in range(16):
                part.write(people.encode())
            part.write(b"</sheetData></worksheet>")
    megabytes, answer = read_apart(path, most_lines=50_000)
    assert (megabytes < 40, answer) == (True, "too_many_rows")


# CSV --------------------------------------------------------------------------------------------
LINES = "STT,Họ và tên,Năm sinh,Số thẻ\r\n1,Nguyễn Văn An,1962,67000001\r\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (LINES.encode() + b'2,"An', "open_quote"),
        (LINES.encode() + b"\x81\x8d\x90\xff", "unknown_letters"),
        (LINES.encode("utf-16") + b"\x00\xd8", "unknown_letters"),
        (LINES.encode() + b"x" * 3_000_000, "too_large"),
        (b"GIF89a" + LINES.encode(), "wrong_content"),
        (b"\x00\x01\x02" + LINES.encode(), "unknown_kind"),
    ],
)
def test_bad_text(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert kind_of(path) == kind


@pytest.mark.parametrize("write", [lambda p: p.mkdir(), lambda p: None])
def test_a_file_that_is_not_there(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "a.csv")
    assert kind_of(tmp_path / "a.csv") == "missing"
