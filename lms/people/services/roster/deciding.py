"""What a human decides on the preview: who a doubtful line means, who has left."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.base import clock
from lms.base.errors import Conflict, Invalid
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.doubts import DECIDABLE
from lms.people.models import ImportState, RosterImport, StagedAbsence, StagedLine
from lms.people.queries.members import get_member
from lms.people.queries.roster import count_lines, get_import, get_line
from lms.people.roster import ProblemKind
from lms.people.services.roster.judging import Judge
from lms.people.services.roster.staging import (
    drop_absences_that_ended,
    look_again,
    stage_absences,
)
from lms.units.queries import Scope, get_unit


def decide_line(
    import_id: int,
    line_id: int,
    decision: str | None,
    member_id: int | None = None,
    scope: Scope | None = None,
) -> StagedLine:
    """Say that a doubtful line means this person ('same'), somebody new ('new'), or take that back
    (None). A line whose doubt is of another sort has to be mended in the file."""
    stored = _in_preview(import_id, scope)
    line = get_line(import_id, line_id)
    kinds = {problem["kind"] for problem in line.problems or []}
    if line.decision is None and (not kinds or not kinds <= DECIDABLE):
        raise Invalid(_("Dòng này cần sửa trong tệp rồi tải lại."))
    if decision == "new" and ProblemKind.MISSING_CODE not in kinds:
        raise Invalid(_("Số thẻ của dòng này đã có người mang."))
    if decision == "same" and line.code is None:
        line.member_id = _chosen(stored, line, member_id)
    elif line.code is None:
        line.member_id = None
    line.decision = decision
    db.session.flush()
    row = db.session.execute(
        sa.select(*StagedLine.__table__.c).where(StagedLine.id == line_id)
    ).one()
    look_again(stored, [row], Judge(stored.unit_id))
    drop_absences_that_ended(import_id)
    stage_absences(import_id)
    _count(stored)
    db.session.refresh(line)
    return line


def decide_absences(
    import_id: int,
    member_ids: Collection[int] | None,
    left_on: date | None,
    reason: str = "",
    scope: Scope | None = None,
) -> int:
    """Mark people missing from the file as left on a day, or (None) keep them; None means all of
    them. Returns how many."""
    stored = _in_preview(import_id, scope)
    if left_on is not None:
        if left_on > clock.today():
            raise Invalid(_("Ngày rời tổ chức không được ở phía trước hôm nay."), field="left_on")
        if not clean(reason):
            raise Invalid(_("Hãy ghi lý do."), field="reason")
    statement = sa.update(StagedAbsence).where(StagedAbsence.import_id == import_id)
    if member_ids is not None:
        statement = statement.where(StagedAbsence.member_id.in_(member_ids))
    result = db.session.execute(
        statement.values(
            left_on=left_on, left_reason=clean(reason)[:200] if left_on else None
        ).execution_options(synchronize_session=False)
    )
    _count(stored)
    return int(result.rowcount)  # type: ignore[attr-defined]


def _in_preview(import_id: int, scope: Scope | None) -> RosterImport:
    stored = get_import(import_id, scope, locked=True)
    if stored.state is not ImportState.PREVIEW:
        raise Conflict(_("Danh sách này đang được xử lý hoặc đã áp dụng."))
    return stored


def _chosen(stored: RosterImport, line: StagedLine, member_id: int | None) -> int:
    """The person chosen for a line, if no other line is theirs."""
    if member_id is None:
        raise Invalid(_("Hãy chọn một người."))
    member = get_member(member_id, Scope((get_unit(stored.unit_id).path,)))
    taken = sa.select(StagedLine.row).where(
        StagedLine.import_id == stored.id,
        StagedLine.member_id == member.id,
        StagedLine.id != line.id,
    )
    row = db.session.scalar(taken.limit(1))
    if row is not None:
        raise Invalid(_("%(name)s đã có ở dòng %(row)s của tệp này.", name=member.name, row=row))
    return member.id


def _count(stored: RosterImport) -> None:
    db.session.flush()
    stored.counts = count_lines(stored.id)
    stored.active_at = clock.now()
    db.session.flush()
