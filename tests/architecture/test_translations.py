"""Every Vietnamese message has an English one, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from setup.messages import CATALOGUE, extract

PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}|%%")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    template = tmp_path_factory.mktemp("messages") / "messages.pot"
    extract(Path(template))
    return polib.pofile(str(template))


@pytest.fixture(scope="module")
def english() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_no_message_is_without_english(wanted: polib.POFile, english: polib.POFile) -> None:
    known = {entry.msgid: entry for entry in english}
    missing = [
        entry.msgid
        for entry in wanted
        if entry.msgid not in known or not all(translations(known[entry.msgid]))
    ]
    assert not missing, f"{len(missing)} messages have no English, first {missing[:5]}"


def test_nothing_stays_in_the_catalogue_that_no_page_says(
    wanted: polib.POFile, english: polib.POFile
) -> None:
    said = {entry.msgid for entry in wanted}
    assert [entry.msgid for entry in english if entry.msgid not in said] == []


def test_placeholders_are_the_same_in_both_languages(english: polib.POFile) -> None:
    wrong = [
        entry.msgid
        for entry in english
        for text in filter(None, translations(entry))
        if set(PLACEHOLDER.findall(entry.msgid)) != set(PLACEHOLDER.findall(text))
    ]
    assert wrong == []


def test_no_translation_is_left_in_vietnamese(english: polib.POFile) -> None:
    marks = re.compile(r"[ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ]", re.IGNORECASE)
    # The brand, and words that stand in people's own files, quoted beside their meaning.
    allowed = {"Thu Hoạch", "bài thu hoạch", "Tiếng Việt", "Đảng", "câu hỏi", "đáp án", "Đáp án"}
    allowed |= {"Câu 1", "Cả A và B", "Tất cả các phương án trên", "Họ và tên", "Số thẻ"}
    allowed |= {"Người đã xóa"}  # the pseudonym, as it is kept
    suspicious = []
    for entry in english:
        for text in translations(entry):
            for name in allowed:
                text = text.replace(name, "")
            if len(marks.findall(text)) > 2:
                suspicious.append(entry.msgid)
    assert suspicious == []
