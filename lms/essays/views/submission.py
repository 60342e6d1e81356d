"""Handing in: the check before it, the act, and the receipt that later carries the result."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.base.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from lms.base.guards import member
from lms.essays import queries, services
from lms.essays.lengths import measure_essay
from lms.essays.outcomes import find_outcome
from lms.essays.queries import Writing
from lms.essays.stamps import short_stamp
from lms.essays.views import bp

STATUS_OF: dict[type[DomainError], int] = {Invalid: 422, Conflict: 409}


@bp.get("/campaigns/<int:campaign_id>/essay/check")
@member
def check(campaign_id: int) -> ResponseReturnValue:
    writing = queries.get_writing(current_user.member_id, campaign_id)
    if writing.is_submitted:
        return redirect(url_for("essays.receipt", campaign_id=campaign_id))
    if writing.variant is None:
        return redirect(url_for("essays.write", campaign_id=campaign_id))
    return _check_page(writing)


@bp.post("/campaigns/<int:campaign_id>/essay/submission")
@member
def submit_essay(campaign_id: int) -> ResponseReturnValue:
    """Hand in the draft that the check page showed; pressing twice is pressing once."""
    revision = request.form.get("revision", "")
    try:
        services.submit_essay(
            current_user._get_current_object(),
            campaign_id,
            int(revision) if revision.isascii() and revision.isdigit() else 0,
        )
    except (Invalid, Conflict, NotAllowed) as error:
        writing = queries.get_writing(current_user.member_id, campaign_id)
        return _check_page(writing, error.message), STATUS_OF.get(type(error), 403)
    return redirect(url_for("essays.receipt", campaign_id=campaign_id))


def _check_page(writing: Writing, error: str = "") -> str:
    if writing.variant is None:
        raise NotFound
    variant = queries.variant_with_sections(writing.variant.id)
    head = queries.find_head(writing.essay)
    texts = head.texts if head is not None else {}
    return render_template(
        "essays/check.html",
        writing=writing,
        variant=variant,
        head=head,
        texts=texts,
        length=measure_essay(variant.sections, texts, variant.least_words, variant.most_words),
        error=error,
    )


@bp.get("/campaigns/<int:campaign_id>/essay/submission")
@member
def receipt(campaign_id: int) -> ResponseReturnValue:
    writing = queries.get_writing(current_user.member_id, campaign_id)
    submission = queries.find_submission(writing.essay.id) if writing.essay is not None else None
    if submission is None:
        return redirect(url_for("essays.write", campaign_id=campaign_id))
    return render_template(
        "essays/receipt.html",
        writing=writing,
        submission=submission,
        is_late=submission.submitted_at > writing.study.enrolment.due_at,
        stamp=short_stamp(submission.sha256),
        outcome=find_outcome(writing.study.enrolment.id),
    )
