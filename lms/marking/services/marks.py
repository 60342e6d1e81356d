"""Commands of the reviewer: save a draft mark, finish a mark, change a finished one.

Whoever saves names the version they worked on; an older one is refused, and nothing is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Conflict, Invalid, NotAllowed
from lms.base.vietnamese import clean_lines
from lms.extensions import db
from lms.marking import scoring
from lms.marking.inputs import MarkInput
from lms.marking.models import Mark, MarkDraft, MarkingAssignment
from lms.marking.queries.marks import find_current_mark, has_released_mark
from lms.marking.queries.sheets import Sheet, as_levels, get_variant_id, load_sheet
from lms.marking.services.passing import check_reason
from lms.people.models import Account

MOST_COMMENT = 5000


@dataclass(frozen=True)
class Receipt:
    """What was saved: the new version, the value so far (on the scale), criteria still open."""

    version: int
    saved_at: datetime
    value: float
    missing: int


def save_mark_draft(assignment: MarkingAssignment, given: MarkInput) -> Receipt:
    """Keep a mark in the making. The assignment is locked.

    Conflict on an older version or a finished mark, Invalid on levels that are not the rubric's.
    """
    if assignment.finished_at is not None:
        raise Conflict(_("Bài này đã chấm xong ở một trang khác. Hãy tải lại trang."))
    sheet = _sheet(assignment)
    comment = _check(sheet, given)
    draft = _save(assignment, given, comment)
    return Receipt(
        draft.version,
        draft.saved_at,
        float(scoring.value_so_far(sheet.rubric, given.levels)),
        len(scoring.missing(sheet.rubric, given.levels)),
    )


def finish_mark(reviewer: Account, assignment: MarkingAssignment, given: MarkInput) -> Mark:
    """Finish a mark: every criterion has a level. Again with the same content is once.

    The assignment is locked. Invalid while a criterion is open, Conflict on an older version.
    """
    sheet = _sheet(assignment)
    comment = _check(sheet, given)
    if assignment.finished_at is not None:
        mark = find_current_mark(assignment)
        if mark is not None and _says_the_same(mark, given, comment):
            return mark
        raise Conflict(_("Bài này đã chấm xong ở một trang khác. Hãy tải lại trang."))
    value = _complete(sheet, given)
    draft = _save(assignment, given, comment)
    assignment.finished_at = draft.saved_at
    return _append(reviewer, assignment, given, comment, value, "")


def change_mark(
    reviewer: Account, assignment: MarkingAssignment, given: MarkInput, reason: str
) -> Mark:
    """Change a finished mark before its release, by a new row with the reason.

    The assignment is locked. NotAllowed when it is not finished, Conflict when it is released or
    was changed elsewhere, Invalid without a reason or with a criterion open.
    """
    mark = find_current_mark(assignment)
    if assignment.finished_at is None or mark is None:
        raise NotAllowed(_("Bài này chưa chấm xong nên chưa có điểm để sửa."))
    if has_released_mark(assignment.submission_id):
        raise Conflict(_("Điểm bài này vừa được công bố nên không sửa ở đây được nữa."))
    sheet = _sheet(assignment)
    comment = _check(sheet, given)
    value = _complete(sheet, given)
    if _says_the_same(mark, given, comment):
        return mark
    reason = check_reason(reason)
    _save(assignment, given, comment)
    changed = _append(reviewer, assignment, given, comment, value, reason)
    record(
        reviewer.id,
        "mark.changed",
        f"mark:{changed.id}",
        before=mark.value,
        after=changed.value,
        reason=reason,
    )
    db.session.flush()
    return changed


def _sheet(assignment: MarkingAssignment) -> Sheet:
    return load_sheet(get_variant_id(assignment.submission_id))


def _check(sheet: Sheet, given: MarkInput) -> str:
    """The comment as it is stored; Invalid for a foreign level or a comment too long."""
    if scoring.unknown(sheet.rubric, given.levels):
        raise Invalid(_("Mức được chọn không có trong thang điểm của bài này. Hãy tải lại trang."))
    comment = clean_lines(given.comment).strip()
    if len(comment) > MOST_COMMENT:
        raise Invalid(
            _(
                "Nhận xét dài %(now)s ký tự; tối đa %(most)s. Hãy rút ngắn.",
                now=len(comment),
                most=MOST_COMMENT,
            ),
            field="comment",
        )
    return comment


def _complete(sheet: Sheet, given: MarkInput) -> float:
    score = scoring.score(sheet.rubric, given.levels)
    if score is None:
        left = len(scoring.missing(sheet.rubric, given.levels))
        raise Invalid(
            ngettext(
                "Còn %(num)s tiêu chí chưa chọn mức. Hãy chọn rồi bấm lại.",
                "Còn %(num)s tiêu chí chưa chọn mức. Hãy chọn rồi bấm lại.",
                left,
            ),
            field="levels",
        )
    return float(score.value)


def _save(assignment: MarkingAssignment, given: MarkInput, comment: str) -> MarkDraft:
    """The draft as it stands now; Conflict when it was saved elsewhere since `given.version`."""
    draft = db.session.get(MarkDraft, assignment.id, populate_existing=True)
    if given.version != (draft.version if draft else 0):
        raise Conflict(_("Bài này vừa được chấm ở một trang khác."))
    if draft is None:
        draft = MarkDraft(assignment_id=assignment.id, version=0)
        db.session.add(draft)
    draft.levels = _stored(given.levels)
    draft.comment = comment
    draft.version += 1
    draft.saved_at = clock.now()
    db.session.flush()
    return draft


def _stored(levels: Mapping[int, int]) -> dict[str, int]:
    return {str(criterion): level for criterion, level in sorted(levels.items())}


def _says_the_same(mark: Mark, given: MarkInput, comment: str) -> bool:
    return as_levels(mark.levels) == dict(given.levels) and mark.comment == comment


def _append(
    reviewer: Account,
    assignment: MarkingAssignment,
    given: MarkInput,
    comment: str,
    value: float,
    reason: str,
) -> Mark:
    mark = Mark(
        submission_id=assignment.submission_id,
        assignment_id=assignment.id,
        author_id=reviewer.id,
        levels=_stored(given.levels),
        comment=comment,
        value=value,
        reason=reason,
        made_at=clock.now(),
    )
    db.session.add(mark)
    db.session.flush()
    return mark
