"""Whether anybody has watched a session, and who can tell it.

Viewing stands on a higher floor: it joins `watching_providers` when the application is made, and
the services of sessions ask here. No table, no rule of viewing.
"""

from collections.abc import Callable

WatchingProvider = Callable[[int], bool]
"""Given a session id: whether anybody has watched any of it."""

watching_providers: list[WatchingProvider] = []


def join_watching(provider: WatchingProvider) -> None:
    """Let the services ask this provider too; joining twice is joining once."""
    if provider not in watching_providers:
        watching_providers.append(provider)


def is_watched(session_id: int) -> bool:
    """Whether any provider knows of somebody who has watched some of a session."""
    return any(provider(session_id) for provider in watching_providers)
