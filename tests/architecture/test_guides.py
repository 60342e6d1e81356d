"""The guides quote the pages: what stands there in bold is said by some page, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from setup.messages import extract

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
MOST_WORDS = 500
"""About one printed page."""


def _shape(message: str) -> str:
    """A message as a guide quotes it: what is filled in is three dots."""
    return re.sub(r"%\(\w+\)s", "…", message)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    template = tmp_path_factory.mktemp("messages") / "messages.pot"
    extract(template)
    return {_shape(entry.msgid) for entry in polib.pofile(str(template))}


def test_there_is_a_guide_for_each_role() -> None:
    assert len(GUIDES) == 7
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [guide.name for guide in GUIDES if f"(guides/{guide.name})" not in index] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_quotes_what_the_pages_say(guide: Path, said: set[str]) -> None:
    quoted = re.findall(r"\*\*([^*]+)\*\*", guide.read_text(encoding="utf-8"))
    assert quoted
    assert [words for words in quoted if words.rstrip(".:") not in said] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_is_one_page_with_a_picture(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    assert len(text.split()) <= MOST_WORDS
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert len(pictures) == 1
    assert (guide.parent / pictures[0]).is_file()


@pytest.mark.parametrize(
    "document", sorted((ROOT / "docs").rglob("*.md")), ids=lambda document: document.stem
)
def test_every_path_that_a_document_shows_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    shown = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [path for path in shown if not (document.parent / path).exists()] == []
