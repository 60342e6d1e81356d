"""Rosters of units about which something is recorded ahead: everybody is seen on every day, and the
same file once more changes nothing.
"""

from datetime import date, timedelta

import pytest

from lms.base import clock
from lms.base.errors import Invalid
from lms.extensions import db
from lms.people import services
from lms.people.models import ImportState, PostRank
from lms.people.queries.reorganisation import hindrances
from lms.people.queries.roster import missing_members
from lms.people.services import roster
from lms.people.services.reorganisation import undo_change
from lms.units.queries import Scope, get_unit
from tests.factories.people import LONG_AGO, make_account, make_member
from tests.factories.reorganisation import apply, merger, new_unit, stays
from tests.people.roster_import.support import (
    applied,
    dump,
    figures,
    imported,
    member,
    previewed,
    roster_csv,
    undone,
)
from tests.people.test_ahead import ahead, course

FILE = roster_csv(
    ("10000001", "Lê Văn Ở", "1970", "Chi bộ 1", "Bắc Sơn", "Bí thư"),
    ("10000002", "Lê Văn Chuyển", "1970", "Chi bộ 1", "Bắc Sơn", "Phó bí thư"),
    ("10000003", "Lê Văn Mới", "1999", "Chi bộ 1", "Bắc Sơn", "Chi ủy viên"),
    ("10000004", "Lê Văn Đi", "1970", "Chi bộ 1", "Nam Hòa"),
    ("10000005", "Lê Văn Tổ", "1970", "Chi bộ 9", "Bắc Sơn"),
)


@pytest.fixture
def people(tree):
    """Two who stay or leave the cell that will be merged, one who comes."""
    make_member(tree.north_1, "Lê Văn Ở", code="10000001", birth_year=1970)
    make_member(tree.south_1, "Lê Văn Chuyển", code="10000002", birth_year=1970)
    make_member(tree.north_1, "Lê Văn Đi", code="10000004", birth_year=1970)
    db.session.commit()
    return tree


def merged_ahead(tree, *units):
    made = apply(merger(units, new_unit("Chi bộ Hợp nhất", tree.north), ahead(30)))
    db.session.commit()
    return made


def without_ids(rows):
    """What goes on after a merger is written anew: by other numbers, else the same."""
    return sorted((row[1:] for row in rows), key=repr)


def courses():
    return {
        code: course(member(code).id, 0, 29, 30, 900)
        for code in ("10000001", "10000002", "10000003", "10000004")
    }


EXPECTED = {
    "10000001": ["Chi bộ 1", "Chi bộ 1", "Chi bộ Hợp nhất", "Chi bộ Hợp nhất"],
    "10000002": ["Chi bộ 1", "Chi bộ 1", "Chi bộ Hợp nhất", "Chi bộ Hợp nhất"],
    "10000003": ["Chi bộ 1", "Chi bộ 1", "Chi bộ Hợp nhất", "Chi bộ Hợp nhất"],
    "10000004": ["Chi bộ 1"] * 4,
}


def test_a_roster_of_a_unit_that_will_be_merged_loses_nobody(people):
    merged = merged_ahead(people, people.north_1, people.north_2)
    before = dump()
    stored = previewed(FILE, people.district.id)
    assert figures(stored) == {"new": 2, "changed": 1, "moved": 2, "unchanged": 0, "doubtful": 0}
    assert db.session.execute(missing_members(stored.id)).all() == []
    stored = applied(stored)
    assert stored.state is ImportState.APPLIED
    assert courses() == EXPECTED
    assert [p.valid_to for p in member("10000003").posts] == [ahead(30)]
    once = dump()
    again = previewed(FILE, people.district.id)
    assert figures(again) == {"new": 0, "changed": 0, "moved": 0, "unchanged": 5, "doubtful": 0}
    applied(again)
    assert dump() == once
    assert hindrances(merged) == []
    assert undone(stored).state is ImportState.UNDONE
    after = dump()
    assert without_ids(after["membership"]) == without_ids(before["membership"])
    assert after["member"] == before["member"] and after["post"] == before["post"]
    undo_change(None, merged)


