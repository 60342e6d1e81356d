"""Reads of appointments: what an account may do today, and over which part of the tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from lms.access.models import Appointment
from lms.access.policy import CARRIES, SECOND_STEP_ROLES, Permission, Role
from lms.base import clock
from lms.extensions import db
from lms.units.models import UnitVersion
from lms.units.queries import Scope, is_present


def in_force(on: date) -> sa.ColumnElement[bool]:
    """The condition of an appointment that holds on a day; one that was handed on holds only while
    the giver's own does, over the unit too, and the giver is not shut out."""
    giver = aliased(Appointment)
    accounts = sa.table("account", sa.column("id"), sa.column("is_disabled"))
    above, below = aliased(UnitVersion), aliased(UnitVersion)
    holds = (
        sa.select(giver.id)
        .join(accounts, accounts.c.id == giver.account_id)
        .join(above, sa.and_(above.unit_id == giver.unit_id, above.valid_to.is_(None)))
        .join(below, sa.and_(below.valid_to.is_(None), below.path.startswith(above.path)))
        .where(
            giver.id == Appointment.delegated_by_id,
            below.unit_id == Appointment.unit_id,
            giver.valid_from <= on,
            sa.or_(giver.valid_to.is_(None), giver.valid_to >= on),
            accounts.c.is_disabled.is_(False),
        )
        .exists()
    )
    return sa.and_(
        Appointment.valid_from <= on,
        sa.or_(Appointment.valid_to.is_(None), Appointment.valid_to >= on),
        sa.or_(Appointment.delegated_by_id.is_(None), holds),
    )


@dataclass(frozen=True)
class Powers:
    """The roles an account holds today, each with the path of the subtree it holds for."""

    held: tuple[tuple[Role, str], ...]

    def may(self, permission: str) -> bool:
        """Whether the account holds a permission anywhere."""
        return any(permission in CARRIES[role] for role, _path in self.held)

    @property
    def asks_second_step(self) -> bool:
        """Whether one of the roles is held only with a second step at sign-in."""
        return any(role in SECOND_STEP_ROLES for role, _path in self.held)

    def scope(self, permission: str) -> Scope:
        """Where the account holds a permission; an empty scope sees nothing."""
        return Scope.of(path for role, path in self.held if permission in CARRIES[role])


def powers_of(account_id: int) -> Powers:
    """All that an account may do today, in one statement."""
    query = (
        sa.select(Appointment.role, UnitVersion.path)
        .join(UnitVersion, UnitVersion.unit_id == Appointment.unit_id)
        .where(Appointment.account_id == account_id, in_force(clock.today()), is_present())
    )
    return Powers(tuple((role, path) for role, path in db.session.execute(query)))


def list_whole_tree_administrators() -> list[int]:
    """Accounts, not closed ones, that administer every unit there is today, by number."""
    accounts = sa.table("account", sa.column("id"), sa.column("is_disabled"))
    query = (
        sa.select(Appointment.account_id)
        .join(UnitVersion, UnitVersion.unit_id == Appointment.unit_id)
        .join(accounts, accounts.c.id == Appointment.account_id)
        .where(
            Appointment.role == Role.ADMINISTRATOR,
            UnitVersion.depth == 0,
            in_force(clock.today()),
            is_present(),
            accounts.c.is_disabled.is_(False),
        )
        .distinct()
        .order_by(Appointment.account_id)
    )
    return list(db.session.scalars(query))


def list_appointments(scope: Scope) -> sa.Select[Appointment]:
    """Appointments in a scope: those without an end, those with one ahead, those that are over."""
    is_over = sa.and_(Appointment.valid_to.is_not(None), Appointment.valid_to < clock.today())
    return (
        sa.select(Appointment)
        .join(UnitVersion, UnitVersion.unit_id == Appointment.unit_id)
        .where(scope.condition(), is_present())
        .options(joinedload(Appointment.delegated_by))
        .order_by(is_over, Appointment.valid_to.is_not(None), Appointment.role, Appointment.id)
    )


def list_own(account_id: int) -> Sequence[Appointment]:
    """What an account holds today by appointment, not by delegation: what it may hand on."""
    query = (
        sa.select(Appointment)
        .join(UnitVersion, UnitVersion.unit_id == Appointment.unit_id)
        .where(
            Appointment.account_id == account_id,
            Appointment.delegated_by_id.is_(None),
            in_force(clock.today()),
            is_present(),
        )
        .order_by(Appointment.role, Appointment.id)
    )
    return db.session.scalars(query).all()


def list_given(account_id: int) -> Sequence[Appointment]:
    """What an account has handed on to others, the newest first."""
    giver = aliased(Appointment)
    query = (
        sa.select(Appointment)
        .join(giver, giver.id == Appointment.delegated_by_id)
        .where(giver.account_id == account_id)
        .order_by(Appointment.id.desc())
        .limit(200)
    )
    return db.session.scalars(query).all()


def list_received(account_id: int) -> Sequence[Appointment]:
    """What others have handed on to an account and is not over, the newest first."""
    query = (
        sa.select(Appointment)
        .where(
            Appointment.account_id == account_id,
            Appointment.delegated_by_id.is_not(None),
            Appointment.valid_to >= clock.today(),
        )
        .options(joinedload(Appointment.delegated_by))
        .order_by(Appointment.id.desc())
    )
    return db.session.scalars(query).all()


def reaches_beyond(account_id: int, scope: Scope) -> bool:
    """Whether an account may do something, today or later, outside a scope.

    Who holds such an account's password holds more than the scope gives.
    """
    query = (
        sa.select(UnitVersion.path)
        .join(Appointment, Appointment.unit_id == UnitVersion.unit_id)
        .where(
            Appointment.account_id == account_id,
            sa.or_(Appointment.valid_to.is_(None), Appointment.valid_to >= clock.today()),
            is_present(),
        )
    )
    return not all(scope.covers(path) for path in db.session.scalars(query))


def outranks(account_id: int, powers: Powers) -> bool:
    """Whether an account may do something, today or later, that the holder of `powers` neither may
    do there nor may appoint somebody for. Who hands such an account a password gains by it."""
    appointing = powers.scope(Permission.APPOINTMENT_MANAGE)
    query = (
        sa.select(Appointment.role, UnitVersion.path)
        .join(UnitVersion, UnitVersion.unit_id == Appointment.unit_id)
        .where(
            Appointment.account_id == account_id,
            sa.or_(Appointment.valid_to.is_(None), Appointment.valid_to >= clock.today()),
            is_present(),
        )
    )
    return any(
        not appointing.covers(path)
        and not all(powers.scope(permission).covers(path) for permission in CARRIES[role])
        for role, path in db.session.execute(query)
    )


def is_appointed(account_id: int, scope: Scope) -> bool:
    """Whether an account holds an appointment inside a scope, and none outside it."""
    query = (
        sa.select(Appointment.id)
        .join(UnitVersion, UnitVersion.unit_id == Appointment.unit_id)
        .where(
            Appointment.account_id == account_id,
            sa.or_(Appointment.valid_to.is_(None), Appointment.valid_to >= clock.today()),
            scope.condition(),
            is_present(),
        )
        .limit(1)
    )
    return db.session.scalar(query) is not None and not reaches_beyond(account_id, scope)
