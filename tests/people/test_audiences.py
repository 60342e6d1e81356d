"""Audiences: each person is in exactly one or in none, as the ordered rules say, whoever counts.

The rules are also applied in plain Python, person by person, and the two must agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.base import clock
from lms.base.errors import NotFound
from lms.extensions import db
from lms.people import queries, services
from lms.people.models import (
    Audience,
    AudienceOverride,
    AudienceRule,
    Member,
    MembershipKind,
    Post,
    PostRank,
    Standing,
)
from lms.people.queries.reorganisation import hindrances
from lms.people.services.reorganisation import undo_change
from lms.units.changes import Change
from lms.units.models import ReorganisationKind, Unit, UnitKind, UnitSector
from lms.units.queries import Scope, get_unit
from tests.factories.people import LONG_AGO, make_account, make_audiences, make_member, make_unit
from tests.factories.reorganisation import apply, merger, new_unit
from tests.support.statements import count_statements

TODAY = date(2026, 3, 15)
NOON = clock.start_of_day(TODAY)
SECTORS = [UnitSector.WARD, UnitSector.ENTERPRISE, UnitSector.SCHOOL]
DAYS = [date(2026, 3, 1), date(2026, 3, 14), TODAY, date(2026, 3, 16), date(2026, 4, 1)]


@dataclass(frozen=True)
class Person:
    """A person as a test makes one, in the unit of a sector or in the cell below the ward: posts
    are (rank, first day, first day without it)."""

    sector: UnitSector
    is_in_cell: bool
    standing: Standing
    is_exempt: bool
    birth_year: int | None
    posts: tuple[tuple[PostRank, date, date | None], ...]


people = st.builds(
    Person,
    st.sampled_from(SECTORS),
    st.booleans(),
    st.sampled_from(Standing),
    st.booleans(),
    st.sampled_from([None, 1940, 1975, 1976, 1996, 2010]),
    st.lists(
        st.tuples(st.sampled_from(PostRank), st.sampled_from(DAYS), st.sampled_from([None, *DAYS])),
        max_size=2,
    ).map(tuple),
)
rules = st.fixed_dictionaries(
    {
        "post_ranks": st.lists(st.sampled_from([str(r) for r in PostRank]), max_size=2),
        "sectors": st.lists(st.sampled_from([str(s) for s in SECTORS]), max_size=2),
        "within": st.lists(st.sampled_from([*SECTORS, "cell", None]), max_size=2, unique=True),
        "standings": st.lists(st.sampled_from([str(s) for s in Standing]), max_size=2),
        "is_exempt": st.sampled_from([None, None, True, False]),
        "least_age": st.sampled_from([None, None, 30, 50]),
        "most_age": st.sampled_from([None, None, 50, 86]),
    }
)


def stored(rule: dict[str, Any], units: dict[Any, Unit]) -> dict[str, Any]:
    """A rule as the service takes it."""
    values = {name: value for name, value in rule.items() if name != "within"}
    return {**values, "unit_ids": [units[place].id for place in rule["within"]]}


def takes(rule: dict[str, Any], person: Person) -> bool:
    """Whether a rule takes a person, in plain words."""
    held = {
        rank for rank, start, end in person.posts if start <= TODAY and (not end or end > TODAY)
    }
    age = None if person.birth_year is None else TODAY.year - person.birth_year
    if rule["post_ranks"] and not held & set(rule["post_ranks"]):
        return False
    if rule["sectors"] and person.sector not in rule["sectors"]:
        return False
    if rule["within"] and not set(rule["within"]) & places_of(person):
        return False
    if rule["standings"] and person.standing not in rule["standings"]:
        return False
    if rule["is_exempt"] is not None and person.is_exempt != rule["is_exempt"]:
        return False
    if rule["least_age"] is not None and (age is None or age < rule["least_age"]):
        return False
    return rule["most_age"] is None or (age is not None and age <= rule["most_age"])


def places_of(person: Person) -> set[Any]:
    """What a person is within: the whole tree (None), their sector's unit, a cell of the ward."""
    is_in_cell = person.is_in_cell and person.sector is UnitSector.WARD
    return {None, person.sector} | ({"cell"} if is_in_cell else set())


