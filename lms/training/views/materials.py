"""Materials: opening one, and the pages of speakers and organisers who prepare them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_powers
from lms.access.policy import Permission
from lms.base import clock
from lms.base.errors import Conflict, Invalid, PayloadTooLarge
from lms.base.guards import requires, signed_in, takes_upload
from lms.base.transactions import after_answer, reading
from lms.files.addresses import file_url
from lms.files.content import DOCUMENTS
from lms.files.uploads import receive_field
from lms.training.forms import MaterialForm, NewMaterialForm
from lms.training.models import Material, TrainingSession
from lms.training.queries import materials as queries
from lms.training.queries.sessions import get_session_to_prepare
from lms.training.services import materials as services
from lms.training.views.blueprint import (
    DOCUMENT_BODY,
    bp,
    current_reader,
    document_limit,
    refuse,
)


@bp.get("/materials/<int:material_id>")
@signed_in
def material(material_id: int) -> ResponseReturnValue:
    """Go on to the file. That a learner opened it is noted once the answer is on its way."""
    opened = queries.open_material(current_reader(), material_id)
    if request.method == "GET" and opened.is_worth_recording and opened.enrolment_id is not None:
        enrolment_id, at = opened.enrolment_id, clock.now()
        after_answer(lambda: services.record_opening(enrolment_id, material_id, at))
    return redirect(file_url(opened.material.file, sign_in_token=current_user.sign_in_token))


@bp.get("/sessions/<int:session_id>/materials")
@requires(Permission.MATERIAL_UPLOAD)
def session_materials(session_id: int) -> ResponseReturnValue:
    session = get_session_to_prepare(current_reader(), session_id)
    return render_template(
        "training/session_materials.html",
        session=session,
        rows=queries.list_materials_to_prepare(session_id),
        manages=current_powers().may(Permission.CAMPAIGN_MANAGE),
        now=clock.now(),
    )


@bp.route("/sessions/<int:session_id>/materials/new", methods=["GET", "POST"])
@takes_upload(DOCUMENT_BODY)
@requires(Permission.MATERIAL_UPLOAD)
def add_material(session_id: int) -> ResponseReturnValue:
    session = get_session_to_prepare(current_reader(), session_id)
    form = NewMaterialForm(data={"published_at": clock.now()})
    if form.validate_on_submit():
        try:
            with reading():
                file = receive_field(form.file, DOCUMENTS, document_limit())
            session = get_session_to_prepare(current_reader(), session_id)
            if file is not None:
                services.add_material(
                    current_user._get_current_object(),
                    session,
                    form.title.data or "",
                    form.published_at.data,
                    file,
                )
        except (Invalid, PayloadTooLarge) as error:
            status = refuse(form, error)
            session = get_session_to_prepare(current_reader(), session_id)
            return _form_page(form, status, session)
        flash(_("Đã thêm tài liệu."), "success")
        return redirect(url_for("training.session_materials", session_id=session_id))
    return _form_page(form, 422 if request.method == "POST" else 200, session)


@bp.route("/materials/<int:material_id>/edit", methods=["GET", "POST"])
@takes_upload(DOCUMENT_BODY)
@requires(Permission.MATERIAL_UPLOAD)
def edit_material(material_id: int) -> ResponseReturnValue:
    kept = queries.get_material_to_prepare(current_reader(), material_id)
    form = MaterialForm(obj=kept)
    form.opened_on(_stored(kept))
    if form.validate_on_submit():
        try:
            with reading():
                file = receive_field(form.file, DOCUMENTS, document_limit())
            kept = queries.get_material_to_prepare(current_reader(), material_id, lock=True)
            form.refuse_if_changed(_stored(kept))
            services.change_material(
                current_user._get_current_object(),
                kept,
                form.title.data or "",
                form.published_at.data,
                file,
            )
        except (Conflict, Invalid, PayloadTooLarge) as error:
            status = refuse(form, error)
            kept = queries.get_material_to_prepare(current_reader(), material_id)
            return _form_page(form, status, kept.session, kept)
        flash(_("Đã lưu tài liệu."), "success")
        return redirect(url_for("training.session_materials", session_id=kept.session_id))
    return _form_page(form, 422 if request.method == "POST" else 200, kept.session, kept)


@bp.post("/materials/<int:material_id>/withdraw")
@requires(Permission.MATERIAL_UPLOAD)
def withdraw_material(material_id: int) -> ResponseReturnValue:
    kept = queries.get_material_to_prepare(current_reader(), material_id, lock=True)
    services.withdraw_material(current_user._get_current_object(), kept)
    flash(_("Đã rút tài liệu. Người học không còn thấy tài liệu này."), "success")
    return redirect(url_for("training.session_materials", session_id=kept.session_id))


def _stored(kept: Material) -> dict[str, Any]:
    """What is stored, by the fields of the form."""
    return {"title": kept.title, "published_at": kept.published_at}


def _form_page(
    form: MaterialForm, status: int, session: TrainingSession, material: Material | None = None
) -> ResponseReturnValue:
    page = render_template(
        "training/material_form.html", form=form, session=session, material=material
    )
    return page, status
