"""The administrator's pages of privacy: requests with their clocks, the notice, erasing."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.policy import Permission
from lms.administration.forms.privacy import AnswerForm, ErasureForm, ExtensionForm, NoticeForm
from lms.administration.views.blueprint import actor, bp, require_whole_tree, show_form
from lms.audit.reading import record_reading
from lms.base import clock
from lms.base.errors import Conflict, DomainError, NotFound
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.base.plain_prose import html_of, text_of
from lms.base.vietnamese import clean
from lms.people import privacy_clocks
from lms.people.labels import REQUEST_KIND_LABELS, REQUEST_STATE_LABELS
from lms.people.models import RequestKind, RequestState
from lms.people.personal_data import Person, collect, find_person
from lms.people.purposes import FIRST_NOTICE
from lms.people.queries import privacy as queries
from lms.people.services import erasure
from lms.people.services import privacy as services

P = Permission.MEMBER_MANAGE
"""Privacy is the matter of who looks after all people: the whole tree is asked for."""


@bp.get("/privacy")
@requires(P)
def privacy() -> ResponseReturnValue:
    require_whole_tree(P)
    return render_template(
        "administration/privacy.html",
        page=fetch_page(queries.requests_by_due(), page_number(request.args.get("page"))),
        kinds=REQUEST_KIND_LABELS,
        states=REQUEST_STATE_LABELS,
        now=clock.now(),
        notice=queries.find_published(),
        draft=queries.find_draft(),
    )


@bp.get("/privacy/requests/<int:request_id>")
@requires(P)
def privacy_request(request_id: int) -> ResponseReturnValue:
    require_whole_tree(P)
    return _request_page(request_id, None, None)


@bp.post("/privacy/requests/<int:request_id>/acceptance")
@requires(P)
def accept_privacy_request(request_id: int) -> ResponseReturnValue:
    require_whole_tree(P)
    services.accept_request(actor(), queries.get_request(request_id))
    flash(_("Đã báo cho đồng chí ấy là đang giải quyết."), "success")
    return redirect(url_for("administration.privacy_request", request_id=request_id))


@bp.post("/privacy/requests/<int:request_id>/answer")
@requires(P)
def answer_privacy_request(request_id: int) -> ResponseReturnValue:
    require_whole_tree(P)
    found = queries.get_request(request_id)
    form = AnswerForm()
    if form.validate_on_submit():
        services.answer_request(
            actor(), found, RequestState(form.state.data), form.answer.data or ""
        )
        flash(_("Đã trả lời."), "success")
        return redirect(url_for("administration.privacy"))
    return _request_page(request_id, form, None)


@bp.post("/privacy/requests/<int:request_id>/extension")
@requires(P)
def extend_privacy_request(request_id: int) -> ResponseReturnValue:
    require_whole_tree(P)
    found = queries.get_request(request_id)
    form = ExtensionForm()
    if form.validate_on_submit():
        services.extend_request(actor(), found, form.reason.data or "")
        flash(_("Đã gia hạn, kèm lý do."), "success")
        return redirect(url_for("administration.privacy_request", request_id=request_id))
    return _request_page(request_id, None, form)


def _request_page(
    request_id: int, answer: AnswerForm | None, extension: ExtensionForm | None
) -> ResponseReturnValue:
    found = queries.get_request(request_id)
    if request.method == "GET":
        record_reading("privacy.request_read", f"privacy_request:{request_id}")
    page = render_template(
        "administration/privacy_request.html",
        found=found,
        kinds=REQUEST_KIND_LABELS,
        states=REQUEST_STATE_LABELS,
        answer=answer or AnswerForm(formdata=None),
        extension=extension or ExtensionForm(formdata=None),
        is_extending=extension is not None,
        more=privacy_clocks.clocks().by_kind[found.kind].extension,
        now=clock.now(),
        erasure_url=_erasure_url(found.account.member_id, found.account_id)
        if found.is_open and found.kind is RequestKind.ERASURE
        else None,
    )
    return page, 422 if request.method == "POST" else 200


@bp.route("/privacy/notice", methods=["GET", "POST"])
@requires(P)
def edit_notice() -> ResponseReturnValue:
    """Write the next notice; it is seen by nobody until it is published."""
    require_whole_tree(P)
    form = NoticeForm(data=_stored_notice())
    form.opened_on(_stored_notice())
    if form.validate_on_submit():
        try:
            queries.find_draft(lock=True)
            form.refuse_if_changed(_stored_notice())
            services.save_draft(actor(), form.title.data or "", html_of(form.body.data or ""))
        except DomainError as error:
            form.add_error(error)
        else:
            return redirect(url_for("administration.preview_notice"))
    return show_form(
        form,
        _("Soạn thông báo"),
        _("Lưu và xem trước"),
        (_("Dữ liệu cá nhân"), url_for("administration.privacy")),
        lead=_("Bản đã công bố không sửa được nữa; sửa là làm một bản mới."),
    )


def _stored_notice() -> dict[str, str]:
    """The words that editing begins with: the draft's, else those in force."""
    shown = queries.find_draft() or queries.find_published()
    return {
        "title": shown.title if shown else _("Thông báo về dữ liệu cá nhân"),
        "body": text_of(shown.body if shown else FIRST_NOTICE),
    }


