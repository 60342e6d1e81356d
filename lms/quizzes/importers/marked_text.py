"""Text that remembers how each character looks (bold, underlined, coloured …).

Knows nothing of files or questions. Text is NFC, with ordinary spaces, from the start.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lms.base.vietnamese import clean


class Look(NamedTuple):
    """How one character is shown; `colour` and `shade` are empty for plain black on white."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = ""
    shade: str = ""


PLAIN = Look()
_KEPT = frozenset("\t\n")


class MarkedText:
    """An immutable string with one `Look` per character."""

    __slots__ = ("looks", "text")

    def __init__(self, text: str = "", looks: Sequence[Look] = ()) -> None:
        if len(text) != len(looks):
            raise ValueError("one look per character")
        self.text = text
        self.looks = tuple(looks)

    @classmethod
    def of(cls, text: str, look: Look = PLAIN) -> "MarkedText":
        """The text with one look all over, brought to the canonical form."""
        return canonical([(text, look)])

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def __len__(self) -> int:
        return len(self.text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MarkedText):
            return NotImplemented
        return self.text == other.text and self.looks == other.looks

    def __hash__(self) -> int:
        return hash((self.text, self.looks))

    def __repr__(self) -> str:
        return f"MarkedText({self.text!r})"

    def __add__(self, other: "MarkedText") -> "MarkedText":
        return MarkedText(self.text + other.text, self.looks + other.looks)

    def part(self, start: int, end: int | None = None) -> "MarkedText":
        """The characters from `start` up to `end`, with their looks."""
        return MarkedText(self.text[start:end], self.looks[start:end])

    def stripped(self) -> "MarkedText":
        """Without the white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))

    def plain(self) -> str:
        """The bare text on one line, one space between words."""
        return clean(self.text)

    def lines(self) -> "list[MarkedText]":
        """The parts between line breaks, empty ones too."""
        parts, start = [], 0
        for match in re.finditer("\n", self.text):
            parts.append(self.part(start, match.start()))
            start = match.end()
        return [*parts, self.part(start)]

    def letter_looks(self) -> tuple[Look, ...]:
        """The different looks of letters and digits, in order: marks on points say nothing.

        Where there are none (an option such as "≥"), those of every character but spaces.
        """
        pairs = list(zip(self.text, self.looks, strict=True))
        looks = dict.fromkeys(look for char, look in pairs if char.isalnum())
        return tuple(looks or dict.fromkeys(look for char, look in pairs if not char.isspace()))


def canonical(runs: Iterable[tuple[str, Look]]) -> MarkedText:
    """Runs as one text in NFC: a mark split off from its letter by a run's end is put back.

    Every kind of space becomes an ordinary one; invisible characters are dropped.
    """
    chars: list[str] = []
    looks: list[Look] = []
    for text, look in runs:
        for char in text:
            if unicodedata.combining(char) and chars:
                merged = unicodedata.normalize("NFC", chars[-1] + char)
                if len(merged) == 1:
                    chars[-1] = merged
                    continue
                chars[-1:] = list(merged)
                looks += [looks[-1]] * (len(chars) - len(looks))
                continue
            kept = _visible(char)
            chars += kept
            looks += [look] * len(kept)
    return MarkedText("".join(chars), looks)


def _visible(char: str) -> str:
    if char in _KEPT:
        return char
    if char in "\r\v\f\x85\u2028\u2029":
        return "\n"
    if char.isspace():
        return " "
    if unicodedata.category(char) in ("Cc", "Cf"):
        return ""
    return unicodedata.normalize("NFC", char)


def joined(parts: Iterable[MarkedText], by: str) -> MarkedText:
    """The parts in one, with `by` (plain) between them."""
    texts: list[str] = []
    looks: list[Look] = []
    for index, part in enumerate(parts):
        between = by if index else ""
        texts += [between, part.text]
        looks += [*[PLAIN] * len(between), *part.looks]
    return MarkedText("".join(texts), looks)
