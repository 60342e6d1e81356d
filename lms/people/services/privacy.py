"""Commands of privacy: notices, consents, requests about one's own data."""

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Conflict, Invalid, NotAllowed
from lms.base.richtext import sanitise
from lms.base.vietnamese import clean, clean_lines
from lms.extensions import db
from lms.people import privacy_clocks
from lms.people.answer_letters import letter_to, queue_answer
from lms.people.models import (
    Account,
    Consent,
    NoticeReceipt,
    PrivacyNotice,
    PrivacyRequest,
    Purpose,
    RequestKind,
    RequestState,
)
from lms.people.queries.privacy import (
    consents_in_force,
    find_draft,
    find_published,
    older_consents,
    print_of,
)

MOST_OPEN = 5
"""Open requests of one person at a time."""


def save_draft(actor: Account, title: str, body: str) -> PrivacyNotice:
    """Keep the next notice as a draft; there is one draft at a time."""
    draft = find_draft(lock=True)
    if draft is None:
        draft = PrivacyNotice(created_at=clock.now())
        db.session.add(draft)
    draft.title = clean(title)
    draft.body = sanitise(body)
    draft.author_id = actor.id
    db.session.flush()
    record(actor.id, "notice.drafted", f"privacy_notice:{draft.id}")
    return draft


def publish_draft(actor: Account | None, seen: str | None = None) -> PrivacyNotice:
    """Make the draft the notice in force, with the next number. It never changes again.

    `seen` is the print of the words that the actor read: Conflict when the draft has others.
    """
    draft = find_draft(lock=True)
    if draft is None:
        raise Conflict(_("Bản nháp này vừa được công bố rồi."))
    if seen is not None and seen != print_of(draft):
        raise Conflict(
            _("Bản nháp đã được sửa sau khi đồng chí mở trang. Hãy đọc lại bản dưới đây đã.")
        )
    published = find_published()
    draft.version = (published.version or 0) + 1 if published else 1
    draft.published_at = clock.now()
    db.session.flush()
    record(
        actor.id if actor else None,
        "notice.published",
        f"privacy_notice:{draft.id}",
        version=draft.version,
    )
    return draft


def note_shown(account_id: int, notice_id: int) -> None:
    """The notice was shown to an account; the first time counts."""
    if db.session.get(NoticeReceipt, (account_id, notice_id)) is None:
        db.session.add(
            NoticeReceipt(account_id=account_id, notice_id=notice_id, shown_at=clock.now())
        )
        db.session.flush()


def choose_consents(account: Account, notice_id: int, wanted: set[Purpose]) -> None:
    """Give and withdraw, so that exactly the wanted purposes are consented to. Each change is a
    row of its own; history stays. Invalid when a newer notice has come meanwhile."""
    notice = find_published()
    if notice is None or notice.id != notice_id:
        raise Invalid(_("Thông báo đã có bản mới. Hãy đọc lại rồi chọn."))
    held = consents_in_force(account.id)
    moment = clock.now()
    for old in older_consents(account.id):
        old.withdrawn_at = moment  # its notice is in force no more
    db.session.flush()
    for purpose in Purpose:
        if purpose in wanted and purpose not in held:
            db.session.add(
                Consent(
                    account_id=account.id, purpose=purpose, notice_id=notice.id, given_at=moment
                )
            )
            record(
                account.id,
                "consent.given",
                f"account:{account.id}",
                purpose=purpose,
                notice_id=notice.id,
            )
        elif purpose not in wanted and purpose in held:
            held[purpose].withdrawn_at = moment
            record(account.id, "consent.withdrawn", f"account:{account.id}", purpose=purpose)
    note_shown(account.id, notice.id)
    receipt = db.session.get_one(NoticeReceipt, (account.id, notice.id))
    receipt.answered_at = moment
    db.session.flush()


def make_request(account: Account, kind: RequestKind, about: str, reason: str) -> PrivacyRequest:
    """Ask for a correction, an erasure, or that something stops; the clocks start now."""
    open_ones = db.session.scalar(
        sa.select(sa.func.count(PrivacyRequest.id)).where(
            PrivacyRequest.account_id == account.id, PrivacyRequest.answered_at.is_(None)
        )
    )
    if (open_ones or 0) >= MOST_OPEN:
        raise Invalid(
            _(
                "Đồng chí đang có %(count)s yêu cầu chờ trả lời. Hãy đợi trả lời đã.",
                count=MOST_OPEN,
            )
        )
    moment = clock.now()
    legal = privacy_clocks.clocks()
    request = PrivacyRequest(
        account_id=account.id,
        kind=kind,
        about=clean_lines(about),
        reason=clean_lines(reason),
        received_at=moment,
        respond_by=privacy_clocks.respond_by(moment, legal.response),
        due_at=privacy_clocks.due_after(moment, legal.by_kind[kind].days),
    )
    db.session.add(request)
    db.session.flush()
    record(account.id, "privacy.requested", f"privacy_request:{request.id}", kind=kind)
    return request


def accept_request(actor: Account, request: PrivacyRequest) -> None:
    """Tell the person that it is being dealt with (the first clock stops)."""
    _refuse_closed(request)
    if request.accepted_at is None:
        request.accepted_at = clock.now()
        request.state = RequestState.ACCEPTED
        record(
            actor.id, "privacy.answered", f"privacy_request:{request.id}", decision=request.state
        )
        db.session.flush()


def answer_request(
    actor: Account, request: PrivacyRequest, state: RequestState, answer: str
) -> None:
    """Done or refused, always with words for the person."""
    _refuse_closed(request)
    if state not in (RequestState.DONE, RequestState.REFUSED):
        raise Invalid(_("Hãy chọn đã làm hoặc từ chối."), field="state")
    if not clean(answer):
        raise Invalid(_("Hãy viết câu trả lời cho đồng chí ấy."), field="answer")
    moment = clock.now()
    request.state = state
    request.answer = clean_lines(answer)
    request.accepted_at = request.accepted_at or moment
    request.answered_at = moment
    request.answered_by_id = actor.id
    queue_answer(letter_to(request.account), request.answer)
    db.session.flush()
    record(actor.id, "privacy.answered", f"privacy_request:{request.id}", decision=state)


def extend_request(actor: Account, request: PrivacyRequest, reason: str) -> None:
    """Move the due moment once, by as much as the clock of its kind allows, with the reason."""
    _refuse_closed(request)
    if request.extended_at is not None:
        raise NotAllowed(_("Yêu cầu này đã được gia hạn một lần."))
    if not clean(reason):
        raise Invalid(_("Hãy ghi lý do gia hạn."), field="reason")
    more = privacy_clocks.clocks().by_kind[request.kind].extension
    moment = clock.now()
    request.extended_at = moment
    request.extension_reason = clean_lines(reason)
    request.accepted_at = request.accepted_at or moment
    request.state = RequestState.ACCEPTED
    request.due_at = privacy_clocks.due_after(request.due_at, more)
    db.session.flush()
    record(actor.id, "privacy.extended", f"privacy_request:{request.id}", number=more)


def _refuse_closed(request: PrivacyRequest) -> None:
    if not request.is_open:
        raise NotAllowed(_("Yêu cầu này đã được trả lời."))
