"""The server and the page count the same words: both are held to one list (tests/js)."""

import json
from pathlib import Path

import pytest

from lms.base.vietnamese import clean_lines, count_words

LISTS = Path(__file__).resolve().parents[1] / "js"


@pytest.mark.parametrize(("text", "words"), json.loads((LISTS / "words.json").read_text("utf-8")))
def test_words_are_counted_as_on_the_page(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(("text", "tidied"), json.loads((LISTS / "tidied.json").read_text("utf-8")))
def test_text_is_tidied_as_on_the_page(text: str, tidied: str) -> None:
    assert clean_lines(text) == tidied


def test_half_a_character_is_dropped_so_that_it_can_be_stored() -> None:
    assert clean_lines("một \ud83d hai") == "một  hai"
