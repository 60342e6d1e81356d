"""Giving essays to reviewers: choose, preview, apply; and one passed-on essay by hand."""

from collections.abc import Iterable
from secrets import randbelow
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.access.policy import Permission
from lms.base import clock
from lms.base.addresses import MOST_ID
from lms.base.errors import Conflict, Invalid
from lms.base.guards import requires
from lms.marking import services
from lms.marking.forms import AllocationForm, ReassignForm
from lms.marking.labels import BARRIERS
from lms.marking.queries.facts import (
    Candidate,
    count_waiting,
    find_names,
    list_allowed,
    list_candidates,
    list_loads,
)
from lms.marking.queries.overview import find_writers
from lms.marking.queries.passed_on import get_passed_on
from lms.marking.services import AllocationPreview
from lms.marking.views import bp
from lms.marking.views.campaigns import campaign_of, campaign_url
from lms.training.models import Campaign

SHOWN_UNPLACED = 100


@bp.route("/campaigns/<int:campaign_id>/marking/allocation", methods=["GET", "POST"])
@requires(Permission.MARKING_MANAGE)
def allocation(campaign_id: int) -> ResponseReturnValue:
    campaign = campaign_of(campaign_id)
    candidates = list_candidates(campaign)
    if request.method == "POST":
        return _apply(campaign, candidates)
    asked = "reviewers" in request.args or "due_on" in request.args
    form = _form(candidates, request.args if asked else None)
    if not asked:
        busy = list_loads(campaign.id)
        form.reviewers.data = [c.account_id for c in candidates if not busy or c.account_id in busy]
        return _page(campaign, candidates, form)
    if not form.validate():
        return _page(campaign, candidates, form), 422
    return _preview(campaign, candidates, form)


def _form(candidates: Iterable[Candidate], data: Any = None, **meta: Any) -> AllocationForm:
    form = AllocationForm(formdata=data, meta={"csrf": False} | meta)
    form.reviewers.choices = [(each.account_id, each.name) for each in candidates]
    return form


def _preview(
    campaign: Campaign, candidates: Iterable[Candidate], form: AllocationForm, status: int = 200
) -> ResponseReturnValue:
    """Work the plan out and show it; nothing is stored."""
    seed = form.seed.data if 0 < (form.seed.data or 0) <= MOST_ID else randbelow(MOST_ID)
    try:
        preview = services.preview_allocation(campaign, form.reviewers.data or [], seed or 1)
    except Invalid as error:
        form.add_error(error)
        return _page(campaign, candidates, form), 422
    form.seed.raw_data, form.seed.data = None, preview.seed
    form.digest.data = preview.digest
    return _page(campaign, candidates, form, preview), status


def _apply(campaign: Campaign, candidates: Iterable[Candidate]) -> ResponseReturnValue:
    form = _form(candidates, request.form, csrf=True)
    if not form.validate():
        return _page(campaign, candidates, form), 422
    try:
        count = services.apply_allocation(
            current_user._get_current_object(),
            campaign,
            form.reviewers.data or [],
            form.seed.data or 0,
            form.digest.data or "",
            clock.end_of_day(form.due_on.data) if form.due_on.data else None,
        )
    except Conflict as error:
        flash(_("%(why)s Hãy xem lại rồi bấm Giao bài.", why=error.message), "error")
        return _preview(campaign, candidates, form, status=409)
    except Invalid as error:
        form.add_error(error)
        return _page(campaign, candidates, form), 422
    if count:
        flash(ngettext("Đã giao %(num)s bài.", "Đã giao %(num)s bài.", count), "success")
    else:
        flash(_("Không còn bài nào để giao."), "info")
    return redirect(url_for("marking.manage", campaign_id=campaign.id))


def _page(
    campaign: Campaign,
    candidates: Iterable[Candidate],
    form: AllocationForm,
    preview: AllocationPreview | None = None,
) -> str:
    shown = preview.unplaced[:SHOWN_UNPLACED] if preview else []
    return render_template(
        "marking/allocation.html",
        campaign=campaign,
        campaign_url=campaign_url(campaign),
        candidates=candidates,
        names={each.account_id: each.name for each in candidates},
        loads=list_loads(campaign.id),
        form=form,
        preview=preview,
        waiting=count_waiting(campaign.id),
        unplaced=shown,
        writers=find_writers([each.submission_id for each in shown]),
        barriers=BARRIERS,
    )


@bp.route(
    "/campaigns/<int:campaign_id>/marking/passed-on/<int:assignment_id>", methods=["GET", "POST"]
)
@requires(Permission.MARKING_MANAGE)
def reassign(campaign_id: int, assignment_id: int) -> ResponseReturnValue:
    campaign = campaign_of(campaign_id)
    essay = get_passed_on(campaign.id, assignment_id)
    allowed = list_allowed(campaign, essay.submission_id)
    form = ReassignForm()
    names = find_names(allowed)
    loads = list_loads(campaign.id)
    form.reviewer.choices = [
        (account_id, names[account_id])
        for account_id in sorted(allowed, key=lambda i: (i not in loads, names[i]))
    ]
    if form.validate_on_submit():
        try:
            services.reassign(
                current_user._get_current_object(), campaign, assignment_id, form.reviewer.data
            )
        except Invalid as error:
            form.add_error(error)
        else:
            flash(_("Đã giao bài cho %(name)s.", name=names.get(form.reviewer.data, "")), "success")
            return redirect(url_for("marking.manage", campaign_id=campaign.id))
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "marking/reassign.html",
        campaign=campaign,
        campaign_url=campaign_url(campaign),
        essay=essay,
        form=form,
        loads=loads,
    )
    return page, status
