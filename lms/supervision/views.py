"""Pages of supervision: campaigns, the cockpit of a unit, names behind a figure, the workbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

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
from lms.base.errors import NotFound
from lms.base.guards import requires
from lms.base.paging import fetch_page, list_all, page_number
from lms.base.vietnamese import clean, fold
from lms.supervision import queries
from lms.supervision.export import workbook
from lms.supervision.labels import MEASURE_LABELS
from lms.supervision.measures import BY_KIND, Measure
from lms.supervision.trees import PRESENT, AsOf, Node, Tree, get_kept_tree, get_kept_unit
from lms.training.models import Campaign, CampaignState
from lms.units.queries import find_standing, get_unit, list_ancestors, list_roots

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


@dataclass(frozen=True)
class _Place:
    """What a page of figures is about: a campaign, a unit of one of the two trees, and the units
    above it that the reader may see."""

    campaign: Campaign
    unit: Node
    tree: Tree
    above: Sequence[Node]

    @property
    def address(self) -> dict[str, Any]:
        """The part of an address that keeps to this tree."""
        return {"as_of": "then"} if self.tree.as_of is AsOf.THEN else {}


def _place(campaign_id: int, unit_id: int) -> _Place:
    """The unit an address names, in the tree it names (?as_of=); NotFound outside the scope."""
    scope = current_scope(Permission.RATE_READ)
    if request.args.get("as_of") == AsOf.THEN:
        unit, over = get_kept_unit(campaign_id, unit_id, scope)
        tree = Tree(AsOf.THEN, campaign_id)
        return _Place(queries.get_campaign(campaign_id, unit), unit, tree, over)
    version = get_unit(unit_id, scope)
    above = [one for one in list_ancestors(version) if scope.covers(one.path)]
    return _Place(queries.get_campaign(campaign_id, version), version, PRESENT, above)


def _other_tree(place: _Place) -> str | None:
    """Where the same is shown by the other tree; None while there is only one."""
    if place.campaign.state is not CampaignState.CLOSED:
        return None
    scope = current_scope(Permission.RATE_READ)
    if place.tree.as_of is AsOf.THEN:
        present = find_standing(place.unit.unit_id)
        if present is None or not scope.covers(present.path):
            return url_for("supervision.overview")
        return url_for("supervision.unit", campaign_id=place.campaign.id, unit_id=present.unit_id)
    try:
        get_kept_unit(place.campaign.id, place.unit.unit_id, scope)
    except NotFound:
        return url_for("supervision.units_then", campaign_id=place.campaign.id)
    return url_for(
        "supervision.unit",
        campaign_id=place.campaign.id,
        unit_id=place.unit.unit_id,
        as_of="then",
    )


@bp.get("/supervision/<int:campaign_id>/then")
@requires(Permission.RATE_READ)
def units_then(campaign_id: int) -> ResponseReturnValue:
    """The units of a closed campaign that lie wholly inside the scope, as they were then."""
    kept = get_kept_tree(campaign_id, current_scope(Permission.RATE_READ))
    tops = kept.tops()
    campaign = queries.get_campaign_of_units(campaign_id, current_scope(Permission.RATE_READ))
    return render_template(
        "supervision/units_then.html",
        campaign=campaign,
        rows=queries.tallies_of_kept(campaign_id, tops, kept.tree),
        target=_target(),
    )


@bp.get("/supervision/<int:campaign_id>/units/<int:unit_id>")
@requires(Permission.RATE_READ)
def unit(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    place = _place(campaign_id, unit_id)
    return render_template(
        "supervision/unit.html",
        campaign=place.campaign,
        unit=place.unit,
        above=place.above,
        address=place.address,
        is_then=place.tree.as_of is AsOf.THEN,
        other_tree=_other_tree(place),
        overview=queries.get_overview(campaign_id, place.unit, place.tree),
        target=_target(),
        labels=MEASURE_LABELS,
        kinds=list(BY_KIND.values()),
        names_url=_names_url(place),
    )


@bp.get("/supervision/<int:campaign_id>/units/<int:unit_id>/names")
@requires(Permission.RATE_READ)
def names(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    place = _place(campaign_id, unit_id)
    raw_measure = request.args.get("measure")
    if raw_measure is not None and raw_measure not in set(Measure):
        abort(404)
    measure = Measure(raw_measure) if raw_measure else None
    band = request.args.get("band")
    audience_id = request.args.get("audience", type=int)
    search = clean(request.args.get("q", ""))[:80]
    query = queries.names_behind(
        campaign_id,
        place.unit,
        measure=measure,
        band=band,
        audience_id=audience_id,
        own_only="own" in request.args,
        search=search,
        tree=place.tree,
    )
    page = fetch_page(query, page_number(request.args.get("page")))
    record_reading(
        "names.read",
        f"unit:{unit_id}",
        campaign_id=campaign_id,
        measure=raw_measure,
        count=len(page.rows),
        **place.address,
    )
    if band is not None:
        figure = _("Xếp mức %(band)s", band=band)
    else:
        figure = str(MEASURE_LABELS[measure]) if measure else _("Mọi người trong đợt học")
    return render_template(
        "supervision/names.html",
        campaign=place.campaign,
        unit=place.unit,
        address=place.address,
        is_then=place.tree.as_of is AsOf.THEN,
        figure=figure,
        audience=queries.find_audience_name(audience_id),
        page=page,
        page_url=_page_url(campaign_id, unit_id),
    )


@bp.get("/supervision/<int:campaign_id>/units/<int:unit_id>/rates.xlsx")
@requires(Permission.RATE_READ)
def export(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    place = _place(campaign_id, unit_id)
    campaign, version, tree = place.campaign, place.unit, place.tree
    content = workbook(
        f"{campaign.name} · {version.name}",
        _target(),
        queries.unit_rows(campaign_id, version, tree),
        queries.get_overview(campaign_id, version, tree).audiences,
        list_all(queries.names_behind(campaign_id, version, tree=tree)),
        queries.list_bands(campaign_id),
        _told(place),
    )
    record_reading("rates.exported", f"unit:{unit_id}", campaign_id=campaign_id, **place.address)
    return send_file(
        BytesIO(content),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"{fold(campaign.name)} {fold(version.short_name)}.xlsx".replace(" ", "-"),
    )


def _target() -> float:
    return float(current_app.config["PARTICIPATION_TARGET"])


def _told(place: _Place) -> str:
    """Which tree the figures follow, in words."""
    if place.tree.as_of is AsOf.THEN:
        return _("Theo tổ chức lúc kết thúc đợt")
    return _("Theo tổ chức hiện nay")


def _names_url(place: _Place) -> Callable[..., str]:
    def names_url(
        measure: str | None = None, unit: int = place.unit.unit_id, **filters: object
    ) -> str:
        return url_for(
            "supervision.names",
            campaign_id=place.campaign.id,
            unit_id=unit,
            measure=measure,
            **place.address,
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
