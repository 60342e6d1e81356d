"""The audit record in words: each record as a line that a person can read, with links that the
reader may follow. Reads through queries; decides nothing."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.access.policy import ROLE_LABELS, Permission
from lms.access.queries import Powers
from lms.administration.queries import Subject, name_subjects, name_units
from lms.audit.append_only import BLANKED_BY
from lms.audit.labels import action_label, detail_label
from lms.audit.models import AuditRecord
from lms.audit.value_labels import value_label
from lms.base.formats import format_date, format_datetime
from lms.people.queries import list_accounts

KIND_LABELS: dict[str, Callable[[], str]] = {
    "account": lambda: _("Tài khoản"),
    "audience": lambda: _("Đối tượng"),
    "audit_record": lambda: _("Nhật ký"),
    "campaign": lambda: _("Đợt học"),
    "directive": lambda: _("Văn bản"),
    "enrolment": lambda: _("Phiếu học tập"),
    "essay_submission": lambda: _("Bài thu hoạch"),
    "essay_task": lambda: _("Đề bài"),
    "essay_variant": lambda: _("Đề bài"),
    "mark": lambda: _("Điểm"),
    "marking_assignment": lambda: _("Bài đang chấm"),
    "material": lambda: _("Tài liệu"),
    "member": lambda: _("Người"),
    "privacy_notice": lambda: _("Thông báo về dữ liệu"),
    "privacy_request": lambda: _("Yêu cầu về dữ liệu"),
    "question_bank": lambda: _("Ngân hàng câu hỏi"),
    "quiz": lambda: _("Trắc nghiệm"),
    "quiz_attempt": lambda: _("Lượt làm bài"),
    "quiz_question": lambda: _("Câu hỏi"),
    "session": lambda: _("Buổi học"),
    "submission": lambda: _("Bài thu hoạch"),
    "unit": lambda: _("Đơn vị"),
    "venue": lambda: _("Điểm cầu"),
}
ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?\+00:00)?")
DAY = len("2026-01-31")
UNIT_KEYS = frozenset({"unit_id", "old_unit_id", "parent_id", "old_parent_id"})


@dataclass(frozen=True)
class Line:
    """One act as it is shown. `details` are (what, value); `number` is the record's own."""

    number: int
    moment: datetime
    actor: str
    action: str
    kind: str
    subject: str
    url: str | None
    details: list[tuple[str, str]]


def lines_of(records: Iterable[AuditRecord], powers: Powers) -> list[Line]:
    """The lines of one page, with a constant number of statements."""
    records = list(records)
    subjects = name_subjects(record.subject for record in records)
    actors = {
        a.id: a.display_name for a in list_accounts(r.actor_id for r in records if r.actor_id)
    }
    units = name_units(
        value
        for record in records
        for key, value in record.detail.items()
        if key in UNIT_KEYS and isinstance(value, int)
    )
    links = _Links(powers)
    return [
        Line(
            number=record.id,
            moment=record.recorded_at,
            actor=_actor(record, actors),
            action=action_label(record.action),
            kind=_kind(record.subject),
            subject=_subject(record, subjects),
            url=links.to(subjects.get(record.subject)),
            details=_details(record, units),
        )
        for record in records
    ]


def _actor(record: AuditRecord, actors: dict[int, str]) -> str:
    if record.actor_id is None:
        return _("Hệ thống")
    return actors.get(record.actor_id, _("Tài khoản số %(number)s", number=record.actor_id))


def _kind(subject: str) -> str:
    named = KIND_LABELS.get(subject.partition(":")[0])
    return named() if named else ""


def _subject(record: AuditRecord, subjects: dict[str, Subject]) -> str:
    found = subjects.get(record.subject)
    if found is not None:
        return found.text
    raw = record.subject.partition(":")[2]
    return _("số %(number)s", number=raw) if raw else _("tất cả")


def _details(record: AuditRecord, units: dict[int, str]) -> list[tuple[str, str]]:
    """(what, value) in order: what was before stands ahead of what is after."""
    if BLANKED_BY in record.detail:
        return [(_("Chi tiết"), _("Đã xóa trắng theo quy định về dữ liệu cá nhân"))]
    found = []
    for key in sorted(record.detail, key=lambda k: (not k.startswith(("old", "before")), k)):
        value = record.detail[key]
        if key in UNIT_KEYS and value in units:
            value = units[value]
        elif key == "role":
            value = next((label for role, label in ROLE_LABELS.items() if role == value), value)
        found.append((detail_label(key), _spelled(key, value)))
    return found


def _spelled(key: str, value: Any) -> str:
    """A value as people write it."""
    value = value_label(key, value)
    if value is None or value == "" or value == [] or value == {}:
        return "–"
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, dict):
        return "; ".join(
            f"{detail_label(one)}: {_spelled(one, part)}" for one, part in value.items()
        )
    if isinstance(value, list):
        return ", ".join(_spelled(key, part) for part in value)
    if isinstance(value, str) and ISO.fullmatch(value):
        moment = datetime.fromisoformat(value)
        return format_date(moment.date()) if len(value) == DAY else format_datetime(moment)
    return str(value)


class _Links:
    """Where a subject's name may lead for this reader: only to what they could open themselves."""

    def __init__(self, powers: Powers) -> None:
        self._powers = powers
        self._scopes: dict[Permission, Any] = {}

    def to(self, subject: Subject | None) -> str | None:
        if subject is None:
            return None
        if subject.kind == "directive":
            return url_for("training.directive", directive_id=subject.id)
        if subject.kind == "unit" and self._covers(Permission.UNIT_MANAGE, subject.unit_path):
            return url_for("administration.unit", unit_id=subject.id)
        if subject.kind == "campaign" and self._covers(
            Permission.CAMPAIGN_MANAGE, subject.unit_path
        ):
            return url_for("planning.campaign", campaign_id=subject.id)
        if subject.kind == "member" and self._covers(Permission.MEMBER_MANAGE, subject.unit_path):
            return url_for("administration.member", member_id=subject.id)
        return None

    def _covers(self, permission: Permission, path: str | None) -> bool:
        if path is None:
            return False
        if permission not in self._scopes:
            self._scopes[permission] = self._powers.scope(permission)
        return bool(self._scopes[permission].covers(path))
