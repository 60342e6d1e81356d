"""Drafts turned into questions: the right answer where the file says it, a doubt where it does not.

Weighs marks, answer lines and keys against each other. Never guesses: what does not agree is open.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from lms.quizzes.importers import doubts
from lms.quizzes.importers.answers import comparable, resolve
from lms.quizzes.importers.drafts import Draft, Reading
from lms.quizzes.importers.fixed_options import is_fixed_option
from lms.quizzes.importers.marked_text import MarkedText
from lms.quizzes.importers.marks import Finding, Marked, read_marks
from lms.quizzes.importers.matching import Matched, match_keys
from lms.quizzes.importers.result import Doubt, ImportedFile, ImportedQuestion

# From this share on, questions with several marked options are the custom of the file.
_USUAL_SHARE = 0.2
_LONGEST_GAP = 20
_MOST_ALIKE = 100
_ASKS_FOR_SEVERAL = re.compile(
    r"\b(?:những|các) .{1,60}\bnào\b|\bnhững gì\b|\bchọn (?:các|những|nhiều|hai|ba|bốn|\d)\b|"
    r"\bnhiều (?:phương án|đáp án|lựa chọn|câu trả lời|ý)\b|"
    r"\b(?:hai|ba|\d) (?:phương án|đáp án) đúng",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"(?:[-–—•*+▪●○]|[(\[]?(?:\d{1,2}|[a-zđA-ZĐ]|[ivxIVX]{1,4})[.)\]/])\s*\S")


def to_questions(reading: Reading) -> ImportedFile:
    """The questions of the file with their answers and doubts, and the doubts about the file."""
    given = [draft.number for draft in reading.drafts]
    matched = match_keys(reading)
    marks = read_marks(reading.drafts)
    several = _several_is_usual(marks)
    questions = [
        _question(draft, mark, matched, index, several)
        for index, (draft, mark) in enumerate(zip(reading.drafts, marks, strict=True))
    ]
    _compare_stems(questions)
    found = ImportedFile(questions, list(reading.doubts))
    found.doubts += _about_file(given, reading, matched)
    return found


def _several_is_usual(marks: Sequence[Marked]) -> bool:
    clear = [mark for mark in marks if mark.finding is Finding.CLEAR]
    several = sum(1 for mark in clear if len(mark.options) > 1)
    return several > 1 and several >= len(clear) * _USUAL_SHARE


def _question(
    draft: Draft, mark: Marked, matched: Matched, index: int, several: bool
) -> ImportedQuestion:
    question = ImportedQuestion(
        _stem_text(draft.stem), [option.content.plain() for option in draft.options], None
    )
    if not question.stem:
        _add(draft.doubts, doubts.no_stem())
    if len(question.options) < 2:
        question.doubts.append(doubts.few_options())
    else:
        correct, doubt = _correct(draft, mark, matched, index, several)
        question.correct = None if correct is None else sorted(correct)
        if doubt:
            question.doubts.append(doubt)
        question.doubts += _about_options(draft)
    question.doubts += draft.doubts
    question.doubts += _about_notes(draft)
    return question


def _correct(
    draft: Draft, mark: Marked, matched: Matched, index: int, several: bool
) -> tuple[frozenset[int] | None, Doubt | None]:
    """The right options, or None; with the doubt to list, if any."""
    if index in matched.ambiguous and not draft.answers:
        return None, doubts.ambiguous_number(draft.number)
    written: set[frozenset[int]] = set()
    for answer in [*draft.answers, *matched.answers.get(index, [])]:
        pointed = resolve(answer, draft)
        if pointed is None:
            continue
        if pointed.problem == "unknown_answer":
            return None, doubts.unknown_answer(answer)
        if pointed.problem:
            return None, doubts.conflicting_answer()
        written.add(pointed.options)
    if len(written) > 1:
        return None, doubts.conflicting_answer()
    if not written:
        return _by_marks(draft, mark, several)
    correct = written.pop()
    # Italics, and a mark no other question has, are emphasis beside an answer in writing.
    differs = mark.finding is Finding.CLEAR and not mark.is_faint and mark.options != correct
    if differs or mark.finding is Finding.CONFLICT:
        return None, doubts.conflicting_answer()
    return correct, None


def _by_marks(
    draft: Draft, mark: Marked, several: bool
) -> tuple[frozenset[int] | None, Doubt | None]:
    letters = ", ".join(draft.options[place].letter for place in sorted(mark.options))
    match mark.finding:
        case Finding.NONE:
            return None, doubts.no_answer()
        case Finding.PARTLY:
            return None, doubts.partly_marked()
        case Finding.UNUSUAL:
            return None, doubts.unusual_mark()
        case Finding.CONFLICT:
            return None, doubts.conflicting_answer()
        case Finding.ALL:
            return None, doubts.many_answers(letters)
    if len(mark.options) == 1:
        return mark.options, None
    if any(is_fixed_option(draft.options[place].content.plain()) for place in mark.options):
        return None, doubts.many_answers(letters)
    if _ASKS_FOR_SEVERAL.search(_stem_text(draft.stem)):
        return mark.options, None
    if len(mark.options) * 2 > len(draft.options):
        return None, doubts.many_answers(letters)
    return mark.options, None if several else doubts.many_answers(letters)


def _stem_text(lines: list[MarkedText]) -> str:
    """The stem on one line; a list inside it keeps its lines."""
    texts = [text for line in lines if (text := line.plain())]
    whole, in_list = texts[:1], False
    for text in texts[1:]:
        is_item = bool(_LIST_ITEM.match(text))
        whole += ["\n" if is_item or in_list else " ", text]
        in_list = is_item
    return "".join(whole)


def _about_options(draft: Draft) -> list[Doubt]:
    found = []
    letters = [option.letter for option in draft.options]
    seen: dict[str, str] = {}
    for option in draft.options:
        text = comparable(option.content.text) or option.content.plain()
        if not text:
            found.append(doubts.empty_option(option.letter))
        elif text in seen:
            found.append(doubts.duplicate_option(seen[text], option.letter))
        seen.setdefault(text, option.letter)
    if not _are_in_order(letters):
        found.append(doubts.option_letters(", ".join(letters)))
    return found


def _are_in_order(letters: list[str]) -> bool:
    """A B C D, with or without Đ after the D; or 1 2 3 4."""
    count = len(letters)
    return letters in (
        list("ABCDEFGHIJ"[:count]),
        list("ABCDĐEFGHIJ"[:count]),
        [str(place + 1) for place in range(count)],
    )


def _about_notes(draft: Draft) -> list[Doubt]:
    found: list[Doubt] = []
    for note, letter in draft.notes:
        match note.kind:
            case "picture":
                _add(found, doubts.picture())
            case "formula":
                _add(found, doubts.formula())
            case "text_box":
                found.append(doubts.text_box(note.detail))
            case "date_cell":
                found.append(doubts.changed_by_excel(letter or note.detail))
            case "broken_cell":
                found.append(doubts.broken_cell(letter or note.detail))
    return found


def _add(found: list[Doubt], doubt: Doubt) -> None:
    if all(other.kind != doubt.kind for other in found):
        found.append(doubt)


def _compare_stems(questions: list[ImportedQuestion]) -> None:
    """Say of each question that stands in the file before with (nearly) the same options.

    The same words with other options ("Câu nào đúng?") are another question.
    """
    seen: dict[str, list[tuple[int, set[str]]]] = {}
    for place, question in enumerate(questions):
        stem = comparable(question.stem)
        if not stem:
            continue
        options = {comparable(option) for option in question.options}
        for number, others in seen.get(stem, []):
            if len(options & others) * 2 >= len(options | others):
                question.doubts.append(doubts.duplicate_stem(number))
                break
        if len(seen.setdefault(stem, [])) < _MOST_ALIKE:
            seen[stem].append((place + 1, options))


def _about_file(given: list[str], reading: Reading, matched: Matched) -> list[Doubt]:
    found = []
    if not reading.drafts:
        found.append(doubts.no_questions())
    if reading.explanations:
        found.append(doubts.explanations(reading.explanations))
    if matched.unused:
        found.append(doubts.key_without_question(matched.unused))
    numbers = [(place, int(n)) for place, n in enumerate(given) if n.isdecimal()]
    repeats: list[str] = []
    gaps: list[str] = []
    for (earlier, before), (later, number) in pairwise(numbers):
        if number == before:
            repeats.append(str(number))
        elif before + later - earlier < number <= before + _LONGEST_GAP:
            gaps += [str(gap) for gap in range(before + 1, number)]
    if repeats:
        found.append(doubts.number_repeat(repeats))
    if gaps:
        found.append(doubts.number_gap(gaps))
    return found
