"""The readiness board: what a campaign has, what it lacks, in the order in which one does it.

Puts facts into lines; reads nothing. Each line says where it leads as an endpoint and its values.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.base import clock
from lms.base.formats import format_datetime, format_integer
from lms.people.models import Audience
from lms.planning.queries import Counts, Parts
from lms.training.models import (
    Campaign,
    CampaignState,
    Obligation,
    SessionKind,
    TrainingSession,
)

LISTED = 3
"""How many names a line lists before it counts the rest."""


@dataclass(frozen=True)
class Line:
    """One line of the board. `lacks` says what is missing; without it the line is ready."""

    title: str
    has: str
    lacks: tuple[str, ...]
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    waits: bool = False
    """Not yet time for it: neither ready nor missing."""

    @property
    def is_ready(self) -> bool:
        return not self.lacks and not self.waits


@dataclass(frozen=True)
class Facts:
    """What the board is made of."""

    campaign: Campaign
    audiences: Sequence[Audience]
    sessions: Sequence[TrainingSession]
    parts: Parts
    counts: Counts


def lines_of(facts: Facts) -> list[Line]:
    """All lines of a campaign: preparation first, then what follows the opening."""
    asks = {
        part: any(getattr(one, f"asks_{part}") for one in _asked(facts))
        for part in ("materials", "sessions", "quiz", "essay")
    }
    lines = [_directives(facts), _requirements(facts)]
    if asks["sessions"] or facts.sessions:
        lines.append(_sessions(facts))
    if asks["materials"] and facts.sessions:
        lines.append(_materials(facts))
    if asks["quiz"]:
        lines.append(_quiz(facts))
    if asks["essay"]:
        lines.append(_essay(facts))
    lines.append(_opening(facts))
    if facts.campaign.state is not CampaignState.DRAFT:
        lines.append(_participants(facts))
        if asks["essay"]:
            lines += [_allocation(facts), _release(facts)]
        lines.append(_closing(facts))
    return lines


def lacks_before_opening(facts: Facts) -> list[str]:
    """What learners would miss if the campaign were opened now, in words."""
    return [
        f"{line.title}: {lack}"
        for line in lines_of(facts)
        if line.endpoint != "planning.opening"
        for lack in line.lacks
    ]


def _asked(facts: Facts) -> list[Any]:
    return [
        one for one in facts.campaign.requirements if one.obligation is not Obligation.NOT_ASKED
    ]


def _at(facts: Facts) -> dict[str, Any]:
    return {"campaign_id": facts.campaign.id}


def _names(names: Sequence[str]) -> str:
    """“A”, “B”, “C” and how many more."""
    listed = ", ".join(f"“{name}”" for name in names[:LISTED])
    more = len(names) - LISTED
    return _("%(names)s và %(more)s mục khác", names=listed, more=more) if more > 0 else listed


def _directives(facts: Facts) -> Line:
    directives = facts.campaign.directives
    return Line(
        _("Văn bản học"),
        ", ".join(directive.symbol for directive in directives),
        () if directives else (_("Chưa chọn văn bản nào."),),
        "planning.edit_campaign",
        _at(facts),
    )


def _requirements(facts: Facts) -> Line:
    said = {one.audience_id for one in facts.campaign.requirements}
    silent = [audience.name for audience in facts.audiences if audience.id not in said]
    asked = _asked(facts)
    required = sum(1 for one in asked if one.obligation is Obligation.REQUIRED)
    has = _(
        "%(required)s đối tượng bắt buộc, %(voluntary)s tự nguyện",
        required=required,
        voluntary=len(asked) - required,
    )
    lacks = []
    if not asked:
        lacks.append(_("Chưa yêu cầu đối tượng nào."))
    elif silent:
        lacks.append(_("Chưa đặt yêu cầu cho %(names)s.", names=_names(silent)))
    return Line(
        _("Yêu cầu cho từng đối tượng"),
        has if asked else "",
        tuple(lacks),
        "planning.requirements",
        _at(facts),
    )


def _sessions(facts: Facts) -> Line:
    counted = Counter(one.kind for one in facts.sessions)
    has = [words(counted[kind]) for kind, words in _COUNTS.items() if counted[kind]]
    lacks = []
    if not any(one.is_required for one in facts.sessions):
        lacks.append(_("Chưa có buổi nào được tính vào phần phải dự."))
    recorded = [one for one in facts.sessions if not one.kind.is_live]
    if without := [one.title for one in recorded if not one.is_watchable]:
        lacks.append(_("Chưa có bản ghi: %(names)s.", names=_names(without)))
    if missed := [one.title for one in facts.sessions if _is_missed(one)]:
        lacks.append(_("Đã diễn ra mà chưa có bản ghi để học bù: %(names)s.", names=_names(missed)))
    bare = [one.title for one in facts.sessions if one.video_id and not one.captions_id]
    if bare:
        lacks.append(_("Chưa có phụ đề: %(names)s.", names=_names(bare)))
    if unspoken := [one.title for one in facts.sessions if not one.speakers]:
        lacks.append(_("Chưa có báo cáo viên: %(names)s.", names=_names(unspoken)))
    return Line(_("Buổi học"), ", ".join(has), tuple(lacks), "planning.sessions", _at(facts))


_COUNTS: dict[SessionKind, Callable[[int], str]] = {
    SessionKind.RECORDED: lambda count: ngettext(
        "%(num)s buổi xem lại", "%(num)s buổi xem lại", count
    ),
    SessionKind.LIVE_STREAM: lambda count: ngettext(
        "%(num)s buổi phát trực tiếp", "%(num)s buổi phát trực tiếp", count
    ),
    SessionKind.LIVE_LINK: lambda count: ngettext(
        "%(num)s buổi họp trực tuyến", "%(num)s buổi họp trực tuyến", count
    ),
}


def _is_missed(session: TrainingSession) -> bool:
    """Whether a session that counts is over, and who was not there can do nothing about it."""
    if not session.is_required or session.is_watchable or not session.runs:
        return False
    return all(run.closes_at <= clock.now() for run in session.runs)


def _materials(facts: Facts) -> Line:
    count = 0
    without = []
    for session in facts.sessions:
        present = [one for one in session.materials if one.withdrawn_at is None]
        count += len(present)
        if not present and session.kind is SessionKind.RECORDED:
            without.append(session.title)
    lacks: tuple[str, ...] = ()
    if without:
        lacks = (_("Chưa có tài liệu: %(names)s.", names=_names(without)),)
    elif not count:
        lacks = (_("Chưa có tài liệu nào."),)
    has = ngettext("%(num)s tài liệu", "%(num)s tài liệu", count) if count else ""
    return Line(_("Tài liệu"), has, lacks, "planning.sessions", _at(facts))


def _quiz(facts: Facts) -> Line:
    parts = facts.parts
    has = (
        _("%(title)s, %(count)s câu", title=parts.quiz_title, count=parts.question_count)
        if parts.quiz_title
        else ""
    )
    lacks = () if parts.quiz_title else (_("Chưa có bài trắc nghiệm."),)
    return Line(_("Trắc nghiệm"), has, lacks, "quizzes.manage", _at(facts))


def _essay(facts: Facts) -> Line:
    parts = facts.parts
    names = {audience.id: audience.name for audience in facts.audiences}
    without = [
        names.get(one.audience_id, "")
        for one in _asked(facts)
        if one.asks_essay and one.audience_id not in parts.audiences_with_variant
    ]
    lacks = []
    if parts.essay_title is None:
        lacks.append(_("Chưa có đề bài thu hoạch."))
    elif without:
        lacks.append(_("Chưa có đề bài cho %(names)s.", names=_names(without)))
    return Line(
        _("Bài thu hoạch"), parts.essay_title or "", tuple(lacks), "essays.task", _at(facts)
    )


def _opening(facts: Facts) -> Line:
    campaign = facts.campaign
    if campaign.state is CampaignState.DRAFT:
        return Line(
            _("Mở đợt học"),
            "",
            (_("Chưa mở. Xem trước ai sẽ học rồi mở."),),
            "planning.opening",
            _at(facts),
        )
    has = _("Đã mở lúc %(at)s", at=format_datetime(campaign.opened_at))
    endpoint = "planning.opening" if campaign.state is CampaignState.OPEN else ""
    return Line(_("Mở đợt học"), has, (), endpoint, _at(facts))


def _participants(facts: Facts) -> Line:
    counts = facts.counts
    has = _(
        "%(enrolled)s người học; %(fulfilled)s trong %(required)s người bắt buộc đã xong",
        enrolled=format_integer(counts.enrolled),
        fulfilled=format_integer(counts.fulfilled),
        required=format_integer(counts.required),
    )
    lacks = () if counts.enrolled else (_("Chưa có ai học."),)
    return Line(_("Người học"), has, lacks, "planning.enrolments", _at(facts))


def _allocation(facts: Facts) -> Line:
    counts = facts.counts
    left = counts.submitted - counts.allocated
    has = _(
        "%(allocated)s trong %(submitted)s bài đã phân công",
        allocated=format_integer(counts.allocated),
        submitted=format_integer(counts.submitted),
    )
    lacks = (_("Còn %(left)s bài chưa phân công.", left=left),) if left > 0 else ()
    return Line(
        _("Phân công chấm"), has, lacks, "marking.manage", _at(facts), waits=not counts.submitted
    )


def _release(facts: Facts) -> Line:
    counts = facts.counts
    left = counts.submitted - counts.released
    has = _(
        "%(released)s trong %(submitted)s bài đã công bố điểm",
        released=format_integer(counts.released),
        submitted=format_integer(counts.submitted),
    )
    lacks = (_("Còn %(left)s bài chưa công bố điểm.", left=left),) if left > 0 else ()
    return Line(
        _("Công bố điểm"), has, lacks, "marking.manage", _at(facts), waits=not counts.submitted
    )


def _closing(facts: Facts) -> Line:
    campaign = facts.campaign
    if campaign.state is CampaignState.CLOSED:
        has = _("Đã đóng lúc %(at)s", at=format_datetime(campaign.closed_at))
        return Line(_("Đóng đợt học"), has, (), "", _at(facts))
    has = _("Kết thúc lúc %(at)s", at=format_datetime(campaign.closes_at))
    return Line(_("Đóng đợt học"), has, (), "planning.closing", _at(facts), waits=True)
