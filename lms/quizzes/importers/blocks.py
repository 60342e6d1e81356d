"""What a document is made of for the readers: lines of marked text, and tables of them.

Plain data, the same for Word and Excel. Nothing here reads a file or knows a question.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from lms.quizzes.importers.marked_text import MarkedText, joined


class Note(NamedTuple):
    """Something a line holds that is no text: `picture`, `formula`, `text_box` (its words)."""

    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the reader of the page sees it, its automatic number included.

    `auto` says what that number counts with: `letter`, `number`, `roman`, `bullet`, or "" when
    the line has none of its own.
    `soft` says that the line continues the paragraph of the line before.
    """

    content: MarkedText
    auto: str = ""
    soft: bool = False
    title: bool = False
    notes: tuple[Note, ...] = ()


Cell = list[Line]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each cell the lines in it."""

    rows: list[list[Cell]]

    def texts(self) -> list[list[MarkedText]]:
        """Each cell as one text, its lines under each other."""
        return [
            [joined((line.content for line in cell), "\n").stripped() for cell in row]
            for row in self.rows
        ]


@dataclass(slots=True)
class Document:
    """Blocks in reading order, and what was seen in the file as a whole (kinds of doubt)."""

    blocks: list[Line | Table] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
