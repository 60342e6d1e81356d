"""From a filled-in form to a change of the tree: preview, confirm, done; and taking it back.

A form is sent twice to the same address: without `confirm` it answers with the preview, with it
(the preview's mark) the change is made, unless it would by now do something else.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.enforcement import current_scope
from lms.access.policy import ROLE_LABELS, Permission
from lms.administration.forms.fields import DecisionForm
from lms.administration.views.blueprint import actor, bp
from lms.base import clock
from lms.base.errors import Conflict, DomainError, NotFound
from lms.base.forms import Form
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.people.labels import CHANGE_LABELS
from lms.people.queries import list_accounts
from lms.people.queries.reorganisation import hindrances
from lms.people.services.reorganisation import (
    Preview,
    apply_change_with_people,
    preview_change,
    undo_change,
)
from lms.units.changes import Change, DecisionValues
from lms.units.history import get_reorganisation, reorganisations_in

NOT_KEPT = frozenset({"csrf_token", "confirm", "edit"})


def decision_values(form: DecisionForm) -> DecisionValues | None:
    """The decision that a form names, if it names one."""
    if not form.decision_number.data:
        return None
    return DecisionValues(
        form.decision_number.data, form.decision_date.data, form.decision_issuer.data or ""
    )


def carry_through(
    form: Form,
    change: Callable[[], Change],
    title: str,
    show: Callable[[int], ResponseReturnValue],
) -> ResponseReturnValue:
    """Answer a form that describes a change. `show(status)` renders the form itself."""
    if request.method == "GET" or "edit" in request.form:
        return show(200)
    if not form.validate_on_submit():
        return show(422)
    scope = current_scope(Permission.UNIT_MANAGE)
    wanted = change()
    fingerprint = request.form.get("confirm")
    try:
        if fingerprint is None:
            return _preview(preview_change(actor(), wanted, scope), wanted, title), 200
        done = apply_change_with_people(actor(), wanted, scope, fingerprint)
    except Conflict as error:
        return _preview_anew(wanted, title, error)
    except NotFound:
        raise
    except DomainError as error:
        form.add_error(error)
        return show(422)
    flash(_("Đã ghi thay đổi."), "success")
    return redirect(url_for("administration.reorganisation", reorganisation_id=done.id))


def _preview_anew(wanted: Change, title: str, error: Conflict) -> ResponseReturnValue:
    """What the change would do by now: the request as a whole is refused and rolled back."""
    scope = current_scope(Permission.UNIT_MANAGE)
    return _preview(preview_change(actor(), wanted, scope, afresh=True), wanted, title, error), 409


def _preview(preview: Preview, change: Change, title: str, error: DomainError | None = None) -> str:
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]
    return render_template(
        "administration/change_preview.html",
        title=title,
        effects=preview.effects,
        fingerprint=preview.fingerprint,
        change=change,
        kept=kept,
        error=error,
        role_labels=ROLE_LABELS,
        is_ahead=change.effective_on > clock.today(),
    )


@bp.get("/reorganisations")
@requires(Permission.UNIT_MANAGE)
def reorganisations() -> ResponseReturnValue:
    page = fetch_page(
        reorganisations_in(current_scope(Permission.UNIT_MANAGE)),
        page_number(request.args.get("page")),
    )
    return render_template(
        "administration/reorganisations.html",
        page=page,
        accounts=_accounts(page.rows),
        labels=CHANGE_LABELS,
    )


@bp.get("/reorganisations/<int:reorganisation_id>")
@requires(Permission.UNIT_MANAGE)
def reorganisation(reorganisation_id: int) -> ResponseReturnValue:
    found = get_reorganisation(reorganisation_id, current_scope(Permission.UNIT_MANAGE))
    return render_template(
        "administration/reorganisation.html",
        change=found,
        effects=found.effects,
        reasons=hindrances(found),
        accounts=_accounts([found]),
        labels=CHANGE_LABELS,
        role_labels=ROLE_LABELS,
        is_ahead=found.effective_on > clock.today(),
    )


@bp.post("/reorganisations/<int:reorganisation_id>/undo")
@requires(Permission.UNIT_MANAGE)
def undo_reorganisation(reorganisation_id: int) -> ResponseReturnValue:
    found = get_reorganisation(reorganisation_id, current_scope(Permission.UNIT_MANAGE))
    undo_change(actor(), found)
    flash(_("Đã hủy thay đổi; tổ chức trở lại như trước."), "success")
    return redirect(url_for("administration.reorganisation", reorganisation_id=reorganisation_id))


def _accounts(rows: Sequence[Any]) -> dict[int, str]:
    ids = {one for row in rows for one in (row.actor_id, row.undone_by_id) if one is not None}
    return {account.id: account.display_name for account in list_accounts(ids)}
