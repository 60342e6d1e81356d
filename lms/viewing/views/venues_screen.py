"""What a venue shows and prints: the rotating code on its screen, the list on paper."""

from typing import Any

from flask import current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.access.policy import Permission
from lms.audit.reading import record_reading
from lms.base import clock
from lms.base.guards import requires
from lms.base.qr import draw_qr
from lms.viewing.claims import Check, code_of, seconds_left, window_of
from lms.viewing.models import Venue
from lms.viewing.queries.roll_call import count_present, read_roll_call
from lms.viewing.services.roll_call import require_open
from lms.viewing.views.blueprint import bp, held_venue, secret


def check_asked(venue: Venue) -> Check:
    """The check that an address asks for (?check=exit), where the venue has one."""
    is_exit = venue.checks_exit and request.args.get("check") == Check.EXIT
    return Check.EXIT if is_exit else Check.ENTRY


@bp.get("/venues/<int:venue_id>/screen")
@requires(Permission.VENUE_HOLD)
def venue_screen(venue_id: int) -> ResponseReturnValue:
    """For the projector: a code, the place, how many are there."""
    venue = held_venue(venue_id)
    require_open(venue)
    return render_template(
        "viewing/venue_screen.html", venue=venue, check=check_asked(venue), **_code(venue)
    )


@bp.get("/venues/<int:venue_id>/screen/code")
@requires(Permission.VENUE_HOLD)
def venue_code(venue_id: int) -> ResponseReturnValue:
    """The code of this moment for the screen's script, and how long to wait for the next."""
    venue = held_venue(venue_id)
    require_open(venue)
    code = _code(venue)
    return jsonify(
        path=code["drawing"].path,
        size=code["drawing"].size,
        seconds=code["seconds"],
        present=code["present"],
    )


def _code(venue: Venue) -> dict[str, Any]:
    now = clock.now()
    code = code_of(secret(), venue.id, check_asked(venue), window_of(now))
    base: str = current_app.config["BASE_URL"]
    address = base.rstrip("/") + url_for("viewing.open_venue_code", code=code)
    return {
        "drawing": draw_qr(address),
        "seconds": round(seconds_left(now), 1),
        "present": count_present(venue.id),
    }


@bp.get("/venues/<int:venue_id>/paper-list")
@requires(Permission.VENUE_HOLD)
def venue_paper(venue_id: int) -> ResponseReturnValue:
    """The list to print: a box for each, and a place to sign."""
    venue = held_venue(venue_id)
    roll = read_roll_call(venue)
    record_reading("names.read", f"venue:{venue_id}", count=len(roll.learners))
    return render_template("viewing/venue_paper.html", venue=venue, roll=roll)
