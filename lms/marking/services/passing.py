"""Commands that move an essay from one reviewer to another: pass on, hand over, reassign.

Each locks the campaign first, so that an essay never has two holders.
"""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed, NotFound
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.marking.labels import BARRIERS
from lms.marking.models import MarkingAssignment
from lms.marking.queries.assignments import lock_campaign, lock_held, lock_of_campaign
from lms.marking.queries.facts import get_essay_facts, list_loads, list_reviewer_facts
from lms.marking.rules import find_barrier
from lms.marking.services.allocation import check_reviewers
from lms.marking.services.assigning import assign
from lms.people.models import Account
from lms.training.models import Campaign

MOST_REASON = 300


def pass_on(reviewer: Account, pseudonym: str, reason: str) -> bool:
    """Give up an essay whose writer one recognises; True if another reviewer got it at once.

    NotFound for an essay that is not one's own; NotAllowed once the mark is finished.
    """
    assignment, campaign_id = lock_held(reviewer.id, pseudonym)
    if assignment.finished_at is not None:
        raise NotAllowed(_("Bài này đã chấm xong nên không chuyển được nữa."))
    reason = check_reason(reason)
    taker = _hand_over(assignment, campaign_id, reason)
    record(
        reviewer.id,
        "marking.passed_on",
        f"marking_assignment:{assignment.id}",
        reason=reason,
        to=taker,
    )
    db.session.flush()
    return taker is not None


def hand_over_unfinished(
    account_id: int, campaign_id: int, submission_ids: Collection[int], reason: str
) -> int:
    """Take unfinished essays away from a reviewer who must not mark them; returns how many."""
    lock_campaign(campaign_id)
    query = (
        sa.select(MarkingAssignment)
        .where(
            MarkingAssignment.reviewer_id == account_id,
            MarkingAssignment.submission_id.in_(submission_ids),
            MarkingAssignment.passed_on_at.is_(None),
            MarkingAssignment.finished_at.is_(None),
        )
        .order_by(MarkingAssignment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    held = db.session.scalars(query).all()
    for assignment in held:
        _hand_over(assignment, campaign_id, reason)
    return len(held)


def check_reason(reason: str) -> str:
    """The reason on one line; Invalid without one."""
    reason = clean(reason)
    if not reason:
        raise Invalid(_("Hãy ghi lý do."), field="reason")
    if len(reason) > MOST_REASON:
        raise Invalid(
            _("Lý do dài quá %(most)s ký tự. Hãy rút ngắn.", most=MOST_REASON), field="reason"
        )
    return reason


def _hand_over(assignment: MarkingAssignment, campaign_id: int, reason: str) -> int | None:
    """Close an assignment and give the essay to the reviewer with the least left to do who may
    mark it, among those at work in the campaign; returns who that is."""
    assignment.passed_on_at = clock.now()
    assignment.passed_on_reason = reason
    db.session.flush()
    essay = get_essay_facts(campaign_id, assignment.submission_id)
    if essay is None:
        return None
    loads = list_loads(campaign_id)
    free = [
        reviewer
        for reviewer in list_reviewer_facts(list(loads))
        if find_barrier(reviewer, essay) is None
    ]
    if not free:
        return None
    taker = min(free, key=lambda r: (loads[r.account_id].unfinished, r.account_id)).account_id
    assign([(assignment.submission_id, taker)], assignment.due_at)
    return taker


def reassign(actor: Account, campaign: Campaign, assignment_id: int, reviewer_id: int) -> None:
    """Give a passed-on essay to a reviewer chosen by hand, away from whoever holds it unfinished.

    Invalid when a rule forbids it; NotAllowed once it is finished.
    """
    lock_campaign(campaign.id)
    passed_on = lock_of_campaign(campaign.id, assignment_id)
    if passed_on.passed_on_at is None:
        raise NotFound
    essay = get_essay_facts(campaign.id, passed_on.submission_id)
    if essay is None:
        raise NotFound
    check_reviewers(campaign, [reviewer_id])
    [reviewer] = list_reviewer_facts([reviewer_id])
    rule = find_barrier(reviewer, essay)
    if rule is not None:
        raise Invalid(_("Không giao được: %(why)s.", why=BARRIERS[rule]), field="reviewer")
    holder = db.session.scalar(
        sa.select(MarkingAssignment)
        .where(
            MarkingAssignment.submission_id == passed_on.submission_id,
            MarkingAssignment.passed_on_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if holder is not None:
        if holder.finished_at is not None:
            raise NotAllowed(_("Bài này đã có người chấm xong."))
        holder.passed_on_at = clock.now()
        holder.passed_on_reason = _("Người tổ chức chuyển cho người khác.")
        db.session.flush()
    assign([(passed_on.submission_id, reviewer_id)], passed_on.due_at)
    record(
        actor.id,
        "marking.reassigned",
        f"submission:{passed_on.submission_id}",
        reviewer_id=reviewer_id,
    )
    db.session.flush()
