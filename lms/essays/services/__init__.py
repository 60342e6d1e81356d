"""Commands of essays: the task and its variants (tasks.py), what members write (writing.py)."""

from lms.essays.draft_text import DraftText
from lms.essays.services.tasks import add_variant, change_variant, save_task
from lms.essays.services.writing import (
    AlreadySubmitted,
    CampaignNotOpen,
    Saved,
    record_outcome,
    restore_draft,
    save_draft,
    submit_essay,
)

__all__ = [
    "AlreadySubmitted",
    "CampaignNotOpen",
    "DraftText",
    "Saved",
    "add_variant",
    "change_variant",
    "record_outcome",
    "restore_draft",
    "save_draft",
    "save_task",
    "submit_essay",
]
