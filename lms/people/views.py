"""Pages of the account itself: sign in, sign out, change of password."""

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user

from lms.audit.services import record
from lms.base.addresses import local_path
from lms.base.guards import public, signed_in
from lms.base.transactions import reading
from lms.base.vietnamese import clean
from lms.extensions import limiter
from lms.people import services
from lms.people.forms import PasswordForm, SignInForm
from lms.people.passwords import hash_password, verify_password
from lms.people.queries import find_account_by_login, get_account
from lms.people.sign_in import check_password, end_sign_in, open_sign_in

bp = Blueprint("people", __name__)

FAILED_SIGN_IN = 422


def _is_failure(response: Response) -> bool:
    return response.status_code == FAILED_SIGN_IN


def _login_key() -> str:
    """The account that is tried, whichever of its names is typed and however it is spelled."""
    login = clean(request.form.get("login", ""))[:200]
    with reading():
        account = find_account_by_login(login)
    return f"account:{account.id}" if account else f"login:{login.casefold()}"


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit("300/minute", key_func=get_remote_address, methods=["POST"], deduct_when=_is_failure)
@limiter.limit("10 per 10 minutes", key_func=_login_key, methods=["POST"], deduct_when=_is_failure)
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        if current_user.is_authenticated:
            return redirect(local_path(form.next.data, url_for("home.index")))
    if form.validate_on_submit():
        with reading():
            account_id = check_password(form.login.data or "", form.password.data or "")
        if account_id is not None:
            account = get_account(account_id)
            if current_user.is_authenticated:
                end_sign_in(current_user.sign_in_token)
            locale = session.get("locale", account.locale)
            session.clear()
            account.sign_in_token = open_sign_in(
                account,
                request.user_agent.string,
                current_app.config["SIGN_IN_LIFETIME"],
            )
            login_user(account)
            session["locale"] = locale
            record(account.id, "account.signed_in", f"account:{account.id}")
            return redirect(local_path(form.next.data, url_for("home.index")))
        form.form_errors.append(
            _("Số thẻ (hoặc điện thoại, thư điện tử) hay mật khẩu không đúng. Hãy thử lại.")
        )
    status = FAILED_SIGN_IN if request.method == "POST" else 200
    return render_template("people/sign_in.html", form=form), status


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


@bp.route("/password", methods=["GET", "POST"])
@signed_in
@limiter.limit(
    "10 per 10 minutes",
    key_func=lambda: f"password:{current_user.get_id()}",
    methods=["POST"],
    deduct_when=_is_failure,
)
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        with reading():
            fits = verify_password(current_user.password_hash, form.current.data or "")
            hashed = hash_password(form.new.data or "") if fits else ""
        if fits:
            services.change_password(current_user._get_current_object(), hashed)
            flash(_("Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất."), "success")
            return redirect(url_for("home.index"))
        form.current.errors = [_("Mật khẩu đang dùng không đúng. Hãy nhập lại.")]
    status = 422 if request.method == "POST" else 200
    return render_template("people/change_password.html", form=form), status
