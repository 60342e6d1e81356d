"""Reads of the audit record."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.audit.append_only import BLANKED_BY
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db

BLANKING = "audit.details_blanked"

_REST_OF_SECOND = timedelta(microseconds=999_999)


@dataclass(frozen=True)
class Filters:
    """What of the record is wanted. None sets no condition; an empty collection finds nothing.

    `subjects` are whole subjects (member:3); the days are those of Vietnam, both included.
    """

    action: str | None = None
    actor_ids: Collection[int] | None = None
    subjects: Collection[str] | None = None
    first_day: date | None = None
    last_day: date | None = None


def list_records(filters: Filters) -> sa.Select[AuditRecord]:
    """Records that fit, the newest first."""
    query = sa.select(AuditRecord).order_by(AuditRecord.id.desc())
    if filters.action is not None:
        query = query.where(AuditRecord.action == filters.action)
    if filters.actor_ids is not None:
        query = query.where(AuditRecord.actor_id.in_(filters.actor_ids))
    if filters.subjects is not None:
        query = query.where(AuditRecord.subject.in_(filters.subjects))
    if filters.first_day is not None:
        query = query.where(AuditRecord.recorded_at >= clock.start_of_day(filters.first_day))
    if filters.last_day is not None:
        end = clock.end_of_day(filters.last_day)
        query = query.where(AuditRecord.recorded_at <= end + _REST_OF_SECOND)
    return query


def list_acts(account_id: int, limit: int) -> list[tuple[datetime, str]]:
    """(moment, action) of what an account did, the newest first."""
    query = (
        sa.select(AuditRecord.recorded_at, AuditRecord.action)
        .where(AuditRecord.actor_id == account_id)
        .order_by(AuditRecord.id.desc())
        .limit(limit)
    )
    return [(at, action) for at, action in db.session.execute(query)]


def find_records_about(subjects: Collection[str]) -> list[int]:
    """Ids of all records about these subjects."""
    query = sa.select(AuditRecord.id).where(AuditRecord.subject.in_(subjects))
    return list(db.session.scalars(query))


def find_records_holding(
    texts: Collection[str], besides: Collection[str] = (), longer: Collection[str] = ()
) -> list[int]:
    """Ids of records whose detail holds one of these texts as whole words, however JSON spells it;
    but none about a subject whose kind is in `besides`. What is part of a `longer` text does not
    count: An is not Anh, and not An Bình. Reads the whole table."""
    spelled = {form for text in texts if text for form in _spellings(text)}
    if not spelled:
        return []
    column = sa.cast(AuditRecord.detail, sa.Text)
    query = sa.select(AuditRecord.id, AuditRecord.detail).where(
        sa.or_(*(column.contains(form, autoescape=True) for form in spelled)),
        *(~AuditRecord.subject.startswith(f"{kind}:", autoescape=True) for kind in besides),
    )
    wanted, others = _as_words(texts), _as_words(longer)
    return [
        record_id
        for record_id, detail in db.session.execute(query)
        if any(wanted.search(others.sub("", leaf)) for leaf in _leaves(detail))
    ]


def _as_words(texts: Collection[str]) -> re.Pattern[str]:
    """These texts where they stand as whole words, the longest first; nothing if there are none."""
    ordered = sorted((text for text in texts if text), key=len, reverse=True)
    if not ordered:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    else:
        yield str(value)


def find_details_before(moment: datetime, limit: int) -> list[int]:
    """Ids of the oldest records before a moment whose detail still holds something."""
    column = sa.cast(AuditRecord.detail, sa.Text)
    query = (
        sa.select(AuditRecord.id)
        .where(
            AuditRecord.recorded_at < moment,
            AuditRecord.action != BLANKING,
            column != "{}",
            ~column.contains(BLANKED_BY),
        )
        .order_by(AuditRecord.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _spellings(text: str) -> set[str]:
    return {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}


def find_newest_id() -> int | None:
    """The id of the newest record; None before the first."""
    return db.session.scalar(sa.select(sa.func.max(AuditRecord.id)))


def changed_since(record_id: int, *kinds: str) -> sa.Select[str]:
    """Subjects of these kinds that were acted on after a record; reading about them is no act."""
    of_kind = [AuditRecord.subject.startswith(f"{kind}:") for kind in kinds]
    return sa.select(AuditRecord.subject).where(
        AuditRecord.id > record_id, sa.or_(*of_kind), AuditRecord.action.not_like("%.read")
    )
