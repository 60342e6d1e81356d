"""Declared conflicts: a reviewer's own, and the organiser's form for any reviewer of a campaign."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.base.errors import Invalid, NotFound
from lms.base.guards import requires
from lms.marking import services
from lms.marking.forms import ConflictForm
from lms.marking.queries.conflicts import list_conflicts
from lms.marking.queries.facts import Candidate, list_candidates
from lms.marking.views import bp
from lms.marking.views.campaigns import campaign_of, campaign_url
from lms.training.models import Campaign
from lms.units.queries import Scope, tree_choices


@bp.route("/marking/conflicts", methods=["GET", "POST"])
@requires(Permission.ESSAY_MARK)
def my_conflicts() -> ResponseReturnValue:
    scope = current_scope(Permission.ESSAY_MARK)
    form = _form(scope)
    if form.validate_on_submit() and _declare(form, current_user.id, scope):
        return redirect(url_for("marking.my_conflicts"))
    page = render_template(
        "marking/my_conflicts.html", form=form, conflicts=list_conflicts(current_user.id)
    )
    return page, 422 if request.method == "POST" else 200


@bp.route(
    "/campaigns/<int:campaign_id>/marking/reviewers/<int:account_id>/conflicts",
    methods=["GET", "POST"],
)
@requires(Permission.MARKING_MANAGE)
def conflicts(campaign_id: int, account_id: int) -> ResponseReturnValue:
    campaign = campaign_of(campaign_id)
    reviewer = _reviewer_of(campaign, account_id)
    scope = current_scope(Permission.MARKING_MANAGE)
    form = _form(scope)
    if form.validate_on_submit() and _declare(form, account_id, scope):
        return redirect(
            url_for("marking.conflicts", campaign_id=campaign.id, account_id=account_id)
        )
    page = render_template(
        "marking/conflicts.html",
        campaign=campaign,
        campaign_url=campaign_url(campaign),
        reviewer=reviewer,
        form=form,
        conflicts=list_conflicts(account_id),
    )
    return page, 422 if request.method == "POST" else 200


@bp.post(
    "/campaigns/<int:campaign_id>/marking/reviewers/<int:account_id>/conflicts/<int:unit_id>/end"
)
@requires(Permission.MARKING_MANAGE)
def end_conflict(campaign_id: int, account_id: int, unit_id: int) -> ResponseReturnValue:
    campaign = campaign_of(campaign_id)
    _reviewer_of(campaign, account_id)
    services.withdraw_conflict(current_user._get_current_object(), account_id, unit_id)
    flash(_("Đã bỏ khai báo xung đột này."), "success")
    return redirect(url_for("marking.conflicts", campaign_id=campaign.id, account_id=account_id))


def _reviewer_of(campaign: Campaign, account_id: int) -> Candidate:
    for candidate in list_candidates(campaign):
        if candidate.account_id == account_id:
            return candidate
    raise NotFound


def _form(scope: Scope) -> ConflictForm:
    form = ConflictForm()
    form.unit.choices = tree_choices(scope)
    return form


def _declare(form: ConflictForm, account_id: int, scope: Scope) -> bool:
    """Store what the form says; False with the error at its field."""
    try:
        moved = services.declare_conflict(
            current_user._get_current_object(),
            account_id,
            form.unit.data,
            form.reason.data or "",
            scope,
        )
    except Invalid as error:
        form.add_error(error)
        return False
    flash(_("Đã ghi nhận xung đột."), "success")
    if moved:
        flash(
            ngettext(
                "%(num)s bài chưa chấm được chuyển cho người khác.",
                "%(num)s bài chưa chấm được chuyển cho người khác.",
                moved,
            ),
            "info",
        )
    return True
