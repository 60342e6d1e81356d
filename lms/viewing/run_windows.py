"""When what belongs to a run can be done: joining, typing its code, ending. No table is read."""

from datetime import datetime, timedelta

from lms.training.models import SessionRun, TrainingSession

CODE_AFTER = timedelta(minutes=10)
"""How long after a run its last code is still taken."""

JOIN_BEFORE = timedelta(minutes=15)
"""How long before a run the way to it is offered."""

MOST_OVERRUN = timedelta(hours=4)
"""How long after its planned end a run can still be ended, and its code still be taken."""


def may_end(run: SessionRun, now: datetime) -> bool:
    """Whether the run has begun, was not ended, and its planned end is not long gone."""
    return run.ended_at is None and run.starts_at <= now <= run.ends_at + MOST_OVERRUN


def is_code_taken(run: SessionRun, now: datetime) -> bool:
    """Whether the run's code counts now: from its start to shortly after it is over."""
    return run.starts_at <= now <= min(run.closes_at + CODE_AFTER, run.ends_at + MOST_OVERRUN)


def may_join(run: SessionRun, now: datetime) -> bool:
    """Whether the way to the run is offered: from shortly before its start until it is over."""
    return run.starts_at - JOIN_BEFORE <= now < run.closes_at


def is_open_or_ahead(run: SessionRun, now: datetime) -> bool:
    """Whether there is still something to do at the run, now or later."""
    return now < run.closes_at or is_code_taken(run, now)


def runs_to_lead(session: TrainingSession, now: datetime) -> list[SessionRun]:
    """The runs at which a speaker has something to do (show a code, end it); else the next."""
    led = [run for run in session.runs if may_end(run, now) or is_code_taken(run, now)]
    following = session.run_at(now)
    return led or ([following] if following else [])
