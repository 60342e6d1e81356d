"""Reading a roster as offices keep it, from Excel or CSV: pure, no request, no database.

`open_roster(path, name)` finds the headers; `Reading.lines()` gives the people one by one, each
with what is in doubt about them. Nothing is guessed and no formula is evaluated.
"""

from lms.people.roster.columns import header_signature, propose_mapping
from lms.people.roster.errors import UnreadableRoster
from lms.people.roster.fields import FIELD_LABELS, Field
from lms.people.roster.lines import (
    Column,
    Problem,
    ProblemKind,
    RosterLine,
    SheetLayout,
    Skipped,
    SkippedSheet,
)
from lms.people.roster.messages import PROBLEM_MESSAGES, message_of
from lms.people.roster.reading import Reading, open_roster

__all__ = [
    "FIELD_LABELS",
    "PROBLEM_MESSAGES",
    "Column",
    "Field",
    "Problem",
    "ProblemKind",
    "Reading",
    "RosterLine",
    "SheetLayout",
    "Skipped",
    "SkippedSheet",
    "UnreadableRoster",
    "header_signature",
    "message_of",
    "open_roster",
    "propose_mapping",
]
