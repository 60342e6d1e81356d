"""Marking the people of a venue's list, from whichever hand the marks come."""

import secrets
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import NotAllowed, NotFound
from lms.extensions import db
from lms.people.models import Account
from lms.viewing.claims import Check
from lms.viewing.models import MarkAct, RollCallEntry, RollCallMark, RollCallMethod, Venue
from lms.viewing.queries.roll_call import known_entries
from lms.viewing.roll_call import Mark, NewMark, fold


class VenueClosed(NotAllowed):
    """The list is closed, or the venue was given up: nothing is marked any more."""


def fresh_key() -> str:
    """A key for a mark that is made here."""
    return secrets.token_hex(16)


def require_open(venue: Venue) -> None:
    """VenueClosed unless the list is still being made."""
    if venue.cancelled_at is not None:
        raise VenueClosed(_("Điểm cầu này đã hủy."))
    if venue.closed_at is not None:
        raise VenueClosed(
            _("Danh sách của điểm cầu đã chốt. Muốn sửa, hãy mở tên từng người và ghi lý do.")
        )


def take_marks(actor: Account, venue: Venue, marks: Sequence[NewMark]) -> int:
    """Take a batch of the secretary's marks on a venue (locked); returns how many were new.

    A mark that was sent before is not taken twice. NotFound, for all, when one of them is of
    somebody who is not on the list.
    """
    require_open(venue)
    taken = mark_people(actor.id, venue, marks)
    if taken:
        method = marks[0].method
        record(actor.id, "venue.marked", f"venue:{venue.id}", count=taken, by=method.value)
    return taken


def tick_list(
    actor: Account,
    venue: Venue,
    check: Check,
    method: RollCallMethod,
    shown_ticked: Collection[int],
    ticked: Collection[int],
) -> int:
    """Take a list that was sent whole: only what differs from what the page showed is marked, so
    what others ticked meanwhile stays. Returns how many were changed."""
    on, off = {
        Check.ENTRY: (MarkAct.ENTER, MarkAct.CLEAR),
        Check.EXIT: (MarkAct.LEAVE, MarkAct.UNLEAVE),
    }[check]
    now = clock.now()
    return take_marks(
        actor,
        venue,
        [
            NewMark(fresh_key(), entry_id, on if entry_id in ticked else off, method, now)
            for entry_id in sorted(set(ticked) ^ set(shown_ticked))
        ],
    )


def mark_people(actor_id: int | None, venue: Venue, marks: Iterable[NewMark]) -> int:
    """Keep marks on a venue (locked) and derive anew where their people stand.

    The same number of statements for one mark and for hundreds.
    """
    wanted = {mark.key: mark for mark in marks}
    if not wanted:
        return 0
    entries = known_entries(venue.id, {mark.entry_id for mark in wanted.values()})
    if any(mark.entry_id not in entries for mark in wanted.values()):
        raise NotFound
    kept = sa.select(RollCallMark.key).where(
        RollCallMark.venue_id == venue.id, RollCallMark.key.in_(wanted)
    )
    for key in db.session.scalars(kept):
        del wanted[key]
    if not wanted:
        return 0
    received = clock.now()
    db.session.execute(
        sa.insert(RollCallMark),
        [
            {
                "venue_id": venue.id,
                "key": mark.key,
                "entry_id": mark.entry_id,
                "act": mark.act,
                "method": mark.method,
                "marked_at": mark.marked_at,
                "received_at": received,
                "actor_id": actor_id,
                "note": mark.note,
            }
            for mark in wanted.values()
        ],
    )
    touched = {mark.entry_id for mark in wanted.values()}
    refold([entries[entry_id] for entry_id in sorted(touched)])
    return len(wanted)


def refold(entries: Sequence[RollCallEntry]) -> None:
    """Derive entries anew from all their marks."""
    marks: dict[int, list[Mark]] = {entry.id: [] for entry in entries}
    query = sa.select(
        RollCallMark.entry_id,
        RollCallMark.marked_at,
        RollCallMark.key,
        RollCallMark.act,
        RollCallMark.method,
        RollCallMark.note,
    ).where(RollCallMark.entry_id.in_(marks))
    for row in db.session.execute(query):
        marks[row.entry_id].append(Mark(*row[1:]))
    rows = []
    for entry in entries:
        stands = fold(marks[entry.id], is_expected=entry.is_expected)
        rows.append(
            {
                "id": entry.id,
                "state": stands.state,
                "excuse_reason": stands.excuse_reason,
                "entered_at": stands.entered_at,
                "entered_by": stands.entered_by,
                "left_at": stands.left_at,
                "left_by": stands.left_by,
            }
        )
    db.session.execute(sa.update(RollCallEntry), rows)
    for entry in entries:
        db.session.expire(entry)
