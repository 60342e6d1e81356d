"""Directives: the list, the page of one with its sessions, the form of those who keep them."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_powers, current_scope
from lms.access.policy import Permission
from lms.base import clock
from lms.base.errors import Conflict, Invalid, PayloadTooLarge
from lms.base.guards import requires, signed_in, takes_upload
from lms.base.paging import page_number
from lms.base.transactions import reading
from lms.files.addresses import file_url
from lms.files.content import DOCUMENTS
from lms.files.uploads import receive_field
from lms.training.forms import DirectiveForm
from lms.training.models import Directive
from lms.training.queries.directives import (
    get_directive,
    get_kept_directive,
    is_kept_within,
    list_directives,
    list_sessions_about,
)
from lms.training.services import directives as services
from lms.training.views.blueprint import (
    DOCUMENT_BODY,
    bp,
    current_reader,
    document_limit,
    refuse,
)


@bp.get("/directives")
@signed_in
def directives() -> ResponseReturnValue:
    page = list_directives(current_reader(), page_number(request.args.get("page")))
    return render_template(
        "training/directives.html",
        page=page,
        studied=[directive for directive, is_studied in page.rows if is_studied],
        others=[directive for directive, is_studied in page.rows if not is_studied],
        may_add=current_powers().may(Permission.DIRECTIVE_MANAGE),
    )


@bp.get("/directives/<int:directive_id>")
@signed_in
def directive(directive_id: int) -> ResponseReturnValue:
    shown = get_directive(directive_id)
    return render_template(
        "training/directive.html",
        directive=shown,
        rich_text=shown.body,
        links=list_sessions_about(current_reader(), directive_id),
        may_edit=is_kept_within(shown, current_scope(Permission.DIRECTIVE_MANAGE)),
        now=clock.now(),
    )


@bp.get("/directives/<int:directive_id>/file")
@signed_in
def directive_file(directive_id: int) -> ResponseReturnValue:
    shown = get_directive(directive_id)
    if shown.file is None:
        abort(404)
    return redirect(file_url(shown.file, sign_in_token=current_user.sign_in_token))


@bp.route("/directives/new", methods=["GET", "POST"])
@takes_upload(DOCUMENT_BODY)
@requires(Permission.DIRECTIVE_MANAGE)
def create_directive() -> ResponseReturnValue:
    form = DirectiveForm()
    status = 200
    if form.validate_on_submit():
        try:
            with reading():
                file = receive_field(form.file, DOCUMENTS, document_limit())
            created = services.create_directive(
                current_user._get_current_object(),
                _values(form),
                file,
                current_scope(Permission.DIRECTIVE_MANAGE),
            )
        except (Invalid, PayloadTooLarge) as error:
            return _form_page(form, refuse(form, error))
        flash(_("Đã thêm văn bản."), "success")
        return redirect(url_for("training.directive", directive_id=created.id))
    if request.method == "POST":
        status = 422
    return _form_page(form, status)


@bp.route("/directives/<int:directive_id>/edit", methods=["GET", "POST"])
@takes_upload(DOCUMENT_BODY)
@requires(Permission.DIRECTIVE_MANAGE)
def edit_directive(directive_id: int) -> ResponseReturnValue:
    scope = current_scope(Permission.DIRECTIVE_MANAGE)
    kept = get_kept_directive(directive_id, scope)
    form = DirectiveForm(obj=kept)
    form.opened_on(_stored(kept))
    if form.validate_on_submit():
        try:
            with reading():
                file = receive_field(form.file, DOCUMENTS, document_limit())
            kept = get_kept_directive(directive_id, scope, lock=True)
            form.refuse_if_changed(_stored(kept))
            services.change_directive(
                current_user._get_current_object(),
                kept,
                _values(form),
                file,
                removes_file=bool(form.removes_file.data),
            )
        except (Conflict, Invalid, PayloadTooLarge) as error:
            status = refuse(form, error)
            return _form_page(form, status, get_kept_directive(directive_id, scope))
        flash(_("Đã lưu văn bản."), "success")
        return redirect(url_for("training.directive", directive_id=directive_id))
    return _form_page(form, 422 if request.method == "POST" else 200, kept)


def _stored(kept: Directive) -> dict[str, Any]:
    """What is stored, by the fields of the form."""
    names = ("kind", "issuer", "symbol", "issued_on", "title", "body")
    return {name: getattr(kept, name) for name in names}


def _form_page(
    form: DirectiveForm, status: int, directive: Directive | None = None
) -> ResponseReturnValue:
    page = render_template("training/directive_form.html", form=form, directive=directive)
    return page, status


def _values(form: DirectiveForm) -> services.DirectiveValues:
    data: dict[str, Any] = form.data
    return services.DirectiveValues(
        kind=data["kind"],
        issuer=data["issuer"],
        symbol=data["symbol"],
        issued_on=data["issued_on"],
        title=data["title"],
        body=data["body"] or "",
    )
