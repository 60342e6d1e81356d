"""A closed campaign's report through reorganisations: as it was then unchanged to the digit, as it
is now under the successors, nobody twice and nobody lost."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.base import clock
from lms.base.errors import Invalid, NotAllowed, NotFound
from lms.extensions import db
from lms.people.models import Membership, MembershipKind, PostRank
from lms.people.queries.reorganisation import hindrances
from lms.people.services.reorganisation import undo_change
from lms.supervision.measures import Tally
from lms.supervision.queries import get_overview, names_behind, unit_rows
from lms.supervision.trees import PRESENT, AsOf, Tree, get_kept_tree
from lms.training.models import Campaign, CampaignUnit, Enrolment
from lms.training.services.enrolments import close_campaign
from lms.units.changes import Change
from lms.units.models import Reorganisation, Unit, UnitKind, UnitVersion
from lms.units.queries import Scope, get_unit, is_present
from tests.factories.people import LONG_AGO, make_audiences, make_member, make_unit
from tests.factories.reorganisation import apply, merger, new_unit, split, stays
from tests.factories.training import make_campaign

START = date(2026, 1, 1)
TODAY = clock.start_of_day(date(2026, 7, 15)) + timedelta(hours=9)


def make_closed_campaign(district: Unit, seed: int) -> Campaign:
    """A campaign over a district that has been closed, its enrolments in random states."""
    chance = random.Random(seed)
    campaign = make_campaign(district, make_audiences("unit_head", "exempt", "member"), opened=True)
    moment = clock.now()
    for enrolment in db.session.query(Enrolment).filter_by(campaign_id=campaign.id):
        enrolment.due_at = moment - timedelta(days=1)
        when = moment - timedelta(days=chance.choice([0, 2, 5]))
        if chance.random() < 0.7:
            enrolment.sessions_met_at = enrolment.fulfilled_at = when
        if chance.random() < 0.6:
            enrolment.essay_submitted_at = enrolment.essay_released_at = when
            enrolment.essay_band = chance.choice(["Giỏi", "Khá"])
        if chance.random() < 0.1:
            enrolment.excused_at = moment
    close_campaign(None, campaign)
    db.session.flush()
    return campaign


def report_then(campaign: Campaign) -> Any:
    """Everything the report as of then says, page by page and name by name."""
    db.session.expire_all()
    tree = Tree(AsOf.THEN, campaign.id)
    pages = {}
    units = db.session.scalars(
        sa.select(CampaignUnit).where(CampaignUnit.campaign_id == campaign.id)
    ).all()
    for unit in sorted(units, key=lambda unit: unit.path):
        overview = get_overview(campaign.id, unit, tree)
        names = db.session.execute(names_behind(campaign.id, unit, tree=tree)).all()
        pages[unit.unit_id] = (
            unit.name,
            unit.path,
            overview.tally,
            [(child.unit.name, child.tally) for child in overview.children],
            overview.own,
            [(item.audience.name, item.tally) for item in overview.audiences],
            [(row[0].id, row[1].name, row[2], row[3]) for row in names],
            [(row.unit.name, row.tally) for row in unit_rows(campaign.id, unit, tree)],
        )
    return pages


def check_now(campaign: Campaign, root_id: int, total: Tally) -> dict[int, int]:
    """As of now every enrolment stands under exactly one present unit; returns which."""
    db.session.expire_all()
    root = get_unit(root_id)
    overview = get_overview(campaign.id, root)
    assert overview.tally == total
    rows = unit_rows(campaign.id, root)
    assert sum((item.tally for item in overview.children), start=overview.own) == total
    everybody = db.session.execute(
        PRESENT.place(sa.select(Enrolment.id, UnitVersion.unit_id)).where(
            Enrolment.campaign_id == campaign.id
        )
    ).all()
    places = dict(everybody)
    ids = db.session.scalars(
        sa.select(Enrolment.id).where(Enrolment.campaign_id == campaign.id)
    ).all()
    assert len(everybody) == len(places) == len(ids), "somebody is counted twice or lost"
    behind = db.session.scalars(names_behind(campaign.id, root)).all()
    assert sorted(one.id for one in behind) == sorted(ids)
    for row in rows:
        overview = get_overview(campaign.id, row.unit)
        assert overview.tally == row.tally
        own = db.session.scalars(names_behind(campaign.id, row.unit, own_only=True)).all()
        assert {one.id for one in own} == {k for k, v in places.items() if v == row.unit.unit_id}
    return places


def check_people(count: int) -> None:
    """Everybody who has not left belongs to exactly one unit that is there today."""
    day = clock.today()
    query = (
        sa.select(Membership.member_id)
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Membership.unit_id, is_present()))
        .where(
            Membership.kind == MembershipKind.MAIN,
            Membership.valid_from <= day,
            sa.or_(Membership.valid_to.is_(None), Membership.valid_to > day),
        )
    )
    found = Counter(db.session.scalars(query))
    assert len(found) == count and set(found.values()) == {1}


# --- fourteen wards become four ---------------------------------------------------------------


def test_fourteen_wards_become_four(app: Flask) -> None:
    with clock.frozen(clock.start_of_day(date(2026, 5, 1))):
        district = make_unit("Đảng bộ khu vực", kind=UnitKind.COMMITTEE)
        wards = [make_unit(f"Phường {n}", district, kind=UnitKind.COMMITTEE) for n in range(1, 15)]
        cells = {ward.id: [make_unit(f"Chi bộ {n}", ward) for n in range(1, 4)] for ward in wards}
        direct: dict[int, list[int]] = {}
        for ward in wards:
            direct[ward.id] = [make_member(ward).id for _n in range(3)]
            for number, cell in enumerate(cells[ward.id]):
                for place in range(3):
                    make_member(
                        cell,
                        rank=PostRank.UNIT_HEAD if place == 0 else None,
                        is_exempt=(number + place) % 4 == 3,
                    )
        campaign = make_closed_campaign(district, seed=14)
        db.session.flush()
        total = get_overview(campaign.id, get_unit(district.id)).tally
        before = report_then(campaign)
    with clock.frozen(TODAY):
        on = date(2026, 7, 1)
        # Twelve go whole into three new wards and one that stays; two are divided.
        news = [
            apply(merger(wards[0:3], new_unit("Phường Đông", district), on)),
            apply(merger(wards[3:6], new_unit("Phường Nam", district), on)),
            apply(merger(wards[6:9], new_unit("Phường Tây", district), on)),
            apply(merger(wards[10:12], stays(wards[9]), on)),
        ]
        targets = {
            row.name: row.unit_id
            for row in db.session.scalars(
                sa.select(UnitVersion).where(UnitVersion.parent_id == district.id, is_present())
            )
        }
        east, south, west = (targets[f"Phường {name}"] for name in ("Đông", "Nam", "Tây"))
        for ward, one, other in ((wards[12], east, south), (wards[13], west, wards[9].id)):
            news.append(
                apply(
                    split(
                        ward,
                        [stays(one), stays(other)],
                        on,
                        children={cells[ward.id][0].id: 1},
                        members={direct[ward.id][0]: 1},
                    )
                )
            )
        assert report_then(campaign) == before, "the report as of then has changed"
        places = check_now(campaign, district.id, total)
        check_people(14 * 12)
        overview = get_overview(campaign.id, get_unit(district.id))
        assert {item.unit.name for item in overview.children} == {
            "Phường Đông",
            "Phường Nam",
            "Phường Tây",
            "Phường 10",
        }
        # Each new ward holds its old ones and its part of a divided one: 3 × 12 + 12 − 4 and so on.
        counted = {
            item.unit.name: item.tally["required"]
            + item.tally["volunteers"]
            + item.tally["excused"]
            for item in overview.children
        }
        assert counted == {
            "Phường Đông": 44,
            "Phường Nam": 40,
            "Phường Tây": 44,
            "Phường 10": 40,
        }
        enrolled = {
            row.member_id: row.id
            for row in db.session.query(Enrolment).filter_by(campaign_id=campaign.id)
        }
        moved = [enrolled[direct[wards[12].id][n]] for n in range(3)]
        assert [places[one] for one in moved] == [south, east, east]
        check_scopes(campaign, east, [ward.id for ward in wards[0:3]], wards[12].id)
        for one in reversed(news):
            undo_change(None, one)
        assert report_then(campaign) == before
        check_now(campaign, district.id, total)


def check_scopes(campaign: Campaign, ward_id: int, whole: list[int], divided: int) -> None:
    """A new ward's supervisor sees the old wards that came whole, and of a divided one only the
    cells that came."""
    scope = Scope.of([get_unit(ward_id).path])
    kept = get_kept_tree(campaign.id, scope)
    assert set(whole) <= set(kept.visible) and divided not in kept.visible
    inside = {row.id for row in db.session.scalars(names_behind(campaign.id, get_unit(ward_id)))}
    for unit in kept.visible.values():
        rows = db.session.scalars(names_behind(campaign.id, unit, tree=kept.tree)).all()
        assert {row.id for row in rows} <= inside, f"{unit.name} shows people who went elsewhere"
    cells = {unit.unit_id for unit in kept.visible.values() if unit.parent_id == divided}
    assert len(cells) == 2


# --- any reorganisations ----------------------------------------------------------------------

acts = st.tuples(
    st.sampled_from(["merge", "merge-new", "split", "dissolve", "move", "rename", "transfer"]),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 300),
)


def change_of(act: tuple[str, int, int, int, int], ids: list[int], root: int) -> Change:
    what, one, other, third, on = act
    day = START + timedelta(days=on)
    first, second, last = (ids[number % len(ids)] for number in (one, other, third))
    name = f"Đơn vị {one}-{other}-{third}-{on}"
    if what == "merge":
        return merger([first, second], stays(last), day)
    if what == "merge-new":
        return merger([first, second], new_unit(name, root), day)
    if what == "dissolve":
        return merger([first], stays(second), day)
    children = db.session.scalars(
        sa.select(UnitVersion.unit_id)
        .where(UnitVersion.parent_id == first, UnitVersion.valid_to.is_(None))
        .order_by(UnitVersion.unit_id)
    ).all()
    members = db.session.scalars(
        sa.select(Membership.member_id)
        .where(Membership.unit_id == first, Membership.valid_to.is_(None))
        .order_by(Membership.member_id)
    ).all()
    return split(
        first,
        [stays(second), new_unit(name, root)],
        day,
        children=dict(zip(children[::2], [1] * len(children), strict=False)),
        members=dict(zip(members[::2], [1] * len(members), strict=False)),
        default=third % 2,
    )


def play(history: list[tuple[str, int, int, int, int]], root: int) -> list[Reorganisation]:
    """Do each act that is allowed; returns what can be taken back, in order."""
    from lms.units.services import move_unit, rename_unit

    done = []
    for act in history:
        ids = list(
            db.session.scalars(
                sa.select(UnitVersion.unit_id)
                .where(UnitVersion.valid_to.is_(None), UnitVersion.unit_id != root)
                .order_by(UnitVersion.unit_id)
            )
        )
        what, one, other, _third, on = act
        day = START + timedelta(days=on)
        try:
            with db.session.begin_nested():
                if what == "move":
                    move_unit(ids[one % len(ids)], ids[other % len(ids)], day)
                elif what == "rename":
                    rename_unit(ids[one % len(ids)], f"Tên {other}", day)
                elif what == "transfer":
                    transfer(one, ids[other % len(ids)], day)
                else:
                    done.append(apply(change_of(act, ids, root)))
        except (Invalid, NotFound):
            continue
    return done


def transfer(number: int, unit_id: int, day: date) -> None:
    """One person moves, as a transfer does it."""
    rows = db.session.scalars(
        sa.select(Membership).where(Membership.valid_to.is_(None)).order_by(Membership.member_id)
    ).all()
    row = rows[number % len(rows)]
    if row.valid_from >= day or row.unit_id == unit_id:
        raise Invalid("no transfer")
    since = db.session.scalar(
        sa.select(sa.func.min(UnitVersion.valid_from)).where(UnitVersion.unit_id == unit_id)
    )
    if since is None or since > day:
        raise Invalid("not there yet")
    row.valid_to = day
    db.session.flush()
    db.session.add(Membership(member_id=row.member_id, unit_id=unit_id, valid_from=day))
    db.session.flush()


def make_small_district(seed: int) -> tuple[Unit, Campaign, int]:
    chance = random.Random(seed)
    district = make_unit("Đảng bộ", kind=UnitKind.COMMITTEE)
    wards = [make_unit(f"Phường {n}", district, kind=UnitKind.COMMITTEE) for n in range(4)]
    cells = [make_unit(f"Chi bộ {n}", ward) for ward in wards for n in range(2)]
    people = 24
    for number in range(people):
        make_member(chance.choice([*cells, *wards]), is_exempt=number % 6 == 0)
    return district, make_closed_campaign(district, seed), people


@given(st.lists(acts, min_size=2, max_size=9), st.integers(0, 3))
@settings(max_examples=8)
def test_any_reorganisations_keep_the_past_and_lose_nobody(
    app: Flask, history: list[tuple[str, int, int, int, int]], seed: int
) -> None:
    db.session.rollback()
    with clock.frozen(clock.start_of_day(START)):
        district, campaign, people = make_small_district(seed)
        total = get_overview(campaign.id, get_unit(district.id)).tally
        before = report_then(campaign)
    for act in history:
        with clock.frozen(clock.start_of_day(START + timedelta(days=100))):
            play([act], district.id)
    for on in (0, 100, 170, 400):
        with clock.frozen(clock.start_of_day(START + timedelta(days=on)) + timedelta(hours=8)):
            assert report_then(campaign) == before
            check_now(campaign, district.id, total)
            check_people(people)
            for top in get_overview(campaign.id, get_unit(district.id)).children:
                scope = Scope.of([top.unit.path])
                inside = set(db.session.scalars(names_behind(campaign.id, top.unit)))
                kept = get_kept_tree(campaign.id, scope)
                for unit in kept.visible.values():
                    seen = db.session.scalars(names_behind(campaign.id, unit, tree=kept.tree))
                    assert set(seen) <= inside


FACTS = (
    "unit unit_version unit_successor unit_heir membership post appointment successor_choice "
    "member_heir enrolment campaign_unit"
).split()


def dump() -> dict[str, list[Any]]:
    """Every row of the tables that a change may touch."""
    db.session.flush()
    return {
        name: sorted(map(repr, db.session.execute(sa.select(db.metadata.tables[name]))))
        for name in FACTS
    }


@given(st.lists(acts, min_size=1, max_size=7), st.integers(0, 3))
@settings(max_examples=8)
def test_what_is_taken_back_leaves_no_trace(
    app: Flask, history: list[tuple[str, int, int, int, int]], seed: int
) -> None:
    db.session.rollback()
    with clock.frozen(clock.start_of_day(START)):
        district, _campaign, _people = make_small_district(seed)
    with clock.frozen(clock.start_of_day(START + timedelta(days=100))):
        states = []
        for act in history:
            before = dump()
            for one in play([act], district.id):
                states.append((before, one, act))
            if act[0] in ("move", "rename", "transfer") and dump() != before:
                states.clear()  # what follows may depend on it
        for place, (before, one, _act) in enumerate(reversed(states)):
            if place == 0:
                assert hindrances(one) == []
            undo_change(None, one)
            assert dump() == before
            with pytest.raises(NotAllowed):
                undo_change(None, one)


def test_long_ago_is_before_the_start() -> None:
    assert LONG_AGO < START
