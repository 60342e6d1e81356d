"""Reads the demo's texts: whole files, and files of families from which sentences are drawn.

A family file holds headings (`== a b / c / d`), below each of them paragraphs set apart by a blank
line, one sentence pattern a line. A pattern has choices in [brackets|like this], numbers {3-7} and
slots {name}; a line that begins with "? " is left out at times, and the first line of a paragraph
may begin with its @name. Composing whole essays is in essays.py.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "texts"
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_NUMBER = re.compile(r"\{(\d+)-(\d+)\}")
_SLOT = re.compile(r"\{([a-z_0-9]+)\}")
_OPTIONAL = "? "
_OPTIONAL_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Family:
    """One paragraph from which many can be drawn; `heading` holds the words of each part."""

    name: str
    heading: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]


def read_text(name: str) -> str:
    """A text as it stands."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def read_families(name: str) -> tuple[Family, ...]:
    """The families of a file, in order. Raises ValueError for a paragraph without a heading."""
    families: list[Family] = []
    heading: tuple[tuple[str, ...], ...] | None = None
    for block in re.split(r"\n\s*\n", read_text(name).strip()):
        lines = block.strip().split("\n")
        if lines[0].startswith("== "):
            heading = tuple(tuple(part.split()) for part in lines[0][3:].split("/"))
            lines = lines[1:]
        if not lines:
            continue
        if heading is None:
            raise ValueError(f"{name}: a paragraph stands before the first heading")
        label = f"{name}:{len(families) + 1}"
        if lines[0].startswith("@"):
            label, _, lines[0] = lines[0][1:].partition(" ")
        families.append(Family(label, heading, tuple(lines)))
    return tuple(families)


def draw(pattern: str, rng: random.Random, slots: Mapping[str, str]) -> str:
    """One text from a pattern. Raises KeyError for a slot that has no value."""
    text = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), pattern)
    text = _NUMBER.sub(lambda found: str(rng.randint(int(found[1]), int(found[2]))), text)
    return _SLOT.sub(lambda found: slots[found[1]], text)


def draw_paragraph(family: Family, rng: random.Random, slots: Mapping[str, str]) -> str:
    """One paragraph of a family; optional sentences come or stay away by chance."""
    sentences: list[str] = []
    for line in family.lines:
        if line.startswith(_OPTIONAL):
            if rng.random() >= _OPTIONAL_SHARE:
                continue
            line = line.removeprefix(_OPTIONAL)
        sentences.append(draw(line, rng, slots))
    return " ".join(sentences)


def plain_lines(name: str) -> dict[str, tuple[str, ...]]:
    """The lines below each heading of a file of ready sentences, by the heading's first word."""
    found: dict[str, tuple[str, ...]] = {}
    for family in read_families(name):
        found[family.heading[0][0]] = found.get(family.heading[0][0], ()) + family.lines
    return found
