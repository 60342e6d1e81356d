"""Errors become answers here: a page in plain words, or JSON for a script that asked for it."""

import logging

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from lms.base import clock, errors
from lms.extensions import db, limiter
from lms.web.locale import chosen_locale

STATUS_OF = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Invalid: 422,
    errors.Conflict: 409,
    errors.PayloadTooLarge: 413,
    errors.NoSpace: 507,
    errors.Busy: 503,
}


REFUSALS = {401: "signed out", 403: "guard", 429: "rate"}
"""Answers that are noted in the log, with the word for each."""

logger = logging.getLogger("lms.refusals")


def wants_json() -> bool:
    """Whether a script asked: it sends JSON or prefers it over HTML."""
    if request.is_json:
        return True
    accept = request.accept_mimetypes
    return accept["application/json"] > accept["text/html"]


def note_refusal(status: int, why: str) -> None:
    """One line for whoever watches the server: what was refused, to whom, from where."""
    account = g.get("_login_user")  # as far as it is loaded: a refusal asks the database nothing
    logger.warning(
        "refused status=%s why=%s endpoint=%s method=%s account=%s address=%s",
        status,
        why,
        request.endpoint or "-",
        request.method,
        getattr(account, "id", None) or "-",
        request.remote_addr or "-",
    )


def answer(status: int, message: str = "") -> Response:
    """The answer for a status, with the rule's own words where there are some."""
    if wants_json():
        response = jsonify(error=message or str(status), status=status)
    else:
        response = make_response(_page(status, message))
    response.status_code = status
    return response


def _page(status: int, message: str) -> str:
    """The page of a status. Ours to blame: without context processors, which load the account."""
    if status in (500, 503, 507):
        bare = current_app.jinja_env.get_template("errors/bare.html")
        return bare.render(status=status, message=message, locale=chosen_locale())
    return render_template("errors/error.html", status=status, message=message)


def status_of(error: errors.DomainError) -> int:
    """The status of a domain error, or of the nearest kind that it is one of."""
    return next((STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF), 422)


def _on_domain_error(error: errors.DomainError) -> Response:
    if status_of(error) == 403:
        note_refusal(403, "rule")
    with db.session.no_autoflush:  # what was half done must not be written to show why it was not
        return answer(status_of(error), error.message)


def _on_http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if error.code in REFUSALS:
        note_refusal(error.code, REFUSALS[error.code])
    response = answer(error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "Content-Range"):
            response.headers[name] = value
    if error.code == 429 and limiter.current_limit is not None:
        seconds = limiter.current_limit.reset_at - int(clock.now().timestamp())
        response.headers["Retry-After"] = str(max(1, seconds))
    return response


def _on_csrf_error(_error: CSRFError) -> Response:
    note_refusal(400, "csrf")
    return answer(400, _("Trang đã mở quá lâu. Hãy quay lại, tải lại trang rồi gửi lần nữa."))


def _on_database_error(error: Exception) -> Response:
    current_app.logger.error("database: %s", error)
    db.session.rollback()
    if "disk is full" in str(error) or "No space left" in str(error):
        return answer(507)
    return answer(503)


def _on_integrity_error(error: Exception) -> Response:
    current_app.logger.warning("conflict: %s", error)
    db.session.rollback()
    return answer(409, _("Dữ liệu vừa được người khác thay đổi. Hãy tải lại trang rồi làm lại."))


def _on_unfit_value(error: Exception) -> Response:
    """A value that no column takes: too large, or with a character that text cannot hold."""
    current_app.logger.warning("unfit value: %s", error)
    db.session.rollback()
    return answer(400)


def _on_unknown_error(error: Exception) -> Response:
    current_app.logger.exception("unhandled", exc_info=error)
    return answer(500)


def init_app(app: Flask) -> None:
    """Register the handlers; tests see unknown errors as they are."""
    app.register_error_handler(errors.DomainError, _on_domain_error)
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(IntegrityError, _on_integrity_error)
    app.register_error_handler(StaleDataError, _on_integrity_error)
    app.register_error_handler(DataError, _on_unfit_value)
    app.register_error_handler(OverflowError, _on_unfit_value)
    app.register_error_handler(OperationalError, _on_database_error)
    app.register_error_handler(PoolTimeout, _on_database_error)
    if not app.testing:
        app.register_error_handler(Exception, _on_unknown_error)
