"""Pages with which a unit's secretary helps people to sign in: activation slips, reset codes.

Codes are shown once, in the answer that makes them; every one is audited.
"""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.enforcement import current_powers, current_scope
from lms.access.policy import Permission
from lms.access.queries import outranks
from lms.administration.forms.assistance import MOST_SLIPS, SlipsForm
from lms.administration.views.blueprint import actor, bp
from lms.audit.services import record
from lms.base.errors import NotAllowed, NotFound
from lms.base.forms import choices_of
from lms.base.guards import requires
from lms.base.paging import page_number
from lms.base.qr import draw_qr
from lms.base.transactions import after_answer, reading
from lms.base.vietnamese import clean
from lms.people import queries, services
from lms.people.code_text import in_groups, new_code
from lms.people.models import Account
from lms.people.passwords import hash_password
from lms.people.queries import Helped
from lms.units.queries import Scope, get_unit, tree_choices

SLIPS_ON_A_SHEET = 4


def helping_scope() -> Scope:
    """Where the signed-in account helps people to sign in."""
    return current_scope(Permission.MEMBER_ASSIST)


@bp.get("/sign-in-help")
@requires(Permission.MEMBER_ASSIST)
def sign_in_help() -> ResponseReturnValue:
    """The people of a unit: who has not signed in yet, and who forgot the password."""
    scope = helping_scope()
    units = tree_choices(scope)
    unit_id = request.args.get("unit", type=int) or (units[0][0] if units else 0)
    unit = get_unit(unit_id, scope)
    text = clean(request.args.get("q", ""))[:80]
    number = page_number(request.args.get("page"))
    page = queries.find_members(scope, text, None if text else unit_id, number)
    return render_template(
        "administration/sign_in_help.html",
        unit=unit,
        units=units,
        text=text,
        page=page,
        people=queries.list_helped(page.rows),
    )


@bp.post("/sign-in-help/slips/preview")
@requires(Permission.MEMBER_ASSIST)
def preview_slips() -> ResponseReturnValue:
    """Who gets a slip, on how many sheets, and whose older slip ends by it."""
    people, unit_id = _chosen()
    if not people:
        flash(_("Hãy chọn từ 1 đến %(most)s người chưa kích hoạt.", most=MOST_SLIPS), "error")
        return redirect(url_for("administration.sign_in_help", unit=unit_id))
    return render_template(
        "administration/preview_slips.html",
        people=people,
        unit_id=unit_id,
        sheets=-(-len(people) // SLIPS_ON_A_SHEET),
        days=current_app.config["ACTIVATION_LIFETIME"].days,
    )


@bp.post("/sign-in-help/slips")
@requires(Permission.MEMBER_ASSIST)
def print_slips() -> ResponseReturnValue:
    """Make the codes and show the slips, once; each is kept as a hash only."""
    people, unit_id = _chosen()
    if not people:
        flash(_("Hãy chọn từ 1 đến %(most)s người chưa kích hoạt.", most=MOST_SLIPS), "error")
        return redirect(url_for("administration.sign_in_help", unit=unit_id))
    texts = [(one.member.id, one.member.name, one.login, one.unit_name) for one in people]
    codes = {member_id: new_code() for member_id, *_rest in texts}
    with reading():
        hashes = {
            member_id: hash_password(code, is_patient=True) for member_id, code in codes.items()
        }
    until = services.issue_slips(actor(), hashes, current_app.config["ACTIVATION_LIFETIME"])
    slips = [
        {
            "name": name,
            "login": login,
            "unit": unit,
            "code": in_groups(codes[member_id]),
            "qr": draw_qr(f"{activation_address()}?code={codes[member_id]}"),
        }
        for member_id, name, login, unit in texts
    ]
    return render_template(
        "administration/slips.html",
        slips=slips,
        until=until,
        address=activation_address(),
        unit_id=unit_id,
    )


@bp.get("/sign-in-help/members/<int:member_id>")
@requires(Permission.MEMBER_ASSIST)
def helped_member(member_id: int) -> ResponseReturnValue:
    """One person: what can be done so that they sign in again."""
    person = _person(member_id)
    actor_id = actor().id
    after_answer(lambda: record(actor_id, "member.read", f"member:{member_id}"))
    is_beyond = person.account is not None and outranks(person.account.id, current_powers())
    return render_template("administration/helped_member.html", person=person, is_beyond=is_beyond)


@bp.post("/sign-in-help/members/<int:member_id>/reset-code")
@requires(Permission.MEMBER_ASSIST)
def give_reset_code(member_id: int) -> ResponseReturnValue:
    """A code for a new password, shown once; good for an hour."""
    person = _person(member_id)
    account = person.account
    if account is None or not person.is_active or account.is_disabled:
        raise NotFound
    _refuse_outranking(account)
    name, login, unit, account_id = (
        person.member.name, person.login, person.unit_name, account.id,
    )  # fmt: skip
    code = new_code()
    with reading():
        code_hash = hash_password(code, is_patient=True)
    until = services.issue_reset_code(
        actor(), queries.get_account(account_id), code_hash, current_app.config["RESET_LIFETIME"]
    )
    slip = {
        "name": name,
        "login": login,
        "unit": unit,
        "code": in_groups(code),
        "qr": draw_qr(f"{activation_address()}?code={code}"),
    }
    return render_template(
        "administration/reset_code.html",
        slip=slip,
        until=until,
        address=activation_address(),
        member_id=member_id,
    )


@bp.post("/sign-in-help/members/<int:member_id>/devices/end")
@requires(Permission.MEMBER_ASSIST)
def end_devices(member_id: int) -> ResponseReturnValue:
    """Sign a person out everywhere, for instance when a phone was lost."""
    account = _person(member_id).account
    if account is None:
        raise NotFound
    _refuse_outranking(account)
    services.end_all_sign_ins(actor(), account)
    flash(_("Đã đăng xuất người này khỏi mọi thiết bị."), "success")
    return redirect(url_for("administration.helped_member", member_id=member_id))


def activation_address() -> str:
    """Where slips lead, always under the configured address."""
    base: str = current_app.config["BASE_URL"]
    return f"{base.rstrip('/')}/activate"


def _chosen() -> tuple[list[Helped], int]:
    """The chosen people of the scope who can get a slip, and the unit to go back to.

    Others (gone, active, closed, above the helper) are left out silently: they are not offered.
    """
    scope = helping_scope()
    form = SlipsForm()
    chosen = request.form.getlist("member", type=int)[: MOST_SLIPS + 1]
    form.member.choices = choices_of((one, str(one)) for one in chosen)
    unit_id = request.form.get("unit", type=int) or 0
    if not form.validate_on_submit():
        return [], unit_id
    powers = current_powers()
    people = [
        one
        for one in queries.helped_among(scope, chosen)
        if one.can_get_slip and not (one.account and outranks(one.account.id, powers))
    ]
    return people, unit_id


def _person(member_id: int) -> Helped:
    found = queries.helped_among(helping_scope(), [member_id])
    if not found:
        raise NotFound
    return found[0]


def _refuse_outranking(account: Account) -> None:
    if outranks(account.id, current_powers()):
        raise NotAllowed(
            _(
                "Người này có việc được phân công vượt quá phần đồng chí phụ trách. "
                "Hãy nhờ quản trị cấp trên."
            )
        )
