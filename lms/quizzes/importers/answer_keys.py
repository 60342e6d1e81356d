"""Answer keys: "1. C  2. A", "Câu 1: C", and tables of numbers and letters in any direction.

Reads what a key says, entry by entry; which question an entry is for is decided in matching.py.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from lms.quizzes.importers.phrases import LETTERS


class KeyEntry(NamedTuple):
    """The answer a key gives to a number; `answer` is "" where the key leaves it blank."""

    number: str
    answer: str


_NUMBER = r"(?:câu\s*(?:số\s*)?)?(?P<number>\d{1,4})"
_BETWEEN = r"[\s.:)\-–=>→/]*(?:(?:đáp\s*án|đ/?a|chọn)\s*:?\s*)?"
_PAIR = re.compile(
    rf"(?:câu\s*)?(?P<number>\d{{1,4}}){_BETWEEN}(?P<answer>{LETTERS})(?![^\W\d_])", re.IGNORECASE
)
_WITH_TEXT = re.compile(
    rf"{_NUMBER}\s*[.:)\-–]\s*(?:(?:đáp\s*án|chọn)\s*:?\s*)?"
    r"(?P<answer>[A-JĐ]\s*[.):\-–(]\s*\S.*)",
    re.IGNORECASE,
)
_NUMBER_CELL = re.compile(rf"{_NUMBER}\s*[.:)]?", re.IGNORECASE)
_LETTER_CELL = re.compile(rf"(?:{LETTERS})\s*[.)]?")
_HEADER = re.compile(
    r"(?:câu(?:\s*(?:hỏi|số))?|stt|tt|số(?:\s*(?:câu|tt))?|(?:(?:bảng\s*)?đáp\s*án|đ/?\s*a)(?:\s*đúng)?|"
    r"trả\s*lời|answer|phần.*|)[.:]?",
    re.IGNORECASE,
)
_ANSWER_HEADER = re.compile(
    r"(?:(?:bảng\s*)?đáp\s*án|đ/?\s*a|trả\s*lời)(?:\s*đúng)?[.:]?", re.IGNORECASE
)
_ROW_TITLE = re.compile(
    r"(?:câu(?:\s*(?:hỏi|số))?|số(?:\s*câu)?|đáp\s*án|đ/?\s*a|trả\s*lời)(?![^\W\d_])\s*[.:|]?",
    re.IGNORECASE,
)
_FILLER = re.compile(r"[\s,;.|/]*")
_LONGEST = 200
_LONGEST_LINE = 4000


def entries_of_line(text: str, *, in_key: bool) -> list[KeyEntry]:
    """The entries of a line that holds nothing else; [] when it is no line of a key.

    Outside a key (`in_key` false) only a line of three pairs or more is believed to be one.
    """
    text = text.strip()
    if len(text) > _LONGEST_LINE:
        return []
    found: list[KeyEntry] = []
    end = 0
    for match in _PAIR.finditer(text):
        if not _FILLER.fullmatch(text, end, match.start()):
            found = []
            break
        found.append(KeyEntry(_plain(match["number"]), match["answer"]))
        end = match.end()
    if found and _FILLER.fullmatch(text, end) and (in_key or len(found) > 2):
        return found
    with_text = _WITH_TEXT.fullmatch(text) if in_key else None
    if with_text:
        return [KeyEntry(_plain(with_text["number"]), with_text["answer"])]
    return []


def answer_after_stem(text: str) -> str | None:
    """The letters, when all that follows a question's number is an answer: "Câu 3: C"."""
    match = _LETTER_CELL.fullmatch(text.strip())
    return text.strip() if match else None


def row_of_numbers(text: str) -> list[str]:
    """The numbers of a line "Câu 1 2 3" in a key typed without a table; [] for other lines."""
    cells = _cells(text)
    return cells if cells and all(cell.isdecimal() for cell in cells) else []


