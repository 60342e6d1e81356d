"""The history of one's drafts: every save, to be read and brought back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.base.errors import NotFound
from lms.base.guards import member
from lms.base.paging import fetch_page, page_number
from lms.essays import queries, services
from lms.essays.models import Essay
from lms.essays.queries import Writing
from lms.essays.views import bp


@bp.get("/campaigns/<int:campaign_id>/essay/drafts")
@member
def drafts(campaign_id: int) -> ResponseReturnValue:
    writing, essay = _begun(campaign_id)
    page = fetch_page(queries.draft_list(essay.id), page_number(request.args.get("page")))
    return render_template("essays/drafts.html", writing=writing, essay=essay, page=page)


@bp.get("/campaigns/<int:campaign_id>/essay/drafts/<int:revision>")
@member
def draft(campaign_id: int, revision: int) -> ResponseReturnValue:
    writing, essay = _begun(campaign_id)
    shown = queries.get_draft(essay.id, revision)
    variant = queries.variant_with_sections(essay.variant_id)
    return render_template(
        "essays/draft.html", writing=writing, essay=essay, draft=shown, variant=variant
    )


@bp.post("/campaigns/<int:campaign_id>/essay/drafts/<int:revision>/restoration")
@member
def restore_draft(campaign_id: int, revision: int) -> ResponseReturnValue:
    saved = services.restore_draft(current_user._get_current_object(), campaign_id, revision)
    flash(
        _(
            "Đã mở lại bản số %(old)s thành bản số %(new)s. Bản trước đó vẫn còn trong danh sách.",
            old=revision,
            new=saved.draft.revision,
        ),
        "success",
    )
    return redirect(url_for("essays.write", campaign_id=campaign_id))


def _begun(campaign_id: int) -> tuple[Writing, Essay]:
    writing = queries.get_writing(current_user.member_id, campaign_id)
    if writing.essay is None:
        raise NotFound
    return writing, writing.essay
