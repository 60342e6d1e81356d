"""Pages of no feature: health, the language switch, the gallery of components."""

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue

from lms.base.addresses import local_path
from lms.base.guards import public
from lms.base.health import is_database_there
from lms.extensions import limiter
from lms.web.locale import LOCALES
from lms.web.patterns import gallery_context

bp = Blueprint("web", __name__)


@bp.get("/healthz")
@public
@limiter.exempt
def healthz() -> ResponseReturnValue:
    if not is_database_there():
        return jsonify(status="unavailable"), 503
    return jsonify(status="ok")


@bp.get("/service-worker.js")
@public
@limiter.exempt
def service_worker() -> ResponseReturnValue:
    """The script that works on without a page. It stands at the root so that it may serve every
    page; what it does is in js/workers/, under an address that changes with its content."""
    address = current_app.jinja_env.globals["static_url"]("js/workers/service-worker.js")  # type: ignore[operator]
    return Response(f'import "{address}";\n', mimetype="text/javascript")


@bp.post("/locale/<locale>")
@public
def set_locale(locale: str) -> ResponseReturnValue:
    if locale not in LOCALES:
        abort(404)
    session["locale"] = locale
    return redirect(local_path(request.form.get("next"), "/"))


@bp.get("/patterns")
@public
def patterns() -> ResponseReturnValue:
    if not (current_app.debug or current_app.testing):
        abort(404)
    return render_template("patterns.html", **gallery_context())
