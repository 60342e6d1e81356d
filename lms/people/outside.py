"""The door to an outside provider on the sign-in page: declared here, joined by the integration.

docs/decisions/0010-sign-in.md. People know only what the button says and where it leads.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class OutsideDoor:
    """A button on the sign-in page: its words and the address it posts to."""

    label: str
    url: str


_finders: list[Callable[[], OutsideDoor | None]] = []


def join_outside_door(find: Callable[[], OutsideDoor | None]) -> None:
    """Let an integration offer a door; it answers None where it is not configured."""
    if find not in _finders:
        _finders.append(find)


def outside_door() -> OutsideDoor | None:
    """The door that is configured, if one is."""
    return next((door for find in _finders if (door := find()) is not None), None)
