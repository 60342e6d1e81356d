"""Following successors to the end: which units stand for an ended one, and on which days.

A pure algorithm over plain numbers and days. A unit ends once; what it went into may end later in
turn. A choice sends one person (or whatever the key names) another way than the default.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Ending:
    """A unit's last day is before `on`; from then on `default` stands for it, beside `others`."""

    on: date
    default: int
    others: frozenset[int] = frozenset()

    @property
    def successors(self) -> frozenset[int]:
        return self.others | {self.default}


@dataclass(frozen=True)
class Heir:
    """Who stands for a unit from one day until another (exclusive; None is for good)."""

    unit_id: int
    heir_id: int
    valid_from: date
    valid_to: date | None
    is_default: bool = True


Endings = Mapping[int, Ending]


def heirs_of_units(endings: Endings) -> list[Heir]:
    """Every unit that ended with all who stand for it; on each day one of them is the default."""
    found: list[Heir] = []
    for unit_id in endings:
        for start, end in _spans(unit_id, endings):
            default = _follow(unit_id, endings, start, lambda one: endings[one].default)
            for heir_id in sorted(_reached(unit_id, endings, start)):
                found.append(Heir(unit_id, heir_id, start, end, heir_id == default))
    return found


def heirs_of_chosen(
    endings: Endings, choices: Mapping[tuple[int, int], int]
) -> list[tuple[int, Heir]]:
    """(key, heir) wherever a choice leads elsewhere than the default does.

    `choices` maps (ended unit, key) to the successor that took the key. A unit whose default went
    into one with a choice is concerned, too.
    """
    before = _predecessors(endings)
    concerned = {
        (earlier, key)
        for unit_id, key in choices
        for earlier in _closure(unit_id, lambda one: before.get(one, frozenset()))
    }
    found: list[tuple[int, Heir]] = []
    for unit_id, key in sorted(concerned):

        def step(one: int, key: int = key) -> int:
            return choices.get((one, key), endings[one].default)

        for start, end in _spans(unit_id, endings):
            heir_id = _follow(unit_id, endings, start, step)
            if heir_id != _follow(unit_id, endings, start, lambda one: endings[one].default):
                found.append((key, Heir(unit_id, heir_id, start, end)))
    return found


def _spans(unit_id: int, endings: Endings) -> list[tuple[date, date | None]]:
    """The spans of days, from a unit's end on, in which nothing it leads to ends."""
    reached = _closure(
        unit_id, lambda one: endings[one].successors if one in endings else frozenset()
    )
    first = endings[unit_id].on
    days = sorted({first} | {endings[one].on for one in reached if one in endings})
    days = [day for day in days if day >= first]
    return list(zip(days, [*days[1:], None], strict=True))


def _follow(unit_id: int, endings: Endings, on: date, step: Callable[[int], int]) -> int:
    while unit_id in endings and endings[unit_id].on <= on:
        unit_id = step(unit_id)
    return unit_id


def _reached(unit_id: int, endings: Endings, on: date) -> set[int]:
    everything = _closure(
        unit_id,
        lambda one: endings[one].successors if _has_ended(one, endings, on) else frozenset(),
    )
    return {one for one in everything if not _has_ended(one, endings, on)}


def _has_ended(unit_id: int, endings: Endings, on: date) -> bool:
    return unit_id in endings and endings[unit_id].on <= on


def _predecessors(endings: Endings) -> dict[int, frozenset[int]]:
    before: dict[int, frozenset[int]] = {}
    for unit_id, ending in endings.items():
        for successor in ending.successors:
            before[successor] = before.get(successor, frozenset()) | {unit_id}
    return before


def _closure(start: int, after: Callable[[int], Iterable[int]]) -> set[int]:
    seen = {start}
    waiting = [start]
    while waiting:
        for one in after(waiting.pop()):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return seen
