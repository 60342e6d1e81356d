"""Claims that a scanned code opened: bound to the first account, used once."""

from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import NotAllowed
from lms.extensions import db
from lms.people.models import Account
from lms.viewing.claims import Check, Claim
from lms.viewing.models import (
    MarkAct,
    RollCallEntry,
    RollCallMethod,
    RollCallState,
    Venue,
    VenueClaim,
)
from lms.viewing.queries.roll_call import find_enrolled_entry
from lms.viewing.queries.venues import get_venue_of_claim
from lms.viewing.roll_call import NewMark
from lms.viewing.services.roll_call import VenueClosed, mark_people, require_open


class ForeignClaim(NotAllowed):
    """Another account opened this claim first."""


def require_open_door(venue: Venue) -> None:
    """VenueClosed, in words for who scanned, unless the list is still being made."""
    if venue.closed_at is not None and venue.cancelled_at is None:
        raise VenueClosed(_("Danh sách đã chốt. Hãy báo ngay người phụ trách điểm cầu."))
    require_open(venue)


def find_binding(claim: Claim) -> VenueClaim | None:
    """By whom a claim was opened, if by anybody yet."""
    return db.session.get(VenueClaim, claim.nonce)


def bind_claim(account_id: int, member_id: int | None, claim: Claim) -> None:
    """Bind a claim to the account that opens it; if another one did before, note who came second.

    For what follows an answer: says nothing, and does nothing where the venue is not open.
    """
    venue = get_venue_of_claim(claim.venue_id, lock=True)
    if not venue.is_open:
        return
    bound = find_binding(claim)
    if bound is None:
        _bind(account_id, claim)
    elif bound.account_id != account_id:
        _note_refusal(account_id, member_id, venue, claim)


def confirm_claim(account: Account, claim: Claim) -> RollCallEntry:
    """Mark an account's member at the venue of a claim, at the server's moment.

    Somebody who is expected is present, anybody else waits for the secretary. A claim that was
    used does nothing more. ForeignClaim for one that another account opened: what was noted of it
    must be kept although the answer is a refusal.
    """
    venue = get_venue_of_claim(claim.venue_id, lock=True)
    require_open_door(venue)
    bound = find_binding(claim) or _bind(account.id, claim)
    if bound.account_id != account.id:
        _note_refusal(account.id, account.member_id, venue, claim)
        raise ForeignClaim(
            _(
                "Mã này đã được mở bằng một tài khoản khác nên không dùng được nữa. "
                "Hãy tự quét mã đang hiện trên màn hình bằng điện thoại của mình."
            )
        )
    entry = _entry_of(venue, account.member_id)
    if entry is None:
        raise NotAllowed(
            _(
                "Đồng chí không có trong đợt học này nên không điểm danh được. "
                "Hãy gặp người phụ trách điểm cầu."
            )
        )
    if bound.used_at is None:
        bound.used_at = clock.now()
        act = MarkAct.ENTER if claim.check is Check.ENTRY else MarkAct.LEAVE
        mark = NewMark(f"claim:{claim.nonce}", entry.id, act, RollCallMethod.QR, clock.now())
        mark_people(account.id, venue, [mark])
        record(
            account.id,
            "venue.confirmed",
            f"venue:{venue.id}",
            enrolment_id=entry.enrolment_id,
            kind=claim.check.value,
        )
    return entry


def _bind(account_id: int, claim: Claim) -> VenueClaim:
    bound = VenueClaim(
        nonce=claim.nonce,
        venue_id=claim.venue_id,
        account_id=account_id,
        bound_at=clock.now(),
    )
    db.session.add(bound)
    db.session.flush()
    return bound


def _entry_of(venue: Venue, member_id: int | None) -> RollCallEntry | None:
    """A member's place on the list, made for one who is in the campaign and was not expected."""
    enrolment, entry = find_enrolled_entry(venue, member_id)
    if entry is None and enrolment is not None:
        entry = RollCallEntry(
            venue_id=venue.id,
            enrolment_id=enrolment.id,
            is_expected=False,
            state=RollCallState.WAITING,
        )
        db.session.add(entry)
        db.session.flush()
    return entry


def _note_refusal(account_id: int, member_id: int | None, venue: Venue, claim: Claim) -> None:
    """Keep who came with a claim of somebody else, once for each claim and account."""
    entry = _entry_of(venue, member_id)
    if entry is not None:
        key = f"refused:{claim.nonce}:{account_id}"
        mark = NewMark(key, entry.id, MarkAct.REFUSE, RollCallMethod.QR, clock.now())
        if not mark_people(account_id, venue, [mark]):
            return
    record(account_id, "venue.claim_refused", f"venue:{venue.id}")
