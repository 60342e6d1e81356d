"""Pages of people: search, add, change, transfer, posts, audience by hand, accounts."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.access.queries import is_appointed, reaches_beyond
from lms.administration.forms import (
    AccountForm,
    LeavingForm,
    MemberForm,
    NewMemberForm,
    OutsideAccountForm,
    OverrideForm,
    PostForm,
    TransferForm,
)
from lms.administration.views.blueprint import bp, show_form, unit_choices
from lms.audit.services import record
from lms.base import clock
from lms.base.errors import DomainError, NotAllowed, NotFound
from lms.base.forms import choices_of
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.base.transactions import after_answer
from lms.base.vietnamese import clean
from lms.people import queries, services
from lms.people.labels import RANK_LABELS, STANDING_LABELS
from lms.people.models import Account, Member
from lms.units.queries import Scope, get_unit, get_versions, tree_choices

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def _scope() -> Scope:
    return current_scope(Permission.MEMBER_MANAGE)


def first_password() -> str:
    """Ten characters that cannot be misread (51 bits), to be changed at the first sign-in."""
    return "".join(secrets.choice(ALPHABET) for _index in range(10))


@bp.get("/members")
@requires(Permission.MEMBER_MANAGE)
def members() -> ResponseReturnValue:
    scope = _scope()
    text = clean(request.args.get("q", ""))[:80]
    unit_id = request.args.get("unit", type=int)
    unit = get_unit(unit_id, scope) if unit_id is not None else None
    page = fetch_page(
        queries.search_members(scope, text, unit_id), page_number(request.args.get("page"))
    )
    return render_template("administration/members.html", page=page, text=text, unit=unit)


@bp.route("/members/new", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def add_member() -> ResponseReturnValue:
    scope = _scope()
    form = NewMemberForm(unit=request.args.get("unit", type=int), joined_on=clock.today())
    form.unit.choices = unit_choices(scope)
    if form.validate_on_submit():
        try:
            member = services.add_member(
                _actor(),
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
    found = queries.get_member(member_id, _scope())
    actor_id = current_user.id
    after_answer(lambda: record(actor_id, "member.read", f"member:{member_id}"))
    unit_ids = {m.unit_id for m in found.memberships} | {p.unit_id for p in found.posts}
    return render_template(
        "administration/member.html",
        member=found,
        units=get_versions(unit_ids),
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
    scope = _scope()
    found = queries.get_member(member_id, scope)
    form = MemberForm(obj=found)
    if request.method == "GET":
        form.standing.data = found.standing.value
        if found.birth_date:
            form.birth_year.data = None
    if form.validate_on_submit():
        try:
            services.change_member(_actor(), member_id, scope=scope, **form.values)
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã lưu."), "success")
            return redirect(url_for("administration.member", member_id=member_id))
    return show_form(form, _("Sửa thông tin"), _("Lưu"), _back(found))


@bp.route("/members/<int:member_id>/transfer", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def transfer_member(member_id: int) -> ResponseReturnValue:
    scope = _scope()
    found = queries.get_member(member_id, scope)
    form = TransferForm(effective_on=clock.today())
    form.unit.choices = choices_of(tree_choices(scope))
    if form.validate_on_submit():
        try:
            services.transfer_member(
                _actor(), member_id, form.unit.data, form.effective_on.data, scope
            )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã chuyển đơn vị."), "success")
            return redirect(url_for("administration.member", member_id=member_id))
    title = _("Chuyển %(name)s sang đơn vị khác", name=found.name)
    return show_form(form, title, _("Chuyển"), _back(found))


@bp.route("/members/<int:member_id>/leaving", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def mark_left(member_id: int) -> ResponseReturnValue:
    scope = _scope()
    found = queries.get_member(member_id, scope)
    form = LeavingForm(left_on=clock.today())
    if form.validate_on_submit():
        try:
            services.mark_left(
                _actor(), member_id, form.left_on.data, form.reason.data or "", scope
            )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã ghi %(name)s rời tổ chức.", name=found.name), "success")
            return redirect(url_for("administration.members"))
    return show_form(
        form,
        _("Ghi %(name)s rời tổ chức", name=found.name),
        _("Ghi rời tổ chức"),
        _back(found),
        lead=_(
            "Người này không vào các đợt học sau và tài khoản bị khóa. "
            "Đợt đang mở do người tổ chức ghi riêng."
        ),
    )


@bp.post("/members/<int:member_id>/audience/rules")
@requires(Permission.AUDIENCE_MANAGE)
def end_override(member_id: int) -> ResponseReturnValue:
    services.end_override(_actor(), member_id, current_scope(Permission.AUDIENCE_MANAGE))
    flash(_("Từ nay đối tượng của người này lại theo quy tắc chung."), "success")
    return redirect(url_for("administration.member", member_id=member_id))


@bp.route("/members/<int:member_id>/posts/new", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def give_post(member_id: int) -> ResponseReturnValue:
    scope = _scope()
    found = queries.get_member(member_id, scope)
    form = PostForm(
        valid_from=clock.today(),
        unit=next((m.unit_id for m in found.memberships if m.valid_to is None), None),
    )
    form.unit.choices = choices_of(tree_choices(scope))
    if form.validate_on_submit():
        try:
            services.give_post(
                _actor(),
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
            flash(_("Đã ghi chức vụ."), "success")
            return redirect(url_for("administration.member", member_id=member_id))
    title = _("Thêm chức vụ của %(name)s", name=found.name)
    return show_form(form, title, _("Thêm chức vụ"), _back(found))


@bp.post("/posts/<int:post_id>/end")
@requires(Permission.MEMBER_MANAGE)
def end_post(post_id: int) -> ResponseReturnValue:
    post = services.end_post(_actor(), post_id, clock.today(), _scope())
    flash(_("Đã ghi thôi giữ chức vụ từ ngày mai."), "success")
    return redirect(url_for("administration.member", member_id=post.member_id))


@bp.route("/members/<int:member_id>/audience", methods=["GET", "POST"])
@requires(Permission.AUDIENCE_MANAGE)
def override_audience(member_id: int) -> ResponseReturnValue:
    scope = current_scope(Permission.AUDIENCE_MANAGE)
    found = queries.get_member(member_id, scope)
    form = OverrideForm()
    form.audience.choices = choices_of((a.id, a.name) for a in queries.list_audiences())
    if form.validate_on_submit():
        services.override_audience(
            _actor(), member_id, form.audience.data, form.reason.data or "", scope
        )
        flash(_("Đã xếp đối tượng bằng tay; áp dụng cho các đợt học mở sau này."), "success")
        return redirect(url_for("administration.member", member_id=member_id))
    title = _("Xếp đối tượng cho %(name)s", name=found.name)
    return show_form(form, title, _("Xếp đối tượng"), _back(found))


@bp.route("/members/<int:member_id>/account", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def create_account(member_id: int) -> ResponseReturnValue:
    found = queries.get_member(member_id, _scope())
    if queries.find_account_of_member(member_id) is not None:
        flash(_("Người này đã có tài khoản."), "error")
        return redirect(url_for("administration.member", member_id=member_id))
    form = AccountForm()
    if form.validate_on_submit():
        password = first_password()
        try:
            services.create_account(
                _actor(),
                display_name=found.name,
                password=password,
                member_id=member_id,
                phone=form.phone.data,
                email=form.email.data,
            )
        except DomainError as error:
            form.add_error(error)
        else:
            login = found.code or form.phone.data or form.email.data
            return _show_password(found.name, login or "", password, _back(found)[1])
    title = _("Tạo tài khoản cho %(name)s", name=found.name)
    return show_form(form, title, _("Tạo tài khoản"), _back(found))


@bp.post("/members/<int:member_id>/account/password")
@requires(Permission.MEMBER_MANAGE)
def reset_password(member_id: int) -> ResponseReturnValue:
    found = queries.get_member(member_id, _scope())
    account = _account_in_reach(member_id)
    password = first_password()
    services.reset_password(_actor(), account, password)
    login = found.code or account.phone or account.email or ""
    return _show_password(found.name, login, password, _back(found)[1])


@bp.post("/members/<int:member_id>/account/state")
@requires(Permission.MEMBER_MANAGE)
def set_account_disabled(member_id: int) -> ResponseReturnValue:
    queries.get_member(member_id, _scope())
    account = _account_in_reach(member_id)
    disabled = not account.is_disabled
    services.set_account_disabled(_actor(), account, disabled)
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
        try:
            services.create_account(
                _actor(),
                display_name=name,
                password=password,
                phone=form.phone.data,
                email=form.email.data,
            )
        except DomainError as error:
            form.add_error(error)
        else:
            return _show_password(name, form.phone.data or form.email.data or "", password, back)
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
    if account.member_id is not None or not is_appointed(account_id, _scope()):
        raise NotFound
    password = first_password()
    services.reset_password(_actor(), account, password)
    login = account.phone or account.email or ""
    back = url_for("administration.appointments")
    return _show_password(account.display_name, login, password, back)


def _show_password(name: str, login: str, password: str, next_url: str) -> ResponseReturnValue:
    return render_template(
        "administration/first_password.html",
        name=name,
        login=login,
        password=password,
        next_url=next_url,
    )


def _account_in_reach(member_id: int) -> Account:
    """A member's account, unless it may do more than the administrator's own part of the tree."""
    account = queries.find_account_of_member(member_id)
    if account is None:
        raise NotFound
    if reaches_beyond(account.id, _scope()):
        raise NotAllowed(
            _(
                "Người này được phân công ở cấp trên đơn vị đồng chí quản trị. "
                "Hãy nhờ quản trị cấp trên."
            )
        )
    return account


def _actor() -> Account:
    account: Account = current_user._get_current_object()
    return account


def _back(found: Member) -> tuple[str, str]:
    return found.name, url_for("administration.member", member_id=found.id)
