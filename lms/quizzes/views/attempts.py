"""Pages of those who answer: the quiz of a campaign, an attempt, its result.

Before submission nothing that leaves here tells what is right: not the pages, not the answers to
scripts, not their sizes.
"""

from typing import Any

import orjson
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.base import clock
from lms.base.errors import Conflict, NotAllowed
from lms.base.formats import format_time
from lms.base.guards import member, takes_upload
from lms.base.transactions import after_answer, keep_despite_refusal
from lms.quizzes.forms import OneAnswer, read_answers
from lms.quizzes.queries import attempts as queries
from lms.quizzes.queries.attempts import Sitting
from lms.quizzes.queries.standing import Standing, count_answered, standing_of
from lms.quizzes.services import attempts as services
from lms.quizzes.views.blueprint import actor, bp
from lms.quizzes.views.next_step import next_step_of, start_step
from lms.training.queries.enrolments import get_study

ANSWERS_LIMIT = 64 * 1024


@bp.get("/campaigns/<int:campaign_id>/quiz")
@member
def quiz(campaign_id: int) -> ResponseReturnValue:
    study = get_study(current_user.member_id, campaign_id)
    standing = standing_of(study, queries.get_asked_quiz(study))
    _mark_after_answer(standing)
    under_way = standing.under_way
    return render_template(
        "quizzes/quiz.html",
        standing=standing,
        answered=count_answered(under_way.attempt) if under_way else 0,
        seconds_left=under_way.seconds_left(clock.now()) if under_way else None,
        next_step=next_step_of(standing),
        again=start_step(standing),
    )


@bp.post("/campaigns/<int:campaign_id>/quiz/attempts")
@member
def start(campaign_id: int) -> ResponseReturnValue:
    attempt = services.start_attempt(actor(), campaign_id)
    return redirect(url_for("quizzes.attempt", attempt_id=attempt.id), 303)


@bp.get("/quiz-attempts/<int:attempt_id>")
@member
def attempt(attempt_id: int) -> ResponseReturnValue:
    sitting = queries.get_sitting(current_user.member_id, attempt_id)
    now = clock.now()
    if not sitting.is_taking(now):
        return redirect(url_for("quizzes.result", attempt_id=attempt_id))
    if _is_script():
        return _json(200, {"seconds_left": sitting.seconds_left(now)})
    return _questions_page(sitting)


def _questions_page(sitting: Sitting, is_asked: bool = False) -> str:
    """The questions with what is saved; `is_asked`: a submission left some of them open."""
    questions = queries.list_shown(sitting.attempt.id)
    saved_at = max((one.answered_at for one in questions if one.answered_at), default=None)
    return render_template(
        "quizzes/attempt.html",
        sitting=sitting,
        questions=questions,
        answered=sum(1 for one in questions if one.is_answered),
        saved_at=saved_at,
        seconds_left=sitting.seconds_left(clock.now()),
        is_asked=is_asked,
    )


@bp.post("/quiz-attempts/<int:attempt_id>/answers")
@takes_upload(ANSWERS_LIMIT)
@member
def save_answers(attempt_id: int) -> ResponseReturnValue:
    """One answer from a script (JSON), or the whole page where scripts are off."""
    if request.is_json:
        answer = OneAnswer.read(request.get_json(silent=True))
        receipt = services.save_answer(
            current_user.member_id, attempt_id, answer.position, answer.chosen
        )
        time = format_time(receipt.saved_at)
        return _json(
            200,
            {
                "position": receipt.position,
                "saved_at": time,
                "message": _(
                    "Đã lưu câu %(number)s lúc %(time)s", number=answer.position, time=time
                ),
                "seconds_left": receipt.seconds_left,
            },
        )
    try:
        services.save_answers(current_user.member_id, attempt_id, read_answers(request.form))
    except Conflict:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
    except NotAllowed:
        return _too_late(attempt_id)
    flash(
        _("Đã lưu lúc %(time)s. Đồng chí có thể làm tiếp lúc khác.", time=format_time(clock.now())),
        "success",
    )
    return redirect(url_for("quizzes.attempt", attempt_id=attempt_id), 303)


@bp.post("/quiz-attempts/<int:attempt_id>/submission")
@takes_upload(ANSWERS_LIMIT)
@member
def submit(attempt_id: int) -> ResponseReturnValue:
    answers = read_answers(request.form)
    if "ask" in request.form and _leaves_some_open(attempt_id, answers):
        keep_despite_refusal()
        sitting = queries.get_sitting(current_user.member_id, attempt_id)
        return _questions_page(sitting, is_asked=True), 422
    submission = services.submit_attempt(actor(), attempt_id, answers)
    if submission.is_late:
        return _too_late(attempt_id)
    if _is_script():
        return _json(200, _receipt(submission.sitting))
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


@bp.get("/quiz-attempts/<int:attempt_id>/submission")
@member
def submission(attempt_id: int) -> ResponseReturnValue:
    """The address of a form, opened by itself: lead to the attempt, or to what came of it."""
    sitting = queries.get_sitting(current_user.member_id, attempt_id)
    page = "attempt" if sitting.is_taking(clock.now()) else "result"
    return redirect(url_for(f"quizzes.{page}", attempt_id=attempt_id))


def _leaves_some_open(attempt_id: int, answers: services.Answers) -> bool:
    """Save what came; whether questions are left open. What refuses here refuses again below."""
    try:
        return bool(services.save_answers(current_user.member_id, attempt_id, answers))
    except (Conflict, NotAllowed):
        return False


@bp.get("/quiz-attempts/<int:attempt_id>/result")
@member
def result(attempt_id: int) -> ResponseReturnValue:
    sitting = queries.get_sitting(current_user.member_id, attempt_id)
    if sitting.is_taking(clock.now()):
        return redirect(url_for("quizzes.attempt", attempt_id=attempt_id))
    standing = standing_of(sitting.study, sitting.quiz)
    _mark_after_answer(standing)
    outcome = next(one for one in standing.outcomes if one.attempt.id == attempt_id)
    return render_template(
        "quizzes/result.html",
        standing=standing,
        outcome=outcome,
        is_passed=standing.passes(outcome),
        questions=queries.list_shown(attempt_id, marks=True, right=standing.may_see_right),
        next_step=next_step_of(standing),
    )


def _mark_after_answer(standing: Standing) -> None:
    """Write down, after this page, what came of attempts that time has ended."""
    ids = standing.unmarked_ids
    if ids:
        after_answer(lambda: services.mark_all_run_out(ids))


def _too_late(attempt_id: int) -> ResponseReturnValue:
    """What came after the end is refused; what was saved before is marked, and kept so."""
    submission = services.submit_attempt(actor(), attempt_id)
    keep_despite_refusal()
    if _is_script():
        message = _("Đã hết giờ làm bài. Những câu đã lưu vẫn được chấm.")
        return _json(403, {"error": message, "status": 403})
    return render_template("quizzes/too_late.html", sitting=submission.sitting), 403


def _receipt(sitting: Sitting) -> dict[str, Any]:
    attempt = sitting.attempt
    return {
        "attempt": attempt.id,
        "submitted_at": attempt.submitted_at,
        "right_count": attempt.right_count,
        "question_count": attempt.question_count,
    }


def _is_script() -> bool:
    accepted = request.accept_mimetypes
    return request.is_json or accepted["application/json"] > accepted["text/html"]


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), status, mimetype="application/json")
