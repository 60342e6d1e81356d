"""Files that cannot be read: each is refused in plain words, none gets further."""

import io
import zipfile
from collections.abc import Callable

import pytest

from lms.base.errors import Invalid
from lms.quizzes.importers import UnreadableFile, read_questions
from tests.quizzes.importers.paper import Paper, word, workbook
from tests.quizzes.importers.reading import read_word, typed

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def ole(stream: str) -> bytes:
    return OLE + bytes(504) + stream.encode("utf-16-le") + bytes(200)


def zipped(parts: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def rewritten(change: Callable[[bytes], bytes], part: str = "word/document.xml") -> bytes:
    """A good Word file in which one part is changed."""
    with zipfile.ZipFile(io.BytesIO(word(*typed(1, right=0)))) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(bytes(parts[part]))  # type: ignore[arg-type]
    return zipped(parts)


def refusal(data: bytes, filename: str = "cau-hoi.docx") -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_questions(data, filename)
    return caught.value


@pytest.mark.parametrize(
    ("data", "filename", "kind", "words"),
    [
        (b"", "a.docx", "empty", "Tệp rỗng"),
        (b"Cau 1", "a.txt", "unknown_kind", "Word (.docx) hoặc Excel (.xlsx)"),
        (b"Cau 1", "a.docx", "damaged", "bị hỏng"),
        (b"%PDF-1.7\n", "a.docx", "wrong_content", "PDF"),
        (b"{\\rtf1 x}", "a.docx", "wrong_content", "RTF"),
        (b"<html><body>x", "a.doc", "wrong_content", "HTML"),
        (b"\x89PNG\r\n\x1a\n", "a.docx", "wrong_content", "PNG"),
        (ole("WordDocument"), "a.doc", "old_format", "(.doc)"),
        (ole("WordDocument"), "a.docx", "old_format", "(.doc)"),
        (ole("Workbook"), "a.xls", "old_format", "(.xls)"),
        (ole("EncryptedPackage"), "a.docx", "password", "mật khẩu"),
        (ole("Khác"), "a.docx", "unknown_kind", "Không đọc được"),
        (workbook(("Câu hỏi", "A", "B")), "a.docx", "wrong_content", "Excel"),
        (word("Câu 1. Gì?"), "a.xlsx", "wrong_content", "Word"),
        (zipped({"a.txt": "x"}), "a.docx", "wrong_content", "ZIP"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.text"}),
            "a.docx", "wrong_content", "OpenDocument",
        ),
        (zipped({"[Content_Types].xml": "<Types/>"}), "a.docx", "unknown_kind", "Không đọc"),
        (zipped({"[Content_Types].xml": WORD_TYPE}), "a.docx", "damaged", "bị hỏng"),
        (word("Câu 1. Gì?")[:-300], "a.docx", "damaged", "bị hỏng"),
    ],
)  # fmt: skip
def test_other_files(data: bytes, filename: str, kind: str, words: str) -> None:
    error = refusal(data, filename)

    assert error.kind == kind
    assert words in str(error.message)
    assert isinstance(error, Invalid)


@pytest.mark.parametrize("filename", ["", "a", "a.bin", "CAU HOI.DOCX "])
def test_the_content_decides_where_the_name_says_nothing_else(filename: str) -> None:
    assert len(read_questions(word(*typed(1, right=0)), filename).questions) == 1


def test_macros_are_refused() -> None:
    data = rewritten(
        lambda part: part.replace(
            WORD_TYPE.encode(), b"application/vnd.ms-word.document.macroEnabled.main+xml"
        ),
        "[Content_Types].xml",
    )
    assert refusal(data, "a.docm").kind == "macros"


class TestHostilePackages:
    def test_more_unpacked_than_allowed(self) -> None:
        parts: dict[str, bytes | str] = {"[Content_Types].xml": WORD_TYPE}
        parts |= {f"word/media/{number}.bin": bytes(6_000_000) for number in range(9)}
        data = zipped(parts)

        assert len(data) < 100_000
        assert refusal(data).kind == "too_large"

    def test_one_huge_part(self) -> None:
        assert refusal(rewritten(lambda part: part + b" " * 21_000_000)).kind == "too_large"

    def test_too_many_entries(self) -> None:
        parts: dict[str, bytes | str] = {f"{number}.xml": "" for number in range(2001)}
        assert refusal(zipped({"[Content_Types].xml": WORD_TYPE, **parts})).kind == "too_large"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_a_document_type(self, encoding: str) -> None:
        def change(part: bytes) -> bytes:
            text = part.decode().split("?>", 1)[1]
            head = f'<?xml version="1.0" encoding="{encoding}"?>'
            return (head + '<!DOCTYPE w [<!ENTITY a "b">]>' + text).encode(encoding)

        assert refusal(rewritten(change)).kind == "damaged"

    @pytest.mark.parametrize(
        "change",
        [
            lambda part: part[:500],
            lambda part: b"",
            lambda part: part.replace(b"w:body", b"w:corpse"),
            lambda part: part.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 9000),
        ],
    )
    def test_broken_xml(self, change: Callable[[bytes], bytes]) -> None:
        assert refusal(rewritten(change)).kind == "damaged"

    @pytest.mark.parametrize("value", ["abc", "-1", "999999999999", ""])
    def test_odd_numbers_in_the_list_do_no_harm(self, value: str) -> None:
        paper = Paper().lines("Câu 1. Gì?")
        paper.numbered(value, 0, "A. x")
        paper.lines([("B. y", "u")])

        assert paper.read().questions[0].options == ["x", "y"]

    @pytest.mark.timeout(60)
    def test_too_many_lines(self) -> None:
        lines = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 41_000
        data = rewritten(lambda part: part.replace(b"<w:body>", b"<w:body>" + lines))

        assert refusal(data).kind == "too_large"

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize(
        "line",
        [
            "A. x " * 60_000, "A. x    B. y    " * 20_000, "Câu 1. x " + "A. x " * 60_000,
            " " * 300_000 + "x", "Đáp án: " + " " * 300_000 + "C", "1 " * 150_000,
            "Câu " + "1" * 300_000, "(" * 300_000, "1A " * 100_000,
        ],
    )  # fmt: skip
    def test_one_endless_line_does_not_hang(self, line: str) -> None:
        found = read_word("Câu 1. Gì?", "A. x", "B. y", "ĐÁP ÁN", line, *typed(2, right=0))

        assert found.questions[0].options[0] == "x"
