"""Sessions of a campaign: the list, and the choice of a kind, the form."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.policy import Permission
from lms.base import clock
from lms.base.errors import Conflict, Invalid, PayloadTooLarge
from lms.base.forms import choices_of
from lms.base.guards import MEGABYTE, requires, takes_upload
from lms.base.transactions import reading
from lms.files.addresses import file_url
from lms.files.content import PICTURES, FileKind
from lms.files.services import ReceivedFile
from lms.files.uploads import receive_field
from lms.planning.forms.sessions import SessionForm
from lms.planning.views.blueprint import actor, bp, form_status, refuse, scope
from lms.training.labels import SESSION_KIND_HINTS
from lms.training.models import Campaign, CampaignState, MediaSource, SessionKind, TrainingSession
from lms.training.queries.campaigns import get_campaign
from lms.training.queries.sessions import (
    get_managed_session,
    list_sessions,
    list_speaker_choices,
)
from lms.training.services import sessions as services

SESSION_BODY = 1040 * MEGABYTE
"""The largest body of a recording's form: 1 GB of video, captions, a picture and the fields."""

CAPTIONS_LIMIT = 1 * MEGABYTE
POSTER_LIMIT = 5 * MEGABYTE


@bp.get("/campaigns/<int:campaign_id>/sessions")
@requires(Permission.CAMPAIGN_MANAGE)
def sessions(campaign_id: int) -> ResponseReturnValue:
    campaign = get_campaign(campaign_id, scope())
    return render_template(
        "planning/sessions.html",
        campaign=campaign,
        sessions=list_sessions(campaign_id),
        now=clock.now(),
    )


@bp.get("/campaigns/<int:campaign_id>/sessions/kinds")
@requires(Permission.CAMPAIGN_MANAGE)
def session_kinds(campaign_id: int) -> ResponseReturnValue:
    """The first question about a new session: of which kind it is."""
    return render_template(
        "planning/session_kinds.html",
        campaign=get_campaign(campaign_id, scope()),
        hints=SESSION_KIND_HINTS,
    )


@bp.route("/campaigns/<int:campaign_id>/sessions/new", methods=["GET", "POST"])
@takes_upload(SESSION_BODY)
@requires(Permission.CAMPAIGN_MANAGE)
def create_session(campaign_id: int) -> ResponseReturnValue:
    campaign = get_campaign(campaign_id, scope())
    kind = _kind(request.args.get("kind"))
    form = _form(kind, campaign)
    if form.validate_on_submit():
        try:
            with reading():
                files = _receive(form)
            services.create_session(
                actor(), get_campaign(campaign_id, scope(), lock=True), kind, form.values(), files
            )
        except (Invalid, PayloadTooLarge) as error:
            status = refuse(form, error)
            return _form_page(form, status, get_campaign(campaign_id, scope()), kind)
        flash(_("Đã thêm buổi học."), "success")
        return redirect(url_for("planning.sessions", campaign_id=campaign_id))
    return _form_page(form, form_status(), campaign, kind)


@bp.route("/sessions/<int:session_id>", methods=["GET", "POST"])
@takes_upload(SESSION_BODY)
@requires(Permission.CAMPAIGN_MANAGE)
def session(session_id: int) -> ResponseReturnValue:
    kept = get_managed_session(session_id, scope())
    form = _form(kept.kind, kept.campaign, kept)
    form.opened_on(form.stored(kept))
    if form.validate_on_submit():
        try:
            with reading():
                files = _receive(form)
            kept = get_managed_session(session_id, scope(), lock=True)
            form.refuse_if_changed(form.stored(kept))
            services.change_session(actor(), kept, form.values(), files)
        except (Conflict, Invalid, PayloadTooLarge) as error:
            status = refuse(form, error)
            kept = get_managed_session(session_id, scope())
            return _form_page(form, status, kept.campaign, kept.kind, kept)
        flash(_("Đã lưu buổi học."), "success")
        return redirect(url_for("planning.sessions", campaign_id=kept.campaign_id))
    return _form_page(form, form_status(), kept.campaign, kept.kind, kept)


def _kind(text: str | None) -> SessionKind:
    try:
        return SessionKind(text or SessionKind.RECORDED)
    except ValueError:
        abort(404)


def _form(
    kind: SessionKind, campaign: Campaign, session: TrainingSession | None = None
) -> SessionForm:
    form = SessionForm.of(
        kind,
        session,
        published_at=clock.now(),
        is_required=campaign.state is not CampaignState.OPEN,
    )
    form.directives.choices = choices_of(
        (directive.id, f"{directive.symbol} – {directive.title}")
        for directive in campaign.directives
    )
    speakers = {account.id: account.display_name for account in list_speaker_choices(campaign)}
    speakers |= {
        account.id: account.display_name for account in (session.speakers if session else ())
    }
    form.speakers.choices = choices_of(speakers.items())
    if request.method == "GET" and not form.directives.data and len(campaign.directives) == 1:
        form.directives.data = [campaign.directives[0].id]
    return form


def _receive(form: SessionForm) -> services.SessionFiles:
    """The files of a form; all are checked, so that each fault is told at once."""
    wanted = [
        (form.video, frozenset({FileKind.MP4}), current_app.config["VIDEO_LIMIT"]),
        (form.captions, frozenset({FileKind.VTT}), CAPTIONS_LIMIT),
        (form.poster, PICTURES, POSTER_LIMIT),
    ]
    if form.source.data != MediaSource.UPLOAD:
        del wanted[0]
    received: dict[str, ReceivedFile | None] = {}
    faults: list[Invalid | PayloadTooLarge] = []
    for field, kinds, limit in wanted:
        try:
            received[field.short_name] = receive_field(field, kinds, limit)
        except (Invalid, PayloadTooLarge) as error:
            faults.append(error)
    if faults:
        # The one that is raised sets the status of the answer; the others join it on the form.
        faults.sort(key=lambda fault: isinstance(fault, PayloadTooLarge))
        for fault in faults[:-1]:
            form.add_error(fault)
        raise faults[-1]
    return services.SessionFiles(**received)


def _form_page(
    form: SessionForm,
    status: int,
    campaign: Campaign,
    kind: SessionKind,
    session: TrainingSession | None = None,
) -> ResponseReturnValue:
    urls = {
        name: file_url(file, sign_in_token=current_user.sign_in_token)
        for name in ("video", "captions", "poster")
        if session is not None and (file := getattr(session, name)) is not None
    }
    page = render_template(
        "planning/session.html",
        form=form,
        campaign=campaign,
        kind=kind,
        session=session,
        urls=urls,
    )
    return page, status
