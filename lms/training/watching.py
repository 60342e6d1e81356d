"""Whether anybody has watched a session or been at a run, and who can tell it.

Viewing stands on a higher floor: it joins its answers when the application is made, and the
services of sessions ask here. No table, no rule of viewing.
"""

from collections.abc import Callable

WatchingProvider = Callable[[int], bool]
"""Given an id (of a session; of a run): whether anybody has watched any of it, or was there."""

watching_providers: list[WatchingProvider] = []
attendance_providers: list[WatchingProvider] = []


def join_watching(watched: WatchingProvider, attended: WatchingProvider) -> None:
    """Let the services ask these providers too; joining twice is joining once."""
    if watched not in watching_providers:
        watching_providers.append(watched)
    if attended not in attendance_providers:
        attendance_providers.append(attended)


def is_watched(session_id: int) -> bool:
    """Whether any provider knows of somebody who has watched some of a session."""
    return any(provider(session_id) for provider in watching_providers)


def is_attended(run_id: int) -> bool:
    """Whether any provider knows of somebody who was at a run, or of a venue that follows it."""
    return any(provider(run_id) for provider in attendance_providers)
