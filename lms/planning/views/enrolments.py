"""Enrolments of a campaign: the list, one of them, and what an organiser may change in it."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.audit.reading import record_reading
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.forms import Form
from lms.base.guards import requires
from lms.base.paging import page_number
from lms.base.vietnamese import clean
from lms.planning import queries
from lms.planning.forms.enrolments import ExtensionForm, ReasonForm
from lms.planning.queries import EnrolmentFilter
from lms.planning.views.blueprint import actor, bp, refuse, scope
from lms.training.models import Enrolment
from lms.training.queries.campaigns import get_campaign
from lms.training.services import enrolments as services
from lms.training.services.campaigns import refuse_closed


@bp.get("/campaigns/<int:campaign_id>/enrolments")
@requires(Permission.CAMPAIGN_MANAGE)
def enrolments(campaign_id: int) -> ResponseReturnValue:
    campaign = get_campaign(campaign_id, scope())
    text = clean(request.args.get("q", ""))[:100]
    show = request.args.get("show", "")
    chosen = EnrolmentFilter(show) if show in set(EnrolmentFilter) else EnrolmentFilter.ALL
    page = queries.list_enrolments(campaign, text, chosen, page_number(request.args.get("page")))
    record_reading("names.read", f"campaign:{campaign_id}", count=len(page.rows))
    return render_template(
        "planning/enrolments.html",
        campaign=campaign,
        text=text,
        chosen=chosen,
        filters=(
            (EnrolmentFilter.ALL, _("Tất cả")),
            (EnrolmentFilter.UNFULFILLED, _("Chưa xong")),
            (EnrolmentFilter.EXCUSED, _("Được miễn, hoãn")),
            (EnrolmentFilter.WITHDRAWN, _("Đã ra khỏi đợt học")),
        ),
        page=page,
        now=clock.now(),
    )


@bp.get("/campaigns/<int:campaign_id>/enrolments/<int:enrolment_id>")
@requires(Permission.CAMPAIGN_MANAGE)
def enrolment(campaign_id: int, enrolment_id: int) -> ResponseReturnValue:
    page = _page(campaign_id, enrolment_id, None, 200)
    record_reading("enrolment.read", f"enrolment:{enrolment_id}")
    return page


@bp.post("/campaigns/<int:campaign_id>/enrolments/<int:enrolment_id>/excuse")
@requires(Permission.CAMPAIGN_MANAGE)
def excuse_enrolment(campaign_id: int, enrolment_id: int) -> ResponseReturnValue:
    form = ReasonForm(prefix="excuse")
    return _change(
        campaign_id,
        enrolment_id,
        form,
        lambda kept: services.excuse(actor(), kept, form.reason.data or ""),
        _("Đã ghi là được miễn, hoãn."),
    )


@bp.post("/campaigns/<int:campaign_id>/enrolments/<int:enrolment_id>/withdrawal")
@requires(Permission.CAMPAIGN_MANAGE)
def withdraw_enrolment(campaign_id: int, enrolment_id: int) -> ResponseReturnValue:
    form = ReasonForm(prefix="withdraw")
    return _change(
        campaign_id,
        enrolment_id,
        form,
        lambda kept: services.withdraw(actor(), kept, form.reason.data or ""),
        _("Đã đưa ra khỏi đợt học."),
    )


@bp.post("/campaigns/<int:campaign_id>/enrolments/<int:enrolment_id>/extension")
@requires(Permission.CAMPAIGN_MANAGE)
def extend_enrolment(campaign_id: int, enrolment_id: int) -> ResponseReturnValue:
    form = ExtensionForm(prefix="extend")
    return _change(
        campaign_id,
        enrolment_id,
        form,
        lambda kept: services.extend(actor(), kept, form.due_at.data, form.reason.data or ""),
        _("Đã đặt hạn mới."),
    )


@bp.post("/campaigns/<int:campaign_id>/enrolments/<int:enrolment_id>/reinstatement")
@requires(Permission.CAMPAIGN_MANAGE)
def reinstate_enrolment(campaign_id: int, enrolment_id: int) -> ResponseReturnValue:
    form = ReasonForm(prefix="reinstate")
    return _change(
        campaign_id,
        enrolment_id,
        form,
        lambda kept: services.reinstate(actor(), kept, form.reason.data or ""),
        _("Đã đưa trở lại đợt học như trước."),
    )


def _change(
    campaign_id: int,
    enrolment_id: int,
    form: Form,
    change: Callable[[Enrolment], None],
    done: str,
) -> ResponseReturnValue:
    """Check the form, lock the enrolment, change it; back to its page either way."""
    campaign = get_campaign(campaign_id, scope())
    queries.get_enrolment_detail(campaign, enrolment_id)
    refuse_closed(campaign)
    if not form.validate_on_submit():
        return _page(campaign_id, enrolment_id, form, 422)
    try:
        change(services.get_enrolment(enrolment_id, scope()))
    except Invalid as error:
        return _page(campaign_id, enrolment_id, form, refuse(form, error))
    flash(done, "success")
    return redirect(
        url_for("planning.enrolment", campaign_id=campaign_id, enrolment_id=enrolment_id)
    )


def _page(
    campaign_id: int, enrolment_id: int, sent: Form | None, status: int
) -> ResponseReturnValue:
    """The page with its forms; `sent` is the one that comes back with its errors."""
    campaign = get_campaign(campaign_id, scope())
    detail = queries.get_enrolment_detail(campaign, enrolment_id)
    fresh: dict[str, Form] = {
        "excuse": ReasonForm(formdata=None, prefix="excuse"),
        "withdraw": ReasonForm(formdata=None, prefix="withdraw"),
        "reinstate": ReasonForm(formdata=None, prefix="reinstate"),
        "extend": ExtensionForm(
            formdata=None, prefix="extend", data={"due_at": detail.enrolment.due_at}
        ),
    }
    if sent is not None:
        fresh[sent._prefix.rstrip("-")] = sent
    page = render_template(
        "planning/enrolment.html",
        campaign=campaign,
        detail=detail,
        enrolment=detail.enrolment,
        forms=fresh,
        sent=sent,
    )
    return page, status
