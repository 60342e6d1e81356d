"""Tokens put together into questions: which line belongs to which stem, option or answer key.

Decides structure only; which answer is right is decided in verdicts.py.
"""

from collections.abc import Sequence

from lms.quizzes.importers import doubts, labels, phrases
from lms.quizzes.importers.blocks import Document, Line
from lms.quizzes.importers.builder import Builder
from lms.quizzes.importers.drafts import Draft, KeyBlock, Reading
from lms.quizzes.importers.grid import read_grid
from lms.quizzes.importers.labels import OptionLabel
from lms.quizzes.importers.repairs import repair
from lms.quizzes.importers.tokens import Kind, Token, Tokenizer

# Files that number by "Câu 1" hold lists of points "1." too; others may say "Câu 1" in passing.
_WORDED_SHARE = 0.1
_LOOK_AHEAD = 200


def read_drafts(document: Document) -> Reading:
    """All questions and answer keys of a document, in order."""
    reading = _Assembler(list(Tokenizer().tokens(document))).reading()
    for draft in reading.drafts:
        repair(draft)
    return reading


def _read_cell(lines: Sequence[Line]) -> list[Draft]:
    return read_drafts(Document(list(lines))).drafts


class _Assembler:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._built = Builder()
        self._points = 0  # the last number of a list of points inside a stem
        self._delimiter = ""
        self._new_key = True
        worded = sum(1 for token in tokens if token.kind is Kind.STEM)
        numbered = sum(1 for token in tokens if token.kind is Kind.NUMBERED)
        self._worded = worded > numbered * _WORDED_SHARE

    def reading(self) -> Reading:
        steps = {
            Kind.STEM: self._stem,
            Kind.NUMBERED: self._numbered,
            Kind.OPTION: self._option,
            Kind.ANSWER: self._answer,
            Kind.SECTION: self._section,
            Kind.EXPLANATION: self._explanation,
            Kind.TEXT: self._text,
            Kind.KEY_TITLE: self._key_title,
            Kind.KEY: self._key,
            Kind.GRID: self._grid,
        }
        for at, token in enumerate(self._tokens):
            self._at = at
            steps[token.kind](token)
        self._built.finish()
        found = self._built.found
        found.drafts = [d for d in found.drafts if d.stem or d.options or not d.auto]
        if any(draft.number for draft in found.drafts):
            for draft in found.drafts:
                if draft.unnumbered:
                    draft.doubts.append(doubts.no_number())
        return found

    # Stems.

    def _stem(self, token: Token) -> None:
        self._built.finish()
        number = token.stem.number if token.stem else ""
        self._built.start(Draft(number=number, auto=bool(token.line.auto)))
        self._built.add_stem(token.content, token.line)
        self._points, self._new_key = 0, True

    def _numbered(self, token: Token) -> None:
        """A line "3. …": a question, or a point of a list inside one; what is around it tells."""
        label, current = token.stem, self._built.current
        if label is None:
            return
        number = int(label.number)
        alike = not self._worded and label.delimiter == (self._delimiter or label.delimiter)
        if current is None:
            is_question = not self._worded
        elif current.options:
            is_question = alike or current.number == str(number - 1)
        else:
            is_next = current.number == str(number - 1) and number != self._points + 1
            is_question = alike and is_next
        if is_question:
            if not self._worded:
                self._delimiter = self._delimiter or label.delimiter
            self._stem(token)
        elif current is not None and not current.options:
            if number in (1, self._points + 1):
                self._points = number
            self._built.add_stem(token.whole, token.line)
        else:
            self._built.wait(token)

    def _unnumbered(self, token: Token, label: OptionLabel) -> None:
        """The first option of a question that has no number."""
        self._built.start_unnumbered()
        self._built.add_option(token, label)
        self._points, self._new_key = 0, True

    # Options.

    def _option(self, token: Token) -> None:
        label, current = token.option, self._built.current
        if label is None:
            return
        if current is None or current.closed:
            if label.letter == "A" and self._next_letter() == "B":
                self._unnumbered(token, label)
            else:
                self._built.wait(token)
        elif current.options:
            self._further_option(token, label, current)
        elif label.letter == "A" or token.line.auto == "letter" or self._goes_on(label):
            self._built.add_option(token, label)
        else:
            self._built.add_stem(token.whole, token.line)

    def _further_option(self, token: Token, label: OptionLabel, current: Draft) -> None:
        last = current.options[-1]
        was_lower, is_lower = last.style.startswith("l"), label.style.startswith("l")
        follows = labels.follows(label.letter, last.letter)
        if label.letter == "A" and was_lower and not is_lower:
            # What came before were points of the stem: "a) … b) …", and then A. B. C. D.
            current.stem += [option.whole for option in current.options if option.whole]
            current.options = []
            self._built.add_option(token, label)
        elif label.letter == "A" and self._next_letter() == "B":
            self._unnumbered(token, label)
        elif follows or (label.style == last.style and not self._is_title(token)):
            self._built.add_option(token, label)
        elif label.style == last.style:
            self._built.wait(token)
        else:
            self._text(token)

    def _next_letter(self) -> str:
        """The letter of the next option of the same question, "" when there is none."""
        for token in self._tokens[self._at + 1 : self._at + _LOOK_AHEAD]:
            if token.option:
                return token.option.letter
            if token.kind in (Kind.STEM, Kind.KEY_TITLE, Kind.KEY, Kind.GRID):
                break
            if token.kind is Kind.NUMBERED and not self._worded:
                break
        return ""

    def _goes_on(self, label: OptionLabel) -> bool:
        """Whether the letter after `label` comes next: then A was missed, or is in the stem."""
        following = self._next_letter()
        return bool(following) and labels.follows(following, label.letter)

    @staticmethod
    def _is_title(token: Token) -> bool:
        """Whether "B. PHẦN TỰ LUẬN" titles a part of the paper rather than being an option."""
        text = token.content.plain()
        return phrases.names_a_part(text) or phrases.is_capitals(text)

    # Everything else.

    def _text(self, token: Token) -> None:
        current = self._built.current
        if not token.whole:
            self._built.take_notes(token.line)
        elif current is None or current.closed:
            self._built.wait(token)
        elif not current.options:
            self._built.add_stem(token.whole, token.line)
        elif not self._built.pending and (token.line.soft or not current.options[-1].content):
            self._built.append([token.whole])
            self._built.take_notes(token.line)
        else:
            self._built.wait(token)

    def _section(self, token: Token) -> None:
        self._new_key = True
        if self._built.current is None or self._built.current.options:
            self._built.pending.append(token)
        elif self._next_letter():
            self._built.add_stem(token.whole, token.line)
        else:
            self._built.finish()

    def _answer(self, token: Token) -> None:
        self._built.settle_pending()
        if self._built.current is not None:
            self._built.current.answers.append(token.answer)
            self._built.current.closed = bool(self._built.current.options)

    def _explanation(self, token: Token) -> None:
        self._built.settle_pending()
        self._built.found.explanations += 1
        if self._built.current is not None:
            self._built.current.closed = True
            self._built.take_notes(token.line)

    def _key_title(self, _token: Token) -> None:
        self._built.finish()
        self._new_key = True

    def _key(self, token: Token) -> None:
        self._built.finish()
        found = self._built.found
        if self._new_key or not found.keys:
            found.keys.append(KeyBlock(len(found.drafts), []))
            self._new_key = False
        found.keys[-1].entries.extend(token.entries)

    def _grid(self, token: Token) -> None:
        self._built.finish()
        if token.table is None or token.columns is None:
            return
        for draft in read_grid(token.table, token.columns, _read_cell):
            self._built.start(draft)
        self._built.current = None
