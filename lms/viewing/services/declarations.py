"""A member's word where their browser reports nothing: the weakest kind."""

from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import NotAllowed, NotFound
from lms.people.models import Account
from lms.training.models import ParticipationKind
from lms.training.queries.enrolments import get_study_of_session
from lms.viewing.services.credits import credit_session


def declare_watched(actor: Account, session_id: int) -> None:
    """Note a member's word that they watched a whole recording.

    It counts only where the requirement accepts it. NotFound for a session that is not theirs,
    NotAllowed when there is nothing to declare or the campaign takes nothing any more.
    """
    if actor.member_id is None:
        raise NotFound
    study, session = get_study_of_session(actor.member_id, session_id)
    if not session.is_watchable:
        raise NotAllowed(_("Buổi học này chưa có bản ghi để xem."))
    if not study.is_open:
        raise NotAllowed(_("Đợt học không còn mở nên không ghi thêm được."))
    enrolment_id = study.enrolment.id
    if credit_session(enrolment_id, session.id, ParticipationKind.SELF_DECLARED, clock.now()):
        record(actor.id, "viewing.declared", f"session:{session.id}", enrolment_id=enrolment_id)
