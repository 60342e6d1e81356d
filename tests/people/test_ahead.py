"""People put into a unit about which something is recorded ahead of its day: seen on every day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.access.services import appoint, delegate
from lms.base import clock
from lms.base.errors import Invalid
from lms.extensions import db
from lms.people import services
from lms.people.models import Account, Member, Membership, Post, PostRank
from lms.people.queries import members_with_unit
from lms.people.queries.reorganisation import hindrances
from lms.people.services.reorganisation import undo_change
from lms.units.models import Unit, UnitVersion
from lms.units.queries import Scope, get_unit
from tests.factories.people import LONG_AGO, make_account, make_member, make_unit
from tests.factories.reorganisation import apply, merger, new_unit, split, stays


def ahead(days: int) -> date:
    return clock.today() + timedelta(days=days)


@pytest.fixture
def tree(app: Flask) -> SimpleNamespace:
    root = make_unit("Đảng bộ")
    north, south, other = (make_unit(f"Phường {name}", root) for name in ("Bắc", "Nam", "Tây"))
    scope = Scope.of([get_unit(root.id).path])
    return SimpleNamespace(root=root, north=north, south=south, other=other, scope=scope)


@pytest.fixture
def actor(app: Flask) -> Account:
    return make_account()


def unit_on(member_id: int, on: date) -> str | None:
    """The name of the unit in which a day's list shows somebody."""
    query = members_with_unit(on).with_only_columns(UnitVersion.name)
    found = db.session.scalars(query.where(Member.id == member_id)).all()
    assert len(found) <= 1, "seen twice"
    return found[0] if found else None


def course(member_id: int, *days: int) -> list[str | None]:
    return [unit_on(member_id, ahead(one)) for one in days]


def rows_of(table: type[Membership] | type[Post]) -> list[tuple[object, ...]]:
    db.session.flush()
    return [tuple(row) for row in db.session.execute(sa.select(*table.__table__.c).order_by("id"))]


def join(unit: Unit, joined_on: date | None = None) -> Member:
    return services.add_member(
        None, name="Lê Văn Mới", unit_id=unit.id, joined_on=joined_on or clock.today()
    )


def test_whoever_joins_a_unit_that_will_be_merged_goes_along(tree: SimpleNamespace) -> None:
    merged = apply(merger([tree.north, tree.south], new_unit("Phường Mới", tree.root), ahead(30)))
    person = join(tree.north)
    assert course(person.id, 0, 29, 30, 900) == ["Phường Bắc", "Phường Bắc"] + ["Phường Mới"] * 2
    later = join(tree.north, ahead(40))
    assert course(later.id, 29, 39, 40, 900) == [None, None, "Phường Mới", "Phường Mới"]
    assert {one["name"] for one in merged.effects["people"]} == {"Lê Văn Mới"}
    assert hindrances(merged) == []
    undo_change(None, merged)
    assert course(person.id, 0, 29, 30, 900) == ["Phường Bắc"] * 4
    assert course(later.id, 39, 40) == [None, "Phường Bắc"]


def test_two_mergers_recorded_ahead_are_followed_one_after_the_other(
    tree: SimpleNamespace,
) -> None:
    first = apply(merger([tree.north], stays(tree.south), ahead(30)))
    second = apply(merger([tree.south], stays(tree.other), ahead(60)))
    person = join(tree.north)
    expected = ["Phường Bắc", "Phường Nam", "Phường Nam", "Phường Tây"]
    assert course(person.id, 29, 30, 59, 60) == expected
    undo_change(None, second)
    undo_change(None, first)
    assert course(person.id, 29, 30, 59, 60) == ["Phường Bắc"] * 4


def test_of_a_unit_that_will_be_divided_the_rest_is_followed(tree: SimpleNamespace) -> None:
    parts = [new_unit("Phường Một", tree.root), new_unit("Phường Hai", tree.root)]
    apply(split(tree.north, parts, ahead(30), default=1))
    person = join(tree.north)
    assert course(person.id, 29, 30) == ["Phường Bắc", "Phường Hai"]


def test_a_transfer_into_a_unit_that_will_be_merged_goes_along(
    tree: SimpleNamespace, actor: Account
) -> None:
    person = make_member(tree.other)
    apply(merger([tree.north, tree.south], new_unit("Phường Mới", tree.root), ahead(30)))
    services.transfer_member(actor, person.id, tree.north.id, clock.today(), tree.scope)
    assert course(person.id, -1, 0, 29, 30) == [
        "Phường Tây",
        "Phường Bắc",
        "Phường Bắc",
        "Phường Mới",
    ]


@pytest.mark.parametrize("day", [0, 29, 30, 45])
def test_a_transfer_out_of_a_unit_that_will_be_merged_is_lasting(
    tree: SimpleNamespace, actor: Account, day: int
) -> None:
    person, stayer = make_member(tree.north), make_member(tree.north)
    merged = apply(merger([tree.north], stays(tree.south), ahead(30)))
    services.transfer_member(actor, person.id, tree.other.id, ahead(day), tree.scope)
    assert unit_on(person.id, ahead(day)) == unit_on(person.id, ahead(900)) == "Phường Tây"
    assert unit_on(person.id, ahead(day - 1)) == ("Phường Nam" if day > 30 else "Phường Bắc")
    assert course(stayer.id, 29, 30) == ["Phường Bắc", "Phường Nam"]
    if day <= 30:
        assert hindrances(merged) == []
        undo_change(None, merged)
        assert course(person.id, day, 900) == ["Phường Tây"] * 2
        assert course(stayer.id, 29, 30) == ["Phường Bắc"] * 2


