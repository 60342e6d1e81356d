"""The labels staff put before questions and options: "Câu 3:", "3)", "A.", "b)", "*C/" …

Pure recognition on one line. Whether a label counts in its place is decided in questions.py.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lms.quizzes.importers.marked_text import Look, MarkedText

# Lists of points run a, b, c, d, đ, e in Vietnam; ordinary ones skip the đ.
ORDER = "ABCDĐEFGHIJ"
_TICK = r"*✓✔√☑"

_WORDED = re.compile(
    r"(?:câu(?:\s+hỏi)?(?:\s+số)?|question)\s*(?P<number>\d{1,4}(?:\.\d{1,3}(?=\s*[.:)]\s))?)"
    r"(?!\d)(?:\s*\([^()]{1,40}\)(?=\s*[.:)\]/\-–—]))?\s*"
    r"(?P<delimiter>[.:)\]/]+|[-–—]+(?=\s)|)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?P<number>\d{1,4})\s*(?P<delimiter>[.)/:]|[-–—](?=\s))(?!\d)")
_OPTION = re.compile(
    rf"(?P<tick>[{_TICK}]\s*)?(?P<open>[(\[]?)(?P<letter>[A-Ja-jĐđ])(?P<tock>\s?[{_TICK}])?"
    r"\s?(?P<delimiter>[.)/:\]]|[-–—](?=\s))"
)
_TABBED = re.compile(rf"(?P<tick>[{_TICK}]\s*)?(?P<letter>[A-JĐ])(?=\t)")


class StemLabel(NamedTuple):
    """A question's number as written; `worded` when "Câu" stands before it."""

    number: str
    delimiter: str
    worded: bool
    end: int


class OptionLabel(NamedTuple):
    """An option's letter in capitals; `style` is alike for options written alike."""

    letter: str
    style: str
    ticked: bool
    look: Look
    start: int
    end: int


def rank(letter: str) -> int:
    """The place of an option's letter in the alphabet of lists."""
    return ORDER.index(letter)


def follows(letter: str, before: str) -> bool:
    """Whether `letter` is the one that comes after `before`."""
    gap = rank(letter) - rank(before)
    return gap == 1 or (before == "D" and letter == "E")


def match_stem(content: MarkedText) -> StemLabel | None:
    """The question label at the start of a line, if there is one."""
    text = content.text
    start = len(text) - len(text.lstrip())
    match = _WORDED.match(text, start)
    if match:
        rest = text[match.end() :].lstrip(" \t\n\"“«'(")
        # Without a point after it, "Câu 3" is a label only before a sentence of its own.
        if match["delimiter"] or not rest or rest[0].isupper() or rest[0].isdigit():
            return StemLabel(_number(match["number"]), match["delimiter"], True, match.end())
        return None
    match = _NUMBERED.match(text, start)
    if match:
        return StemLabel(_number(match["number"]), match["delimiter"], False, match.end())
    return None


def _number(digits: str) -> str:
    return ".".join(str(int(part)) for part in digits.split("."))


def match_option(content: MarkedText, start: int | None = None) -> OptionLabel | None:
    """The option label at `start` (by default the first character that is no space)."""
    text = content.text
    if start is None:
        start = len(text) - len(text.lstrip())
    match = _OPTION.match(text, start)
    if match:
        style = ("upper" if match["letter"].isupper() else "lower") + match["delimiter"]
        ticked = bool(match["tick"] or match["tock"])
    else:
        match = _TABBED.match(text, start)
        if not match:
            return None
        style, ticked = "upper", bool(match["tick"])
    letter = match["letter"].upper()
    look = content.looks[match.start("letter")]
    return OptionLabel(letter, style, ticked, look, match.start(), match.end())


def inline_labels(content: MarkedText, gap: str, start: int = 0) -> Iterator[OptionLabel]:
    """Option labels inside a line after white space that matches `gap`, from `start` on."""
    for space in re.finditer(gap, content.text[start:]):
        label = match_option(content, start + space.end())
        if label:
            yield label


# What separates options on one line: a tab or several spaces is clear, one space is not.
CLEAR_GAP = r"[ \t]*\t[ \t]*|[ ]{2,}"
ANY_GAP = r"[ \t]+"
