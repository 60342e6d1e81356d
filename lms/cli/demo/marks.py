"""Has the demo's essays marked: allocation, marks, releases, through the services."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from lms.base import clock
from lms.cli.demo.content.essays import mark_levels, reviewer_comment
from lms.cli.demo.organisation import Organisation
from lms.cli.demo.study import BuiltCampaign
from lms.essays.models import EssaySubmission
from lms.extensions import db
from lms.marking.inputs import MarkInput
from lms.marking.models import MarkingAssignment
from lms.marking.queries.release import list_releasable
from lms.marking.queries.sheets import load_sheet
from lms.marking.services.allocation import apply_allocation, preview_allocation
from lms.marking.services.marks import finish_mark, save_mark_draft
from lms.marking.services.release import release_marks
from lms.people.models import Account

SEED = 12
UNMARKED = 14
"""Essays that each reviewer still has before them in the running campaign."""

RELEASED_AUDIENCES = ("unit_head",)
"""Whose marks are known already in the running campaign."""

EssayKeys = dict[int, tuple[str, int]]
"""Which essay of the content each enrolment handed in: enrolment id to (variant key, index)."""


def mark_all(
    built: BuiltCampaign, organisation: Organisation, essays: EssayKeys, say: Callable[[str], None]
) -> None:
    """The closed campaign: every essay marked and made known before it closed."""
    moment = built.campaign.closes_at - timedelta(hours=12)
    with clock.frozen(moment):
        count = _allocate(built, organisation)
        for reviewer in _reviewers(organisation):
            for assignment in _assignments(built, reviewer):
                _finish(assignment, reviewer, essays)
        _release(built, organisation, None)
    say(f"  {built.spec.name}: {count} bài đã chấm và công bố")


def mark_some(
    built: BuiltCampaign, organisation: Organisation, essays: EssayKeys, say: Callable[[str], None]
) -> None:
    """The running campaign: essays in every state, from not allocated to made known."""
    moment = clock.now() - timedelta(hours=20)
    finished = 0
    with clock.frozen(moment):
        count = _allocate(built, organisation)
        for reviewer in _reviewers(organisation):
            assignments = _assignments(built, reviewer)
            for assignment in assignments[: max(0, len(assignments) - UNMARKED)]:
                _finish(assignment, reviewer, essays)
                finished += 1
            for assignment in assignments[-UNMARKED:][:2]:
                _begin(assignment, essays)
        for audience in RELEASED_AUDIENCES:
            _release(built, organisation, organisation.audiences[audience].id)
    say(f"  {built.spec.name}: {count} bài đã phân công, {finished} bài đã chấm")


def _reviewers(organisation: Organisation) -> list[Account]:
    return [organisation.personas["reviewer"], organisation.personas["reviewer2"]]


def _allocate(built: BuiltCampaign, organisation: Organisation) -> int:
    ids = [account.id for account in _reviewers(organisation)]
    preview = preview_allocation(built.campaign, ids, SEED)
    return apply_allocation(
        organisation.personas["administrator"],
        built.campaign,
        ids,
        SEED,
        preview.digest,
        built.campaign.closes_at,
    )


def _assignments(
    built: BuiltCampaign, reviewer: Account
) -> list[tuple[MarkingAssignment, EssaySubmission]]:
    query = (
        sa.select(MarkingAssignment, EssaySubmission)
        .join(EssaySubmission, EssaySubmission.id == MarkingAssignment.submission_id)
        .where(
            MarkingAssignment.reviewer_id == reviewer.id,
            EssaySubmission.variant_id.in_([variant.id for variant in built.variants.values()]),
        )
        .order_by(MarkingAssignment.shuffle_key)
    )
    return [(assignment, submission) for assignment, submission in db.session.execute(query)]


def _input(
    held: tuple[MarkingAssignment, EssaySubmission], essays: EssayKeys, criteria: int | None = None
) -> MarkInput:
    _assignment, submission = held
    key, index = essays[submission.enrolment_id]
    sheet = load_sheet(submission.variant_id)
    chosen = mark_levels(key, index)  # type: ignore[arg-type]
    levels = {
        criterion.id: criterion.levels[level].id
        for criterion, level in list(zip(sheet.criteria, chosen, strict=True))[:criteria]
    }
    comment = reviewer_comment(key, index) if criteria is None else ""  # type: ignore[arg-type]
    return MarkInput(levels, comment, 0)


def _finish(
    held: tuple[MarkingAssignment, EssaySubmission], reviewer: Account, essays: EssayKeys
) -> None:
    finish_mark(reviewer, held[0], _input(held, essays))


def _begin(held: tuple[MarkingAssignment, EssaySubmission], essays: EssayKeys) -> None:
    save_mark_draft(held[0], _input(held, essays, criteria=2))


def _release(built: BuiltCampaign, organisation: Organisation, audience_id: int | None) -> None:
    marks = list_releasable(built.campaign.id, audience_id)
    if marks:
        release_marks(
            organisation.personas["administrator"],
            built.campaign,
            audience_id,
            max(mark.mark_id for mark in marks),
        )
