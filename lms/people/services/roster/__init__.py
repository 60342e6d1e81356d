"""Commands of the roster import: receive, read, decide, apply, undo, give up."""

from lms.people.services.roster.deciding import decide_absences, decide_line
from lms.people.services.roster.flow import (
    abandon,
    begin_apply,
    begin_reading,
    begin_undo,
    clear_old,
    fail,
    receive_roster,
)
from lms.people.services.roster.judging import Tally, tally

__all__ = [
    "Tally",
    "abandon",
    "begin_apply",
    "begin_reading",
    "begin_undo",
    "clear_old",
    "decide_absences",
    "decide_line",
    "fail",
    "receive_roster",
    "tally",
]
