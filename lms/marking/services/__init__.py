"""Commands of marking: allocation, passing an essay on, marks, release, declared conflicts."""

from lms.marking.services.allocation import (
    AllocationPreview,
    Unplaced,
    apply_allocation,
    preview_allocation,
)
from lms.marking.services.conflicts import declare_conflict, withdraw_conflict
from lms.marking.services.marks import (
    Receipt,
    change_mark,
    finish_mark,
    save_mark_draft,
)
from lms.marking.services.passing import pass_on, reassign
from lms.marking.services.release import release_marks

__all__ = [
    "AllocationPreview",
    "Receipt",
    "Unplaced",
    "apply_allocation",
    "change_mark",
    "declare_conflict",
    "finish_mark",
    "pass_on",
    "preview_allocation",
    "reassign",
    "release_marks",
    "save_mark_draft",
    "withdraw_conflict",
]
