"""Pages of passwords: change one's own, choose one with a code, ask for a link by e-mail."""

from datetime import timedelta

from flask import (
    Response,
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
from flask_login import current_user

from lms.base import clock
from lms.base.background import enqueue
from lms.base.errors import DomainError
from lms.base.guards import public, signed_in
from lms.base.transactions import reading
from lms.base.vietnamese import clean
from lms.extensions import limiter
from lms.notices.delivery import can_send_mail
from lms.people import services
from lms.people.entrance import enter, hide_address
from lms.people.forms import ForgottenForm, NewPasswordForm, PasswordForm
from lms.people.letters import send_reset_link
from lms.people.models import Account, CodePurpose, Member, OneTimeCode
from lms.people.passwords import hash_password, verify_password
from lms.people.queries import (
    account_of_code,
    find_account_by_login,
    find_mailed_code,
    find_purpose,
    find_usable_code,
)
from lms.people.sign_in import hash_token
from lms.people.tries import LETTERS_FROM_ADDRESS, LETTERS_TO_ONE, Tries, refuse_if_reached
from lms.people.views.blueprint import bp

PROOF_LIFETIME = timedelta(minutes=20)


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    form.own = own_words(current_user, current_user.member)
    tries = Tries("password", f"account:{current_user.id}")
    if request.method == "POST":
        tries.check()
    if form.validate_on_submit():
        with reading():
            fits = verify_password(current_user.password_hash, form.current.data or "")
            hashed = hash_password(form.new.data or "") if fits else ""
        if fits:
            services.change_password(current_user._get_current_object(), hashed)
            flash(_("Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất."), "success")
            return redirect(url_for("home.index"))
        tries.note_failure()
        form.current.errors = [_("Mật khẩu đang dùng không đúng. Hãy nhập lại.")]
    status = 422 if request.method == "POST" else 200
    return render_template("people/change_password.html", form=form), status


@bp.route("/password/forgotten", methods=["GET", "POST"])
@public
def forgotten_password() -> ResponseReturnValue:
    """The same answer for every name: who it belongs to is looked up behind the request."""
    form = ForgottenForm()
    can_mail = can_send_mail()
    if can_mail and form.validate_on_submit():
        login = clean(form.login.data or "")
        address = get_remote_address()
        to_one = ("letters", login.casefold(), address)
        refuse_if_reached(LETTERS_TO_ONE, *to_one)
        refuse_if_reached(LETTERS_FROM_ADDRESS, "letters", address)
        limiter.limiter.hit(LETTERS_TO_ONE, *to_one)
        limiter.limiter.hit(LETTERS_FROM_ADDRESS, "letters", address)
        enqueue(send_reset_link, login)
        return redirect(url_for("people.reset_link_sent"))
    status = 422 if request.method == "POST" else 200
    return render_template("people/forgotten_password.html", form=form, can_mail=can_mail), status


@bp.get("/password/forgotten/sent")
@public
def reset_link_sent() -> ResponseReturnValue:
    return render_template("people/reset_link_sent.html")


@bp.get("/password/link/<string:token>")
@public
def follow_reset_link(token: str) -> ResponseReturnValue:
    """Where the mailed link leads. It uses nothing up (mail programs look into links), and hides
    the token from the address bar at once."""
    hide_address()
    code = find_mailed_code(hash_token(token))
    if code is None or find_usable_code(code.id) is None:
        flash(_("Đường dẫn này đã dùng rồi hoặc đã hết hạn. Hãy xin đường dẫn mới."), "error")
        return redirect(url_for("people.forgotten_password"))
    prove(code)
    return redirect(url_for("people.choose_password"))


def prove(code: OneTimeCode) -> None:
    """Keep in this browser, for a while, that it showed a code; the code is used up later."""
    until = clock.now() + PROOF_LIFETIME
    session["proof"] = [code.id, int(until.timestamp())]


@bp.route("/password/new", methods=["GET", "POST"])
@public
def choose_password() -> ResponseReturnValue:
    """Choose a password after a code was shown, and be signed in."""
    hide_address()
    code = _proved_code()
    if code is None:
        return _begin_anew()
    purpose, code_id = code.purpose, code.id
    account, member = account_of_code(code), code.member
    name = account.display_name if account else member.name if member else ""
    form = NewPasswordForm()
    form.own = own_words(account, member)
    if form.validate_on_submit():
        with reading():
            hashed = hash_password(form.new.data or "")
        try:
            account = services.use_code(code_id, hashed)
        except DomainError as error:
            form.add_error(error)
        else:
            answer = enter(account, purpose.value)
            flash(_said_after(purpose, account), "success")
            return answer
    is_first = purpose is CodePurpose.ACTIVATION
    status = 422 if request.method == "POST" else 200
    page = render_template("people/choose_password.html", form=form, name=name, is_first=is_first)
    return make_response(page, status)


def _begin_anew() -> Response:
    """Back to where this browser's proof came from; to the front door if it never had one."""
    code_id, _until = session.pop("proof", None) or (0, 0)
    purpose = find_purpose(int(code_id))
    if purpose is None:
        return redirect(url_for("people.sign_in"))  # type: ignore[return-value]
    if purpose is CodePurpose.MAILED_RESET:
        flash(_("Đường dẫn này đã dùng rồi hoặc đã hết hạn. Hãy xin đường dẫn mới."), "error")
        return redirect(url_for("people.forgotten_password"))  # type: ignore[return-value]
    flash(_("Mã này không dùng được nữa. Hãy xin mã mới rồi làm lại từ đầu."), "error")
    return redirect(url_for("people.activate"))  # type: ignore[return-value]


def _proved_code() -> OneTimeCode | None:
    code_id, until = session.get("proof") or (0, 0)
    if until <= clock.now().timestamp():
        return None
    return find_usable_code(int(code_id))


def _said_after(purpose: CodePurpose, account: Account) -> str:
    if purpose is CodePurpose.ACTIVATION:
        has_code = account.member is not None and account.member.code is not None
        by_phone = bool(account.phone) and find_account_by_login(account.phone or "") is account
        if has_code and by_phone:
            names = _("số thẻ hoặc số điện thoại")
        else:
            names = _("số điện thoại") if by_phone else _("số thẻ")
        return _(
            "Tài khoản đã được kích hoạt. Từ nay đồng chí đăng nhập bằng %(names)s và mật khẩu.",
            names=names,
        )
    return _("Đã đặt mật khẩu mới. Các thiết bị khác đã được đăng xuất.")


def own_words(account: Account | None, member: Member | None) -> list[str]:
    """What a password must not be little more than: one's name and numbers."""
    words: list[str | None] = []
    if member is not None:
        words += [member.name, member.code, member.phone, (member.email or "").split("@")[0]]
    if account is not None:
        words += [account.display_name, account.phone, (account.email or "").split("@")[0]]
    return [word for word in words if word]
