"""What a member meets after scanning the code of a venue, and their own place at it."""

import secrets

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.base import clock
from lms.base.errors import NotAllowed
from lms.base.guards import member, signed_in, token
from lms.base.transactions import after_answer, keep_despite_refusal
from lms.viewing.claims import BadCode, Claim, issue_claim, read_claim, read_code
from lms.viewing.queries.roll_call import find_enrolled_entry
from lms.viewing.queries.venues import get_own_place, get_venue_of_claim
from lms.viewing.roll_call import is_counted
from lms.viewing.services.roll_call import VenueClosed
from lms.viewing.services.roll_call_claims import (
    ForeignClaim,
    bind_claim,
    confirm_claim,
    find_binding,
    require_open_door,
)
from lms.viewing.views.blueprint import actor, bp, secret


class _CodeChanged(NotAllowed):
    """The code or the claim is too old, or was never ours."""

    def __init__(self) -> None:
        super().__init__(
            _("Hãy quét lại mã đang hiện trên màn hình, hoặc gặp người phụ trách điểm cầu.")
        )


@bp.errorhandler(_CodeChanged)
def code_changed(error: _CodeChanged) -> ResponseReturnValue:
    """Nothing is wrong with the account, so the page of refusals would frighten for nothing."""
    page = render_template("viewing/venue_refusal.html", title=_("Mã đã đổi"), text=error.message)
    return page, 403


def _told(error: VenueClosed) -> ResponseReturnValue:
    """A list that takes no marks any more, told to who scanned."""
    page = render_template("viewing/venue_refusal.html", title=_("Điểm danh"), text=error.message)
    return page, 403


@bp.get("/venue-codes/<string:code>")
@token
def open_venue_code(code: str) -> ResponseReturnValue:
    """Where the code on the screen leads: a fresh claim, which outlives signing in."""
    now = clock.now()
    try:
        venue_id, check = read_code(code, secret(), now)
    except BadCode as error:
        raise _CodeChanged from error
    claim = Claim(venue_id, check, secrets.token_hex(16), now)
    return redirect(url_for("viewing.venue_claim", claim=issue_claim(secret(), claim)))


@bp.get("/venue-claims/<string:claim>")
@signed_in
def venue_claim(claim: str) -> ResponseReturnValue:
    """One button that says: I am here. The first account that opens this page has it."""
    found = _claim(claim)
    venue = get_venue_of_claim(found.venue_id)
    try:
        require_open_door(venue)
    except VenueClosed as error:
        return _told(error)
    account_id, member_id = current_user.id, current_user.member_id
    bound = find_binding(found)
    if bound is None or bound.account_id != account_id:
        after_answer(lambda: bind_claim(account_id, member_id, found))
    enrolment, entry = find_enrolled_entry(venue, member_id)
    return render_template(
        "viewing/venue_claim.html",
        venue=venue,
        claim=claim,
        check=found.check,
        entry=entry,
        is_enrolled=enrolment is not None,
        is_foreign=bound is not None and bound.account_id != account_id,
    )


@bp.post("/venue-claims/<string:claim>")
@signed_in
def confirm_venue_claim(claim: str) -> ResponseReturnValue:
    found = _claim(claim)
    try:
        confirm_claim(actor(), found)
    except ForeignClaim:
        keep_despite_refusal()
        raise
    except VenueClosed as error:
        return _told(error)
    return redirect(url_for("viewing.my_venue", venue_id=found.venue_id))


def _claim(text: str) -> Claim:
    try:
        return read_claim(text, secret(), clock.now())
    except BadCode as error:
        raise _CodeChanged from error


@bp.get("/my-venues/<int:venue_id>")
@member
def my_venue(venue_id: int) -> ResponseReturnValue:
    """A member's own place at a venue: where, when, and whether they were marked."""
    place = get_own_place(venue_id, current_user.member_id)
    entry, checks_exit = place.entry, place.venue.checks_exit
    return render_template(
        "viewing/my_venue.html",
        place=place,
        is_counted=is_counted(entry.state, entry.left_at, checks_exit=checks_exit),
        now=clock.now(),
    )
