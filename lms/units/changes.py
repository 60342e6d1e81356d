"""What a change of the tree is, as values: kind, day, decision, and what the kind needs.

The same values are previewed and then applied. `apply_change` says which command stands behind
each kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.units.models import Decision, ReorganisationKind
from lms.units.services import (
    Source,
    Target,
    found_unit,
    join_units,
    move_unit,
    rename_unit,
)

ENDING = frozenset(
    {ReorganisationKind.MERGE, ReorganisationKind.SPLIT, ReorganisationKind.DISSOLVE}
)
"""The kinds that end a unit: they need a decision."""


@dataclass(frozen=True)
class DecisionValues:
    """The paper behind a change."""

    number: str
    issued_on: date
    issuer: str


@dataclass(frozen=True)
class Change:
    """A change of the tree.

    Founding: one new target. Renaming: `unit_id`, `name`, `short_name`. Moving: `unit_id`,
    `parent_id`. Ending kinds: sources and targets.
    """

    kind: ReorganisationKind
    effective_on: date
    decision: DecisionValues | None = None
    unit_id: int | None = None
    parent_id: int | None = None
    name: str = ""
    short_name: str = ""
    sources: Sequence[Source] = ()
    targets: Sequence[Target] = ()

    def named_units(self) -> set[int]:
        """Every unit that the change names; whoever makes it looks after all of them."""
        ids = {self.unit_id, self.parent_id}
        ids |= {source.unit_id for source in self.sources}
        ids |= {target.unit_id for target in self.targets}
        ids |= {target.parent_id for target in self.targets if target.unit_id is None}
        ids |= {child for source in self.sources for child in source.children}
        return {unit_id for unit_id in ids if unit_id is not None}


def apply_change(
    change: Change, decision: Decision | None, reorganisation_id: int | None = None
) -> list[int]:
    """Change the tree; returns the ids of the targets, in their order."""
    if change.kind is ReorganisationKind.FOUND:
        [new] = change.targets
        unit = found_unit(
            new.name,
            new.kind,
            new.sector,
            new.parent_id,
            change.effective_on,
            new.short_name,
            decision,
        )
        return [unit.id]
    if change.kind is ReorganisationKind.RENAME:
        rename_unit(
            change.unit_id or 0, change.name, change.effective_on, change.short_name, decision
        )
        return []
    if change.kind is ReorganisationKind.MOVE:
        move_unit(change.unit_id or 0, change.parent_id or 0, change.effective_on, decision)
        return []
    return join_units(
        change.sources, change.targets, change.effective_on, decision, reorganisation_id
    )
