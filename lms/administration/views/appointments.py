"""Pages of appointments: who may do what, where, until when."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access import services
from lms.access.enforcement import current_scope
from lms.access.policy import ROLE_LABELS, Permission
from lms.access.queries import list_appointments
from lms.administration.forms.appointments import AppointmentForm
from lms.administration.views.blueprint import bp, decision_of, show_form, unit_choices
from lms.audit.services import record
from lms.base import clock
from lms.base.errors import DomainError
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.people.queries import find_account_by_login, list_accounts
from lms.units.queries import get_versions


@bp.get("/appointments")
@requires(Permission.APPOINTMENT_MANAGE)
def appointments() -> ResponseReturnValue:
    scope = current_scope(Permission.APPOINTMENT_MANAGE)
    page = fetch_page(list_appointments(scope), page_number(request.args.get("page")))
    rows = page.rows
    givers = [row.delegated_by.account_id for row in rows if row.delegated_by]
    people = list_accounts([*givers, *(row.account_id for row in rows)])
    accounts = {account.id: account for account in people}
    return render_template(
        "administration/appointments.html",
        page=page,
        accounts=accounts,
        units=get_versions(row.unit_id for row in rows),
        role_labels=ROLE_LABELS,
        today=clock.today(),
    )


@bp.route("/appointments/new", methods=["GET", "POST"])
@requires(Permission.APPOINTMENT_MANAGE)
def appoint() -> ResponseReturnValue:
    scope = current_scope(Permission.APPOINTMENT_MANAGE)
    form = AppointmentForm(unit=request.args.get("unit", type=int), valid_from=clock.today())
    form.unit.choices = unit_choices(scope)
    if form.validate_on_submit():
        account = find_account_by_login(form.login.data or "")
        if account is None:
            form.login.errors = [
                _("Không có tài khoản nào như vậy. Hãy kiểm tra lại, hoặc tạo tài khoản trước.")
            ]
        else:
            try:
                made = services.appoint(
                    account.id,
                    form.role_value,
                    form.unit.data,
                    form.valid_from.data,
                    form.valid_to.data,
                    decision_of(form),
                    scope,
                )
            except DomainError as error:
                form.add_error(error)
            else:
                record(
                    current_user.id,
                    "appointment.made",
                    f"account:{account.id}",
                    role=made.role,
                    unit_id=made.unit_id,
                )
                flash(_("Đã phân công."), "success")
                return redirect(url_for("administration.appointments"))
    return show_form(
        form,
        _("Phân công"),
        _("Phân công"),
        (_("Các phân công"), url_for("administration.appointments")),
    )


@bp.post("/appointments/<int:appointment_id>/end")
@requires(Permission.APPOINTMENT_MANAGE)
def end_appointment(appointment_id: int) -> ResponseReturnValue:
    ended = services.end_appointment(
        appointment_id, clock.today(), current_scope(Permission.APPOINTMENT_MANAGE)
    )
    record(current_user.id, "appointment.ended", f"account:{ended.account_id}", role=ended.role)
    flash(_("Phân công kết thúc khi hết hôm nay."), "success")
    return redirect(url_for("administration.appointments"))
