"""What a file really is: good ones are taken whatever they are called, bad ones are refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from lms.files.content import DOCUMENTS, FileKind, Reason, Refused, identify
from lms.files.content.ooxml import MAX_ENTRIES
from lms.files.naming import display_name
from tests.factories.media import PNG, SHEET, SLIDES, VTT, box, office, tiny_mp4, tiny_pdf

EVERYTHING = frozenset(FileKind)
DEMO = Path(__file__).resolve().parents[2] / "lms" / "cli" / "demo" / "files"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00\xff\xd9"
)
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def kind_of(tmp_path: Path):
    def identified(content: bytes, name: str, kinds: frozenset[FileKind] = EVERYTHING) -> FileKind:
        path = tmp_path / "file"
        path.write_bytes(content)
        return identify(path, name, kinds).kind

    return identified


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (tiny_pdf(), "bai.pdf", FileKind.PDF),
        (b"\xef\xbb\xbf" + tiny_pdf(), "BAI.PDF", FileKind.PDF),
        (tiny_pdf(), "không có đuôi", FileKind.PDF),
        (office(), "bai.docx", FileKind.DOCX),
        (office(SLIDES, "ppt/presentation.xml"), "bai.pptx", FileKind.PPTX),
        (office(SHEET, "xl/workbook.xml"), "bai.xlsx", FileKind.XLSX),
        (tiny_mp4(), "buoi.mp4", FileKind.MP4),
        (VTT.encode(), "phu-de.vtt", FileKind.VTT),
        (b"\xef\xbb\xbf" + VTT.replace("\n", "\r\n").encode(), "phu-de.vtt", FileKind.VTT),
        (PNG, "anh.png", FileKind.PNG),
        (JPEG, "anh.JPG", FileKind.JPEG),
    ],
)
def test_what_is_whole_is_known(kind_of, content: bytes, name: str, kind: FileKind) -> None:
    assert kind_of(content, name) is kind


@pytest.mark.parametrize(
    ("name", "kind", "seconds"),
    [
        ("buoi-mo-dau.mp4", FileKind.MP4, 89.568),
        ("buoi-mo-dau.vi.vtt", FileKind.VTT, None),
        ("buoi-mo-dau.webp", FileKind.WEBP, None),
        ("tai-lieu-buoi-mo-dau.pdf", FileKind.PDF, None),
    ],
)
def test_files_made_by_others_are_known(name: str, kind: FileKind, seconds: float | None) -> None:
    content = identify(DEMO / name, name, EVERYTHING)
    assert (content.kind, content.duration_seconds) == (kind, seconds)


def refused(kind_of, content: bytes, name: str, kinds: frozenset[FileKind] = EVERYTHING) -> Refused:
    with pytest.raises(Refused) as caught:
        kind_of(content, name, kinds)
    return caught.value


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "bai.pdf", Reason.EMPTY),
        (HTML, "bai.pdf", Reason.UNKNOWN),
        (HTML, "bai.html", Reason.UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "anh.png", Reason.UNKNOWN),
        (b"MZ\x90\x00" + b"\x00" * 200, "bai.pdf", Reason.UNKNOWN),
        (b"\x7fELF" + b"\x00" * 200, "buoi.mp4", Reason.UNKNOWN),
        (b"GIF89a" + b"\x00" * 200, "anh.gif", Reason.UNKNOWN),
        (b"#!/bin/sh\nrm -rf /", "bai.docx", Reason.UNKNOWN),
        (tiny_pdf(), "bai.pdf.exe", Reason.WRONG_NAME),
        (tiny_pdf(), "bai.docx", Reason.WRONG_NAME),
        (office(), "bai.pdf", Reason.WRONG_NAME),
        (office(), "bai.docm", Reason.WRONG_NAME),
        (PNG, "anh.jpg", Reason.WRONG_NAME),
        (tiny_pdf()[:60], "bai.pdf", Reason.DAMAGED),
        (HTML + tiny_pdf(), "bai.pdf", Reason.UNKNOWN),
        (tiny_pdf().replace(b"%PDF-1.4\n", b"%PDF-1.4\n" + HTML), "bai.pdf", Reason.TWO_FILES),
        (tiny_pdf() + office(), "bai.pdf", Reason.TWO_FILES),
        (PNG + office(), "anh.png", Reason.TWO_FILES),
        (JPEG + office(), "anh.jpg", Reason.TWO_FILES),
        (tiny_pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >> "), "b.pdf", Reason.ACTIVE),
        (tiny_pdf(b"/AA << /O << /S /J#61vaScript >> >> "), "b.pdf", Reason.ACTIVE),
        (tiny_pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >> "), "b.pdf", Reason.ACTIVE),
        (tiny_pdf(b"/Encrypt 5 0 R "), "bai.pdf", Reason.ENCRYPTED),
        (PNG[:-4], "anh.png", Reason.DAMAGED),
        (JPEG[:22], "anh.jpg", Reason.DAMAGED),
        (
            JPEG.replace(b"\x08\x00\x10\x00\x20", b"\x08\xff\x10\x00\x20"),
            "anh.jpg",
            Reason.PICTURE_SIZE,
        ),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"\x00" * 40, "anh.webp", Reason.DAMAGED),
    ],
)
def test_what_is_not_whole_or_not_ours_is_refused(
    kind_of, content: bytes, name: str, reason: Reason
) -> None:
    assert refused(kind_of, content, name).reason is reason


def test_a_good_file_in_the_wrong_place_is_named(kind_of) -> None:
    refusal = refused(kind_of, tiny_mp4(), "buoi.mp4", DOCUMENTS)
    assert (refusal.reason, refusal.detail) == (Reason.NOT_WANTED, "mp4")


def test_a_script_hidden_in_packed_objects_is_found_and_chance_in_a_picture_is_not(kind_of) -> None:
    packed = zlib.compress(b"1 0 << /S /JavaScript /JS (x) >>")
    stream = b"9 0 obj << /Type %s /Filter /FlateDecode >> stream\n%s\nendstream endobj\n"
    before, after = tiny_pdf().split(b"xref", 1)
    hidden = before + stream % (b"/ObjStm", packed) + b"xref" + after
    chance = before + stream % (b"/XObject", b"\x00/JS \x01/Launch ") + b"xref" + after
    assert refused(kind_of, hidden, "bai.pdf").reason is Reason.ACTIVE
    assert kind_of(chance, "bai.pdf") is FileKind.PDF


MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (office(MACRO), "bai.docm", Reason.MACROS),
        (office(MACRO), "bai.docx", Reason.MACROS),
        (office(more={"word/vbaProject.bin": b"x"}), "bai.docx", Reason.MACROS),
        (office(more={"word/VBAPROJECT.BIN": b"x"}), "bai.docx", Reason.MACROS),
        (office("application/xml"), "bai.docx", Reason.UNKNOWN),
        (office(more={"../../etc/passwd": b"x"}), "bai.docx", Reason.DAMAGED),
        (office(more={"C:\\autorun.inf": b"x"}), "bai.docx", Reason.DAMAGED),
        (office()[:-30], "bai.docx", Reason.DAMAGED),
        (office()[:200], "bai.docx", Reason.DAMAGED),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 500, "bai.doc", Reason.OLD_OFFICE),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "bai.docx",
            Reason.ENCRYPTED,
        ),
        (office(more={"word/a.xml": b"0" * 12_000_000}), "bai.docx", Reason.BOMB),
        (
            office(more={f"word/{n}.xml": b"" for n in range(MAX_ENTRIES)}),
            "bai.docx",
            Reason.BOMB,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_office_files_that_hide_something(
    kind_of, content: bytes, name: str, reason: Reason
) -> None:
    assert refused(kind_of, content, name).reason is reason


def test_an_archive_that_is_no_office_file(kind_of) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.html", HTML)
    assert refused(kind_of, packed.getvalue(), "bai.docx").reason is Reason.UNKNOWN


def test_a_main_part_that_is_named_and_missing(kind_of) -> None:
    packed = io.BytesIO(office())
    with zipfile.ZipFile(packed) as whole:
        types = whole.read("[Content_Types].xml")
    lacking = io.BytesIO()
    with zipfile.ZipFile(lacking, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
    assert refused(kind_of, lacking.getvalue(), "bai.docx").reason is Reason.UNKNOWN


def test_a_list_of_types_that_expands_into_more_is_not_parsed(kind_of) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    assert refused(kind_of, packed.getvalue(), "bai.docx").reason is Reason.DAMAGED


def test_parts_that_share_their_bytes_are_a_bomb(kind_of) -> None:
    content = bytearray(office(more={"word/a.xml": b"a" * 100, "word/b.xml": b"b" * 100}))
    directory = content.index(b"PK\x01\x02")
    entries = [at for at in range(directory, len(content)) if content[at : at + 4] == b"PK\x01\x02"]
    content[entries[-1] + 42 : entries[-1] + 46] = content[entries[-2] + 42 : entries[-2] + 46]
    assert refused(kind_of, bytes(content), "bai.docx").reason is Reason.BOMB


def test_an_office_file_with_something_in_front_of_it_is_two_files(kind_of) -> None:
    content = b"PK\x03\x04" + HTML + office()
    assert refused(kind_of, content, "bai.docx").reason is Reason.TWO_FILES


@pytest.mark.parametrize("seconds", [0.5, 89.568, 3 * 3600])
def test_the_length_of_a_recording(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "buoi.mp4"
    path.write_bytes(tiny_mp4(seconds))
    assert identify(path, "buoi.mp4", EVERYTHING).duration_seconds == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (tiny_mp4(moov=False), Reason.MP4_NO_INDEX),
        (tiny_mp4(external=True), Reason.MP4_EXTERNAL),
        (tiny_mp4().replace(b"vmhd", b"mvex").replace(b"mvhd", b"mvex", 1), Reason.MP4_FRAGMENTED),
        (tiny_mp4() + box(b"moof", b"\x00" * 8), Reason.MP4_FRAGMENTED),
        (tiny_mp4() + tiny_mp4()[-700:], Reason.DAMAGED),
        (tiny_mp4()[:-5], Reason.DAMAGED),
        (tiny_mp4().replace(b"avc1\x00", b"hvc1\x00"), Reason.MP4_CODEC),
        (tiny_mp4().replace(b"vide", b"soun"), Reason.MP4_NO_PICTURE),
        (tiny_mp4(0), Reason.DAMAGED),
        (tiny_mp4(30 * 3600), Reason.DAMAGED),
        (tiny_mp4().replace(b"isom", b"heic").replace(b"mp41", b"mif1"), Reason.UNKNOWN),
        (tiny_mp4() + struct.pack(">I4s", 0xFFFF, b"free"), Reason.DAMAGED),
        (tiny_mp4().replace(b"mdat" + b"\x00" * 16, b"mdat<html><script>x"), Reason.TWO_FILES),
    ],
)
def test_recordings_that_would_not_play(kind_of, content: bytes, reason: Reason) -> None:
    assert refused(kind_of, content, "buoi.mp4").reason is reason


def test_no_damage_to_a_recording_is_more_than_a_refusal(kind_of) -> None:
    whole = tiny_mp4(60)
    for at in range(0, len(whole), 3):
        for byte in (0x00, 0x01, 0xFF):
            spoiled = whole[:at] + bytes([byte]) + whole[at + 1 :]
            try:
                kind_of(spoiled, "buoi.mp4")
            except Refused:
                continue


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("00:01.000 --> 00:02.000\nXin chào", Reason.VTT_HEADER, ""),
        ("1\n00:00:01,000 --> 00:00:02,000\nXin chào", Reason.VTT_HEADER, ""),
        ("WEBVTTxyz\n\n00:01.000 --> 00:02.000\na", Reason.VTT_HEADER, ""),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\na", Reason.VTT_CUE, "3"),
        ("WEBVTT\n\n1\n00:05.000 --> 00:02.000\na", Reason.VTT_CUE, "4"),
        ("WEBVTT\n\nXin chào\nđồng chí", Reason.VTT_CUE, "4"),
        ("WEBVTT\n\nNOTE chưa có câu nào\n", Reason.VTT_CUE, "4"),
        ("WEBVTT\n" + "x" * 1_000_001, Reason.VTT_LONG, ""),
    ],
)
def test_captions_that_cannot_be_read(kind_of, text: str, reason: Reason, line: str) -> None:
    refusal = refused(kind_of, text.encode(), "phu-de.vtt")
    assert (refusal.reason, refusal.detail) == (reason, line)


def test_captions_that_are_not_utf8(kind_of) -> None:
    refusal = refused(kind_of, VTT.encode() + "\n\nđ".encode("cp1258"), "a.vtt")
    assert refusal.reason is Reason.VTT_HEADER


@pytest.mark.parametrize(
    ("given", "kind", "shown"),
    [
        ("Bài giảng.pdf", FileKind.PDF, "Bài giảng.pdf"),
        ("Ba\u0300i gia\u0309ng.pdf", FileKind.PDF, "Bài giảng.pdf"),
        ("C:\\Users\\an\\bai.PDF", FileKind.PDF, "bai.pdf"),
        ("../../etc/passwd", FileKind.PDF, "passwd.pdf"),
        ("a\r\nSet-Cookie: x.pdf", FileKind.PDF, "a Set-Cookie x.pdf"),
        ("gnp\u202etxt.pdf", FileKind.PDF, "gnptxt.pdf"),
        ("", FileKind.DOCX, "tep.docx"),
        ("...", FileKind.DOCX, "tep.docx"),
        ("a;touch x;.pdf", FileKind.PDF, "a;touch x;.pdf"),
        ("dài" * 200 + ".pdf", FileKind.PDF, ("dài" * 200)[:196] + ".pdf"),
    ],
)
def test_the_name_that_is_shown(given: str, kind: FileKind, shown: str) -> None:
    assert display_name(given, kind) == shown