def test_a_merger_recorded_after_a_roster_is_taken_back_before_or_after_it(people):
    before = dump()
    stored = imported(FILE, people.district.id)
    once = dump()
    merged = merged_ahead(people, people.north_1, people.north_2)
    assert courses() == EXPECTED
    again = previewed(FILE, people.district.id)
    assert figures(again)["unchanged"] == 5
    undo_change(None, merged)
    assert dump()["membership"] == once["membership"]
    merged = merged_ahead(people, people.north_1, people.north_2)
    assert undone(stored).state is ImportState.UNDONE
    undo_change(None, merged)
    after = dump()
    assert {k: after[k] for k in ("membership", "post", "member")} == {
        k: before[k] for k in ("membership", "post", "member")
    }


def test_the_merger_taken_back_leaves_those_of_the_roster_where_it_put_them(people):
    merged = merged_ahead(people, people.north_1, people.north_2)
    imported(FILE, people.district.id)
    undo_change(None, merged)
    assert courses() == {code: ["Chi bộ 1"] * 4 for code in EXPECTED}
    assert [p.valid_to for p in member("10000003").posts] == [None]


def test_a_unit_that_a_roster_founds_goes_along_with_the_one_above(people):
    apply(merger([people.north], stays(people.south), ahead(30)))
    db.session.commit()
    stored = imported(FILE, people.district.id)
    assert course(member("10000005").id, 0, 29, 30) == ["Chi bộ 9"] * 3
    assert undone(stored).state is ImportState.UNDONE


def test_a_transfer_recorded_ahead_by_hand_stays(people):
    actor = make_account()
    person = member("10000001")
    scope = Scope.of([get_unit(people.district.id).path])
    services.transfer_member(actor, person.id, people.south_1.id, ahead(10), scope)
    db.session.commit()
    before = dump()
    same = roster_csv(("10000001", "Lê Văn Ở", "1970", "Chi bộ 1", "Bắc Sơn"))
    assert figures(previewed(same, people.district.id))["unchanged"] == 1
    other = roster_csv(("10000001", "Lê Văn Ở", "1970", "Chi bộ 2", "Bắc Sơn"))
    stored = imported(other, people.district.id)
    assert course(person.id, 0, 9, 10) == ["Chi bộ 2", "Chi bộ 2", "Chi bộ 1"]
    assert undone(stored).state is ImportState.UNDONE
    assert dump() == before


def test_whoever_is_missing_from_the_file_is_found_and_let_go(people):
    services.give_post(
        None, member("10000004").id, people.north_1.id, "Bí thư", PostRank.UNIT_HEAD, LONG_AGO
    )
    merged = merged_ahead(people, people.north_1, people.north_2)
    before = dump()
    stored = previewed(
        roster_csv(("10000001", "Lê Văn Ở", "1970", "Chi bộ 1", "Bắc Sơn")), people.north.id
    )
    assert [row[1].code for row in db.session.execute(missing_members(stored.id))] == ["10000004"]
    roster.decide_absences(stored.id, None, clock.today(), "Chuyển đi")
    db.session.commit()
    stored = applied(stored)
    gone = member("10000004")
    assert gone.left_on == clock.today()
    assert [m.valid_to for m in gone.memberships] == [clock.today()]
    assert undone(stored).state is ImportState.UNDONE
    after = dump()
    assert after["member"] == before["member"] and after["post"] == before["post"]
    assert course(gone.id, 29, 30) == ["Chi bộ 1", "Chi bộ Hợp nhất"]
    undo_change(None, merged)


@pytest.mark.parametrize("day", [date(1990, 1, 1), LONG_AGO - timedelta(days=1)])
def test_a_roster_does_not_hold_before_its_units_were_there(people, day):
    stored = previewed(FILE, people.district.id)
    with pytest.raises(Invalid, match="chỉ có từ ngày 01/01/2015") as caught:
        roster.begin_apply(None, stored.id, founds_units=True, effective_on=day)
    assert caught.value.field == "effective_on"


def test_nor_before_those_who_move_were_where_they_are(people):
    member("10000002").memberships[0].valid_from = date(2020, 5, 1)
    db.session.commit()
    stored = previewed(FILE, people.district.id)
    with pytest.raises(Invalid, match="Lê Văn Chuyển vào đơn vị hiện nay từ ngày 01/05/2020"):
        roster.begin_apply(None, stored.id, founds_units=True, effective_on=date(2020, 4, 30))
