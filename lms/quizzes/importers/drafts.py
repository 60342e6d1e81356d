"""A question as it stands in the file, before anyone says which answer is right.

Plain data that the readers fill and the verdict reads.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from lms.quizzes.importers.answer_keys import KeyEntry
from lms.quizzes.importers.blocks import Note
from lms.quizzes.importers.marked_text import Look, MarkedText
from lms.quizzes.importers.result import Doubt


@dataclass(slots=True)
class DraftOption:
    """An option under its letter (or digit). `look` is how the letter itself looks, if typed."""

    letter: str
    content: MarkedText
    style: str = ""
    ticked: bool = False
    look: Look | None = None
    auto: bool = False
    whole: MarkedText | None = None  # with its label, as it stands in the file


@dataclass(slots=True)
class Draft:
    """A question: its lines, its options, and the answers written beside it."""

    number: str = ""
    stem: list[MarkedText] = field(default_factory=list)
    options: list[DraftOption] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    notes: list[tuple[Note, str]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    auto: bool = False
    unnumbered: bool = False  # in a text, where others may have a number
    closed: bool = False  # its answer has been given; what follows explains it


class KeyBlock(NamedTuple):
    """The entries of one answer key, and how many questions stand before it."""

    after: int
    entries: list[KeyEntry]


@dataclass(slots=True)
class Reading:
    """All that was found in a file."""

    drafts: list[Draft] = field(default_factory=list)
    keys: list[KeyBlock] = field(default_factory=list)
    explanations: int = 0
    doubts: list[Doubt] = field(default_factory=list)
