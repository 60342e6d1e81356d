"""Commands on appointments: appoint, end, hand on for a time. Nobody gives beyond their own
subtree."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from lms.access.models import Appointment
from lms.access.policy import Role
from lms.access.queries import in_force
from lms.base import clock
from lms.base.errors import Invalid, NotFound
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.units.models import Decision, UnitVersion
from lms.units.places import planned_ends
from lms.units.queries import Scope, get_unit, last_versions
from lms.units.services.tree import keep_standing

LONGEST_DELEGATION = timedelta(days=366)


def appoint(
    account_id: int,
    role: Role,
    unit_id: int,
    valid_from: date,
    valid_to: date | None = None,
    decision: Decision | None = None,
    scope: Scope | None = None,
) -> Appointment:
    """Give an account a role over a subtree. `scope` is where the actor may appoint.

    Invalid when the days are out of order, overlap with the same role held there, or go beyond the
    end of the unit, where that is recorded ahead: nobody inherits powers over what it becomes."""
    unit = get_unit(unit_id, scope)
    if valid_to is not None and valid_to < valid_from:
        raise Invalid(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="valid_to")
    _refuse_beyond_end(unit, valid_from, valid_to)
    lock_accounts([account_id])
    _refuse_overlap(account_id, role, unit_id, valid_from, valid_to)
    appointment = Appointment(
        account_id=account_id,
        role=role,
        unit_id=unit_id,
        valid_from=valid_from,
        valid_to=valid_to,
        decision_id=decision.id if decision else None,
        recorded_at=clock.now(),
    )
    db.session.add(appointment)
    db.session.flush()
    return appointment


def delegate(
    giver_id: int,
    appointment_id: int,
    account_id: int,
    unit_id: int,
    valid_from: date,
    valid_to: date,
    reason: str,
    decision: Decision | None = None,
) -> Appointment:
    """Hand one's own appointment, or a part of it, to another account until a day.

    It ends by itself, and with the giver's own; what was received is not handed on. NotFound for an
    appointment that is not the giver's to hand on today.
    """
    lock_accounts([giver_id, account_id])
    own = db.session.scalar(
        sa.select(Appointment).where(
            Appointment.id == appointment_id,
            Appointment.account_id == giver_id,
            Appointment.delegated_by_id.is_(None),
            in_force(clock.today()),
        )
    )
    if own is None:
        raise NotFound
    get_unit(unit_id, Scope.of([get_unit(own.unit_id).path]))
    if account_id == giver_id:
        raise Invalid(_("Đồng chí không thể ủy quyền cho chính mình."), field="login")
    if valid_from < clock.today():
        raise Invalid(_("Hãy chọn ngày từ hôm nay trở đi."), field="valid_from")
    if valid_to < valid_from:
        raise Invalid(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="valid_to")
    last = valid_from + LONGEST_DELEGATION
    if own.valid_to is not None:
        last = min(last, own.valid_to)
    keep_standing()
    if end := planned_ends([unit_id]).get(unit_id):
        last = min(last, end.on - timedelta(days=1))
    if valid_to > last:
        raise Invalid(
            _(
                "Ủy quyền được đến hết ngày %(day)s. Hãy chọn ngày sớm hơn.",
                day=last.strftime("%d/%m/%Y"),
            ),
            field="valid_to",
        )
    _refuse_overlap(account_id, own.role, unit_id, valid_from, valid_to)
    given = Appointment(
        account_id=account_id,
        role=own.role,
        unit_id=unit_id,
        valid_from=valid_from,
        valid_to=valid_to,
        decision_id=decision.id if decision else None,
        delegated_by_id=own.id,
        reason=clean(reason),
        recorded_at=clock.now(),
    )
    db.session.add(given)
    db.session.flush()
    return given


def revoke_delegation(appointment_id: int, giver_id: int) -> Appointment:
    """Take back at once what one has handed on. NotFound for what somebody else handed on."""
    giver = aliased(Appointment)
    given = db.session.scalar(
        sa.select(Appointment)
        .join(giver, giver.id == Appointment.delegated_by_id)
        .where(Appointment.id == appointment_id, giver.account_id == giver_id)
        .with_for_update(of=Appointment)
    )
    if given is None:
        raise NotFound
    yesterday = clock.today() - timedelta(days=1)
    if given.valid_to is not None and given.valid_to <= yesterday:
        raise Invalid(
            _("Ủy quyền này đã kết thúc ngày %(day)s.", day=given.valid_to.strftime("%d/%m/%Y"))
        )
    if given.valid_from > yesterday:
        db.session.delete(given)
    else:
        given.valid_to = yesterday
    db.session.flush()
    return given


def lock_accounts(account_ids: Iterable[int]) -> None:
    """Let changes of accounts' appointments, and closing them, wait for each other."""
    account = sa.table("account", sa.column("id"))
    for account_id in sorted(set(account_ids)):
        row = sa.select(account.c.id).where(account.c.id == account_id)
        db.session.execute(row.with_for_update(key_share=True))


