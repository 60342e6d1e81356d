"""The page to write on, and saving from it: by its script (JSON) or by its form."""

import secrets
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.base import clock
from lms.base.errors import Invalid, NotAllowed, NotFound, PayloadTooLarge
from lms.base.guards import member
from lms.base.transactions import keep_despite_refusal
from lms.essays import queries, services
from lms.essays.draft_text import DraftText
from lms.essays.forms import draft_of_form, draft_of_json
from lms.essays.lengths import measure_essay
from lms.essays.models import EssayDraft
from lms.essays.queries import Writing
from lms.essays.services import AlreadySubmitted, Saved
from lms.essays.views import bp
from lms.extensions import limiter
from lms.people.models import Account


@bp.get("/campaigns/<int:campaign_id>/essay")
@member
def write(campaign_id: int) -> ResponseReturnValue:
    writing = queries.get_writing(current_user.member_id, campaign_id)
    if writing.is_submitted:
        return redirect(url_for("essays.receipt", campaign_id=campaign_id))
    if writing.variant is None:
        return render_template("essays/not_ready.html", writing=writing)
    return _write_page(writing)


def _save_key() -> str:
    """The sign-in that saves, and the essay: another essay and other people are not held up."""
    return f"draft:{session.get('_user_id')}:{(request.view_args or {}).get('campaign_id')}"


@bp.post("/campaigns/<int:campaign_id>/essay/drafts")
@member
@limiter.limit("60/minute", key_func=_save_key)
def save_draft(campaign_id: int) -> ResponseReturnValue:
    """Keep what was written. 409 with both texts when it had been changed elsewhere meanwhile."""
    if request.is_json:
        return _save_for_script(campaign_id)
    text = draft_of_form(request.form)
    try:
        saved = services.save_draft(_writer(), campaign_id, text, skip_unchanged=True)
    except (Invalid, PayloadTooLarge, NotAllowed) as error:
        writing = queries.get_writing(current_user.member_id, campaign_id)
        status = {PayloadTooLarge: 413, Invalid: 422}.get(type(error), 403)
        return _write_page(writing, text, error.message), status
    if saved.other is not None:
        keep_despite_refusal()
        return _conflict_page(campaign_id, saved, saved.other), 409
    if request.form.get("then") == "check":
        return redirect(url_for("essays.check", campaign_id=campaign_id))
    at = clock.to_local(saved.draft.saved_at).strftime("%H:%M:%S")
    flash(_("Đã lưu trên máy chủ lúc %(time)s.", time=at), "success")
    return redirect(url_for("essays.write", campaign_id=campaign_id))


def _save_for_script(campaign_id: int) -> ResponseReturnValue:
    text = draft_of_json(request.get_json(silent=True))
    try:
        saved = services.save_draft(_writer(), campaign_id, text, skip_unchanged=True)
    except NotAllowed as error:
        state = "submitted" if isinstance(error, AlreadySubmitted) else "closed"
        return jsonify(error=error.message, state=state), 403
    receipt = {
        "revision": saved.essay.revision,
        "saved_as": saved.draft.revision,
        "saved_at": saved.draft.saved_at.isoformat(),
        "words": saved.draft.word_count,
        "variant_id": saved.essay.variant_id,
    }
    if saved.other is None:
        return jsonify(receipt)
    keep_despite_refusal()
    return (
        jsonify(
            **receipt,
            error=_("Bài đã được sửa ở nơi khác. Cả hai bài đều đã được giữ lại."),
            other=_texts(saved.other),
            yours=_texts(saved.draft),
        ),
        409,
    )


def _texts(draft: EssayDraft) -> dict[str, Any]:
    return {
        "revision": draft.revision,
        "saved_at": draft.saved_at.isoformat(),
        "texts": draft.texts,
    }


def _write_page(writing: Writing, typed: DraftText | None = None, error: str = "") -> str:
    """The page with the newest draft, or with what was just typed when that was refused."""
    if writing.variant is None:
        raise NotFound
    variant = queries.variant_with_sections(writing.variant.id)
    head = queries.find_head(writing.essay)
    texts = typed.texts if typed is not None else head.texts if head is not None else {}
    return render_template(
        "essays/write.html",
        writing=writing,
        variant=variant,
        criteria=queries.list_criteria(variant.id),
        head=head,
        texts=texts,
        length=measure_essay(variant.sections, texts, variant.least_words, variant.most_words),
        base_revision=typed.base_revision if typed is not None else head.revision if head else 0,
        page_key=secrets.token_hex(8),
        error=error,
    )


def _conflict_page(campaign_id: int, saved: Saved, other: EssayDraft) -> str:
    return render_template(
        "essays/conflict.html",
        writing=queries.get_writing(current_user.member_id, campaign_id),
        variant=queries.variant_with_sections(saved.essay.variant_id),
        mine=saved.draft,
        other=other,
        page_key=secrets.token_hex(8),
    )


def _writer() -> Account:
    account: Account = current_user._get_current_object()
    return account
