"""Pages of an import: hand in a file, see each question with its doubts, decide, save."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.access.policy import Permission
from lms.base.errors import Invalid
from lms.base.guards import MEGABYTE, requires, takes_upload
from lms.base.transactions import reading
from lms.quizzes.decisions import Decision
from lms.quizzes.forms import ImportForm, read_decisions, review_rows
from lms.quizzes.importers import ImportedFile, UnreadableFile, read_questions
from lms.quizzes.models import QuestionImport
from lms.quizzes.queries import banks as queries
from lms.quizzes.services import imports as services
from lms.quizzes.services.imports import InvalidQuestions
from lms.quizzes.views.blueprint import actor, bp, quiz_scope

FILE_LIMIT = 10 * MEGABYTE
FORM_AROUND_FILE = MEGABYTE
DECISIONS_LIMIT = 4 * MEGABYTE


@bp.route("/question-banks/<int:bank_id>/import", methods=["GET", "POST"])
@takes_upload(FILE_LIMIT + FORM_AROUND_FILE)
@requires(Permission.QUIZ_MANAGE)
def import_questions(bank_id: int) -> ResponseReturnValue:
    bank = queries.get_bank(bank_id, quiz_scope())
    form = ImportForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            with reading():
                imported = _read(upload.read(FILE_LIMIT + 1), upload.filename or "")
            bank = queries.get_bank(bank_id, quiz_scope(), locked=True)
            stored = services.store_import(actor(), bank, upload.filename or "", imported)
        except Invalid as error:
            bank = queries.get_bank(bank_id, quiz_scope())
            form.file.errors = [error.message]
        else:
            return redirect(url_for("quizzes.review_import", import_id=stored.id))
    status = 422 if request.method == "POST" else 200
    return render_template("quizzes/import_questions.html", form=form, bank=bank), status


def _read(data: bytes, name: str) -> ImportedFile:
    if len(data) > FILE_LIMIT:
        raise Invalid(_("Tệp lớn hơn 10 MB. Hãy bỏ bớt hình ảnh hoặc chia tệp thành nhiều phần."))
    try:
        return read_questions(data, name)
    except UnreadableFile as error:
        raise Invalid(str(error.message)) from error


@bp.route("/question-imports/<int:import_id>", methods=["GET", "POST"])
@takes_upload(DECISIONS_LIMIT)
@requires(Permission.QUIZ_MANAGE)
def review_import(import_id: int) -> ResponseReturnValue:
    stored = queries.get_import(import_id, quiz_scope())
    if request.method == "GET":
        return _review(stored, None, None)
    decisions = read_decisions(request.form, stored.questions)
    try:
        progress = services.save_decided(actor(), import_id, decisions, quiz_scope())
    except InvalidQuestions as error:
        return _review(stored, decisions, error), 422
    bank_id = stored.bank_id
    if progress.saved:
        said = ngettext(
            "Đã lưu %(num)s câu vào ngân hàng.", "Đã lưu %(num)s câu vào ngân hàng.", progress.saved
        )
    else:
        said = _("Chưa có câu nào được lưu.")
    if not progress.waiting:
        flash(said, "success" if progress.saved else "info")
        return redirect(url_for("quizzes.bank", bank_id=bank_id))
    left = ngettext(
        "Còn %(num)s câu chờ đồng chí quyết định.",
        "Còn %(num)s câu chờ đồng chí quyết định.",
        progress.waiting,
    )
    flash(_("%(saved)s %(left)s", saved=said, left=left), "info")
    return redirect(url_for("quizzes.review_import", import_id=import_id))


def _review(
    stored: QuestionImport,
    decisions: dict[int, Decision] | None,
    error: InvalidQuestions | None,
) -> str:
    rows = review_rows(stored.questions, decisions, error.faults if error else None)
    return render_template(
        "quizzes/review_import.html",
        stored=stored,
        rows=rows,
        doubtful=[row for row in rows if not row.is_certain],
        faulty=[row for row in rows if row.fault],
    )


@bp.post("/question-imports/<int:import_id>/discard")
@requires(Permission.QUIZ_MANAGE)
def discard_import(import_id: int) -> ResponseReturnValue:
    bank = services.discard_import(actor(), import_id, quiz_scope())
    flash(_("Đã bỏ các câu còn lại của tệp. Những câu đã lưu vẫn ở trong ngân hàng."), "info")
    return redirect(url_for("quizzes.bank", bank_id=bank.id))
