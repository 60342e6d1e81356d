"""Which question each entry of an answer key is for.

By number; where numbers recur, by the part of the file they stand in. Never by a guess.
"""

from collections import Counter
from dataclasses import dataclass, field

from lms.quizzes.importers.answer_keys import KeyEntry
from lms.quizzes.importers.drafts import Draft, KeyBlock, Reading


@dataclass(slots=True)
class Matched:
    """Answers from keys per draft (by index); numbers nobody can tell apart, or nobody has."""

    answers: dict[int, list[str]] = field(default_factory=dict)
    ambiguous: set[int] = field(default_factory=set)
    unused: list[str] = field(default_factory=list)


def match_keys(reading: Reading) -> Matched:
    """Match every key entry of the file with its question."""
    matched = Matched()
    runs = _runs_of_entries(reading.keys)
    if not runs:
        return matched
    _number_by_place(reading.drafts)
    _number_by_neighbours(reading.drafts)
    numbers = Counter(draft.number for draft in reading.drafts if draft.number)
    if all(count == 1 for count in numbers.values()):
        _assign(
            matched,
            [entry for run in runs for entry in run.entries],
            list(enumerate(reading.drafts)),
        )
        return matched
    parts = _parts(reading.drafts)
    if len(parts) == len(runs):
        pairs = list(zip(runs, parts, strict=True))
    else:
        pairs = _by_position(runs, parts, len(reading.drafts))
    for run, part in pairs:
        _assign(matched, run.entries, [(index, reading.drafts[index]) for index in part])
    return matched


def _assign(matched: Matched, entries: list[KeyEntry], drafts: list[tuple[int, Draft]]) -> None:
    by_number: dict[str, list[int]] = {}
    for index, draft in drafts:
        by_number.setdefault(draft.number, []).append(index)
    for entry in entries:
        holders = by_number.get(entry.number, [])
        if len(holders) > 1:
            matched.ambiguous.update(holders)
        elif holders and entry.answer:
            matched.answers.setdefault(holders[0], []).append(entry.answer)
        elif not holders and entry.number not in matched.unused:
            matched.unused.append(entry.number)


def _number_by_place(drafts: list[Draft]) -> None:
    """Where no question has a number, the key counts them in order."""
    if not any(draft.number for draft in drafts):
        for place, draft in enumerate(drafts):
            draft.number = str(place + 1)


def _number_by_neighbours(drafts: list[Draft]) -> None:
    """A question without a number between 4 and 6 is the fifth."""
    for before, draft, after in zip(drafts, drafts[1:], drafts[2:], strict=False):
        if draft.number or not (before.number.isdecimal() and after.number.isdecimal()):
            continue
        if int(after.number) == int(before.number) + 2:
            draft.number = str(int(before.number) + 1)


def _parts(drafts: list[Draft]) -> list[list[int]]:
    """Indexes of drafts, a new part wherever the numbers begin again at 1."""
    parts: list[list[int]] = []
    for index, draft in enumerate(drafts):
        if not parts or (draft.number == "1" and index):
            parts.append([])
        parts[-1].append(index)
    return parts


def _runs_of_entries(keys: list[KeyBlock]) -> list[KeyBlock]:
    """Keys as runs of numbers: one that says 1 again begins a new run, others go on."""
    runs: list[KeyBlock] = []
    seen: set[str] = set()
    for block in keys:
        for entry in block.entries:
            fresh = not runs or runs[-1].after != block.after
            if fresh or (entry.number == "1" and "1" in seen):
                runs.append(KeyBlock(block.after, []))
                seen = set()
            runs[-1].entries.append(entry)
            seen.add(entry.number)
    return runs


def _by_position(
    runs: list[KeyBlock], parts: list[list[int]], count: int
) -> list[tuple[KeyBlock, list[int]]]:
    """Each key for the questions since the key before it."""
    pairs, start = [], 0
    for run in runs:
        end = max(run.after, start)
        inside = [index for part in parts for index in part if start <= index < end]
        pairs.append((run, inside or list(range(count))))
        start = end if end < count else start
    return pairs
