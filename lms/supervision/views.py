"""Pages of supervision: campaigns, the cockpit of a unit, names behind a figure, the workbook."""

from collections.abc import Callable
from io import BytesIO

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.audit.reading import record_reading
from lms.base.guards import requires
from lms.base.paging import fetch_page, list_all, page_number
from lms.base.vietnamese import clean, fold
from lms.supervision import queries
from lms.supervision.export import workbook
from lms.supervision.labels import MEASURE_LABELS
from lms.supervision.measures import Measure
from lms.units.queries import get_unit, list_ancestors, list_roots

bp = Blueprint("supervision", __name__)

CAMPAIGNS_PER_PAGE = 20


@bp.get("/supervision")
@requires(Permission.RATE_READ)
def overview() -> ResponseReturnValue:
    scope = current_scope(Permission.RATE_READ)
    page = fetch_page(
        queries.campaigns_of(scope), page_number(request.args.get("page")), CAMPAIGNS_PER_PAGE
    )
    roots = list_roots(scope)
    if len(roots) == 1 and len(page.rows) == 1 and page.number == 1:
        return redirect(
            url_for("supervision.unit", campaign_id=page.rows[0].id, unit_id=roots[0].unit_id)
        )
    return render_template(
        "supervision/overview.html",
        figures=queries.tallies_of(page.rows, roots),
        target=_target(),
        page=page,
    )


@bp.get("/supervision/<int:campaign_id>/units/<int:unit_id>")
@requires(Permission.RATE_READ)
def unit(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    scope = current_scope(Permission.RATE_READ)
    version = get_unit(unit_id, scope)
    campaign = queries.get_campaign(campaign_id, version)
    return render_template(
        "supervision/unit.html",
        campaign=campaign,
        unit=version,
        above=[above for above in list_ancestors(version) if scope.covers(above.path)],
        overview=queries.get_overview(campaign_id, version),
        target=_target(),
        labels=MEASURE_LABELS,
        names_url=_names_url(campaign_id, unit_id),
    )


@bp.get("/supervision/<int:campaign_id>/units/<int:unit_id>/names")
@requires(Permission.RATE_READ)
def names(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    version = get_unit(unit_id, current_scope(Permission.RATE_READ))
    campaign = queries.get_campaign(campaign_id, version)
    raw_measure = request.args.get("measure")
    if raw_measure is not None and raw_measure not in set(Measure):
        abort(404)
    measure = Measure(raw_measure) if raw_measure else None
    band = request.args.get("band")
    audience_id = request.args.get("audience", type=int)
    search = clean(request.args.get("q", ""))[:80]
    query = queries.names_behind(
        campaign_id,
        version,
        measure=measure,
        band=band,
        audience_id=audience_id,
        own_only="own" in request.args,
        search=search,
    )
    page = fetch_page(query, page_number(request.args.get("page")))
    record_reading(
        "names.read",
        f"unit:{unit_id}",
        campaign_id=campaign_id,
        measure=raw_measure,
        count=len(page.rows),
    )
    if band is not None:
        figure = _("Xếp mức %(band)s", band=band)
    else:
        figure = str(MEASURE_LABELS[measure]) if measure else _("Mọi người trong đợt học")
    return render_template(
        "supervision/names.html",
        campaign=campaign,
        unit=version,
        figure=figure,
        audience=queries.find_audience_name(audience_id),
        page=page,
        page_url=_page_url(campaign_id, unit_id),
    )


@bp.get("/supervision/<int:campaign_id>/units/<int:unit_id>/rates.xlsx")
@requires(Permission.RATE_READ)
def export(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    version = get_unit(unit_id, current_scope(Permission.RATE_READ))
    campaign = queries.get_campaign(campaign_id, version)
    content = workbook(
        f"{campaign.name} · {version.name}",
        _target(),
        queries.unit_rows(campaign_id, version),
        queries.get_overview(campaign_id, version).audiences,
        list_all(queries.names_behind(campaign_id, version)),
        queries.list_bands(campaign_id),
    )
    record_reading("rates.exported", f"unit:{unit_id}", campaign_id=campaign_id)
    return send_file(
        BytesIO(content),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"{fold(campaign.name)} {fold(version.short_name)}.xlsx".replace(" ", "-"),
    )


def _target() -> float:
    return float(current_app.config["PARTICIPATION_TARGET"])


def _names_url(campaign_id: int, unit_id: int) -> Callable[..., str]:
    def names_url(measure: str | None = None, unit: int = unit_id, **filters: object) -> str:
        return url_for(
            "supervision.names",
            campaign_id=campaign_id,
            unit_id=unit,
            measure=measure,
            **filters,  # type: ignore[arg-type]
        )

    return names_url


def _page_url(campaign_id: int, unit_id: int) -> Callable[[int], str]:
    kept = {key: value for key, value in request.args.items() if key != "page"}

    def page_url(number: int) -> str:
        return url_for(
            "supervision.names",
            campaign_id=campaign_id,
            unit_id=unit_id,
            page=number,
            **kept,  # type: ignore[arg-type]
        )

    return page_url
