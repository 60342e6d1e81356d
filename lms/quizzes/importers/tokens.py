"""A document cut into tokens: stems, options, answers, titles, keys, and plain text between them.

Goes line by line with as little memory as can be. What belongs to which question is decided in
questions.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from lms.quizzes.importers import answer_keys, labels, phrases
from lms.quizzes.importers.answer_keys import KeyEntry
from lms.quizzes.importers.blocks import Document, Line, Table
from lms.quizzes.importers.grid import Columns, find_columns
from lms.quizzes.importers.labels import OptionLabel, StemLabel
from lms.quizzes.importers.marked_text import MarkedText
from lms.quizzes.importers.table_lines import lines_of_table


class Kind(Enum):
    """What a piece of a line looks like."""

    STEM = auto()  # "Câu 3." and what follows it
    NUMBERED = auto()  # "3." and what follows it: a stem, or a point of a list
    OPTION = auto()
    ANSWER = auto()
    SECTION = auto()
    EXPLANATION = auto()
    TEXT = auto()
    KEY_TITLE = auto()
    KEY = auto()
    GRID = auto()


_EMPTY = MarkedText()
_NOTHING = Line(_EMPTY)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the document; which fields are filled depends on `kind`."""

    kind: Kind
    content: MarkedText
    line: Line
    whole: MarkedText = _EMPTY  # the piece with its label
    stem: StemLabel | None = None
    option: OptionLabel | None = None
    answer: str = ""
    entries: list[KeyEntry] = field(default_factory=list)
    table: Table | None = None
    columns: Columns | None = None


