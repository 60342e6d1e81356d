"""The question being put together, and the lines around it that wait for an owner.

The steps of questions.py work on this; here is only what each of them needs.
"""

from lms.quizzes.importers import doubts, phrases
from lms.quizzes.importers.blocks import Line
from lms.quizzes.importers.drafts import Draft, DraftOption, Reading
from lms.quizzes.importers.errors import too_large
from lms.quizzes.importers.labels import OptionLabel
from lms.quizzes.importers.marked_text import MarkedText, joined
from lms.quizzes.importers.tokens import Kind, Token, is_titled

MAX_QUESTIONS = 5000


class Builder:
    """Collects drafts; `current` is the question that lines are added to, None between them."""

    def __init__(self) -> None:
        self.found = Reading()
        self.current: Draft | None = None
        self.pending: list[Token] = []  # lines that are not yet known to be anyone's

    def start(self, draft: Draft) -> None:
        """Begin a question; the one before must be finished."""
        if len(self.found.drafts) >= MAX_QUESTIONS:
            raise too_large()
        self.found.drafts.append(draft)
        self.current = draft

    def start_unnumbered(self) -> None:
        """A question whose stem has no number: its options begin anew after the pending lines."""
        lines = [token for token in self.pending if token.whole]
        self.pending = []
        self.finish()
        for index in range(len(lines) - 2, -1, -1):
            token = lines[index]
            titled = token.line.title or phrases.is_capitals(token.whole.plain())
            if token.kind is Kind.SECTION or titled:
                lines = lines[index + 1 :]
                break
        draft = Draft(unnumbered=True)
        self.start(draft)
        for index, token in enumerate(lines):
            numbered = token.stem if index == 0 and token.kind is Kind.NUMBERED else None
            if numbered:
                draft.number, draft.unnumbered = numbered.number, False
            self.add_stem(token.content if numbered else token.whole, token.line)

    def add_stem(self, content: MarkedText, line: Line) -> None:
        """A further line of the current question's stem."""
        if self.current is not None and content:
            self.current.stem.append(content.stripped())
        self.take_notes(line)

    def add_option(self, token: Token, label: OptionLabel) -> None:
        """A further option; lines that waited belong to the one before it."""
        if self.current is None:
            return
        if self.current.options:
            self.append([pending.whole for pending in self.pending])
        self.pending = []
        self.current.options.append(
            DraftOption(
                label.letter,
                token.content,
                label.style,
                label.ticked,
                label.look,
                token.line.auto == "letter",
                token.whole,
            )
        )
        self.take_notes(token.line)

    def append(self, contents: list[MarkedText]) -> None:
        """More text of the last option."""
        if self.current is not None and self.current.options and contents:
            last = self.current.options[-1]
            last.content = joined([last.content, *contents], " ")

    def wait(self, token: Token) -> None:
        """Keep a line until it is known whose it is."""
        self.pending.append(token)
        self.take_notes(token.line)

    def finish(self) -> None:
        """End the current question."""
        self.settle_pending()
        self.current = None

    def settle_pending(self) -> None:
        """What stands after the last option and before something else: a title, or a doubt."""
        pending, self.pending = self.pending, []
        current = self.current
        if current is None:
            return
        continues = True
        for token in pending:
            text = token.whole.plain()
            titled = token.kind is Kind.SECTION or _is_titled_after(token.line, current)
            if current.closed and not titled:
                self.found.explanations += 1
            elif continues and current.options and text[:1].islower():
                self.append([token.whole])
                continue
            elif not titled:
                current.doubts.append(doubts.stray_text(text))
            continues = False

    def take_notes(self, line: Line) -> None:
        """Pictures and the like belong to the question they stand in."""
        for note in line.notes:
            if self.current is None:
                if note.kind == "text_box":
                    self.found.doubts.append(doubts.text_box(note.detail))
            elif (note, "") not in self.current.notes:
                self.current.notes.append((note, ""))


def _is_titled_after(line: Line, draft: Draft) -> bool:
    """Whether a line is a title; bold alone is none after an option that is bold itself."""
    if draft.options and all(look.bold for look in draft.options[-1].content.letter_looks()):
        return line.title or phrases.is_capitals(line.content.plain())
    return is_titled(line)
