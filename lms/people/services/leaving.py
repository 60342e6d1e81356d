"""Commands on those who leave, and on those who come back."""

from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import Account, Member, Membership, Post
from lms.people.queries import get_left, get_member
from lms.people.services.accounts import set_account_disabled
from lms.people.services.following import follow_plans, leave_plans
from lms.people.services.members import refuse_before_founding
from lms.units.queries import Scope, get_unit


def mark_left(actor: Account, member_id: int, left_on: date, reason: str, scope: Scope) -> Member:
    """Somebody died or left: they enter no later campaign, and their account is closed.

    Campaigns under way are the organiser's: there they are withdrawn with a reason.
    """
    member = get_member(member_id, scope)
    if left_on > clock.today():
        raise Invalid(_("Ngày rời tổ chức không được ở phía trước hôm nay."), field="left_on")
    leave_plans([member_id])
    member.left_on = left_on
    member.left_reason = clean(reason)
    rows: list[Membership | Post] = [*member.memberships, *member.posts]
    for dated in rows:
        if dated.valid_to is None or dated.valid_to > left_on:
            dated.valid_to = max(left_on, dated.valid_from)
    account = db.session.scalar(sa.select(Account).where(Account.member_id == member_id))
    if account is not None and not account.is_disabled:
        set_account_disabled(actor, account, True)
    db.session.flush()
    record(actor.id, "member.left", f"member:{member_id}", left_on=left_on.isoformat())
    return member


def return_member(
    actor: Account, member_id: int, unit_id: int, returned_on: date, scope: Scope
) -> Member:
    """Somebody who left belongs to a unit again from a day on, with all that is kept of them; their
    account stays closed. NotFound for who did not leave a unit of the scope; Invalid for a day
    ahead, before they left, or before the unit was there."""
    unit = get_unit(unit_id, scope)
    member = get_left(member_id, scope, lock=True)
    if returned_on > clock.today():
        raise Invalid(_("Ngày trở lại không được ở phía trước hôm nay."), field="returned_on")
    left_on, reason = member.left_on or returned_on, member.left_reason
    if returned_on < left_on:
        raise Invalid(
            _(
                "Người này rời tổ chức từ ngày %(day)s. Hãy chọn ngày từ ngày ấy trở đi.",
                day=left_on.strftime("%d/%m/%Y"),
            ),
            field="returned_on",
        )
    refuse_before_founding(unit, returned_on, "returned_on")
    member.left_on = member.left_reason = None
    db.session.add(Membership(member_id=member_id, unit_id=unit_id, valid_from=returned_on))
    db.session.flush()
    follow_plans([member_id])
    record(
        actor.id,
        "member.returned",
        f"member:{member_id}",
        unit_id=unit_id,
        effective_on=returned_on.isoformat(),
        left_on=left_on.isoformat(),
        reason=reason,
    )
    db.session.expire(member)
    return member
