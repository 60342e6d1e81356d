"""The dated tree: whatever is founded, renamed, moved or dissolved, every day has one tree.

The rules are checked over the rows of random histories, not over the commands that made them.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.base.errors import Invalid, NotFound
from lms.base.transactions import transaction
from lms.base.vietnamese import fold
from lms.extensions import db
from lms.units import queries, services
from lms.units.models import Unit, UnitKind, UnitSector, UnitVersion
from lms.units.naming import unit_sort_key
from lms.units.queries import Scope, get_unit
from tests.factories.people import LONG_AGO, make_unit
from tests.support.statements import count_statements

START = date(2020, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def found(name: str, parent: int | None, on: date) -> Unit:
    return services.found_unit(name, UnitKind.CELL, UnitSector.WARD, parent, on)


# One act: what, which unit, which other, on which day (units by their number so far).
acts = st.tuples(
    st.sampled_from(["found", "found", "rename", "move", "move", "dissolve"]),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 60),
)


def play(history: list[tuple[str, int, int, int]], start: date = START) -> list[int]:
    """Do each act that is allowed, on days from the start on; returns the ids of all units."""

    def day(number: int) -> date:
        return start + timedelta(days=number)

    ids = [found("Đảng bộ", None, day(0)).id]
    for what, one, other, on in history:
        unit_id, other_id = ids[one % len(ids)], ids[other % len(ids)]
        try:
            with db.session.begin_nested():
                if what == "found":
                    ids.append(found(f"Chi bộ {other % 5}", unit_id, day(on)).id)
                elif what == "rename":
                    services.rename_unit(unit_id, f"Chi bộ {other % 5}", day(on))
                elif what == "move":
                    services.move_unit(unit_id, other_id, day(on))
                else:
                    services.dissolve_unit(unit_id, day(on))
        except (Invalid, NotFound):
            continue
    return ids


def rows_of(ids: list[int]) -> dict[int, list[UnitVersion]]:
    kept = defaultdict(list)
    query = sa.select(UnitVersion).where(UnitVersion.unit_id.in_(ids))
    for version in db.session.scalars(query.order_by(UnitVersion.valid_from, UnitVersion.id)):
        kept[version.unit_id].append(version)
    return kept


def as_of(versions: dict[int, list[UnitVersion]], on: date) -> dict[int, UnitVersion]:
    """The version of each unit on a day; fails if there are two."""
    found_on: dict[int, UnitVersion] = {}
    for unit_id, rows in versions.items():
        valid = [v for v in rows if v.valid_from <= on and (v.valid_to is None or v.valid_to > on)]
        assert len(valid) <= 1, f"unit {unit_id} has two versions on {on}"
        if valid:
            found_on[unit_id] = valid[0]
    return found_on


def check(ids: list[int]) -> None:
    versions = rows_of(ids)
    for unit_id in ids:
        unit = db.session.get_one(Unit, unit_id)
        rows = versions[unit_id]
        assert [v.valid_to for v in rows[:-1]] == [v.valid_from for v in rows[1:]]
        assert rows[-1].valid_to == unit.dissolved_on
        assert rows[0].valid_from >= unit.founded_on
        assert all(v.fold == fold(v.name) for v in rows)
    days = {v.valid_from for rows in versions.values() for v in rows}
    days |= {v.valid_to for rows in versions.values() for v in rows if v.valid_to}
    for on in sorted(days | {max(days) + timedelta(days=400)}):
        tree = as_of(versions, on)
        for unit_id, version in tree.items():
            chain, parent_id = [unit_id], version.parent_id
            while parent_id is not None:
                assert parent_id in tree, f"on {on} {unit_id} hangs under {parent_id}, not there"
                assert parent_id not in chain, "a circle"
                chain.append(parent_id)
                parent_id = tree[parent_id].parent_id
            assert version.path == "/" + "".join(f"{one}/" for one in reversed(chain))
            assert version.depth == len(chain) - 1
    present = [(v.parent_id, v.fold) for v in as_of(versions, max(days)).values()]
    assert len(present) == len(set(present)), "two siblings bear one name"


@given(st.lists(acts, max_size=14))
@settings(max_examples=60)
@example([("found", 0, 1, 0), ("found", 0, 2, 10), ("found", 1, 3, 0), ("move", 1, 2, 5)])
@example([("found", 0, 1, 0), ("found", 1, 2, 0), ("move", 2, 0, 20), ("move", 1, 0, 10)])
@example([("found", 0, 1, 0), ("found", 1, 2, 0), ("move", 2, 0, 20), ("dissolve", 1, 0, 10)])
@example([("found", 0, 1, 0), ("found", 0, 2, 0), ("found", 1, 2, 0), ("move", 3, 0, 9)])
def test_on_every_day_of_any_history_there_is_one_tree(
    app: Flask, history: list[tuple[str, int, int, int]]
) -> None:
    db.session.rollback()
    check(play(history))


def test_a_history_that_does_all_there_is(app: Flask) -> None:
    root = found("Đảng bộ", None, day(0)).id
    ward, other = (found(name, root, day(0)).id for name in ("Phường 1", "Phường 2"))
    cell = found("Chi bộ 1", ward, day(0)).id
    services.rename_unit(cell, "Chi bộ Một", day(10))
    services.move_unit(cell, other, day(20))
    services.move_unit(other, ward, day(30))
    services.dissolve_unit(cell, day(40))
    check([root, ward, other, cell])
    paths = [(v.name, v.path) for v in rows_of([cell])[cell]]
    assert paths == [
        ("Chi bộ 1", f"/{root}/{ward}/{cell}/"),
        ("Chi bộ Một", f"/{root}/{ward}/{cell}/"),
        ("Chi bộ Một", f"/{root}/{other}/{cell}/"),
        ("Chi bộ Một", f"/{root}/{ward}/{other}/{cell}/"),
    ]
    with pytest.raises(NotFound):
        get_unit(cell)


@pytest.fixture
def tree(app: Flask) -> dict[str, int]:
    """root → ward → cell, and a second ward that has had its place since day 50 only."""
    root = found("Đảng bộ", None, day(0)).id
    ward = found("Phường", root, day(0)).id
    cell = found("Chi bộ", ward, day(0)).id
    late = found("Phường mới", root, day(50)).id
    return {"root": root, "ward": ward, "cell": cell, "late": late}


@pytest.mark.parametrize(
    ("unit", "parent", "on", "field"),
    [
        ("ward", "cell", 60, "parent"),
        ("ward", "ward", 60, "parent"),
        ("cell", "ward", 60, "parent"),
        ("cell", "late", 49, "effective_on"),
        ("ward", "late", 0, "effective_on"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(
    tree: dict[str, int], unit: str, parent: str, on: int, field: str
) -> None:
    before = rows_of(list(tree.values()))
    with pytest.raises(Invalid) as caught:
        services.move_unit(tree[unit], tree[parent], day(on))
    assert caught.value.field == field
    assert not db.session.dirty and not db.session.new, "a refusal has changed something"
    assert rows_of(list(tree.values())) == before


def test_a_unit_may_move_on_the_first_day_its_new_parent_is_there(tree: dict[str, int]) -> None:
    services.move_unit(tree["cell"], tree["late"], day(50))
    check(list(tree.values()))


def test_a_new_name_of_the_parent_does_not_hinder_a_move_dated_before_it(
    tree: dict[str, int],
) -> None:
    services.rename_unit(tree["late"], "Phường Ba", day(80))
    services.move_unit(tree["cell"], tree["late"], day(60))
    check(list(tree.values()))


def test_an_older_unit_hangs_under_a_younger_one_since_that_exists(tree: dict[str, int]) -> None:
    unit = found("Chi bộ cũ", tree["late"], day(3))
    assert unit.founded_on == day(3)
    assert get_unit(unit.id).valid_from == day(50)
    check([*tree.values(), unit.id])


def test_siblings_bear_different_names(tree: dict[str, int]) -> None:
    other = found("Chi bộ", tree["late"], day(50)).id
    for name in ("Chi bộ", "CHI BỘ ", "chi  bo"):
        with pytest.raises(Invalid) as caught:
            found(name, tree["ward"], day(60))
        assert caught.value.field == "name"
    with pytest.raises(Invalid) as caught:
        services.move_unit(other, tree["ward"], day(70))
    assert caught.value.field == "parent"
    services.rename_unit(other, "Chi bộ Hai", day(60))
    services.move_unit(other, tree["ward"], day(70))
    with pytest.raises(Invalid):
        services.rename_unit(other, "Chi bộ", day(80))
    services.rename_unit(other, "CHI BỘ HAI", day(80))
    assert get_unit(other).name == "CHI BỘ HAI"


def test_a_unit_that_has_others_below_is_not_dissolved(tree: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        services.dissolve_unit(tree["ward"], day(60))
    services.dissolve_unit(tree["cell"], day(60))
    services.dissolve_unit(tree["ward"], day(60))
    assert [v.unit_id for v in queries.list_children(tree["root"])] == [tree["late"]]


def test_a_move_keeps_its_decision_and_the_moment_it_was_recorded(tree: dict[str, int]) -> None:
    decision = services.record_decision("15-QĐ/ĐU ", day(55), " Đảng ủy ")
    services.move_unit(tree["ward"], tree["late"], day(60), decision)
    for unit in ("ward", "cell"):
        version = get_unit(tree[unit])
        assert version.decision is decision and version.recorded_at is not None
    assert decision.number == "15-QĐ/ĐU"


def test_two_moves_at_once_close_no_circle(app: Flask) -> None:
    """One under two and two under one, at the same moment: one of them is refused."""
    with transaction():
        root = found("Đảng bộ", None, day(0)).id
        one, two = (found(name, root, day(0)).id for name in ("Một", "Hai"))
        ids = [root, one, two, found("Ba", one, day(0)).id, found("Bốn", two, day(0)).id]
    barrier = threading.Barrier(2)
    refused: list[Exception] = []

    def move(unit_id: int, below: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    services.move_unit(unit_id, below, day(30))
            except Invalid as error:
                refused.append(error)
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=move, args=(one, ids[4])),
        threading.Thread(target=move, args=(two, ids[3])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.expire_all()
    assert len(refused) == 1
    check(ids)


def test_a_scope_sees_its_subtree_and_nothing_else(tree: dict[str, int]) -> None:
    ward, late = get_unit(tree["ward"]), get_unit(tree["late"])
    scope = Scope.of([ward.path])
    assert {unit_id for unit_id, _name in queries.tree_choices(scope)} == {
        tree["ward"],
        tree["cell"],
    }
    assert scope.covers(get_unit(tree["cell"]).path) and not scope.covers(late.path)
    assert get_unit(tree["cell"], scope).unit_id == tree["cell"]
    for unit in ("late", "root"):
        with pytest.raises(NotFound):
            get_unit(tree[unit], scope)
    with pytest.raises(NotFound):
        get_unit(10**6, scope)
    assert queries.tree_choices(Scope(())) == [] and queries.list_roots(Scope(())) == []
    assert not Scope(()).covers(ward.path)


@given(
    st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=4), max_size=6),
    st.lists(st.integers(1, 12), min_size=1, max_size=4),
)
def test_a_scope_says_in_python_what_it_says_in_sql(
    app: Flask, scopes: list[list[int]], place: list[int]
) -> None:
    def path(ids: list[int]) -> str:
        return "/" + "".join(f"{one}/" for one in ids)

    scope = Scope.of(path(ids) for ids in scopes)
    inside = any(place[: len(ids)] == ids for ids in scopes)
    assert scope.covers(path(place)) == inside
    column = sa.literal(path(place), UnitVersion.path.type)
    assert bool(db.session.scalar(sa.select(sa.case((scope.condition(column), 1), else_=0)))) == (
        inside
    )
    assert not any(a != b and a.startswith(b) for a in scope.paths for b in scope.paths)


def test_reads_cost_the_same_however_many_units(app: Flask) -> None:
    def cost() -> list[int]:
        db.session.flush()
        lowest, top = deep.id, root.id
        costs = []
        for read in (
            lambda: queries.tree_choices(everything),
            lambda: queries.list_children(top),
            lambda: queries.list_ancestors(get_unit(lowest)),
        ):
            db.session.expire_all()
            with count_statements() as statements:
                read()
            costs.append(len(statements))
        return costs

    root = make_unit("Đảng bộ")
    deep = make_unit("Chi bộ 1", make_unit("Phường", root))
    everything = Scope.of([get_unit(root.id).path])
    few = cost()
    for number in range(12):
        deep = make_unit(f"Tổ {number}", deep if number % 2 else root)
    assert cost() == few == [1, 1, 2]
    assert queries.list_ancestors(get_unit(deep.id))[0].unit_id == root.id


def test_the_tree_is_listed_in_the_order_of_names_each_under_its_parent(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    wards = [make_unit(name, root) for name in ("Phường 10", "Phường 2", "Phường Ân")]
    make_unit("Chi bộ 11", wards[1])
    make_unit("Chi bộ 3", wards[1])
    listed = queries.tree_choices(Scope.of([get_unit(root.id).path]))
    assert [name.lstrip("\u2003") for _id, name in listed] == [
        "Đảng bộ",
        "Phường 2",
        "Chi bộ 3",
        "Chi bộ 11",
        "Phường 10",
        "Phường Ân",
    ]
    assert [len(name) - len(name.lstrip("\u2003")) for _id, name in listed] == [0, 1, 2, 2, 1, 1]
    within = queries.tree_choices(Scope.of([get_unit(wards[1].id).path]))
    assert within[0] == (wards[1].id, "Phường 2")


def test_numbers_in_names_are_ordered_by_value() -> None:
    listed = ["Chi bộ 1", "Chi bộ 2", "Chi bộ 2A", "Chi bộ 10", "Chi bộ Ân", "Chi bộ Đông"]
    assert sorted(listed[::-1], key=unit_sort_key) == listed  # noqa: C415
    assert unit_sort_key("x" * 300).isascii() and len(unit_sort_key("Chi bộ " * 60)) <= 200


def test_versions_are_read_together(tree: dict[str, int]) -> None:
    with count_statements() as statements:
        versions = queries.get_versions([*tree.values(), 10**6])
    assert set(versions) == set(tree.values()) and len(statements) == 1
    assert get_unit(tree["root"]).valid_from == day(0) and LONG_AGO < START
