"""The requirement matrix of a campaign: a row per audience, saved whole."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.base.errors import Conflict, Invalid
from lms.base.guards import requires
from lms.people.queries import list_audiences
from lms.planning.forms.requirements import (
    COUNTED,
    PARTS,
    RequirementRow,
    RequirementsForm,
    row_ids,
    row_values,
)
from lms.planning.views.blueprint import actor, bp, campaign_to_change, form_status, refuse
from lms.training.labels import PARTICIPATION_KIND_HINTS
from lms.training.models import Campaign, Obligation, Requirement
from lms.training.queries.campaigns import (
    count_enrolled_by_audience,
)
from lms.training.services.requirements import RequirementValues, save_requirements


@bp.route("/campaigns/<int:campaign_id>/requirements", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def requirements(campaign_id: int) -> ResponseReturnValue:
    campaign = campaign_to_change(campaign_id)
    audiences = list_audiences()
    there = {one.audience_id: one for one in campaign.requirements}
    enrolled = count_enrolled_by_audience(campaign_id)
    rows = [
        row_values(
            audience.id,
            there.get(audience.id),
            obligation=_usual(audience.key),
            due_at=campaign.closes_at,
        )
        for audience in audiences
    ]
    form = RequirementsForm(data={"rows": rows})
    expected = [str(audience.id) for audience in audiences]
    locked = {audience_id for audience_id in enrolled if audience_id in there}
    if row_ids(form) != expected:
        raise Invalid(_("Các đối tượng vừa thay đổi. Hãy tải lại trang rồi điền lại."))
    for audience, entry in zip(audiences, form.rows.entries, strict=True):
        entry.form.summary_name = audience.name
        if audience.id in locked:
            entry.form.lock()
    stored = _stored(form, rows)
    form.opened_on(stored)
    if form.validate_on_submit():
        values = [
            _values(entry.form, audience.id, there.get(audience.id))
            for audience, entry in zip(audiences, form.rows.entries, strict=True)
        ]
        try:
            form.refuse_if_changed(stored)
            save_requirements(actor(), campaign, values, form.reason.data or "")
        except (Conflict, Invalid) as error:
            return _page(form, refuse(form, error), campaign)
        flash(_("Đã lưu yêu cầu cho từng đối tượng."), "success")
        return redirect(url_for("planning.campaign", campaign_id=campaign_id))
    return _page(form, form_status(), campaign)


def _stored(form: RequirementsForm, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What is stored, by the names of the fields in the rows that may be changed."""
    return {
        field.name: row[field.short_name]
        for entry, row in zip(form.rows.entries, rows, strict=True)
        for field in entry.form
        if field.short_name in row and field.short_name != "audience_id"
    }


def _usual(key: str) -> Obligation:
    """What most campaigns ask of an audience: those who are exempt are invited."""
    return Obligation.VOLUNTARY if key == "exempt" else Obligation.REQUIRED


def _values(
    row: RequirementRow, audience_id: int, requirement: Requirement | None
) -> RequirementValues:
    if row.is_locked and requirement is not None:
        return RequirementValues(
            audience_id=audience_id,
            obligation=requirement.obligation,
            due_at=row.due_at.data or requirement.due_at,
            least_coverage=requirement.least_coverage,
            quiz_pass_ratio=requirement.quiz_pass_ratio,
            accepted_kinds=requirement.accepted_kinds,
            **{f"asks_{key}": getattr(requirement, f"asks_{key}") for key, _label in PARTS},
            **{f"counts_{key}": getattr(requirement, f"counts_{key}") for key, _label in COUNTED},
        )
    asks, counts = row.asks.data or [], row.counts.data or []
    return RequirementValues(
        audience_id=audience_id,
        obligation=row.obligation.data,
        due_at=row.due_at.data,
        least_coverage=(row.least_coverage.data or 0) / 100,
        quiz_pass_ratio=(row.quiz_pass.data or 0) / 100,
        accepted_kinds=row.accepted_kinds.data or [],
        **{f"asks_{key}": key in asks for key, _label in PARTS},
        **{f"counts_{key}": key in counts for key, _label in COUNTED},
    )


def _page(form: RequirementsForm, status: int, campaign: Campaign) -> ResponseReturnValue:
    audiences = list_audiences()
    page = render_template(
        "planning/requirements.html",
        form=form,
        campaign=campaign,
        rows=list(zip(audiences, form.rows.entries, strict=True)),
        there={one.audience_id: one for one in campaign.requirements},
        enrolled=count_enrolled_by_audience(campaign.id),
        kind_hints={kind.value: hint for kind, hint in PARTICIPATION_KIND_HINTS.items()},
    )
    return page, status
