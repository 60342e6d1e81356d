"""Calling the roll: the list to tick, as a form and for its script, and typing a paper list in."""

from typing import Any

from flask import (
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.access.policy import Permission
from lms.audit.reading import record_reading
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.guards import requires
from lms.base.vietnamese import clean, fold, typed_words
from lms.extensions import limiter
from lms.viewing.claims import Check
from lms.viewing.forms.roll_call import marks_of_json
from lms.viewing.forms.venues import RollCallForm
from lms.viewing.models import RollCallMethod, Venue
from lms.viewing.queries.roll_call import ListedPerson, RollCall, read_roll_call
from lms.viewing.services.roll_call import VenueClosed, require_open, take_marks, tick_list
from lms.viewing.views.blueprint import actor, bp, held_venue, sign_in_hash
from lms.viewing.views.venues_screen import check_asked


@bp.route("/venues/<int:venue_id>/roll-call", methods=["GET", "POST"])
@requires(Permission.VENUE_HOLD)
def roll_call(venue_id: int) -> ResponseReturnValue:
    """The list to tick, standing at the door: by its script or, without scripts, by its button."""
    return _ticking(venue_id, RollCallMethod.LIST)


@bp.route("/venues/<int:venue_id>/paper-roll-call", methods=["GET", "POST"])
@requires(Permission.VENUE_HOLD)
def paper_roll_call(venue_id: int) -> ResponseReturnValue:
    """The same list, to type in afterwards what stands on paper."""
    return _ticking(venue_id, RollCallMethod.PAPER)


def _ticking(venue_id: int, method: RollCallMethod) -> ResponseReturnValue:
    venue = held_venue(venue_id)
    require_open(venue)
    check = check_asked(venue)
    if request.method == "POST":
        form = RollCallForm()
        if not form.validate_on_submit():
            raise Invalid(_("Trang gửi lên không đọc được. Hãy tải lại trang rồi đánh dấu lại."))
        changed = tick_list(
            actor(), venue, check, method, form.shown_ticked, set(form.ticked.data or ())
        )
        flash(ngettext("Đã ghi %(num)s thay đổi.", "Đã ghi %(num)s thay đổi.", changed), "success")
        return redirect(_next_page(venue, check))
    roll = read_roll_call(venue)
    text = clean(request.args.get("q", ""))[:80]
    only_missing = request.args.get("show") == "missing"
    record_reading("names.read", f"venue:{venue_id}", count=len(roll.learners))
    page = make_response(
        render_template(
            "viewing/venue_roll_call.html",
            venue=venue,
            roll=roll,
            people=[
                one
                for one in roll.learners
                if _is_found(one, text) and not (only_missing and is_ticked(one, check))
            ],
            check=check,
            method=method,
            text=text,
            only_missing=only_missing,
            is_ticked=is_ticked,
        )
    )
    if method is RollCallMethod.LIST and not text and not only_missing:
        # The service worker keeps this page for reloading without a connection, until then.
        page.headers["X-Keep-Until"] = str(int(venue.kept_until.timestamp() * 1000))
    return page


def _next_page(venue: Venue, check: Check) -> str:
    """Where a list that was sent leads: to the same page, or to what was searched along with it."""
    if "q" not in request.form:
        return request.full_path.rstrip("?")
    asked: dict[str, Any] = {
        "check": check.value if check is Check.EXIT else None,
        "q": request.form["q"] or None,
        "show": request.form.get("show"),
    }
    return url_for(request.endpoint or "", venue_id=venue.id, **asked)


def is_ticked(person: ListedPerson, check: Check) -> bool:
    """Whether a person's box is ticked on the list of a check."""
    return person.is_present if check is Check.ENTRY else person.is_left


def _is_found(person: ListedPerson, text: str) -> bool:
    words = fold(person.name).split()
    return all(
        any(word.startswith(typed) for word in words) or person.code.endswith(typed)
        for typed in typed_words(text)
    )


@bp.get("/venues/<int:venue_id>/marks")
@requires(Permission.VENUE_HOLD)
def roll_call_states(venue_id: int) -> ResponseReturnValue:
    """How everybody stands now, for the script of the list."""
    venue = held_venue(venue_id)
    return _states(venue, read_roll_call(venue))


@bp.post("/venues/<int:venue_id>/marks")
@requires(Permission.VENUE_HOLD)
@limiter.limit("120/minute", key_func=sign_in_hash)
def take_roll_call_marks(venue_id: int) -> ResponseReturnValue:
    """A batch of marks from the script of the list; those that were sent before count once."""
    received = clock.now()
    venue = held_venue(venue_id)
    marks = marks_of_json(request.get_json(silent=True), venue.opened_at, received)
    try:
        take_marks(actor(), venue, marks)
    except VenueClosed as error:
        return jsonify(error=error.message, closed=True), 403
    return _states(venue, read_roll_call(venue))


def _states(venue: Venue, roll: RollCall) -> Response:
    people: dict[int, dict[str, Any]] = {
        one.id: {
            "entry": one.is_present,
            "exit": one.is_left,
            "excused": bool(one.entry.excuse_reason),
        }
        for one in roll.learners
    }
    return jsonify(people=people, waiting=len(roll.waiting), is_open=venue.is_open)
