"""Whose essay a reviewer must not mark, and why. Pure: facts come in as values.

Never one's own essay, one of one's own cell, of one's own direct head, of a unit under a declared
conflict, of a unit outside one's appointment, or one that was passed on already. The essays of
people below oneself are allowed: committees do read them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.marking.allocation import Work


class Rule(StrEnum):
    OWN_ESSAY = "own_essay"
    OWN_CELL = "own_cell"
    OWN_HEAD = "own_head"
    CONFLICT = "conflict"
    OUT_OF_SCOPE = "out_of_scope"
    HAD_IT = "had_it"


@dataclass(frozen=True)
class ReviewerFacts:
    """What the rules ask of a reviewer; one from outside has no member, no cell, no head.

    Paths are of units (ids from the root down between slashes) and stand for all below them.
    """

    account_id: int
    member_id: int | None = None
    unit_ids: frozenset[int] = frozenset()
    head_ids: frozenset[int] = frozenset()
    conflict_paths: tuple[str, ...] = ()
    scope_paths: tuple[str, ...] = ("/",)


@dataclass(frozen=True)
class EssayFacts:
    """What the rules ask of an essay: writer, paths of the units they answer in and belong to,
    and who was given it before."""

    submission_id: int
    member_id: int
    unit_paths: tuple[str, ...]
    given_to: frozenset[int] = frozenset()


def find_barrier(reviewer: ReviewerFacts, essay: EssayFacts) -> Rule | None:
    """The first rule that keeps an essay from a reviewer; None if they may mark it."""
    if reviewer.member_id == essay.member_id:
        return Rule.OWN_ESSAY
    if essay.member_id in reviewer.head_ids:
        return Rule.OWN_HEAD
    if reviewer.account_id in essay.given_to:
        return Rule.HAD_IT
    return _unit_barrier(reviewer, essay.unit_paths)


def _unit_barrier(reviewer: ReviewerFacts, unit_paths: Sequence[str]) -> Rule | None:
    if any(_last_id(path) in reviewer.unit_ids for path in unit_paths):
        return Rule.OWN_CELL
    if any(path.startswith(above) for path in unit_paths for above in reviewer.conflict_paths):
        return Rule.CONFLICT
    if not any(unit_paths[0].startswith(above) for above in reviewer.scope_paths):
        return Rule.OUT_OF_SCOPE
    return None


def _last_id(path: str) -> int:
    return int(path.rstrip("/").rpartition("/")[2])


def to_work(essays: Iterable[EssayFacts], reviewers: Sequence[ReviewerFacts]) -> Iterator[Work]:
    """Essays with the reviewers each is kept from. Rules of units are worked out once per unit."""
    by_units: dict[tuple[str, ...], frozenset[int]] = {}
    by_member = _barred_by_member(reviewers)
    chosen = frozenset(reviewer.account_id for reviewer in reviewers)
    for essay in essays:
        if essay.unit_paths not in by_units:
            by_units[essay.unit_paths] = frozenset(
                reviewer.account_id
                for reviewer in reviewers
                if _unit_barrier(reviewer, essay.unit_paths)
            )
        barred = by_units[essay.unit_paths]
        if essay.member_id in by_member or essay.given_to:
            barred = barred | by_member.get(essay.member_id, frozenset()) | essay.given_to & chosen
        yield Work(essay.submission_id, barred)


def _barred_by_member(reviewers: Iterable[ReviewerFacts]) -> Mapping[int, frozenset[int]]:
    """Member id → reviewers who are that member or have them as direct head."""
    barred: dict[int, set[int]] = defaultdict(set)
    for reviewer in reviewers:
        for member_id in reviewer.head_ids | {reviewer.member_id}:
            if member_id is not None:
                barred[member_id].add(reviewer.account_id)
    return {member_id: frozenset(ids) for member_id, ids in barred.items()}