def make_person(unit: Unit, person: Person) -> Member:
    member = make_member(unit, standing=person.standing, is_exempt=person.is_exempt)
    member.birth_year = person.birth_year
    for rank, start, end in person.posts:
        db.session.add(
            Post(
                member_id=member.id,
                unit_id=unit.id,
                title="Chức vụ",
                rank=rank,
                valid_from=start,
                valid_to=end,
            )
        )
    return member


@given(
    st.lists(people, min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(1, 9), st.lists(rules, max_size=2)), max_size=4),
    st.data(),
)
@settings(max_examples=20)
def test_everybody_is_where_the_ordered_rules_put_them(
    app: Flask, drawn: list[Person], defined: list[tuple[int, list[dict[str, Any]]]], data: Any
) -> None:
    db.session.rollback()
    root = make_unit()
    units: dict[Any, Unit] = {s: make_unit(parent=root, sector=s) for s in SECTORS}
    units |= {"cell": make_unit(parent=units[UnitSector.WARD]), None: root}
    members = [
        (one, make_person(units["cell" if "cell" in places_of(one) else one.sector], one))
        for one in drawn
    ]
    places = data.draw(st.permutations(range(len(defined)))) if defined else []
    ordered: list[tuple[int, Audience, list[dict[str, Any]]]] = []
    for number, (_any, its_rules) in enumerate(defined):
        made = services.define_audience(
            None,
            f"a{number}",
            f"Nhóm {number}",
            places[number],
            [stored(r, units) for r in its_rules],
        )
        ordered.append((places[number], made, its_rules))
    ordered.sort(key=lambda entry: entry[0])
    by_hand = data.draw(st.sampled_from([None, *[made for _p, made, _r in ordered]]))
    actor = make_account()
    expected: dict[int, int | None] = {}
    for number, (person, member) in enumerate(members):
        if number == 0 and by_hand is not None:
            scope = Scope.of([get_unit(root.id).path])
            services.override_audience(actor, member.id, by_hand.id, "Theo đề nghị", scope)
            expected[member.id] = by_hand.id
            continue
        matching = (
            a.id for _p, a, its_rules in ordered if any(takes(r, person) for r in its_rules)
        )
        expected[member.id] = next(matching, None)

    with clock.frozen(NOON):
        rows = db.session.execute(queries.resolved_audiences(TODAY)).all()
        assert {row.member_id: row.audience_id for row in rows} == expected
        assert len(rows) == len(expected), "somebody is counted twice"
        everything = Scope.of([get_unit(root.id).path])
        counts = queries.count_by_audience(everything)
        assert sum(counts.values()) == len(expected)
        for audience_id, count in counts.items():
            names = db.session.execute(queries.members_of_audience(everything, audience_id)).all()
            assert len(names) == count, "a count does not open into as many names"
            assert {row.Member.id for row in names} == {
                member_id for member_id, found in expected.items() if found == audience_id
            }
        for member_id, audience_id in list(expected.items())[:2]:
            found = queries.find_audience_of(member_id)
            assert (found.id if found else None) == audience_id


def test_the_first_rule_that_fits_holds(app: Flask) -> None:
    unit = make_unit(sector=UnitSector.ENTERPRISE)
    make_audiences()
    head = make_member(unit, rank=PostRank.UNIT_HEAD, is_exempt=True)
    exempt = make_member(unit, is_exempt=True)
    worker = make_member(unit, standing=Standing.PROBATIONARY)
    plain = make_member(make_unit())
    guest = make_member(make_unit(), standing=Standing.GUEST)
    keys = []
    for member in (head, exempt, worker, plain, guest):
        audience = queries.find_audience_of(member.id)
        keys.append(audience.key if audience else None)
    assert keys == ["unit_head", "exempt", "enterprise", "member", None]


def test_an_audience_put_by_hand_wins_and_says_why_and_can_change(app: Flask) -> None:
    unit = make_unit()
    audiences = make_audiences()
    actor = make_account()
    scope = Scope.of([get_unit(unit.id).path])
    member = make_member(unit, rank=PostRank.UNIT_HEAD)
    for key in ("exempt", "member"):
        services.override_audience(actor, member.id, audiences[key].id, f"  Lý do {key} ", scope)
        found = queries.find_audience_of(member.id)
        assert found is not None and found.key == key
    kept = db.session.scalars(sa.select(AudienceOverride)).one()
    assert (kept.reason, kept.actor_id) == ("Lý do member", actor.id)
    elsewhere = Scope.of([get_unit(make_unit().id).path])
    with pytest.raises(NotFound):
        services.override_audience(actor, member.id, audiences["exempt"].id, "x", elsewhere)


