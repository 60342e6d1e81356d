"""Pages of audiences: the ordered rules, the live counts, the names behind them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.administration.forms.audiences import AudienceForm
from lms.administration.views.blueprint import bp, require_whole_tree, show_form
from lms.audit.reading import record_reading
from lms.base.errors import Conflict
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.base.vietnamese import fold
from lms.people import queries, services
from lms.people.labels import RANK_LABELS, SECTOR_LABELS, STANDING_LABELS
from lms.people.models import Audience, AudienceRule


@bp.get("/audiences")
@requires(Permission.AUDIENCE_MANAGE)
def audiences() -> ResponseReturnValue:
    return render_template(
        "administration/audiences.html",
        audiences=queries.list_audiences(),
        counts=queries.count_by_audience(current_scope(Permission.AUDIENCE_MANAGE)),
        rank_labels=RANK_LABELS,
        sector_labels=SECTOR_LABELS,
        standing_labels=STANDING_LABELS,
    )


@bp.get("/audiences/<int:audience_id>/members")
@requires(Permission.AUDIENCE_MANAGE)
def audience_members(audience_id: int) -> ResponseReturnValue:
    """The names behind a count; audience 0 stands for those whom no rule takes."""
    audience = queries.get_audience(audience_id) if audience_id else None
    query = queries.members_of_audience(
        current_scope(Permission.AUDIENCE_MANAGE), audience.id if audience else None
    )
    page = fetch_page(query, page_number(request.args.get("page")))
    record_reading("names.read", f"audience:{audience_id}", count=len(page.rows))
    return render_template(
        "administration/audience_members.html",
        audience=audience,
        audience_id=audience_id,
        page=page,
    )


@bp.route("/audiences/new", methods=["GET", "POST"])
@requires(Permission.AUDIENCE_MANAGE)
def add_audience() -> ResponseReturnValue:
    require_whole_tree(Permission.AUDIENCE_MANAGE)
    form = AudienceForm()
    if form.validate_on_submit():
        taken = {audience.key for audience in queries.list_audiences()}
        stem = fold(form.name.data or "").replace(" ", "_")[:32] or "audience"
        key = next(k for k in (stem, *(f"{stem}_{n}" for n in range(2, 999))) if k not in taken)
        return _save(form, key)
    return _show(form, _("Thêm đối tượng"))


@bp.route("/audiences/<int:audience_id>", methods=["GET", "POST"])
@requires(Permission.AUDIENCE_MANAGE)
def change_audience(audience_id: int) -> ResponseReturnValue:
    require_whole_tree(Permission.AUDIENCE_MANAGE)
    audience = queries.get_audience(audience_id, lock=request.method == "POST")
    stored = _stored(audience)
    form = AudienceForm(data=stored)
    form.opened_on(stored)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
        except Conflict as error:
            form.add_error(error)
        else:
            return _save(form, audience.key)
    return _show(form, _("Sửa đối tượng"))


def _stored(audience: Audience) -> dict[str, Any]:
    """What is stored, by the fields of the form."""
    rule = audience.rules[0] if audience.rules else AudienceRule(is_exempt=None)
    exempt = {None: "", True: "yes", False: "no"}[rule.is_exempt]
    names = ("post_ranks", "sectors", "standings", "least_age", "most_age")
    values = {name: getattr(rule, name) for name in names}
    return {**values, "exemption": exempt, "name": audience.name, "position": audience.position}


def _save(form: AudienceForm, key: str) -> ResponseReturnValue:
    services.define_audience(
        current_user._get_current_object(),
        key,
        form.name.data or "",
        form.position.data or 1,
        [form.rule],
    )
    flash(_("Đã lưu đối tượng. Các đợt đang mở không đổi theo."), "success")
    return redirect(url_for("administration.audiences"))


def _show(form: AudienceForm, title: str) -> ResponseReturnValue:
    return show_form(
        form,
        title,
        _("Lưu"),
        (_("Đối tượng"), url_for("administration.audiences")),
        lead=_(
            "Người khớp mọi điều kiện được chọn thì thuộc đối tượng này. Bỏ trống là không xét."
        ),
    )
