"""Roll-ups of enrolments over the unit tree, and the rows behind every figure.

Rolled up on demand from enrolments, which carry unit and audience: one grouped statement per
page, whatever the number of people. Where an enrolment stands says trees.py.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from lms.essays.models import EssayTask, EssayVariant
from lms.extensions import db
from lms.people.models import Audience, MemberHeir
from lms.supervision.measures import (
    CONDITIONS,
    Asked,
    Measure,
    Tally,
    concerns,
    condition,
    total,
)
from lms.supervision.queries.campaigns import paths_led_to
from lms.supervision.trees import (
    PRESENT,
    AsOf,
    Node,
    Tree,
    chosen_heir_of,
    default_heir_of,
    prefixes,
)
from lms.training.models import Campaign, CampaignUnit, Enrolment, Requirement
from lms.units.models import UnitHeir, UnitVersion
from lms.units.queries import Scope, is_present, under, valid_on

HEADS = "unit_head"


def get_asked(campaign_id: int) -> Asked:
    """Which audiences a campaign asks for which part."""
    return _get_asked([campaign_id])[campaign_id]


def _get_asked(campaign_ids: Iterable[int]) -> dict[int, Asked]:
    """What each campaign asks of whom, in one statement."""
    wanted = list(campaign_ids)
    query = sa.select(Requirement).where(Requirement.campaign_id.in_(wanted))
    found = db.session.scalars(query).all()
    return {
        campaign_id: Asked.of(r for r in found if r.campaign_id == campaign_id)
        for campaign_id in wanted
    }


@dataclass(frozen=True)
class UnitTally:
    """A unit with the figures of everybody in it and below."""

    unit: Node
    tally: Tally


@dataclass(frozen=True)
class AudienceTally:
    """An audience with its figures inside a unit's subtree."""

    audience: Audience
    tally: Tally


@dataclass(frozen=True)
class Overview:
    """All figures of one page: a unit's subtree as a whole, by child unit and by audience."""

    tally: Tally
    children: list[UnitTally]
    own: Tally
    audiences: list[AudienceTally]
    heads: Tally
    bands: list[str]
    """The bands in use, the best first."""


@dataclass(frozen=True)
class _Group:
    campaign_id: int
    path: str
    audience_id: int
    tally: Tally


Within = Callable[[Any], sa.ColumnElement[bool]]
"""A condition on a column of paths."""


def _groups(asked: Mapping[int, Asked], within: Within, tree: Tree) -> list[_Group]:
    """Tallies of campaigns per unit and audience, without bands: one grouped statement.

    What an audience is not asked for is counted by the database and left out here: that keeps the
    statement as simple for twenty campaigns as for one.
    """
    sums = [
        sa.func.sum(sa.case((CONDITIONS[measure], 1), else_=0)).label(measure.name)
        for measure in Measure
    ]
    keys = [Enrolment.campaign_id, Enrolment.audience_id]
    chosen = Enrolment.campaign_id.in_(list(asked))
    found: dict[tuple[int, str, int], Tally] = {}
    query = _placed_sums(keys, sums, chosen, within, tree)
    for path, campaign_id, audience_id, *counts in db.session.execute(query):
        key = campaign_id, path, audience_id
        tally = _tally(counts, audience_id, asked[campaign_id])
        found[key] = found[key] + tally if key in found else tally
    return [_Group(*key, tally) for key, tally in found.items() if any(tally.counts.values())]


