"""Reads of essays: the task and its variants (tasks.py), what members write (writing.py)."""

from lms.essays.queries.tasks import (
    TaskCoverage,
    VariantUse,
    find_task,
    get_audience_variant,
    get_coverage,
    get_variant,
    has_essays,
    list_criteria,
    newest_version,
    variant_with_rubric,
    variant_with_sections,
)
from lms.essays.queries.writing import (
    Writing,
    draft_list,
    find_head,
    find_submission,
    get_draft,
    get_submission,
    get_writing,
    lock_essay,
    submissions_of_campaign,
)

__all__ = [
    "TaskCoverage",
    "VariantUse",
    "Writing",
    "draft_list",
    "find_head",
    "find_submission",
    "find_task",
    "get_audience_variant",
    "get_coverage",
    "get_draft",
    "get_submission",
    "get_variant",
    "get_writing",
    "has_essays",
    "list_criteria",
    "lock_essay",
    "newest_version",
    "submissions_of_campaign",
    "variant_with_rubric",
    "variant_with_sections",
]