def test_an_audience_is_redefined_in_place(app: Flask) -> None:
    first = services.define_audience(None, "member", "Đảng viên", 1, [{"is_exempt": True}, {}])
    again = services.define_audience(None, "member", " Đảng  viên ", 3, [{"standings": ["full"]}])
    assert first is again and (again.name, again.position) == ("Đảng viên", 3)
    kept = db.session.scalars(sa.select(AudienceRule)).all()
    assert [rule.standings for rule in kept] == [["full"]]


def test_a_rule_by_unit_follows_the_unit_through_its_merger_and_back(app: Flask) -> None:
    root = make_unit("Quận", kind=UnitKind.COMMITTEE)
    ward, other = (make_unit(name, root, kind=UnitKind.BASE) for name in ("Phường A", "Phường B"))
    cell = make_unit("Chi bộ 1", ward)
    inside, beside, outside = (make_member(unit) for unit in (cell, other, root))
    made = services.define_audience(None, "a", "Phường A", 1, [{"unit_ids": [ward.id]}])
    merged_on = date(2026, 2, 1)
    with clock.frozen(NOON):
        change = apply(merger([ward, other], new_unit("Phường M", root), merged_on))

        def taken(on: date) -> set[int]:
            rows = db.session.execute(queries.resolved_audiences(on)).all()
            return {row.member_id for row in rows if row.audience_id == made.id}

        assert taken(merged_on - timedelta(days=1)) == {inside.id}
        assert taken(TODAY) == {inside.id, beside.id}
        assert queries.find_audience_of(outside.id) is None
        undo_change(None, change)
        assert taken(TODAY) == {inside.id}


def test_a_unit_that_a_rule_names_is_not_unfounded(app: Flask) -> None:
    root = make_unit("Quận", kind=UnitKind.COMMITTEE)
    founding = apply(
        Change(
            kind=ReorganisationKind.FOUND,
            effective_on=TODAY,
            targets=[new_unit("Phường mới", root)],
        )
    )
    founded = founding.journal["created"]["unit"][0]["id"]
    services.define_audience(None, "a", "Phường mới", 1, [{"unit_ids": [founded]}])
    assert hindrances(founding) == ["Sau đó đã có đối tượng xét theo đơn vị mới."]
    services.define_audience(None, "a", "Phường mới", 1, [{}])
    assert hindrances(founding) == []


def test_a_temporary_membership_neither_doubles_nor_moves_a_person(app: Flask) -> None:
    from lms.people.models import Membership

    home, away = make_unit(), make_unit(sector=UnitSector.ENTERPRISE)
    make_audiences()
    member = make_member(home)
    db.session.add(
        Membership(
            member_id=member.id,
            unit_id=away.id,
            kind=MembershipKind.TEMPORARY,
            valid_from=LONG_AGO,
        )
    )
    db.session.flush()
    rows = db.session.execute(queries.resolved_audiences(TODAY)).all()
    assert [(row.member_id, row.unit_id) for row in rows] == [(member.id, home.id)]
    counted = queries.count_by_audience(Scope.of([get_unit(away.id).path]))
    assert counted == {}


def test_those_who_left_are_in_no_count(app: Flask) -> None:
    unit = make_unit()
    make_audiences()
    make_member(unit).left_on = TODAY
    db.session.flush()
    assert queries.count_by_audience(Scope.of([get_unit(unit.id).path])) == {}


def test_counting_costs_the_same_for_few_and_many(app: Flask) -> None:
    unit = make_unit()
    make_audiences()
    scope = Scope.of([get_unit(unit.id).path])

    def cost() -> int:
        make_member(unit)
        db.session.flush()
        db.session.expire_all()
        with count_statements() as statements:
            queries.count_by_audience(scope)
            db.session.execute(queries.members_of_audience(scope, None)).all()
        return len(statements)

    first = cost()
    for _number in range(10):
        make_member(unit)
    assert cost() == first <= 6