def _placed_sums(
    keys: list[Any],
    sums: list[Any],
    chosen: sa.ColumnElement[bool],
    within: Within,
    tree: Tree,
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Rows (path, *keys, *sums) of enrolments by the unit they stand under.

    In the present tree whole units are summed and placed under their default heirs; those whom a
    division sent elsewhere are taken off there and added where they went. So the half million are
    grouped without a look at each person.
    """
    node = tree.node
    grouped = (
        sa.select(Enrolment.unit_id, *keys, *sums)
        .where(chosen)
        .group_by(Enrolment.unit_id, *keys)
        .subquery("whole")
    )
    rest = list(grouped.c)[1:]
    if tree.as_of is AsOf.THEN:
        return (
            sa.select(CampaignUnit.path, *rest)
            .join(grouped, grouped.c.unit_id == CampaignUnit.unit_id)
            .where(tree.stands(), within(CampaignUnit.path))
        )
    divided = sa.select(MemberHeir.unit_id).where(valid_on(MemberHeir))
    apart = (
        sa.select(Enrolment.unit_id, MemberHeir.heir_id, *keys, *sums)
        .join(MemberHeir, chosen_heir_of(Enrolment))
        .where(chosen, Enrolment.unit_id.in_(divided))
        .group_by(Enrolment.unit_id, MemberHeir.heir_id, *keys)
        .subquery("apart")
    )
    parts = list(apart.c)[2:]
    signed = [*parts[: len(keys)], *(-part for part in parts[len(keys) :])]

    def under_default(rows: sa.Subquery, columns: list[Any]) -> sa.Select[Any]:
        return (
            sa.select(node.path, *columns)
            .select_from(rows)
            .outerjoin(UnitHeir, default_heir_of(rows.c.unit_id))
            .join(
                UnitVersion,
                sa.and_(
                    UnitVersion.unit_id == sa.func.coalesce(UnitHeir.heir_id, rows.c.unit_id),
                    is_present(),
                ),
            )
            .where(within(node.path))
        )

    return sa.union_all(
        under_default(grouped, rest),
        under_default(apart, signed),
        sa.select(node.path, *parts)
        .join(apart, apart.c.heir_id == node.unit_id)
        .where(is_present(), within(node.path)),
    )


def _tally(counts: Iterable[int], audience_id: int, asked: Asked) -> Tally:
    return Tally(
        {
            measure: int(count) if concerns(measure, audience_id, asked) else 0
            for measure, count in zip(Measure, counts, strict=True)
        }
    )


def _groups_with_bands(campaign_id: int, path: str, tree: Tree) -> list[_Group]:
    """Tallies of one campaign per unit and audience below a path: three statements."""
    asked = get_asked(campaign_id)
    bands = _bands(campaign_id, path, asked, tree)
    return [
        replace(
            group,
            tally=replace(group.tally, bands=bands.get((group.path, group.audience_id), {})),
        )
        for group in _groups({campaign_id: asked}, lambda column: under(path, column), tree)
    ]


def get_overview(campaign_id: int, unit: Node, tree: Tree = PRESENT) -> Overview:
    """Everything the page of a unit shows."""
    groups = _groups_with_bands(campaign_id, unit.path, tree)
    audiences = db.session.scalars(sa.select(Audience).order_by(Audience.position)).all()
    by_audience = [
        AudienceTally(audience, total(g.tally for g in groups if g.audience_id == audience.id))
        for audience in audiences
        if any(group.audience_id == audience.id for group in groups)
    ]
    return Overview(
        tally=total(group.tally for group in groups),
        children=_by_child(tree.list_children(unit.unit_id), groups),
        own=total(group.tally for group in groups if group.path == unit.path),
        audiences=by_audience,
        heads=total(item.tally for item in by_audience if item.audience.key == HEADS),
        bands=list_bands(campaign_id),
    )


def _by_child(children: Iterable[Node], groups: list[_Group]) -> list[UnitTally]:
    by_path: dict[str, Tally] = {}
    children = list(children)
    depth = children[0].depth if children else 0
    for group in groups:
        head = "/" + "/".join(group.path.strip("/").split("/")[: depth + 1]) + "/"
        by_path[head] = by_path.get(head, Tally.empty()) + group.tally
    return [UnitTally(child, by_path.get(child.path, Tally.empty())) for child in children]


def _bands(
    campaign_id: int, path: str, asked: Asked, tree: Tree
) -> dict[tuple[str, int], dict[str, int]]:
    """Released essays of required people by band, per unit path and audience."""
    chosen = sa.and_(
        Enrolment.campaign_id == campaign_id,
        condition(Measure.ESSAY_RELEASED, asked),
        Enrolment.essay_band.is_not(None),
    )
    query = _placed_sums(
        [Enrolment.audience_id, Enrolment.essay_band],
        [sa.func.count().label("essays")],
        chosen,
        lambda column: under(path, column),
        tree,
    )
    found: dict[tuple[str, int], dict[str, int]] = {}
    for unit_path, audience_id, band, count in db.session.execute(query):
        bands = found.setdefault((unit_path, audience_id), {})
        bands[str(band)] = bands.get(str(band), 0) + count
    return {
        key: {band: count for band, count in bands.items() if count} for key, bands in found.items()
    }


def list_bands(campaign_id: int) -> list[str]:
    """The bands of a campaign's essay task, the best first."""
    query = (
        sa.select(EssayVariant.bands)
        .join(EssayTask, EssayTask.id == EssayVariant.task_id)
        .where(EssayTask.campaign_id == campaign_id)
    )
    least: dict[str, float] = {}
    for bands in db.session.scalars(query):
        for band in bands:
            least[band["name"]] = max(least.get(band["name"], 0.0), float(band["least"]))
    return sorted(least, key=lambda name: -least[name])


def tallies_of(
    campaigns: Sequence[Campaign], roots: Sequence[UnitVersion]
) -> list[tuple[Campaign, list[UnitTally]]]:
    """Each campaign with the figures of each root it concerns: three statements for all."""
    paths = paths_led_to({campaign.unit_id for campaign in campaigns})
    within = Scope.of(root.path for root in roots).condition
    by_campaign: dict[int, list[_Group]] = {campaign.id: [] for campaign in campaigns}
    for group in _groups(_get_asked(by_campaign), within, PRESENT):
        by_campaign[group.campaign_id].append(group)
    return [
        (
            campaign,
            [
                UnitTally(
                    root,
                    total(
                        group.tally
                        for group in by_campaign[campaign.id]
                        if group.path.startswith(root.path)
                    ),
                )
                for root in roots
                if any(
                    root.path.startswith(path) or path.startswith(root.path)
                    for path in paths.get(campaign.unit_id, ())
                )
            ],
        )
        for campaign in campaigns
    ]


def tallies_of_kept(campaign_id: int, units: Sequence[Node], tree: Tree) -> list[UnitTally]:
    """Some units of a campaign's kept tree with the figures of everybody in them and below."""
    if not units:
        return []
    within = Scope.of(unit.path for unit in units).condition
    groups = _groups(_get_asked([campaign_id]), within, tree)
    return [
        UnitTally(unit, total(g.tally for g in groups if g.path.startswith(unit.path)))
        for unit in units
    ]


def unit_rows(campaign_id: int, unit: Node, tree: Tree = PRESENT) -> list[UnitTally]:
    """Every unit of a subtree with its figures (itself and below), parents before children."""
    groups = _groups_with_bands(campaign_id, unit.path, tree)
    node = tree.node
    query = (
        sa.select(node)
        .where(tree.stands(), under(unit.path, node.path))
        .order_by(node.depth, node.sort_key, node.unit_id)
    )
    units = db.session.scalars(query).all()
    by_path = {one.path: Tally.empty() for one in units}
    for group in groups:
        for prefix in prefixes(group.path):
            if prefix in by_path:
                by_path[prefix] += group.tally
    order = {one.path: index for index, one in enumerate(units)}

    def place(one: Node) -> list[int]:
        return [order[prefix] for prefix in prefixes(one.path) if prefix in order]

    return [UnitTally(one, by_path[one.path]) for one in sorted(units, key=place)]
