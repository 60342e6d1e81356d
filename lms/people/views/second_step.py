"""Pages of the second step: set up an app, recovery codes, the code at sign-in."""

from datetime import datetime, timedelta

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import needs_second_step
from lms.base import clock
from lms.base.errors import DomainError, Invalid
from lms.base.guards import public, signed_in
from lms.base.qr import draw_qr
from lms.base.transactions import keep_despite_refusal, reading
from lms.people import queries, services
from lms.people.code_text import RECOVERY_DIGITS, in_groups, new_recovery_codes, only_digits
from lms.people.entrance import let_in, note_refusal
from lms.people.forms import ConfirmForm, StepForm
from lms.people.models import Account
from lms.people.passwords import hash_password, verify_password
from lms.people.queries import get_account
from lms.people.sign_in import MOST_STEPS, find_awaiting
from lms.people.tries import Tries
from lms.people.views.blueprint import bp

FRESH = timedelta(minutes=15)
"""Who gave the password so recently is not asked for it again."""
APP_DIGITS = 6


@bp.get("/account/second-step")
@signed_in
def second_step() -> ResponseReturnValue:
    return _setup_page(ConfirmForm(), StepForm(), 200)


@bp.post("/account/second-step")
@signed_in
def begin_second_step() -> ResponseReturnValue:
    """A fresh secret to scan; asks for the password unless it was given just now."""
    confirm = ConfirmForm()
    if not _is_confirmed(confirm):
        return _setup_page(confirm, StepForm(), 422)
    try:
        services.begin_second_step(_own())
    except Invalid as error:
        flash(error.message, "info")
    return redirect(url_for("people.second_step"))


@bp.post("/account/second-step/confirmation")
@signed_in
def confirm_second_step() -> ResponseReturnValue:
    """The first code turns it on; the recovery codes are shown on this one page."""
    form = StepForm()
    tries = Tries("step", f"account:{current_user.id}")
    tries.check()
    if not form.validate_on_submit():
        return _setup_page(ConfirmForm(), form, 422)
    codes, hashes = _new_recovery_codes()
    try:
        services.confirm_second_step(_own(), only_digits(form.code.data or ""), hashes)
    except DomainError as error:
        tries.note_failure()
        form.add_error(error)
        return _setup_page(ConfirmForm(), form, 422)
    return render_template("people/recovery_codes.html", codes=codes, is_new=True)


@bp.post("/account/second-step/recovery-codes")
@signed_in
def renew_recovery_codes() -> ResponseReturnValue:
    confirm = ConfirmForm()
    if current_user.second_step_since is None:
        abort(404)
    if not _is_confirmed(confirm):
        return _setup_page(confirm, StepForm(), 422)
    codes, hashes = _new_recovery_codes()
    services.renew_recovery_codes(_own(), hashes)
    return render_template("people/recovery_codes.html", codes=codes, is_new=False)


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@public
def sign_in_step() -> ResponseReturnValue:
    """The code at sign-in: of the app, or a recovery code. Five wrong ones end this try."""
    token, way, wants_lasting, next_path = session.get("step") or ("", "", False, "")
    waiting = find_awaiting(token)
    if waiting is None:
        session.pop("step", None)
        flash(_("Hãy đăng nhập lại từ đầu."), "info")
        return redirect(url_for("people.sign_in"))
    form = StepForm()
    if request.method == "GET":
        return render_template("people/sign_in_step.html", form=form)
    tries = Tries("step", f"account:{waiting.account_id}")
    tries.check()
    account_id = waiting.account_id
    if not form.validate_on_submit():
        return render_template("people/sign_in_step.html", form=form), 422
    kind = _step_taken(account_id, only_digits(form.code.data or ""))
    waiting = find_awaiting(token)
    if kind and waiting is not None:
        waiting.revoked_at = clock.now()
        locale = session.get("locale", "vi")
        session.clear()
        session["locale"] = locale
        if kind == "recovery":
            _say_how_many_are_left(account_id)
        return let_in(get_account(account_id), way, wants_lasting, next_path, step=kind)
    tries.note_failure()
    note_refusal(tries.subject, "second_step")
    keep_despite_refusal()
    if waiting is not None:
        waiting.failed_steps += 1
    if waiting is None or waiting.failed_steps >= MOST_STEPS:
        session.pop("step", None)
        said = _("Gõ sai quá nhiều lần. Hãy đăng nhập lại từ đầu.")
        return render_template("errors/error.html", status=429, message=said), 429
    form.code.errors = [_("Mã không đúng hoặc đã hết hạn. Hãy gõ mã đang hiện trong ứng dụng.")]
    return render_template("people/sign_in_step.html", form=form), 422


