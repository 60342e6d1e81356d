"""A secretary's word that somebody took part, with a reason: a weak kind, and said to be one."""

from datetime import datetime

from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed, NotFound
from lms.base.formats import format_datetime
from lms.base.vietnamese import clean
from lms.people.models import Account
from lms.training.models import ParticipationKind, TrainingSession
from lms.viewing.models import SessionCredit
from lms.viewing.queries.evidence import PersonStudy
from lms.viewing.services.credits import credit_session, revoke_credit


def attest(
    actor: Account, person: PersonStudy, session: TrainingSession, met_at: datetime, reason: str
) -> None:
    """Credit a session to somebody by one's word. Never to oneself.

    Invalid for a moment that cannot be or a missing reason, NotAllowed in a campaign that takes
    nothing any more.
    """
    if actor.member_id is not None and actor.member_id == person.member.id:
        raise NotAllowed(_("Không tự xác nhận cho mình được. Hãy nhờ người khác trong cấp ủy."))
    if not person.study.is_open:
        raise NotAllowed(_("Đợt học không còn mở nên không ghi thêm được."))
    if not clean(reason):
        raise Invalid(_("Hãy ghi vì sao biết người này đã dự."), field="reason")
    if not session.published_at <= met_at <= clock.now():
        raise Invalid(
            _("Thời điểm dự phải sau khi buổi học được công bố và không ở phía trước."),
            field="met_at",
        )
    _require_a_run(session, met_at)
    enrolment_id = person.study.enrolment.id
    is_new = credit_session(
        enrolment_id,
        session.id,
        ParticipationKind.ATTESTED,
        met_at,
        actor_id=actor.id,
        note=clean(reason),
    )
    if not is_new:
        raise Invalid(_("Buổi học này đã được xác nhận cho người này rồi."), field="reason")
    record(
        actor.id,
        "participation.attested",
        f"member:{person.member.id}",
        session_id=session.id,
        reason=clean(reason),
    )


def _require_a_run(session: TrainingSession, met_at: datetime) -> None:
    """Nobody was at a live session of which no run had begun by then."""
    if not session.kind.is_live or any(run.starts_at <= met_at for run in session.runs):
        return
    if not session.runs:
        raise Invalid(_("Buổi học này chưa diễn ra lượt nào."), field="met_at")
    raise Invalid(
        _(
            "Lúc đó buổi học chưa diễn ra: lượt đầu tiên bắt đầu lúc %(at)s.",
            at=format_datetime(session.runs[0].starts_at),
        ),
        field="met_at",
    )


def take_back(actor: Account, person: PersonStudy, credit: SessionCredit, reason: str) -> None:
    """Take an attestation back, with a reason. Other kinds are not a secretary's to take."""
    if credit.kind is not ParticipationKind.ATTESTED:
        raise NotFound
    if not person.study.is_open:
        raise NotAllowed(_("Đợt học không còn mở nên không sửa được."))
    if not clean(reason):
        raise Invalid(_("Hãy ghi lý do rút lại."), field="reason")
    revoke_credit(credit, actor.id, clean(reason))
    record(
        actor.id,
        "participation.revoked",
        f"member:{person.member.id}",
        session_id=credit.session_id,
        reason=clean(reason),
    )
