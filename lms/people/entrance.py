"""How every way in ends: with a sign-in, after the second step where there is one.

The ways in are listed in WAYS; docs/decisions/0010-sign-in.md says how strong each is.
"""

from flask import Response, after_this_request, current_app, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.utils import redirect

from lms.access.queries import powers_of
from lms.audit.services import record
from lms.base.addresses import local_path
from lms.base.transactions import reading
from lms.base.vietnamese import clean
from lms.people.models import Account
from lms.people.queries import find_account_by_login, normal_phone
from lms.people.queries.privacy import find_unseen_notice
from lms.people.sign_in import end_sign_in, open_sign_in
from lms.people.tries import remember_device

WAYS = ("password", "activation", "assisted_reset", "mailed_reset", "outside")
"""How somebody proves who they are. Each ends in `enter`, which asks for the second step."""


def subject_of(login: str) -> str:
    """The account that is tried, whichever of its names is typed and however it is spelled; of an
    unknown name its spellings are one, too, or the limits would tell it from a known one."""
    name = clean(login)[:200]
    with reading():
        account = find_account_by_login(name)
        return (
            f"account:{account.id}" if account else f"login:{normal_phone(name) or name.casefold()}"
        )


def enter(
    account: Account, way: str, wants_lasting: bool = False, next_path: str | None = None
) -> Response:
    """Let the account in, or on to its second step; the cookie changes, what was there is ended."""
    if current_user.is_authenticated:
        end_sign_in(current_user.sign_in_token)
    locale = session.get("locale", account.locale)
    session.clear()
    session["locale"] = locale
    if account.second_step_since is None:
        return let_in(account, way, wants_lasting, next_path)
    token = open_sign_in(
        account,
        request.user_agent.string,
        current_app.config["STEP_LIFETIME"],
        awaits_step=True,
    )
    session["step"] = [token, way, wants_lasting, local_path(next_path, "")]
    return redirect(url_for("people.sign_in_step"), 303)  # type: ignore[return-value]


def let_in(
    account: Account, way: str, wants_lasting: bool, next_path: str | None, step: str = ""
) -> Response:
    """Open the sign-in. Who holds a role that asks for a second step is never kept for long; who
    was not shown the privacy notice in force yet reads it on the way to where they wanted to go."""
    config = current_app.config
    is_staff = powers_of(account.id).asks_second_step
    is_lasting = wants_lasting and not is_staff
    account.sign_in_token = open_sign_in(
        account,
        request.user_agent.string,
        config["LASTING_LIFETIME"] if is_lasting else config["SIGN_IN_LIFETIME"],
        is_lasting=is_lasting,
        idle_hours=config["LASTING_IDLE_HOURS"]
        if is_lasting
        else config["STAFF_IDLE_HOURS"]
        if is_staff
        else None,
    )
    session.permanent = is_lasting
    login_user(account)
    remember_device(account.id)
    record(account.id, "account.signed_in", f"account:{account.id}", way=way, step=step)
    aim = local_path(next_path, url_for("home.index"))
    if find_unseen_notice(account.id) is not None:
        aim = url_for("home.privacy_notice", next=aim)
    return redirect(aim, 302)  # type: ignore[return-value]


def note_refusal(subject: str, way: str) -> None:
    """Keep that somebody was not let in: a known account by its id, others without a name."""
    known = subject if subject.startswith("account:") else "account:unknown"
    record(None, "account.sign_in_refused", known, way=way)


def hide_address() -> None:
    """Tell no other page the address of this one: it may hold a code."""

    @after_this_request
    def add_header(response: Response) -> Response:
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