def _step_taken(account_id: int, typed: str) -> str:
    """ "app" or "recovery" when the code fits (and is used up by that), else ""."""
    if len(typed) == APP_DIGITS:
        return "app" if services.takes_app_code(account_id, typed) else ""
    if len(typed) != RECOVERY_DIGITS:
        return ""
    position = int(typed[0])
    with reading():
        kept = queries.find_recovery_code(account_id, position)
        stored = kept.code_hash if kept else None
        fits = verify_password(stored, typed)
    recovery = queries.find_recovery_code(account_id, position)
    if not fits or recovery is None or recovery.code_hash != stored:
        return ""
    services.use_recovery_code(recovery)
    return "recovery"


def _say_how_many_are_left(account_id: int) -> None:
    left = queries.count_recovery_codes(account_id)
    flash(
        _(
            "Đồng chí vừa dùng một mã dự phòng, còn %(count)s mã. Nếu đã mất điện thoại, "
            "hãy nhờ quản trị đặt lại xác thực hai bước.",
            count=left,
        ),
        "info",
    )


def _setup_page(confirm: ConfirmForm, form: StepForm, status: int) -> ResponseReturnValue:
    step = queries.find_second_step(current_user.id)
    is_on = current_user.second_step_since is not None
    shown = None
    if step is not None and step.confirmed_at is None and not is_on and _is_recent(step.created_at):
        member = current_user.member
        name = (member.code if member else None) or current_user.email or current_user.display_name
        shown = {
            "qr": draw_qr(services.provisioning_address(step, name)),
            "key": " ".join(_fours(services.secret_of(step))),
        }
    page = render_template(
        "people/second_step.html",
        confirm=confirm,
        form=form,
        is_on=is_on,
        since=current_user.second_step_since,
        shown=shown,
        asks_password=not _is_fresh(),
        is_required=needs_second_step(),
        codes_left=queries.count_recovery_codes(current_user.id) if is_on else 0,
    )
    return page, status


def _fours(text: str) -> list[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]


def _is_recent(moment: datetime) -> bool:
    return clock.now() - moment < timedelta(hours=1)


def _is_fresh() -> bool:
    opened = current_user.signed_in_at
    return opened is not None and clock.now() - opened < FRESH


def _is_confirmed(form: ConfirmForm) -> bool:
    """Whether the one who asks gave the password just now or gives it in the form."""
    if _is_fresh():
        return True
    tries = Tries("password", f"account:{current_user.id}")
    tries.check()
    if not form.validate_on_submit():
        return False
    with reading():
        fits = verify_password(current_user.password_hash, form.current.data or "")
    if not fits:
        tries.note_failure()
        form.current.errors = [_("Mật khẩu đang dùng không đúng. Hãy nhập lại.")]
    return fits


def _new_recovery_codes() -> tuple[list[str], list[str]]:
    """Ten codes in groups, and their hashes; slow, so the lock is let go."""
    codes = new_recovery_codes()
    with reading():
        hashes = [hash_password(code, is_patient=True) for code in codes]
    return [in_groups(code) for code in codes], hashes


def _own() -> Account:
    account: Account = current_user._get_current_object()
    return account
