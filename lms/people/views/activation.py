"""The page of the activation slip: card number and code, then on to choosing a password."""

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.base import clock
from lms.base.errors import Busy
from lms.base.formats import format_datetime
from lms.base.guards import public
from lms.base.transactions import keep_despite_refusal, reading
from lms.people import services
from lms.people.code_text import DIGITS, in_groups, only_digits
from lms.people.entrance import hide_address, note_refusal, subject_of
from lms.people.forms import ActivationForm
from lms.people.passwords import verify_password
from lms.people.queries import find_handed_code
from lms.people.tries import Tries
from lms.people.views.blueprint import bp
from lms.people.views.passwords import prove


@bp.route("/activate", methods=["GET", "POST"])
@public
def activate() -> ResponseReturnValue:
    """From the slip's QR code comes ?code=…; it is taken out of the address bar at once. Whoever
    finds a slip's picture must still know whose it is."""
    hide_address()
    if request.method == "GET" and "code" in request.args:
        session["slip_code"] = only_digits(request.args["code"])[:DIGITS]
        return redirect(url_for("people.activate"))
    form = ActivationForm()
    scanned = session.get("slip_code", "")
    if request.method == "GET":
        form.code.data = in_groups(scanned)
        return render_template("people/activate.html", form=form, scanned=bool(scanned))
    status = 422
    if form.validate_on_submit():
        try:
            if _takes(form):
                session.pop("slip_code", None)
                return redirect(url_for("people.choose_password"))
        except Busy as error:
            form.add_error(error)
            status = 503
    page = render_template("people/activate.html", form=form, scanned=bool(scanned))
    return make_response(page, status, {"Retry-After": "3"} if status == 503 else {})


def _takes(form: ActivationForm) -> bool:
    """Whether number and code fit and the code is still good; else the form says what is wrong."""
    login, typed = form.login.data or "", only_digits(form.code.data or "")
    tries = Tries("code", subject_of(login))
    tries.check()
    with reading():
        found = find_handed_code(login)
        code_id = found.id if found else 0
        fits = verify_password(found.code_hash if found else None, typed)
    if not fits:
        tries.note_failure()
        note_refusal(tries.subject, "code")
        services.note_wrong_code(code_id)
        keep_despite_refusal()
        form.form_errors.append(
            _(
                "Số thẻ hay mã không đúng. Hãy so từng nhóm số với phiếu mới nhất; "
                "nếu vẫn không được, hãy xin bí thư chi bộ phiếu khác."
            )
        )
        return False
    code = find_handed_code(login)
    if code is None or code.id != code_id or code.used_at or code.revoked_at:
        form.form_errors.append(
            _("Phiếu này đã dùng rồi. Hãy đăng nhập bằng mật khẩu đồng chí đã chọn.")
        )
        return False
    if code.expires_at <= clock.now():
        form.form_errors.append(
            _(
                "Phiếu này hết hạn lúc %(moment)s. Hãy xin bí thư chi bộ phiếu mới.",
                moment=format_datetime(code.expires_at),
            )
        )
        return False
    prove(code)
    return True
