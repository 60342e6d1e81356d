"""Reads of directives: the list with the reader's own first, one, and the sessions about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.base import clock
from lms.base.errors import NotFound
from lms.base.paging import Page, fetch_page
from lms.extensions import db
from lms.training.models import (
    Campaign,
    CampaignDirective,
    Directive,
    Enrolment,
    SessionDirective,
    TrainingSession,
)
from lms.training.queries.readers import (
    Reader,
    enrolment_condition,
    managed_by,
    speaks_in,
)
from lms.units.models import UnitVersion
from lms.units.queries import Scope, present_of, standing_in

MOST_CHOICES = 200


def list_directives(reader: Reader, number: int) -> Page[Any]:
    """(Directive, whether the reader studies it) of all: theirs first, then the newest."""
    studied = (
        sa.select(CampaignDirective.directive_id)
        .join(Campaign, Campaign.id == CampaignDirective.campaign_id)
        .join(Enrolment, enrolment_condition(reader))
    )
    is_studied = Directive.id.in_(studied).label("is_studied")
    query = sa.select(Directive, is_studied).order_by(
        is_studied.desc(), Directive.issued_on.desc(), Directive.id.desc()
    )
    return fetch_page(query, number)


def list_directive_choices() -> Sequence[Directive]:
    """The newest directives, to be chosen from in a form."""
    query = sa.select(Directive).order_by(Directive.issued_on.desc(), Directive.id.desc())
    return db.session.scalars(query.limit(MOST_CHOICES)).all()


def list_directives_by_id(directive_ids: Sequence[int]) -> Sequence[Directive]:
    """Directives by id; unknown ids are left out."""
    return db.session.scalars(sa.select(Directive).where(Directive.id.in_(directive_ids))).all()


def get_directive(directive_id: int) -> Directive:
    """A directive with its file."""
    query = (
        sa.select(Directive).options(joinedload(Directive.file)).where(Directive.id == directive_id)
    )
    directive = db.session.scalar(query)
    if directive is None:
        raise NotFound
    return directive


def get_kept_directive(directive_id: int, scope: Scope, lock: bool = False) -> Directive:
    """A directive that somebody with this scope keeps; NotFound otherwise."""
    kept = standing_in(scope)
    query = sa.select(Directive).where(
        Directive.id == directive_id,
        sa.or_(Directive.unit_id.is_(None), Directive.unit_id.in_(kept)),
    )
    directive = db.session.scalar(query.with_for_update() if lock else query)
    if directive is None:
        raise NotFound
    return directive


def is_kept_within(directive: Directive, scope: Scope) -> bool:
    """Whether somebody with this scope may change a directive."""
    if not scope.paths:
        return False
    if directive.unit_id is None:
        return True
    unit = sa.select(UnitVersion.id).where(
        present_of(sa.literal(directive.unit_id, sa.Integer())), scope.condition()
    )
    return db.session.scalar(unit) is not None


def find_same_directive(issuer: str, symbol: str, issued_on: Any) -> int | None:
    """The id of the directive with this issuer, symbol and date, if there is one."""
    query = sa.select(Directive.id).where(
        Directive.issuer == issuer, Directive.symbol == symbol, Directive.issued_on == issued_on
    )
    return db.session.scalar(query)


@dataclass(frozen=True)
class SessionLink:
    """A session about a directive, as this reader may reach it."""

    session: TrainingSession
    is_enrolled: bool
    is_managed: bool


def list_sessions_about(reader: Reader, directive_id: int) -> list[SessionLink]:
    """Published sessions about a directive: of the reader's campaigns, of campaigns they manage,
    and those they speak in. The newest campaign first."""
    is_enrolled = Enrolment.id.is_not(None).label("is_enrolled")
    is_managed = managed_by(reader.manages).label("is_managed")
    speaks = speaks_in(reader.account_id, TrainingSession.id)
    query = (
        sa.select(TrainingSession, is_enrolled, is_managed)
        .join(SessionDirective, SessionDirective.session_id == TrainingSession.id)
        .join(Campaign, Campaign.id == TrainingSession.campaign_id)
        .outerjoin(Enrolment, enrolment_condition(reader))
        .where(
            SessionDirective.directive_id == directive_id,
            TrainingSession.published_at <= clock.now(),
            sa.or_(is_enrolled, is_managed, speaks),
        )
        .order_by(Campaign.opens_at.desc(), TrainingSession.position, TrainingSession.id)
        .options(
            contains_eager(TrainingSession.campaign),
            joinedload(TrainingSession.runs),
            selectinload(TrainingSession.speakers),
        )
    )
    return [SessionLink(*row) for row in db.session.execute(query).unique()]
