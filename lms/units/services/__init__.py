"""Commands on the unit tree, by what they do."""

from lms.units.services.joining import (
    Source,
    Target,
    dissolve_unit,
    join_units,
    list_endings,
    rebuild_heirs,
)
from lms.units.services.tree import found_unit, move_unit, record_decision, rename_unit

__all__ = [
    "Source",
    "Target",
    "dissolve_unit",
    "found_unit",
    "join_units",
    "list_endings",
    "move_unit",
    "rebuild_heirs",
    "record_decision",
    "rename_unit",
]
