"""Reads of training sessions for those who prepare them: organisers and speakers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.access.models import Appointment
from lms.access.policy import Role
from lms.access.queries import in_force
from lms.base import clock
from lms.base.errors import NotFound
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import (
    Campaign,
    CampaignState,
    Material,
    TrainingSession,
)
from lms.training.queries.readers import Reader, managed_by, speaks_in
from lms.units.models import UnitVersion
from lms.units.queries import Scope, is_present, present_of


def list_sessions(campaign_id: int) -> Sequence[TrainingSession]:
    """All sessions of a campaign in their order, with speakers, directives and materials."""
    query = (
        sa.select(TrainingSession)
        .where(TrainingSession.campaign_id == campaign_id)
        .order_by(TrainingSession.position, TrainingSession.id)
        .options(
            joinedload(TrainingSession.runs),
            selectinload(TrainingSession.speakers),
            selectinload(TrainingSession.directives),
            selectinload(TrainingSession.materials),
        )
    )
    return db.session.scalars(query).unique().all()


def get_managed_session(session_id: int, scope: Scope, lock: bool = False) -> TrainingSession:
    """A session of a campaign in the scope, with its files; NotFound otherwise."""
    query = _sessions().where(TrainingSession.id == session_id, managed_by(scope))
    return _one(query.with_for_update(of=TrainingSession) if lock else query)


def get_session_to_prepare(reader: Reader, session_id: int) -> TrainingSession:
    """A session that this reader speaks in or organises; NotFound otherwise."""
    query = _sessions().where(
        TrainingSession.id == session_id,
        sa.or_(speaks_in(reader.account_id, TrainingSession.id), managed_by(reader.manages)),
    )
    return _one(query)


def _sessions() -> sa.Select[TrainingSession]:
    return (
        sa.select(TrainingSession)
        .join(Campaign, Campaign.id == TrainingSession.campaign_id)
        .options(
            contains_eager(TrainingSession.campaign),
            joinedload(TrainingSession.video),
            joinedload(TrainingSession.captions),
            joinedload(TrainingSession.poster),
            selectinload(TrainingSession.speakers),
            selectinload(TrainingSession.directives),
            selectinload(TrainingSession.runs),
        )
    )


def _one(query: sa.Select[TrainingSession]) -> TrainingSession:
    session = db.session.scalar(query)
    if session is None:
        raise NotFound
    return session


@dataclass(frozen=True)
class SpeakerSession:
    """A session of a speaker, with how many materials it has now."""

    session: TrainingSession
    material_count: int


def list_sessions_of_speaker(account_id: int) -> list[SpeakerSession]:
    """What an account speaks in: campaigns under way first, then the newest."""
    materials = (
        sa.select(sa.func.count(Material.id))
        .where(Material.session_id == TrainingSession.id, Material.withdrawn_at.is_(None))
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    query: Any = (
        sa.select(TrainingSession, materials)
        .join(Campaign, Campaign.id == TrainingSession.campaign_id)
        .where(speaks_in(account_id, TrainingSession.id))
        .order_by(
            (Campaign.state == CampaignState.CLOSED),
            Campaign.opens_at.desc(),
            TrainingSession.position,
            TrainingSession.id,
        )
        .options(
            contains_eager(TrainingSession.campaign),
            selectinload(TrainingSession.runs),
        )
    )
    return [SpeakerSession(*row) for row in db.session.execute(query)]


def list_speaker_choices(campaign: Campaign) -> Sequence[Account]:
    """Accounts that are speakers today, over the campaign's unit, above it or below it."""
    own = sa.select(UnitVersion.path).where(present_of(sa.literal(campaign.unit_id, sa.Integer())))
    path = db.session.scalar(own) or ""
    above = [path[: at + 1] for at, char in enumerate(path) if char == "/" and at > 0]
    speakers = (
        sa.select(Appointment.account_id)
        .join(UnitVersion, UnitVersion.unit_id == Appointment.unit_id)
        .where(
            Appointment.role == Role.SPEAKER,
            in_force(clock.today()),
            is_present(),
            sa.or_(UnitVersion.path.in_(above), Scope.of([path]).condition()),
        )
    )
    query = (
        sa.select(Account)
        .where(Account.id.in_(speakers), Account.is_disabled.is_(False))
        .order_by(Account.display_name, Account.id)
    )
    return db.session.scalars(query).all()


def next_position(campaign_id: int) -> int:
    """The place after the last session of a campaign."""
    last = sa.select(sa.func.max(TrainingSession.position)).where(
        TrainingSession.campaign_id == campaign_id
    )
    return (db.session.scalar(last) or 0) + 1
