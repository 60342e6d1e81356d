"""The step of the sessions: which one to go on with, a recording or a run, and how it is called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _

from lms.base import clock
from lms.base.formats import format_duration, format_percent, moment_words
from lms.home.drafts import Can, Draft
from lms.home.queries import SessionState, StudyCard, asked_for
from lms.training.models import ParticipationKind, SessionKind, SessionRun
from lms.training.session_words import run_words

SOON = timedelta(hours=1)
"""How long before its start a run goes before everything else."""


@dataclass(frozen=True)
class Target:
    """What to go on with: a session by one of its runs, or without one by its recording."""

    item: SessionState
    run: SessionRun | None = None


def find_target(sessions: Iterable[SessionState], moment: datetime) -> Target | None:
    """What comes next of the sessions that are not met.

    A run that is on or about to begin, else the first that can be met today, else the next run;
    None when all wait for a recording, or for a session that is not published yet.
    """
    unmet = [item for item in sessions if item.way is None]
    runs = [(run, item) for item in unmet for run in item.session.runs if run.closes_at > moment]
    runs.sort(key=lambda pair: pair[0].starts_at)
    if runs and runs[0][0].starts_at <= moment + SOON:
        return Target(runs[0][1], runs[0][0])
    today = clock.to_local(moment).date()
    for item in unmet:
        if item.session.is_watchable:
            return Target(item)
        for run, other in runs:
            if other is item and clock.to_local(run.starts_at).date() == today:
                return Target(item, run)
    return Target(runs[0][1], runs[0][0]) if runs else None


def session_step(card: StudyCard) -> Draft:
    """The sessions that count, as one step."""
    enrolment = card.study.enrolment
    sessions, moment = asked_for(card.sessions), clock.now()
    target = find_target(sessions, moment)
    shown = target.item if target else sessions[0]
    title, label = _next_words(card, target, moment)
    is_watching = target is not None and target.run is None and shown.covered_seconds > 0
    return Draft(
        key="sessions",
        title=_title(sessions),
        is_done=enrolment.sessions_met_at is not None,
        is_begun=enrolment.viewing_ratio > 0,
        url=url_for("viewing.session", session_id=shown.session.id),
        detail=_detail(card, sessions, target, moment),
        tag=_tag(card, sessions, target, moment),
        next_title=title,
        next_label=label,
        can=_when(target, moment),
        watching=shown if is_watching else None,
    )


def _when(target: Target | None, moment: datetime) -> Can:
    if target is None:
        return Can.WAITING
    if target.run is None:
        return Can.NOW
    if target.run.starts_at <= moment + SOON:
        return Can.FIRST
    is_today = clock.to_local(target.run.starts_at).date() == clock.to_local(moment).date()
    return Can.NOW if is_today else Can.LATER


def _title(sessions: Sequence[SessionState]) -> str:
    watchable = [item for item in sessions if item.session.is_watchable]
    if len(watchable) == len(sessions):
        return _("Xem buổi học")
    return _("Dự và xem các buổi học") if watchable else _("Dự buổi học")


def _detail(
    card: StudyCard, sessions: Sequence[SessionState], target: Target | None, moment: datetime
) -> str:
    least = format_percent(card.study.requirement.least_coverage, 0)
    watchable = [item.session for item in sessions if item.session.is_watchable]
    facts = []
    if len(sessions) > 1:
        facts.append(_("%(count)s buổi", count=len(sessions)))
    if watchable:
        facts.append(format_duration(sum(one.duration_seconds or 0 for one in watchable)))
        facts.append(_("cần xem %(least)s", least=least))
    elif any(item.session.kind is SessionKind.LIVE_STREAM for item in sessions):
        facts.append(_("cần có mặt %(least)s", least=least))
    if card.study.enrolment.sessions_met_at is None:
        if target is None:
            facts.append(_waited_for(sessions))
        elif target.run is not None:
            facts.append(_("trực tiếp %(when)s", when=run_words(target.run, moment)))
    return " · ".join(facts)


def _waited_for(sessions: Sequence[SessionState]) -> str:
    if all(item.way is not None for item in sessions):
        return _("còn buổi chưa công bố")
    return _("đã diễn ra, chưa có bản ghi để học bù")


def _tag(
    card: StudyCard, sessions: Sequence[SessionState], target: Target | None, moment: datetime
) -> str:
    enrolment = card.study.enrolment
    if enrolment.sessions_met_at is not None:
        is_declared = enrolment.sessions_met_by is ParticipationKind.SELF_DECLARED
        return _("Tự khai") if is_declared else _("Xong")
    if target is not None and target.run is not None and target.run.is_under_way(moment):
        return _("Đang diễn ra")
    if enrolment.viewing_ratio:
        return format_percent(enrolment.viewing_ratio, 0)
    is_watched = any(item.session.is_watchable for item in sessions)
    return _("Chưa xem") if is_watched else _("Chưa dự")


def _next_words(card: StudyCard, target: Target | None, moment: datetime) -> tuple[str, str]:
    """Title and button where the step is the next one."""
    if target is None:
        return "", ""
    item, run = target.item, target.run
    if run is not None:
        is_stream = item.session.kind is SessionKind.LIVE_STREAM
        if run.is_under_way(moment):
            title = (
                _("Buổi phát trực tiếp đang diễn ra")
                if is_stream
                else _("Buổi họp trực tuyến đang diễn ra")
            )
            return title, _("Vào dự ngay")
        at = moment_words(run.starts_at)
        title = (
            _("Dự buổi phát trực tiếp %(at)s", at=at)
            if is_stream
            else _("Dự buổi họp trực tuyến %(at)s", at=at)
        )
        return title, _("Mở trang buổi học")
    duration = item.session.duration_seconds or 0
    if item.covered_seconds > 0:
        left = max(0.0, duration * card.study.requirement.least_coverage - item.covered_seconds)
        return _("Xem tiếp buổi học, còn %(left)s", left=format_duration(left)), _("Xem tiếp")
    return _("Xem buổi học, %(left)s", left=format_duration(duration)), _("Xem buổi học")
