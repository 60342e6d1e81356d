"""The legal clocks of requests about personal data, in one table.

Law 91/2025/QH15 and Decree 356/2025/NĐ-CP (in force since 1 January 2026): an answer within two
working days; then, by what is asked, 10, 15 or 20 days, each to be extended once. What is checked
and what the organisation's lawyer still has to confirm: docs/decisions/0011-audit-and-privacy.md.
The setting PRIVACY_CLOCKS ("response=2,correction=10+10") replaces any of them.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import current_app

from lms.base import clock
from lms.people.models.privacy import RequestKind


@dataclass(frozen=True)
class Clock:
    """Days to carry a request out, and by how many they may be extended, once."""

    days: int
    extension: int


@dataclass(frozen=True)
class Clocks:
    """All of them; `response` counts working days."""

    response: int
    by_kind: dict[RequestKind, Clock]


LEGAL = Clocks(
    response=2,
    by_kind={
        RequestKind.CORRECTION: Clock(10, 10),
        RequestKind.ERASURE: Clock(20, 20),
        RequestKind.OBJECTION: Clock(15, 15),
    },
)

SATURDAY = 5
_SETTING = re.compile(r"(response)=(\d{1,3})|(\w+)=(\d{1,3})\+(\d{1,3})")


def clocks() -> Clocks:
    """The clocks of this installation."""
    return parse(current_app.config.get("PRIVACY_CLOCKS") or "")


def parse(setting: str) -> Clocks:
    """The legal clocks with the changes of a setting; ValueError for what is not understood."""
    found = LEGAL
    for part in filter(None, (one.strip() for one in setting.split(","))):
        match = _SETTING.fullmatch(part)
        if match is None:
            raise ValueError(f"PRIVACY_CLOCKS: {part!r} is not kind=days+extension")
        if match[1]:
            found = replace(found, response=int(match[2]))
        else:
            changed = {RequestKind(match[3]): Clock(int(match[4]), int(match[5]))}
            found = replace(found, by_kind=found.by_kind | changed)
    return found


def respond_by(received_at: datetime, working_days: int) -> datetime:
    """The end of the last working day to answer on. Public holidays are not known here, so the
    real end is never earlier."""
    day = clock.to_local(received_at).date()
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < SATURDAY
    return clock.end_of_day(day)


def due_after(moment: datetime, days: int) -> datetime:
    """The end of the day so many days after a moment."""
    return clock.end_of_day(clock.to_local(moment).date() + timedelta(days=days))
