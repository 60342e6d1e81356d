"""Creating and changing training sessions: recordings with their files, live ones with runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base.errors import Invalid
from lms.base.vietnamese import clean, clean_lines
from lms.extensions import db
from lms.files.models import StoredFile
from lms.files.services import ReceivedFile, keep_file
from lms.people.models import Account
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    SessionKind,
    SessionRun,
    TrainingSession,
)
from lms.training.queries.sessions import list_speaker_choices, next_position
from lms.training.services.campaigns import refuse_closed
from lms.training.watching import is_attended, is_watched

SAME_LENGTH = 1.0
"""Seconds by which a recording may differ from the one it replaces, once somebody has watched."""

MOST_URL = 500


@dataclass(frozen=True)
class RunValues:
    """One hour of a live session. `id` names the run that it changes; a new one has none."""

    starts_at: datetime
    ends_at: datetime
    url: str
    note: str = ""
    id: int | None = None


@dataclass(frozen=True)
class SessionValues:
    """What an organiser enters. A live session needs at least one run."""

    title: str
    summary: str
    directive_ids: Sequence[int]
    speaker_ids: Sequence[int]
    published_at: datetime
    position: int | None = None
    is_required: bool = True
    allows_listening: bool = False
    runs: Sequence[RunValues] = ()


@dataclass(frozen=True)
class SessionFiles:
    """Files received with the form; None leaves what is there."""

    video: ReceivedFile | None = None
    captions: ReceivedFile | None = None
    poster: ReceivedFile | None = None


NO_FILES = SessionFiles()


def create_session(
    actor: Account | None,
    campaign: Campaign,
    kind: SessionKind,
    values: SessionValues,
    files: SessionFiles = NO_FILES,
) -> TrainingSession:
    """A session of a campaign. A recording may get its video later; it is watched once it has."""
    refuse_closed(campaign)
    if values.is_required:
        _refuse_more(campaign)
    session = TrainingSession(campaign=campaign, kind=kind, speakers=[], directives=[], runs=[])
    with db.session.no_autoflush:
        _fill(session, values)
        session.position = values.position or next_position(campaign.id)
    db.session.add(session)
    _keep(actor, session, files)
    db.session.flush()
    record(actor.id if actor else None, "session.created", f"session:{session.id}")
    return session


def change_session(
    actor: Account | None,
    session: TrainingSession,
    values: SessionValues,
    files: SessionFiles = NO_FILES,
) -> None:
    """Change a session of a campaign that is not closed; its kind stays. New files replace old."""
    refuse_closed(session.campaign)
    if values.is_required and not session.is_required:
        _refuse_more(session.campaign)
    before = {
        "title": session.title,
        "published_at": session.published_at.isoformat(),
        "video_id": session.video_id,
        "captions_id": session.captions_id,
        "runs": [{"starts_at": one.starts_at.isoformat(), "url": one.url} for one in session.runs],
    }
    _check_same_length(session, files.video)
    _fill(session, values)
    session.position = values.position or session.position
    _keep(actor, session, files)
    db.session.flush()
    actor_id = actor.id if actor else None
    record(actor_id, "session.changed", f"session:{session.id}", before=before)


def _refuse_more(campaign: Campaign) -> None:
    """Invalid when one more required session would ask more of people who are at it, or through."""
    if campaign.state is not CampaignState.OPEN:
        return
    begun = sa.select(Enrolment.id).where(
        Enrolment.campaign_id == campaign.id,
        sa.or_(Enrolment.fulfilled_at.is_not(None), Enrolment.viewing_ratio > 0),
    )
    if db.session.scalar(begun.limit(1)) is not None:
        raise Invalid(
            _(
                "Đã có người học ở đợt này; buổi thêm vào lúc này chỉ có thể là buổi "
                "không bắt buộc."
            ),
            field="is_required",
        )


def _fill(session: TrainingSession, values: SessionValues) -> None:
    session.title = clean(values.title)
    session.summary = clean_lines(values.summary)
    session.published_at = values.published_at
    directives = {directive.id: directive for directive in session.campaign.directives}
    if not set(values.directive_ids) <= set(directives):
        raise Invalid(_("Hãy chọn trong các văn bản của đợt học."), field="directives")
    if directives and not values.directive_ids:
        raise Invalid(_("Hãy chọn ít nhất một văn bản mà buổi học nói đến."), field="directives")
    session.directives = [directives[one] for one in values.directive_ids]
    speakers = {account.id: account for account in list_speaker_choices(session.campaign)}
    speakers |= {account.id: account for account in session.speakers}
    if not set(values.speaker_ids) <= set(speakers):
        raise Invalid(_("Hãy chọn trong các báo cáo viên có sẵn."), field="speakers")
    session.speakers = [speakers[one] for one in values.speaker_ids]
    session.is_required = values.is_required
    session.allows_listening = values.allows_listening
    if session.kind.is_live:
        _fill_runs(session, values)


def _fill_runs(session: TrainingSession, values: SessionValues) -> None:
    """The runs as entered: those named by id are changed, new ones added, the others dropped."""
    if not values.runs:
        raise Invalid(_("Hãy đặt giờ bắt đầu của buổi trực tuyến."), field="starts_at")
    kept = {run.id: run for run in session.runs}
    runs = []
    for row in values.runs:
        if row.ends_at <= row.starts_at:
            raise Invalid(_("Giờ kết thúc phải sau giờ bắt đầu."), field="ends_at")
        if row.starts_at < values.published_at:
            raise Invalid(_("Buổi học phải được công bố trước giờ bắt đầu."), field="published_at")
        run = kept.pop(row.id, None) if row.id is not None else None
        if run is None:
            run = SessionRun()
        run.starts_at, run.ends_at = row.starts_at, row.ends_at
        run.url, run.note = join_address(row.url), clean(row.note)
        runs.append(run)
    for run in kept.values():
        if is_attended(run.id):
            raise Invalid(_("Đã có người dự lượt này nên không bỏ được."), field="runs")
        db.session.delete(run)
    session.runs = runs


def join_address(text: str) -> str:
    """The address to join by; Invalid unless it is a plain http or https one."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        is_plain = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.username is None
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        is_plain = False
    if not is_plain or len(text) > MOST_URL or any(not " " < char <= "~" for char in text):
        raise Invalid(_("Địa chỉ tham gia phải bắt đầu bằng https:// hoặc http://."), field="url")
    return text


def _check_same_length(session: TrainingSession, video: ReceivedFile | None) -> None:
    """What people have watched is kept in seconds of the recording: its length must stay."""
    seconds = video.content.duration_seconds if video else None
    if seconds is None or session.duration_seconds is None:
        return
    if abs(seconds - session.duration_seconds) <= SAME_LENGTH:
        return
    if is_watched(session.id):
        raise Invalid(
            _(
                "Đã có người xem buổi học này, nên video thay thế phải dài bằng video cũ "
                "(%(old)s giây; tệp vừa chọn dài %(new)s giây).",
                old=round(session.duration_seconds),
                new=round(seconds),
            ),
            field="video",
        )


def _keep(actor: Account | None, session: TrainingSession, files: SessionFiles) -> None:
    actor_id = actor.id if actor else None

    def kept(received: ReceivedFile | None) -> StoredFile | None:
        return keep_file(actor_id, received) if received else None

    if video := kept(files.video):
        session.video_id = video.id
        session.duration_seconds = video.duration_seconds
    if captions := kept(files.captions):
        session.captions_id = captions.id
    if poster := kept(files.poster):
        session.poster_id = poster.id
