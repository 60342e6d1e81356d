"""The page of a session, what its player reports, and the declaration where scripts are off."""

from typing import Any

import orjson
from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.base import clock
from lms.base.guards import member, takes_upload, token
from lms.extensions import csrf
from lms.people.sign_in import hash_token
from lms.training.models import SessionKind
from lms.training.queries.enrolments import get_study_of_session
from lms.viewing import queries, services
from lms.viewing.allowance import ONLINE
from lms.viewing.coverage import BadIntervals, next_unwatched, ratio, seconds_asked
from lms.viewing.grants import BadGrant, issue_grant, read_grant

bp = Blueprint("viewing", __name__)

BEACON_LIMIT = 32 * 1024


@bp.get("/sessions/<int:session_id>")
@member
def session_page(session_id: int) -> ResponseReturnValue:
    study, training_session = get_study_of_session(current_user.member_id, session_id)
    queries.load_page_parts(training_session)
    context: dict[str, Any] = {"study": study, "session": training_session}
    if training_session.kind is SessionKind.LIVE_LINK:
        return render_template("viewing/live_session.html", now=clock.now(), **context)
    if not training_session.is_watchable:
        return render_template("viewing/no_recording.html", **context)
    watched = queries.get_watched(study.enrolment.id, session_id)
    duration = training_session.duration_seconds or 0.0
    return render_template(
        "viewing/session_page.html",
        watched=watched,
        covered_ratio=ratio(watched.covered_seconds, duration),
        asked_seconds=seconds_asked(duration, study.requirement.least_coverage),
        next_at=next_unwatched(watched.intervals, duration, watched.position),
        most_speed=ONLINE.rate,
        grant=issue_grant(
            _secret(),
            enrolment_id=study.enrolment.id,
            session_id=session_id,
            member_id=current_user.member_id,
            token_hash=_sign_in_hash(),
            now=clock.now(),
        ),
        **context,
    )


@bp.post("/sessions/<int:session_id>/declaration")
@member
def declare_watched(session_id: int) -> ResponseReturnValue:
    services.declare_watched(current_user._get_current_object(), session_id)
    flash(_("Đã ghi lời khai rằng đồng chí đã xem hết buổi học này."), "success")
    return redirect(url_for("viewing.session_page", session_id=session_id))


@bp.post("/viewing/beacons")
@csrf.exempt
@takes_upload(BEACON_LIMIT)
@token
def record_beacon() -> ResponseReturnValue:
    """Credit what a player reports. The grant is the proof of who and of our own page."""
    if not request.is_json:
        return _refuse(400, "not-json")
    try:
        beacon = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError:
        return _refuse(400, "not-json")
    if not isinstance(beacon, dict):
        return _refuse(400, "not-an-object")
    token_hash = _sign_in_hash()
    try:
        grant = read_grant(beacon.get("grant"), _secret(), token_hash, clock.now())
        receipt = services.credit_beacon(
            grant, token_hash, beacon.get("intervals"), beacon.get("position")
        )
    except BadGrant:
        return _refuse(403, "bad-grant")
    except BadIntervals as bad:
        return _refuse(400, bad.reason)
    return _json(
        200,
        {
            "covered_seconds": receipt.covered_seconds,
            "covered_ratio": receipt.covered_ratio,
            "intervals": receipt.intervals,
            "closed": not receipt.is_open,
            "late": receipt.is_late,
        },
    )


def _sign_in_hash() -> str:
    # Flask-Login keeps the sign-in's token in the signed cookie; no account is loaded for it.
    return hash_token(session.get("_user_id") or "")


def _secret() -> str:
    return str(current_app.secret_key)


def _refuse(status: int, reason: str) -> Response:
    return _json(status, {"error": reason, "status": status})


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), status, mimetype="application/json")
