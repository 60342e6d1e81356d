"""Taking the second step off an account whose owner lost the phone: a reason, and it is audited."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.access.queries import is_appointed, reaches_beyond
from lms.administration.forms.assistance import StepResetForm
from lms.administration.views.blueprint import actor, back_to, bp, people_scope, show_form
from lms.base.errors import NotAllowed, NotFound
from lms.base.guards import requires
from lms.people import queries, services
from lms.people.models import Account


@bp.route("/members/<int:member_id>/account/second-step", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def reset_member_step(member_id: int) -> ResponseReturnValue:
    found = queries.get_member(member_id, people_scope())
    account = queries.find_account_of_member(member_id)
    if account is None:
        raise NotFound
    if reaches_beyond(account.id, people_scope()):
        raise NotAllowed(
            _(
                "Người này được phân công ở cấp trên đơn vị đồng chí quản trị. "
                "Hãy nhờ quản trị cấp trên."
            )
        )
    return _page(account, back_to(found))


@bp.route("/accounts/<int:account_id>/second-step", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def reset_outside_step(account_id: int) -> ResponseReturnValue:
    """For somebody from outside who is appointed in the scope; members have a page of their own."""
    account = queries.get_account(account_id)
    if account.member_id is not None or not is_appointed(account_id, people_scope()):
        raise NotFound
    return _page(account, (_("Phân công"), url_for("administration.appointments")))


def _page(account: Account, back: tuple[str, str]) -> ResponseReturnValue:
    if account.id == actor().id:
        raise NotAllowed(_("Không ai tự đặt lại cho mình. Hãy nhờ một quản trị khác."))
    form = StepResetForm()
    if form.validate_on_submit():
        services.reset_second_step(actor(), account, form.reason.data or "")
        flash(
            _("Đã đặt lại. Lần đăng nhập tới người này sẽ bật xác thực hai bước từ đầu."), "success"
        )
        return redirect(back[1])
    return show_form(
        form,
        _("Đặt lại xác thực hai bước của %(name)s", name=account.display_name),
        _("Đặt lại"),
        back,
        lead=_("Dùng khi người này mất điện thoại và hết mã dự phòng. Việc này được ghi nhật ký."),
    )
