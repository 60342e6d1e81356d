"""Lists of questions as a table with a header: "STT | Câu hỏi | A | B | C | D | Đáp án".

Finds the columns and reads the rows into drafts; the same for Word tables and Excel sheets.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lms.quizzes.importers import labels
from lms.quizzes.importers.blocks import Cell, Line, Table
from lms.quizzes.importers.drafts import Draft, DraftOption
from lms.quizzes.importers.marked_text import MarkedText, joined

_HEADER_ROWS = 30
_NUMBER = re.compile(r"(?:stt|tt|số(?: (?:tt|câu|thứ tự))?|no|câu(?: (?:hỏi )?số)?|#)\.?")
_STEM = re.compile(
    r"(?:(?:nội dung )?(?:các )?câu(?: hỏi)?(?: trắc nghiệm)?|nội dung(?: câu hỏi)?|đề bài|"
    r"question(?: text)?)"
)
_BEFORE_MARK = (
    r"(?:các )?(?:phương án|đáp án|lựa chọn|pa|đa|ý|option|answer)(?: trả lời)?(?: số)? ?"
)
_OPTION = re.compile(
    rf"(?:{_BEFORE_MARK})?\(?(?P<letter>[a-jđ])[).]?|{_BEFORE_MARK}(?P<digit>\d)[).]?"
)
_ASIDE = re.compile(r"\s*\([^()]{2,}\)\s*$")
_NUMBER_CELL = re.compile(r"(?:câu\s*)?(\d{1,6})\.?", re.IGNORECASE)
_OPTIONS = re.compile(r"(?:các )?(?:phương án|lựa chọn|câu trả lời|options?)(?: trả lời)?")
_ANSWER = re.compile(
    r"(?:(?:câu )?(?:đáp án|đ/?a|trả lời|phương án|lựa chọn)(?: (?:đúng|chính xác|trả lời))?|đúng|"
    r"key|(?:correct )?answers?)"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand: `header` is the row of titles, the rest are indexes of columns."""

    header: int
    stem: int
    options: tuple[tuple[str, int], ...]
    number: int | None = None
    answer: int | None = None
    together: int | None = None  # one column that holds all options


ReadCell = Callable[[Sequence[Line]], list[Draft]]


@dataclass(slots=True)
class _Found:
    number: int | None = None
    stem: int | None = None
    answer: int | None = None
    together: int | None = None
    options: dict[str, int] = field(default_factory=dict)


def find_columns(rows: list[list[MarkedText]]) -> Columns | None:
    """The columns of a list of questions, or None when no row is the header of one."""
    titles = [[_title(cell) for cell in row] for row in rows[: _HEADER_ROWS + 1]]
    for index, row in enumerate(titles):
        found, header = _read_header(row), index
        if found.stem is not None and len(found.options) < 2 and index + 1 < len(titles):
            below = _read_header(_merged(row, titles[index + 1]))
            if len(below.options) > 1:
                found, header = below, index + 1
        lettered = tuple(found.options.items()) if len(found.options) > 1 else ()
        together = None if lettered else found.together
        if found.stem is None:
            continue
        if (
            lettered
            or together is not None
            or (found.answer is not None and _holds_options(rows[header + 1 :], found.stem))
        ):
            return Columns(header, found.stem, lettered, found.number, found.answer, together)
    return None


def _title(cell: MarkedText) -> str:
    return _ASIDE.sub("", cell.plain().casefold()).rstrip(" :*")


def _merged(upper: list[str], lower: list[str]) -> list[str]:
    """A header of two rows as one: the letters stand under a wide "Phương án"."""
    width = max(len(upper), len(lower))
    pairs = zip(
        upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower)), strict=True
    )
    return [
        low if _OPTION.fullmatch(low) and (not up or _OPTIONS.fullmatch(up)) else up or low
        for up, low in pairs
    ]


def _holds_options(rows: list[list[MarkedText]], column: int) -> bool:
    """Whether cells of the column hold the question and its options together."""
    return any(
        label.letter == "A"
        for row in rows
        if column < len(row)
        for label in labels.inline_labels(row[column], r"\s+")
    )


