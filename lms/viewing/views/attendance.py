"""Live sessions: a stream's presence, the join link and its code, what the speaker shows."""

import orjson
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.guards import member, requires, token
from lms.base.transactions import after_answer, keep_despite_refusal
from lms.extensions import csrf, limiter
from lms.people.tries import Tries
from lms.training.queries.enrolments import get_study_of_session
from lms.training.queries.readers import Reader
from lms.training.queries.sessions import get_session_to_prepare
from lms.viewing.coverage import BadIntervals
from lms.viewing.forms.attendance import RunCodeForm
from lms.viewing.grants import BadGrant, read_grant
from lms.viewing.queries.attendance import get_run
from lms.viewing.run_codes import changes_at, code_of
from lms.viewing.run_windows import is_code_taken, may_end
from lms.viewing.services import attendance as services
from lms.viewing.views.beacons import json_answer, refusal
from lms.viewing.views.blueprint import bp, secret, sign_in_hash
from lms.viewing.views.live import Refused
from lms.viewing.views.sessions import session_page


@bp.post("/viewing/presence")
@limiter.exempt
@csrf.exempt
@token
def record_presence() -> ResponseReturnValue:
    """Credit what a live page reports: how long it has played. The grant is the proof."""
    try:
        report = orjson.loads(request.get_data(cache=False)) if request.is_json else None
    except orjson.JSONDecodeError:
        report = None
    if not isinstance(report, dict) or not isinstance(report.get("run"), int):
        return json_answer(400, refusal(400, "not-a-report"))
    token_hash = sign_in_hash()
    try:
        grant = read_grant(report.get("grant"), secret(), token_hash, clock.now())
        receipt = services.credit_presence(grant, token_hash, report["run"], report.get("seconds"))
    except BadGrant:
        return json_answer(403, refusal(403, "bad-grant"))
    except BadIntervals as bad:
        return json_answer(400, refusal(400, bad.reason))
    body = {
        "covered_seconds": receipt.covered_seconds,
        "covered_ratio": receipt.covered_ratio,
        "met": receipt.is_met,
        "over": receipt.is_over,
    }
    return json_answer(200, orjson.dumps(body))


@bp.get("/sessions/<int:session_id>/runs/<int:run_id>/join")
@member
def join_run(session_id: int, run_id: int) -> ResponseReturnValue:
    """Go on to where a run is held. That it was opened is noted once the answer is on its way."""
    study, session = get_study_of_session(current_user.member_id, session_id)
    run = get_run(session, run_id)
    if request.method == "GET" and study.is_open:
        enrolment, at = study.enrolment, clock.now()
        member_id, enrolment_id = enrolment.member_id, enrolment.id
        after_answer(lambda: services.note_joined(member_id, enrolment_id, run_id, at))
    return redirect(run.url)


@bp.post("/sessions/<int:session_id>/runs/<int:run_id>/code")
@member
def confirm_run_code(session_id: int, run_id: int) -> ResponseReturnValue:
    study, session = get_study_of_session(current_user.member_id, session_id)
    run = get_run(session, run_id)
    form = RunCodeForm()
    tries = Tries("run_code", f"account:{current_user.id}")
    tries.check()
    if form.validate_on_submit():
        try:
            services.confirm_code(study, run, form.code.data or "", secret())
        except Invalid as error:
            tries.note_failure()
            keep_despite_refusal()
            form.add_error(error)
        else:
            flash(_("Đã ghi nhận đồng chí dự buổi học này bằng mã xác nhận."), "success")
            return redirect(url_for("viewing.session", session_id=session_id))
    return session_page(study, session, Refused(run.id, form)), 422


@bp.get("/sessions/<int:session_id>/runs/<int:run_id>/shown-code")
@requires(Permission.MATERIAL_UPLOAD)
def run_code(session_id: int, run_id: int) -> ResponseReturnValue:
    """The code for the speaker to show; as JSON for the page's own script."""
    session = get_session_to_prepare(_reader(), session_id)
    run = get_run(session, run_id)
    now = clock.now()
    code = code_of(secret(), run.id, now) if is_code_taken(run, now) else None
    left = max(1, round((changes_at(now) - now).total_seconds()))
    if request.accept_mimetypes.best == "application/json":
        return json_answer(200, orjson.dumps({"code": code, "seconds": left}))
    return render_template(
        "viewing/run_code.html",
        session=session,
        run=run,
        code=code,
        seconds=left,
        now=now,
        may_end=may_end(run, now),
    )


@bp.post("/sessions/<int:session_id>/runs/<int:run_id>/end")
@requires(Permission.MATERIAL_UPLOAD)
def end_run(session_id: int, run_id: int) -> ResponseReturnValue:
    session = get_session_to_prepare(_reader(), session_id)
    services.end_run(current_user._get_current_object(), session, get_run(session, run_id))
    flash(_("Đã ghi giờ kết thúc của lượt này."), "success")
    return redirect(url_for("viewing.run_code", session_id=session_id, run_id=run_id))


def _reader() -> Reader:
    scope = current_scope(Permission.CAMPAIGN_MANAGE)
    return Reader(current_user.id, current_user.member_id, scope)
