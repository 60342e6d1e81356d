"""Pages of question banks: list, create, and the questions with their right answers."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.base.errors import Conflict, Invalid, NotAllowed
from lms.base.forms import choices_of
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.quizzes.forms import KIND_LABELS, BankForm, QuestionForm
from lms.quizzes.models import QuizQuestion
from lms.quizzes.queries import banks as queries
from lms.quizzes.services import banks as services
from lms.quizzes.views.blueprint import actor, bp, quiz_scope
from lms.units.queries import tree_choices

PAGE_SIZE = 50


@bp.route("/question-banks", methods=["GET", "POST"])
@requires(Permission.QUIZ_MANAGE)
def banks() -> ResponseReturnValue:
    scope = quiz_scope()
    form = BankForm()
    form.unit.choices = choices_of(tree_choices(scope))
    if form.validate_on_submit():
        try:
            created = services.create_bank(actor(), form.name.data or "", form.unit.data, scope)
        except Invalid as error:
            form.add_error(error)
        else:
            flash(_("Đã lập ngân hàng. Hãy nhập câu hỏi từ tệp hoặc thêm từng câu."), "success")
            return redirect(url_for("quizzes.bank", bank_id=created.id))
    status = 422 if request.method == "POST" else 200
    return render_template("quizzes/banks.html", form=form, rows=queries.list_banks(scope)), status


@bp.get("/question-banks/<int:bank_id>")
@requires(Permission.QUIZ_MANAGE)
def bank(bank_id: int) -> ResponseReturnValue:
    row = queries.get_bank_row(bank_id, quiz_scope())
    number = page_number(request.args.get("page"))
    return render_template(
        "quizzes/bank.html",
        row=row,
        imports=queries.list_imports(bank_id),
        page=fetch_page(queries.questions_in_use(bank_id), number, PAGE_SIZE),
        first=(number - 1) * PAGE_SIZE + 1,
        kinds=KIND_LABELS,
    )


@bp.route("/question-banks/<int:bank_id>/questions/new", methods=["GET", "POST"])
@requires(Permission.QUIZ_MANAGE)
def add_question(bank_id: int) -> ResponseReturnValue:
    bank = queries.get_bank(bank_id, quiz_scope())
    form = QuestionForm.of(None)
    if form.validate_on_submit():
        try:
            content = form.content()
            locked = queries.get_bank(bank_id, quiz_scope(), locked=True)
            services.add_questions(actor(), locked, [content])
        except Invalid as error:
            form.add_error(error)
        else:
            flash(_("Đã thêm câu hỏi vào ngân hàng."), "success")
            if "again" in request.form:
                return redirect(url_for("quizzes.add_question", bank_id=bank_id))
            return redirect(_last_page(bank_id))
    status = 422 if request.method == "POST" else 200
    return render_template("quizzes/add_question.html", form=form, bank=bank), status


@bp.route("/quiz-questions/<int:question_id>/edit", methods=["GET", "POST"])
@requires(Permission.QUIZ_MANAGE)
def edit_question(question_id: int) -> ResponseReturnValue:
    scope = quiz_scope()
    question = queries.get_question(question_id, scope)
    if request.method == "GET" and question.retired_at is not None:
        flash(_("Câu hỏi này đã được sửa hoặc bỏ. Đây là các câu đang dùng."), "info")
        return redirect(url_for("quizzes.bank", bank_id=question.bank_id))
    form = QuestionForm.of(question)
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            changed = services.replace_question(actor(), question_id, form.content(), scope)
        except (Invalid, Conflict) as error:
            form.add_error(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            flash(_("Đã lưu câu hỏi. Lượt làm bài đã bắt đầu vẫn giữ câu cũ."), "success")
            return redirect(_place_of(changed))
    return render_template("quizzes/edit_question.html", form=form, question=question), status


@bp.post("/quiz-questions/<int:question_id>/retire")
@requires(Permission.QUIZ_MANAGE)
def retire_question(question_id: int) -> ResponseReturnValue:
    question = queries.get_question(question_id, quiz_scope())
    address = _place_of(question)
    try:
        services.retire_question(actor(), question_id, quiz_scope())
    except NotAllowed as error:
        flash(error.message, "error")
    else:
        flash(_("Đã bỏ câu hỏi khỏi ngân hàng. Bài đã làm không thay đổi."), "success")
    return redirect(address)


def _place_of(question: QuizQuestion) -> str:
    """The page of the bank on which a question stands."""
    page = queries.count_before(question) // PAGE_SIZE + 1
    return url_for(
        "quizzes.bank",
        bank_id=question.bank_id,
        page=page if page > 1 else None,
        _anchor=f"question-{question.id}",
    )


def _last_page(bank_id: int) -> str:
    page = (queries.count_in_use(bank_id) - 1) // PAGE_SIZE + 1
    return url_for("quizzes.bank", bank_id=bank_id, page=page if page > 1 else None)
