"""Reads of venues: those of a scope, what may be held there, who may still join the list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.base import clock
from lms.base.errors import NotFound
from lms.base.paging import Page, fetch_page
from lms.base.vietnamese import clean, typed_words
from lms.extensions import db
from lms.people.models import Member
from lms.people.queries.search import is_found_by
from lms.training.models import Campaign, CampaignState, Enrolment, TrainingSession
from lms.units.models import UnitVersion
from lms.units.queries import Scope, present_of, standing_in
from lms.viewing.models import RollCallEntry, RollCallState, Venue

MOST_FOUND = 20


def _venues() -> Any:
    return (
        sa.select(Venue)
        .join(TrainingSession, TrainingSession.id == Venue.session_id)
        .join(Campaign, Campaign.id == TrainingSession.campaign_id)
        .options(
            contains_eager(Venue.session).contains_eager(TrainingSession.campaign),
            joinedload(Venue.run),
        )
    )


def _one(query: Any, lock: bool) -> Venue:
    if lock:
        query = query.with_for_update(of=Venue).execution_options(populate_existing=True)
    venue: Venue | None = db.session.scalar(query)
    if venue is None:
        raise NotFound
    return venue


def get_venue(venue_id: int, scope: Scope, lock: bool = False) -> Venue:
    """A venue of a unit in the scope, with its session and campaign; NotFound otherwise.

    `lock` holds its row: whoever changes the list takes turns.
    """
    inside = Venue.unit_id.in_(standing_in(scope)) if scope.paths else sa.false()
    return _one(_venues().where(Venue.id == venue_id, inside), lock)


def get_venue_of_claim(venue_id: int, lock: bool = False) -> Venue:
    """The venue that a code of ours names, whoever scanned it."""
    return _one(_venues().where(Venue.id == venue_id), lock)


@dataclass(frozen=True)
class VenueRow:
    """A venue in a list, with the short name of its unit and how many came of how many."""

    venue: Venue
    unit_name: str
    expected: int
    present: int


def list_venues(scope: Scope, number: int) -> Page[VenueRow]:
    """Venues of a scope, the newest first."""
    expected = _count(RollCallEntry.enrolment_id.is_not(None), RollCallEntry.is_expected)
    present = _count(
        RollCallEntry.enrolment_id.is_not(None), RollCallEntry.state == RollCallState.PRESENT
    )
    query = (
        _venues()
        .join(UnitVersion, present_of(Venue.unit_id))
        .where(scope.condition())
        .add_columns(UnitVersion.short_name, expected, present)
        .order_by(Venue.starts_at.desc(), Venue.id.desc())
    )
    page = fetch_page(query, number)
    return Page([VenueRow(*row) for row in page.rows], page.number, page.has_next)


def _count(*conditions: Any) -> Any:
    return (
        sa.select(sa.func.count(RollCallEntry.id))
        .where(RollCallEntry.venue_id == Venue.id, *conditions)
        .correlate(Venue)
        .scalar_subquery()
    )


def _to_hold(scope: Scope) -> Any:
    """Sessions of open campaigns in which somebody of the scope is enrolled."""
    enrolled = (
        sa.select(Enrolment.id)
        .join(UnitVersion, present_of(Enrolment.unit_id))
        .where(
            Enrolment.campaign_id == Campaign.id,
            Enrolment.withdrawn_at.is_(None),
            scope.condition(),
        )
        .correlate(Campaign)
        .exists()
    )
    return (
        sa.select(TrainingSession)
        .join(Campaign, Campaign.id == TrainingSession.campaign_id)
        .where(Campaign.state == CampaignState.OPEN, Campaign.closes_at > clock.now(), enrolled)
        .options(
            contains_eager(TrainingSession.campaign),
            selectinload(TrainingSession.runs),
        )
    )


def list_sessions_to_hold(scope: Scope) -> Sequence[TrainingSession]:
    """The sessions for which a venue can be opened, campaign by campaign."""
    query = _to_hold(scope).order_by(
        Campaign.opens_at.desc(), Campaign.id, TrainingSession.position, TrainingSession.id
    )
    return list(db.session.scalars(query))


def get_session_to_hold(session_id: int, scope: Scope) -> TrainingSession:
    """One of them; NotFound otherwise."""
    session: TrainingSession | None = db.session.scalar(
        _to_hold(scope).where(TrainingSession.id == session_id)
    )
    if session is None:
        raise NotFound
    return session


def enrolled_below(campaign_id: int, paths: Iterable[str]) -> Any:
    """A select of the ids of enrolments (not withdrawn) in units at or below some paths."""
    return (
        sa.select(Enrolment.id)
        .join(UnitVersion, present_of(Enrolment.unit_id))
        .where(
            Enrolment.campaign_id == campaign_id,
            Enrolment.withdrawn_at.is_(None),
            Scope.of(paths).condition(),
        )
    )


@dataclass(frozen=True)
class Joiner:
    """Somebody of the campaign who is not on a venue's list, or waits there."""

    enrolment_id: int
    name: str
    code: str | None
    unit_name: str


