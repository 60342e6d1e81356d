"""Background work on people by the clock: taking up rosters left lying, tidying after them.

The work of one roster is a job of its own: services/roster/work.py.
"""

from datetime import timedelta

from lms.base import clock
from lms.base.background import Schedule, job
from lms.base.transactions import reading, transaction
from lms.people import roster_files
from lms.people.queries.roster import imports_at_work, stored_file_keys
from lms.people.retention import let_go
from lms.people.services.roster import clear_old
from lms.people.services.roster.work import perform

LEFT_LYING = timedelta(minutes=5)
"""Work without a sign of life for so long is taken up again."""


@job(Schedule(minute="*/5"))
def take_up_rosters() -> None:
    """Go on with imports whose message was lost, or whose worker died."""
    with reading():
        waiting = imports_at_work(clock.now() - LEFT_LYING)
    for import_id in waiting:
        perform(import_id)


@job(Schedule(minute="30", hour="19"))
def tidy_rosters() -> None:
    """Clear what is no longer needed of old imports."""
    is_done = False
    while not is_done:
        with transaction():
            is_done = clear_old()
    with reading():
        known = stored_file_keys()
    roster_files.sweep(known)


@job(Schedule(minute="30", hour="18"))
def apply_retention() -> None:
    """Every night at half past one, Vietnam's time: let go what is past its time."""
    for _kept in let_go():
        pass
