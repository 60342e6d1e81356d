"""One essay as its reviewer reads it: the only place where a writer is read, to be masked.

What leaves this module holds no name, no unit, no moment of writing and no id of an essay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base.errors import NotFound
from lms.essays.models import EssaySubmission, EssayVariant
from lms.extensions import db
from lms.marking.masking import Writer, mask
from lms.marking.models import Mark, MarkDraft, MarkingAssignment
from lms.marking.pseudonyms import is_pseudonym
from lms.marking.queries.marks import is_current_mark, is_released
from lms.marking.queries.queue import MarkState, mine, state_of
from lms.marking.queries.sheets import Sheet, as_levels, load_sheet
from lms.people.models import Account, Member, Membership, MembershipKind
from lms.people.queries import present_unit_of
from lms.training.models import Campaign, Enrolment
from lms.units.models import UnitHeir, UnitVersion
from lms.units.queries import is_present, present_of, valid_on


@dataclass(frozen=True)
class BlindEssay:
    """All that the marking page shows. `levels`, `comment` and `version` are the reviewer's own:
    of the draft, or of the mark once it is finished. `sections` are (title, masked text)."""

    pseudonym: str
    campaign_id: int
    state: MarkState
    variant_name: str
    prompt: str
    least_words: int
    most_words: int
    word_count: int
    sections: Sequence[tuple[str, str]]
    sheet: Sheet
    levels: Mapping[int, int]
    comment: str
    version: int
    saved_at: datetime | None
    due_at: datetime | None


def _own(reviewer_id: int, pseudonym: str) -> sa.Select[MarkingAssignment]:
    """NotFound at once for what cannot be a pseudonym: a database would stumble over some."""
    if not is_pseudonym(pseudonym):
        raise NotFound
    return sa.select(MarkingAssignment).where(
        mine(reviewer_id), MarkingAssignment.pseudonym == pseudonym
    )


def get_assignment(reviewer_id: int, pseudonym: str) -> MarkingAssignment:
    """A reviewer's own assignment; NotFound for another's, a passed-on and a missing one alike."""
    assignment = db.session.scalar(_own(reviewer_id, pseudonym))
    if assignment is None:
        raise NotFound
    return assignment


def lock_assignment(reviewer_id: int, pseudonym: str) -> MarkingAssignment:
    """The same, locked until the transaction ends and as it stands once the lock is ours."""
    query = _own(reviewer_id, pseudonym).with_for_update().execution_options(populate_existing=True)
    assignment = db.session.scalar(query)
    if assignment is None:
        raise NotFound
    return assignment


def get_blind_essay(assignment: MarkingAssignment) -> BlindEssay:
    """The essay of an assignment, masked, with its rubric and what was marked so far."""
    home = aliased(UnitVersion)
    top = aliased(UnitVersion)
    query = (
        sa.select(
            Enrolment.campaign_id,
            EssaySubmission.variant_id,
            EssaySubmission.sections,
            EssaySubmission.word_count,
            EssayVariant.name,
            EssayVariant.prompt,
            EssayVariant.least_words,
            EssayVariant.most_words,
            MarkDraft.levels,
            MarkDraft.comment,
            MarkDraft.version,
            MarkDraft.saved_at,
            Mark.levels.label("mark_levels"),
            Mark.comment.label("mark_comment"),
            is_released().label("is_released"),
            Member.name.label("writer_name"),
            Member.code,
            Account.phone,
            Account.email,
            Enrolment.unit_id,
            UnitVersion.path,
            home.path.label("home_path"),
            top.path.label("top_path"),
        )
        .select_from(MarkingAssignment)
        .join(EssaySubmission, EssaySubmission.id == MarkingAssignment.submission_id)
        .join(EssayVariant, EssayVariant.id == EssaySubmission.variant_id)
        .join(Enrolment, Enrolment.id == EssaySubmission.enrolment_id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .join(Member, Member.id == Enrolment.member_id)
        .outerjoin(MarkDraft, MarkDraft.assignment_id == MarkingAssignment.id)
        .outerjoin(Mark, is_current_mark())
        .outerjoin(Account, Account.member_id == Member.id)
        .outerjoin(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .outerjoin(top, present_of(Campaign.unit_id, top))
        .outerjoin(
            Membership,
            sa.and_(
                Membership.member_id == Member.id,
                Membership.kind == MembershipKind.MAIN,
                valid_on(Membership),
            ),
        )
        .outerjoin(home, sa.and_(home.unit_id == Membership.unit_id, is_present(of=home)))
        .where(MarkingAssignment.id == assignment.id)
    )
    row = db.session.execute(query).one()
    unit_ids = {row.unit_id} | _ids_below(row.top_path, (row.path, row.home_path))
    writer = Writer(
        name=row.writer_name,
        code=row.code,
        contacts=tuple(contact for contact in (row.phone, row.email) if contact),
        unit_names=_names_ever(unit_ids),
    )
    finished = assignment.finished_at is not None
    return BlindEssay(
        pseudonym=assignment.pseudonym,
        campaign_id=row.campaign_id,
        state=state_of(finished, bool(row.is_released), row.version is not None),
        variant_name=row.name,
        prompt=row.prompt,
        least_words=row.least_words,
        most_words=row.most_words,
        word_count=row.word_count,
        sections=[(part["title"], mask(part["text"], writer)) for part in row.sections],
        sheet=load_sheet(row.variant_id),
        levels=as_levels(row.mark_levels if finished else row.levels),
        comment=(row.mark_comment if finished else row.comment) or "",
        version=row.version or 0,
        saved_at=row.saved_at,
        due_at=assignment.due_at,
    )


def _ids_below(top: str | None, paths: Sequence[str | None]) -> set[int]:
    """Units on the paths that lie below the campaign's own: those above are everybody's."""
    shared = top or "/"
    return {
        int(part)
        for path in paths
        if path
        for part in (path.removeprefix(shared) if path.startswith(shared) else path).split("/")
        if part
    }


def _names_ever(unit_ids: set[int]) -> tuple[str, ...]:
    """Every name, present and past, of some units, and of those that went into them."""
    earlier = sa.select(UnitHeir.unit_id).where(UnitHeir.heir_id.in_(unit_ids))
    query = (
        sa.select(UnitVersion.name, UnitVersion.short_name)
        .where(sa.or_(UnitVersion.unit_id.in_(unit_ids), UnitVersion.unit_id.in_(earlier)))
        .order_by(UnitVersion.id)
    )
    return tuple(dict.fromkeys(name for row in db.session.execute(query) for name in row))
