"""Creating and changing training sessions: recordings, live ones with runs (see runs.py)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base.errors import Invalid
from lms.base.vietnamese import clean, clean_lines
from lms.extensions import db
from lms.files.models import StoredFile
from lms.files.services import ReceivedFile, keep_file
from lms.people.models import Account
from lms.training.media_addresses import (
    BadAddress,
    hls_address,
    vimeo_address,
    youtube_address,
)
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    MediaSource,
    SessionKind,
    TrainingSession,
)
from lms.training.queries.sessions import list_speaker_choices, next_position
from lms.training.services.campaigns import refuse_closed
from lms.training.services.runs import RunValues, address_fault, fill_runs
from lms.training.watching import is_watched

SAME_LENGTH = 1.0
"""Seconds by which a recording may differ from the one it replaces, once somebody has watched."""

ADDRESSES: dict[MediaSource, Callable[[str], str]] = {
    MediaSource.HLS: hls_address,
    MediaSource.YOUTUBE: youtube_address,
    MediaSource.VIMEO: vimeo_address,
}
"""What makes of a typed address the one that is kept."""


@dataclass(frozen=True)
class MediaValues:
    """Where the recording plays from; without a source there is none.

    An upload is the file that comes with the form, or the one that is there. Of an address the
    length is typed, since nothing is ever fetched.
    """

    source: MediaSource | None = MediaSource.UPLOAD
    address: str = ""
    seconds: float | None = None


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
    media: MediaValues = MediaValues()
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
    files = _wanted(files, values.media)
    with db.session.no_autoflush:
        _fill(session, values)
        _fill_media(session, values.media, files.video)
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
        "media_source": session.media_source,
        "media_url": session.media_url,
        "video_id": session.video_id,
        "captions_id": session.captions_id,
        "runs": [{"starts_at": one.starts_at.isoformat(), "url": one.url} for one in session.runs],
    }
    files = _wanted(files, values.media)
    _fill(session, values)
    _fill_media(session, values.media, files.video)
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
        fill_runs(session, values.runs, values.published_at)


def _wanted(files: SessionFiles, media: MediaValues) -> SessionFiles:
    """A video belongs to an upload alone; one sent beside an address is let go."""
    return files if media.source is MediaSource.UPLOAD else replace(files, video=None)


def _fill_media(session: TrainingSession, media: MediaValues, video: ReceivedFile | None) -> None:
    """Where the recording plays from from now on; a received video is kept afterwards."""
    source, typed = media.source, media.address.strip()
    address: str | None = None
    seconds: float | None = None
    if source in ADDRESSES:
        address, seconds = _address(source, typed), media.seconds
        if not seconds or seconds <= 0:
            raise Invalid(_("Hãy ghi độ dài của bản ghi, ví dụ 1:05:00."), field="length")
    elif typed and typed != session.media_url and video is None:
        raise Invalid(
            _("Đồng chí đã ghi địa chỉ của bản ghi. Hãy chọn địa chỉ ấy thuộc loại nào."),
            field="source",
        )
    elif source is MediaSource.UPLOAD and video is not None:
        seconds = video.content.duration_seconds
    elif source is MediaSource.UPLOAD and session.media_url is not None:
        raise Invalid(_("Hãy chọn tệp video thay cho địa chỉ đang dùng."), field="video")
    elif source is MediaSource.UPLOAD:
        seconds = session.duration_seconds
    _check_same_length(session, seconds, "length" if address else "video" if video else "source")
    session.media_source = source or MediaSource.UPLOAD
    session.media_url = address
    session.duration_seconds = seconds
    if source is not MediaSource.UPLOAD:
        session.video_id = None


def _address(source: MediaSource | None, typed: str) -> str:
    if source is None or not typed:
        raise Invalid(_("Hãy dán địa chỉ của bản ghi."), field="address")
    try:
        return ADDRESSES[source](typed)
    except BadAddress as error:
        raise Invalid(address_fault(error.fault), field="address") from error


def _check_same_length(session: TrainingSession, seconds: float | None, field: str) -> None:
    """What people have watched is kept in seconds of the recording: its length must stay."""
    old = session.duration_seconds
    if old is None or (seconds is not None and abs(seconds - old) <= SAME_LENGTH):
        return
    if not is_watched(session.id):
        return
    if seconds is None:
        raise Invalid(_("Đã có người xem bản ghi này nên không bỏ được."), field=field)
    raise Invalid(
        _(
            "Đã có người xem buổi học này, nên bản ghi thay thế phải dài bằng bản ghi cũ "
            "(%(old)s giây; bản ghi mới dài %(new)s giây).",
            old=round(old),
            new=round(seconds),
        ),
        field=field,
    )


def _keep(actor: Account | None, session: TrainingSession, files: SessionFiles) -> None:
    actor_id = actor.id if actor else None

    def kept(received: ReceivedFile | None) -> StoredFile | None:
        return keep_file(actor_id, received) if received else None

    if video := kept(files.video):
        session.video_id = video.id
    if captions := kept(files.captions):
        session.captions_id = captions.id
    if poster := kept(files.poster):
        session.poster_id = poster.id