def _refuse_beyond_end(unit: UnitVersion, valid_from: date, valid_to: date | None) -> None:
    keep_standing()
    end = planned_ends([unit.unit_id]).get(unit.unit_id)
    if end is None or (valid_to is not None and valid_to < end.on):
        return
    values = {
        "name": unit.name,
        "day": end.on.strftime("%d/%m/%Y"),
        "last": (end.on - timedelta(days=1)).strftime("%d/%m/%Y"),
        "into": last_versions([end.successor_id])[end.successor_id].name,
    }
    if valid_from >= end.on:
        raise Invalid(
            _(
                "%(name)s kết thúc từ ngày %(day)s. Khi đến ngày ấy, hãy phân công ở %(into)s.",
                **values,
            ),
            field="valid_from",
        )
    raise Invalid(
        _(
            "%(name)s kết thúc từ ngày %(day)s. Hãy phân công đến hết ngày %(last)s, "
            "rồi phân công tiếp ở %(into)s.",
            **values,
        ),
        field="valid_to",
    )


def _refuse_overlap(
    account_id: int, role: Role, unit_id: int, valid_from: date, valid_to: date | None
) -> None:
    """Invalid when the same role over the same unit is theirs already on one of the days."""
    query = sa.select(Appointment).where(
        Appointment.account_id == account_id,
        Appointment.role == role,
        Appointment.unit_id == unit_id,
        sa.or_(Appointment.valid_to.is_(None), Appointment.valid_to >= valid_from),
    )
    if valid_to is not None:
        query = query.where(Appointment.valid_from <= valid_to)
    kept = db.session.scalars(query.order_by(Appointment.valid_from)).first()
    if kept is None:
        return
    if kept.valid_to is None:
        raise Invalid(
            _(
                "Người này đã được phân công vai trò ấy ở đơn vị này từ %(day)s, "
                "chưa định ngày kết thúc.",
                day=kept.valid_from.strftime("%d/%m/%Y"),
            ),
            field="valid_from",
        )
    raise Invalid(
        _(
            "Người này đã được phân công vai trò ấy ở đơn vị này đến %(day)s.",
            day=kept.valid_to.strftime("%d/%m/%Y"),
        ),
        field="valid_from",
    )


def end_appointment(appointment_id: int, last_day: date, scope: Scope) -> Appointment:
    """End an appointment on a day, never later than it ends anyway; one that has not begun by then
    goes altogether. NotFound outside the actor's scope."""
    appointment = db.session.scalar(
        sa.select(Appointment).where(Appointment.id == appointment_id).with_for_update()
    )
    if appointment is None:
        raise NotFound
    get_unit(appointment.unit_id, scope)
    if appointment.valid_to is not None and appointment.valid_to < last_day:
        raise Invalid(
            _(
                "Phân công này đã kết thúc ngày %(day)s.",
                day=appointment.valid_to.strftime("%d/%m/%Y"),
            )
        )
    if last_day < appointment.valid_from:
        db.session.execute(
            sa.delete(Appointment).where(Appointment.delegated_by_id == appointment.id)
        )
        db.session.delete(appointment)
    else:
        appointment.valid_to = last_day
    db.session.flush()
    return appointment


def end_over(unit_ids: Collection[int], on: date) -> None:
    """End the appointments over units that are no more from a day on; what was to begin later goes
    altogether. Nobody inherits powers over a successor: that takes an appointment of its own."""
    query = sa.select(Appointment).where(
        Appointment.unit_id.in_(unit_ids),
        sa.or_(Appointment.valid_to.is_(None), Appointment.valid_to >= on),
    )
    for appointment in db.session.scalars(query.order_by(Appointment.id)):
        if appointment.valid_from >= on:
            db.session.delete(appointment)
        else:
            appointment.valid_to = on - timedelta(days=1)
    db.session.flush()
