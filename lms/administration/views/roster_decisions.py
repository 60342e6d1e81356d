"""What a human does with a roster's preview: decide, apply, give up, undo, fetch the doubts."""

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.access.policy import Permission
from lms.administration.forms.roster import AbsenceForm
from lms.administration.roster_sheet import problems_workbook
from lms.administration.views.blueprint import actor, bp, people_scope
from lms.administration.views.roster import build_apply_form, show_roster
from lms.base.errors import Conflict, Invalid
from lms.base.guards import requires
from lms.base.paging import list_all, page_number
from lms.people.models import LineKind
from lms.people.queries import roster as queries
from lms.people.services import roster as services
from lms.people.services.roster.work import SMALL, apply_now, perform_later, undo_now
from lms.training.queries.answering import list_moved_studies

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.post("/rosters/<int:import_id>/lines/<int:line_id>")
@requires(Permission.MEMBER_MANAGE)
def decide_roster_line(import_id: int, line_id: int) -> ResponseReturnValue:
    queries.get_import(import_id, people_scope())
    choice = request.form.get("choice", "")
    member_id = int(choice) if choice.isdigit() and len(choice) < 10 else None
    decision = "same" if member_id is not None or choice == "same" else None
    if choice == "new":
        decision = "new"
    try:
        line = services.decide_line(import_id, line_id, decision, member_id, people_scope())
    except (Invalid, Conflict) as error:
        flash(error.message, "error")
    else:
        if decision is None:
            flash(_("Dòng %(row)s lại chờ đồng chí quyết định.", row=line.row), "info")
        else:
            flash(_("Đã ghi quyết định cho dòng %(row)s.", row=line.row), "success")
    return _back(import_id, request.form.get("tab", ""))


@bp.post("/rosters/<int:import_id>/absences")
@requires(Permission.MEMBER_MANAGE)
def decide_roster_absences(import_id: int) -> ResponseReturnValue:
    stored = queries.get_import(import_id, people_scope())
    form = AbsenceForm()
    action = request.form.get("action", "")
    leaves = action in ("leave", "leave_all")
    chosen = {int(i) for i in request.form.getlist("member") if i.isdigit() and len(i) < 10}
    everyone = action in ("leave_all", "keep_all")
    page = page_number(request.form.get("page"))
    if form.validate_on_submit():
        try:
            if not everyone and not chosen:
                raise Invalid(_("Hãy đánh dấu ít nhất một người."))
            if leaves and form.left_on.data is None:
                raise Invalid(_("Hãy ghi ngày rời tổ chức."), field="left_on")
            count = services.decide_absences(
                import_id,
                None if everyone else chosen,
                form.left_on.data if leaves else None,
                form.reason.data or "",
                people_scope(),
            )
        except Invalid as error:
            form.add_error(error)
        except Conflict as error:
            flash(error.message, "error")
            return _back(import_id, "missing", page)
        else:
            said = ngettext("Đã ghi cho %(num)s người.", "Đã ghi cho %(num)s người.", count)
            flash(said, "success" if count else "info")
            return _back(import_id, "missing", page)
    return show_roster(stored, absence_form=form, ticked=chosen, status=422)


@bp.post("/rosters/<int:import_id>/apply")
@requires(Permission.MEMBER_MANAGE)
def apply_roster(import_id: int) -> ResponseReturnValue:
    stored = queries.get_import(import_id, people_scope())
    studies = list_moved_studies(queries.moves_of(import_id))
    form = build_apply_form(stored, studies, sent=True)
    if not form.validate_on_submit():
        return show_roster(stored, apply_form=form, status=422)
    try:
        stored = services.begin_apply(
            actor(),
            import_id,
            founds_units=form.founds_units.data,
            effective_on=form.effective_on.data,
            answers=form.answers,
            leaving=form.confirmed,
            scope=people_scope(),
        )
    except Invalid as error:
        form.add_error(error)
        return show_roster(
            queries.get_import(import_id, people_scope()), apply_form=form, status=422
        )
    except Conflict as error:
        flash(error.message, "error")
        return _back(import_id)
    if stored.line_count > SMALL:
        perform_later(import_id)
    elif apply_now(stored):
        flash(_("Đã áp dụng danh sách."), "success")
    return _back(import_id)


@bp.post("/rosters/<int:import_id>/undo")
@requires(Permission.MEMBER_MANAGE)
def undo_roster(import_id: int) -> ResponseReturnValue:
    try:
        stored = services.begin_undo(actor(), import_id, people_scope())
    except Conflict as error:
        flash(error.message, "error")
        return _back(import_id)
    if stored.line_count > SMALL:
        perform_later(import_id)
    elif undo_now(stored):
        flash(_("Đã hoàn tác. Mọi người và đơn vị trở lại như trước lần nhập."), "success")
    return _back(import_id)


@bp.post("/rosters/<int:import_id>/abandon")
@requires(Permission.MEMBER_MANAGE)
def abandon_roster(import_id: int) -> ResponseReturnValue:
    try:
        services.abandon(actor(), import_id, people_scope())
    except Conflict as error:
        flash(error.message, "error")
        return _back(import_id)
    flash(_("Đã bỏ danh sách này. Chưa có gì thay đổi."), "info")
    return redirect(url_for("administration.rosters"))


@bp.get("/rosters/<int:import_id>/problems.xlsx")
@requires(Permission.MEMBER_MANAGE)
def roster_problems(import_id: int) -> Response:
    """The lines in doubt as a workbook, to mend the file by."""
    stored = queries.get_import(import_id, people_scope())
    rows = (row[0] for row in list_all(queries.lines_of(import_id, LineKind.DOUBTFUL)))
    return send_file(
        problems_workbook(stored.file_name, rows),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"can-sua-{import_id}.xlsx",
    )


def _back(import_id: int, tab: str = "", page: int = 1) -> ResponseReturnValue:
    number = page if page > 1 else None
    address = url_for("administration.roster", import_id=import_id, tab=tab or None, page=number)
    return redirect(f"{address}#lines" if tab else address)
