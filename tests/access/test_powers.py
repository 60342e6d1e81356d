"""Powers from appointments: between their two days, over their subtree, by the page of policy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.access.models import Appointment
from lms.access.policy import CARRIES, ROLE_LABELS, Permission, Role, roles_with
from lms.access.queries import Powers, list_appointments, powers_of
from lms.access.services import appoint, end_appointment
from lms.base import clock
from lms.base.errors import Invalid, NotFound
from lms.base.guards import guard_of
from lms.extensions import db
from lms.units.queries import Scope, get_unit
from lms.units.services import dissolve_unit, move_unit
from tests.factories.people import LONG_AGO, make_account, make_appointee, make_unit
from tests.support.statements import count_statements

DAY = date(2026, 3, 15)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


def path_of(unit: object) -> str:
    return get_unit(unit.id).path  # type: ignore[attr-defined]


def listed(scope: Scope) -> list[Appointment]:
    return list(db.session.scalars(list_appointments(scope)))


# --- the page of policy ---------------------------------------------------------------------


def test_every_permission_is_carried_by_a_role_and_every_role_carries_one() -> None:
    assert set().union(*CARRIES.values()) == set(Permission)
    assert set(CARRIES) == set(Role) == set(ROLE_LABELS)
    assert all(CARRIES.values())


@pytest.mark.database("sqlite")
def test_every_permission_guards_a_route(app: Flask) -> None:
    asked = {guard_of(view).permission for view in app.view_functions.values()} - {None}
    assert {str(permission) for permission in Permission} == asked


def test_roles_are_found_by_what_they_carry() -> None:
    for permission in Permission:
        holders = {role for role in Role if permission in CARRIES[role]}
        assert roles_with(permission) == holders and holders


def test_duties_that_check_each_other_are_parted() -> None:
    """Who appoints does not mark, who marks does not release, who supervises changes nothing."""
    assert CARRIES[Role.SUPERVISOR] == {Permission.RATE_READ, Permission.VENUE_READ}
    assert CARRIES[Role.REVIEWER] == {Permission.ESSAY_MARK}
    assert not CARRIES[Role.ADMINISTRATOR] & CARRIES[Role.PLANNER]
    assert roles_with(Permission.APPOINTMENT_MANAGE) == {Role.ADMINISTRATOR}


# --- powers ---------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Role), st.sampled_from(["/1/", "/1/2/", "/1/2/3/", "/4/", "/10/"])
        )
    )
)
def test_a_scope_is_the_sum_of_the_appointments_that_carry_the_permission(
    held: list[tuple[Role, str]],
) -> None:
    powers = Powers(tuple(held))
    for permission in Permission:
        given_paths = [path for role, path in held if permission in CARRIES[role]]
        scope = powers.scope(permission)
        assert powers.may(permission) == bool(given_paths)
        for place in ("/1/", "/1/2/", "/1/2/3/9/", "/1/5/", "/4/4/", "/10/", "/100/"):
            assert scope.covers(place) == any(place.startswith(path) for path in given_paths)


def test_an_unknown_permission_is_held_by_nobody() -> None:
    powers = Powers(tuple((role, "/1/") for role in Role))
    assert not powers.may("everything") and powers.scope("everything") == Scope(())


@pytest.mark.parametrize(
    ("today", "holds"),
    [
        (DAY - timedelta(days=1), False),
        (DAY, True),
        (DAY + timedelta(days=5), True),
        (DAY + timedelta(days=10), True),
        (DAY + timedelta(days=11), False),
    ],
)
def test_an_appointment_holds_from_its_first_to_its_last_day(
    app: Flask, today: date, holds: bool
) -> None:
    account = make_account()
    unit = make_unit()
    appoint(account.id, Role.SUPERVISOR, unit.id, DAY, DAY + timedelta(days=10))
    with clock.frozen(noon(today)):
        assert powers_of(account.id).may(Permission.RATE_READ) == holds


def test_the_day_of_an_appointment_is_a_day_in_vietnam(app: Flask) -> None:
    account = make_account()
    appoint(account.id, Role.SUPERVISOR, make_unit().id, DAY, DAY)
    with clock.frozen(clock.start_of_day(DAY) - timedelta(seconds=1)):
        assert powers_of(account.id).held == ()
    with clock.frozen(clock.start_of_day(DAY)):
        assert powers_of(account.id).may(Permission.RATE_READ)
    with clock.frozen(clock.end_of_day(DAY)):
        assert powers_of(account.id).may(Permission.RATE_READ)
    with clock.frozen(clock.end_of_day(DAY) + timedelta(seconds=1)):
        assert powers_of(account.id).held == ()


def test_powers_are_read_in_one_statement_and_follow_the_unit(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    one, two = make_unit("Một", root), make_unit("Hai", root)
    account = make_appointee(Role.PLANNER, one)
    appoint(account.id, Role.SUPERVISOR, two.id, LONG_AGO)
    with count_statements() as statements:
        powers = powers_of(account.id)
    assert len(statements) == 1
    assert powers.scope(Permission.CAMPAIGN_MANAGE).paths == (path_of(one),)
    assert set(powers.scope(Permission.RATE_READ).paths) == {path_of(one), path_of(two)}
    move_unit(one.id, two.id, date(2026, 1, 1))
    assert powers_of(account.id).scope(Permission.CAMPAIGN_MANAGE).paths == (path_of(one),)
    assert powers_of(account.id).scope(Permission.RATE_READ).paths == (path_of(two),)


def test_the_powers_over_a_unit_end_with_the_unit(app: Flask) -> None:
    unit = make_unit("Một", make_unit("Đảng bộ"))
    account = make_appointee(Role.PLANNER, unit)
    dissolve_unit(unit.id, date(2026, 1, 1))
    assert powers_of(account.id).held == ()


def test_the_powers_of_one_are_not_those_of_another(app: Flask) -> None:
    unit = make_unit()
    make_appointee(Role.ADMINISTRATOR, unit)
    assert powers_of(make_account().id).held == ()


# --- appointing -----------------------------------------------------------------------------


def test_nobody_appoints_beyond_their_own_subtree(app: Flask) -> None:
    root = make_unit("Đảng bộ")
    ward, other = make_unit("Phường 1", root), make_unit("Phường 2", root)
    scope = Scope.of([path_of(ward)])
    account = make_account()
    for unit in (root, other):
        with pytest.raises(NotFound):
            appoint(account.id, Role.ADMINISTRATOR, unit.id, DAY, scope=scope)
    assert db.session.scalar(sa.select(sa.func.count(Appointment.id))) == 0
    appoint(account.id, Role.ADMINISTRATOR, make_unit("Chi bộ", ward).id, DAY, scope=scope)
    assert len(listed(scope)) == 1
    assert listed(Scope.of([path_of(other)])) == []


def test_an_appointment_ends_on_or_after_its_first_day(app: Flask) -> None:
    account, unit = make_account(), make_unit()
    with pytest.raises(Invalid) as caught:
        appoint(account.id, Role.SPEAKER, unit.id, DAY, DAY - timedelta(days=1))
    assert caught.value.field == "valid_to"
    assert appoint(account.id, Role.SPEAKER, unit.id, DAY, DAY).id


def test_the_last_day_still_counts_when_an_appointment_is_ended(app: Flask) -> None:
    unit = make_unit()
    account = make_appointee(Role.PLANNER, unit)
    kept = db.session.scalars(sa.select(Appointment)).one()
    ended = end_appointment(kept.id, DAY, Scope.of([path_of(unit)]))
    assert ended.valid_to == DAY
    with clock.frozen(noon(DAY)):
        assert powers_of(account.id).may(Permission.CAMPAIGN_MANAGE)
    with clock.frozen(noon(DAY + timedelta(days=1))):
        assert powers_of(account.id).held == ()


def test_ending_never_makes_an_appointment_longer(app: Flask) -> None:
    unit = make_unit()
    account = make_account()
    kept = appoint(account.id, Role.PLANNER, unit.id, LONG_AGO, DAY)
    with pytest.raises(Invalid):
        end_appointment(kept.id, DAY + timedelta(days=30), Scope.of([path_of(unit)]))
    assert kept.valid_to == DAY
    end_appointment(kept.id, DAY, Scope.of([path_of(unit)]))
    end_appointment(kept.id, DAY - timedelta(days=5), Scope.of([path_of(unit)]))
    assert kept.valid_to == DAY - timedelta(days=5)


def test_an_appointment_ended_before_it_begins_never_holds(app: Flask) -> None:
    unit = make_unit()
    account = make_account()
    kept = appoint(account.id, Role.PLANNER, unit.id, DAY)
    end_appointment(kept.id, DAY - timedelta(days=1), Scope.of([path_of(unit)]))
    for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)):
        with clock.frozen(noon(day)):
            assert powers_of(account.id).held == ()


def test_an_appointment_elsewhere_cannot_be_ended(app: Flask) -> None:
    unit, other = make_unit(), make_unit()
    make_appointee(Role.PLANNER, unit)
    kept = db.session.scalars(sa.select(Appointment)).one()
    with pytest.raises(NotFound):
        end_appointment(kept.id, DAY, Scope.of([path_of(other)]))
    with pytest.raises(NotFound):
        end_appointment(10**6, DAY, Scope.of([path_of(unit)]))
    assert kept.valid_to is None


def test_those_in_force_are_listed_first(app: Flask) -> None:
    unit = make_unit()
    ended = appoint(make_account().id, Role.SPEAKER, unit.id, LONG_AGO, DAY)
    open_one = appoint(make_account().id, Role.PLANNER, unit.id, LONG_AGO)
    assert listed(Scope.of([path_of(unit)])) == [open_one, ended]


def test_the_same_role_is_not_held_twice_on_one_day(app: Flask) -> None:
    unit = make_unit()
    account = make_account()
    last = DAY + timedelta(days=10)
    appoint(account.id, Role.SPEAKER, unit.id, DAY, last)
    for start, end in ((last, None), (DAY - timedelta(days=5), DAY)):
        with pytest.raises(Invalid, match=last.strftime("%d/%m/%Y")) as refused:
            appoint(account.id, Role.SPEAKER, unit.id, start, end)
        assert refused.value.field == "valid_from"
    assert appoint(account.id, Role.PLANNER, unit.id, DAY).id
    assert appoint(account.id, Role.SPEAKER, make_unit().id, DAY).id
    assert appoint(account.id, Role.SPEAKER, unit.id, DAY - timedelta(9), DAY - timedelta(1)).id
    assert appoint(account.id, Role.SPEAKER, unit.id, last + timedelta(days=1)).id
    with pytest.raises(Invalid, match="chưa định ngày kết thúc"):
        appoint(account.id, Role.SPEAKER, unit.id, last + timedelta(days=30))
