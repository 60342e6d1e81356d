"""The page on which an organiser gives a campaign its quiz."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.base.errors import Conflict, Invalid, NotAllowed
from lms.base.forms import choices_of
from lms.base.guards import requires
from lms.quizzes.forms import QuizForm
from lms.quizzes.models import Quiz
from lms.quizzes.queries import banks as queries
from lms.quizzes.queries.attempts import quiz_of_campaign
from lms.quizzes.services.settings import set_quiz
from lms.quizzes.views.blueprint import actor, bp, quiz_scope
from lms.training.models import CampaignState
from lms.training.queries.campaigns import get_campaign

USUAL_ATTEMPTS = 3
USUAL_QUESTIONS = 10


@bp.route("/campaigns/<int:campaign_id>/quiz/settings", methods=["GET", "POST"])
@requires(Permission.QUIZ_MANAGE)
def manage(campaign_id: int) -> ResponseReturnValue:
    scope = quiz_scope()
    campaign = get_campaign(campaign_id, scope, lock=request.method == "POST")
    quiz = quiz_of_campaign(campaign_id)
    rows = queries.list_banks(scope)
    form = _form(quiz)
    offered = [(row.bank.id, _label(row)) for row in rows]
    if quiz is not None and quiz.bank_id not in {row.bank.id for row in rows}:
        offered.append((quiz.bank_id, _("Ngân hàng đang dùng (của đơn vị khác)")))
    form.bank.choices = choices_of(offered)
    stored = _stored(quiz)
    form.opened_on(stored)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            set_quiz(actor(), campaign_id, form.values, scope)
        except (Conflict, Invalid, NotAllowed) as error:
            form.add_error(error)
        else:
            flash(_("Đã lưu bài trắc nghiệm của đợt học."), "success")
            return redirect(url_for("quizzes.manage", campaign_id=campaign_id))
    status = 200 if request.method == "GET" else 409 if form.has_conflict else 422
    return (
        render_template(
            "quizzes/manage.html",
            campaign=campaign,
            is_closed=campaign.state is CampaignState.CLOSED,
            quiz=quiz,
            rows=rows,
            form=form,
            has_attempts=quiz is not None and queries.has_attempts(quiz.id),
        ),
        status,
    )


def _form(quiz: Quiz | None) -> QuizForm:
    if quiz is not None:
        return QuizForm(obj=quiz, bank=quiz.bank_id)
    return QuizForm(
        title=_("Bài trắc nghiệm"),
        question_count=USUAL_QUESTIONS,
        attempts_allowed=USUAL_ATTEMPTS,
        is_shuffled=True,
    )


def _stored(quiz: Quiz | None) -> dict[str, Any]:
    """What is stored, by the fields of the form."""
    names = ("title", "question_count", "attempts_allowed", "minutes", "is_shuffled")
    stored = {name: getattr(quiz, name, None) for name in names}
    return {**stored, "bank": quiz.bank_id if quiz else None}


def _label(row: queries.BankRow) -> str:
    return _(
        "%(name)s · %(unit)s · %(count)s câu",
        name=row.bank.name,
        unit=row.unit_name,
        count=row.question_count,
    )
