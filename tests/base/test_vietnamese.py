"""Vietnamese text: one form at the door, one search key, and the order of the alphabet.

The order is checked against words that are built from their place in the alphabet, not against a
second implementation of the same idea.
"""

from __future__ import annotations

import unicodedata
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.base.vietnamese import (
    clean,
    clean_lines,
    count_words,
    fold,
    ordinary_capitals,
    sort_key,
)

ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
"""ngang · huyền · hỏi · ngã · sắc · nặng, the order of dictionaries."""

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\x00\x07"


class Word(NamedTuple):
    """A word as the alphabet sees it: places of its letters, then its tone (0–5)."""

    letters: tuple[int, ...]
    tone: int

    def spelled(self, on: int = 0) -> str:
        """The word with the tone on one of its vowels, the first or a later one."""
        text = [ALPHABET[place] for place in self.letters]
        vowels = [at for at, letter in enumerate(text) if letter in VOWELS]
        text[vowels[on % len(vowels)]] += TONES[self.tone]
        return unicodedata.normalize("NFC", "".join(text))


words = st.builds(
    lambda before, vowel, after, tone: Word((*before, vowel, *after), tone),
    st.lists(st.sampled_from(range(len(ALPHABET))), max_size=2),
    st.sampled_from([ALPHABET.index(vowel) for vowel in VOWELS]),
    st.lists(st.sampled_from(range(len(ALPHABET))), max_size=2),
    st.integers(0, 5),
)
names = st.lists(words, min_size=1, max_size=4)
anything = st.text(max_size=60) | st.text(
    alphabet=INVISIBLE + " \n\t\r\u00a0\u0301\u0300\u031bAađĐơưƠo", max_size=30
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nguyễn   Văn\tAn ", "Nguyễn Văn An"),
        ("Nguye\u0302\u0303n Va\u0306n An", "Nguyễn Văn An"),
        ("Trâ\u0300n Thị Thu\u031b\u0301", "Trần Thị Thứ"),
        ("Hoa\u200b\u0300", "Hoà"),
        ("Lê\u00a0Thị\u00a0Bưởi", "Lê Thị Bưởi"),
        ("\ufeffPhạm\u200b Hùng\x00", "Phạm Hùng"),
        ("\u00d0ặng Ðình \u0189ức", "Đặng Đình Đức"),
        ("Võ\r\nNguyên", "Võ Nguyên"),
        ("", ""),
        ("\u200b \u200b", ""),
    ],
)
def test_a_name_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(anything)
@example("a\u200b\u0301")
@example("\u200bo\u00ad\u031b\u200d\u0323")
def test_clean_text_is_composed_visible_and_stays_as_it_is(text: str) -> None:
    kept = clean(text)
    assert unicodedata.is_normalized("NFC", kept)
    assert kept == kept.strip() and "  " not in kept and "\n" not in kept
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in kept)
    assert clean(kept) == kept


@given(anything)
@example("a\u200b\u0301\r\n\r\nb")
def test_lines_keep_their_breaks_and_stay_as_they_are(text: str) -> None:
    kept = clean_lines(text)
    assert unicodedata.is_normalized("NFC", kept)
    unseen = {char for char in kept if unicodedata.category(char) in ("Cc", "Cf", "Cs")}
    assert unseen <= {"\n", "\t"}
    assert all(line == line.rstrip() for line in kept.split("\n"))
    assert clean_lines(kept) == kept
    kept.encode()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\x0b", "\u2028", "\u2029", "\x85"])
def test_every_kind_of_line_end_parts_two_lines(line_end: str) -> None:
    assert clean_lines(f"một  {line_end}hai") == "một\nhai"


