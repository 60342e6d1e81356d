"""The reviewer's pages: the queue, one essay with its rubric, giving an essay up.

Only one's own assignments, by pseudonym; another's answers like a missing one.
"""

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.policy import Permission
from lms.base.errors import Conflict, Invalid
from lms.base.formats import format_decimal, format_time
from lms.base.guards import requires
from lms.base.paging import page_number
from lms.marking import scoring, services
from lms.marking.forms import ReasonForm, mark_of_form, mark_of_json
from lms.marking.inputs import MarkInput
from lms.marking.labels import MARK_STATES
from lms.marking.queries import essay as essays
from lms.marking.queries import queue as queues
from lms.marking.queries.essay import BlindEssay
from lms.marking.services import Receipt
from lms.marking.views import bp
from lms.people.models import Account


@bp.get("/marking")
@requires(Permission.ESSAY_MARK)
def queue() -> ResponseReturnValue:
    finished = request.args.get("show") == "finished"
    return render_template(
        "marking/queue.html",
        workloads=queues.list_workloads(current_user.id),
        following=queues.find_next(current_user.id),
        page=queues.list_queue(current_user.id, finished, page_number(request.args.get("page"))),
        finished=finished,
        labels=MARK_STATES,
    )


@bp.route("/marking/<string:pseudonym>", methods=["GET", "POST"])
@requires(Permission.ESSAY_MARK)
def essay(pseudonym: str) -> ResponseReturnValue:
    if request.method == "GET":
        return _page(pseudonym)
    if request.is_json:
        return _take_from_script(pseudonym)
    action = request.form.get("action", "draft")
    given: MarkInput | None = None
    try:
        given = mark_of_form(request.form)
        result = _act(pseudonym, action, given, request.form.get("reason", ""))
    except Conflict as error:
        return _page(pseudonym, given, error.message, is_stale=True), 409
    except Invalid as error:
        return _page(pseudonym, given, error.message, at=error.field), 422
    if isinstance(result, Receipt):
        flash(_("Đã lưu nháp lúc %(time)s.", time=format_time(result.saved_at)), "success")
        return redirect(url_for("marking.essay", pseudonym=pseudonym))
    return redirect(_go_on(pseudonym, action))


def _act(pseudonym: str, action: str, given: MarkInput, reason: str) -> Receipt | None:
    """Save, finish or change; a receipt for a saved draft alone."""
    reviewer = _reviewer()
    assignment = essays.lock_assignment(reviewer.id, pseudonym)
    if action == "finish":
        services.finish_mark(reviewer, assignment, given)
    elif action == "change":
        services.change_mark(reviewer, assignment, given, reason)
    else:
        return services.save_mark_draft(assignment, given)
    return None


def _go_on(pseudonym: str, action: str) -> str:
    """Where the reviewer goes after a mark: to the next essay, or to the queue at the end."""
    if action == "change":
        flash(_("Đã sửa điểm bài %(name)s.", name=pseudonym), "success")
        return url_for("marking.essay", pseudonym=pseudonym)
    assignment = essays.get_assignment(current_user.id, pseudonym)
    following = queues.find_following(assignment)
    if following is None:
        flash(_("Đã chấm xong tất cả các bài được giao. Cảm ơn đồng chí."), "success")
        return url_for("marking.queue", show="finished")
    return url_for("marking.essay", pseudonym=following)


def _take_from_script(pseudonym: str) -> ResponseReturnValue:
    data: Any = request.get_json(silent=True)
    try:
        given = mark_of_json(data)
        action = str(data.get("action", "draft"))
        result = _act(pseudonym, action, given, str(data.get("reason", "")))
    except Conflict as error:
        current = essays.get_blind_essay(essays.get_assignment(current_user.id, pseudonym))
        return jsonify(error=error.message, **_current(current)), 409
    except Invalid as error:
        return jsonify(error=error.message, field=error.field), 422
    if isinstance(result, Receipt):
        return jsonify(
            version=result.version,
            saved_at=format_time(result.saved_at),
            value=format_decimal(result.value),
            missing=result.missing,
        )
    return jsonify(next=_go_on(pseudonym, action))


def _current(essay: BlindEssay) -> dict[str, Any]:
    """What the server holds, for a page that came too late."""
    return {
        "levels": {str(criterion): level for criterion, level in essay.levels.items()},
        "comment": essay.comment,
        "version": essay.version,
        "state": essay.state,
    }


def _page(
    pseudonym: str,
    given: MarkInput | None = None,
    error: str | None = None,
    at: str | None = None,
    is_stale: bool = False,
    passing: ReasonForm | None = None,
) -> str:
    """The essay's page; `given` is what was typed and could not be taken."""
    assignment = essays.get_assignment(current_user.id, pseudonym)
    shown = essays.get_blind_essay(assignment)
    workload = next(
        each
        for each in queues.list_workloads(current_user.id)
        if each.campaign_id == shown.campaign_id
    )
    levels: Mapping[int, int] = given.levels if given else shown.levels
    rubric = shown.sheet.rubric
    if scoring.unknown(rubric, levels):
        levels = {}
    return render_template(
        "marking/essay.html",
        essay=shown,
        workload=workload,
        following=queues.find_following(assignment),
        levels=levels,
        comment=given.comment if given else shown.comment,
        reason=request.form.get("reason", "") if given else "",
        value=scoring.value_so_far(rubric, levels),
        missing=scoring.missing(rubric, levels),
        error=error,
        error_at=at,
        is_stale=is_stale,
        passing=passing or ReasonForm(formdata=None),
        labels=MARK_STATES,
    )


@bp.post("/marking/<string:pseudonym>/pass-on")
@requires(Permission.ESSAY_MARK)
def pass_on(pseudonym: str) -> ResponseReturnValue:
    form = ReasonForm()
    following = queues.find_following(essays.get_assignment(current_user.id, pseudonym))
    if not form.validate_on_submit():
        return _page(pseudonym, passing=form), 422
    services.pass_on(_reviewer(), pseudonym, form.reason.data or "")
    flash(
        _("Đã chuyển bài %(name)s đi. Đồng chí không phải chấm bài này nữa.", name=pseudonym),
        "success",
    )
    if following is None:
        return redirect(url_for("marking.queue"))
    return redirect(url_for("marking.essay", pseudonym=following))


def _reviewer() -> Account:
    account: Account = current_user._get_current_object()
    return account
