"""Commands of allocation: preview who would mark what, and apply exactly what was previewed."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _

from lms.audit.services import record
from lms.base.errors import Conflict, Invalid
from lms.extensions import db
from lms.marking.allocation import Plan, allocate
from lms.marking.queries.assignments import lock_campaign
from lms.marking.queries.facts import (
    Load,
    list_candidates,
    list_loads,
    list_reviewer_facts,
    list_waiting_essays,
)
from lms.marking.rules import EssayFacts, ReviewerFacts, Rule, find_barrier, to_work
from lms.marking.services.assigning import assign
from lms.people.models import Account
from lms.training.models import Campaign


@dataclass(frozen=True)
class Unplaced:
    """An essay that nobody chosen may mark, with the rule that keeps each reviewer from it."""

    submission_id: int
    barriers: Mapping[Rule, Sequence[int]]


@dataclass(frozen=True)
class AllocationPreview:
    """What applying would do. `digest` changes whenever the plan does; `seed` makes it again."""

    seed: int
    digest: str
    reviewer_ids: Sequence[int]
    before: Mapping[int, Load]
    added: Mapping[int, int]
    plan: Plan
    unplaced: Sequence[Unplaced]

    @property
    def count(self) -> int:
        return len(self.plan.placed)


def preview_allocation(
    campaign: Campaign, reviewer_ids: Collection[int], seed: int
) -> AllocationPreview:
    """Spread the essays that wait over these reviewers, without storing anything.

    Invalid when nobody is chosen or somebody may not mark in this campaign.
    """
    chosen = check_reviewers(campaign, reviewer_ids)
    reviewers = list_reviewer_facts(chosen)
    essays = list_waiting_essays(campaign.id)
    before = list_loads(campaign.id)
    loads = {reviewer_id: load.total for reviewer_id, load in before.items()}
    plan = allocate(to_work(essays, reviewers), chosen, seed, loads)
    left = set(plan.unplaced)
    return AllocationPreview(
        seed=seed,
        digest=_digest(plan),
        reviewer_ids=sorted(chosen),
        before={reviewer_id: before.get(reviewer_id, Load()) for reviewer_id in chosen},
        added=Counter(plan.placed.values()),
        plan=plan,
        unplaced=[_unplaced(e, reviewers) for e in essays if e.submission_id in left],
    )


def apply_allocation(
    actor: Account,
    campaign: Campaign,
    reviewer_ids: Collection[int],
    seed: int,
    digest: str,
    due_at: datetime | None,
) -> int:
    """Store the plan that was previewed; returns how many essays were given out.

    Conflict when the plan would no longer be the same. Applying twice gives out nothing more.
    """
    lock_campaign(campaign.id)
    preview = preview_allocation(campaign, reviewer_ids, seed)
    if not preview.count:
        return 0
    if preview.digest != digest:
        raise Conflict(
            _("Từ lúc xem trước đã có thay đổi (bài mới nộp hoặc xung đột mới khai báo).")
        )
    assign(preview.plan.placed.items(), due_at)
    record(
        actor.id,
        "marking.allocated",
        f"campaign:{campaign.id}",
        essays=preview.count,
        reviewers=list(preview.reviewer_ids),
        seed=seed,
    )
    db.session.flush()
    return preview.count


def check_reviewers(campaign: Campaign, reviewer_ids: Collection[int]) -> list[int]:
    """The ids in order; Invalid for none, or for one who may not mark in this campaign."""
    if not reviewer_ids:
        raise Invalid(_("Hãy chọn ít nhất một người chấm."), field="reviewers")
    allowed = {candidate.account_id for candidate in list_candidates(campaign)}
    if set(reviewer_ids) - allowed:
        raise Invalid(
            _("Có người được chọn không còn là người chấm của đợt này. Hãy chọn lại."),
            field="reviewers",
        )
    return sorted(set(reviewer_ids))


def _digest(plan: Plan) -> str:
    pairs = ",".join(f"{key}:{reviewer}" for key, reviewer in sorted(plan.placed.items()))
    return hashlib.sha256(pairs.encode()).hexdigest()[:32]


def _unplaced(essay: EssayFacts, reviewers: Iterable[ReviewerFacts]) -> Unplaced:
    found = sorted(
        (rule, reviewer.account_id)
        for reviewer in reviewers
        if (rule := find_barrier(reviewer, essay)) is not None
    )
    by_rule = {
        rule: [reviewer_id for _rule, reviewer_id in group]
        for rule, group in groupby(found, key=lambda pair: pair[0])
    }
    return Unplaced(essay.submission_id, by_rule)
