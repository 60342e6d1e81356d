"""Roll-ups of enrolments over the unit tree, and the rows behind every figure.

Rolled up on demand from enrolments, which carry unit and audience: one grouped statement per
page, whatever the number of people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base.errors import NotFound
from lms.essays.models import EssayTask, EssayVariant
from lms.extensions import db
from lms.people.models import Audience, Member
from lms.people.queries import is_found_by
from lms.supervision.measures import (
    CONDITIONS,
    Asked,
    Measure,
    Tally,
    concerns,
    condition,
    in_band,
    total,
)
from lms.training.models import Campaign, CampaignState, Enrolment, Requirement
from lms.units.models import UnitVersion
from lms.units.queries import Scope, get_versions, is_present, list_children, under

HEADS = "unit_head"


def campaigns_of(scope: Scope) -> sa.Select[Campaign]:
    """Opened campaigns that concern units of the scope, the newest first."""
    touches = sa.or_(
        scope.condition(),
        UnitVersion.path.in_([prefix for path in scope.paths for prefix in _prefixes(path)]),
    )
    return (
        sa.select(Campaign)
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Campaign.unit_id, is_present()))
        .where(Campaign.state != CampaignState.DRAFT, touches)
        .order_by(Campaign.opens_at.desc(), Campaign.id.desc())
    )


def _prefixes(path: str) -> list[str]:
    ids = path.strip("/").split("/")
    return ["/" + "/".join(ids[: depth + 1]) + "/" for depth in range(len(ids))]


def get_campaign(campaign_id: int, unit: UnitVersion) -> Campaign:
    """An opened campaign that concerns a unit; NotFound otherwise."""
    query = (
        sa.select(Campaign)
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Campaign.unit_id, is_present()))
        .where(
            Campaign.id == campaign_id,
            Campaign.state != CampaignState.DRAFT,
            sa.or_(under(unit.path), UnitVersion.path.in_(_prefixes(unit.path))),
        )
    )
    campaign = db.session.scalar(query)
    if campaign is None:
        raise NotFound
    return campaign


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

    unit: UnitVersion
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


def _groups(asked: Mapping[int, Asked], within: sa.ColumnElement[bool]) -> list[_Group]:
    """Tallies of campaigns per unit and audience, without bands: one grouped statement.

    What an audience is not asked for is counted by the database and left out here: that keeps the
    statement as simple for twenty campaigns as for one.
    """
    sums = [
        sa.func.sum(sa.case((CONDITIONS[measure], 1), else_=0)).label(measure.name)
        for measure in Measure
    ]
    grouped = (
        sa.select(Enrolment.unit_id, Enrolment.campaign_id, Enrolment.audience_id, *sums)
        .where(Enrolment.campaign_id.in_(list(asked)))
        .group_by(Enrolment.unit_id, Enrolment.campaign_id, Enrolment.audience_id)
        .subquery()
    )
    query = (
        sa.select(UnitVersion.path, *list(grouped.c)[1:])
        .join(grouped, grouped.c.unit_id == UnitVersion.unit_id)
        .where(is_present(), within)
    )
    return [
        _Group(campaign_id, path, audience_id, _tally(counts, audience_id, asked[campaign_id]))
        for path, campaign_id, audience_id, *counts in db.session.execute(query)
    ]


def _tally(counts: Iterable[int], audience_id: int, asked: Asked) -> Tally:
    return Tally(
        {
            measure: int(count) if concerns(measure, audience_id, asked) else 0
            for measure, count in zip(Measure, counts, strict=True)
        }
    )


def _groups_with_bands(campaign_id: int, path: str) -> list[_Group]:
    """Tallies of one campaign per unit and audience below a path: three statements."""
    asked = get_asked(campaign_id)
    bands = _bands(campaign_id, path, asked)
    return [
        replace(
            group,
            tally=replace(group.tally, bands=bands.get((group.path, group.audience_id), {})),
        )
        for group in _groups({campaign_id: asked}, under(path))
    ]


def get_overview(campaign_id: int, unit: UnitVersion) -> Overview:
    """Everything the page of a unit shows."""
    groups = _groups_with_bands(campaign_id, unit.path)
    audiences = db.session.scalars(sa.select(Audience).order_by(Audience.position)).all()
    by_audience = [
        AudienceTally(audience, total(g.tally for g in groups if g.audience_id == audience.id))
        for audience in audiences
        if any(group.audience_id == audience.id for group in groups)
    ]
    return Overview(
        tally=total(group.tally for group in groups),
        children=_by_child(list_children(unit.unit_id), groups),
        own=total(group.tally for group in groups if group.path == unit.path),
        audiences=by_audience,
        heads=total(item.tally for item in by_audience if item.audience.key == HEADS),
        bands=list_bands(campaign_id),
    )


def _by_child(children: Iterable[UnitVersion], groups: list[_Group]) -> list[UnitTally]:
    by_path: dict[str, Tally] = {}
    children = list(children)
    depth = children[0].depth if children else 0
    for group in groups:
        head = "/" + "/".join(group.path.strip("/").split("/")[: depth + 1]) + "/"
        by_path[head] = by_path.get(head, Tally.empty()) + group.tally
    return [UnitTally(child, by_path.get(child.path, Tally.empty())) for child in children]


def _bands(campaign_id: int, path: str, asked: Asked) -> dict[tuple[str, int], dict[str, int]]:
    """Released essays of required people by band, per unit path and audience."""
    query = (
        sa.select(UnitVersion.path, Enrolment.audience_id, Enrolment.essay_band, sa.func.count())
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Enrolment.unit_id, is_present()))
        .where(
            Enrolment.campaign_id == campaign_id,
            under(path),
            condition(Measure.ESSAY_RELEASED, asked),
            Enrolment.essay_band.is_not(None),
        )
        .group_by(UnitVersion.path, Enrolment.audience_id, Enrolment.essay_band)
    )
    found: dict[tuple[str, int], dict[str, int]] = {}
    for unit_path, audience_id, band, count in db.session.execute(query):
        found.setdefault((unit_path, audience_id), {})[str(band)] = count
    return found


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


def _unit_and_above() -> sa.ColumnElement[str]:
    """'Chi bộ 1 · Phường Bồ Đề': cells of many wards bear the same name."""
    above = aliased(UnitVersion)
    name = (
        sa.select(above.short_name)
        .where(above.unit_id == UnitVersion.parent_id, above.valid_to.is_(None))
        .correlate(UnitVersion)
        .scalar_subquery()
    )
    return sa.case(
        (UnitVersion.depth > 1, UnitVersion.short_name + " · " + name),
        else_=UnitVersion.short_name,
    )


def names_behind(
    campaign_id: int,
    unit: UnitVersion,
    measure: Measure | None = None,
    band: str | None = None,
    audience_id: int | None = None,
    own_only: bool = False,
    search: str = "",
) -> sa.Select[Enrolment, Member, str, str]:
    """The rows behind a figure: (enrolment, member, unit's short name, audience's name).

    `search` is what the name or card number must be found by.
    """
    query = (
        sa.select(Enrolment, Member, _unit_and_above(), Audience.name)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Audience, Audience.id == Enrolment.audience_id)
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Enrolment.unit_id, is_present()))
        .where(Enrolment.campaign_id == campaign_id, under(unit.path))
        .order_by(UnitVersion.path, Member.sort_key, Member.id)
    )
    if own_only:
        query = query.where(Enrolment.unit_id == unit.unit_id)
    if audience_id is not None:
        query = query.where(Enrolment.audience_id == audience_id)
    if measure is not None:
        query = query.where(condition(measure, get_asked(campaign_id)))
    if band is not None:
        query = query.where(in_band(band, get_asked(campaign_id)))
    return query.where(is_found_by(search))


def find_audience_name(audience_id: int | None) -> str | None:
    """The name of an audience, for the title of a filtered list."""
    if audience_id is None:
        return None
    return db.session.scalar(sa.select(Audience.name).where(Audience.id == audience_id))


def tallies_of(
    campaigns: Sequence[Campaign], roots: Sequence[UnitVersion]
) -> list[tuple[Campaign, list[UnitTally]]]:
    """Each campaign with the figures of each root it concerns: three statements for all."""
    versions = get_versions(campaign.unit_id for campaign in campaigns)
    paths = {campaign.id: versions[campaign.unit_id].path for campaign in campaigns}
    within = Scope.of(root.path for root in roots).condition()
    by_campaign: dict[int, list[_Group]] = {campaign.id: [] for campaign in campaigns}
    for group in _groups(_get_asked(by_campaign), within):
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
                if root.path.startswith(paths[campaign.id])
                or paths[campaign.id].startswith(root.path)
            ],
        )
        for campaign in campaigns
    ]


def unit_rows(campaign_id: int, unit: UnitVersion) -> list[UnitTally]:
    """Every unit of a subtree with its figures (itself and below), parents before children."""
    groups = _groups_with_bands(campaign_id, unit.path)
    query = (
        sa.select(UnitVersion)
        .where(is_present(), under(unit.path))
        .order_by(UnitVersion.depth, UnitVersion.sort_key)
    )
    units = db.session.scalars(query).all()
    by_path = {version.path: Tally.empty() for version in units}
    for group in groups:
        for prefix in _prefixes(group.path):
            if prefix in by_path:
                by_path[prefix] += group.tally
    order = {version.path: index for index, version in enumerate(units)}

    def place(version: UnitVersion) -> list[int]:
        return [order[prefix] for prefix in _prefixes(version.path) if prefix in order]

    return [UnitTally(v, by_path[v.path]) for v in sorted(units, key=place)]
