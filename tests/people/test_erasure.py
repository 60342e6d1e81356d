"""Erasing a person: nothing of them is left in any column or file, and no figure changes."""

from __future__ import annotations

from datetime import timedelta

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
from lms.notices import delivery
from lms.notices.delivery import SEALED_FOR
from lms.notices.models import OutgoingMail
from lms.people import services as people
from lms.people.models import (
    Account,
    Erasure,
    Member,
    Purpose,
    RequestKind,
    SignIn,
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
from lms.supervision.queries import get_overview, unit_rows
from lms.training.models import Campaign as CampaignOf
from lms.training.models import CampaignState
from lms.units.queries import Scope, get_unit
from lms.viewing.models import Coverage
from tests.factories.people import (
    make_account,
    make_appointment,
    make_learner,
    make_unit,
)
from tests.factories.training import enrolment_of
from tests.people.erasable import (
    EMAIL,
    NAME,
    PHONE,
    make_everything_of,
    traces_left,
)


@pytest.fixture
def ward(app: Flask):
    return make_unit("Phường Một")


@pytest.fixture
def admin(ward) -> Account:
    return make_account(name="Quản trị viên")


def _figures(ward) -> object:
    db.session.expire_all()
    version = get_unit(ward.id)
    campaign_id = db.session.scalar(sa.text("SELECT max(id) FROM campaign"))
    overview = get_overview(campaign_id, version)
    return overview, unit_rows(campaign_id, version)


def test_nothing_of_an_erased_person_is_left_and_no_figure_changes(ward, admin) -> None:
    learner, neighbour = make_everything_of(ward, admin)
    before, told = str(_figures(ward)), str(collect(Person(neighbour.member_id, neighbour.id)))
    assert len(traces_left()) > 15, "the canary was not put everywhere"
    seal_records()
    person = find_person(member_id=learner.member_id)
    assert person is not None
    erasure = erase_person(admin, person, typed_name=NAME, answer="Đã xóa.")
    db.session.commit()
    assert traces_left() == []
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
    make_everything_of(ward, admin)
    tables = {place.partition(".")[0] for place in traces_left()}
    assert tables >= {
        "account", "audience_override", "audit_record", "enrolment", "enrolment_change",
        "essay_submission", "mark", "mark_draft", "marking_assignment", "member", "post",
        "privacy_request", "quiz_attempt_item", "reviewer_conflict", "sign_in", "stored_file",
    }  # fmt: skip


def test_who_is_needed_in_an_open_campaign_is_not_erased_unless_forced(ward, admin) -> None:
    learner, _neighbour = make_everything_of(ward, admin)
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
    assert traces_left() == [], "once it is sent, nothing of it is left"


def test_an_outside_account_is_erased_too(ward, admin) -> None:
    guest = make_account(name=NAME)
    guest.phone, guest.email = PHONE, EMAIL
    make_appointment(guest, Role.SPEAKER, ward)
    person = find_person(account_id=guest.id)
    assert person is not None
    erase_person(admin, person, typed_name=NAME)
    db.session.commit()
    assert traces_left() == []


def test_retention_lets_go_what_is_past_its_time_and_can_run_again(ward, admin) -> None:
    learner, neighbour = make_everything_of(ward, admin)
    newest = db.session.scalars(sa.select(Coverage).order_by(Coverage.enrolment_id.desc())).first()
    assert newest is not None
    newest.intervals, newest.uncredited = [], [[0, 9, "clock"]]  # nothing of it was credited
    db.session.commit()
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
    assert traces_left() == []
    assert str(_figures(ward)) == figures
    assert set(map(str, db.session.scalars(sa.select(Coverage.uncredited)))) == {"[]"}
    assert db.session.get_one(Account, neighbour.id).password_hash is not None
    assert db.session.scalar(sa.select(Erasure.actor_id)) is None
    assert verify_chain(signing_key()).broken is None


def test_a_dry_run_changes_nothing(app: Flask, ward, admin) -> None:
    learner, _neighbour = make_everything_of(ward, admin)
    with transaction():
        open_sign_in(learner, "cũ", timedelta(days=-100))
    before = len(traces_left())
    output = app.test_cli_runner().invoke(args=["privacy", "retention", "--dry-run"]).output
    assert "sign_in" in output
    assert "sẽ xóa        1" in output
    assert len(traces_left()) == before
    assert db.session.scalar(sa.select(sa.func.count(SignIn.id))) == 2
    output = app.test_cli_runner().invoke(args=["privacy", "retention"]).output
    assert "đã xóa        1" in output
    db.session.expire_all()
    assert db.session.scalar(sa.select(sa.func.count(SignIn.id))) == 1
