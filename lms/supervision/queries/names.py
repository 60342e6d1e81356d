"""The names behind a figure."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base.paging import AnySelect
from lms.extensions import db
from lms.people.models import Audience, Member
from lms.people.queries import is_found_by
from lms.supervision.measures import (
    Measure,
    condition,
    in_band,
)
from lms.supervision.queries.rollup import get_asked
from lms.supervision.trees import (
    PRESENT,
    Node,
    Tree,
)
from lms.training.models import Enrolment
from lms.units.queries import under


def _unit_and_above(tree: Tree) -> sa.ColumnElement[str]:
    """'Chi bộ 1 · Phường Bồ Đề': cells of many wards bear the same name."""
    node = tree.node
    above = aliased(node)
    name = (
        sa.select(above.short_name)
        .where(above.unit_id == node.parent_id, tree.stands(above))
        .correlate(node)
        .scalar_subquery()
    )
    return sa.case((node.depth > 1, node.short_name + " · " + name), else_=node.short_name)


def names_behind(
    campaign_id: int,
    unit: Node,
    measure: Measure | None = None,
    band: str | None = None,
    audience_id: int | None = None,
    own_only: bool = False,
    search: str = "",
    tree: Tree = PRESENT,
) -> AnySelect:
    """The rows behind a figure: (enrolment, member, unit's short name, audience's name).

    `search` is what the name or card number must be found by.
    """
    node = tree.node
    query: Any = (
        sa.select(Enrolment, Member, _unit_and_above(tree), Audience.name)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Audience, Audience.id == Enrolment.audience_id)
    )
    query = (
        tree.place(query)
        .where(Enrolment.campaign_id == campaign_id, under(unit.path, node.path))
        .order_by(node.path, Member.sort_key, Member.id)
    )
    if own_only:
        query = query.where(node.unit_id == unit.unit_id)
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