@bp.route("/privacy/notice/preview", methods=["GET", "POST"])
@requires(P)
def preview_notice() -> ResponseReturnValue:
    """What people will read; the button makes these words, and no others, the notice in force."""
    require_whole_tree(P)
    error = None
    if request.method == "POST":
        try:
            published = services.publish_draft(actor(), request.form.get("seen", ""))
        except Conflict as conflict:
            error = conflict
        else:
            flash(_("Đã công bố bản số %(version)s.", version=published.version), "success")
            return redirect(url_for("administration.privacy"))
    draft = queries.find_draft()
    if draft is None:
        raise error or NotFound
    page = render_template(
        "administration/preview_notice.html",
        notice=draft,
        rich_text=draft.body,
        seen=queries.print_of(draft),
        error=error,
    )
    return page, 409 if error else 200


@bp.get("/privacy/people")
@requires(P)
def privacy_people() -> ResponseReturnValue:
    """Look for somebody to erase: those who left and those from outside too."""
    require_whole_tree(P)
    text = clean(request.args.get("q", ""))[:80]
    page = None
    if text:
        page = fetch_page(queries.search_people(text), page_number(request.args.get("page")))
        record_reading("names.read", "unit:", count=len(page.rows))
    return render_template(
        "administration/privacy_people.html", page=page, text=text, erasure_url=_erasure_url
    )


@bp.route("/privacy/members/<int:member_id>/erasure", methods=["GET", "POST"])
@requires(P)
def erase_member(member_id: int) -> ResponseReturnValue:
    require_whole_tree(P)
    return _erase(find_person(member_id=member_id))


@bp.route("/privacy/accounts/<int:account_id>/erasure", methods=["GET", "POST"])
@requires(P)
def erase_account(account_id: int) -> ResponseReturnValue:
    require_whole_tree(P)
    return _erase(find_person(account_id=account_id))


def _erase(person: Person | None) -> ResponseReturnValue:
    if person is None:
        raise NotFound
    form = ErasureForm()
    name = erasure.name_of(person)
    letter = erasure.awaits_answer(person)
    if letter and "letter" in request.form:
        return _letter_page(name, form, is_done=False)
    if "back" not in request.form and form.validate_on_submit():
        try:
            done = erasure.erase_person(
                actor(),
                person,
                typed_name=form.name.data or "",
                force_reason=form.force_reason.data or "",
                answer=form.answer.data or "",
            )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(
                _("Đã xóa. Trong số liệu còn lại “Người đã xóa %(code)s”.", code=done.pseudonym),
                "success",
            )
            if letter and not letter.address:
                return _letter_page(name, form, is_done=True)
            return redirect(url_for("administration.privacy"))
    sections = collect(person)
    if request.method == "GET" and person.member_id is not None:
        record_reading("member.read", f"member:{person.member_id}")
    page = render_template(
        "administration/erase_person.html",
        form=form,
        name=name,
        letter=letter,
        obstacles=erasure.obstacles_to(person),
        counts=[(section.title, len(section.items)) for section in sections],
    )
    return page, 422 if form.errors else 200


def _letter_page(name: str, form: ErasureForm, is_done: bool) -> str:
    """The answer as a letter to print, before the erasure and, once more, right after it."""
    return render_template(
        "administration/answer_letter.html",
        name=name,
        form=form,
        is_done=is_done,
        today=clock.today(),
    )


def _erasure_url(member_id: int | None, account_id: int | None) -> str:
    if member_id is not None:
        return url_for("administration.erase_member", member_id=member_id)
    return url_for("administration.erase_account", account_id=account_id)
