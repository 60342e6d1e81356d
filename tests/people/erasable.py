"""Somebody of whom a row of every kind is kept, and the search for what is left of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from lms.access.policy import Role
from lms.audit.services import record
from lms.base import clock
from lms.extensions import db
from lms.files import storage
from lms.marking.models import Mark, MarkDraft, MarkingAssignment, ReviewerConflict
from lms.people import services as people
from lms.people.models import (
    Account,
    AudienceOverride,
    RequestKind,
    Standing,
)
from lms.people.services.privacy import (
    make_request,
)
from lms.people.sign_in import open_sign_in
from lms.quizzes.models import QuestionBank, Quiz, QuizAttempt, QuizAttemptItem, QuizQuestion
from lms.training.services.enrolments import close_campaign, excuse
from lms.units.queries import Scope
from lms.viewing.models import Coverage, ViewingClock
from tests.factories.essays import hand_in, make_variant, write_essay
from tests.factories.people import (
    make_appointment,
    make_audiences,
    make_learner,
)
from tests.factories.training import enrolment_of, make_campaign, make_session, make_stored_file

CANARY = "Hoàng-Yến-Oanh"
NAME = f"Lý {CANARY}"
CODE = "98700123"
PHONE = "0987001234"
EMAIL = "canary.oanh@vidu.vn"
TRACES = (CANARY, "hoang-yen-oanh", CODE, PHONE, "canary.oanh", "1961", "Hoàng-Yến-Oanh".upper())


def make_everything_of(ward, admin: Account) -> tuple[Account, Account]:
    """A learner with a row of every kind that names them or carries their words, and a neighbour
    of whom nothing may change."""
    audiences = make_audiences("member")
    learner, neighbour = make_learner(ward, NAME), make_learner(ward)
    member = learner.member
    assert member is not None
    people.change_member(
        admin,
        member.id,
        name=NAME,
        code=CODE,
        birth_year=1961,
        birth_date=date(1961, 5, 4),
        phone=PHONE,
        email=EMAIL,
        standing=Standing.FULL,
        is_exempt=False,
        scope=Scope.of(["/"]),
    )
    learner.phone, learner.email = PHONE, EMAIL
    people.give_post(None, member.id, ward.id, f"Tổ trưởng {CANARY}", "other", date(2020, 1, 1))
    db.session.add(
        AudienceOverride(
            member_id=member.id,
            audience_id=audiences["member"].id,
            reason=f"Theo đề nghị của {CANARY}",
            recorded_at=clock.now(),
        )
    )
    make_appointment(learner, Role.REVIEWER, ward)
    open_sign_in(learner, f"Máy của {CANARY}", timedelta(hours=1))
    campaign = make_campaign(ward, audiences, opened=True)
    make_variant(campaign, audiences.values())
    enrolment = enrolment_of(campaign, learner)
    session = make_session(campaign)
    for one in (learner, neighbour):
        own = enrolment_of(campaign, one)
        own.viewing_ratio, own.fulfilled_at = 1.0, clock.now()
        db.session.add(
            Coverage(
                enrolment_id=own.id,
                session_id=session.id,
                intervals=[[0, 90]],
                covered_seconds=90.0,
                updated_at=clock.now(),
            )
        )
    db.session.add(
        ViewingClock(
            member_id=member.id, updated_at=clock.now(), unspent_seconds=1, grace_seconds=1
        )
    )
    write_essay(learner, campaign)
    submission = hand_in(learner, campaign)
    submission.sections = [{"key": "commitment", "title": "Cam kết", "text": f"Tôi, {NAME}, hứa"}]
    hand_in(neighbour, campaign)
    _mark(submission.id, admin, ward)
    db.session.add(
        ReviewerConflict(
            account_id=learner.id, unit_id=ward.id, reason=CANARY, declared_at=clock.now()
        )
    )
    _attempt(campaign.id, enrolment.id, ward.id)
    excuse(admin, enrolment, f"{CANARY} đi viện")
    make_stored_file(f"Ảnh của {CANARY}".encode(), f"{CANARY}.pdf", owner=learner)
    make_request(learner, RequestKind.ERASURE, f"Xin xóa tên {CANARY}", PHONE)
    record(admin.id, "unit.renamed", f"unit:{ward.id}", old_name=f"Tổ của {NAME}", code=CODE)
    record(learner.id, "account.signed_in", f"account:{learner.id}")
    db.session.commit()
    close_campaign(None, campaign)
    db.session.commit()
    return learner, neighbour


def _mark(submission_id: int, author: Account, ward) -> None:
    assignment = MarkingAssignment(
        submission_id=submission_id,
        reviewer_id=author.id,
        pseudonym="BAI-TEST-1",
        shuffle_key=1,
        assigned_at=clock.now(),
        passed_on_reason=f"Tôi quen {CANARY}",
    )
    db.session.add(assignment)
    db.session.flush()
    db.session.add(
        MarkDraft(assignment_id=assignment.id, levels={}, comment=CANARY, saved_at=clock.now())
    )
    db.session.add(
        Mark(
            submission_id=submission_id,
            assignment_id=assignment.id,
            author_id=author.id,
            levels={},
            comment=f"Bài của {CANARY} tốt",
            reason=CANARY,
            value=8.0,
            made_at=clock.now(),
        )
    )


def _attempt(campaign_id: int, enrolment_id: int, unit_id: int) -> None:
    moment = clock.now()
    bank = QuestionBank(unit_id=unit_id, name="Ngân hàng", created_at=moment)
    db.session.add(bank)
    db.session.flush()
    question = QuizQuestion(
        bank_id=bank.id, position=1, kind="single", stem="?", options=[], created_at=moment
    )
    quiz = Quiz(
        campaign_id=campaign_id, bank_id=bank.id, title="Bài", question_count=1, created_at=moment
    )
    db.session.add_all([question, quiz])
    db.session.flush()
    attempt = QuizAttempt(
        quiz_id=quiz.id,
        enrolment_id=enrolment_id,
        number=1,
        started_at=moment,
        question_count=1,
        right_count=1,
        ratio=1.0,
        submitted_at=moment,
    )
    db.session.add(attempt)
    db.session.flush()
    db.session.add(
        QuizAttemptItem(
            attempt_id=attempt.id,
            position=1,
            question_id=question.id,
            kind="single",
            stem=f"Do {CANARY} trả lời",
            options=[{"id": "a", "text": "x", "is_right": True}],
            chosen=["a"],
        )
    )


def traces_left() -> list[str]:
    """Every place, in any column of any table or in any file, that still holds a canary."""
    found = []
    for table in db.metadata.tables.values():
        for column in table.columns:
            if column.name in ("digest", "token_hash"):
                continue  # hex of a hash: a year may stand in it by chance
            for (value,) in db.session.execute(sa.select(column)):
                is_moment = isinstance(value, datetime)
                said = value.isoformat(timespec="seconds") if is_moment else str(value)
                found += [f"{table.name}.{column.name}: {t}" for t in TRACES if t in said]
    for path in storage.folder().rglob("*"):
        if path.is_file() and any(t.encode() in path.read_bytes() for t in TRACES):
            found.append(path.name)
    return sorted(set(found))
