"""Erasing a person: nothing of them is left in any column or file, and no figure changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.audit.jobs import seal_records
from lms.audit.keys import signing_key
from lms.audit.models import AuditRecord
from lms.audit.queries import find_newest_id
from lms.audit.queries.verification import verify_chain
from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed
from lms.base.sealing import unseal
from lms.base.transactions import transaction
from lms.extensions import db
from lms.files import storage
from lms.marking.models import Mark, MarkDraft, MarkingAssignment, ReviewerConflict
from lms.notices import delivery
from lms.notices.delivery import SEALED_FOR
from lms.notices.models import OutgoingMail
from lms.people import services as people
from lms.people.models import (
    Account,
    AudienceOverride,
    Erasure,
    Member,
    Purpose,
    RequestKind,
    SignIn,
    Standing,
)
from lms.people.personal_data import Person, collect, find_person
from lms.people.retention import let_go, preview
from lms.people.services.erasure import erase_person, obstacles_to
from lms.people.services.privacy import (
    choose_consents,
    make_request,
    publish_draft,
    save_draft,
)
from lms.people.sign_in import open_sign_in
from lms.quizzes.models import QuestionBank, Quiz, QuizAttempt, QuizAttemptItem, QuizQuestion
from lms.supervision.queries import get_overview, unit_rows
from lms.training.models import Campaign as CampaignOf
from lms.training.models import CampaignState
from lms.training.services.enrolments import close_campaign, excuse
from lms.units.queries import Scope, get_unit
from lms.viewing.models import Coverage, ViewingClock
from tests.factories.essays import hand_in, make_variant, write_essay
from tests.factories.people import (
    make_account,
    make_appointment,
    make_audiences,
    make_learner,
    make_unit,
)
from tests.factories.training import enrolment_of, make_campaign, make_session, make_stored_file

CANARY = "Hoàng-Yến-Oanh"
NAME = f"Lý {CANARY}"
CODE = "98700123"
PHONE = "0987001234"
EMAIL = "canary.oanh@vidu.vn"
TRACES = (CANARY, "hoang-yen-oanh", CODE, PHONE, "canary.oanh", "1961", "Hoàng-Yến-Oanh".upper())


@pytest.fixture
def ward(app: Flask):
    return make_unit("Phường Một")


@pytest.fixture
def admin(ward) -> Account:
    return make_account(name="Quản trị viên")


def _everything(ward, admin: Account) -> tuple[Account, Account]:
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


def _traces() -> list[str]:
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


def _figures(ward) -> object:
    db.session.expire_all()
    version = get_unit(ward.id)
    campaign_id = db.session.scalar(sa.text("SELECT max(id) FROM campaign"))
    overview = get_overview(campaign_id, version)
    return overview, unit_rows(campaign_id, version)


def test_nothing_of_an_erased_person_is_left_and_no_figure_changes(ward, admin) -> None:
    learner, neighbour = _everything(ward, admin)
    before, told = str(_figures(ward)), str(collect(Person(neighbour.member_id, neighbour.id)))
    assert len(_traces()) > 15, "the canary was not put everywhere"
    seal_records()
    person = find_person(member_id=learner.member_id)
    assert person is not None
    erasure = erase_person(admin, person, typed_name=NAME, answer="Đã xóa.")
    db.session.commit()
    assert _traces() == []
    assert str(_figures(ward)) == before
    assert str(collect(Person(neighbour.member_id, neighbour.id))) == told
    member = db.session.get_one(Member, learner.member_id)
    assert member.name == f"Người đã xóa {erasure.pseudonym}"
    account = db.session.get_one(Account, learner.id)
    assert account.is_disabled
    assert account.password_hash is None
    assert db.session.scalar(sa.select(sa.func.count(SignIn.id))) == 0
    seal_records()
    assert verify_chain(signing_key()).broken is None


def test_the_canary_would_be_seen(ward, admin) -> None:
    _everything(ward, admin)
    tables = {place.partition(".")[0] for place in _traces()}
    assert tables >= {
        "account", "audience_override", "audit_record", "enrolment", "enrolment_change",
        "essay_submission", "mark", "mark_draft", "marking_assignment", "member", "post",
        "privacy_request", "quiz_attempt_item", "reviewer_conflict", "sign_in", "stored_file",
    }  # fmt: skip


def test_who_is_needed_in_an_open_campaign_is_not_erased_unless_forced(ward, admin) -> None:
    learner, _neighbour = _everything(ward, admin)
    campaign = enrolment_of(
        db.session.scalars(sa.select(CampaignOf).order_by(CampaignOf.id)).first(), learner
    ).campaign
    campaign.state = CampaignState.OPEN
    db.session.flush()
    person = find_person(member_id=learner.member_id)
    assert person is not None
    assert obstacles_to(person) == [f"Đợt học còn mở: {campaign.name}"]
    with pytest.raises(Invalid) as refused:
        erase_person(admin, person, typed_name=NAME)
    assert refused.value.field == "force_reason"
    erasure = erase_person(
        admin, person, typed_name=NAME, force_reason="Tòa án yêu cầu", answer="Rồi"
    )
    assert (erasure.is_forced, erasure.force_reason) == (True, "Tòa án yêu cầu")


def test_erasing_wants_the_name_typed_and_happens_once(ward, admin) -> None:
    learner = make_learner(ward, NAME)
    person = find_person(member_id=learner.member_id)
    assert person is not None
    with pytest.raises(Invalid):
        erase_person(admin, person, typed_name="Lý Khác")
    with pytest.raises(NotAllowed):
        erase_person(learner, person, typed_name=NAME)
    erase_person(admin, person, typed_name="ly hoang-yen-oanh")
    with pytest.raises(NotAllowed):
        erase_person(admin, person, typed_name=NAME)


def test_somebody_of_the_same_name_keeps_their_own_record(ward, admin) -> None:
    learner, twin = make_learner(ward, NAME), make_learner(ward, NAME)
    record(admin.id, "member.changed", f"member:{twin.member_id}", before={"name": NAME})
    record(admin.id, "member.changed", f"member:{learner.member_id}", before={"name": NAME})
    person = find_person(member_id=learner.member_id)
    assert person is not None
    erase_person(admin, person, typed_name=NAME)
    db.session.flush()
    details = db.session.execute(
        sa.text("SELECT subject, detail FROM audit_record WHERE action = 'member.changed'")
    ).all()
    blanked = {subject: "blanked_by" in str(detail) for subject, detail in details}
    assert blanked == {f"member:{twin.member_id}": False, f"member:{learner.member_id}": True}


def test_details_about_others_stay(ward, admin) -> None:
    """A name that is part of a longer one, and a name that somebody else here bears."""

    def erased(name: str, *texts: str) -> list[bool]:
        person = find_person(member_id=make_learner(ward, name).member_id)
        assert person is not None
        ids = []
        for text in texts:
            record(admin.id, "unit.renamed", f"unit:{ward.id}", reason=text)
            ids.append(find_newest_id())
        erase_person(admin, person, typed_name=name)
        query = sa.select(AuditRecord).where(AuditRecord.id.in_(ids)).order_by(AuditRecord.id)
        return ["blanked_by" in one.detail for one in db.session.scalars(query)]

    make_learner(ward, "Nguyễn Văn An Bình")
    assert erased(
        "Nguyễn Văn An",
        "Thay đồng chí Nguyễn Văn An.",
        "Thay đồng chí Nguyễn Văn Anh.",
        "Thay đồng chí Nguyễn Văn An Bình.",
        "Nguyễn Văn An Bình thay Nguyễn Văn An",
    ) == [True, False, False, True]
    make_learner(ward, "Trần Thị Cúc")
    assert erased("Trần Thị Cúc", "Thay đồng chí Trần Thị Cúc.") == [False]


def test_who_waits_for_an_answer_gets_one_by_letter(app, ward, admin) -> None:
    app.config["SMTP_URL"] = "smtp://127.0.0.1:9"
    learner = make_learner(ward, NAME)
    learner.email = EMAIL
    save_draft(admin, "Thông báo", "<p>a</p>")
    notice = publish_draft(admin)
    choose_consents(learner, notice.id, {Purpose.ANSWER_LETTERS})
    make_request(learner, RequestKind.ERASURE, "Xin xóa", "")
    person = find_person(member_id=learner.member_id)
    assert person is not None
    with pytest.raises(Invalid) as refused:
        erase_person(admin, person, typed_name=NAME)
    assert refused.value.field == "answer"
    erase_person(admin, person, typed_name=NAME, answer="Đã xóa tất cả.")
    letter = db.session.scalars(sa.select(OutgoingMail)).one()
    assert (letter.account_id, letter.address) == (None, EMAIL)
    assert "Đã xóa tất cả." in unseal(letter.sealed_text, SEALED_FOR)
    delivery._close(letter, None)
    db.session.commit()
    assert _traces() == [], "once it is sent, nothing of it is left"


def test_an_outside_account_is_erased_too(ward, admin) -> None:
    guest = make_account(name=NAME)
    guest.phone, guest.email = PHONE, EMAIL
    make_appointment(guest, Role.SPEAKER, ward)
    person = find_person(account_id=guest.id)
    assert person is not None
    erase_person(admin, person, typed_name=NAME)
    db.session.commit()
    assert _traces() == []


def test_retention_lets_go_what_is_past_its_time_and_can_run_again(ward, admin) -> None:
    learner, neighbour = _everything(ward, admin)
    figures = str(_figures(ward))
    assert sum(one.count for one in preview()) == 0
    assert [one.count for one in let_go()] == [0] * len(preview())
    people.mark_left(admin, learner.member_id, clock.today(), "chuyển đi", Scope.of(["/"]))
    db.session.commit()
    with clock.frozen(clock.now() + timedelta(days=6 * 365)):
        due = {one.rule.table: one.count for one in preview()}
        assert {name for name, count in due.items() if count} >= {
            "sign_in", "stored_file", "essay_draft", "mark_draft", "coverage", "viewing_clock",
            "quiz_attempt_item", "audit_record", "member",
        }  # fmt: skip
        done = {one.rule.table: one.count for one in let_go()}
        assert {name for name, count in due.items() if count} == {
            name for name, count in done.items() if count
        }
        assert sum(one.count for one in preview()) == 0
        seal_records()
    db.session.expire_all()
    assert _traces() == []
    assert str(_figures(ward)) == figures
    assert db.session.get_one(Account, neighbour.id).password_hash is not None
    assert db.session.scalar(sa.select(Erasure.actor_id)) is None
    assert verify_chain(signing_key()).broken is None


def test_a_dry_run_changes_nothing(app: Flask, ward, admin) -> None:
    learner, _neighbour = _everything(ward, admin)
    with transaction():
        open_sign_in(learner, "cũ", timedelta(days=-100))
    before = len(_traces())
    output = app.test_cli_runner().invoke(args=["privacy", "retention", "--dry-run"]).output
    assert "sign_in" in output
    assert "sẽ xóa        1" in output
    assert len(_traces()) == before
    assert db.session.scalar(sa.select(sa.func.count(SignIn.id))) == 2
    output = app.test_cli_runner().invoke(args=["privacy", "retention"]).output
    assert "đã xóa        1" in output
    db.session.expire_all()
    assert db.session.scalar(sa.select(sa.func.count(SignIn.id))) == 1
