"""Making marks known: look at what would be, then release exactly that."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.access.policy import Permission
from lms.base.guards import requires
from lms.marking import services
from lms.marking.forms import ReleaseForm
from lms.marking.queries import overview
from lms.marking.queries.release import list_releases, preview_release
from lms.marking.views import bp
from lms.marking.views.campaigns import campaign_of, campaign_url, number_asked


@bp.route("/campaigns/<int:campaign_id>/marking/release", methods=["GET", "POST"])
@requires(Permission.MARKING_MANAGE)
def release(campaign_id: int) -> ResponseReturnValue:
    campaign = campaign_of(campaign_id)
    form = ReleaseForm()
    if form.validate_on_submit():
        made = services.release_marks(
            current_user._get_current_object(),
            campaign,
            form.audience.data or None,
            form.newest.data or 0,
        )
        if made is None:
            flash(_("Các điểm này đã công bố rồi; không công bố lại."), "info")
        else:
            flash(
                ngettext(
                    "Đã công bố điểm của %(num)s bài.",
                    "Đã công bố điểm của %(num)s bài.",
                    made.essay_count,
                ),
                "success",
            )
        return redirect(url_for("marking.manage", campaign_id=campaign.id))
    audience_id = number_asked("audience")
    preview = preview_release(campaign.id, audience_id)
    form = ReleaseForm(
        formdata=None, data={"audience": audience_id or 0, "newest": preview.newest_mark_id}
    )
    everything, *by_audience = overview.list_progress(campaign.id)
    chosen = next(
        (p for p in by_audience if p.audience and p.audience.id == audience_id), everything
    )
    page = render_template(
        "marking/release.html",
        campaign=campaign,
        campaign_url=campaign_url(campaign),
        form=form,
        preview=preview,
        chosen=chosen,
        by_audience=by_audience,
        releases=list_releases(campaign.id),
    )
    return page, 422 if request.method == "POST" else 200
