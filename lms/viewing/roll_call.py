"""Where a person of a venue's list stands, from the marks that were made. Pure: no Flask, no
database.

Marks come from several hands and late: two phones that were offline, a scan, a paper list typed in
afterwards. They are put in the order of their moments on the server's clock (the key breaks a tie),
so the order in which they arrive, and how often, changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import NamedTuple


class RollCallState(StrEnum):
    """Where a person of the list stands."""

    EXPECTED = "expected"  # on the list, not yet seen
    PRESENT = "present"
    EXCUSED = "excused"
    WAITING = "waiting"  # came unexpected; the secretary decides
    TURNED_AWAY = "turned_away"


class RollCallMethod(StrEnum):
    """How somebody was marked."""

    QR = "qr"  # scanned the code on the screen
    LIST = "list"  # ticked by the secretary
    PAPER = "paper"  # typed in from the printed list


class MarkAct(StrEnum):
    ENTER = "enter"
    LEAVE = "leave"  # was there at the end
    EXCUSE = "excuse"
    CLEAR = "clear"  # takes back whatever was marked
    UNLEAVE = "unleave"  # takes back that they were there at the end
    TURN_AWAY = "turn_away"
    REFUSE = "refuse"  # came with a code that another account had opened; changes nothing


class Mark(NamedTuple):
    """One mark on one person."""

    marked_at: datetime
    key: str
    act: MarkAct
    method: RollCallMethod
    note: str = ""


@dataclass(frozen=True)
class NewMark:
    """A mark as it comes in. `key` is its own, given by whoever made it."""

    key: str
    entry_id: int
    act: MarkAct
    method: RollCallMethod
    marked_at: datetime
    note: str = ""


@dataclass(slots=True)
class Standing:
    """What the marks come to."""

    state: RollCallState
    entered_at: datetime | None = None
    entered_by: RollCallMethod | None = None
    left_at: datetime | None = None
    left_by: RollCallMethod | None = None
    excuse_reason: str = ""


def fold(marks: Iterable[Mark], *, is_expected: bool) -> Standing:
    """What a person's marks come to; a key that comes twice counts once.

    The later mark wins, and one that says again what stands already moves nothing. Somebody who is
    not expected enters only by the secretary's hand: until then a scan makes them wait. Who left
    before they came has not stayed, and is to be marked again at the end; only what is typed in
    from paper has no moment of its own to tell that by.
    """
    nobody = RollCallState.EXPECTED if is_expected else RollCallState.WAITING
    now = Standing(nobody)
    came_at: datetime | None = None  # of somebody who waited, before they were let in
    for mark in sorted({mark.key: mark for mark in marks}.values()):
        if mark.act is MarkAct.CLEAR:
            now, came_at = Standing(nobody), None
        elif mark.act is MarkAct.EXCUSE:
            now = Standing(RollCallState.EXCUSED, excuse_reason=mark.note)
        elif mark.act is MarkAct.TURN_AWAY:
            now = Standing(RollCallState.TURNED_AWAY)
        elif mark.act is MarkAct.ENTER:
            if now.state is RollCallState.PRESENT:
                continue
            if mark.method is RollCallMethod.QR and not is_expected:
                came_at = came_at or mark.marked_at
                continue
            if _left_before(now, mark, came_at or mark.marked_at):
                now.left_at = now.left_by = None
            now.state, now.excuse_reason = RollCallState.PRESENT, ""
            now.entered_at, now.entered_by = mark.marked_at, mark.method
        elif mark.act is MarkAct.LEAVE:
            if now.left_at is not None and now.state is RollCallState.PRESENT:
                continue
            now.left_at, now.left_by = mark.marked_at, mark.method
        elif mark.act is MarkAct.UNLEAVE:
            now.left_at = now.left_by = None
    return now


def _left_before(now: Standing, entering: Mark, came_at: datetime) -> bool:
    """Whether somebody who enters was marked as leaving before that."""
    if now.left_at is None or RollCallMethod.PAPER in (now.left_by, entering.method):
        return False
    return now.left_at < came_at


def is_counted(state: RollCallState, left_at: datetime | None, *, checks_exit: bool) -> bool:
    """Whether somebody is credited when the list is closed."""
    return state is RollCallState.PRESENT and (left_at is not None or not checks_exit)


def moment_on_server(
    at: object, sent_at: object, *, opened: datetime, received: datetime
) -> datetime:
    """When a mark was made, on the server's clock.

    Both numbers are milliseconds of the device's own clock, so how wrong that is does not matter:
    only how long before sending the mark was made. ValueError for what is no such number.
    """
    if not (_is_moment(at) and _is_moment(sent_at)):
        raise ValueError("no moment")
    ago = timedelta(milliseconds=max(0.0, float(sent_at) - float(at)))  # type: ignore[arg-type]
    return max(opened, received - min(ago, max(received - opened, timedelta())))


def _is_moment(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and isfinite(value) and 0 <= value < 1e14  # type: ignore[arg-type, operator]
