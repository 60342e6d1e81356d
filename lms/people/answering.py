"""Which unit answers for the open studies of people whom an import moves: what may be answered, and
who records it.

Training stands on a higher floor: it joins here when the application is made; applying and undoing
an import ask. No table, no rule of training.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from lms.people.models import RosterImport


class Answer(StrEnum):
    """The old unit keeps answering, or the new one answers from now on."""

    KEEP = "keep"
    MOVE = "move"


@dataclass(frozen=True)
class Answers:
    """One answer for each campaign; `otherwise` holds for those that nobody was asked about."""

    otherwise: Answer = Answer.KEEP
    by_campaign: Mapping[int, Answer] = field(default_factory=dict)

    def to(self, campaign_id: int) -> Answer:
        """What holds for a campaign."""
        return self.by_campaign.get(campaign_id, self.otherwise)

    def kept(self) -> dict[str, Any]:
        """As the import keeps it."""
        named = {str(number): answer.value for number, answer in self.by_campaign.items()}
        return {"otherwise": self.otherwise.value, "campaigns": named}

    @classmethod
    def of(cls, roster_import: RosterImport) -> "Answers":
        """What was answered when the import was applied."""
        kept = roster_import.answers
        named = {int(number): Answer(one) for number, one in kept.get("campaigns", {}).items()}
        return cls(Answer(kept.get("otherwise", Answer.KEEP)), named)


@dataclass(frozen=True)
class StudyKeeper:
    """Who records answers. Both commands raise Outdated where they meet something unexpected."""

    answer: Callable[[RosterImport, sa.Select[Any]], dict[str, int]]
    """Given an import and who moves (member_id, unit_id): record, and return how many of each."""
    take_back: Callable[[sa.Select[Any]], None]
    """Given the traced rows of answers: as if nobody had been asked."""
    holding: Callable[[sa.Select[Any]], tuple[sa.Table, sa.Select[Any]]]
    """Given the same: the rows, by table and ids, that taking back puts right itself."""


_keepers: list[StudyKeeper] = []


def join_answering(keeper: StudyKeeper) -> None:
    """Let applying and undoing ask this one, too; joining twice is joining once."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def answer_for_studies(roster_import: RosterImport, moves: sa.Select[Any]) -> dict[str, int]:
    """Record which unit answers for the open studies of those who move; returns how many."""
    counts: dict[str, int] = {}
    for keeper in _keepers:
        counts |= keeper.answer(roster_import, moves)
    return counts


def take_back_answers(answered: sa.Select[Any]) -> None:
    """Undo what was recorded, by the traced rows."""
    for keeper in _keepers:
        keeper.take_back(answered)


def rows_put_right(answered: sa.Select[Any]) -> dict[str, sa.Select[Any]]:
    """By the name of their table, ids of rows that taking the answers back restores."""
    found = (keeper.holding(answered) for keeper in _keepers)
    return {table.name: ids for table, ids in found}