def _read_header(titles: list[str]) -> _Found:
    found = _Found()
    for column, title in enumerate(titles):
        option = _OPTION.fullmatch(title)
        if option:
            found.options.setdefault((option["letter"] or option["digit"]).upper(), column)
        elif _NUMBER.fullmatch(title) and found.number is None and not _is_stem(titles, column):
            found.number = column
        elif _STEM.fullmatch(title) and found.stem is None:
            found.stem = column
        elif _OPTIONS.fullmatch(title) and found.together is None and found.stem is not None:
            found.together = column
        elif _ANSWER.fullmatch(title):
            found.answer = column
    return found


def _is_stem(titles: list[str], column: int) -> bool:
    """Whether "Câu" titles the question itself: it does when no other column can."""
    others = titles[:column] + titles[column + 1 :]
    return titles[column] == "câu" and not any(_STEM.fullmatch(title) for title in others)


def read_grid(table: Table, columns: Columns, read_cell: ReadCell) -> list[Draft]:
    """The questions in the rows under the header; `read_cell` reads a stem with its options."""
    drafts = []
    texts = table.texts()
    for cells, row in zip(
        table.rows[columns.header + 1 :], texts[columns.header + 1 :], strict=True
    ):
        draft = _read_row(cells, row, columns, read_cell)
        if draft:
            drafts.append(draft)
    _count_in_digits(drafts)
    return drafts


def _read_row(
    cells: list[Cell], row: list[MarkedText], columns: Columns, read_cell: ReadCell
) -> Draft | None:
    def text(column: int | None) -> MarkedText:
        return row[column] if column is not None and column < len(row) else MarkedText()

    if not columns.options:
        parts = [columns.stem] + ([columns.together] if columns.together is not None else [])
        lines = [line for column in parts if column < len(cells) for line in cells[column]]
        if not any(line.content for line in lines):
            return None
        draft = _one(read_cell(lines), lines)
        draft.unnumbered = False
    else:
        filled = [(mark, column) for mark, column in columns.options if text(column)]
        if not text(columns.stem) and not filled:
            return None
        draft = Draft(stem=text(columns.stem).lines())
        draft.options = _options(columns, filled, text)
        for mark, column in (("", columns.stem), *columns.options):
            for line in cells[column] if column < len(cells) else ():
                draft.notes += [(note, mark) for note in line.notes]
    stem = labels.match_stem(draft.stem[0]) if draft.stem else None
    if stem and stem.worded:
        draft.stem[0] = draft.stem[0].part(stem.end)
        draft.number = stem.number
    number = _NUMBER_CELL.fullmatch(text(columns.number).plain())
    draft.number = str(int(number[1])) if number else draft.number
    answer = text(columns.answer).plain()
    if answer:
        draft.answers.append(answer)
    return draft


def _one(found: list[Draft], lines: list[Line]) -> Draft:
    """The one question in a cell; text without any option is a stem alone."""
    if len(found) == 1:
        return found[0]
    return Draft(stem=[line.content for line in lines])


def _options(
    columns: Columns, filled: list[tuple[str, int]], text: Callable[[int], MarkedText]
) -> list[DraftOption]:
    """The filled options. One left out between others keeps its place, empty, to be asked about."""
    last = max((columns.options.index(pair) for pair in filled), default=-1)
    options = []
    for mark, column in columns.options[: last + 1]:
        content = joined(text(column).lines(), " ")
        label = labels.match_option(content)
        ticked = False
        if label and label.letter == mark:
            content, ticked = content.part(label.end), label.ticked
        options.append(DraftOption(mark, content, ticked=ticked))
    return options


def _count_in_digits(drafts: list[Draft]) -> None:
    """Where all answers of the list are "1" … "9", options are counted, not lettered."""
    answers = [answer for draft in drafts for answer in draft.answers]
    if answers and all(answer.isdecimal() and len(answer) == 1 for answer in answers):
        for draft in drafts:
            for index, option in enumerate(draft.options):
                option.letter = str(index + 1)
