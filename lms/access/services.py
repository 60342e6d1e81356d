"""Commands on appointments: appoint, end. Nobody appoints beyond their own subtree."""

from collections.abc import Collection
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.access.models import Appointment
from lms.access.policy import Role
from lms.base import clock
from lms.base.errors import Invalid, NotFound
from lms.extensions import db
from lms.units.models import Decision
from lms.units.queries import Scope, get_unit


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

    Invalid when the days are out of order or overlap with the same role held there."""
    get_unit(unit_id, scope)
    if valid_to is not None and valid_to < valid_from:
        raise Invalid(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="valid_to")
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
