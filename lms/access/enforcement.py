"""Enforces the guards before every request. Views never check a permission themselves."""

from flask import abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from lms.access.queries import Powers, powers_of
from lms.base.guards import GuardKind, guard_of
from lms.units.queries import Scope

NO_POWERS = Powers(())

OPEN_BEFORE_CHANGE = frozenset({"people.change_password", "people.sign_out"})
"""Where an account with a first password may go before it has chosen its own."""


def current_powers() -> Powers:
    """What the signed-in account may do today; read once per request."""
    if "powers" not in g:
        g.powers = powers_of(current_user.id) if current_user.is_authenticated else NO_POWERS
    powers: Powers = g.powers
    return powers


def current_scope(permission: str) -> Scope:
    """Where the signed-in account holds a permission."""
    return current_powers().scope(permission)


def enforce() -> ResponseReturnValue | None:
    """before_request: let the call pass, send it to sign in, or refuse it."""
    if request.endpoint is None:
        return None
    guard = guard_of(current_app.view_functions[request.endpoint])
    if guard.kind in (GuardKind.PUBLIC, GuardKind.TOKEN):
        return None
    if not current_user.is_authenticated:
        if request.method in ("GET", "HEAD") and not request.is_json:
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    if current_user.must_change_password and request.endpoint not in OPEN_BEFORE_CHANGE:
        return redirect(url_for("people.change_password"))
    if guard.kind is GuardKind.MEMBER and current_user.member_id is None:
        raise NotFound
    if guard.kind is GuardKind.PERMISSION and not current_powers().may(guard.permission or ""):
        abort(403)
    return None
