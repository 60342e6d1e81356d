"""Campaigns: the list, the readiness board of one, its form."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.base.errors import Conflict, Invalid
from lms.base.forms import choices_of
from lms.base.guards import requires
from lms.base.paging import page_number
from lms.people.queries import list_audiences
from lms.planning import queries
from lms.planning.board import Facts, Line, lines_of
from lms.planning.forms.campaigns import CampaignForm
from lms.planning.views.blueprint import actor, bp, campaign_to_change, form_status, refuse, scope
from lms.training.models import Campaign, CampaignState
from lms.training.queries.campaigns import (
    get_campaign,
    list_campaigns,
)
from lms.training.queries.directives import list_directive_choices
from lms.training.queries.sessions import list_sessions
from lms.training.services import campaigns as services
from lms.units.queries import get_standing, tree_choices


@bp.get("/campaigns")
@requires(Permission.CAMPAIGN_MANAGE)
def campaigns() -> ResponseReturnValue:
    page = list_campaigns(scope(), page_number(request.args.get("page")))
    return render_template("planning/campaigns.html", page=page)


@bp.get("/campaigns/<int:campaign_id>")
@requires(Permission.CAMPAIGN_MANAGE)
def campaign(campaign_id: int) -> ResponseReturnValue:
    shown = get_campaign(campaign_id, scope())
    is_draft = shown.state is CampaignState.DRAFT
    facts = Facts(
        campaign=shown,
        audiences=list_audiences(),
        sessions=list_sessions(campaign_id),
        parts=queries.get_parts(campaign_id),
        counts=queries.Counts() if is_draft else queries.get_counts(campaign_id),
    )
    lines = lines_of(facts)
    return render_template(
        "planning/campaign.html",
        campaign=shown,
        unit=get_standing(shown.unit_id),
        counts=facts.counts,
        ready=sum(line.is_ready for line in lines),
        steps=_steps(lines),
        total=len(lines),
    )


def _steps(lines: list[Line]) -> list[dict[str, Any]]:
    """The board as steps of a task list: the first thing missing is the one to do now."""
    steps = []
    is_next_found = False
    for line in lines:
        is_next = bool(line.lacks) and not is_next_found
        is_next_found = is_next_found or is_next
        steps.append(
            {
                "title": line.title,
                "state": "done" if line.is_ready else "now" if is_next else "todo",
                "detail": " · ".join(part for part in (line.has, *line.lacks) if part),
                "tag": _("Sẵn sàng") if line.is_ready else _("Còn thiếu") if line.lacks else "",
                "tag_kind": "ok" if line.is_ready else "go",
                "url": url_for(line.endpoint, **line.values)
                if line.endpoint in current_app.view_functions
                else None,
            }
        )
    return steps


@bp.route("/campaigns/new", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def create_campaign() -> ResponseReturnValue:
    form = _with_choices(CampaignForm())
    if form.validate_on_submit():
        try:
            created = services.create_campaign(actor(), _values(form), scope())
        except Invalid as error:
            return _form_page(form, refuse(form, error))
        flash(_("Đã tạo đợt học. Hãy làm tiếp từng mục bên dưới."), "success")
        return redirect(url_for("planning.campaign", campaign_id=created.id))
    return _form_page(form, form_status())


@bp.route("/campaigns/<int:campaign_id>/edit", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def edit_campaign(campaign_id: int) -> ResponseReturnValue:
    kept = campaign_to_change(campaign_id)
    values = {
        "name": kept.name,
        "summary": kept.summary,
        "unit_id": kept.unit_id,
        "directives": [directive.id for directive in kept.directives],
        "opens_at": kept.opens_at,
        "closes_at": kept.closes_at,
    }
    form = _with_choices(CampaignForm(data=values))
    form.opened_on(values)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(values)
            services.change_campaign(actor(), kept, _values(form), scope())
        except (Conflict, Invalid) as error:
            return _form_page(form, refuse(form, error), kept)
        flash(_("Đã lưu đợt học."), "success")
        return redirect(url_for("planning.campaign", campaign_id=campaign_id))
    return _form_page(form, form_status(), kept)


def _with_choices(form: CampaignForm) -> CampaignForm:
    form.unit_id.choices = tree_choices(scope())
    form.directives.choices = choices_of(
        (directive.id, f"{directive.symbol} – {directive.title}")
        for directive in list_directive_choices()
    )
    return form


def _values(form: CampaignForm) -> services.CampaignValues:
    data: dict[str, Any] = form.data
    return services.CampaignValues(
        name=data["name"],
        summary=data["summary"],
        unit_id=data["unit_id"],
        directive_ids=data["directives"] or [],
        opens_at=data["opens_at"],
        closes_at=data["closes_at"],
    )


def _form_page(
    form: CampaignForm, status: int, campaign: Campaign | None = None
) -> ResponseReturnValue:
    page = render_template("planning/campaign_form.html", form=form, campaign=campaign)
    return page, status
