"""Tables of viewing, one file per subject; import them from here."""

from lms.viewing.models.coverage import Coverage, ViewingClock
from lms.viewing.models.credit import RunAttendance, SessionCredit
from lms.viewing.models.venue import (
    MarkAct,
    RollCallEntry,
    RollCallMark,
    RollCallMethod,
    RollCallState,
    Venue,
    VenueClaim,
)

__all__ = [
    "Coverage",
    "MarkAct",
    "RollCallEntry",
    "RollCallMark",
    "RollCallMethod",
    "RollCallState",
    "RunAttendance",
    "SessionCredit",
    "Venue",
    "VenueClaim",
    "ViewingClock",
]
