"""The navigation of each role, from the permissions it holds."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_powers
from lms.access.policy import Permission

OWN_STUDY = (
    "home.campaign",
    "viewing.session",
    "viewing.evidence",
    "viewing.declare_watched",
    "viewing.confirm_run_code",
    "essays.write",
    "essays.check",
    "essays.receipt",
    "essays.drafts",
    "essays.draft",
    "quizzes.quiz",
    "quizzes.attempt",
    "quizzes.submit",
    "quizzes.result",
)
PREPARING = (
    "training.session_materials",
    "training.add_material",
    "training.edit_material",
    "home.session_viewing",
    "viewing.run_code",
)
ATTESTING = ("viewing.attestations", "viewing.attestation", "viewing.revoke_attestation")
HOLDING = (
    "viewing.choose_session",
    "viewing.open_venue",
    "viewing.venue",
    "viewing.venue_person",
    "viewing.venue_joiners",
    "viewing.venue_closing",
    "viewing.confirm_closing",
    "viewing.venue_paper",
    "viewing.venue_screen",
    "viewing.roll_call",
    "viewing.paper_roll_call",
    "viewing.add_guest",
    "viewing.excuse",
    "viewing.correct_person",
)
MARKING = ("marking.essay", "marking.pass_on", "marking.my_conflicts")
ORGANISING = (
    "planning",
    "essays.task",
    "essays.new_variant",
    "essays.variant",
    "essays.preview",
    "marking.manage",
    "marking.essays",
    "marking.allocation",
    "marking.reassign",
    "marking.release",
    "marking.conflicts",
    "quizzes.manage",
    "quizzes.banks",
    "quizzes.bank",
    "quizzes.add_question",
    "quizzes.edit_question",
    "quizzes.import_questions",
    "quizzes.review_import",
)
"""Places (packages or pages) that belong to an entry."""


@dataclass(frozen=True)
class NavigationItem:
    """One entry: what it says, where it leads, whether we are there."""

    label: str
    url: str
    is_current: bool


def navigation() -> list[NavigationItem]:
    """Entries for the signed-in account, none for a visitor."""
    if not current_user.is_authenticated:
        return []
    powers = current_powers()
    entries: list[tuple[str, str, tuple[str, ...]]] = []
    if current_user.member_id is not None:
        is_holding = request.endpoint in (*HOLDING, "viewing.venues")
        entries.append((_("Việc của tôi"), "home.my_tasks", () if is_holding else OWN_STUDY))
    if powers.may(Permission.MATERIAL_UPLOAD) and not powers.may(Permission.CAMPAIGN_MANAGE):
        entries.append((_("Buổi của tôi"), "home.my_sessions", PREPARING))
    if powers.may(Permission.ESSAY_MARK):
        entries.append((_("Bài cần chấm"), "marking.queue", MARKING))
    if powers.may(Permission.RATE_READ):
        entries.append((_("Giám sát"), "supervision.overview", ("supervision",)))
    if powers.may(Permission.VENUE_READ):
        entries.append((_("Điểm cầu"), "viewing.venues", HOLDING + ATTESTING))
    if powers.may(Permission.CAMPAIGN_MANAGE):
        entries.append((_("Tổ chức"), "planning.campaigns", ORGANISING + PREPARING))
    if powers.may(Permission.UNIT_MANAGE):
        entries.append((_("Quản trị"), "administration.index", ("administration",)))
    elif powers.may(Permission.MEMBER_ASSIST):
        entries.append((_("Giúp đăng nhập"), "administration.sign_in_help", ("administration",)))
    entries.append((_("Văn bản"), "training.directives", ()))
    endpoint = request.endpoint or ""
    return [
        NavigationItem(label, url_for(target), endpoint == target or _is_within(endpoint, within))
        for label, target, within in entries
        if target in current_app.view_functions
    ]


def _is_within(endpoint: str, places: tuple[str, ...]) -> bool:
    return any(endpoint == place or endpoint.startswith(place + ".") for place in places)


def add_page_context() -> dict[str, Any]:
    """What every template may use."""
    return {
        "navigation": navigation,
        "holds_appointment": holds_appointment,
        "locale": str(get_locale() or "vi"),
        "here": here(),
    }


def holds_appointment() -> bool:
    """Whether the signed-in account holds any role, its own or handed on."""
    return current_user.is_authenticated and bool(current_powers().held)


def here() -> str:
    """The address to come back to: this page, or the first one if this cannot be asked for."""
    if request.method in ("GET", "HEAD"):
        return request.full_path if request.query_string else request.path
    methods = request.url_rule.methods if request.url_rule else None
    return request.path if "GET" in (methods or ()) else "/"
