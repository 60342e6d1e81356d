"""Opening a campaign with a preview of who is concerned, topping it up, closing it."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.access.policy import Permission
from lms.audit.reading import record_reading
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.formats import format_integer
from lms.base.forms import Form
from lms.base.guards import requires
from lms.base.paging import page_number
from lms.people.queries import list_audiences
from lms.planning import queries
from lms.planning.board import Facts, lacks_before_opening
from lms.planning.forms.campaigns import OpeningForm, TopUpForm
from lms.planning.views.blueprint import actor, bp, campaign_to_change, form_status, refuse, scope
from lms.training.models import Campaign, CampaignState, Obligation
from lms.training.queries.campaigns import get_campaign
from lms.training.queries.reorganised import list_outdated
from lms.training.queries.sessions import list_sessions
from lms.training.services import enrolments as services


@bp.route("/campaigns/<int:campaign_id>/opening", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def opening(campaign_id: int) -> ResponseReturnValue:
    """Before the opening: who will be enrolled. After it: who has come since."""
    campaign = campaign_to_change(campaign_id)
    if campaign.state is CampaignState.CLOSED:
        return redirect(url_for("planning.campaign", campaign_id=campaign_id))
    if campaign.state is CampaignState.OPEN:
        return _top_up(campaign)
    form = OpeningForm()
    lacks = _lacks(campaign)
    if form.validate_on_submit() and lacks and not form.opens_anyway.data:
        form.opens_anyway.errors = [_("Hãy chuẩn bị nốt, hoặc đánh dấu ô này để vẫn mở.")]
    elif form.validate_on_submit():
        try:
            enrolled = services.open_campaign(actor(), campaign)
        except Invalid as error:
            return _page(form, refuse(form, error), campaign, lacks)
        flash(
            ngettext(
                "Đã mở đợt học cho %(count)s người.",
                "Đã mở đợt học cho %(count)s người.",
                enrolled,
                count=format_integer(enrolled),
            ),
            "success",
        )
        return redirect(url_for("planning.campaign", campaign_id=campaign_id))
    return _page(form, form_status(), campaign, lacks)


def _lacks(campaign: Campaign) -> list[str]:
    return lacks_before_opening(
        Facts(
            campaign=campaign,
            audiences=list_audiences(),
            sessions=list_sessions(campaign.id),
            parts=queries.get_parts(campaign.id),
            counts=queries.Counts(),
        )
    )


def _top_up(campaign: Campaign) -> ResponseReturnValue:
    form = TopUpForm(data={"due_at": campaign.closes_at})
    if form.validate_on_submit():
        try:
            enrolled = services.enrol_late_joiners(actor(), campaign, form.due_at.data)
        except Invalid as error:
            return _page(form, refuse(form, error), campaign)
        flash(
            ngettext(
                "Đã thêm %(count)s người vào đợt học.",
                "Đã thêm %(count)s người vào đợt học.",
                enrolled,
                count=format_integer(enrolled),
            ),
            "success",
        )
        return redirect(url_for("planning.campaign", campaign_id=campaign.id))
    return _page(form, form_status(), campaign)


def _page(
    form: Form, status: int, campaign: Campaign, lacks: Sequence[str] = ()
) -> ResponseReturnValue:
    set_out = {one.audience_id: one.obligation for one in campaign.requirements}
    names = {audience.id: audience.name for audience in list_audiences()}
    counted = services.preview_opening(campaign)
    rows: list[dict[str, Any]] = [
        {
            "audience_id": audience_id,
            "name": name,
            "obligation": set_out.get(audience_id) if audience_id is not None else None,
            "count": sum(one.count for one in counted if one.audience_id == audience_id),
        }
        for audience_id, name in (*names.items(), (None, _("Không thuộc đối tượng nào")))
    ]
    concerned = (Obligation.REQUIRED, Obligation.VOLUNTARY)
    page = render_template(
        "planning/opening.html",
        form=form,
        campaign=campaign,
        rows=[row for row in rows if row["count"] or row["audience_id"] is not None],
        total=sum(one.count for one in counted if one.obligation in concerned),
        now=clock.now(),
        lacks=lacks,
    )
    return page, status


@bp.get("/campaigns/<int:campaign_id>/opening/names")
@requires(Permission.CAMPAIGN_MANAGE)
def opening_names(campaign_id: int) -> ResponseReturnValue:
    """The names behind a count of the preview; `audience` empty: in no audience."""
    campaign = get_campaign(campaign_id, scope())
    names = {str(audience.id): audience.name for audience in list_audiences()}
    chosen = request.args.get("audience", "")
    audience_id = int(chosen) if chosen in names else None
    page = queries.list_concerned(campaign, audience_id, page_number(request.args.get("page")))
    record_reading(
        "names.read", f"campaign:{campaign_id}", audience_id=audience_id, count=len(page.rows)
    )
    return render_template(
        "planning/opening_names.html",
        campaign=campaign,
        audience_id=audience_id,
        audience_name=names.get(chosen, _("Không thuộc đối tượng nào")),
        page=page,
    )


@bp.route("/campaigns/<int:campaign_id>/closing", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def closing(campaign_id: int) -> ResponseReturnValue:
    campaign = campaign_to_change(campaign_id)
    if list_outdated(campaign_id):
        flash(_("Hãy cập nhật đơn vị của các phiếu học tập trước khi đóng đợt học."), "error")
        return redirect(url_for("planning.reorganised", campaign_id=campaign_id))
    form = Form()
    if form.validate_on_submit():
        services.close_campaign(actor(), campaign)
        flash(_("Đã đóng đợt học."), "success")
        return redirect(url_for("planning.campaign", campaign_id=campaign_id))
    page = render_template(
        "planning/closing.html",
        form=form,
        campaign=campaign,
        counts=queries.get_counts(campaign_id),
        now=clock.now(),
    )
    return page, form_status()