def test_lines_keep_the_blank_line_between_paragraphs_and_the_indent() -> None:
    assert clean_lines("\n\nmột\n\n  hai \n\n") == "một\n\n  hai"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa", "Hoà"),
        ("Thủy", "Thuỷ"),
        ("Đặng Đình Đức", "dang dinh duc"),
        ("Ðặng", "Đặng"),
        ("NGUYỄN", "nguyễn"),
        ("Trần Thị Thương", "Tran  Thi Thuong"),
        ("Ph\u01b0ơng", "phuong"),
        ("Ph\u0055\u031bơng", "PHƯƠNG"),
        ("Quỳnh\u200b", "quynh"),
    ],
)
def test_what_people_type_finds_what_is_meant(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("An", "Anh"), ("Hoa", "Hao"), ("Bo", "Do")])
def test_different_letters_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(words, st.integers(0, 3), st.integers(0, 3))
def test_where_the_tone_is_written_changes_neither_key(word: Word, here: int, there: int) -> None:
    assert fold(word.spelled(here)) == fold(word.spelled(there))
    assert sort_key(word.spelled(here)) == sort_key(word.spelled(there))


@given(names)
def test_a_key_of_vietnamese_is_ascii(name: list[Word]) -> None:
    text = " ".join(word.spelled() for word in name)
    assert fold(text).isascii() and fold(text) == fold(fold(text))
    assert sort_key(text).isascii()


@given(anything)
def test_keys_can_be_made_of_anything(text: str) -> None:
    assert not any(unicodedata.combining(char) for char in fold(text))
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert sort_key(text).isascii() and len(sort_key(text)) <= 200
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)


@given(st.lists(names, min_size=2, max_size=6))
def test_names_stand_in_the_order_of_the_alphabet_given_name_first(
    people: list[list[Word]],
) -> None:
    def place(name: list[Word]) -> list[Word]:
        return [name[-1], *name[1:-1], *(name[:1] if len(name) > 1 else [])]

    def written(name: list[Word]) -> str:
        return " ".join(word.spelled() for word in name).title()

    by_place = [[place(name), written(name)] for name in people]
    by_place.sort(key=lambda entry: entry[0])
    by_key = sorted(people, key=lambda name: sort_key(written(name)))
    assert [place(name) for name in by_key] == [entry[0] for entry in by_place]


def test_a_list_as_a_secretary_would_write_it() -> None:
    listed = [
        "Trần An",
        "Nguyễn Văn An",
        "Lê Thị Anh",
        "Lê Văn Ăn",
        "Phạm Ân",
        "Nguyễn Dung",
        "Đỗ Dũng",
        "Nguyễn Đạt",
        "Trần Hoa",
        "Trần Hòa",
        "Trần Hoá",
        "Vũ Oanh",
        "Vũ Ơn",
        "Bùi Tư",
        "Bùi Ty",
    ]
    shuffled = Random(5).sample(listed, len(listed))
    assert sorted(shuffled, key=sort_key) == listed


def test_the_same_given_name_goes_on_by_middle_and_family_name() -> None:
    listed = ["Trần Bá An", "Lê Văn An", "Nguyễn Văn An", "Lê Vân An"]
    shuffled = Random(5).sample(listed, len(listed))
    assert sorted(shuffled, key=sort_key) == listed
    assert sort_key("Hoà") == sort_key("HÒA")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("  \n ", 0),
        ("Tôi học tập.", 3),
        ("năm 2026 - 2030", 3),
        ("– … ?!", 0),
        ("hợp-tác xã", 2),
        ("một\u00a0hai\nba\tbốn", 4),
        ("To\u0302i ho\u0323c", 2),
        ("98,5 % 1.000.000 đồng", 3),
    ],
)
def test_words_are_counted_as_they_are_written(text: str, count: int) -> None:
    assert count_words(text) == count


@given(st.lists(words, max_size=12))
def test_the_count_does_not_depend_on_form_or_spaces(chosen: list[Word]) -> None:
    text = " ".join(word.spelled() for word in chosen)
    assert count_words(text) == len(chosen)
    assert count_words(unicodedata.normalize("NFD", text.replace(" ", " \n "))) == len(chosen)


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ("NGUYỄN VĂN ĐỨC", "Nguyễn Văn Đức"),
        ("lê  thị ơn", "Lê Thị Ơn"),
        ("", ""),
    ],
)
def test_capitals_of_a_name(typed: str, usual: str) -> None:
    assert ordinary_capitals(typed) == usual
