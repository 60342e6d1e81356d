"""From a study to its task list: what is done, what is next, in plain words.

One step is next: the first that is not done and can be gone on with. Composes; asks no database.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.base import clock
from lms.base.formats import format_date, format_decimal, format_percent, moment_words
from lms.home.drafts import Can, Draft
from lms.home.queries import SessionState, StudyCard, asked_for
from lms.home.session_step import session_step


@dataclass(frozen=True)
class Step:
    """One line of a task list. `state`: done · now · todo · late."""

    key: str
    title: str
    state: str
    url: str | None
    detail: str
    tag: str
    tag_kind: str | None
    next_title: str
    next_label: str
    watching: SessionState | None = None
    """The recording to go on with, where some of it was watched."""
    is_urgent: bool = False
    """It is on now, and waits for nobody."""


def steps_of(card: StudyCard) -> list[Step]:
    """The parts that the campaign asks of this member, in the order of the work."""
    requirement = card.study.requirement
    drafts = []
    if requirement.asks_materials and card.materials:
        drafts.append(_reading(card))
    if requirement.asks_sessions and asked_for(card.sessions):
        drafts.append(session_step(card))
    if requirement.asks_quiz and card.quiz:
        drafts.append(_quiz(card))
    if requirement.asks_essay and card.has_essay_task:
        drafts.append(_essay(card))
    is_late = card.is_waited_for and card.study.enrolment.due_at < clock.now()
    return _with_states(drafts, is_late)


def next_step(steps: list[Step]) -> Step | None:
    """The one to do now; None when nothing is left that can be done."""
    return next((step for step in steps if step.state in ("now", "late")), None)


def is_done(steps: list[Step]) -> bool:
    return all(step.state == "done" for step in steps)


def find_pending(cards: list[tuple[StudyCard, list[Step]]]) -> tuple[StudyCard, list[Step]] | None:
    """The study to go on with, of those under way in the order of their due moments: one that is
    waited for (first one with a run that is on), else one that is free; never one that the member
    is excused from."""
    open_ones = [
        (not card.is_waited_for, not step.is_urgent, card, listed)
        for card, listed in cards
        if (step := next_step(listed)) and card.study.enrolment.excused_at is None
    ]
    chosen = min(open_ones, key=lambda entry: entry[:2], default=None)
    return chosen[2:] if chosen else None


def due_words(due_at: datetime) -> tuple[str, str]:
    """A due moment as a tag: words and kind ('Hạn 15/12/2026 · còn 22 ngày')."""
    moment = clock.now()
    day = format_date(due_at)
    if due_at < moment:
        return _("Quá hạn %(day)s", day=day), "bad"
    left = (clock.to_local(due_at).date() - clock.to_local(moment).date()).days
    if left == 0:
        return _("Hạn hôm nay, %(day)s", day=day), "go"
    return ngettext(
        "Hạn %(day)s · còn %(num)s ngày", "Hạn %(day)s · còn %(num)s ngày", left, day=day
    ), "go"


def _with_states(drafts: list[Draft], is_late: bool) -> list[Step]:
    waiting = [draft for draft in drafts if not draft.is_done]
    chosen = next(
        (draft for can in (Can.FIRST, Can.NOW, Can.LATER) for draft in waiting if draft.can is can),
        None,
    )
    steps = []
    for draft in drafts:
        if draft.is_done:
            state, kind = "done", "ok"
        elif draft is chosen:
            state, kind = ("late", "bad") if is_late else ("now", "go")
        elif draft.can is Can.NEVER:
            state, kind = "todo", "bad"
        else:
            state, kind = "todo", "go" if draft.is_begun else "plain"
        steps.append(
            Step(
                draft.key,
                draft.title,
                state,
                draft.url,
                draft.detail,
                draft.tag,
                kind,
                draft.next_title,
                draft.next_label,
                draft.watching,
                draft.can is Can.FIRST,
            )
        )
    return steps


def _reading(card: StudyCard) -> Draft:
    opened = sum(1 for item in card.materials if item.opened_at)
    count = len(card.materials)
    return Draft(
        key="materials",
        title=_("Đọc tài liệu"),
        is_done=opened == count or card.study.enrolment.materials_read_at is not None,
        is_begun=opened > 0,
        url=url_for("home.campaign", campaign_id=card.study.campaign.id, _anchor="materials"),
        detail=_("%(count)s tài liệu, đã mở %(opened)s", count=count, opened=opened),
        tag=_("Xong")
        if opened == count
        else _("Đã mở %(opened)s", opened=opened)
        if opened
        else _("Chưa đọc"),
        next_title=_("Đọc tài liệu trước khi học"),
        next_label=_("Xem tài liệu"),
    )


def _quiz(card: StudyCard) -> Draft:
    quiz, enrolment = card.quiz, card.study.enrolment
    assert quiz is not None  # noqa: S101 - the caller looked
    best = enrolment.quiz_best_ratio
    done = enrolment.quiz_met_at is not None
    is_closed = not done and not quiz.is_under_way and not quiz.attempts_left
    detail = ngettext("%(num)s câu", "%(num)s câu", quiz.question_count)
    if quiz.is_under_way:
        detail += " · " + _("đang làm dở")
    elif is_closed:
        detail += " · " + _("đã hết lượt")
    elif not done:
        detail += " · " + ngettext("còn %(num)s lượt", "còn %(num)s lượt", quiz.attempts_left)
    if best is not None:
        detail += " · " + _("tốt nhất %(best)s", best=format_percent(best, 0))
    if done:
        tag = _("Đạt")
    elif quiz.is_under_way:
        tag = _("Đang làm")
    else:
        tag = _("Chưa đạt") if best is not None else _("Chưa làm")
    return Draft(
        key="quiz",
        title=_("Trả lời câu hỏi"),
        is_done=done,
        is_begun=quiz.attempts_made > 0,
        url=url_for("quizzes.quiz", campaign_id=card.study.campaign.id),
        detail=detail,
        tag=tag,
        next_title=_("Làm tiếp bài trắc nghiệm")
        if quiz.is_under_way
        else ngettext("Trả lời %(num)s câu hỏi", "Trả lời %(num)s câu hỏi", quiz.question_count),
        next_label=_("Làm tiếp") if quiz.is_under_way else _("Bắt đầu trả lời"),
        can=Can.NEVER if is_closed else Can.NOW,
    )


def _essay(card: StudyCard) -> Draft:
    enrolment, essay = card.study.enrolment, card.essay
    campaign_id = card.study.campaign.id
    submitted = enrolment.essay_submitted_at is not None
    if enrolment.essay_released_at is not None:
        tag = _(
            "%(mark)s · %(band)s",
            mark=format_decimal(enrolment.essay_mark),
            band=enrolment.essay_band,
        )
        detail = _("Đã có điểm")
    elif submitted:
        tag = _("Đã nộp")
        detail = _("Nộp ngày %(day)s, đang chờ chấm", day=format_date(enrolment.essay_submitted_at))
    elif essay.draft_saved_at is not None:
        tag = _("Đang viết")
        detail = _(
            "Bản nháp lưu lúc %(moment)s, %(words)s từ",
            moment=moment_words(essay.draft_saved_at),
            words=essay.draft_words or 0,
        )
    else:
        tag = _("Chưa viết")
        detail = _("Đề dành cho: %(audience)s", audience=enrolment.audience.name.lower())
    begun = essay.draft_saved_at is not None
    endpoint = "essays.receipt" if submitted else "essays.write"
    return Draft(
        key="essay",
        title=_("Viết bài thu hoạch"),
        is_done=submitted,
        is_begun=begun,
        url=url_for(endpoint, campaign_id=campaign_id),
        detail=detail,
        tag=tag,
        next_title=_("Viết tiếp bài thu hoạch") if begun else _("Viết bài thu hoạch"),
        next_label=_("Viết tiếp") if begun else _("Bắt đầu viết"),
    )
