"""Closing a venue's list, which credits the people on it, and putting a closed list right."""

from contextlib import suppress
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed, NotFound
from lms.base.formats import format_datetime
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import ParticipationKind
from lms.training.queries.enrolments import is_open_now
from lms.viewing.models import MarkAct, RollCallMethod, Venue
from lms.viewing.queries.roll_call import (
    RollCall,
    find_credit,
    find_other_closed_place,
    get_person,
    read_roll_call,
)
from lms.viewing.roll_call import NewMark, is_counted
from lms.viewing.services.credits import credit_session, revoke_credit
from lms.viewing.services.roll_call import fresh_key, mark_people, require_open

KIND = ParticipationKind.VENUE_ROLL_CALL


def record_headcounts(
    actor: Account, venue: Venue, at_entry: int | None, at_exit: int | None, reason: str
) -> None:
    """Keep how many were counted in the room of a venue (locked), before its list is closed."""
    require_open(venue)
    venue.entry_headcount = at_entry
    venue.exit_headcount = at_exit if venue.checks_exit else None
    venue.difference_reason = reason
    db.session.flush()
    record(actor.id, "venue.counted", f"venue:{venue.id}", count=at_entry, at_exit=at_exit)


def check_closing(venue: Venue) -> RollCall:
    """The list of a venue as closing would credit it.

    Invalid while somebody waits for a decision, without headcounts, or where they differ from the
    names and no reason is given.
    """
    require_open(venue)
    _require_open_campaign(venue)
    now = clock.now()
    if now < venue.starts_at:
        raise NotAllowed(_("Buổi học tại điểm cầu chưa bắt đầu nên chưa chốt được danh sách."))
    if venue.run is not None and now < venue.run.starts_at:
        raise NotAllowed(
            _(
                "Lượt học của điểm cầu này bắt đầu lúc %(at)s nên chưa chốt được danh sách.",
                at=format_datetime(venue.run.starts_at),
            )
        )
    roll = read_roll_call(venue)
    waiting = [person for person in roll.waiting if not person.is_withdrawn]
    if waiting:
        raise Invalid(
            ngettext(
                "Còn %(num)s người chờ đồng chí quyết định. Hãy cho vào hoặc không, rồi chốt.",
                "Còn %(num)s người chờ đồng chí quyết định. Hãy cho vào hoặc không, rồi chốt.",
                len(waiting),
            )
        )
    counts = [("entry_headcount", venue.entry_headcount, roll.entry_total)]
    if venue.checks_exit:
        counts.append(("exit_headcount", venue.exit_headcount, roll.exit_total))
    for field, counted, _named in counts:
        if counted is None:
            raise Invalid(_("Hãy đếm số người trong phòng rồi ghi vào đây."), field=field)
    if any(counted != named for _field, counted, named in counts) and not venue.difference_reason:
        raise Invalid(
            _("Số đếm khác số tên. Hãy ghi lý do, hoặc sửa số đếm hay danh sách."),
            field="difference_reason",
        )
    return roll


def close_venue(actor: Account, venue: Venue) -> int:
    """Close the list of a venue (locked) and credit everybody who was there; returns how many.

    Refused as check_closing refuses.
    """
    roll = check_closing(venue)
    venue.closed_at = clock.now()
    venue.closed_by_id = actor.id
    db.session.flush()
    people = sorted(roll.counted, key=lambda person: person.entry.enrolment_id or 0)
    for person in people:
        _credit(actor, venue, person.entry.enrolment_id)
    record(actor.id, "venue.closed", f"venue:{venue.id}", count=len(people))
    return len(people)


def correct(actor: Account, venue: Venue, entry_id: int, was_there: bool, reason: str) -> None:
    """Put one person of a closed list (locked) right: they were there, or were not."""
    if venue.closed_at is None:
        raise NotAllowed(_("Danh sách chưa chốt: hãy đánh dấu trực tiếp, không cần đính chính."))
    _require_open_campaign(venue)
    person = get_person(venue.id, entry_id)
    entry, enrolment_id = person.entry, person.entry.enrolment_id
    if enrolment_id is None or person.is_withdrawn:
        raise NotFound
    is_there = is_counted(entry.state, entry.left_at, checks_exit=venue.checks_exit)
    if is_there is was_there:
        raise Invalid(_("Danh sách đã ghi đúng như vậy rồi."))
    acts = [MarkAct.ENTER, MarkAct.LEAVE] if was_there else [MarkAct.CLEAR]
    if not venue.checks_exit:
        acts = acts[:1]
    now = clock.now()
    marks = [NewMark(fresh_key(), entry.id, act, RollCallMethod.LIST, now, reason) for act in acts]
    mark_people(actor.id, venue, marks)
    if was_there:
        _credit(actor, venue, enrolment_id, reason)
    else:
        _take_back(actor, venue, enrolment_id, reason)
    record(
        actor.id,
        "venue.corrected",
        f"venue:{venue.id}",
        enrolment_id=enrolment_id,
        new=was_there,
        reason=reason,
    )


def _take_back(actor: Account, venue: Venue, enrolment_id: int, reason: str) -> None:
    """Take back what the venue gave; somebody who stands on another closed list of the session
    keeps the session by that one."""
    credit = find_credit(venue.id, enrolment_id)
    if credit is None:
        return
    revoke_credit(credit, actor.id, reason)
    other = find_other_closed_place(venue, enrolment_id)
    if other is not None:
        _credit(actor, other, enrolment_id)


def _credit(actor: Account, venue: Venue, enrolment_id: int | None, note: str = "") -> None:
    if enrolment_id is None:
        return
    with suppress(NotFound):  # taken out of the campaign at this very moment
        credit_session(
            enrolment_id,
            venue.session_id,
            KIND,
            _met_at(venue),
            actor_id=actor.id,
            run_id=venue.run_id,
            venue_id=venue.id,
            note=note,
        )


def _met_at(venue: Venue) -> datetime:
    """When the session was over for those in the room: at its end, or when the list was closed."""
    return min(venue.ends_at, venue.closed_at or venue.ends_at)


def _require_open_campaign(venue: Venue) -> None:
    if not is_open_now(venue.session.campaign):
        raise NotAllowed(_("Đợt học không còn mở nên không ghi nhận thêm được."))
