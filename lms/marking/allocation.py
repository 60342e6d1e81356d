"""Who marks what: an assignment that breaks no rule and is as even as any can be.

Pure: no Flask, no database. Work that the same reviewers may take is handled as one class, so
the search runs over classes and reviewers, not over 20,000 × 300 pairs.

First everything goes, in random order, to the least loaded reviewer who may take it. Then, while
work can be handed along a chain of reviewers from a fuller one to one with at least two fewer,
it is. An assignment without such a chain has the least sum of squared loads, hence also loads
within one of each other wherever the rules let any assignment have them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Work:
    """One thing to be marked, and the reviewers who must not mark it."""

    key: int
    forbidden: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Plan:
    """`placed` maps work to reviewer; `unplaced` is work that every reviewer is forbidden.

    `loads` holds each reviewer's load afterwards, what they had before included.
    """

    placed: Mapping[int, int]
    unplaced: Sequence[int]
    loads: Mapping[int, int]


@dataclass
class _Table:
    """Loads and contents while a plan is made. Sets of reviewers are bit masks."""

    reviewers: list[int]
    loads: list[int]
    masks: dict[frozenset[int], int] = field(default_factory=dict)
    held: list[dict[int, list[int]]] = field(default_factory=list)
    """Per reviewer: mask of a class → keys of the work of that class that they hold."""

    def __post_init__(self) -> None:
        self.held = [defaultdict(list) for _ in self.reviewers]

    @property
    def everybody(self) -> int:
        return (1 << len(self.reviewers)) - 1

    def mask_of(self, forbidden: frozenset[int]) -> int:
        """Who may take work with these reviewers forbidden."""
        if forbidden not in self.masks:
            mask = self.everybody
            for index, reviewer in enumerate(self.reviewers):
                if reviewer in forbidden:
                    mask &= ~(1 << index)
            self.masks[forbidden] = mask
        return self.masks[forbidden]


def allocate(
    work: Iterable[Work],
    reviewers: Iterable[int],
    seed: int,
    loads: Mapping[int, int] | None = None,
) -> Plan:
    """Spread work over reviewers, whose present loads count. The same input gives the same plan.

    Work is placed whenever one reviewer may take it; the sum of squared loads is the least
    possible. The order of the input does not matter; `seed` decides among equals.
    """
    random = Random(seed)  # noqa: S311 - fairness, not secrecy
    order = sorted(set(reviewers))
    random.shuffle(order)
    present = loads or {}
    table = _Table(order, [present.get(reviewer, 0) for reviewer in order])
    unplaced = _deal(table, _shuffled(work, random))
    _even_out(table)
    placed = {
        key: table.reviewers[index]
        for index, classes in enumerate(table.held)
        for keys in classes.values()
        for key in keys
    }
    return Plan(placed, sorted(unplaced), dict(zip(order, table.loads, strict=True)))


def _shuffled(work: Iterable[Work], random: Random) -> list[Work]:
    ordered = sorted(work, key=lambda item: item.key)
    random.shuffle(ordered)
    return ordered


def _deal(table: _Table, work: Iterable[Work]) -> list[int]:
    """Give each to the least loaded who may take it; returns the keys nobody may take."""
    unplaced = []
    by_load: dict[int, int] = defaultdict(int)
    for index, load in enumerate(table.loads):
        by_load[load] |= 1 << index
    levels = sorted(by_load)
    for item in work:
        allowed = table.mask_of(item.forbidden)
        level = next((load for load in levels if by_load[load] & allowed), None)
        if level is None:
            unplaced.append(item.key)
            continue
        chosen = by_load[level] & allowed
        bit = chosen & -chosen
        index = bit.bit_length() - 1
        table.held[index][allowed].append(item.key)
        table.loads[index] = level + 1
        by_load[level] ^= bit
        if not by_load[level]:
            levels.remove(level)
        if not by_load[level + 1]:
            levels.append(level + 1)
            levels.sort()
        by_load[level + 1] |= bit
    return unplaced


def _even_out(table: _Table) -> None:
    """Hand work along chains until no chain leads to a reviewer with at least two fewer.

    Where the fullest reviewer reaches nobody with two fewer, neither does anybody they reach, nor
    through them anyone else: they all are settled and leave the search.
    """
    active = table.everybody
    while active:
        fullest = max(_bits(active), key=lambda index: table.loads[index])
        chain, reached = _search(table, fullest, active)
        if chain is None:
            active &= ~reached
        else:
            _hand_along(table, chain)


def _search(
    table: _Table, start: int, active: int
) -> tuple[list[tuple[int, int, int]] | None, int]:
    """A chain of (giver, class, taker) from `start` to one with at least two fewer, and all that
    was reached. Breadth first, so the chain is short."""
    came: dict[int, tuple[int, int]] = {}
    reached = 1 << start
    seen: set[int] = set()
    queue = [start]
    for giver in queue:
        for allowed, keys in table.held[giver].items():
            if not keys or allowed in seen:
                continue
            seen.add(allowed)
            fresh = allowed & active & ~reached
            reached |= fresh
            for taker in _bits(fresh):
                came[taker] = (giver, allowed)
                if table.loads[taker] <= table.loads[start] - 2:
                    return _chain_to(taker, start, came), reached
                queue.append(taker)
    return None, reached


def _chain_to(
    end: int, start: int, came: Mapping[int, tuple[int, int]]
) -> list[tuple[int, int, int]]:
    chain = []
    taker = end
    while taker != start:
        giver, allowed = came[taker]
        chain.append((giver, allowed, taker))
        taker = giver
    return chain


def _hand_along(table: _Table, chain: Sequence[tuple[int, int, int]]) -> None:
    """Move as much along the whole chain (last link first) as evens out its two ends."""
    start, end = chain[-1][0], chain[0][2]
    amount = min(
        (table.loads[start] - table.loads[end]) // 2,
        *(len(table.held[giver][allowed]) for giver, allowed, _taker in chain),
    )
    for giver, allowed, taker in chain:
        keys = table.held[giver][allowed]
        table.held[taker][allowed].extend(keys[-amount:])
        del keys[-amount:]
    table.loads[start] -= amount
    table.loads[end] += amount


def _bits(mask: int) -> Iterator[int]:
    """Positions of the set bits, lowest first."""
    while mask:
        bit = mask & -mask
        yield bit.bit_length() - 1
        mask ^= bit
