"""Pages of the roster import: hand in, match columns, and where an import stands."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.administration.forms.roster import AbsenceForm, ApplyRosterForm, RosterForm
from lms.administration.roster_rows import progress_lines, shown_lines
from lms.administration.views.blueprint import actor, bp, people_scope, unit_choices
from lms.base import clock
from lms.base.errors import DomainError, Invalid
from lms.base.forms import Form, choices_of
from lms.base.guards import MEGABYTE, requires, takes_upload
from lms.base.paging import AnySelect, Page, fetch_page, page_number
from lms.base.transactions import reading
from lms.people import roster_files
from lms.people.answering import Answers
from lms.people.models import ImportState, LineKind, RosterImport
from lms.people.queries import roster as queries
from lms.people.queries.roster_candidates import candidates_for
from lms.people.roster import FIELD_LABELS, Field, UnreadableRoster
from lms.people.roster.reading import Reading, open_roster
from lms.people.services import roster as services
from lms.people.services.roster.flow import FILE_LIMIT, refuse_unusable
from lms.people.services.roster.work import perform_later, read_if_small, stage_now
from lms.training.queries.answering import (
    MovedStudy,
    list_answered_studies,
    list_moved_studies,
)
from lms.units.queries import get_unit, list_roots, names_with_above

FORM_AROUND_FILE = MEGABYTE
AT_WORK = (ImportState.READING, ImportState.APPLYING, ImportState.UNDOING)
MISSING = "missing"
NOTICED = "noticed"
TABS = (*LineKind, MISSING, NOTICED)


@bp.get("/rosters")
@requires(Permission.MEMBER_MANAGE)
def rosters() -> ResponseReturnValue:
    page = fetch_page(queries.list_imports(people_scope()), page_number(request.args.get("page")))
    return render_template("administration/rosters.html", page=page, states=ImportState)


@bp.route("/rosters/new", methods=["GET", "POST"])
@takes_upload(FILE_LIMIT + FORM_AROUND_FILE)
@requires(Permission.MEMBER_MANAGE)
def upload_roster() -> ResponseReturnValue:
    scope = people_scope()
    roots = list_roots(scope)
    form = RosterForm(unit=roots[0].unit_id if len(roots) == 1 else None)
    form.unit.choices = unit_choices(scope)
    if form.validate_on_submit():
        upload, key = form.file.data, None
        try:
            get_unit(form.unit.data, scope)
            with reading():
                key = roster_files.keep(upload.stream, FILE_LIMIT)
                opened = _open(key, upload.filename or "")
            stored = services.receive_roster(actor(), form.unit.data, key, opened, people_scope())
        except DomainError as error:
            roster_files.remove(key)
            form.file.errors = [str(error.message)]
        else:
            return redirect(url_for("administration.roster_columns", import_id=stored.id))
    status = 422 if request.method == "POST" else 200
    return render_template("administration/upload_roster.html", form=form), status


def _open(key: str, name: str) -> Reading:
    return open_roster(roster_files.path_of(key), name)


@bp.route("/rosters/<int:import_id>/columns", methods=["GET", "POST"])
@requires(Permission.MEMBER_MANAGE)
def roster_columns(import_id: int) -> ResponseReturnValue:
    stored = queries.get_import(import_id, people_scope())
    if stored.file_key is None or stored.state in AT_WORK:
        return redirect(url_for("administration.roster", import_id=import_id))
    form, error, mapping = Form(), None, _proposed(stored)
    if form.validate_on_submit():
        mapping = _chosen(stored)
        key, name = stored.file_key, stored.file_name
        try:
            refuse_unusable(mapping)
            with reading():
                lines = read_if_small(key, name, mapping)
            stored = services.begin_reading(import_id, mapping, people_scope())
            if lines is None:
                perform_later(import_id)
            else:
                stage_now(stored, lines)
        except (Invalid, UnreadableRoster) as refused:
            error = str(refused.message)
            stored = queries.get_import(import_id, people_scope())
        else:
            return redirect(url_for("administration.roster", import_id=import_id))
    labels = choices_of([("", _("Không dùng")), *FIELD_LABELS.items()])
    page = render_template(
        "administration/roster_columns.html",
        stored=stored,
        form=form,
        error=error,
        mapping=mapping,
        choices=labels,
    )
    return page, 422 if request.method == "POST" else 200


def _proposed(stored: RosterImport) -> dict[int, Field]:
    return {c["index"]: Field(c["field"]) for c in stored.layout["columns"] if c["field"]}


def _chosen(stored: RosterImport) -> dict[int, Field]:
    """What was chosen for each column; a word that is no meaning counts as none."""
    known = {field.value: field for field in Field}
    chosen = {
        column["index"]: known.get(request.form.get(f"column-{column['index']}", ""))
        for column in stored.layout["columns"]
    }
    return {index: meaning for index, meaning in chosen.items() if meaning is not None}


@bp.get("/rosters/<int:import_id>")
@requires(Permission.MEMBER_MANAGE)
def roster(import_id: int) -> ResponseReturnValue:
    stored = queries.get_import(import_id, people_scope())
    if stored.state is ImportState.UPLOADED:
        return redirect(url_for("administration.roster_columns", import_id=import_id))
    if stored.state in AT_WORK:
        return render_template(
            "administration/roster_progress.html",
            stored=stored,
            states=ImportState,
            lines=progress_lines(stored),
        )
    return show_roster(stored)


def show_roster(
    stored: RosterImport,
    apply_form: ApplyRosterForm | None = None,
    absence_form: AbsenceForm | None = None,
    ticked: Collection[int] = (),
    status: int = 200,
) -> ResponseReturnValue:
    """The preview of an import, or its record once it is applied. `ticked`: those missing who were
    marked when a form came back."""
    tab = request.values.get("tab", "")
    if tab not in [str(one) for one in TABS]:
        tab = next((k.value for k in LineKind if stored.counts.get(k.value)), LineKind.NEW.value)
    is_preview = stored.state is ImportState.PREVIEW
    studies = list_moved_studies(queries.moves_of(stored.id)) if is_preview else []
    is_applied = stored.state is ImportState.APPLIED
    answered = list_answered_studies(queries.answers_of(stored.id)) if is_applied else []
    number = page_number(request.values.get("page"))
    apply_form = apply_form or build_apply_form(stored, studies, sent=False)
    apply_form.ask_about(stored.counts.get("leaving") or 0)
    rows: Page[Any] = fetch_page(_rows_of(stored.id, tab), number)
    return (
        render_template(
            "administration/roster.html",
            stored=stored,
            unit=get_unit(stored.unit_id),
            states=ImportState,
            kinds=LineKind,
            tab=tab,
            page=rows,
            lines=[] if tab == MISSING else _shown(stored, rows.rows),
            new_units=queries.new_units(stored.id),
            studies=studies,
            answered=answered,
            apply_form=apply_form,
            absence_form=absence_form or AbsenceForm(None, left_on=clock.today()),
            ticked=ticked,
        ),
        status,
    )


def build_apply_form(
    stored: RosterImport, studies: Sequence[MovedStudy], *, sent: bool
) -> ApplyRosterForm:
    """What is asked before an import is applied, also who answers for the studies of who moves;
    with what was `sent`, or fresh."""
    answered = Answers.of(stored)
    asked = [(one.campaign_id, one.name, answered.to(one.campaign_id)) for one in studies]
    values: dict[str, Any] = {} if sent else {"formdata": None}
    return ApplyRosterForm.build(asked, effective_on=clock.today(), **values)


def _rows_of(import_id: int, tab: str) -> AnySelect:
    if tab == MISSING:
        return queries.missing_members(import_id)
    if tab == NOTICED:
        return queries.noticed_lines(import_id)
    return queries.lines_of(import_id, LineKind(tab))


def _shown(stored: RosterImport, rows: Any) -> Any:
    lines = [row[0] for row in rows]
    left = names_with_above(line.was_unit_id for line in lines if line.was_unit_id)
    doubtful = [line for line in lines if line.kind is LineKind.DOUBTFUL and not line.code]
    return shown_lines(
        rows,
        queries.posts_of_lines([line.id for line in lines]),
        left,
        candidates_for(doubtful, stored.unit_id),
    )


@bp.get("/rosters/<int:import_id>/state")
@requires(Permission.MEMBER_MANAGE)
def roster_state(import_id: int) -> ResponseReturnValue:
    """How far the work is, for the script of the progress page."""
    stored = queries.get_import(import_id, people_scope())
    return jsonify(is_at_work=stored.state in AT_WORK, lines=progress_lines(stored))
