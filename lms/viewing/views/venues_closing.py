"""Counting heads and closing a venue's list."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.access.policy import Permission
from lms.base import clock
from lms.base.errors import Conflict, Invalid
from lms.base.guards import requires
from lms.viewing.forms.venues import ClosingForm
from lms.viewing.models import Venue
from lms.viewing.queries.roll_call import read_roll_call
from lms.viewing.services.roll_call import require_open
from lms.viewing.services.venues_closing import check_closing, close_venue, record_headcounts
from lms.viewing.views.blueprint import actor, bp, held_venue


@bp.route("/venues/<int:venue_id>/closing", methods=["GET", "POST"])
@requires(Permission.VENUE_HOLD)
def venue_closing(venue_id: int) -> ResponseReturnValue:
    """The headcounts beside the names; one button keeps the counts, the other goes on to close."""
    venue = held_venue(venue_id)
    require_open(venue)
    form = ClosingForm(data=_stored(venue))
    if not venue.checks_exit:
        del form.exit_headcount
    form.opened_on(_stored(venue))
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(_stored(venue))
            _keep(venue, form)
            if "close" not in request.form:
                flash(_("Đã lưu số đếm."), "success")
                return redirect(url_for("viewing.venue_closing", venue_id=venue_id))
            check_closing(venue)
        except (Invalid, Conflict) as error:
            form.add_error(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            return redirect(url_for("viewing.confirm_closing", venue_id=venue_id))
    page = render_template(
        "viewing/venue_closing.html",
        venue=venue,
        roll=read_roll_call(venue),
        form=form,
        now=clock.now(),
    )
    return page, status


@bp.route("/venues/<int:venue_id>/closing/confirmation", methods=["GET", "POST"])
@requires(Permission.VENUE_HOLD)
def confirm_closing(venue_id: int) -> ResponseReturnValue:
    """The last question before the list is closed: who is credited by it, and who is not."""
    venue = held_venue(venue_id)
    require_open(venue)
    try:
        roll = check_closing(venue)
    except Invalid as error:
        flash(error.message, "error")
        return redirect(url_for("viewing.venue_closing", venue_id=venue_id))
    if request.method == "GET":
        return render_template("viewing/venue_closing_confirm.html", venue=venue, roll=roll)
    credited = close_venue(actor(), venue)
    flash(
        ngettext(
            "Đã chốt danh sách. %(num)s người được ghi nhận đã dự tại điểm cầu.",
            "Đã chốt danh sách. %(num)s người được ghi nhận đã dự tại điểm cầu.",
            credited,
        ),
        "success",
    )
    return redirect(url_for("viewing.venue", venue_id=venue_id))


def _stored(venue: Venue) -> dict[str, Any]:
    stored = {
        "entry_headcount": venue.entry_headcount,
        "difference_reason": venue.difference_reason,
    }
    return stored | ({"exit_headcount": venue.exit_headcount} if venue.checks_exit else {})


def _keep(venue: Venue, form: ClosingForm) -> None:
    data = form.data
    record_headcounts(
        actor(),
        venue,
        data["entry_headcount"],
        data.get("exit_headcount"),
        data["difference_reason"] or "",
    )
