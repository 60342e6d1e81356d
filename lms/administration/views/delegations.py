"""Pages of delegation: what one has handed on or been handed, handing on, taking back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access import services
from lms.access.models import Appointment
from lms.access.policy import ROLE_LABELS
from lms.access.queries import list_given, list_own, list_received
from lms.administration.forms.delegations import DelegationForm
from lms.administration.views.blueprint import bp, decision_of, show_form
from lms.audit.services import record
from lms.base import clock
from lms.base.errors import DomainError, NotAllowed, NotFound
from lms.base.forms import choices_of
from lms.base.guards import signed_in
from lms.people.queries import find_account_by_login, list_accounts
from lms.units.queries import Scope, get_versions, tree_choices


@bp.get("/delegations")
@signed_in
def delegations() -> ResponseReturnValue:
    own, given, received = (read(current_user.id) for read in (list_own, list_given, list_received))
    everything = [*own, *given, *received]
    givers = [row.delegated_by.account_id for row in received if row.delegated_by]
    return render_template(
        "administration/delegations.html",
        own=own,
        given=given,
        received=received,
        accounts={
            a.id: a for a in list_accounts([*givers, *(row.account_id for row in everything)])
        },
        units=get_versions(row.unit_id for row in everything),
        role_labels=ROLE_LABELS,
        today=clock.today(),
    )


@bp.route("/delegations/new", methods=["GET", "POST"])
@signed_in
def delegate() -> ResponseReturnValue:
    own = list_own(current_user.id)
    if not own:
        raise NotAllowed(
            _("Đồng chí chưa giữ phân công nào của riêng mình nên không có việc để ủy quyền.")
        )
    units = get_versions(row.unit_id for row in own)
    form = DelegationForm(valid_from=clock.today())
    form.appointment.choices = choices_of(
        (
            row.id,
            _(
                "%(role)s · %(unit)s",
                role=ROLE_LABELS[row.role],
                unit=units[row.unit_id].short_name,
            ),
        )
        for row in own
    )
    reach = Scope.of(units[row.unit_id].path for row in own)
    form.unit.choices = choices_of(tree_choices(reach))
    if request.method == "GET":
        form.unit.data = own[0].unit_id
    if form.validate_on_submit():
        account = find_account_by_login(form.login.data or "")
        if account is None:
            form.login.errors = [_("Không có tài khoản nào như vậy. Hãy kiểm tra lại.")]
        else:
            try:
                given = _hand_on(form, account.id)
            except NotFound:
                form.unit.errors = [
                    _("Đơn vị này nằm ngoài phạm vi của việc đã chọn. Hãy chọn đơn vị khác.")
                ]
            except DomainError as error:
                form.add_error(error)
            else:
                flash(
                    _(
                        "Đã ủy quyền cho %(name)s đến hết ngày %(day)s.",
                        name=account.display_name,
                        day=given.valid_to.strftime("%d/%m/%Y") if given.valid_to else "",
                    ),
                    "success",
                )
                return redirect(url_for("administration.delegations"))
    return show_form(
        form,
        _("Ủy quyền"),
        _("Ủy quyền"),
        (_("Ủy quyền của tôi"), url_for("administration.delegations")),
        lead=_(
            "Người được ủy quyền làm được việc này như đồng chí, đến hết ngày đã định. "
            "Đồng chí vẫn giữ việc của mình và thu hồi được bất cứ lúc nào."
        ),
    )


@bp.post("/delegations/<int:delegation_id>/revocation")
@signed_in
def revoke_delegation(delegation_id: int) -> ResponseReturnValue:
    given = services.revoke_delegation(delegation_id, current_user.id)
    record(
        current_user.id,
        "delegation.revoked",
        f"account:{given.account_id}",
        role=given.role,
        unit_id=given.unit_id,
    )
    flash(_("Đã thu hồi ủy quyền. Người kia thôi làm việc này ngay."), "success")
    return redirect(url_for("administration.delegations"))


def _hand_on(form: DelegationForm, account_id: int) -> Appointment:
    given = services.delegate(
        current_user.id,
        form.appointment.data,
        account_id,
        form.unit.data,
        form.valid_from.data,
        form.valid_to.data,
        form.reason.data or "",
        decision_of(form),
    )
    record(
        current_user.id,
        "delegation.made",
        f"account:{account_id}",
        role=given.role,
        unit_id=given.unit_id,
        until=form.valid_to.data.isoformat(),
        reason=given.reason,
    )
    return given
