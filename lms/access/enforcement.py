"""Enforces the guards before every request. Views never check a permission themselves."""

from flask import abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from lms.access.queries import Powers, powers_of
from lms.base.guards import DEFAULT_BODY_LIMIT, Guard, GuardKind, guard_of
from lms.base.transactions import SAFE_METHODS, reading
from lms.units.queries import Scope

NO_POWERS = Powers(())

OPEN_BEFORE_CHANGE = frozenset({"people.change_password", "people.sign_out"})
"""Where an account with a first password may go before it has chosen its own."""

OPEN_BEFORE_STEP = OPEN_BEFORE_CHANGE | {
    "people.second_step",
    "people.begin_second_step",
    "people.confirm_second_step",
}
"""Where an account that needs a second step may go before it has set one up."""


def current_powers() -> Powers:
    """What the signed-in account may do today; read once per request."""
    if "powers" not in g:
        g.powers = powers_of(current_user.id) if current_user.is_authenticated else NO_POWERS
    powers: Powers = g.powers
    return powers


def current_scope(permission: str) -> Scope:
    """Where the signed-in account holds a permission."""
    return current_powers().scope(permission)


def needs_second_step() -> bool:
    """Whether the signed-in account may not sign in without a second step.

    Those of the demo may, as long as nobody else can reach this server.
    """
    if not current_app.config["REQUIRE_SECOND_STEP"]:
        return False
    if current_user.is_demo and current_app.config["IS_LOOPBACK"]:
        return False
    return current_powers().asks_second_step


def screen_large_bodies() -> ResponseReturnValue | None:
    """before_request, ahead of whatever reads the body: a large one is read only from somebody
    who may send it. Takes no lock, because reading the body may take minutes."""
    if request.endpoint is None or request.method in SAFE_METHODS:
        return None
    guard = guard_of(current_app.view_functions[request.endpoint])
    if guard.body_limit <= DEFAULT_BODY_LIMIT:
        return None
    with reading():
        answer = _check(guard)
    g.pop("powers", None)
    return answer


def enforce() -> ResponseReturnValue | None:
    """before_request: let the call pass, send it to sign in, or refuse it."""
    if request.endpoint is None:
        return None
    return _check(guard_of(current_app.view_functions[request.endpoint]))


def _check(guard: Guard) -> ResponseReturnValue | None:
    if guard.kind in (GuardKind.PUBLIC, GuardKind.TOKEN):
        return None
    if not current_user.is_authenticated:
        if request.method in ("GET", "HEAD") and not request.is_json:
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    if current_user.must_change_password and request.endpoint not in OPEN_BEFORE_CHANGE:
        return redirect(url_for("people.change_password"))
    if (
        current_user.second_step_since is None
        and request.endpoint not in OPEN_BEFORE_STEP
        and needs_second_step()
    ):
        return redirect(url_for("people.second_step"))
    if guard.kind is GuardKind.MEMBER and current_user.member_id is None:
        raise NotFound
    if guard.kind is GuardKind.PERMISSION and not current_powers().may(guard.permission or ""):
        abort(403)
    return None
