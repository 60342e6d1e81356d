"""How long an essay is against what its form asks: per section and in all, in words.

A pure module: it judges numbers; the words that tell the writer are in the templates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from lms.base.vietnamese import count_words


class Asked(Protocol):
    """What a section asks: the table EssaySection, or anything with its names."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def least_words(self) -> int: ...
    @property
    def most_words(self) -> int | None: ...


class LengthState(StrEnum):
    MISSING = "missing"
    SHORT = "short"
    LONG = "long"
    FITTING = "fitting"


@dataclass(frozen=True)
class SectionLength:
    """One section: its words, and how many are wanting or too many (`gap`, 0 when fitting)."""

    key: str
    title: str
    words: int
    least: int
    most: int | None
    state: LengthState
    gap: int


@dataclass(frozen=True)
class EssayLength:
    """A whole essay against its form."""

    sections: tuple[SectionLength, ...]
    words: int
    least: int
    most: int

    @property
    def missing_words(self) -> int:
        """Words still to be written before it may be handed in; 0 when there are enough."""
        return max(0, self.least - self.words)

    @property
    def surplus_words(self) -> int:
        return max(0, self.words - self.most)

    @property
    def is_long_enough(self) -> bool:
        return self.words > 0 and not self.missing_words

    @property
    def remarks(self) -> tuple[SectionLength, ...]:
        """Sections that are missing, short or long."""
        return tuple(s for s in self.sections if s.state is not LengthState.FITTING)


def measure_section(asked: Asked, text: str) -> SectionLength:
    """One section against what it asks. An empty one is missing, whatever its least length."""
    words = count_words(text)
    state, gap = LengthState.FITTING, 0
    if not words:
        state, gap = LengthState.MISSING, asked.least_words
    elif words < asked.least_words:
        state, gap = LengthState.SHORT, asked.least_words - words
    elif asked.most_words is not None and words > asked.most_words:
        state, gap = LengthState.LONG, words - asked.most_words
    return SectionLength(
        asked.key, asked.title, words, asked.least_words, asked.most_words, state, gap
    )


def measure_essay(
    sections: Sequence[Asked], texts: Mapping[str, str], least: int, most: int
) -> EssayLength:
    """All sections and their sum; text of a section that the form does not have is not counted."""
    measured = tuple(measure_section(asked, texts.get(asked.key, "")) for asked in sections)
    return EssayLength(measured, sum(section.words for section in measured), least, most)
