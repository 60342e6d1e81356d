"""Founding below a unit about which something is recorded ahead of its day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.base import clock
from lms.base.errors import Invalid, NotAllowed
from lms.extensions import db
from lms.people.services.reorganisation import undo_change
from lms.units import services
from lms.units.changes import Change
from lms.units.founding import NewUnit, found_units
from lms.units.models import ReorganisationKind, Unit, UnitKind, UnitSector, UnitVersion
from lms.units.queries import get_versions
from tests.factories.people import make_unit
from tests.factories.reorganisation import apply, merger, new_unit, stays
from tests.units.test_tree import acts, check, play


def ahead(days: int) -> date:
    return clock.today() + timedelta(days=days)


def found(name: str, parent: Unit, on: date | None = None) -> Unit:
    return services.found_unit(name, UnitKind.CELL, UnitSector.WARD, parent.id, on or clock.today())


def found_many(name: str, parent: Unit) -> int:
    return found_units([NewUnit(name, UnitKind.CELL, parent.id)], clock.today())[0]


def path_on(unit_id: int, on: date) -> str | None:
    version = get_versions([unit_id], on).get(unit_id)
    return version.path if version else None


@pytest.mark.parametrize("how", ["one", "many"])
def test_a_unit_founded_below_one_that_will_move_goes_along(app: Flask, how: str) -> None:
    root = make_unit("Đảng bộ")
    old, new = make_unit("Phường 1", root), make_unit("Phường 2", root)
    base = make_unit("Cơ sở", old)
    services.move_unit(base.id, new.id, ahead(30))
    child = found("Chi bộ 9", base).id if how == "one" else found_many("Chi bộ 9", base)
    for on, above in ((ahead(0), old), (ahead(29), old), (ahead(30), new), (ahead(900), new)):
        assert path_on(child, on) == f"/{root.id}/{above.id}/{base.id}/{child}/", on
    check([root.id, old.id, new.id, base.id, child])


@pytest.mark.parametrize("how", ["one", "many"])
def test_a_unit_founded_below_one_that_will_be_merged_goes_to_what_it_becomes(
    app: Flask, how: str
) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(f"Phường {n}", root) for n in (1, 2)]
    apply(merger(wards, new_unit("Phường Mới", root), ahead(30)))
    child = found("Chi bộ 9", wards[0]).id if how == "one" else found_many("Chi bộ 9", wards[0])
    assert path_on(child, ahead(0)) == f"/{root.id}/{wards[0].id}/{child}/"
    assert path_on(child, ahead(29)) == f"/{root.id}/{wards[0].id}/{child}/"
    later = path_on(child, ahead(30))
    assert later is not None and f"/{wards[0].id}/" not in later
    check(list(db.session.scalars(sa.select(Unit.id))))


def test_founding_below_a_unit_that_has_ended_by_then_is_refused_in_words(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(f"Phường {n}", root) for n in (1, 2)]
    apply(merger([wards[0]], stays(wards[1]), ahead(30)))
    with pytest.raises(Invalid) as caught:
        found("Chi bộ 9", wards[0], ahead(30))
    assert "Phường 1 kết thúc từ ngày" in caught.value.message
    assert "Phường 2" in caught.value.message


def test_a_name_that_is_taken_where_the_parent_goes_is_refused(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(f"Phường {n}", root) for n in (1, 2)]
    make_unit("Chi bộ 9", wards[1])
    apply(merger([wards[0]], stays(wards[1]), ahead(30)))
    with pytest.raises(Invalid, match="về Phường 2, nơi đã có một đơn vị tên “Chi bộ 9”"):
        found("Chi bộ 9", wards[0])


@given(st.lists(acts, max_size=14))
@settings(max_examples=60)
@example([("found", 0, 1, 0), ("found", 0, 2, 0), ("move", 1, 2, 20), ("found", 1, 3, 0)])
@example([("found", 0, 1, 0), ("found", 1, 2, 0), ("dissolve", 2, 0, 20), ("found", 2, 3, 5)])
def test_on_every_day_to_come_of_any_history_there_is_one_tree(
    app: Flask, history: list[tuple[str, int, int, int]]
) -> None:
    trial = db.session.begin_nested()
    try:
        check(play(history, clock.today()))
    finally:
        trial.rollback()


def test_a_merged_unit_s_children_get_short_names_of_their_own(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(f"Phường {n}", root) for n in (1, 2)]
    children = [
        services.found_unit(
            f"Chi bộ khu phố {n}", UnitKind.CELL, UnitSector.WARD, ward.id, date(2015, 1, 1), "CB"
        )
        for n, ward in enumerate(wards)
    ]
    apply(merger(wards, new_unit("Phường Mới", root), clock.today()))
    versions = get_versions(child.id for child in children)
    assert sorted(one.name for one in versions.values()) == ["Chi bộ khu phố 0", "Chi bộ khu phố 1"]
    assert sorted(one.short_name for one in versions.values()) == ["CB", "CB (Phường 2)"]


def test_a_long_name_has_a_short_one_that_fits(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit("Phường " + "x" * 150 + str(n), root) for n in (1, 2)]
    children = [make_unit("Chi bộ " + "y" * 150, ward) for ward in wards]
    apply(merger(wards, new_unit("Phường Mới", root), clock.today()))
    versions = get_versions(child.id for child in children)
    assert all(len(one.name) <= 200 and len(one.short_name) <= 100 for one in versions.values())
    assert len({one.short_name for one in versions.values()}) == 2


def test_a_move_is_not_taken_back_from_under_a_unit_founded_since(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(f"Phường {n}", root) for n in (1, 2)]
    base = make_unit("Cơ sở", wards[0])
    moved = apply(
        Change(
            kind=ReorganisationKind.MOVE,
            effective_on=ahead(30),
            unit_id=base.id,
            parent_id=wards[1].id,
        )
    )
    founded = apply(
        Change(
            kind=ReorganisationKind.FOUND,
            effective_on=clock.today(),
            targets=[new_unit("Chi bộ 9", base)],
        )
    )
    with pytest.raises(NotAllowed, match="đã có thay đổi khác"):
        undo_change(None, moved)
    undo_change(None, founded)
    undo_change(None, moved)
    assert path_on(base.id, ahead(60)) == f"/{root.id}/{wards[0].id}/{base.id}/"


def test_a_merger_is_not_taken_back_from_under_a_unit_founded_since(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(f"Phường {n}", root) for n in (1, 2)]
    merged = apply(merger([wards[0]], stays(wards[1]), ahead(30)))
    founded = apply(
        Change(
            kind=ReorganisationKind.FOUND,
            effective_on=clock.today(),
            targets=[new_unit("Chi bộ 9", wards[0])],
        )
    )
    with pytest.raises(NotAllowed, match="đã có thay đổi khác"):
        undo_change(None, merged)
    undo_change(None, founded)
    undo_change(None, merged)
    check(list(db.session.scalars(sa.select(UnitVersion.unit_id).distinct())))


@pytest.mark.parametrize("kind", [ReorganisationKind.RENAME, ReorganisationKind.MOVE])
def test_a_unit_whose_end_is_recorded_is_changed_only_once_that_is_taken_back(
    app: Flask, kind: ReorganisationKind
) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(f"Phường {n}", root) for n in (1, 2)]
    apply(merger([wards[0]], stays(wards[1]), ahead(30)))
    change = Change(
        kind=kind,
        effective_on=clock.today(),
        unit_id=wards[0].id,
        parent_id=root.id if kind is ReorganisationKind.MOVE else None,
        name="Tên khác",
    )
    with pytest.raises(Invalid, match="Phường 1 kết thúc từ ngày"):
        apply(change)


def test_changes_of_one_day_are_taken_back_one_after_the_other(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(f"Phường {n}", root) for n in (1, 2, 3)]
    cell, ending = make_unit("Chi bộ 1", wards[0]), make_unit("Chi bộ 2", wards[0])
    moved = apply(
        Change(
            kind=ReorganisationKind.MOVE,
            effective_on=ahead(30),
            unit_id=cell.id,
            parent_id=wards[2].id,
        )
    )
    ended = apply(merger([ending], stays(wards[0]), ahead(30)))
    merged = apply(merger([wards[0]], stays(wards[1]), ahead(31)))
    again = apply(merger([wards[1]], stays(wards[2]), ahead(31)))
    for change in (again, merged, ended, moved):
        undo_change(None, change)
    check(list(db.session.scalars(sa.select(Unit.id))))


def test_a_merger_of_the_day_of_a_move_out_of_it_is_taken_back(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(f"Phường {n}", root) for n in (1, 2, 3)]
    cell = make_unit("Chi bộ 1", wards[0])
    moved = apply(
        Change(
            kind=ReorganisationKind.MOVE,
            effective_on=ahead(30),
            unit_id=cell.id,
            parent_id=wards[2].id,
        )
    )
    merged = apply(merger([wards[0]], stays(wards[1]), ahead(30)))
    undo_change(None, merged)
    undo_change(None, moved)
    check(list(db.session.scalars(sa.select(Unit.id))))
