"""Bringing the enrolments of a running campaign up to date after units were reorganised."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField

from lms.access.policy import Permission
from lms.base.errors import DomainError
from lms.base.forms import Form
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.planning.views.blueprint import actor, bp, campaign_to_change, scope
from lms.training.queries.campaigns import get_campaign
from lms.training.queries.reorganised import list_outdated, outdated_members
from lms.training.services.reorganised import bring_up_to_date
from lms.units.queries import last_versions


class UpdateForm(Form):
    """Carries the number that the page showed."""

    expected = HiddenField()


@bp.route("/campaigns/<int:campaign_id>/units", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def reorganised(campaign_id: int) -> ResponseReturnValue:
    """What would be brought up to date, by unit; then doing it."""
    campaign = campaign_to_change(campaign_id)
    form = UpdateForm()
    status = 200
    if form.validate_on_submit():
        sent = form.expected.data or ""
        try:
            count = bring_up_to_date(actor(), campaign, int(sent) if sent.isdecimal() else -1)
        except DomainError as error:
            form.add_error(error)
            status = 409
        else:
            flash(_("Đã cập nhật đơn vị của %(count)s phiếu học tập.", count=count), "success")
            return redirect(url_for("planning.campaign", campaign_id=campaign_id))
    rows = list_outdated(campaign_id)
    form.expected.data = str(sum(row.count for row in rows))
    names = last_versions(unit_id for row in rows for unit_id in (row.unit_id, row.present_id))
    return (
        render_template(
            "planning/reorganised.html", campaign=campaign, form=form, rows=rows, names=names
        ),
        status,
    )


@bp.get("/campaigns/<int:campaign_id>/units/names")
@requires(Permission.CAMPAIGN_MANAGE)
def reorganised_names(campaign_id: int) -> ResponseReturnValue:
    """The names behind a count of the page above (?old=&new=)."""
    campaign = get_campaign(campaign_id, scope())
    old, new = request.args.get("old", 0, type=int), request.args.get("new", 0, type=int)
    page = fetch_page(
        outdated_members(campaign_id, old, new), page_number(request.args.get("page"))
    )
    if not page.rows:
        abort(404)
    names = last_versions([old, new])
    return render_template(
        "planning/reorganised_names.html",
        campaign=campaign,
        old=names.get(old),
        new=names.get(new),
        page=page,
    )
