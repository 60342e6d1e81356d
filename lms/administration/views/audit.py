"""The pages of the audit record: read it, filter it, take it along as a workbook."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_powers
from lms.access.policy import Permission
from lms.administration.audit_export import MOST_ROWS, workbook
from lms.administration.audit_lines import Line, lines_of
from lms.administration.forms.audit import AuditFilterForm
from lms.administration.queries import find_people, subjects_of
from lms.administration.views.blueprint import bp, require_whole_tree
from lms.audit.models import AuditRecord
from lms.audit.queries import Filters, list_records
from lms.audit.reading import record_reading
from lms.base.guards import requires
from lms.base.paging import fetch_page, list_all, page_number
from lms.people.queries import list_accounts

FIELDS = ("actor", "person", "action", "first_day", "last_day")


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> ResponseReturnValue:
    require_whole_tree(Permission.AUDIT_READ)
    form = AuditFilterForm(request.args)
    filters = _filters(form)
    page = fetch_page(list_records(filters), page_number(request.args.get("page")))
    _note_reading(form)
    asked = {name: request.args[name] for name in FIELDS if request.args.get(name)}
    return render_template(
        "administration/audit.html",
        form=form,
        page=page,
        lines=lines_of(page.rows, current_powers()),
        asked=asked,
        is_filtered=bool(asked),
    )


@bp.get("/audit.xlsx")
@requires(Permission.AUDIT_READ)
def export_audit() -> ResponseReturnValue:
    require_whole_tree(Permission.AUDIT_READ)
    form = AuditFilterForm(request.args)
    query = list_records(_filters(form)).limit(MOST_ROWS + 1)
    records = list(list_all(query))
    if len(records) > MOST_ROWS:
        flash(_("Nhiều hơn %(most)s dòng. Hãy chọn khoảng ngày ngắn hơn.", most=MOST_ROWS), "error")
        return redirect(url_for("administration.audit", **request.args.to_dict()))  # type: ignore[arg-type]
    _note_reading(form)
    record_reading("audit.exported", f"account:{current_user.id}", rows=len(records))
    return send_file(
        BytesIO(workbook(_all_lines(records))),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name="nhat-ky.xlsx",
    )


def _filters(form: AuditFilterForm) -> Filters:
    """What the form asks for; what it cannot make out is said at its field and finds nothing."""
    is_valid = form.validate()
    actor_ids: Any = None
    subjects: Any = None
    if form.actor.data:
        found = _people(form.actor)
        actor_ids = found[0] if found else ()
    if form.person.data:
        found = _people(form.person)
        subjects = subjects_of(*found) if found else ()
    if not is_valid:
        actor_ids = ()
    return Filters(
        action=form.chosen_action,
        actor_ids=actor_ids,
        subjects=subjects,
        first_day=form.first_day.data,
        last_day=form.last_day.data,
    )


def _people(field: Any) -> tuple[list[int], list[int]] | None:
    found = find_people(field.data)
    if found is None:
        field.errors = [*field.errors, _("Nhiều người trùng quá. Hãy gõ đủ họ tên hoặc số thẻ.")]
    return found


def _note_reading(form: AuditFilterForm) -> None:
    """Looking for what concerns somebody, or for what they did, is reading about them. Several who
    fit one filter are counted in one record."""
    for field in (form.actor, form.person):
        found = find_people(field.data) if field.data else None
        if found is None:
            continue
        accounts, members = found
        outside = [one.id for one in list_accounts(accounts) if one.member_id is None]
        subjects = [f"member:{one}" for one in members] + [f"account:{one}" for one in outside]
        if len(subjects) == 1:
            record_reading("audit.read", subjects[0])
        elif subjects:
            record_reading("audit.read", "member:", count=len(subjects))


def _all_lines(records: Sequence[AuditRecord]) -> Iterator[Line]:
    powers = current_powers()
    for start in range(0, len(records), 1000):
        yield from lines_of(records[start : start + 1000], powers)
