"""Which unit of the tree a roster means by its names: insensitive to case, marks and the words
before a name ("Đảng bộ phường", "Chi bộ"). A name that fits several units is never guessed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lms.base.vietnamese import fold
from lms.people.models import UnitStatus
from lms.units.models import UnitKind

_BEFORE = re.compile(
    r"^(?:dang bo|dang uy|chi bo|chi uy|bo phan|co so|truc thuoc|phuong|xa|thi tran|thi xa|quan"
    r"|huyen|so)(?:\s+|$)"
)
_ZEROS = re.compile(r"\b0+(?=\d)")
_MARKS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class TreeUnit:
    """A unit of the tree, with the names it bears."""

    id: int
    parent_id: int | None
    depth: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What was found. A new unit would be founded below `parent_id`, `missing` names deep."""

    status: UnitStatus
    unit_id: int | None = None
    parent_id: int | None = None
    missing: int = 0


@lru_cache(maxsize=8192)
def plain_name(name: str) -> str:
    """A unit's name as it is compared: "Đảng bộ phường Long Biên" → "long bien"."""
    words = _ZEROS.sub("", _MARKS.sub(" ", fold(name)).strip())
    while shorter := _BEFORE.sub("", words, count=1):
        if shorter == words:
            break
        words = shorter
    return words


def kind_of(name: str, is_lowest: bool) -> UnitKind:
    """What a new unit is, by the words before its name, else by its place."""
    words = fold(name)
    if words.startswith(("dang bo", "dang uy")):
        return UnitKind.BASE
    if words.startswith("chi bo"):
        return UnitKind.CELL
    return UnitKind.CELL if is_lowest else UnitKind.BASE


class UnitIndex:
    """The units at and below a root, ready to be asked for names."""

    def __init__(self, root_id: int, units: Iterable[TreeUnit]) -> None:
        self._units = {unit.id: unit for unit in units}
        self._root = self._units[root_id]
        self._exact = {u.id: {fold(name) for name in u.names} for u in self._units.values()}
        self._plain = {u.id: {plain_name(name) for name in u.names} for u in self._units.values()}
        self._children: dict[int, list[int]] = defaultdict(list)
        for unit in self._units.values():
            if unit.id != root_id and unit.parent_id is not None:
                self._children[unit.parent_id].append(unit.id)

    @property
    def root_without_children(self) -> int | None:
        """The root, if it has nothing below it: then everybody belongs to it."""
        return None if self._children[self._root.id] else self._root.id

    def match(self, names: Sequence[str]) -> Match:
        """The unit that names, widest first, lead to."""
        candidates = [self._root.id]
        for place, name in enumerate(names):
            found = self._below(candidates, name)
            if not found and place == 0 and self._bears(self._root.id, name):
                continue
            if not found:
                if place == 0 and len(names) > 1 and self._root.depth > 0:
                    return Match(UnitStatus.OUTSIDE)
                if len(candidates) > 1:
                    return Match(UnitStatus.AMBIGUOUS)
                missing = len(names) - place
                return Match(UnitStatus.NEW, parent_id=candidates[0], missing=missing)
            candidates = found
        if len(candidates) > 1:
            return Match(UnitStatus.AMBIGUOUS)
        return Match(UnitStatus.KNOWN, unit_id=candidates[0])

    def _below(self, above: Sequence[int], name: str) -> list[int]:
        """Right below first, else anywhere below; the very name before a likeness."""
        level = [child for unit_id in above for child in self._children[unit_id]]
        deeper = level
        while deeper:
            if found := self._of_name(deeper, name):
                return found
            deeper = [child for unit_id in deeper for child in self._children[unit_id]]
        return []

    def _of_name(self, unit_ids: Sequence[int], name: str) -> list[int]:
        wanted = fold(name)
        exact = [unit_id for unit_id in unit_ids if wanted in self._exact[unit_id]]
        return exact or [unit_id for unit_id in unit_ids if self._bears(unit_id, name)]

    def _bears(self, unit_id: int, name: str) -> bool:
        return plain_name(name) in self._plain[unit_id]
