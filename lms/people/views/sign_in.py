"""Pages of signing in with a password, and of signing out."""

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from lms.audit.services import record
from lms.base.addresses import local_path
from lms.base.errors import Busy
from lms.base.guards import public, signed_in
from lms.base.transactions import keep_despite_refusal, reading
from lms.people.entrance import enter, note_refusal, subject_of
from lms.people.forms import SignInForm
from lms.people.outside import outside_door
from lms.people.passwords import hash_password, is_outdated
from lms.people.queries import get_account
from lms.people.sign_in import check_password, end_sign_in
from lms.people.tries import Tries
from lms.people.views.blueprint import bp

FAILED_SIGN_IN = 422


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        if current_user.is_authenticated:
            return redirect(local_path(form.next.data, url_for("home.index")))
        return _page(form, 200)
    if not form.validate_on_submit():
        return _page(form, FAILED_SIGN_IN)
    tries = Tries("sign_in", subject_of(form.login.data or ""))
    tries.check()
    password = form.password.data or ""
    try:
        with reading():
            account_id = check_password(form.login.data or "", password)
            fresh_hash = _fresh_hash(account_id, password)
    except Busy as error:
        form.add_error(error)
        return _page(form, 503)
    if account_id is None:
        tries.note_failure()
        note_refusal(tries.subject, "password")
        keep_despite_refusal()
        form.form_errors.append(
            _("Số thẻ (hoặc điện thoại, thư điện tử) hay mật khẩu không đúng. Hãy thử lại.")
        )
        return _page(form, FAILED_SIGN_IN)
    account = get_account(account_id)
    if account.has_expired_password:
        note_refusal(tries.subject, "first_password")
        keep_despite_refusal()
        form.form_errors.append(
            _(
                "Mật khẩu lần đầu này đã hết hạn. Hãy nhờ bí thư chi bộ hoặc người quản trị cấp "
                "mật khẩu mới."
            )
        )
        return _page(form, FAILED_SIGN_IN)
    if fresh_hash:
        account.password_hash = fresh_hash
    return enter(account, "password", bool(form.lasting.data), form.next.data)


def _fresh_hash(account_id: int | None, password: str) -> str:
    """The hash by today's parameters, where the stored one was made by older ones."""
    if account_id is None or not is_outdated(get_account(account_id).password_hash):
        return ""
    return hash_password(password)


def _page(form: SignInForm, status: int) -> Response:
    door = outside_door()
    response = make_response(render_template("people/sign_in.html", form=form, door=door), status)
    if status == 503:
        response.headers["Retry-After"] = "3"
    return response


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    record(current_user.id, "account.signed_out", f"account:{current_user.id}")
    end_sign_in(current_user.sign_in_token)
    logout_user()
    session.clear()
    response = make_response(redirect(url_for("people.sign_in")))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