def entries_under(numbers: list[str], text: str) -> list[KeyEntry] | None:
    """The entries of a line "Đáp án C A B" under its numbers; None for a line of other things.

    Without a letter for each number nobody can say whose they are: then there are none.
    """
    cells = _cells(text)
    if not cells or not all(_LETTER_CELL.fullmatch(cell) for cell in cells):
        return None
    if len(cells) != len(numbers):
        return []
    return [KeyEntry(_plain(n), cell) for n, cell in zip(numbers, cells, strict=True)]


def _cells(text: str) -> list[str]:
    return _ROW_TITLE.sub("", text[:_LONGEST_LINE].strip()).replace("|", " ").split()


def entries_of_table(rows: list[list[str]], *, in_key: bool) -> list[KeyEntry]:
    """The entries of an answer table; [] when the table is none.

    `in_key`: a title such as "Bảng đáp án" stands above, so odd answers ("Bỏ") are kept as they
    are; otherwise every cell must be a number, a letter or a header.
    """
    grid = [[cell.strip() for cell in row] for row in rows]
    cells = [cell for row in grid for cell in row if cell]
    headed = any(_ANSWER_HEADER.fullmatch(cell) for cell in cells)
    trusted = in_key or headed
    if not trusted and not all(_belongs(cell) for cell in cells):
        return []
    if any(len(cell) > _LONGEST for cell in cells):
        return []
    entries = (
        list(_pairs_in_cells(grid))
        or list(_across(grid, trusted=trusted))
        or list(_down(grid, trusted=trusted))
    )
    answers = [entry.answer for entry in entries if entry.answer]
    lettered = sum(1 for answer in answers if _LETTER_CELL.fullmatch(answer))
    enough = lettered > (0 if trusted else 1) and lettered * 2 >= len(answers)
    return entries if enough else []


def _belongs(cell: str) -> bool:
    return any(p.fullmatch(cell) for p in (_NUMBER_CELL, _LETTER_CELL, _HEADER, _PAIR))


def _is_row_of_numbers(cells: list[str]) -> bool:
    """Whether the cells are numbers alone, but for a header in front."""
    rest = cells[1:] if cells and _HEADER.fullmatch(cells[0]) else cells
    return bool(rest) and all(_NUMBER_CELL.fullmatch(cell) for cell in rest)


def _pairs_in_cells(grid: list[list[str]]) -> Iterator[KeyEntry]:
    """Cells that hold number and answer together: "1. C"."""
    for row in grid:
        for cell in row:
            if not _HEADER.fullmatch(cell):
                yield from entries_of_line(" ".join(cell.split()), in_key=True)


def _across(grid: list[list[str]], *, trusted: bool) -> Iterator[KeyEntry]:
    """A row of numbers, the answers under them."""
    for upper, lower in pairwise(grid):
        if not _is_row_of_numbers([cell for cell in upper if cell]):
            continue
        answers = [cell for cell in lower if cell and not _HEADER.fullmatch(cell)]
        if not trusted and not all(_LETTER_CELL.fullmatch(cell) for cell in answers):
            continue
        if any(_NUMBER_CELL.fullmatch(cell) for cell in answers):
            continue
        for column, cell in enumerate(upper):
            number = _NUMBER_CELL.fullmatch(cell)
            if number:
                yield KeyEntry(
                    _plain(number["number"]), lower[column] if column < len(lower) else ""
                )


def _down(grid: list[list[str]], *, trusted: bool) -> Iterator[KeyEntry]:
    """Columns of numbers, the answer to the right of each."""
    for row in grid:
        for column, cell in enumerate(row[:-1]):
            number = _NUMBER_CELL.fullmatch(cell)
            answer = row[column + 1]
            believed = trusted or not answer or _LETTER_CELL.fullmatch(answer)
            if number and believed and not _NUMBER_CELL.fullmatch(answer):
                yield KeyEntry(_plain(number["number"]), answer)


def _plain(number: str) -> str:
    return str(int(number))
