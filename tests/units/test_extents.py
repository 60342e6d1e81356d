"""What a unit takes in on a day: all below it, and after its end what became of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.extensions import db
from lms.units.extents import extents_of
from lms.units.models import Unit, UnitKind, UnitVersion
from lms.units.queries import is_present
from lms.units.services import move_unit
from tests.factories.people import make_unit
from tests.factories.reorganisation import apply, merger, new_unit, split, stays
from tests.support.statements import count_statements

END = date(2026, 7, 1)
BEFORE = END - timedelta(days=1)
LATER = date(2026, 9, 1)


@pytest.fixture
def tree(app: Flask) -> dict[str, Unit]:
    """A district of three wards, two cells in each; the last cell is of a person each."""
    units = {"district": make_unit("Quận", kind=UnitKind.COMMITTEE)}
    for ward in "ABC":
        units[ward] = make_unit(f"Phường {ward}", units["district"], kind=UnitKind.BASE)
        for n in (1, 2):
            units[f"{ward}{n}"] = make_unit(f"Chi bộ {ward}{n}", units[ward])
    return units


def taken(unit: Unit, on: date) -> set[str]:
    """Short names of the units that one takes in on a day."""
    condition = extents_of([unit.id], on)[unit.id].condition()
    query = sa.select(UnitVersion.name).where(is_present(on), condition)
    return {
        name.removeprefix("Phường ").removeprefix("Chi bộ ") for name in db.session.scalars(query)
    }


def test_a_unit_takes_in_all_below_it_as_of_the_day(tree: dict[str, Unit]) -> None:
    assert taken(tree["A"], BEFORE) == {"A", "A1", "A2"}
    assert taken(tree["A1"], BEFORE) == {"A1"}
    move_unit(tree["A2"].id, tree["B"].id, END)
    assert taken(tree["A"], BEFORE) == {"A", "A1", "A2"}
    assert taken(tree["A"], END) == {"A", "A1"}
    assert taken(tree["B"], END) == {"B", "B1", "B2", "A2"}


def test_a_merged_unit_means_its_successor_from_that_day_on(tree: dict[str, Unit]) -> None:
    apply(merger([tree["A"], tree["B"]], new_unit("Phường M", tree["district"]), END))
    assert taken(tree["A"], BEFORE) == {"A", "A1", "A2"}
    assert taken(tree["A"], END) == taken(tree["B"], END) == {"M", "A1", "A2", "B1", "B2"}
    last = db.session.scalars(sa.select(Unit).order_by(Unit.id.desc())).first()
    assert last is not None
    apply(merger([last.id, tree["C"]], new_unit("Phường N", tree["district"]), LATER))
    assert taken(tree["A"], END) == {"M", "A1", "A2", "B1", "B2"}
    assert taken(tree["A"], LATER) == {"N", "A1", "A2", "B1", "B2", "C1", "C2"}
    assert extents_of([tree["A"].id], LATER)[tree["A"].id].heirs == ("Phường N",)


def test_a_divided_unit_means_all_it_went_into(tree: dict[str, Unit]) -> None:
    parts = [new_unit("Phường P", tree["district"]), stays(tree["B"])]
    apply(split(tree["A"], parts, END, children={tree["A2"].id: 1}))
    assert taken(tree["A"], END) == {"P", "A1", "B", "B1", "B2", "A2"}


def test_a_unit_that_went_into_the_one_above_does_not_swell_to_all_below_that(
    tree: dict[str, Unit],
) -> None:
    apply(merger([tree["A1"]], stays(tree["A"]), END))
    assert taken(tree["A1"], BEFORE) == {"A1"}
    assert taken(tree["A1"], END) == {"A"}
    apply(merger([tree["B"]], stays(tree["district"]), END))
    assert taken(tree["B"], END) == {"Quận", "B1", "B2"}
    apply(merger([tree["A"], tree["C"]], new_unit("Phường M", tree["district"]), LATER))
    assert taken(tree["A1"], LATER) == {"M"}, "a cell became a whole ward"
    move_unit(tree["B2"].id, tree["A2"].id, LATER)
    assert taken(tree["B"], LATER) == {"Quận", "B1", "B2"}


def test_a_unit_that_is_not_there_yet_takes_in_nothing(tree: dict[str, Unit]) -> None:
    assert taken(tree["A"], date(2014, 1, 1)) == set()
    assert extents_of([987_654], END) == {}


def test_many_units_cost_as_few_statements_as_one(tree: dict[str, Unit]) -> None:
    apply(merger([tree["A1"]], stays(tree["A"]), END))
    apply(merger([tree["B"], tree["C"]], new_unit("Phường M", tree["district"]), END))

    db.session.flush()
    ids = {name: unit.id for name, unit in tree.items()}

    def cost(*names: str) -> int:
        with count_statements() as statements:
            extents_of([ids[name] for name in names], END)
        return len(statements)

    assert cost("A") == 1
    assert cost("A", "B") == cost("A", "B", "C", "A1", "A2", "B1") <= 5
