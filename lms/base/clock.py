"""The only source of the present moment, and the local calendar of the pages.

Everything stores aware UTC; pages show Asia/Ho_Chi_Minh. Nothing else may call datetime.now().
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_frozen_at: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)
_frozen_everywhere: list[datetime] = []


def now() -> datetime:
    """The present moment, aware, in UTC."""
    frozen = _frozen_at.get()
    if frozen is None and _frozen_everywhere:
        frozen = _frozen_everywhere[-1]
    return frozen if frozen is not None else datetime.now(UTC)


def today() -> date:
    """The present day in Vietnam."""
    return to_local(now()).date()


def to_local(moment: datetime) -> datetime:
    """The same moment on a clock in Vietnam."""
    return moment.astimezone(LOCAL_ZONE)


def start_of_day(day: date) -> datetime:
    """Midnight in Vietnam at which the day begins, in UTC."""
    return datetime.combine(day, time.min, LOCAL_ZONE).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The last second of a day in Vietnam, in UTC: what a due date means."""
    return start_of_day(day + timedelta(days=1)) - timedelta(seconds=1)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at a moment, in every thread. For tests and for demo data only."""
    if at.tzinfo is None:
        raise ValueError("the clock is frozen at an aware moment")
    _frozen_everywhere.append(at.astimezone(UTC))
    token = _frozen_at.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen_at.reset(token)
        _frozen_everywhere.pop()
