"""A speaker's pages: the sessions they speak in, and how each recording was watched."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.base import clock
from lms.base.guards import requires
from lms.home.views import bp
from lms.training.queries.readers import Reader
from lms.training.queries.sessions import get_session_to_prepare, list_sessions_of_speaker
from lms.viewing.curve import LEAST_VIEWERS
from lms.viewing.queries.pages import get_curve
from lms.viewing.run_windows import runs_to_lead


@bp.get("/my-sessions")
@requires(Permission.MATERIAL_UPLOAD)
def my_sessions() -> ResponseReturnValue:
    return render_template(
        "home/my_sessions.html",
        rows=list_sessions_of_speaker(current_user.id),
        now=clock.now(),
        runs_to_lead=runs_to_lead,
    )


@bp.get("/my-sessions/<int:session_id>/viewing")
@requires(Permission.MATERIAL_UPLOAD)
def session_viewing(session_id: int) -> ResponseReturnValue:
    """How a recording was watched, for who speaks in it; from ten viewers on."""
    reader = Reader(
        current_user.id, current_user.member_id, current_scope(Permission.CAMPAIGN_MANAGE)
    )
    session = get_session_to_prepare(reader, session_id)
    curve = get_curve(session) if session.is_watchable else None
    is_shown = curve is not None and curve.viewers >= LEAST_VIEWERS
    return render_template(
        "home/session_viewing.html",
        session=session,
        curve=curve if is_shown else None,
        least=LEAST_VIEWERS,
    )
