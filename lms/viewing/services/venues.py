"""Opening and cancelling venues, and who stands on their lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed, NotFound
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import CampaignState, TrainingSession
from lms.training.session_words import run_hours
from lms.units.queries import Scope, get_unit, get_versions
from lms.viewing.models import MarkAct, RollCallEntry, RollCallMethod, RollCallState, Venue
from lms.viewing.queries.roll_call import get_person
from lms.viewing.queries.venues import enrolled_below, is_joiner
from lms.viewing.roll_call import NewMark
from lms.viewing.services.roll_call import fresh_key, mark_people, refold, require_open

LONGEST = timedelta(hours=24)
MOST_GUESTS = 200


@dataclass(frozen=True)
class VenueValues:
    """What is said when a venue is opened. Without `unit_ids` everybody below the unit is
    expected."""

    unit_id: int
    unit_ids: Sequence[int]
    run_id: int | None
    place: str
    starts_at: datetime
    ends_at: datetime
    checks_exit: bool


def open_venue(
    actor: Account, session: TrainingSession, values: VenueValues, scope: Scope
) -> Venue:
    """Open a venue for a session and put everybody who is expected on its list.

    `session` is one that may be held in the scope (get_session_to_hold). Invalid when the hours
    are out of order or not those of the run, or nobody would be expected; NotFound for a unit
    outside the scope.
    """
    _check_hours(session, values)
    if values.run_id is not None:
        _check_run(session, values)
    unit = get_unit(values.unit_id, scope)
    below = get_versions(values.unit_ids)
    if set(below) != set(values.unit_ids):
        raise NotFound
    paths = [version.path for version in below.values()] or [unit.path]
    if not all(scope.covers(path) for path in paths):
        raise NotFound
    if not all(path.startswith(unit.path) for path in paths):
        raise Invalid(
            _("Hãy chỉ chọn những đơn vị thuộc %(name)s.", name=unit.short_name), field="units"
        )
    venue = Venue(
        session_id=session.id,
        run_id=values.run_id,
        unit_id=unit.unit_id,
        place=values.place,
        starts_at=values.starts_at,
        ends_at=values.ends_at,
        checks_exit=values.checks_exit,
        opened_by_id=actor.id,
        opened_at=clock.now(),
    )
    db.session.add(venue)
    db.session.flush()
    expected = _expect(venue.id, session.campaign_id, paths)
    if not expected:
        raise Invalid(
            _("Không ai ở các đơn vị đã chọn có trong đợt học này. Hãy chọn lại."), field="units"
        )
    record(
        actor.id,
        "venue.opened",
        f"venue:{venue.id}",
        session_id=session.id,
        unit_id=unit.unit_id,
        place=venue.place,
        count=expected,
    )
    return venue


def _check_hours(session: TrainingSession, values: VenueValues) -> None:
    campaign = session.campaign
    if campaign.state is not CampaignState.OPEN or campaign.closes_at <= clock.now():
        raise NotAllowed(_("Đợt học không còn mở nên không mở thêm điểm cầu được."))
    if values.ends_at <= values.starts_at:
        raise Invalid(_("Giờ kết thúc phải sau giờ bắt đầu."), field="ends_at")
    if values.ends_at - values.starts_at > LONGEST:
        raise Invalid(
            _("Một điểm cầu kéo dài nhiều nhất 24 giờ. Hãy xem lại ngày."), field="ends_at"
        )
    if not campaign.opens_at <= values.starts_at <= campaign.closes_at:
        raise Invalid(_("Giờ bắt đầu phải nằm trong thời gian của đợt học."), field="starts_at")


def _check_run(session: TrainingSession, values: VenueValues) -> None:
    run = next((one for one in session.runs if one.id == values.run_id), None)
    if run is None:
        raise NotFound
    if not (values.starts_at < run.closes_at and run.starts_at < values.ends_at):
        raise Invalid(
            _(
                "Lượt đã chọn học từ %(hours)s. Giờ của điểm cầu phải trùng với giờ đó.",
                hours=run_hours(run),
            ),
            field="starts_at",
        )


def _expect(venue_id: int, campaign_id: int, paths: Sequence[str]) -> int:
    """Write the expected people, in one statement whatever their number."""
    enrolled = enrolled_below(campaign_id, paths).subquery()
    columns: dict[str, Any] = {
        "venue_id": sa.literal(venue_id, sa.Integer()),
        "enrolment_id": enrolled.c.id,
        "guest_name": sa.literal(""),
        "guest_note": sa.literal(""),
        "is_expected": sa.true(),
        "state": sa.literal(RollCallState.EXPECTED.value),
        "excuse_reason": sa.literal(""),
    }
    result = db.session.execute(
        sa.insert(RollCallEntry.__table__).from_select(  # type: ignore[arg-type]
            list(columns), sa.select(*list[Any](columns.values())), include_defaults=False
        )
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def cancel_venue(actor: Account, venue: Venue) -> None:
    """Give up a venue (locked) whose list is not closed: nobody is credited by it."""
    require_open(venue)
    venue.cancelled_at = clock.now()
    record(actor.id, "venue.cancelled", f"venue:{venue.id}")


def add_person(
    actor: Account, venue: Venue, enrolment_id: int, scope: Scope, code: str = ""
) -> RollCallEntry:
    """Expect one more of the campaign at a venue (locked).

    Somebody of another unit is found by their whole card number alone; NotFound otherwise.
    """
    if venue.cancelled_at is not None:
        require_open(venue)
    if not is_joiner(venue, enrolment_id, scope, code):
        raise NotFound
    entry = db.session.scalar(
        sa.select(RollCallEntry).where(
            RollCallEntry.venue_id == venue.id, RollCallEntry.enrolment_id == enrolment_id
        )
    )
    if entry is None:
        entry = RollCallEntry(venue_id=venue.id, enrolment_id=enrolment_id)
        db.session.add(entry)
        db.session.flush()
    else:
        entry.is_expected = True
        db.session.flush()
        refold([entry])
    record(actor.id, "venue.person_added", f"venue:{venue.id}", enrolment_id=enrolment_id)
    return entry


def add_guest(actor: Account, venue: Venue, name: str, note: str) -> None:
    """Note a guest in the room of a venue (locked): somebody who is in no campaign."""
    require_open(venue)
    guests = sa.select(sa.func.count(RollCallEntry.id)).where(
        RollCallEntry.venue_id == venue.id, RollCallEntry.enrolment_id.is_(None)
    )
    if (db.session.scalar(guests) or 0) >= MOST_GUESTS:
        raise Invalid(_("Một điểm cầu ghi được nhiều nhất %(most)s khách.", most=MOST_GUESTS))
    entry = RollCallEntry(venue_id=venue.id, guest_name=name, guest_note=note)
    db.session.add(entry)
    db.session.flush()
    _mark(actor, venue, entry, MarkAct.ENTER)
    record(actor.id, "venue.guest_added", f"venue:{venue.id}", count=1)


def remove_guest(actor: Account, venue: Venue, entry_id: int) -> None:
    """Take a guest off the list of a venue (locked)."""
    require_open(venue)
    person = get_person(venue.id, entry_id)
    if not person.is_guest:
        raise NotFound
    _mark(actor, venue, person.entry, MarkAct.CLEAR)
    record(actor.id, "venue.guest_removed", f"venue:{venue.id}", count=1)


def decide(actor: Account, venue: Venue, entry_id: int, is_admitted: bool) -> None:
    """Let in somebody who came unexpected to a venue (locked), or turn them away."""
    require_open(venue)
    person = get_person(venue.id, entry_id)
    if person.is_guest or person.entry.is_expected:
        raise NotFound
    _mark(actor, venue, person.entry, MarkAct.ENTER if is_admitted else MarkAct.TURN_AWAY)
    action = "venue.admitted" if is_admitted else "venue.turned_away"
    record(actor.id, action, f"venue:{venue.id}", enrolment_id=person.entry.enrolment_id)


def excuse(actor: Account, venue: Venue, entry_id: int, reason: str) -> None:
    """Note that somebody is away with a reason; without one, take that back. Venue locked."""
    require_open(venue)
    person = get_person(venue.id, entry_id)
    if person.is_guest:
        raise NotFound
    _mark(actor, venue, person.entry, MarkAct.EXCUSE if reason else MarkAct.CLEAR, reason)
    action = "venue.excused" if reason else "venue.mark_cleared"
    record(actor.id, action, f"venue:{venue.id}", enrolment_id=person.entry.enrolment_id)


def _mark(actor: Account, venue: Venue, entry: RollCallEntry, act: MarkAct, note: str = "") -> None:
    mark = NewMark(fresh_key(), entry.id, act, RollCallMethod.LIST, clock.now(), note)
    mark_people(actor.id, venue, [mark])
