"""The people of a venue's list one by one: guests, who came unexpected, who is away with a reason,
who joins later, and corrections of a closed list."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.audit.reading import record_reading
from lms.base.errors import Invalid
from lms.base.guards import requires
from lms.base.vietnamese import clean
from lms.training.queries.enrolments import is_open_now
from lms.viewing.forms.venues import CorrectionForm, ExcuseForm, GuestForm, JoinerForm
from lms.viewing.models import Venue
from lms.viewing.queries.roll_call import ListedPerson, get_person, list_marks
from lms.viewing.queries.venues import find_joiners
from lms.viewing.services import venues as services
from lms.viewing.services.venues_closing import correct
from lms.viewing.views.blueprint import actor, bp, held_venue
from lms.viewing.views.venues import venue_page


@bp.post("/venues/<int:venue_id>/guests")
@requires(Permission.VENUE_HOLD)
def add_guest(venue_id: int) -> ResponseReturnValue:
    found = held_venue(venue_id)
    form = GuestForm()
    if form.validate_on_submit():
        try:
            services.add_guest(actor(), found, form.name.data or "", form.note.data or "")
        except Invalid as error:
            form.add_error(error)
        else:
            flash(_("Đã ghi khách."), "success")
            return redirect(url_for("viewing.venue", venue_id=venue_id, _anchor="guests"))
    return venue_page(found, form, 422)


@bp.post("/venues/<int:venue_id>/guests/<int:entry_id>/removal")
@requires(Permission.VENUE_HOLD)
def remove_guest(venue_id: int, entry_id: int) -> ResponseReturnValue:
    services.remove_guest(actor(), held_venue(venue_id), entry_id)
    return redirect(url_for("viewing.venue", venue_id=venue_id, _anchor="guests"))


@bp.post("/venues/<int:venue_id>/people/<int:entry_id>/admission")
@requires(Permission.VENUE_HOLD)
def admit(venue_id: int, entry_id: int) -> ResponseReturnValue:
    services.decide(actor(), held_venue(venue_id), entry_id, is_admitted=True)
    return redirect(url_for("viewing.venue", venue_id=venue_id))


@bp.post("/venues/<int:venue_id>/people/<int:entry_id>/refusal")
@requires(Permission.VENUE_HOLD)
def turn_away(venue_id: int, entry_id: int) -> ResponseReturnValue:
    services.decide(actor(), held_venue(venue_id), entry_id, is_admitted=False)
    return redirect(url_for("viewing.venue", venue_id=venue_id))


@bp.get("/venues/<int:venue_id>/people/<int:entry_id>")
@requires(Permission.VENUE_HOLD)
def venue_person(venue_id: int, entry_id: int) -> ResponseReturnValue:
    """One person of a list: how they stand, by which marks, and what can be done."""
    venue = held_venue(venue_id)
    person = get_person(venue_id, entry_id)
    record_reading("names.read", f"venue:{venue_id}", count=1)
    return _person_page(venue, person)


@bp.post("/venues/<int:venue_id>/people/<int:entry_id>/excuse")
@requires(Permission.VENUE_HOLD)
def excuse(venue_id: int, entry_id: int) -> ResponseReturnValue:
    """Away with a reason."""
    venue = held_venue(venue_id)
    person = get_person(venue_id, entry_id)
    form = ExcuseForm()
    if not form.validate_on_submit():
        return _person_page(venue, person, excuse_form=form), 422
    services.excuse(actor(), venue, entry_id, form.reason.data or "")
    flash(_("Đã ghi vắng có lý do."), "success")
    return redirect(url_for("viewing.venue", venue_id=venue_id))


@bp.post("/venues/<int:venue_id>/people/<int:entry_id>/clearing")
@requires(Permission.VENUE_HOLD)
def clear_person(venue_id: int, entry_id: int) -> ResponseReturnValue:
    """Take back whatever was marked on one person."""
    services.excuse(actor(), held_venue(venue_id), entry_id, "")
    flash(_("Đã xóa đánh dấu của người này."), "success")
    return redirect(url_for("viewing.venue_person", venue_id=venue_id, entry_id=entry_id))


@bp.post("/venues/<int:venue_id>/people/<int:entry_id>/correction")
@requires(Permission.VENUE_HOLD)
def correct_person(venue_id: int, entry_id: int) -> ResponseReturnValue:
    """Put one person of a closed list right, with a reason."""
    venue = held_venue(venue_id)
    person = get_person(venue_id, entry_id)
    form = CorrectionForm()
    if form.validate_on_submit():
        try:
            was_there = form.was_there.data == "yes"
            correct(actor(), venue, entry_id, was_there, form.reason.data or "")
        except Invalid as error:
            form.add_error(error)
        else:
            flash(_("Đã đính chính."), "success")
            return redirect(url_for("viewing.venue", venue_id=venue_id))
    return _person_page(venue, person, correction_form=form), 422


def _person_page(
    venue: Venue,
    person: ListedPerson,
    excuse_form: ExcuseForm | None = None,
    correction_form: CorrectionForm | None = None,
) -> str:
    return render_template(
        "viewing/venue_person.html",
        venue=venue,
        person=person,
        marks=list_marks(venue.id, person.id),
        excuse_form=excuse_form or ExcuseForm(formdata=None),
        correction_form=correction_form or CorrectionForm(formdata=None),
        is_study_open=is_open_now(venue.session.campaign),
    )


@bp.route("/venues/<int:venue_id>/joiners", methods=["GET", "POST"])
@requires(Permission.VENUE_HOLD)
def venue_joiners(venue_id: int) -> ResponseReturnValue:
    """People of the campaign who are not on the list, found by what is typed."""
    venue = held_venue(venue_id)
    scope = current_scope(Permission.VENUE_HOLD)
    form, error = JoinerForm(), ""
    text = clean(request.args.get("q", "") or form.code.data or "")[:80]
    if form.validate_on_submit():
        reason = form.reason.data or ""
        if venue.closed_at is not None and not reason:
            error = _("Danh sách đã chốt: hãy ghi lý do thêm người.")
        else:
            entry = services.add_person(
                actor(), venue, form.enrolment.data or 0, scope, form.code.data or ""
            )
            if venue.closed_at is not None:
                correct(actor(), venue, entry.id, was_there=True, reason=reason)
            flash(_("Đã thêm vào danh sách."), "success")
            return redirect(url_for("viewing.venue", venue_id=venue_id))
    found = find_joiners(venue, scope, text)
    if found:
        record_reading("names.read", f"venue:{venue_id}", count=len(found))
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "viewing/venue_joiners.html", venue=venue, text=text, found=found, error=error
    )
    return page, status
