"""Venues for those who hold them and those who look on: the list, opening one, its own page."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.audit.reading import record_reading
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.formats import format_datetime
from lms.base.forms import choices_of
from lms.base.guards import requires
from lms.base.paging import page_number
from lms.training.models import TrainingSession
from lms.training.queries.enrolments import is_open_now
from lms.units.queries import find_standing, tree_choices
from lms.viewing.forms.venues import GuestForm, VenueForm
from lms.viewing.models import Venue
from lms.viewing.queries import roll_call as roll_calls
from lms.viewing.queries import venues as queries
from lms.viewing.services import venues as services
from lms.viewing.views.blueprint import actor, bp, held_venue


@bp.get("/venues")
@requires(Permission.VENUE_READ)
def venues() -> ResponseReturnValue:
    return render_template(
        "viewing/venues.html",
        page=queries.list_venues(
            current_scope(Permission.VENUE_READ), page_number(request.args.get("page"))
        ),
        can_hold=bool(current_scope(Permission.VENUE_HOLD).paths),
        now=clock.now(),
    )


@bp.get("/venues/new")
@requires(Permission.VENUE_HOLD)
def choose_session() -> ResponseReturnValue:
    """For which session: only those of open campaigns with people of one's own."""
    sessions = queries.list_sessions_to_hold(current_scope(Permission.VENUE_HOLD))
    return render_template("viewing/venue_choose.html", sessions=sessions, now=clock.now())


@bp.route("/sessions/<int:session_id>/venues/new", methods=["GET", "POST"])
@requires(Permission.VENUE_HOLD)
def open_venue(session_id: int) -> ResponseReturnValue:
    scope = current_scope(Permission.VENUE_HOLD)
    session = queries.get_session_to_hold(session_id, scope)
    form = _venue_form(session)
    if form.validate_on_submit():
        try:
            venue = services.open_venue(actor(), session, _values(form), scope)
        except Invalid as error:
            form.add_error(error)
        else:
            flash(_("Đã mở điểm cầu. Danh sách đã có sẵn những người được triệu tập."), "success")
            return redirect(url_for("viewing.venue", venue_id=venue.id))
    status = 422 if request.method == "POST" else 200
    return render_template("viewing/venue_form.html", form=form, session=session), status


def _venue_form(session: TrainingSession) -> VenueForm:
    run = session.run_at(clock.now())
    usual: dict[str, Any] = {}
    if run is not None:
        usual = {"run_id": run.id, "starts_at": run.starts_at, "ends_at": run.closes_at}
    form = VenueForm(data=usual)
    scope = current_scope(Permission.VENUE_HOLD)
    units = tree_choices(scope)
    form.unit_id.choices = choices_of(units)
    form.offer_units(units[1:] if len(scope.paths) == 1 else units)
    form.offer_runs(
        session,
        [
            (one.id, " · ".join(filter(None, [format_datetime(one.starts_at), one.note])))
            for one in session.runs
        ],
    )
    return form


def _values(form: VenueForm) -> services.VenueValues:
    data: dict[str, Any] = form.data
    return services.VenueValues(
        unit_id=data["unit_id"],
        unit_ids=data.get("units") or [],
        run_id=data.get("run_id") or None,
        place=data["place"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        checks_exit=bool(data["checks_exit"]),
    )


@bp.get("/venues/<int:venue_id>")
@requires(Permission.VENUE_READ)
def venue(venue_id: int) -> ResponseReturnValue:
    """Everything about one venue: for who holds it with what to do, for others to read."""
    found = queries.get_venue(venue_id, current_scope(Permission.VENUE_READ))
    return venue_page(found, GuestForm(formdata=None))


def venue_page(venue: Venue, guest_form: GuestForm, status: int = 200) -> ResponseReturnValue:
    """The page of a venue, also when the form of a guest comes back."""
    roll = roll_calls.read_roll_call(venue)
    unit = find_standing(venue.unit_id)
    is_holder = unit is not None and current_scope(Permission.VENUE_HOLD).covers(unit.path)
    if not is_holder:
        record_reading("names.read", f"venue:{venue.id}", count=len(roll.learners))
    names = {person.id: person for person in roll.people}
    page = render_template(
        "viewing/venue.html",
        venue=venue,
        unit=unit,
        roll=roll,
        refused=[
            (mark, names[mark.entry_id])
            for mark in roll_calls.list_marks(venue.id)
            if mark.entry_id in names
        ],
        is_holder=is_holder,
        is_study_open=is_open_now(venue.session.campaign),
        guest_form=guest_form,
        now=clock.now(),
    )
    return page, status


@bp.post("/venues/<int:venue_id>/cancellation")
@requires(Permission.VENUE_HOLD)
def cancel_venue(venue_id: int) -> ResponseReturnValue:
    services.cancel_venue(actor(), held_venue(venue_id))
    flash(_("Đã hủy điểm cầu. Không ai được ghi nhận từ điểm cầu này."), "success")
    return redirect(url_for("viewing.venue", venue_id=venue_id))