class Tokenizer:
    """Reads the blocks of one document in order."""

    def __init__(self) -> None:
        self._in_key = False
        self._numbers: list[str] = []  # a row of numbers in a key, its letters still to come
        self._seen: set[str] = set()
        self._has_stem = False
        self._has_options = False
        self._awaits_options = False
        self._last_letter = ""

    def tokens(self, document: Document) -> Iterator[Token]:
        """All tokens of the document."""
        for block in document.blocks:
            if isinstance(block, Table):
                yield from self._table(block)
            else:
                yield from self._line(block)

    def _table(self, table: Table) -> Iterator[Token]:
        texts = table.texts()
        columns = find_columns(texts)
        if columns:
            self._has_stem, self._has_options = True, True
            self._in_key, self._awaits_options = False, False
            yield Token(Kind.GRID, _EMPTY, _NOTHING, table=table, columns=columns)
            return
        # Under a stem that has no options yet, a table of letters and numbers holds its options.
        if self._in_key or not self._awaits_options:
            rows = [[cell.text for cell in row] for row in texts]
            entries = answer_keys.entries_of_table(rows, in_key=self._in_key)
            if entries:
                yield Token(Kind.KEY_TITLE, _EMPTY, _NOTHING)
                yield Token(Kind.KEY, _EMPTY, _NOTHING, entries=entries)
                return
        for line in lines_of_table(table):
            yield from self._line(line)

    def _line(self, line: Line) -> Iterator[Token]:
        text = line.content.plain()
        entries = self._entries(text)
        if entries is not None:
            yield Token(Kind.KEY, line.content, line, entries=entries)
            return
        token = self._whole_line(line, text)
        if token:
            yield token
            return
        for token in self._pieces(line):
            if token.kind in (Kind.STEM, Kind.NUMBERED):
                self._has_stem, self._in_key, self._awaits_options = True, False, True
                self._has_options = self._has_options and token.kind is Kind.NUMBERED
            elif token.kind is Kind.OPTION:
                self._has_options, self._in_key, self._awaits_options = True, False, False
                self._last_letter = token.option.letter if token.option else ""
            yield token

    def _entries(self, text: str) -> list[KeyEntry] | None:
        """The entries on a line of a key; None when the line belongs to no key."""
        if self._in_key:
            row = answer_keys.row_of_numbers(text)
            if row:
                self._numbers = row
                return []
            numbers, self._numbers = self._numbers, []
            under = answer_keys.entries_under(numbers, text) if numbers else None
            if under is not None:
                return under
        elif self._has_stem and not self._has_options:
            return None
        return answer_keys.entries_of_line(text, in_key=self._in_key) or None

    def _whole_line(self, line: Line, text: str) -> Token | None:
        """The token of a line that is one thing from end to end."""
        content = line.content
        if not text:
            return Token(Kind.TEXT, content, line, content)
        begun = self._has_stem or self._has_options
        answer = phrases.answer_of_line(text) if begun else None
        if answer is not None and not self._in_key:
            return Token(Kind.ANSWER, content, line, answer=answer)
        if self._has_options or not self._has_stem:
            if phrases.is_key_heading(text):
                self._in_key, self._numbers = True, []
                return Token(Kind.KEY_TITLE, content, line)
            if self._has_options and phrases.is_explanation(text):
                return Token(Kind.EXPLANATION, content, line)
        if phrases.is_section(text) or self._is_roman_title(line, text):
            return Token(Kind.SECTION, content, line, content)
        return None

    def _is_roman_title(self, line: Line, text: str) -> bool:
        """Whether "I. …" titles a part; after H it is an option, in a stem a point of a list."""
        if line.auto == "roman" or not phrases.is_roman_title(text):
            return line.auto == "roman" and not self._awaits_options
        counts = text[0] == "I" and self._last_letter != "H" and not self._awaits_options
        return counts or is_titled(line)

    def _pieces(self, line: Line) -> Iterator[Token]:
        """The stem, text and options on one line, in order."""
        content = line.content
        stem = labels.match_stem(content)
        if stem:
            rest = content.part(stem.end)
            answer = answer_keys.answer_after_stem(rest.plain()) if stem.worded else None
            if answer and stem.number in self._seen:
                yield Token(Kind.KEY, content, line, entries=[KeyEntry(stem.number, answer)])
                return
            if stem.worded:
                self._seen.add(stem.number)
            kind = Kind.STEM if stem.worded else Kind.NUMBERED
            before, options = _split_after(rest)
            whole = content.part(0, stem.end + len(before))
            yield Token(kind, before, line, whole, stem=stem)
            yield from _option_tokens(rest, options, line)
            return
        first = labels.match_option(content)
        if first:
            chain = [first, *_chain(content, first)]
            yield from _option_tokens(content, chain, line)
            return
        before, options = _split_after(content)
        yield Token(Kind.TEXT, before, line, before)
        yield from _option_tokens(content, options, line)


def is_titled(line: Line) -> bool:
    """Whether a line looks like a title: a heading, centred, in capitals, or bold all over."""
    text = line.content.plain()
    return (
        line.title
        or phrases.is_capitals(text)
        or all(look.bold for look in line.content.letter_looks())
    )


def _chain(content: MarkedText, first: OptionLabel) -> Iterator[OptionLabel]:
    """The labels after `first` on the line that clearly stand apart and come in order."""
    last = first
    for label in labels.inline_labels(content, labels.CLEAR_GAP, first.end):
        if label.style == last.style and labels.rank(label.letter) > labels.rank(last.letter):
            yield label
            last = label


def _split_after(content: MarkedText) -> tuple[MarkedText, list[OptionLabel]]:
    """The text before a clear row of options A, B … on one line, and the labels of the row."""
    for label in labels.inline_labels(content, labels.CLEAR_GAP):
        if label.letter == "A":
            chain = [label, *_chain(content, label)]
            if len(chain) > 1 and chain[1].letter == "B":
                return content.part(0, label.start), chain
    return content, []


def _option_tokens(content: MarkedText, chain: list[OptionLabel], line: Line) -> Iterator[Token]:
    for index, label in enumerate(chain):
        end = chain[index + 1].start if index + 1 < len(chain) else None
        whole = content.part(label.start, end)
        yield Token(Kind.OPTION, content.part(label.end, end), line, whole, option=label)
