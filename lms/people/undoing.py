"""What keeps an import from being undone, and who can tell.

Higher floors join `obstacle_providers` when the application is made (training: studies of the
people concerned); the undoing of an import asks them all. No table, no rule of theirs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa


@dataclass(frozen=True)
class Undoing:
    """What would be taken back: people and units as subqueries of ids, and since when they are."""

    created: sa.Select[tuple[int]]
    """People the import added."""
    touched: sa.Select[tuple[int]]
    """People it added or changed."""
    founded: sa.Select[tuple[int]]
    """Units it founded."""
    answered: sa.Select[tuple[int]]
    """What was recorded about which unit answers for the studies of those it moved."""
    since: datetime


ObstacleProvider = Callable[[Undoing], Sequence[str]]
"""Sentences for the user, each naming something that depends on the import."""

obstacle_providers: list[ObstacleProvider] = []


def join_obstacles(provider: ObstacleProvider) -> None:
    """Let the undoing of imports ask this provider too; joining twice is joining once."""
    if provider not in obstacle_providers:
        obstacle_providers.append(provider)


def list_obstacles(undoing: Undoing) -> list[str]:
    """What all providers name."""
    return [sentence for provider in obstacle_providers for sentence in provider(undoing)]
