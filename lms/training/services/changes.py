"""Noting a change of an enrolment, with its reason."""

from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import Enrolment, EnrolmentChange


def note_change(
    actor: Account | None,
    enrolment: Enrolment,
    field: str,
    old: str | None,
    new: str | None,
    reason: str,
) -> None:
    """Add the row of a change and record the act; Invalid without a reason."""
    if not clean(reason):
        raise Invalid(_("Hãy ghi lý do."), field="reason")
    actor_id = actor.id if actor else None
    db.session.add(
        EnrolmentChange(
            enrolment_id=enrolment.id,
            field=field,
            old_value=old,
            new_value=new,
            reason=clean(reason),
            actor_id=actor_id,
            recorded_at=clock.now(),
        )
    )
    record(actor_id, "enrolment.changed", f"enrolment:{enrolment.id}", field=field, new=new)
