"""Reads of a venue's list: the people on it, their marks, who was refused."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base.errors import NotFound
from lms.extensions import db
from lms.people.models import Account, Member
from lms.training.models import Enrolment, Obligation, ParticipationKind
from lms.units.models import UnitVersion
from lms.units.queries import present_of
from lms.viewing.models import (
    MarkAct,
    RollCallEntry,
    RollCallMark,
    RollCallMethod,
    RollCallState,
    SessionCredit,
    Venue,
)
from lms.viewing.roll_call import is_counted


@dataclass(frozen=True)
class ListedPerson:
    """One person of a list: a learner with their unit, or a guest (no enrolment)."""

    entry: RollCallEntry
    name: str
    code: str
    unit_name: str
    is_withdrawn: bool
    is_voluntary: bool
    """On the list without being obliged to come."""

    @property
    def id(self) -> int:
        return self.entry.id

    @property
    def is_guest(self) -> bool:
        return self.entry.enrolment_id is None

    @property
    def is_present(self) -> bool:
        return self.entry.state is RollCallState.PRESENT

    @property
    def is_left(self) -> bool:
        """Whether they were there at the end."""
        return self.entry.left_at is not None


@dataclass(frozen=True)
class RollCall:
    """A venue's whole list, in the order of the names, and the figures that come of it."""

    people: list[ListedPerson]
    checks_exit: bool

    @property
    def learners(self) -> list[ListedPerson]:
        """Everybody who belongs on the list: expected, or admitted."""
        return [
            one
            for one in self.people
            if not one.is_guest and (one.entry.is_expected or one.is_present)
        ]

    @property
    def convened(self) -> list[ListedPerson]:
        """Those of them who are obliged to come."""
        return [one for one in self.learners if not one.is_voluntary]

    @property
    def guests(self) -> list[ListedPerson]:
        return [one for one in self.people if one.is_guest and one.is_present]

    @property
    def waiting(self) -> list[ListedPerson]:
        return self._in(RollCallState.WAITING)

    @property
    def turned_away(self) -> list[ListedPerson]:
        return self._in(RollCallState.TURNED_AWAY)

    @property
    def excused(self) -> list[ListedPerson]:
        return self._in(RollCallState.EXCUSED)

    @property
    def present(self) -> list[ListedPerson]:
        return [one for one in self.learners if one.is_present]

    @property
    def absent(self) -> list[ListedPerson]:
        return [one for one in self.learners if one.entry.state is RollCallState.EXPECTED]

    @property
    def stayed(self) -> list[ListedPerson]:
        """Who was there at the end, of those who entered."""
        return [one for one in self.present if one.is_left]

    @property
    def left_only(self) -> list[ListedPerson]:
        """Who was marked at the end alone, and not as entering."""
        return [one for one in self.absent if one.is_left]

    @property
    def counted(self) -> list[ListedPerson]:
        """Who is credited when the list is closed."""
        return [
            one
            for one in self.learners
            if not one.is_withdrawn
            and is_counted(one.entry.state, one.entry.left_at, checks_exit=self.checks_exit)
        ]

    @property
    def entry_total(self) -> int:
        """How many a headcount at the entry should find: names and guests."""
        return len(self.present) + len(self.guests)

    @property
    def exit_total(self) -> int:
        """The same at the end; guests are counted as long as they are on the list."""
        return len(self.stayed) + len(self.guests)

    def _in(self, state: RollCallState) -> list[ListedPerson]:
        return [one for one in self.people if not one.is_guest and one.entry.state is state]


def read_roll_call(venue: Venue) -> RollCall:
    """The list of a venue, in one statement."""
    query = _people(venue.id).order_by(Member.sort_key, Member.id, RollCallEntry.id)
    people = [ListedPerson(*row) for row in db.session.execute(query)]
    return RollCall(people, venue.checks_exit)


def get_person(venue_id: int, entry_id: int) -> ListedPerson:
    """One person of a list; NotFound when they are not on this one."""
    row = db.session.execute(_people(venue_id).where(RollCallEntry.id == entry_id)).first()
    if row is None:
        raise NotFound
    return ListedPerson(*row)


