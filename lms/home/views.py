"""The first page of each role, and a member's page of one campaign."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.access.enforcement import current_powers
from lms.access.policy import Permission
from lms.base import clock
from lms.base.guards import member, signed_in
from lms.home import queries, steps
from lms.home.session_items import session_items
from lms.people.queries.privacy import find_unseen_notice

bp = Blueprint("home", __name__)

FIRST_PAGES = (
    (Permission.ESSAY_MARK, "marking.queue"),
    (Permission.CAMPAIGN_MANAGE, "planning.campaigns"),
    (Permission.RATE_READ, "supervision.overview"),
    (Permission.UNIT_MANAGE, "administration.index"),
    (Permission.MATERIAL_UPLOAD, "home.my_sessions"),
    (Permission.MEMBER_ASSIST, "administration.sign_in_help"),
)


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    if find_unseen_notice(current_user.id) is not None:
        return redirect(url_for("home.privacy_notice"))
    if current_user.member_id is not None:
        return redirect(url_for("home.my_tasks"))
    powers = current_powers()
    for permission, endpoint in FIRST_PAGES:
        if powers.may(permission):
            return redirect(url_for(endpoint))
    return redirect(url_for("training.directives"))


@bp.get("/my-tasks")
@member
def my_tasks() -> ResponseReturnValue:
    cards = [(card, steps.steps_of(card)) for card in queries.list_cards(current_user.member_id)]
    under_way = [(card, listed) for card, listed in cards if card.study.is_open]
    pending = steps.find_pending(under_way)
    return render_template(
        "home/my_tasks.html",
        place=queries.find_place(current_user.member_id),
        duties=_duties(),
        under_way=under_way,
        ahead=[card for card, _listed in cards if card.is_ahead],
        ended=[card for card, _listed in cards if not (card.study.is_open or card.is_ahead)],
        pending=pending[0] if pending else None,
        next_step=steps.next_step(pending[1]) if pending else None,
        is_all_done=all(steps.is_done(listed) for _card, listed in under_way),
        due_words=steps.due_words,
    )


def _duties() -> list[dict[str, str]]:
    """Where the account's appointments lead; a reviewer sees how many essays wait."""
    powers = current_powers()
    found = []
    if powers.may(Permission.ESSAY_MARK):
        waiting = queries.count_to_mark(current_user.id)
        detail = ngettext("%(num)s bài chờ chấm", "%(num)s bài chờ chấm", waiting)
        found.append(
            {"title": _("Bài cần chấm"), "url": url_for("marking.queue"), "detail": detail}
        )
    if powers.may(Permission.CAMPAIGN_MANAGE):
        found.append({"title": _("Tổ chức đợt học"), "url": url_for("planning.campaigns")})
    if powers.may(Permission.VENUE_HOLD):
        found.append({"title": _("Điểm cầu"), "url": url_for("viewing.venues")})
    if powers.may(Permission.RATE_READ):
        found.append({"title": _("Giám sát"), "url": url_for("supervision.overview")})
    if powers.may(Permission.UNIT_MANAGE):
        found.append({"title": _("Quản trị"), "url": url_for("administration.index")})
    return found


@bp.get("/campaigns/<int:campaign_id>")
@member
def campaign(campaign_id: int) -> ResponseReturnValue:
    card = queries.get_card(current_user.member_id, campaign_id)
    listed = steps.steps_of(card)
    return render_template(
        "home/campaign.html",
        card=card,
        steps=listed,
        next_step=steps.next_step(listed) if card.study.is_open else None,
        sessions=session_items(card, clock.now()),
        due=steps.due_words(card.study.enrolment.due_at),
    )
