"""Reads of materials: one to open, those of a session with how often each was opened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.base import clock
from lms.base.errors import NotFound
from lms.extensions import db
from lms.training.models import (
    Campaign,
    Enrolment,
    Material,
    MaterialOpening,
    TrainingSession,
)
from lms.training.queries.readers import (
    Reader,
    enrolment_condition,
    managed_by,
    speaks_in,
)


@dataclass(frozen=True)
class Opened:
    """A material that a reader opens. `enrolment_id` is set when it is read as a learner."""

    material: Material
    enrolment_id: int | None
    opened_at: datetime | None
    materials_read_at: datetime | None

    @property
    def is_worth_recording(self) -> bool:
        """Whether opening it now may change what is known of the learner."""
        return self.enrolment_id is not None and (
            self.opened_at is None or self.materials_read_at is None
        )


def is_published() -> sa.ColumnElement[bool]:
    """The condition of a material that learners may open now."""
    return sa.and_(Material.published_at <= clock.now(), Material.withdrawn_at.is_(None))


def open_material(reader: Reader, material_id: int) -> Opened:
    """A published material of the reader's campaign; those who prepare it see it before that.

    NotFound for everybody else, and once it is withdrawn.
    """
    prepares = sa.or_(
        managed_by(reader.manages),
        speaks_in(reader.account_id, Material.session_id),
    )
    learns = sa.and_(Enrolment.id.is_not(None), is_published())
    query: Any = (
        sa.select(
            Material,
            sa.case((learns, Enrolment.id)),
            MaterialOpening.opened_at,
            Enrolment.materials_read_at,
        )
        .join(TrainingSession, TrainingSession.id == Material.session_id)
        .join(Campaign, Campaign.id == TrainingSession.campaign_id)
        .outerjoin(Enrolment, enrolment_condition(reader))
        .outerjoin(
            MaterialOpening,
            sa.and_(
                MaterialOpening.material_id == Material.id,
                MaterialOpening.enrolment_id == Enrolment.id,
            ),
        )
        .where(
            Material.id == material_id,
            sa.or_(learns, sa.and_(prepares, Material.withdrawn_at.is_(None))),
        )
        .options(joinedload(Material.file))
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return Opened(*row)


def get_material_to_prepare(reader: Reader, material_id: int, lock: bool = False) -> Material:
    """A material of a session that this reader speaks in or organises; NotFound otherwise."""
    query = (
        sa.select(Material)
        .join(TrainingSession, TrainingSession.id == Material.session_id)
        .join(Campaign, Campaign.id == TrainingSession.campaign_id)
        .where(
            Material.id == material_id,
            sa.or_(
                managed_by(reader.manages),
                speaks_in(reader.account_id, Material.session_id),
            ),
        )
        .options(
            contains_eager(Material.session).contains_eager(TrainingSession.campaign),
            joinedload(Material.file),
        )
    )
    material = db.session.scalar(query.with_for_update(of=Material) if lock else query)
    if material is None:
        raise NotFound
    return material


@dataclass(frozen=True)
class MaterialRow:
    """A material of a session and how many have opened it."""

    material: Material
    opening_count: int


def list_materials_to_prepare(session_id: int) -> list[MaterialRow]:
    """All materials of a session, withdrawn ones last, with their files."""
    openings = (
        sa.select(sa.func.count())
        .where(MaterialOpening.material_id == Material.id)
        .correlate(Material)
        .scalar_subquery()
    )
    query: Any = (
        sa.select(Material, openings)
        .where(Material.session_id == session_id)
        .order_by(Material.withdrawn_at.is_not(None), Material.position, Material.id)
        .options(joinedload(Material.file))
    )
    return [MaterialRow(*row) for row in db.session.execute(query)]


def next_position(session_id: int) -> int:
    """The place after the last material of a session."""
    last = sa.select(sa.func.max(Material.position)).where(Material.session_id == session_id)
    return (db.session.scalar(last) or 0) + 1


def count_unopened(enrolment_id: int, campaign_id: int) -> int:
    """How many published materials of a campaign an enrolment has not opened yet."""
    opened = sa.select(MaterialOpening.material_id).where(
        MaterialOpening.enrolment_id == enrolment_id
    )
    query = (
        sa.select(sa.func.count(Material.id))
        .join(TrainingSession, TrainingSession.id == Material.session_id)
        .where(
            TrainingSession.campaign_id == campaign_id, is_published(), Material.id.not_in(opened)
        )
    )
    return db.session.scalar(query) or 0
