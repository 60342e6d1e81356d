"""The two trees a report reads: the present one, and the one a campaign left when it closed.

In the present tree an enrolment stands under the unit that stands for its own today: of a unit
that was divided, under the successor that took the member. In the kept tree it stands where it
stood. Each enrolment has exactly one place in either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from lms.base.errors import NotFound
from lms.extensions import db
from lms.people.models import MemberHeir
from lms.training.models import CampaignUnit, Enrolment
from lms.units.models import UnitHeir, UnitVersion
from lms.units.queries import Scope, held_units, is_present, under, valid_on

Node = UnitVersion | CampaignUnit
"""A unit as a report shows it: the columns bear the same names in both trees."""


class AsOf(StrEnum):
    """The words for the two trees, as they stand in addresses."""

    NOW = "now"
    THEN = "then"


@dataclass(frozen=True)
class Tree:
    """One of the two trees; the kept one belongs to a campaign."""

    as_of: AsOf = AsOf.NOW
    campaign_id: int = 0

    @property
    def node(self) -> Any:
        """The table of its units."""
        return UnitVersion if self.as_of is AsOf.NOW else CampaignUnit

    def stands(self, of: Any = None) -> sa.ColumnElement[bool]:
        """The condition of a row that belongs to this tree; `of` is an alias of its table."""
        of = of or self.node
        if self.as_of is AsOf.NOW:
            return is_present(of=of)
        condition: sa.ColumnElement[bool] = of.campaign_id == self.campaign_id
        return condition

    def place(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """Join a query over Enrolment to the unit each one stands under."""
        if self.as_of is AsOf.THEN:
            return query.join(
                CampaignUnit,
                sa.and_(
                    CampaignUnit.campaign_id == Enrolment.campaign_id,
                    CampaignUnit.unit_id == Enrolment.unit_id,
                    self.stands(),
                ),
            )
        unit_id = sa.func.coalesce(MemberHeir.heir_id, UnitHeir.heir_id, Enrolment.unit_id)
        return (
            query.outerjoin(UnitHeir, default_heir_of(Enrolment.unit_id))
            .outerjoin(MemberHeir, chosen_heir_of(Enrolment))
            .join(UnitVersion, sa.and_(UnitVersion.unit_id == unit_id, self.stands()))
        )

    def list_children(self, unit_id: int) -> Sequence[Node]:
        """The units right below one, in the order of their names."""
        node = self.node
        query = sa.select(node).where(node.parent_id == unit_id, self.stands())
        return db.session.scalars(query.order_by(node.sort_key, node.unit_id)).all()


PRESENT = Tree()


def default_heir_of(unit_id: Any) -> sa.ColumnElement[bool]:
    """Joins UnitHeir to the default heir that stands today for a column of unit ids."""
    return sa.and_(UnitHeir.unit_id == unit_id, UnitHeir.is_default, valid_on(UnitHeir))


def chosen_heir_of(enrolment: Any) -> sa.ColumnElement[bool]:
    """Joins MemberHeir to the unit that took the member of an enrolment out of a divided one."""
    return sa.and_(
        MemberHeir.unit_id == enrolment.unit_id,
        MemberHeir.member_id == enrolment.member_id,
        valid_on(MemberHeir),
    )


def prefixes(path: str) -> list[str]:
    """The paths of a unit and of all above it, from the top down."""
    ids = path.strip("/").split("/")
    return ["/" + "/".join(ids[: depth + 1]) + "/" for depth in range(len(ids))]


@dataclass(frozen=True)
class KeptTree:
    """The part of a campaign's kept tree that a scope may see.

    A kept unit is seen when everything that stood at or below it lies inside the scope today: who
    looks after one part of a divided unit does not see the people who went to the other.
    """

    tree: Tree
    visible: dict[int, CampaignUnit]

    def tops(self) -> list[CampaignUnit]:
        """The topmost units of the part, in the order of their names."""
        found = [unit for unit in self.visible.values() if unit.parent_id not in self.visible]
        return sorted(found, key=lambda unit: (unit.sort_key, unit.unit_id))


def get_kept_tree(campaign_id: int, scope: Scope) -> KeptTree:
    """What a scope may see of the tree a campaign left; empty while it is open."""
    units = db.session.scalars(
        sa.select(CampaignUnit).where(CampaignUnit.campaign_id == campaign_id)
    ).all()
    held = set(db.session.scalars(held_units(scope))) if units else set()
    hidden = _all_prefixes(unit.path for unit in units if unit.unit_id not in held)
    visible = {unit.unit_id: unit for unit in units if unit.path not in hidden}
    return KeptTree(Tree(AsOf.THEN, campaign_id), visible)


def get_kept_unit(
    campaign_id: int, unit_id: int, scope: Scope
) -> tuple[CampaignUnit, Sequence[CampaignUnit]]:
    """One unit of a kept tree, and those above it that the scope may see, from the top down.
    NotFound outside; two statements, three where there is something above."""
    unit = db.session.get(CampaignUnit, (campaign_id, unit_id))
    if unit is None:
        raise NotFound
    chain = prefixes(unit.path)
    hidden = [sa.func.max(sa.case((under(path, CampaignUnit.path), 1), else_=0)) for path in chain]
    flags = db.session.execute(
        sa.select(*hidden).where(
            CampaignUnit.campaign_id == campaign_id, CampaignUnit.unit_id.not_in(held_units(scope))
        )
    ).one()
    seen = [path for path, flag in zip(chain, flags, strict=True) if not flag]
    if unit.path not in seen:
        raise NotFound
    above = sa.select(CampaignUnit).where(
        CampaignUnit.campaign_id == campaign_id, CampaignUnit.path.in_(seen[:-1])
    )
    rows = db.session.scalars(above.order_by(CampaignUnit.depth)).all() if len(seen) > 1 else []
    return unit, rows


def _all_prefixes(paths: Iterable[str]) -> set[str]:
    return {prefix for path in paths for prefix in prefixes(path)}