def test_there_and_back_again_is_as_if_nothing_had_been(
    tree: SimpleNamespace, actor: Account
) -> None:
    person = make_member(tree.north)
    services.give_post(None, person.id, tree.north.id, "Bí thư", PostRank.UNIT_HEAD, LONG_AGO)
    before = rows_of(Membership), rows_of(Post)
    merged = apply(merger([tree.north], stays(tree.south), ahead(30)))
    with pytest.raises(Invalid, match="đang ở chính đơn vị đó"), db.session.begin_nested():
        services.transfer_member(actor, person.id, tree.north.id, clock.today(), tree.scope)
    undo_change(None, merged)
    assert (rows_of(Membership), rows_of(Post)) == before


def test_a_post_in_a_unit_that_will_be_merged_ends_with_it(tree: SimpleNamespace) -> None:
    person = make_member(tree.north)
    merged = apply(merger([tree.north], stays(tree.south), ahead(30)))
    post = services.give_post(
        None, person.id, tree.north.id, "Bí thư", PostRank.UNIT_HEAD, clock.today()
    )
    assert post.valid_to == ahead(30)
    assert [one["title"] for one in merged.effects["posts"]] == ["Bí thư"]
    with pytest.raises(Invalid, match="Phường Bắc kết thúc từ ngày") as caught:
        services.give_post(None, person.id, tree.north.id, "Bí thư", PostRank.UNIT_HEAD, ahead(30))
    assert "Phường Nam" in caught.value.message
    undo_change(None, merged)
    assert post.valid_to is None


def test_whoever_leaves_is_no_longer_part_of_the_merger(
    tree: SimpleNamespace, actor: Account
) -> None:
    person = make_member(tree.north, rank=PostRank.UNIT_HEAD)
    merged = apply(merger([tree.north], stays(tree.south), ahead(30)))
    services.mark_left(actor, person.id, clock.today(), "Từ trần", tree.scope)
    db.session.expire_all()
    assert [m.valid_to for m in person.memberships] == [clock.today()]
    assert [p.valid_to for p in person.posts] == [clock.today()]
    undo_change(None, merged)
    assert [m.valid_to for m in person.memberships] == [clock.today()]


def test_a_transfer_before_a_unit_was_there_is_refused(
    tree: SimpleNamespace, actor: Account
) -> None:
    person = make_member(tree.north)
    [young] = apply(merger([tree.south], new_unit("Phường Trẻ", tree.root), ahead(-10))).journal[
        "created"
    ]["unit"]
    with pytest.raises(Invalid, match="Phường Trẻ chỉ có từ ngày") as caught:
        services.transfer_member(actor, person.id, young["id"], ahead(-11), tree.scope)
    assert caught.value.field == "effective_on"
    services.transfer_member(actor, person.id, young["id"], ahead(-10), tree.scope)
    assert course(person.id, -11, -10) == ["Phường Bắc", "Phường Trẻ"]


def test_an_appointment_does_not_outlast_a_unit_whose_end_is_recorded(
    tree: SimpleNamespace, actor: Account
) -> None:
    apply(merger([tree.north], stays(tree.south), ahead(30)))
    last = ahead(29).strftime("%d/%m/%Y")
    for until in (None, ahead(30)):
        with pytest.raises(Invalid, match=f"đến hết ngày {last}") as caught:
            appoint(actor.id, Role.PLANNER, tree.north.id, clock.today(), until)
        assert caught.value.field == "valid_to" and "Phường Nam" in caught.value.message
    with pytest.raises(Invalid, match="Khi đến ngày ấy") as caught:
        appoint(actor.id, Role.PLANNER, tree.north.id, ahead(30), ahead(40))
    assert caught.value.field == "valid_from"
    assert appoint(actor.id, Role.PLANNER, tree.north.id, clock.today(), ahead(29)).id


def test_nor_does_what_is_handed_on(tree: SimpleNamespace, actor: Account) -> None:
    own = appoint(actor.id, Role.PLANNER, tree.root.id, clock.today())
    apply(merger([tree.north], stays(tree.south), ahead(30)))
    other = make_account()
    hand_on = partial(delegate, actor.id, own.id, other.id, tree.north.id, clock.today())
    with pytest.raises(Invalid, match=ahead(29).strftime("%d/%m/%Y")):
        hand_on(ahead(30), "Đi vắng")
    assert hand_on(ahead(29), "Đi vắng").valid_to == ahead(29)


def test_a_transfer_recorded_by_hand_for_the_day_of_a_merger_is_not_the_merger_s(
    tree: SimpleNamespace, actor: Account
) -> None:
    person = make_member(tree.north)
    services.transfer_member(actor, person.id, tree.south.id, ahead(30), tree.scope)
    merged = apply(merger([tree.north], stays(tree.south), ahead(30)))
    services.give_post(None, person.id, tree.north.id, "Bí thư", PostRank.UNIT_HEAD, ahead(0))
    with pytest.raises(Invalid, match="Ngày chuyển phải sau ngày"):
        services.transfer_member(actor, person.id, tree.other.id, ahead(0), tree.scope)
    undo_change(None, merged)
    assert course(person.id, 29, 30) == ["Phường Bắc", "Phường Nam"]