def find_joiners(venue: Venue, scope: Scope, text: str) -> list[Joiner]:
    """People of the venue's campaign who are not expected there: of the scope by name or card
    number, of other units by the whole card number alone, which only the person can tell."""
    if not typed_words(text):
        return []
    inside = sa.and_(scope.condition(), is_found_by(text))
    query = _joiners(venue).where(sa.or_(inside, Member.code == clean(text)))
    query = query.order_by(Member.sort_key, Member.id).limit(MOST_FOUND)
    return [Joiner(*row) for row in db.session.execute(query)]


def is_joiner(venue: Venue, enrolment_id: int, scope: Scope, code: str) -> bool:
    """Whether somebody may be put on the list: of the scope, or by their whole card number."""
    known = Member.code == clean(code) if clean(code) else sa.false()
    query = _joiners(venue).where(Enrolment.id == enrolment_id, sa.or_(scope.condition(), known))
    return db.session.execute(query).first() is not None


def _joiners(venue: Venue) -> Any:
    listed = sa.select(RollCallEntry.enrolment_id).where(
        RollCallEntry.venue_id == venue.id,
        RollCallEntry.enrolment_id.is_not(None),
        RollCallEntry.is_expected,
    )
    return (
        sa.select(Enrolment.id, Member.name, Member.code, UnitVersion.short_name)
        .join(Member, Member.id == Enrolment.member_id)
        .join(UnitVersion, present_of(Enrolment.unit_id))
        .where(
            Enrolment.campaign_id == venue.session.campaign_id,
            Enrolment.withdrawn_at.is_(None),
            Enrolment.id.not_in(listed),
        )
    )


@dataclass(frozen=True)
class OwnPlace:
    """A venue where a member is on the list, and how they stand there."""

    venue: Venue
    entry: RollCallEntry


def list_own_places(enrolment_id: int, session_id: int) -> list[OwnPlace]:
    """Where a member is expected (or was) for a session, the earliest first."""
    query = (
        _own()
        .where(RollCallEntry.enrolment_id == enrolment_id, Venue.session_id == session_id)
        .where(Venue.cancelled_at.is_(None))
        .order_by(Venue.starts_at, Venue.id)
    )
    return [OwnPlace(*row) for row in db.session.execute(query)]


def get_own_place(venue_id: int, member_id: int) -> OwnPlace:
    """A member's own place at a venue; NotFound when they are not on its list."""
    query = (
        _own()
        .join(Enrolment, Enrolment.id == RollCallEntry.enrolment_id)
        .where(
            Venue.id == venue_id,
            Enrolment.member_id == member_id,
            Enrolment.withdrawn_at.is_(None),
        )
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return OwnPlace(*row)


def _own() -> Any:
    return (
        _venues().join(RollCallEntry, RollCallEntry.venue_id == Venue.id).add_columns(RollCallEntry)
    )
