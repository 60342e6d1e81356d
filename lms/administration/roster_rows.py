"""How staged lines of a roster are shown: what changes, old and new, and what is in doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from lms.base import clock
from lms.base.formats import format_date, format_datetime, format_integer
from lms.people.comparing import Change
from lms.people.doubts import DECIDABLE, explain
from lms.people.labels import RANK_LABELS, STANDING_LABELS
from lms.people.models import ImportState, RosterImport, StagedLine, StagedPost

SILENT = timedelta(seconds=20)
STUCK = timedelta(minutes=5)


@dataclass(frozen=True)
class ChangedField:
    """One thing that changes."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ShownLine:
    """A line with its unit as it is called, its changes and its problems in words."""

    line: StagedLine
    unit: str
    is_unit_new: bool
    is_waiting: bool
    """For its unit, which nobody has founded."""
    changes: Sequence[ChangedField] = ()
    problems: Sequence[tuple[str, str, str]] = ()
    """(column, value, what to do)."""
    notices: Sequence[tuple[str, str, str]] = ()
    candidates: Sequence[Any] = field(default=())
    posts: str = ""
    """Posts that are given, with the rank that decides the audience."""

    @property
    def is_decidable(self) -> bool:
        kinds = {problem["kind"] for problem in self.line.problems or []}
        return bool(kinds) and kinds <= DECIDABLE


def shown_lines(
    rows: Sequence[tuple[StagedLine, list[str] | None, bool | None, bool | None, str | None]],
    posts: Mapping[int, Sequence[StagedPost]],
    unit_names: Mapping[int, str],
    candidates: Mapping[int, Sequence[Any]],
) -> list[ShownLine]:
    """Lines as queries.lines_of gives them, ready for the page. `unit_names`: of units left."""
    return [
        ShownLine(
            line,
            unit_name or " – ".join(reversed(names or [])),
            bool(is_new),
            bool(is_waiting),
            changed_fields(line, unit_name or " – ".join(reversed(names or [])), posts, unit_names),
            described_problems(line.problems),
            described_problems(line.notices),
            candidates.get(line.id, ()),
            _given(posts.get(line.id, ())),
        )
        for line, names, is_new, is_waiting, unit_name in rows
    ]


def described_problems(problems: Sequence[Mapping[str, Any]] | None) -> list[tuple[str, str, str]]:
    """(column, value, what to do) of each problem or notice."""
    return [(p["column"], p["value"], explain(p)) for p in problems or []]


def changed_fields(
    line: StagedLine,
    unit_name: str,
    posts: Mapping[int, Sequence[StagedPost]],
    unit_names: Mapping[int, str],
) -> list[ChangedField]:
    """What a line changes about a known person, field by field."""
    changes = Change(line.changes)
    shown = [
        (Change.NAME, _("Họ và tên"), line.was_name, line.name),
        (
            Change.BIRTH,
            _("Ngày sinh"),
            _birth(line.was_birth_year, line.was_birth_date),
            _birth(line.birth_year, line.birth_date),
        ),
        (
            Change.STANDING,
            _("Diện"),
            STANDING_LABELS.get(line.was_standing) if line.was_standing else "",
            STANDING_LABELS.get(line.standing) if line.standing else "",
        ),
        (
            Change.EXEMPT,
            _("Miễn công tác và sinh hoạt"),
            _("Có") if line.was_is_exempt else _("Không"),
            _("Có") if line.is_exempt else _("Không"),
        ),
        (Change.PHONE, _("Điện thoại"), line.was_phone, line.phone),
        (Change.EMAIL, _("Thư điện tử"), line.was_email, line.email),
        (Change.UNIT, _("Đơn vị"), unit_names.get(line.was_unit_id or 0, ""), unit_name),
        (
            Change.RETURNED,
            _("Trở lại tổ chức"),
            _("Đã rời từ %(day)s", day=format_date(line.was_left_on)) if line.was_left_on else "",
            unit_name,
        ),
    ]
    fields = [
        ChangedField(str(label), str(old or "–"), str(new or "–"))
        for change, label, old, new in shown
        if change in changes
    ]
    staged = posts.get(line.id, ())
    if staged and changes:
        ended = ", ".join(post.title for post in staged if post.post_id is not None)
        given = _given(staged)
        fields.append(ChangedField(_("Chức vụ"), ended or "–", given or "–"))
    return fields


def _given(posts: Sequence[StagedPost]) -> str:
    return ", ".join(
        f"{post.title} ({RANK_LABELS[post.rank]})" for post in posts if post.post_id is None
    )


def progress_lines(stored: RosterImport) -> list[str]:
    """How far the work behind an import is, also when it gives no sign of life."""
    words = {
        ImportState.READING: _("Đang đọc tệp và đối chiếu với dữ liệu hiện có."),
        ImportState.APPLYING: _("Đang áp dụng. Người học vẫn làm việc bình thường."),
        ImportState.UNDOING: _("Đang hoàn tác. Người học vẫn làm việc bình thường."),
    }
    lines = [words.get(stored.state) or _("Đã xong.")]
    silence = clock.now() - stored.active_at
    if stored.progress:
        lines.append(_("Đã xử lý %(count)s dòng.", count=format_integer(stored.progress)))
    elif silence > SILENT:
        moment = format_datetime(stored.active_at)
        lines.append(_("Đang chờ xử lý từ %(moment)s.", moment=moment))
    if silence > STUCK:
        lines.append(
            _(
                "Đã hơn 5 phút không có tiến triển. Hãy báo người quản trị máy chủ kiểm tra chương "
                "trình xử lý nền (worker). Khi chương trình chạy lại, việc này tự tiếp tục; không "
                "cần tải lại tệp."
            )
        )
    return lines


def _birth(year: int | None, day: date | None) -> str:
    return format_date(day) if day else str(year or "")
