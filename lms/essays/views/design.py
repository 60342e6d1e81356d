"""The organiser's pages: the task of a campaign, its variants, the preview for an audience."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.base.guards import requires
from lms.essays import queries, services
from lms.essays.designs import design_of, stamp_of_design
from lms.essays.forms import TaskForm, VariantForm
from lms.essays.forms.variant import values_of
from lms.essays.lengths import measure_essay
from lms.essays.models import EssayTask, EssayVariant
from lms.essays.queries import TaskCoverage
from lms.essays.ready_made import find_ready_made, list_ready_made
from lms.essays.views import bp
from lms.people.models import Account, Audience
from lms.people.queries import list_audiences
from lms.training.models import Campaign
from lms.training.queries.campaigns import get_campaign


@bp.route("/campaigns/<int:campaign_id>/essay-task", methods=["GET", "POST"])
@requires(Permission.ESSAY_TASK_MANAGE)
def task(campaign_id: int) -> ResponseReturnValue:
    campaign = _campaign(campaign_id, lock=request.method == "POST")
    existing = queries.find_task(campaign_id)
    form = TaskForm(data={"title": existing.title if existing else _("Bài thu hoạch")})
    stored = {"title": existing.title if existing else None}
    form.opened_on(stored)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            services.save_task(_organiser(), campaign, form.title.data or "")
        except (Conflict, Invalid, NotAllowed) as error:
            form.add_error(error)
        else:
            flash(_("Đã lưu tên bài thu hoạch."), "success")
            return redirect(url_for("essays.task", campaign_id=campaign_id))
    page = render_template(
        "essays/task.html",
        campaign=campaign,
        task=existing,
        coverage=queries.get_coverage(campaign, existing),
        ready_made=list_ready_made(),
        form=form,
    )
    return page, 200 if request.method == "GET" else 409 if form.has_conflict else 422


@bp.route("/campaigns/<int:campaign_id>/essay-task/variants/new", methods=["GET", "POST"])
@requires(Permission.ESSAY_TASK_MANAGE)
def new_variant(campaign_id: int) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    existing = _task(campaign_id)
    ready = find_ready_made(request.args.get("from", ""))
    coverage = queries.get_coverage(campaign, existing)
    form = VariantForm(data=values_of(ready.design if ready else None))
    audiences = _offer_audiences(form, coverage)
    if request.method == "GET" and ready:
        form.audiences.data = [a.id for a in coverage.waiting if a.key == ready.key]
    if form.validate_on_submit():
        try:
            variant = services.add_variant(
                _organiser(), campaign, existing, form.design(), form.audiences.data or []
            )
        except (Invalid, NotAllowed) as error:
            form.add_error(error)
        else:
            return _done(campaign_id, variant)
    page = render_template(
        "essays/new_variant.html",
        campaign=campaign,
        task=existing,
        form=form,
        hints=_audience_hints(audiences, coverage, None),
        ready_made=list_ready_made(),
        ready=ready,
    )
    return page, 422 if request.method == "POST" else 200


@bp.route(
    "/campaigns/<int:campaign_id>/essay-task/variants/<int:variant_id>", methods=["GET", "POST"]
)
@requires(Permission.ESSAY_TASK_MANAGE)
def variant(campaign_id: int, variant_id: int) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    asked_for = queries.get_variant(campaign_id, variant_id)
    current = queries.variant_with_rubric(queries.newest_version(asked_for).id)
    design = design_of(current)
    coverage = queries.get_coverage(campaign, _task(campaign_id))
    form = VariantForm(data=values_of(design) | {"stamp": stamp_of_design(design)})
    use = next((use for use in coverage.uses if use.variant.id == current.id), None)
    audiences = _offer_audiences(form, coverage)
    if request.method == "GET":
        form.audiences.data = [audience.id for audience in use.audiences] if use else []
    status = 200 if request.method == "GET" else 422
    if form.validate_on_submit():
        try:
            changed = services.change_variant(
                _organiser(),
                campaign,
                current.id,
                form.design(),
                form.audiences.data or [],
                form.stamp.data or "",
            )
        except Conflict:
            status = 409
            form.form_errors.append(
                _(
                    "Người khác vừa sửa đề này. Những gì đồng chí nhập vẫn còn ở dưới đây. Hãy mở"
                    " đề ở thẻ khác để so; bấm Lưu lần nữa sẽ thay bản của người ấy."
                )
            )
            form.stamp.data = stamp_of_design(design)
        except (Invalid, NotAllowed) as error:
            form.add_error(error)
        else:
            return _done(campaign_id, changed, is_new_version=changed.id != current.id)
    page = render_template(
        "essays/variant.html",
        campaign=campaign,
        variant=current,
        form=form,
        hints=_audience_hints(audiences, coverage, current.id),
        begun=use.begun if use else 0,
    )
    return page, status


@bp.get("/campaigns/<int:campaign_id>/essay-task/previews/<int:audience_id>")
@requires(Permission.ESSAY_TASK_MANAGE)
def preview(campaign_id: int, audience_id: int) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    audience, found = queries.get_audience_variant(campaign_id, audience_id)
    shown = queries.variant_with_rubric(found.id)
    return render_template(
        "essays/preview.html",
        campaign=campaign,
        audience=audience,
        coverage=queries.get_coverage(campaign, _task(campaign_id)),
        due_at=next(
            (r.due_at for r in campaign.requirements if r.audience_id == audience_id), None
        ),
        variant=shown,
        length=measure_essay(shown.sections, {}, shown.least_words, shown.most_words),
    )


def _organiser() -> Account:
    account: Account = current_user._get_current_object()
    return account


def _campaign(campaign_id: int, lock: bool = False) -> Campaign:
    return get_campaign(campaign_id, current_scope(Permission.ESSAY_TASK_MANAGE), lock=lock)


def _task(campaign_id: int) -> EssayTask:
    found = queries.find_task(campaign_id)
    if found is None:
        raise NotFound
    return found


def _offer_audiences(form: VariantForm, coverage: TaskCoverage) -> Sequence[Audience]:
    """Those asked for an essay first, then the others."""
    asked = {audience.id for audience in coverage.asked}
    audiences = sorted(list_audiences(), key=lambda a: (a.id not in asked, a.position))
    form.audiences.choices = [(audience.id, audience.name) for audience in audiences]
    return audiences


def _audience_hints(
    audiences: Sequence[Audience], coverage: TaskCoverage, variant_id: int | None
) -> dict[int, str]:
    """What is to be known of an audience before it is ticked."""
    asked = {audience.id for audience in coverage.asked}
    hints = {audience.id: _("Chưa có đề.") for audience in coverage.waiting}
    for use in coverage.uses:
        if use.variant.id != variant_id:
            for audience in use.audiences:
                hints[audience.id] = _(
                    "Đang dùng “%(name)s”. Chọn ở đây là đổi sang đề này.", name=use.variant.name
                )
    for audience in audiences:
        if audience.id not in asked:
            hints.setdefault(audience.id, _("Đợt học này không yêu cầu viết."))
    return hints


def _done(
    campaign_id: int, variant: EssayVariant, is_new_version: bool = False
) -> ResponseReturnValue:
    if is_new_version:
        flash(
            _(
                "Đã lưu “%(name)s” thành bản mới. Ai đã bắt đầu viết vẫn giữ bản cũ.",
                name=variant.name,
            ),
            "success",
        )
    else:
        flash(_("Đã lưu “%(name)s”.", name=variant.name), "success")
    return redirect(url_for("essays.task", campaign_id=campaign_id))
