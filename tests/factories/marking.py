"""Reviewers, assignments and marks.

reviewer = make_reviewer(district)                    # an outside account that may mark there
assignment = make_assignment(submission, reviewer)
mark = make_mark(assignment)                          # every criterion at its third level
submissions = hand_in_many(campaign, variant)         # one for every enrolment, without writing
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.access.policy import Role
from lms.base import clock
from lms.essays.models import Essay, EssaySubmission, EssayVariant
from lms.essays.stamps import stamp_of
from lms.extensions import db
from lms.marking.inputs import MarkInput
from lms.marking.models import Mark, MarkDraft, MarkingAssignment
from lms.marking.pseudonyms import draw_pseudonym, draw_shuffle_key
from lms.marking.queries.sheets import load_sheet
from lms.marking.services import finish_mark
from lms.people.models import Account, Member
from lms.training.models import Campaign, Enrolment
from lms.units.models import Unit
from tests.factories.people import make_account, make_appointee, make_appointment

TEXT = "Tôi đã học và sẽ làm hai việc ở khu dân cư trong quý này."


def make_reviewer(unit: Unit, name: str | None = None, member: Member | None = None) -> Account:
    """A reviewer over a unit: from outside, or a member who reviews too."""
    if member is None:
        return make_appointee(Role.REVIEWER, unit, name)
    account = make_account(member, name)
    make_appointment(account, Role.REVIEWER, unit)
    return account


def make_assignment(
    submission: EssaySubmission, reviewer: Account, **columns: Any
) -> MarkingAssignment:
    """A submission given to a reviewer, due in ten days."""
    values: dict[str, Any] = {
        "pseudonym": draw_pseudonym(6),
        "shuffle_key": draw_shuffle_key(),
        "assigned_at": clock.now(),
        "due_at": clock.now() + timedelta(days=10),
    }
    assignment = MarkingAssignment(
        submission_id=submission.id, reviewer_id=reviewer.id, **(values | columns)
    )
    db.session.add(assignment)
    db.session.flush()
    return assignment


def levels_at(variant_id: int, place: int = 2) -> dict[int, int]:
    """Criterion id → id of its level at a place from 0, for every criterion of a variant."""
    return {c.id: c.levels[place].id for c in load_sheet(variant_id).criteria}


def make_mark(assignment: MarkingAssignment, place: int = 2, comment: str = "") -> Mark:
    """A finished mark with every criterion at the same place."""
    submission = db.session.get(EssaySubmission, assignment.submission_id)
    reviewer = db.session.get(Account, assignment.reviewer_id)
    draft = db.session.get(MarkDraft, assignment.id)
    assert submission is not None
    assert reviewer is not None
    given = MarkInput(
        levels_at(submission.variant_id, place), comment, draft.version if draft else 0
    )
    return finish_mark(reviewer, assignment, given)


def hand_in_text(
    enrolment: Enrolment,
    variant: EssayVariant,
    texts: Mapping[str, str] | None = None,
    submitted_at: datetime | None = None,
) -> EssaySubmission:
    """A submission with this text by section title, without drafts before it."""
    moment = submitted_at or clock.now()
    sections = [
        {"key": "understanding", "title": title, "text": text}
        for title, text in (texts or {"Nhận thức": TEXT}).items()
    ]
    essay = Essay(
        enrolment_id=enrolment.id,
        variant_id=variant.id,
        started_at=moment,
        submitted_at=moment,
    )
    db.session.add(essay)
    db.session.flush()
    submission = EssaySubmission(
        essay_id=essay.id,
        enrolment_id=enrolment.id,
        variant_id=variant.id,
        sections=sections,
        word_count=sum(len(part["text"].split()) for part in sections),
        sha256=stamp_of(sections),
        submitted_at=moment,
    )
    db.session.add(submission)
    enrolment.essay_started_at = enrolment.essay_submitted_at = moment
    db.session.flush()
    return submission


def hand_in_many(campaign: Campaign, variant: EssayVariant) -> list[EssaySubmission]:
    """A submission for every enrolment of a campaign that has none, a minute apart, in the order in
    which the members were made: a database enrols a whole audience in any order it likes."""
    done = sa.select(Essay.enrolment_id)
    enrolments = db.session.scalars(
        sa.select(Enrolment)
        .where(Enrolment.campaign_id == campaign.id, Enrolment.id.not_in(done))
        .order_by(Enrolment.member_id)
    ).all()
    first = clock.now() - timedelta(days=3)
    return [
        hand_in_text(enrolment, variant, submitted_at=first + timedelta(minutes=number))
        for number, enrolment in enumerate(enrolments)
    ]
