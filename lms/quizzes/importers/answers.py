"""What a written answer ("C", "A, C", "C. 5", the option's own words) points at in one question."""

import re
from typing import NamedTuple

from lms.base.vietnamese import clean
from lms.quizzes.importers import labels, phrases
from lms.quizzes.importers.drafts import Draft, DraftOption
from lms.quizzes.importers.fixed_options import is_fixed_option

_LETTER = re.compile(r"[A-JĐ]", re.IGNORECASE)
_WHOLE = re.compile(rf"(?:{phrases.LETTERS})")
_WITH_TEXT = re.compile(r"(?P<letter>[A-JĐa-jđ])\s*[.):\-–(]\s*(?P<text>\S.*)")
_DIGITS = re.compile(r"\d(?:\s*[,;/&+]\s*\d)*")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})
_EDGES = " .,;:!?…"


class Pointed(NamedTuple):
    """The options (indexes) an answer points at; a `problem` (a doubt's kind) where it fails."""

    options: frozenset[int] = frozenset()
    problem: str = ""


def comparable(text: str) -> str:
    """The form in which two texts count as the same: case, quotes and end points aside."""
    return clean(text).casefold().translate(_QUOTES).strip(_EDGES)


def resolve(answer: str, draft: Draft) -> Pointed | None:
    """The options `answer` points at; None when it says nothing ("-", "?")."""
    answer = clean(answer)
    if not any(char.isalnum() for char in answer):
        return None
    readings = {reading for reading in _readings(answer, draft.options) if reading}
    if not readings:
        return Pointed(problem="unknown_answer")
    if len(readings) > 1:
        return Pointed(problem="conflicting_answer")
    return readings.pop()


def _readings(answer: str, options: list[DraftOption]) -> list[Pointed | None]:
    """Every way to read the answer that makes sense in this question."""
    return [_as_text(answer, options), _as_letters(answer, options), _as_digits(answer, options)]


def _as_text(answer: str, options: list[DraftOption]) -> Pointed | None:
    wanted = comparable(answer)
    same = [i for i, option in enumerate(options) if comparable(option.content.text) == wanted]
    if len(same) > 1:
        return Pointed(problem="conflicting_answer")
    return Pointed(frozenset(same)) if same else None


def _as_letters(answer: str, options: list[DraftOption]) -> Pointed | None:
    bare = answer.strip(" .()[]")
    if _WHOLE.fullmatch(bare):
        letters = [letter.upper() for letter in _LETTER.findall(bare)]
        found = [_under(letter, options) for letter in letters]
        if len(letters) > 1 and _is_spelled_out(letters, options):
            return Pointed(problem="conflicting_answer")
        if any(len(places) > 1 for places in found):
            return Pointed(problem="conflicting_answer")
        if not all(found):
            return None
        return Pointed(frozenset(places[0] for places in found))
    match = _WITH_TEXT.fullmatch(answer)
    if not match:
        return None
    places = _under(match["letter"].upper(), options)
    by_text = _as_text(match["text"], options)
    if len(places) != 1:
        return Pointed(problem="conflicting_answer") if places else None
    if by_text and by_text.options != frozenset(places):
        return Pointed(problem="conflicting_answer")
    return Pointed(frozenset(places))


def _under(letter: str, options: list[DraftOption]) -> list[int]:
    """The places of the options under a letter; counted, where options have digits."""
    if options and all(option.letter.isdecimal() for option in options):
        place = labels.ORDER.replace("Đ", "").find(letter)
        return [place] if 0 <= place < len(options) else []
    return [i for i, option in enumerate(options) if option.letter == letter]


def _is_spelled_out(letters: list[str], options: list[DraftOption]) -> bool:
    """Whether "A, B" may also mean the option that reads "Cả A và B"."""
    return any(
        is_fixed_option(option.content.plain())
        and sorted(re.findall(r"\b[A-JĐ]\b", option.content.plain())) == sorted(letters)
        for option in options
    )


def _as_digits(answer: str, options: list[DraftOption]) -> Pointed | None:
    """Digits count only where the options themselves are numbered."""
    if not _DIGITS.fullmatch(answer.strip(" .")):
        return None
    digits = re.findall(r"\d", answer)
    found = [[i for i, o in enumerate(options) if o.letter == digit] for digit in digits]
    return Pointed(frozenset(f[0] for f in found)) if all(found) else None
