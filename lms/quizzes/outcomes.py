"""Marking an attempt, and the moment until which it takes answers. Pure: values in, values out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

# A slow line may take this long to carry what was answered in time.
GRACE = timedelta(seconds=20)


def is_right(options: Sequence[Mapping[str, Any]], chosen: Collection[str]) -> bool:
    """Whether exactly the right options were chosen, all of them and no other."""
    return bool(chosen) and set(chosen) == {one["id"] for one in options if one["is_right"]}


def share(right: int, count: int) -> float:
    """The share of right answers, 0–1."""
    return right / count if count else 0.0


def least_right(pass_ratio: float, count: int) -> int:
    """How many of `count` questions must be right to reach a pass mark of 0–1."""
    return next((right for right in range(count + 1) if share(right, count) >= pass_ratio), count)


def is_in_time(ends_at: datetime | None, now: datetime) -> bool:
    """Whether an attempt with this end still takes answers: the server's clock decides."""
    return ends_at is None or now <= ends_at + GRACE


def seconds_left(ends_at: datetime | None, now: datetime) -> int | None:
    """Whole seconds until the end, never below 0; None without a limit."""
    if ends_at is None:
        return None
    return max(0, ceil((ends_at - now).total_seconds()))
