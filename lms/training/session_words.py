"""What pages say of a session: when it is held, what there is to watch. Words only, no table."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.base import clock
from lms.base.formats import format_date, format_datetime, format_duration, moment_words
from lms.training.labels import training_label
from lms.training.media_addresses import service_of
from lms.training.models import SessionKind, SessionRun, TrainingSession


def session_facts(session: TrainingSession, moment: datetime) -> list[str]:
    """The run to go to and how many more there are, then the recording; the filter of templates."""
    if not session.kind.is_live:
        return [recording_words(session)]
    facts = []
    ahead = [run for run in session.runs if run.closes_at > moment]
    if ahead:
        facts.append(run_words(ahead[0], moment))
        if session.kind is SessionKind.LIVE_LINK and (service := service_of(ahead[0].url)):
            facts.append(_("qua %(service)s", service=service))
        if more := len(ahead) - 1:
            facts.append(ngettext("còn %(num)s lượt nữa", "còn %(num)s lượt nữa", more))
    elif session.runs:
        facts.append(run_words(session.runs[-1], moment))
    if session.is_watchable:
        facts.append(_("có bản ghi để học bù, %(length)s", length=_length(session)))
    elif not ahead:
        facts.append(_("chưa có bản ghi để học bù"))
    return facts


def run_words(run: SessionRun, moment: datetime) -> str:
    """'đang diễn ra, đến 21:00', '19:30 ngày mai', 'đã diễn ra lúc 19:30 hôm qua'."""
    if run.is_under_way(moment):
        until = clock.to_local(run.closes_at)
        if until.date() == clock.today():
            return _("đang diễn ra, đến %(until)s", until=until.strftime("%H:%M"))
        return _("đang diễn ra, đến %(until)s", until=moment_words(run.closes_at))
    if run.closes_at <= moment:
        return _("đã diễn ra lúc %(at)s", at=moment_words(run.starts_at))
    return moment_words(run.starts_at)


def run_hours(run: SessionRun) -> str:
    """'19:30 đến 21:00 ngày 15/12/2026': a run's whole time; the filter of templates."""
    start, end = clock.to_local(run.starts_at), clock.to_local(run.closes_at)
    if start.date() != end.date():
        return _("%(start)s đến %(end)s", start=format_datetime(start), end=format_datetime(end))
    return _(
        "%(start)s đến %(end)s ngày %(day)s",
        start=start.strftime("%H:%M"),
        end=end.strftime("%H:%M"),
        day=format_date(start),
    )


def recording_words(session: TrainingSession) -> str:
    """'bản ghi 45 phút', 'bản ghi trên YouTube, 45 phút', 'chưa có bản ghi'."""
    if not session.is_watchable:
        return _("chưa có bản ghi")
    if session.media_source.is_framed:
        source = training_label(session.media_source)
        return _("bản ghi trên %(source)s, %(length)s", source=source, length=_length(session))
    return _("bản ghi %(length)s", length=_length(session))


def _length(session: TrainingSession) -> str:
    return format_duration(session.duration_seconds)


def sentence(facts: list[str]) -> str:
    """Facts in one line that begins with a capital; the filter of templates."""
    line = " · ".join(filter(None, facts))
    return line[:1].upper() + line[1:]
