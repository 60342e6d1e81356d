"""A speaker's first page: the sessions they speak in, and what each still lacks."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.access.policy import Permission
from lms.base import clock
from lms.base.guards import requires
from lms.home.views import bp
from lms.training.queries.sessions import list_sessions_of_speaker


@bp.get("/my-sessions")
@requires(Permission.MATERIAL_UPLOAD)
def my_sessions() -> ResponseReturnValue:
    return render_template(
        "home/my_sessions.html",
        rows=list_sessions_of_speaker(current_user.id),
        now=clock.now(),
    )
