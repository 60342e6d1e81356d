"""Which options of a question are marked (underlined, bold, coloured, ticked …) and may be right.

A mark counts where it sets some options of a question apart. What all options wear is style.
"""

from collections import Counter
from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple

from lms.quizzes.importers.drafts import Draft
from lms.quizzes.importers.marked_text import Look

# From the surest sign to the one that most often is mere emphasis.
SIGNS = ("tick", "shade", "underline", "colour", "bold", "italic")
_WEAK = frozenset({"bold", "italic"})
_COMMON_SHARE = 0.1
_PLAIN_SHARE = 0.2
_MOST = 0.6


class Finding(Enum):
    """What the marks of one question say."""

    NONE = auto()
    CLEAR = auto()
    PARTLY = auto()  # a few words of an option are marked, no option as a whole
    ALL = auto()  # every option is marked, in a file that marks the right ones this way
    UNUSUAL = auto()  # marked in a way no other question of the file uses
    CONFLICT = auto()  # two ways of marking point at different options


class Marked(NamedTuple):
    """The marked options (indexes) and what that says; `is_faint` when by italics alone."""

    options: frozenset[int]
    finding: Finding
    is_faint: bool = False


class _Base(NamedTuple):
    """What options usually wear in this file, so that it says nothing; None: no telling."""

    colour: str | None
    shade: str | None


class _Set(NamedTuple):
    options: frozenset[int]
    mixed: bool = False  # marked in two colours, or letters and texts disagree


def read_marks(drafts: list[Draft]) -> list[Marked]:
    """For each draft, in order, what its marks say, judged by how the whole file marks."""
    faces = [[option.content.letter_looks() for option in draft.options] for draft in drafts]
    first = [looks[0] for options in faces for looks in options if looks]
    base = _Base(_usual(look.colour for look in first), _usual(look.shade for look in first))
    sets = [
        {sign: _marked(draft, looks, sign, base) for sign in SIGNS}
        for draft, looks in zip(drafts, faces, strict=True)
    ]
    usage = Counter(
        sign
        for draft, by_sign in zip(drafts, sets, strict=True)
        for sign, marked in by_sign.items()
        if _sets_apart(marked.options, draft)
    )
    if any(usage[sign] for sign in SIGNS if sign != "italic"):
        del usage["italic"]
    judged = []
    for draft, looks, by_sign in zip(drafts, faces, sets, strict=True):
        marked = _judge(draft, by_sign, usage)
        if marked.finding is Finding.NONE and _is_part_marked(looks, usage, base):
            marked = Marked(frozenset(), Finding.PARTLY)
        judged.append(marked)
    return judged


def _judge(draft: Draft, by_sign: dict[str, _Set], usage: Counter[str]) -> Marked:
    apart = {
        sign: by_sign[sign]
        for sign in SIGNS
        if usage[sign] and _sets_apart(by_sign[sign].options, draft)
    }
    if not apart:
        return _judge_unmarked(draft, by_sign, usage)
    found = {marked.options for marked in apart.values()}
    if len(found) > 1 or any(marked.mixed for marked in apart.values()):
        return Marked(frozenset().union(*found), Finding.CONFLICT)
    options = found.pop()
    main = max(usage.values())
    if all(sign in _WEAK and usage[sign] < main * _COMMON_SHARE for sign in apart) or (
        all(sign in _WEAK and usage[sign] == 1 for sign in apart) and main > 1
    ):
        return Marked(options, Finding.UNUSUAL)
    return Marked(options, Finding.CLEAR, is_faint=set(apart) == {"italic"})


def _judge_unmarked(draft: Draft, by_sign: dict[str, _Set], usage: Counter[str]) -> Marked:
    everything = frozenset(range(len(draft.options)))
    main = usage.most_common(1)[0][0] if usage else ""
    if main and len(everything) > 1 and by_sign[main].options == everything:
        return Marked(everything, Finding.ALL)
    return Marked(frozenset(), Finding.NONE)


def _sets_apart(options: frozenset[int], draft: Draft) -> bool:
    return 0 < len(options) < len(draft.options)


def _usual(values: Iterable[str]) -> str | None:
    """Plain, unless hardly any option is; then what most wear. None when there is no most."""
    counted = Counter(values)
    total = counted.total()
    if not total:
        return ""
    if counted[""] >= total * _PLAIN_SHARE:
        return ""
    value, count = counted.most_common(1)[0]
    return value if count > total * _MOST else None


def _marked(draft: Draft, faces: list[tuple[Look, ...]], sign: str, base: _Base) -> _Set:
    if sign == "tick":
        return _Set(frozenset(i for i, option in enumerate(draft.options) if option.ticked))
    letters: dict[int, str] = {}
    texts: dict[int, str] = {}
    for index, option in enumerate(draft.options):
        letter = _value(option.look, sign, base) if option.look is not None else ""
        words = {_value(look, sign, base) for look in faces[index]}
        if letter:
            letters[index] = letter
        if len(words) == 1 and (word := words.pop()):
            texts[index] = word
    return _weigh(draft, letters, texts)


def _weigh(draft: Draft, letters: dict[int, str], texts: dict[int, str]) -> _Set:
    """Some mark the letter, some the text, some both; what all options wear says nothing.

    Word's automatic letters take their look from the end of the paragraph, often by accident:
    the text goes before them.
    """
    by_letter, by_text = frozenset(letters), frozenset(texts)
    has_letters, has_texts = _sets_apart(by_letter, draft), _sets_apart(by_text, draft)
    automatic = any(option.auto for option in draft.options)
    mixed = False
    if has_letters and has_texts and not automatic:
        chosen = by_letter | by_text
        mixed = not (by_letter <= by_text or by_text <= by_letter)
    elif has_texts:
        chosen = by_text
    elif has_letters:
        chosen = by_letter
    else:
        return _Set(by_text | by_letter)
    values = {texts.get(index) or letters.get(index) for index in chosen}
    return _Set(chosen, mixed or len(values) > 1)


def _value(look: Look, sign: str, base: _Base) -> str:
    """How the look wears the sign: "" when not, otherwise in which colour or simply "yes"."""
    if sign == "colour":
        return "" if base.colour in (None, look.colour) else look.colour or "black"
    if sign == "shade":
        return "" if base.shade in (None, look.shade) else look.shade or "white"
    worn = {"bold": look.bold, "italic": look.italic, "underline": look.underline}
    return "yes" if worn.get(sign) else ""


def _is_part_marked(faces: list[tuple[Look, ...]], usage: Counter[str], base: _Base) -> bool:
    """Whether some words of an option wear a sign of the file and others do not."""
    return any(
        len({bool(_value(look, sign, base)) for look in looks}) > 1
        for looks in faces
        for sign in usage
        if sign != "tick"
    )
