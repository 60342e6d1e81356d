"""Word's automatic numbers: the "A." or "Câu 3:" that is shown but not in the text.

Reads numbering.xml and counts as Word does. Nothing here knows a question.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from docx.oxml.ns import qn

from lms.quizzes.importers.docx_styles import Element

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_MAX_VALUE = 5000
_KINDS = {
    "upperLetter": "letter",
    "lowerLetter": "letter",
    "upperRoman": "roman",
    "lowerRoman": "roman",
    "bullet": "bullet",
    "none": "",
}
_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


class AutoNumber(NamedTuple):
    """The number as shown and what it counts with (see `blocks.Line`)."""

    text: str
    kind: str


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restarts: bool = True


@dataclass(slots=True)
class _List:
    """One numId: the definition it counts for, and levels of its own that start anew."""

    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    begun: bool = False


class Numbering:
    """Counts the numbered paragraphs of one document, in reading order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if root is None:
            return
        abstracts = {a.get(qn("w:abstractNumId")): a for a in root.iter(qn("w:abstractNum"))}
        for num in root.iter(qn("w:num")):
            self._lists[num.get(qn("w:numId"))] = _read_list(num, abstracts)

    def next(self, number: str, level: int) -> AutoNumber | None:
        """The number of the next paragraph in list `number`; None when it shows none."""
        numbered = self._lists.get(number)
        if numbered is None or not 0 <= level < _LEVELS:
            return None
        counts = self._counts.setdefault(numbered.abstract, {})
        if not numbered.begun:
            numbered.begun = True
            for own, start in numbered.starts.items():
                counts[own] = start - 1
        here = numbered.levels.get(level, _Level())
        counts[level] = counts.get(level, here.start - 1) + 1
        for deeper in [depth for depth in counts if depth > level]:
            if numbered.levels.get(deeper, _Level()).restarts:
                del counts[deeper]
        text = _PLACE.sub(lambda m: _shown(numbered, counts, int(m.group(1)) - 1), here.text)
        kind = _KINDS.get(here.form, "number")
        return AutoNumber(text, kind) if kind else None


def _shown(numbered: _List, counts: dict[int, int], level: int) -> str:
    definition = numbered.levels.get(level, _Level())
    return _formatted(counts.get(level, definition.start), definition.form)


def _formatted(value: int, form: str) -> str:
    value = min(value, _MAX_VALUE)
    if form in ("upperLetter", "lowerLetter") and value > 0:
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman") and value > 0:
        roman = _roman(value)
        return roman if form == "upperRoman" else roman.lower()
    return "" if form == "bullet" else str(value)


def _roman(value: int) -> str:
    shown = ""
    for worth, letters in _ROMAN:
        times, value = divmod(value, worth)
        shown += letters * times
    return shown


def _read_list(num: Element, abstracts: dict[str, Element]) -> _List:
    reference = num.find(qn("w:abstractNumId"))
    abstract = "" if reference is None else reference.get(qn("w:val")) or ""
    found = _List(abstract)
    if abstract in abstracts:
        for level in abstracts[abstract].iter(qn("w:lvl")):
            found.levels[_int(level.get(qn("w:ilvl")), 0)] = _read_level(level)
    for override in num.iter(qn("w:lvlOverride")):
        depth = _int(override.get(qn("w:ilvl")), 0)
        level = override.find(qn("w:lvl"))
        if level is not None:
            found.levels[depth] = _read_level(level)
        start = override.find(qn("w:startOverride"))
        if start is not None:
            found.starts[depth] = _int(start.get(qn("w:val")), 1)
    return found


def _read_level(level: Element) -> _Level:
    def value(tag: str, otherwise: str) -> str:
        child = level.find(qn(tag))
        return otherwise if child is None else child.get(qn("w:val")) or ""

    return _Level(
        start=_int(value("w:start", "1"), 1),
        form=value("w:numFmt", "decimal"),
        text=value("w:lvlText", ""),
        restarts=value("w:lvlRestart", "") != "0",
    )


def _int(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"\d{1,9}", text) else otherwise
