"""The one thing to do after a quiz: where the button leads and what it says."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.quizzes.queries.standing import Standing


@dataclass(frozen=True)
class NextStep:
    """A button: its words, its address, and whether it posts (starts an attempt)."""

    label: str
    url: str
    posts: bool = False
    confirm: str | None = None


def next_step_of(standing: Standing) -> NextStep:
    """Go on, try (again), write the essay, or go back to what the campaign still asks."""
    study, campaign_id = standing.study, standing.study.campaign.id
    if standing.under_way is not None:
        url = url_for("quizzes.attempt", attempt_id=standing.under_way.attempt.id)
        return NextStep(_("Làm tiếp"), url)
    if standing.may_start and not standing.is_passed:
        return start_step(standing)
    enrolment, requirement = study.enrolment, study.requirement
    has_watched = enrolment.sessions_met_at is not None or not requirement.asks_sessions
    awaits_essay = requirement.asks_essay and enrolment.essay_submitted_at is None
    if study.is_open and has_watched and awaits_essay:
        return NextStep(_("Viết bài thu hoạch"), url_for("essays.write", campaign_id=campaign_id))
    return NextStep(_("Về đợt học"), url_for("home.campaign", campaign_id=campaign_id))


def start_step(standing: Standing) -> NextStep:
    """The button that starts an attempt; with a time limit it asks first."""
    minutes = standing.quiz.minutes
    confirm = None
    if minutes:
        confirm = ngettext(
            "Đồng chí có %(num)s phút, tính từ bây giờ. Bắt đầu?",
            "Đồng chí có %(num)s phút, tính từ bây giờ. Bắt đầu?",
            minutes,
        )
    url = url_for("quizzes.start", campaign_id=standing.study.campaign.id)
    label = _("Làm lại") if standing.outcomes else _("Bắt đầu")
    return NextStep(label, url, posts=True, confirm=confirm)
