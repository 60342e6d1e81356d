"""Two wards of one district with everything in each, so that a test can ask what leaks across.

wards = make_two_wards()
wards.a.holder       # a member of ward A who holds every role there, and nothing elsewhere
wards.b.ids          # what stands in ward B, by the name that addresses give it
CANARIES             # words that stand in ward B alone
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import openpyxl
import sqlalchemy as sa

from lms.access.models import Appointment
from lms.access.policy import Role
from lms.access.queries import list_own
from lms.access.services import delegate
from lms.base import clock
from lms.extensions import db
from lms.people.models import Account, Audience, Member, PostRank, SignIn
from lms.people.models.privacy import PrivacyRequest, RequestKind
from lms.people.models.roster import ImportState, LineKind, RosterImport, StagedLine
from lms.people.queries.roster import count_lines
from lms.people.services import mark_left, override_audience
from lms.people.sign_in import open_sign_in
from lms.quizzes.importers import read_questions
from lms.quizzes.services.imports import store_import
from lms.training.models import Campaign, Enrolment, ParticipationKind
from lms.units.changes import Change
from lms.units.models import ReorganisationKind, Unit, UnitKind
from lms.units.queries import Scope, get_unit
from lms.viewing.models import SessionCredit
from lms.viewing.services.credits import credit_session
from tests.factories.essays import hand_in, make_variant, write_essay
from tests.factories.marking import make_assignment, make_reviewer
from tests.factories.people import (
    make_account,
    make_appointee,
    make_appointment,
    make_audiences,
    make_learner,
    make_member,
    make_speaker,
    make_unit,
)
from tests.factories.quizzes import make_attempt, make_bank, make_quiz
from tests.factories.reorganisation import DECISION, apply
from tests.factories.training import (
    enrolment_of,
    make_campaign,
    make_directive,
    make_material,
    make_run,
    make_session,
    make_stored_file,
)
from tests.factories.venues import entry_of, make_venue

CANARY = "Hoàng Yến"
"""Stands in every name of ward B and nowhere else."""

CODE = "77"
"""Every card number of ward B begins with it."""

CANARIES = (CANARY, "hoang yen", "hoang-yen", "Hoang Yen", f"{CODE}000")

MISSING = 987_654_321
"""An id of nothing; ids of each table stay far below."""


@dataclass
class Ward:
    """A ward, who works there, and the id of each thing in it by its name in addresses."""

    unit: Unit
    cell: Unit
    holder: Account
    planner: Account
    supervisor: Account
    reviewer: Account
    speaker: Account
    campaign: Campaign
    draft: Campaign
    ids: dict[str, int | str]


@dataclass
class TwoWards:
    """Two wards alike in everything but their names, and what belongs to both."""

    district: Unit
    audiences: dict[str, Audience]
    a: Ward
    b: Ward


def make_two_wards() -> TwoWards:
    """The district with both wards, flushed."""
    district = make_unit("Đảng bộ quận Đông Hải", kind=UnitKind.COMMITTEE)
    audiences = make_audiences("unit_head", "member")
    ward_a = make_ward(district, audiences, "Sơn Ca", "11")
    ward_b = make_ward(district, audiences, CANARY, CODE)
    db.session.flush()
    return TwoWards(district, audiences, ward_a, ward_b)


def make_ward(district: Unit, audiences: dict[str, Audience], mark: str, code: str) -> Ward:
    """A ward in which every name holds the mark and every card number begins with the code."""
    unit = make_unit(f"Đảng bộ phường {mark}", district, kind=UnitKind.BASE)
    cell = make_unit(f"Chi bộ {mark}", unit)
    holder = make_account(make_member(cell, f"Lê {mark}", code=f"{code}000001"))
    for role in Role:
        make_appointment(holder, role, unit)
    head = make_learner(cell, f"Trần {mark}", rank=PostRank.UNIT_HEAD)
    writer = make_account(make_member(cell, f"Phạm {mark}", code=f"{code}000002"))
    others = [make_member(cell, f"Vũ Thị {mark} {n}", code=f"{code}0000{n}") for n in range(10, 13)]
    planner = make_account(name=f"Tổ chức {mark}")
    make_appointment(planner, Role.PLANNER, unit)
    supervisor = make_appointee(Role.SUPERVISOR, unit, f"Giám sát {mark}")
    speaker = make_speaker(unit, f"Báo cáo viên {mark}")
    reviewer = make_reviewer(unit, f"Người chấm {mark}")
    override_audience(
        holder, others[0].id, audiences["unit_head"].id, f"Lý do {mark}", _scope(unit)
    )
    gone = make_member(cell, f"Đỗ {mark}", code=f"{code}000003")
    mark_left(holder, gone.id, clock.today(), f"Chuyển đi {mark}", _scope(unit))
    directive = make_directive()
    campaign = make_campaign(
        unit, audiences, name=f"Đợt học {mark}", directives=[directive], opened=True
    )
    variant = make_variant(campaign, audiences.values(), name=f"Đề {mark}")
    bank = make_bank(unit, 10, f"Ngân hàng {mark}")
    make_quiz(campaign, bank, title=f"Trắc nghiệm {mark}")
    session = make_session(campaign, f"Buổi {mark}", speakers=[speaker], directives=[directive])
    session.runs = [make_run(clock.now() - timedelta(minutes=5))]
    hall = make_venue(holder, session, unit, place=f"Hội trường {mark}")
    file = make_stored_file(name=f"tep-{mark}.pdf", owner=speaker)
    material = make_material(session, f"Tài liệu {mark}", file=file, uploaded_by=speaker)
    attempt = make_attempt(holder, campaign, right=7)
    make_attempt(writer, campaign, right=3)
    write_essay(holder, campaign)
    assignment = make_assignment(hand_in(writer, campaign), holder)
    hand_in(make_account(others[2]), campaign)  # waits for a reviewer
    draft = make_campaign(unit, audiences, name=f"Đợt học sau {mark}", directives=[directive])
    make_quiz(draft, bank, title=f"Trắc nghiệm sau {mark}")
    passed_on = make_assignment(hand_in(head, campaign), reviewer)
    passed_on.passed_on_at = passed_on.assigned_at
    passed_on.passed_on_reason = f"Quen {mark}"
    own_appointment = make_appointment(speaker, Role.REVIEWER, cell)
    delegation = delegate(
        holder.id,
        _own_appointment(holder).id,
        planner.id,
        cell.id,
        clock.today(),
        clock.today() + timedelta(days=7),
        f"Đi vắng {mark}",
    )
    renamed = apply(
        Change(
            kind=ReorganisationKind.RENAME,
            effective_on=clock.today(),
            decision=DECISION,
            unit_id=cell.id,
            name=f"Chi bộ {mark} mới",
        )
    )
    roster, line = _roster(cell, mark, code)
    stored = store_import(
        planner, bank, f"cau-hoi-{mark}.xlsx", read_questions(_question_file(mark), "cau-hoi.xlsx")
    )
    assert isinstance(head.member, Member)
    db.session.flush()
    ids: dict[str, int | str] = {
        "account_id": reviewer.id,
        "appointment_id": own_appointment.id,
        "assignment_id": passed_on.id,
        "attempt_id": attempt.id,
        "administration.import_id": roster.id,
        "line_id": line.id,
        "request_id": _privacy_request(holder, mark).id,
        "sign_in_id": _sign_in_of(holder),
        "reorganisation_id": renamed.id,
        "bank_id": bank.id,
        "campaign_id": campaign.id,
        "delegation_id": delegation.id,
        "enrolment_id": enrolment_of(campaign, writer).id,
        "entry_id": entry_of(hall, writer).id,
        "import_id": stored.id,
        "material_id": material.id,
        "member_id": others[1].id,
        "post_id": head.member.posts[0].id,
        "pseudonym": assignment.pseudonym,
        "question_id": _first_question(bank.id),
        "session_id": session.id,
        "unit_id": cell.id,
        "run_id": session.runs[0].id,
        "credit_id": _attested(holder, enrolment_of(campaign, writer), session.id, mark),
        "variant_id": variant.id,
        "venue_id": hall.id,
    }
    return Ward(unit, cell, holder, planner, supervisor, reviewer, speaker, campaign, draft, ids)


def _attested(holder: Account, enrolment: Enrolment, session_id: int, mark: str) -> int:
    """The credit of somebody the holder vouched for."""
    kind = ParticipationKind.ATTESTED
    note = f"Có mặt {mark}"
    credit_session(enrolment.id, session_id, kind, clock.now(), actor_id=holder.id, note=note)
    return db.session.scalars(
        sa.select(SessionCredit.id).where(
            SessionCredit.enrolment_id == enrolment.id, SessionCredit.kind == kind
        )
    ).one()


def _own_appointment(account: Account) -> Appointment:
    return next(row for row in list_own(account.id) if row.role is Role.SUPERVISOR)


def _privacy_request(account: Account, mark: str) -> PrivacyRequest:
    """Something that somebody asked about their data and that nobody has answered."""
    made = PrivacyRequest(
        account_id=account.id,
        kind=RequestKind.CORRECTION,
        about=f"Sửa tên {mark}",
        received_at=clock.now(),
        respond_by=clock.now() + timedelta(days=2),
        due_at=clock.now() + timedelta(days=10),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _sign_in_of(account: Account) -> int:
    """A device on which somebody is signed in."""
    open_sign_in(account, "Điện thoại", timedelta(days=1))
    newest = sa.select(SignIn.id).where(SignIn.account_id == account.id)
    return int(db.session.scalars(newest.order_by(SignIn.id.desc())).first() or 0)


def _roster(unit: Unit, mark: str, code: str) -> tuple[RosterImport, StagedLine]:
    """A roster that waits for decisions, with one line in doubt."""
    made = RosterImport(
        unit_id=unit.id,
        file_name=f"danh-sach-{mark}.xlsx",
        layout={},
        state=ImportState.PREVIEW,
        active_at=clock.now(),
        line_count=1,
        has_lines=True,
        counts={},
        effective_on=clock.today(),
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    line = StagedLine(
        import_id=made.id,
        position=1,
        sheet=f"Tờ {mark}",
        row=4,
        kind=LineKind.DOUBTFUL,
        code=f"{code}000099",
        name=f"Đinh {mark}",
        fold="dinh",
        sort_key="dinh",
    )
    db.session.add(line)
    db.session.flush()
    made.counts = count_lines(made.id)
    return made, line


def _scope(unit: Unit) -> Scope:
    return Scope.of([get_unit(unit.id).path])


def _first_question(bank_id: int) -> int:
    from lms.quizzes.queries.banks import questions_in_use

    question = db.session.scalars(questions_in_use(bank_id)).first()
    assert question is not None
    return int(question.id)


def _question_file(mark: str) -> bytes:
    """A workbook of two questions, one of them in doubt."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Câu hỏi", "A", "B", "C", "D", "Đáp án"])
    sheet.append([f"Ai là {mark}?", "Một", "Hai", "Ba", "Bốn", "A"])
    sheet.append([f"Khi nào {mark}?", "Năm", "Sáu", "Bảy", "Tám", ""])
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()
