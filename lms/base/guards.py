"""Guards: what a route asks of its caller, as metadata on the view. They enforce nothing.

`access.enforcement` reads them before every request; a test walks the URL map and refuses a view
without one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

MEGABYTE = 1024 * 1024
DEFAULT_BODY_LIMIT = 1 * MEGABYTE


class GuardKind(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    MEMBER = "member"
    PERMISSION = "permission"
    TOKEN = "token"  # noqa: S105 - the name of a kind, not a secret


@dataclass(frozen=True)
class Guard:
    """Who may call a view, and how large a body it takes (bytes)."""

    kind: GuardKind
    permission: str | None = None
    body_limit: int = DEFAULT_BODY_LIMIT


def _attach(view: View, guard: Guard) -> View:
    if hasattr(view, "guard"):
        raise TypeError(f"{view.__name__} has two guards")
    view.guard = guard  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone, signed in or not."""
    return _attach(view, Guard(GuardKind.PUBLIC))


def signed_in(view: View) -> View:
    """Any signed-in account."""
    return _attach(view, Guard(GuardKind.SIGNED_IN))


def member(view: View) -> View:
    """A signed-in account that belongs to a member (not an outside speaker or reviewer)."""
    return _attach(view, Guard(GuardKind.MEMBER))


def requires(permission: str) -> Callable[[View], View]:
    """An account that holds this permission somewhere; queries narrow to where."""
    return lambda view: _attach(view, Guard(GuardKind.PERMISSION, permission=permission))


def token(view: View) -> View:
    """The body or address carries a signed proof that the view checks itself (no account load)."""
    return _attach(view, Guard(GuardKind.TOKEN))


def takes_upload(limit: int) -> Callable[[View], View]:
    """Let a guarded view take a body of up to `limit` bytes. Stands above the guard."""

    def widen(view: View) -> View:
        view.guard = replace(guard_of(view), body_limit=limit)  # type: ignore[attr-defined]
        return view

    return widen


def guard_of(view: Callable[..., Any]) -> Guard:
    """The guard of a view; TypeError if the author forgot it."""
    guard: Guard | None = getattr(view, "guard", None)
    if guard is None:
        raise TypeError(f"{getattr(view, '__name__', view)} has no guard")
    return guard
