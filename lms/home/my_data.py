"""Dữ liệu của tôi: what is held about oneself, to read, take along, put right; notice and
consents."""

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.audit.services import record
from lms.base.addresses import local_path
from lms.base.errors import DomainError
from lms.base.guards import signed_in
from lms.base.transactions import after_answer
from lms.extensions import limiter
from lms.home.forms import ConsentForm, DataRequestForm
from lms.home.my_data_files import as_json, as_pdf, spelled
from lms.home.views import bp
from lms.people import privacy_clocks
from lms.people.labels import REQUEST_KIND_LABELS, REQUEST_STATE_LABELS
from lms.people.models import RequestKind
from lms.people.personal_data import collect, person_of
from lms.people.purposes import CONSENTS, DUTIES
from lms.people.queries import privacy as queries
from lms.people.services import privacy as services
from lms.people.tries import OWN_EXPORTS, refuse_if_reached


@bp.get("/my-data")
@signed_in
def my_data() -> ResponseReturnValue:
    return render_template(
        "home/my_data.html",
        sections=collect(person_of(current_user)),
        spelled=spelled,
        requests=queries.list_own_requests(current_user.id),
        kinds=REQUEST_KIND_LABELS,
        states=REQUEST_STATE_LABELS,
        notice=queries.find_published(),
    )


@bp.get("/my-data/export.json")
@signed_in
def export_json() -> ResponseReturnValue:
    _limit_exports()
    content = as_json(collect(person_of(current_user)))
    _note_export("json")
    return send_file(
        BytesIO(content), "application/json", as_attachment=True, download_name="du-lieu.json"
    )


@bp.get("/my-data/export.pdf")
@signed_in
def export_pdf() -> ResponseReturnValue:
    _limit_exports()
    content = as_pdf(current_user.display_name, collect(person_of(current_user)))
    _note_export("pdf")
    return send_file(
        BytesIO(content), "application/pdf", as_attachment=True, download_name="du-lieu.pdf"
    )


def _limit_exports() -> None:
    """Collecting everything about somebody is much work: a few times an hour are enough."""
    key = ("own_export", str(current_user.id))
    refuse_if_reached(OWN_EXPORTS, *key)
    limiter.limiter.hit(OWN_EXPORTS, *key)


def _note_export(form: str) -> None:
    account_id = current_user.id
    after_answer(
        lambda: record(account_id, "privacy.exported", f"account:{account_id}", format=form)
    )


@bp.route("/my-data/requests/new", methods=["GET", "POST"])
@signed_in
def request_about_data() -> ResponseReturnValue:
    form = DataRequestForm()
    if form.validate_on_submit():
        try:
            made = services.make_request(
                current_user._get_current_object(),
                RequestKind(form.kind.data),
                form.about.data or "",
                form.reason.data or "",
            )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã gửi yêu cầu. Đây là biên nhận."), "success")
            return redirect(url_for("home.data_request", request_id=made.id))
    legal = privacy_clocks.clocks()
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "home/request_about_data.html", form=form, legal=legal, kinds=REQUEST_KIND_LABELS
    )
    return page, status


@bp.get("/my-data/requests/<int:request_id>")
@signed_in
def data_request(request_id: int) -> ResponseReturnValue:
    found = queries.get_own_request(current_user.id, request_id)
    text, kind = REQUEST_STATE_LABELS[found.state]
    return render_template(
        "home/data_request.html",
        found=found,
        state=text,
        state_kind=kind,
        kinds=REQUEST_KIND_LABELS,
    )


@bp.route("/privacy-notice", methods=["GET", "POST"])
@signed_in
def privacy_notice() -> ResponseReturnValue:
    """The notice in force, and one's choices under it; also where they are changed later."""
    notice = queries.find_published()
    held = queries.consents_in_force(current_user.id)
    form = ConsentForm(
        purposes=[purpose.value for purpose in held], next=request.args.get("next", "")
    )
    aim = local_path(form.next.data, url_for("home.index"))
    status = 200
    if notice is not None and form.validate_on_submit():
        raw = form.notice.data or ""
        try:
            services.choose_consents(
                current_user._get_current_object(),
                int(raw) if raw.isdecimal() else 0,
                form.wanted,
            )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Đã lưu lựa chọn. Đồng chí đổi lại lúc nào cũng được."), "success")
            return redirect(aim)
    if request.method == "POST":
        status = 422
    if notice is not None:
        form.notice.data = str(notice.id)
        account_id, notice_id = current_user.id, notice.id
        if request.method == "GET":
            after_answer(lambda: services.note_shown(account_id, notice_id))
    page = render_template(
        "home/privacy_notice.html",
        notice=notice,
        rich_text=notice.body if notice else "",
        form=form,
        aim=aim,
        duties=DUTIES,
        hints={purpose.value: use.text for purpose, use in CONSENTS.items()},
    )
    return page, status
