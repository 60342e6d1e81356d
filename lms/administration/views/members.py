"""Pages of people: search, add, change, transfer, posts, audience by hand."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.administration.forms.members import (
    MemberForm,
    NewMemberForm,
    OverrideForm,
    PostForm,
    TransferForm,
)
from lms.administration.views.blueprint import (
    actor,
    back_to,
    bp,
    day_asked,
    people_scope,
    show_form,
    unit_choices,
)
from lms.audit.reading import record_reading
from lms.base import clock
from lms.base.errors import DomainError
from lms.base.forms import choices_of
from lms.base.guards import requires
from lms.base.paging import page_number
from lms.base.vietnamese import clean
from lms.people import queries, services
from lms.people.labels import RANK_LABELS, STANDING_LABELS
from lms.training.queries.reorganised import list_open_enrolments
from lms.training.services.reorganised import answer_for_study
from lms.units.history import get_unit_on
from lms.units.queries import get_unit, last_versions, tree_choices

DETAILS = (
    *("name", "code", "birth_date", "birth_year", "phone", "email"),
    *("standing", "is_exempt"),
)
"""What the page of details changes."""


@bp.get("/members")
@requires(Permission.MEMBER_MANAGE)
def members() -> ResponseReturnValue:
    scope = people_scope()
    text = clean(request.args.get("q", ""))[:80]
    unit_id = request.args.get("unit", type=int)
    on = day_asked()
    number = page_number(request.args.get("page"))
    unit = None
    if unit_id is not None:
        unit = get_unit_on(unit_id, scope, on) if on else get_unit(unit_id, scope)
    if on is None:
        page = queries.find_members(scope, text, unit_id, number)
    else:
        page = queries.find_members_on(scope, on, text, unit.path if unit else None, number)
    ids = [row[0].id for row in page.rows]
    record_reading("names.read", f"unit:{unit_id}" if unit_id else "unit:", count=len(page.rows))
    return render_template(
        "administration/members.html",
        page=page,
        text=text,
        unit=unit,
        on=on,
        own=queries.members_in(scope, ids) if on else set(ids),
    )


@bp.route("/members/new", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def add_member() -> ResponseReturnValue:
    scope = people_scope()
    form = NewMemberForm(unit=request.args.get("unit", type=int), joined_on=clock.today())
    form.unit.choices = unit_choices(scope)
    if form.validate_on_submit():
        try:
            member = services.add_member(
                actor(),
                unit_id=form.unit.data,
                joined_on=form.joined_on.data,
                scope=scope,
                **form.values,
            )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã thêm %(name)s.", name=member.name), "success")
            return redirect(url_for("administration.member", member_id=member.id))
    return show_form(
        form, _("Thêm người"), _("Thêm người"), (_("Người"), url_for("administration.members"))
    )


@bp.get("/members/<int:member_id>")
@requires(Permission.MEMBER_MANAGE)
def member(member_id: int) -> ResponseReturnValue:
    found = queries.get_member(member_id, people_scope())
    record_reading("member.read", f"member:{member_id}")
    unit_ids = {m.unit_id for m in found.memberships} | {p.unit_id for p in found.posts}
    return render_template(
        "administration/member.html",
        member=found,
        units=last_versions(unit_ids),
        account=queries.find_account_of_member(member_id),
        audience=queries.find_audience_of(member_id),
        is_overridden=queries.is_overridden(member_id),
        standing_labels=STANDING_LABELS,
        rank_labels=RANK_LABELS,
        today=clock.today(),
    )


@bp.route("/members/<int:member_id>/details", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def change_member(member_id: int) -> ResponseReturnValue:
    scope = people_scope()
    found = queries.get_member(member_id, scope, lock=request.method == "POST")
    stored = {name: getattr(found, name) for name in DETAILS}
    if found.birth_date:
        stored["birth_year"] = None
    form = MemberForm(data=stored)
    form.opened_on(stored)
    if request.method == "GET":
        form.standing.data = found.standing.value
        record_reading("member.read", f"member:{member_id}")
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            services.change_member(actor(), member_id, scope=scope, **form.values)
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã lưu."), "success")
            return redirect(url_for("administration.member", member_id=member_id))
    return show_form(form, _("Sửa thông tin"), _("Lưu"), back_to(found))


@bp.route("/members/<int:member_id>/transfer", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def transfer_member(member_id: int) -> ResponseReturnValue:
    scope = people_scope()
    found = queries.get_member(member_id, scope)
    studies = list_open_enrolments(member_id)
    form = TransferForm.build(
        [(study.id, study.campaign.name) for study in studies], effective_on=clock.today()
    )
    form.unit.choices = choices_of(tree_choices(scope))
    if form.validate_on_submit():
        try:
            services.transfer_member(
                actor(), member_id, form.unit.data, form.effective_on.data, scope
            )
            for study in studies:
                answering = form.unit.data if form.moves(study.id) else study.unit_id
                answer_for_study(actor(), study, answering, _("Chuyển đơn vị trong đợt học."))
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã chuyển đơn vị."), "success")
            return redirect(url_for("administration.member", member_id=member_id))
    title = _("Chuyển %(name)s sang đơn vị khác", name=found.name)
    lead = (
        _("Người này đang học. Hãy chọn đơn vị tính kết quả của từng đợt học.") if studies else None
    )
    return show_form(form, title, _("Chuyển"), back_to(found), lead=lead)


@bp.post("/members/<int:member_id>/audience/rules")
@requires(Permission.AUDIENCE_MANAGE)
def end_override(member_id: int) -> ResponseReturnValue:
    services.end_override(actor(), member_id, current_scope(Permission.AUDIENCE_MANAGE))
    flash(_("Từ nay đối tượng của người này lại theo quy tắc chung."), "success")
    return redirect(url_for("administration.member", member_id=member_id))


@bp.route("/members/<int:member_id>/posts/new", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def give_post(member_id: int) -> ResponseReturnValue:
    scope = people_scope()
    found = queries.get_member(member_id, scope)
    form = PostForm(
        valid_from=clock.today(),
        unit=unit.unit_id if (unit := queries.find_unit_of(member_id)) else None,
    )
    form.unit.choices = choices_of(tree_choices(scope))
    if form.validate_on_submit():
        try:
            post = services.give_post(
                actor(),
                member_id,
                form.unit.data,
                form.title.data or "",
                form.rank_value,
                form.valid_from.data,
                scope=scope,
            )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(
                _(
                    "Đã ghi chức vụ. Chức vụ thôi cùng đơn vị, từ ngày %(day)s.",
                    day=post.valid_to.strftime("%d/%m/%Y"),
                )
                if post.valid_to
                else _("Đã ghi chức vụ."),
                "success",
            )
            return redirect(url_for("administration.member", member_id=member_id))
    title = _("Thêm chức vụ của %(name)s", name=found.name)
    return show_form(form, title, _("Thêm chức vụ"), back_to(found))


@bp.post("/posts/<int:post_id>/end")
@requires(Permission.MEMBER_MANAGE)
def end_post(post_id: int) -> ResponseReturnValue:
    post = services.end_post(actor(), post_id, clock.today(), people_scope())
    flash(_("Đã ghi thôi giữ chức vụ từ ngày mai."), "success")
    return redirect(url_for("administration.member", member_id=post.member_id))


@bp.route("/members/<int:member_id>/audience", methods=["GET", "POST"])
@requires(Permission.AUDIENCE_MANAGE)
def override_audience(member_id: int) -> ResponseReturnValue:
    scope = current_scope(Permission.AUDIENCE_MANAGE)
    found = queries.get_member(member_id, scope, lock=request.method == "POST")
    override = queries.find_override(member_id)
    stored = {
        "audience": override.audience_id if override else None,
        "reason": override.reason if override else "",
    }
    form = OverrideForm(data=stored)
    form.audience.choices = choices_of((a.id, a.name) for a in queries.list_audiences())
    form.opened_on(stored)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            services.override_audience(
                actor(), member_id, form.audience.data, form.reason.data or "", scope
            )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã xếp đối tượng bằng tay; áp dụng cho các đợt học mở sau này."), "success")
            return redirect(url_for("administration.member", member_id=member_id))
    title = _("Xếp đối tượng cho %(name)s", name=found.name)
    return show_form(form, title, _("Xếp đối tượng"), back_to(found))
