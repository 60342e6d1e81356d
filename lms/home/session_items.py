"""The sessions of a campaign as a member's page lists them: each with its hours and its state."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.base.formats import format_percent
from lms.home.queries import SessionState, StudyCard
from lms.training.labels import training_label
from lms.training.session_words import sentence, session_facts


def session_items(card: StudyCard, moment: datetime) -> list[dict[str, Any]]:
    """Every published session in its order, as rows of a list of links."""
    return [_item(item, moment) for item in card.sessions]


def _item(item: SessionState, moment: datetime) -> dict[str, Any]:
    session = item.session
    facts = [training_label(session.kind), *session_facts(session, moment)]
    if not session.is_required:
        facts.append(_("không bắt buộc"))
    tag, kind = _tag(item, moment)
    return {
        "title": session.title,
        "url": url_for("viewing.session", session_id=session.id),
        "detail": sentence(facts),
        "tag": tag,
        "tag_kind": kind,
    }


def _tag(item: SessionState, moment: datetime) -> tuple[str | None, str]:
    session = item.session
    if item.met_by is not None:
        return training_label(item.met_by), "ok"
    if any(run.is_under_way(moment) for run in session.runs):
        return _("Đang diễn ra"), "go"
    if item.covered_seconds:
        return _("Đã xem %(ratio)s", ratio=format_percent(item.ratio, 0)), "go"
    if session.is_watchable:
        return _("Chưa xem"), "plain"
    if session.runs and all(run.closes_at <= moment for run in session.runs):
        return _("Chưa dự"), "plain"
    return None, "plain"
