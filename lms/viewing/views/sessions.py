"""The page of a session, and the declaration where scripts are off."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.base import clock
from lms.base.formats import format_filesize
from lms.base.guards import member
from lms.base.page_policy import MADE_BY_THE_PAGE, Loads, may_load
from lms.files.addresses import file_url
from lms.files.models import StoredFile
from lms.training.models import Material, MediaSource, TrainingSession
from lms.training.queries.enrolments import Study, get_study_of_session
from lms.viewing.allowance import ONLINE
from lms.viewing.coverage import next_unwatched, ratio, seconds_asked
from lms.viewing.grants import issue_grant
from lms.viewing.players import Player, find_player
from lms.viewing.queries import pages as queries
from lms.viewing.queries.venues import list_own_places
from lms.viewing.run_windows import is_open_or_ahead
from lms.viewing.services.declarations import declare_watched as take_declaration
from lms.viewing.unwatched import list_unwatched
from lms.viewing.views.blueprint import bp, secret, sign_in_hash
from lms.viewing.views.live import Refused, live_context

# A page without scripts lists this many unwatched parts.
MOST_LISTED = 30


@bp.get("/sessions/<int:session_id>")
@member
def session(session_id: int) -> ResponseReturnValue:
    return session_page(*get_study_of_session(current_user.member_id, session_id))


def session_page(
    study: Study, training_session: TrainingSession, refused: Refused | None = None
) -> str:
    """The page of a session: its recording, its runs while any is open or ahead, or both."""
    now, session_id = clock.now(), training_session.id
    queries.load_page_parts(training_session)
    context: dict[str, Any] = {
        "study": study,
        "training_session": training_session,
        "materials": [
            _material_row(material, opened_at)
            for material, opened_at in queries.list_materials(session_id, study.enrolment.id)
        ],
        "places": [],
        "now": now,
    }
    if training_session.kind.is_live and not training_session.is_watchable:
        context["places"] = list_own_places(study.enrolment.id, session_id)
        context |= live_context(study, training_session, refused)
        return render_template("viewing/live_session.html", **context)
    if training_session.is_watchable:
        context |= _player(study, training_session)
    if training_session.kind.is_live and any(
        is_open_or_ahead(run, now) for run in training_session.runs
    ):
        context |= live_context(study, training_session, refused)
    if "watched" not in context or context["watched"].has_place:
        context["places"] = list_own_places(study.enrolment.id, session_id)
    return render_template("viewing/session.html", **context)


def _player(study: Study, training_session: TrainingSession) -> dict[str, Any]:
    """What the player and the bar show; a grant only while viewing counts."""
    duration = training_session.duration_seconds or 0.0
    enrolment = study.enrolment
    watched = queries.get_watched(enrolment.id, training_session.id)
    player = find_player(training_session.media_source, training_session.media_url)
    if player is not None:
        _let_play(player)
    grant = None
    if study.is_open:
        grant = issue_grant(
            secret(),
            enrolment_id=enrolment.id,
            session_id=training_session.id,
            member_id=enrolment.member_id,
            token_hash=sign_in_hash(),
            now=clock.now(),
        )
    unwatched = list_unwatched(watched.intervals, duration, watched.uncredited)
    is_upload = training_session.media_source is MediaSource.UPLOAD
    return {
        "player": player,
        "video_url": _address(training_session.video) if is_upload else None,
        "captions_url": _address(training_session.captions),
        "poster_url": _address(training_session.poster),
        "watched": watched,
        "unwatched": unwatched[:MOST_LISTED],
        "unwatched_more": max(0, len(unwatched) - MOST_LISTED),
        "covered_ratio": ratio(watched.covered_seconds, duration),
        "asked_seconds": seconds_asked(duration, study.requirement.least_coverage),
        "next_at": next_unwatched(watched.intervals, duration, watched.position),
        "most_speed": ONLINE.rate,
        "is_late": clock.now() > enrolment.due_at,
        "grant": grant,
    }


def _let_play(player: Player) -> None:
    """Widen the page's policy to what its player needs, and no further."""
    if player.is_framed:
        may_load(Loads.FRAMES, player.origin)
        return
    may_load(Loads.MEDIA, player.origin)
    may_load(Loads.MEDIA, MADE_BY_THE_PAGE)
    may_load(Loads.DATA, player.origin)


def _address(file: StoredFile | None) -> str | None:
    return file_url(file, sign_in_token=current_user.sign_in_token) if file else None


def _material_row(material: Material, opened_at: datetime | None) -> dict[str, Any]:
    kind = material.file.name.rpartition(".")[2].upper()
    return {
        "title": material.title,
        "url": url_for("training.material", material_id=material.id),
        "detail": f"{kind} · {format_filesize(material.file.size)}",
        "tag": _("Đã mở") if opened_at else _("Chưa mở"),
        "tag_kind": "ok" if opened_at else "plain",
    }


@bp.post("/sessions/<int:session_id>/declaration")
@member
def declare_watched(session_id: int) -> ResponseReturnValue:
    take_declaration(current_user._get_current_object(), session_id)
    flash(_("Đã ghi lời khai rằng đồng chí đã xem hết buổi học này."), "success")
    return redirect(url_for("viewing.session", session_id=session_id))