def _people(venue_id: int) -> Any:
    return (
        sa.select(
            RollCallEntry,
            sa.func.coalesce(Member.name, RollCallEntry.guest_name),
            sa.func.coalesce(Member.code, ""),
            sa.func.coalesce(UnitVersion.short_name, RollCallEntry.guest_note),
            Enrolment.withdrawn_at.is_not(None),
            sa.func.coalesce(Enrolment.obligation != Obligation.REQUIRED, sa.false()),
        )
        .outerjoin(Enrolment, Enrolment.id == RollCallEntry.enrolment_id)
        .outerjoin(Member, Member.id == Enrolment.member_id)
        .outerjoin(UnitVersion, present_of(Enrolment.unit_id))
        .where(RollCallEntry.venue_id == venue_id)
    )


def count_present(venue_id: int) -> int:
    """How many are in the room by the list, guests too."""
    query = sa.select(sa.func.count(RollCallEntry.id)).where(
        RollCallEntry.venue_id == venue_id, RollCallEntry.state == RollCallState.PRESENT
    )
    return int(db.session.scalar(query) or 0)


def find_enrolled_entry(
    venue: Venue, member_id: int | None
) -> tuple[Enrolment | None, RollCallEntry | None]:
    """A member's enrolment in the venue's campaign, and their place on its list."""
    query = (
        sa.select(Enrolment, RollCallEntry)
        .outerjoin(
            RollCallEntry,
            sa.and_(RollCallEntry.enrolment_id == Enrolment.id, RollCallEntry.venue_id == venue.id),
        )
        .where(
            Enrolment.campaign_id == venue.session.campaign_id,
            Enrolment.member_id == member_id,
            Enrolment.withdrawn_at.is_(None),
        )
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row is not None else (None, None)


@dataclass(frozen=True)
class MarkRow:
    """One mark as it is shown: on whom, what, how, when, by whom (none: the system)."""

    entry_id: int
    act: MarkAct
    method: RollCallMethod
    marked_at: datetime
    actor: str | None
    note: str


def list_marks(venue_id: int, entry_id: int | None = None) -> list[MarkRow]:
    """The marks on one person, in order; without one, the refused claims of a whole venue."""
    query = (
        sa.select(
            RollCallMark.entry_id,
            RollCallMark.act,
            RollCallMark.method,
            RollCallMark.marked_at,
            Account.display_name,
            RollCallMark.note,
        )
        .outerjoin(Account, Account.id == RollCallMark.actor_id)
        .where(RollCallMark.venue_id == venue_id)
        .order_by(RollCallMark.marked_at, RollCallMark.key)
    )
    if entry_id is None:
        query = query.where(RollCallMark.act == MarkAct.REFUSE)
    else:
        query = query.where(RollCallMark.entry_id == entry_id)
    return [MarkRow(*row) for row in db.session.execute(query)]


def known_entries(venue_id: int, entry_ids: Collection[int]) -> dict[int, RollCallEntry]:
    """Those of some entries that stand on a venue's list, by id."""
    query = sa.select(RollCallEntry).where(
        RollCallEntry.venue_id == venue_id, RollCallEntry.id.in_(entry_ids)
    )
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return {entry.id: entry for entry in rows}


def find_credit(venue_id: int, enrolment_id: int) -> SessionCredit | None:
    """The credit that stands because somebody is on a venue's closed list."""
    return db.session.scalar(
        sa.select(SessionCredit).where(
            SessionCredit.venue_id == venue_id,
            SessionCredit.enrolment_id == enrolment_id,
            SessionCredit.kind == ParticipationKind.VENUE_ROLL_CALL,
            SessionCredit.revoked_at.is_(None),
        )
    )


def find_other_closed_place(venue: Venue, enrolment_id: int) -> Venue | None:
    """Another closed venue of the same session on whose list somebody is counted."""
    query = (
        sa.select(Venue, RollCallEntry)
        .join(RollCallEntry, RollCallEntry.venue_id == Venue.id)
        .where(
            Venue.session_id == venue.session_id,
            Venue.id != venue.id,
            Venue.closed_at.is_not(None),
            RollCallEntry.enrolment_id == enrolment_id,
        )
        .order_by(Venue.closed_at, Venue.id)
    )
    for other, entry in db.session.execute(query):
        if is_counted(entry.state, entry.left_at, checks_exit=other.checks_exit):
            return other
    return None
