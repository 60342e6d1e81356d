"""Pages of those who leave: record it, look who left, let somebody come back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.administration.forms.members import LeavingForm, ReturningForm
from lms.administration.views.blueprint import (
    actor,
    back_to,
    bp,
    people_scope,
    show_form,
    unit_choices,
)
from lms.audit.reading import record_reading
from lms.base import clock
from lms.base.errors import DomainError, NotFound
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.base.vietnamese import clean
from lms.people import queries, services


@bp.route("/members/<int:member_id>/leaving", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def mark_left(member_id: int) -> ResponseReturnValue:
    scope = people_scope()
    found = queries.get_member(member_id, scope)
    form = LeavingForm(left_on=clock.today())
    if form.validate_on_submit():
        try:
            services.mark_left(actor(), member_id, form.left_on.data, form.reason.data or "", scope)
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã ghi %(name)s rời tổ chức.", name=found.name), "success")
            return redirect(url_for("administration.members"))
    return show_form(
        form,
        _("Ghi %(name)s rời tổ chức", name=found.name),
        _("Ghi rời tổ chức"),
        back_to(found),
        lead=_(
            "Người này không vào các đợt học sau và tài khoản bị khóa. "
            "Đợt đang mở do người tổ chức ghi riêng."
        ),
    )


@bp.get("/members/left")
@requires(Permission.MEMBER_MANAGE)
def left_members() -> ResponseReturnValue:
    text = clean(request.args.get("q", ""))[:80]
    found = queries.list_left(people_scope()).where(queries.is_found_by(text))
    page = fetch_page(found, page_number(request.args.get("page")))
    record_reading("names.read", "unit:", count=len(page.rows))
    return render_template("administration/left_members.html", page=page, text=text)


@bp.route("/members/<int:member_id>/return", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def return_member(member_id: int) -> ResponseReturnValue:
    scope = people_scope()
    found = queries.get_left(member_id, scope)
    form = ReturningForm(returned_on=clock.today())
    form.unit.choices = unit_choices(scope)
    if form.validate_on_submit():
        try:
            member = services.return_member(
                actor(), member_id, form.unit.data, form.returned_on.data, scope
            )
        except NotFound:
            raise
        except DomainError as error:
            form.add_error(error)
        else:
            flash(
                _(
                    "Đã ghi %(name)s trở lại. Tài khoản, nếu có, vẫn khóa đến khi được mở lại.",
                    name=member.name,
                ),
                "success",
            )
            return redirect(url_for("administration.member", member_id=member_id))
    return show_form(
        form,
        _("Cho %(name)s trở lại", name=found.name),
        _("Cho trở lại"),
        (_("Người đã rời tổ chức"), url_for("administration.left_members")),
        lead=_(
            "Vẫn là người ấy, với quá trình sinh hoạt và kết quả học tập đã có. "
            "Chức vụ cũ không tự trở lại."
        ),
    )
