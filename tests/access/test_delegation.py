"""Delegation: a role, or a part of it, handed on until a day; it never outlives the giver's own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.models import Appointment
from lms.access.policy import Permission, Role
from lms.access.queries import list_given, list_own, list_received, powers_of
from lms.access.services import appoint, delegate, end_appointment, revoke_delegation
from lms.base import clock
from lms.base.errors import Invalid, NotFound
from lms.base.transactions import transaction
from lms.extensions import db
from lms.people.services import set_account_disabled
from lms.units.queries import Scope, get_unit
from lms.units.services import move_unit
from tests.factories.people import make_account, make_appointee, make_unit, sign_in
from tests.support.client import PageClient

DAY = date(2026, 3, 15)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


class Desk:
    """A supervisor of a ward with a cell, and a colleague without any role."""

    def __init__(self) -> None:
        self.ward = make_unit()
        self.cell = make_unit(parent=self.ward)
        self.giver = make_appointee(Role.SUPERVISOR, self.ward, "Trần Thị Giao")
        self.taker = make_account(name="Lê Văn Nhận")
        self.own = list_own(self.giver.id)[0]

    def hand_on(self, **changes: Any) -> Appointment:
        values = {
            "giver_id": self.giver.id,
            "appointment_id": self.own.id,
            "account_id": self.taker.id,
            "unit_id": self.cell.id,
            "valid_from": clock.today(),
            "valid_to": clock.today() + timedelta(days=7),
            "reason": "Đi công tác",
        }
        return delegate(**(values | changes))

    def reach(self) -> tuple[str, ...]:
        return powers_of(self.taker.id).scope(Permission.RATE_READ).paths


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def path_of(unit: object) -> str:
    return get_unit(unit.id).path  # type: ignore[attr-defined]


def test_it_holds_from_day_to_day_over_the_part_that_was_chosen(desk: Desk) -> None:
    with clock.frozen(noon(DAY)):
        given = desk.hand_on(valid_from=DAY + timedelta(days=1), valid_to=DAY + timedelta(days=3))
        assert desk.reach() == ()
        assert [row.id for row in list_given(desk.giver.id)] == [given.id]
        assert [row.id for row in list_received(desk.taker.id)] == [given.id]
    for days, held in ((1, True), (3, True), (4, False)):
        with clock.frozen(noon(DAY + timedelta(days=days))):
            assert desk.reach() == ((path_of(desk.cell),) if held else ()), days
            assert powers_of(desk.giver.id).may(Permission.RATE_READ), "the giver keeps theirs"


def test_it_ends_with_the_givers_own(desk: Desk) -> None:
    desk.hand_on()
    assert desk.reach() == (path_of(desk.cell),)
    today = clock.today()
    end_appointment(desk.own.id, today, Scope.of([path_of(desk.ward)]))
    assert desk.reach() == (path_of(desk.cell),), "the last day counts"
    with clock.frozen(noon(today + timedelta(days=1))):
        assert desk.reach() == ()


def test_it_rests_while_the_giver_is_shut_out(desk: Desk) -> None:
    desk.hand_on()
    set_account_disabled(make_account(), desk.giver, True)
    assert desk.reach() == ()


def test_it_does_not_follow_a_unit_out_of_the_givers_reach(desk: Desk) -> None:
    desk.hand_on()
    elsewhere = make_unit()
    move_unit(desk.cell.id, elsewhere.id, clock.today())
    assert desk.reach() == ()


def test_what_was_received_is_not_handed_on(desk: Desk) -> None:
    given = desk.hand_on()
    assert list_own(desk.taker.id) == []
    with pytest.raises(NotFound):
        desk.hand_on(giver_id=desk.taker.id, appointment_id=given.id, account_id=make_account().id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_to": date(2020, 1, 1)}, "valid_to"),
        ({"valid_from": date(2020, 1, 1)}, "valid_from"),
        ({"valid_to": date(2099, 1, 1)}, "valid_to"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    desk: Desk, changes: dict[str, date], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        desk.hand_on(**changes)
    assert caught.value.field == field


def test_not_to_oneself_not_beyond_ones_reach_and_not_what_is_anothers(desk: Desk) -> None:
    with pytest.raises(Invalid):
        desk.hand_on(account_id=desk.giver.id)
    with pytest.raises(NotFound):
        desk.hand_on(unit_id=make_unit().id)
    other = make_appointee(Role.PLANNER, desk.ward)
    with pytest.raises(NotFound):
        desk.hand_on(appointment_id=list_own(other.id)[0].id)


def test_not_longer_than_the_giver_holds_it(desk: Desk) -> None:
    desk.own.valid_to = clock.today() + timedelta(days=2)
    with pytest.raises(Invalid):
        desk.hand_on()
    assert desk.hand_on(valid_to=desk.own.valid_to).valid_to == desk.own.valid_to


def test_it_is_taken_back_at_once(desk: Desk) -> None:
    given = desk.hand_on()
    with pytest.raises(NotFound):
        revoke_delegation(given.id, desk.taker.id)
    revoke_delegation(given.id, desk.giver.id)
    assert desk.reach() == ()
    with clock.frozen(noon(clock.today() + timedelta(days=1))):
        later = desk.hand_on(valid_to=clock.today() + timedelta(days=9))
    with clock.frozen(noon(clock.today() + timedelta(days=4))):
        assert desk.reach() == (path_of(desk.cell),)
        revoke_delegation(later.id, desk.giver.id)
        assert desk.reach() == ()
        with pytest.raises(Invalid):
            revoke_delegation(later.id, desk.giver.id)


def test_two_at_once_do_not_overlap(app: Flask) -> None:
    """Ten appoint the same person to the same role at the same moment: one does."""
    unit, account = make_unit(), make_account()
    ids = (account.id, unit.id)
    db.session.commit()
    barrier = threading.Barrier(10)

    def try_it() -> str:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    appoint(ids[0], Role.REVIEWER, ids[1], DAY)
            except Invalid:
                return "refused"
            finally:
                db.session.remove()
            return "made"

    with ThreadPoolExecutor(10) as pool:
        answers = [future.result() for future in [pool.submit(try_it) for _ in range(10)]]
    assert sorted(answers) == ["made"] + ["refused"] * 9
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Appointment.id))) == 1


def test_the_pages_hand_on_show_on_both_sides_and_take_back(
    app: Flask, client: PageClient, desk: Desk
) -> None:
    sign_in(client, desk.giver)
    page = client.get_page("/administration/delegations")
    assert "Ủy quyền" in page.links()
    last = (clock.today() + timedelta(days=5)).strftime("%d/%m/%Y")
    page = client.submit(
        "/administration/delegations/new",
        {"login": desk.taker.email, "valid_to": last, "reason": "Nghỉ phép", "unit": desk.cell.id},
    )
    assert "Đã ủy quyền cho Lê Văn Nhận đến hết ngày" in page.text and "Nghỉ phép" in page.text
    sign_in(client, desk.taker)
    assert "Trần Thị Giao ủy quyền" in client.get_page("/administration/delegations").text
    assert client.get("/supervision").status_code == 200
    client.get_page("/administration/delegations/new", status=403)
    sign_in(client, make_appointee(Role.ADMINISTRATOR, desk.ward))
    assert (
        "Trần Thị Giao ủy quyền: Nghỉ phép" in client.get_page("/administration/appointments").text
    )
    sign_in(client, desk.giver)
    client.get_page("/administration/delegations")
    given = list_given(desk.giver.id)[0]
    page = client.submit(
        "/administration/delegations", form=f"/administration/delegations/{given.id}/revocation"
    )
    assert "Đã thu hồi" in page.text
    sign_in(client, desk.taker)
    assert client.get("/supervision").status_code == 403


def test_a_form_with_errors_comes_back_with_what_was_typed(client: PageClient, desk: Desk) -> None:
    sign_in(client, desk.giver)
    page = client.submit(
        "/administration/delegations/new",
        {"login": "khong-co", "valid_to": "1/1/2020", "reason": ""},
        status=422,
    )
    assert set(page.errors_by_field) >= {"reason"}
    assert page.form().value_of("valid_to") == "1/1/2020"
