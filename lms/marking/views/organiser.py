"""The organiser's view of marking: how far it is, and the names behind every count."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from lms.access.policy import Permission
from lms.audit.reading import record_reading
from lms.base.guards import requires
from lms.base.paging import Page, fetch_page, page_number
from lms.marking.labels import ESSAY_STATES
from lms.marking.queries import overview
from lms.marking.queries.overview import NamedEssay
from lms.marking.queries.passed_on import list_passed_on
from lms.marking.queries.sheets import load_campaign_sheets
from lms.marking.queries.states import EssayState
from lms.marking.views import bp
from lms.marking.views.campaigns import campaign_of, campaign_url, number_asked


@bp.get("/campaigns/<int:campaign_id>/marking")
@requires(Permission.MARKING_MANAGE)
def manage(campaign_id: int) -> ResponseReturnValue:
    campaign = campaign_of(campaign_id)
    everything, *by_audience = overview.list_progress(campaign.id)
    return render_template(
        "marking/manage.html",
        campaign=campaign,
        campaign_url=campaign_url(campaign),
        everything=everything,
        by_audience=by_audience,
        reviewers=overview.list_reviewer_progress(campaign.id),
        passed_on=list_passed_on(campaign.id),
        labels=ESSAY_STATES,
    )


@bp.get("/campaigns/<int:campaign_id>/marking/essays")
@requires(Permission.MARKING_MANAGE)
def essays(campaign_id: int) -> ResponseReturnValue:
    campaign = campaign_of(campaign_id)
    raw_state = request.args.get("state")
    if raw_state is not None and raw_state not in set(EssayState):
        abort(404)
    state = EssayState(raw_state) if raw_state else None
    audience_id, reviewer_id = number_asked("audience"), number_asked("reviewer")
    reviewers = {
        progress.account_id: progress.name
        for progress in overview.list_reviewer_progress(campaign.id)
    }
    if reviewer_id is not None and reviewer_id not in reviewers:
        abort(404)
    band = request.args.get("band") or None
    sheets = load_campaign_sheets(campaign.id)
    found = fetch_page(
        overview.named_essays(campaign.id, state, audience_id, reviewer_id, band, sheets),
        page_number(request.args.get("page")),
    )
    record_reading("names.read", f"campaign:{campaign_id}", count=len(found.rows))
    by_audience = overview.list_progress(campaign.id)[1:]
    return render_template(
        "marking/essays.html",
        campaign=campaign,
        campaign_url=campaign_url(campaign),
        page=Page([NamedEssay(*row) for row in found.rows], found.number, found.has_next),
        state=state,
        audience_id=audience_id,
        audiences=[progress.audience for progress in by_audience],
        reviewer=reviewers[reviewer_id] if reviewer_id else None,
        reviewer_id=reviewer_id,
        band=band,
        bands=list(dict.fromkeys(name for sheet in sheets.values() for name, _ in sheet.bands)),
        labels=ESSAY_STATES,
    )
