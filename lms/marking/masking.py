"""Hiding from a reviewer what an essay says about who wrote it. Pure.

Masked, in any case, with or without marks, wherever tones are placed, composed or not:
- the full name (also run together, also without its family or middle names, and family name with
  given name; two words alone only with the name's own marks, or capitals and no marks at all, so
  that Thanh Hòa does not hide the province of Thanh Hóa);
- the given name alone only where it is presented ("tôi là Hòa", "đồng chí Hòa", "N.V. An"),
  because Hòa, Bình, Minh are also words;
- card number, phone and e-mail, however their digits are grouped;
- the names of the writer's units, and what is left of a unit's name without "Chi bộ", "Đảng bộ"
  and the like ("Chi bộ khu phố 5" → "khu phố 5"), if that still says which one it is.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lms.base.vietnamese import fold, word_keys

MASK = "▇▇▇"

_GAP = r"[\s.\-_–]{1,4}"
_UNIT_KINDS = tuple(
    tuple(fold(kind).split())
    for kind in (
        *("Đảng bộ bộ phận", "Đảng bộ cơ sở", "Chi bộ cơ sở"),
        *("Đảng bộ", "Đảng ủy", "Chi bộ", "Chi ủy", "Tổ đảng", "Cấp ủy"),
    )
)
_SELF = (
    r"(?:(?:toi|em|minh|chau|con)\s+(?:ten\s+)?la|(?:ho\s+(?:va\s+)?)?ten(?:\s+(?:toi|em))?"
    r"(?:\s+la)?\s*:?|ky\s+ten\s*:?)"
)
_TITLE = r"(?:dong\s+chi|d/c|dc|anh|chi|ong|ba|co|chu|bac|thay|em)"


@dataclass(frozen=True)
class Writer:
    """What must not be read: name, card number, other numbers and addresses, names of units."""

    name: str
    code: str | None = None
    contacts: tuple[str, ...] = ()
    unit_names: tuple[str, ...] = ()


class _FoldTable(dict[int, int]):
    """Letter → its folded letter, one for one, so that places in the text stay the same."""

    def __missing__(self, code: int) -> int:
        folded = fold(chr(code))
        self[code] = ord(folded) if len(folded) == 1 else code
        return self[code]


_FOLDS = _FoldTable()


def mask(text: str, writer: Writer) -> str:
    """The text in NFC with what identifies the writer replaced by MASK."""
    text = unicodedata.normalize("NFC", text)
    return _replace(text, _spans(text, text.translate(_FOLDS), writer))


def _replace(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Spans may touch or overlap; what lies between two masked words stays."""
    parts = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            parts += [text[at:start], MASK]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _spans(text: str, folded: str, writer: Writer) -> Iterator[tuple[int, int]]:
    patterns = _patterns(writer)
    for found in patterns.certain.finditer(folded):
        yield found.span()
    for pattern, words in patterns.short_names:
        for found in pattern.finditer(folded):
            if _reads_as_name(text[found.start() : found.end()], words):
                yield found.span()
    for found in patterns.presented.finditer(folded):
        start, end = found.span("given")
        if text[start].isupper():
            yield start, end


@dataclass(frozen=True)
class _Patterns:
    certain: re.Pattern[str]
    short_names: Sequence[tuple[re.Pattern[str], tuple[str, ...]]]
    presented: re.Pattern[str]


def _patterns(writer: Writer) -> _Patterns:
    name = unicodedata.normalize("NFC", writer.name).split()
    certain: list[str] = []
    short: list[tuple[re.Pattern[str], tuple[str, ...]]] = []
    for words in _parts_of(name):
        if len(words) > 2:
            certain.append(_sequence(fold(word) for word in words))
        else:
            pattern = re.compile(_whole(_sequence(fold(word) for word in words)))
            short.append((pattern, tuple(words)))
    if len(name) > 1:
        certain.append("".join(fold(word) for word in name) + r"\d*")
    certain += [_digits(number) for number in (writer.code, *writer.contacts) if number]
    certain += [_sequence(words) for words in _unit_phrases(writer.unit_names)]
    certain.sort(key=len, reverse=True)
    return _Patterns(
        certain=re.compile(_whole("|".join(certain)) if certain else r"(?!)"),
        short_names=short,
        presented=re.compile(_presented(name) if name else r"(?!)(?P<given>)"),
    )


def _parts_of(name: Sequence[str]) -> Iterator[Sequence[str]]:
    """The name, its endings of two words or more, and family name with given name."""
    for start in range(len(name) - 1):
        yield name[start:]
    if len(name) > 2:
        yield [name[0], name[-1]]


def _whole(pattern: str) -> str:
    """Only whole words: neither letters nor digits right before or behind."""
    return rf"(?<!\w)(?:{pattern})(?!\w)"


def _sequence(words: Iterable[str]) -> str:
    return _GAP.join(re.escape(word) for word in words)


def _digits(text: str) -> str:
    """A number or address, its letters and digits grouped in any way."""
    if "@" in text:
        return re.escape(fold(text))
    signs = re.sub(r"[\s.\-]", "", fold(text))
    if signs.startswith("0") and len(signs) in (10, 11) and signs.isdigit():
        return r"(?:\+?84|0)[\s.\-]?" + r"[\s.\-]?".join(signs[1:])
    return r"[\s.\-]?".join(re.escape(sign) for sign in signs)


def _unit_phrases(names: Iterable[str]) -> Iterator[Sequence[str]]:
    for name in names:
        words = re.findall(r"\w+", fold(name))
        if not words:
            continue
        yield words
        kind = next((kind for kind in _UNIT_KINDS if tuple(words[: len(kind)]) == kind), ())
        rest = words[len(kind) :]
        says_which = len(rest) > 2 or (len(rest) == 2 and any(map(str.isdigit, rest)))
        if kind and says_which:
            yield rest


def _presented(name: Sequence[str]) -> str:
    given = re.escape(fold(name[-1]))
    initials = r"\s?".join(rf"{re.escape(fold(word)[0])}\w?\w?\." for word in name[:-1])
    ways = [rf"{_SELF}\s+", rf"{_TITLE}\s+", *([rf"{initials}\s*"] if initials else [])]
    return rf"(?<!\w)(?:{'|'.join(ways)})(?P<given>{given})(?!\w)"


def _reads_as_name(found: str, words: Sequence[str]) -> bool:
    """Whether two words stand as a name: with its own marks, or with capitals and none at all."""
    written = re.findall(r"\w+", found)
    if word_keys(written) == word_keys(list(words)):
        return True
    return found.isascii() and all(word[:1].isupper() for word in written)
