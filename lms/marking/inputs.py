"""What a reviewer sends with every save, whichever way it came. A value, no rule."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class MarkInput:
    """Level id by criterion id, the comment, and the version it was made on."""

    levels: Mapping[int, int]
    comment: str
    version: int
