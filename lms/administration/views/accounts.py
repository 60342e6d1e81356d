"""Pages of accounts: give one to a member or to somebody from outside, passwords, closing."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.access.queries import is_appointed, reaches_beyond
from lms.administration.forms.accounts import AccountForm, OutsideAccountForm
from lms.administration.views.blueprint import (
    actor,
    back_to,
    bp,
    people_scope,
    show_form,
)
from lms.base import clock
from lms.base.errors import DomainError, NotAllowed, NotFound
from lms.base.guards import requires
from lms.people import queries, services
from lms.people.models import Account
from lms.people.queries import OwnNames

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def first_password() -> str:
    """Ten characters that cannot be misread (51 bits), to be changed at the first sign-in."""
    return "".join(secrets.choice(ALPHABET) for _index in range(10))


def _lifetime() -> timedelta:
    """How long a password to start with is good: as long as a slip."""
    lifetime: timedelta = current_app.config["ACTIVATION_LIFETIME"]
    return lifetime


@bp.route("/members/<int:member_id>/account", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def create_account(member_id: int) -> ResponseReturnValue:
    found = queries.get_member(member_id, people_scope())
    if queries.find_account_of_member(member_id) is not None:
        flash(_("Người này đã có tài khoản."), "error")
        return redirect(url_for("administration.member", member_id=member_id))
    names = queries.own_names([found])[member_id]
    form = AccountForm(phone=names.phone, email=names.email)
    if form.validate_on_submit():
        password = first_password()
        held = queries.held_names(form.phone.data, form.email.data)
        try:
            account = services.create_account(
                actor(),
                display_name=found.name,
                password=password,
                lifetime=_lifetime(),
                member_id=member_id,
                phone=form.phone.data,
                email=form.email.data,
            )
        except DomainError as error:
            form.add_error(error)
        else:
            login = found.code or _own_name(account, held)
            return _show_password(found.name, login, password, back_to(found)[1], held)
    title = _("Tạo tài khoản cho %(name)s", name=found.name)
    lead = _lead(names)
    return show_form(form, title, _("Tạo tài khoản"), back_to(found), lead=lead)


def _lead(names: OwnNames) -> str:
    """Where the phone and e-mail in the form come from, and which were left out."""
    said = []
    if names.phone or names.email:
        said.append(_("Điện thoại, thư điện tử lấy từ thông tin của người này."))
    if names.taken:
        said.append(
            _(
                "Không điền %(names)s vì tài khoản khác đã dùng: hai tài khoản chung thì không ai "
                "đăng nhập bằng số hay thư ấy được.",
                names=", ".join(names.taken),
            )
        )
    return " ".join(said)


def _own_name(account: Account, held: Sequence[str]) -> str:
    """What an account signs in by beside a card number: not what another one has, too."""
    return next((one for one in (account.phone, account.email) if one and one not in held), "")


@bp.post("/members/<int:member_id>/account/password")
@requires(Permission.MEMBER_MANAGE)
def reset_password(member_id: int) -> ResponseReturnValue:
    found = queries.get_member(member_id, people_scope())
    account = _account_in_reach(member_id)
    password = first_password()
    services.reset_password(actor(), account, password, _lifetime())
    login = found.code or account.phone or account.email or ""
    return _show_password(found.name, login, password, back_to(found)[1])


@bp.post("/members/<int:member_id>/account/state")
@requires(Permission.MEMBER_MANAGE)
def set_account_disabled(member_id: int) -> ResponseReturnValue:
    queries.get_member(member_id, people_scope())
    account = _account_in_reach(member_id)
    wanted = request.form.get("state")
    if wanted not in ("closed", "open"):
        abort(400)
    disabled = wanted == "closed"
    services.set_account_disabled(actor(), account, disabled)
    flash(_("Đã khóa tài khoản.") if disabled else _("Đã mở lại tài khoản."), "success")
    return redirect(url_for("administration.member", member_id=member_id))


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def add_outside_account() -> ResponseReturnValue:
    form = OutsideAccountForm()
    back = url_for("administration.appointments")
    if form.validate_on_submit():
        password = first_password()
        name = form.display_name.data or ""
        held = queries.held_names(form.phone.data, form.email.data)
        try:
            account = services.create_account(
                actor(),
                display_name=name,
                password=password,
                lifetime=_lifetime(),
                phone=form.phone.data,
                email=form.email.data,
            )
        except DomainError as error:
            form.add_error(error)
        else:
            return _show_password(name, _own_name(account, held), password, back, held)
    return show_form(
        form,
        _("Tạo tài khoản cho người ngoài tổ chức"),
        _("Tạo tài khoản"),
        (_("Phân công"), back),
        lead=_("Dành cho báo cáo viên và người chấm được mời từ nơi khác."),
    )


@bp.post("/accounts/<int:account_id>/password")
@requires(Permission.MEMBER_MANAGE)
def reset_outside_password(account_id: int) -> ResponseReturnValue:
    """For somebody from outside who is appointed in the scope; members have a page of their own."""
    account = queries.get_account(account_id)
    if account.member_id is not None or not is_appointed(account_id, people_scope()):
        raise NotFound
    password = first_password()
    services.reset_password(actor(), account, password, _lifetime())
    login = account.phone or account.email or ""
    back = url_for("administration.appointments")
    return _show_password(account.display_name, login, password, back)


def _show_password(
    name: str, login: str, password: str, next_url: str, held: Sequence[str] = ()
) -> ResponseReturnValue:
    return render_template(
        "administration/first_password.html",
        name=name,
        login=login,
        password=password,
        next_url=next_url,
        until=clock.now() + _lifetime(),
        held=held,
    )


def _account_in_reach(member_id: int) -> Account:
    """A member's account, unless it may do more than the administrator's own part of the tree."""
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
    return account
