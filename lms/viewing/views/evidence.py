"""The evidence behind participation: a member's own, a supervisor's view, a secretary's word."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.audit.reading import record_reading
from lms.base.errors import Invalid
from lms.base.forms import choices_of
from lms.base.guards import member, requires
from lms.base.paging import fetch_page, page_number
from lms.base.vietnamese import clean
from lms.training.queries.enrolments import get_study_of_session
from lms.viewing.forms.attestation import AttestationForm, TakeBackForm
from lms.viewing.queries import evidence as queries
from lms.viewing.queries.evidence import PersonStudy, SessionEvidence
from lms.viewing.services.attestation import attest, take_back
from lms.viewing.views.blueprint import bp


@bp.get("/sessions/<int:session_id>/evidence")
@member
def evidence(session_id: int) -> ResponseReturnValue:
    """What is held of the member's own part in one session."""
    study, session = get_study_of_session(current_user.member_id, session_id)
    return render_template(
        "viewing/evidence.html",
        study=study,
        session=session,
        sections=queries.list_evidence(study, session_id),
    )


@bp.get("/enrolments/<int:enrolment_id>/evidence")
@requires(Permission.RATE_READ)
def evidence_of(enrolment_id: int) -> ResponseReturnValue:
    """The same of somebody in the supervisor's units; the reading is recorded."""
    person = queries.get_person_study(enrolment_id, current_scope(Permission.RATE_READ))
    record_reading(
        "enrolment.read", f"member:{person.member.id}", campaign_id=person.study.campaign.id
    )
    return render_template(
        "viewing/evidence.html",
        study=person.study,
        person=person,
        sections=queries.list_evidence(person.study),
    )


@bp.get("/attestations")
@requires(Permission.PARTICIPATION_ATTEST)
def attestations() -> ResponseReturnValue:
    """People of one's units who are not through with the sessions, to be vouched for."""
    search = clean(request.args.get("q", ""))[:80]
    scope = current_scope(Permission.PARTICIPATION_ATTEST)
    page = fetch_page(queries.names_to_attest(scope, search), page_number(request.args.get("page")))
    record_reading("names.read", "unit:", count=len(page.rows))
    return render_template("viewing/attestations.html", page=page, search=search)


@bp.route("/attestations/<int:enrolment_id>", methods=["GET", "POST"])
@requires(Permission.PARTICIPATION_ATTEST)
def attestation(enrolment_id: int) -> ResponseReturnValue:
    person = _person(enrolment_id)
    sections = queries.list_evidence(person.study)
    form = AttestationForm()
    form.session_id.choices = choices_of(
        (section.session.id, section.session.title) for section in sections
    )
    if form.validate_on_submit():
        chosen = next(one for one in sections if one.session.id == form.session_id.data)
        try:
            attest(
                current_user._get_current_object(),
                person,
                chosen.session,
                form.met_at.data,
                form.reason.data or "",
            )
        except Invalid as error:
            form.add_error(error)
        else:
            flash(_("Đã ghi lời xác nhận."), "success")
            return redirect(url_for("viewing.attestation", enrolment_id=enrolment_id))
    return _page(person, sections, form=form)


@bp.post("/attestations/<int:enrolment_id>/credits/<int:credit_id>/revocation")
@requires(Permission.PARTICIPATION_ATTEST)
def revoke_attestation(enrolment_id: int, credit_id: int) -> ResponseReturnValue:
    person = _person(enrolment_id)
    credit = queries.get_attested_credit(credit_id, enrolment_id)
    form = TakeBackForm(prefix=_prefix(credit_id))
    if form.validate_on_submit():
        take_back(current_user._get_current_object(), person, credit, form.reason.data or "")
        flash(_("Đã rút lại lời xác nhận."), "success")
        return redirect(url_for("viewing.attestation", enrolment_id=enrolment_id))
    sections = queries.list_evidence(person.study)
    return _page(person, sections, refused=form, refused_id=credit_id)


def _prefix(credit_id: int) -> str:
    """Each credit's form has fields of its own on the page."""
    return f"credit-{credit_id}"


def _person(enrolment_id: int) -> PersonStudy:
    scope = current_scope(Permission.PARTICIPATION_ATTEST)
    return queries.get_person_study(enrolment_id, scope)


def _page(
    person: PersonStudy, sections: list[SessionEvidence], **forms: Any
) -> ResponseReturnValue:
    if "form" not in forms:
        form = AttestationForm(formdata=None)
        form.session_id.choices = choices_of(
            (section.session.id, section.session.title) for section in sections
        )
        forms["form"] = form
    if request.method == "GET":
        record_reading(
            "enrolment.read", f"member:{person.member.id}", campaign_id=person.study.campaign.id
        )
    page = render_template(
        "viewing/attestation.html",
        study=person.study,
        person=person,
        sections=sections,
        take_back_of=lambda credit_id: (
            forms["refused"]
            if forms.get("refused_id") == credit_id
            else TakeBackForm(formdata=None, prefix=_prefix(credit_id))
        ),
        **forms,
    )
    return page, 422 if request.method == "POST" else 200
