"""Commands on declared conflicts: units whose essays a reviewer must not mark."""

from collections import defaultdict

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import NotFound
from lms.extensions import db
from lms.marking.models import ReviewerConflict
from lms.marking.queries.conflicts import list_unfinished_under
from lms.marking.services.passing import check_reason, hand_over_unfinished
from lms.people.models import Account
from lms.units.queries import Scope, get_unit


def declare_conflict(
    actor: Account, account_id: int, unit_id: int, reason: str, scope: Scope | None = None
) -> int:
    """A reviewer must not mark essays of a unit and all below it; unfinished ones they hold go to
    others. Returns how many went. NotFound for a unit outside the scope, Invalid without a reason.
    """
    unit = get_unit(unit_id, scope)
    reason = check_reason(reason)
    key = {"account_id": account_id, "unit_id": unit_id}
    conflict = db.session.get(ReviewerConflict, key)
    if conflict is None:
        conflict = ReviewerConflict(**key, declared_at=clock.now())
        db.session.add(conflict)
    conflict.reason = reason
    db.session.flush()
    by_campaign: dict[int, list[int]] = defaultdict(list)
    for campaign_id, submission_id in list_unfinished_under(account_id, unit.path):
        by_campaign[campaign_id].append(submission_id)
    moved = sum(
        hand_over_unfinished(
            account_id, campaign_id, submissions, _("Xung đột đã khai báo với đơn vị của bài.")
        )
        for campaign_id, submissions in sorted(by_campaign.items())
    )
    record(
        actor.id,
        "conflict.declared",
        f"account:{account_id}",
        unit_id=unit_id,
        reason=reason,
        moved=moved,
    )
    db.session.flush()
    return moved


def withdraw_conflict(actor: Account, account_id: int, unit_id: int) -> None:
    """A declared conflict no longer holds; kept in the audit record. NotFound if there is none."""
    key = {"account_id": account_id, "unit_id": unit_id}
    conflict = db.session.get(ReviewerConflict, key)
    if conflict is None:
        raise NotFound
    record(
        actor.id,
        "conflict.withdrawn",
        f"account:{account_id}",
        unit_id=unit_id,
        reason=conflict.reason,
        declared_at=conflict.declared_at.isoformat(),
    )
    db.session.execute(
        sa.delete(ReviewerConflict).where(
            ReviewerConflict.account_id == account_id, ReviewerConflict.unit_id == unit_id
        )
    )
    db.session.flush()
