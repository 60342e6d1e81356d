"""The two steps of signing in at the provider: going there, and coming back.

Coming back is a GET, because the provider sends the browser so; it is the one GET that opens a
sign-in, in a transaction of its own, and only for the browser and the flow that went there.
"""

import secrets
from urllib.parse import urlsplit

from flask import Blueprint, abort, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from lms.audit.services import record
from lms.base.addresses import local_path
from lms.base.guards import public
from lms.base.transactions import reading, transaction
from lms.extensions import limiter
from lms.integrations.oidc.provider import Provider, ProviderFault, find_provider
from lms.integrations.oidc.tokens import (
    TokenRefused,
    authorization_address,
    check_sender,
    claims_for_code,
)
from lms.people.entrance import enter
from lms.people.outside import OutsideDoor
from lms.people.services.outside import (
    OutsideRefused,
    account_for_identity,
    begin_flow,
    take_flow,
)
from lms.people.tries import OVER_ALL_ACCOUNTS, refuse_if_reached

bp = Blueprint("oidc", __name__, url_prefix="/oidc")


def offered_door() -> OutsideDoor | None:
    """The button on the sign-in page, where a provider is configured."""
    provider = find_provider()
    return OutsideDoor(provider.label, url_for("oidc.start")) if provider else None


@bp.post("/start")
@public
def start() -> ResponseReturnValue:
    """Begin a flow, kept on the server, and lead the browser to the provider.

    By a page that goes on by itself: the policy lets no form end at another site."""
    provider = _provider()
    state, nonce, verifier, browser = (secrets.token_urlsafe(48) for _n in range(4))
    nonce = nonce[:43]
    try:
        with reading():
            address = authorization_address(provider, state, nonce, verifier)
    except ProviderFault as fault:
        return _refuse(f"provider: {fault}", 502)
    session["outside"] = browser
    begin_flow(state, browser, nonce, verifier, local_path(request.form.get("next"), ""))
    host = urlsplit(address).netloc
    page = render_template("integrations/outside_start.html", address=address, host=host)
    response = make_response(page)
    response.headers["Refresh"] = f"0; url={address}"
    return response


@bp.get("/callback")
@public
def callback() -> ResponseReturnValue:
    """Come back from the provider: prove the flow, exchange the code, open the sign-in."""
    provider = _provider()
    refuse_if_reached(OVER_ALL_ACCOUNTS, "oidc", get_remote_address())
    with reading():
        pass
    with transaction():
        flow = take_flow(request.args.get("state", ""), session.get("outside", ""))
    if flow is None:
        return _refuse("state", 400)
    session.pop("outside", None)
    try:
        check_sender(provider, request.args.get("iss"))
        if "error" in request.args or "code" not in request.args:
            return _refuse("the provider refused", 400)
        with reading():
            claims = claims_for_code(provider, request.args["code"], flow.verifier, flow.nonce)
        with transaction():
            account = account_for_identity(provider.issuer, provider.claim, claims)
            return enter(account, "outside", next_path=flow.next_path)
    except TokenRefused as refusal:
        return _refuse(f"token: {refusal}", 400)
    except ProviderFault as fault:
        return _refuse(f"provider: {fault}", 502)
    except OutsideRefused as refusal:
        return _refuse(f"match: {refusal.reason}", 403)


def _provider() -> Provider:
    provider = find_provider()
    if provider is None:
        abort(404)
    return provider


def _refuse(why: str, status: int) -> ResponseReturnValue:
    """A page that says how to go on; why goes into the audit record, not onto the page."""
    limiter.limiter.hit(OVER_ALL_ACCOUNTS, "oidc", get_remote_address())
    with reading():
        pass
    with transaction():
        record(None, "account.outside_refused", "account:unknown", why=why[:200])
    said = _(
        "Hệ thống kia chưa xác nhận được đồng chí là ai ở đây. Hãy thử lại một lần; nếu vẫn không "
        "được, hãy đăng nhập bằng mật khẩu hoặc hỏi bí thư chi bộ."
    )
    return render_template("integrations/outside_refused.html", said=said), status
