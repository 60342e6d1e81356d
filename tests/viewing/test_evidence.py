"""What participation rests on: for the member, the supervisor, the secretary who vouches."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.base.errors import Invalid
from lms.extensions import db
from lms.training.models import ParticipationKind
from lms.units.queries import Scope, get_unit
from lms.viewing.models import SessionCredit
from lms.viewing.queries.evidence import get_person_study
from lms.viewing.services.attestation import attest
from lms.viewing.services.credits import credit_session, revoke_credit
from tests.factories.people import make_appointee, make_appointment, make_unit, sign_in
from tests.factories.training import make_live_session, make_run, make_session
from tests.factories.venues import make_venue, tick
from tests.support.client import PageClient
from tests.support.statements import count_statements
from tests.viewing.support import Viewer, make_viewer

ROLL_CALL = ParticipationKind.VENUE_ROLL_CALL


@pytest.fixture
def viewer(app: Flask, client: PageClient) -> Viewer:
    return make_viewer(app, client, seconds=40.0)


def unit_of(viewer: Viewer):  # type: ignore[no-untyped-def]
    from lms.units.models import Unit

    return db.session.get_one(Unit, viewer.enrolment.unit_id)


def words_of(moment: datetime) -> str:
    """A moment as a secretary types it."""
    return clock.to_local(moment).strftime("%H:%M %d/%m/%Y")


def evidence_address(viewer: Viewer) -> str:
    return f"/enrolments/{viewer.enrolment.id}/evidence"


def test_a_member_reads_what_was_credited_by_which_kind_and_when(viewer: Viewer) -> None:
    viewer.watch((0, 40), after=40)
    secretary = make_appointee(Role.SECRETARY, unit_of(viewer), "Trần Thị Thư")
    credit_session(
        viewer.enrolment.id, viewer.session.id, ROLL_CALL, clock.now(), actor_id=secretary.id
    )
    credit = db.session.scalars(
        sa.select(SessionCredit).where(SessionCredit.kind == ROLL_CALL)
    ).one()
    revoke_credit(credit, secretary.id, "Ghi nhầm người")
    db.session.commit()
    links = viewer.client.get_page(f"/sessions/{viewer.session.id}").links()
    page = viewer.client.get_page(links["Phần học của tôi được ghi nhận thế nào?"])
    for words in (
        "Xem lại, có ghi nhận",
        "Điểm danh tại điểm cầu",
        "do Trần Thị Thư ghi",
        "Đã rút lại",
        "Ghi nhầm người",
        "đã xem 40 giây",
    ):
        assert words in page.text
    assert viewer.enrolment.sessions_met_by is ParticipationKind.VERIFIED_VIEWING


def test_the_page_says_what_is_missing_and_leads_on(viewer: Viewer) -> None:
    viewer.watch((0, 12), after=12)
    secretary = make_appointee(Role.SECRETARY, unit_of(viewer))
    venue = make_venue(secretary, viewer.session, unit_of(viewer))
    db.session.commit()
    page = viewer.client.get_page(f"/sessions/{viewer.session.id}/evidence")
    assert "Cần xem 80 % bản ghi. Còn thiếu 20 giây." in page.text.replace("\u00a0", " ")
    assert page.links()["Xem tiếp"] == f"/sessions/{viewer.session.id}"
    assert "chưa điểm danh. Danh sách chưa chốt." in " ".join(page.text.split())
    tick(secretary, venue, viewer.account)
    db.session.commit()
    page = viewer.client.get_page(page.address)
    assert ". Danh sách chưa chốt." in " ".join(page.text.split())
    sign_in(viewer.client, make_appointee(Role.SUPERVISOR, unit_of(viewer)))
    page = viewer.client.get_page(evidence_address(viewer))
    assert "Còn thiếu 20 giây" in page.text.replace("\u00a0", " ")
    assert "Xem tiếp" not in page.text


def test_who_did_both_is_counted_once_and_both_stand(viewer: Viewer) -> None:
    credit_session(viewer.enrolment.id, viewer.session.id, ROLL_CALL, viewer.began_at)
    db.session.commit()
    viewer.watch((0, 40), after=40)
    kinds = db.session.scalars(
        sa.select(SessionCredit.kind).where(SessionCredit.enrolment_id == viewer.enrolment.id)
    ).all()
    assert set(kinds) == {ROLL_CALL, ParticipationKind.VERIFIED_VIEWING}
    db.session.expire_all()
    assert viewer.enrolment.sessions_met_by is ParticipationKind.VERIFIED_VIEWING
    assert viewer.enrolment.fulfilled_at == viewer.began_at + timedelta(seconds=40)


def test_taking_the_only_credit_back_takes_participation_along(viewer: Viewer) -> None:
    credit_session(viewer.enrolment.id, viewer.session.id, ROLL_CALL, viewer.began_at)
    assert viewer.enrolment.fulfilled_at == viewer.began_at
    credit = db.session.scalars(sa.select(SessionCredit)).one()
    revoke_credit(credit, None, "Không có mặt")
    assert viewer.enrolment.fulfilled_at is None and viewer.enrolment.viewing_ratio == 0
    assert credit_session(viewer.enrolment.id, viewer.session.id, ROLL_CALL, clock.now())


def test_a_supervisor_of_the_unit_reads_it_and_that_is_recorded(app: Flask, viewer: Viewer) -> None:
    viewer.watch((0, 40), after=40)
    address = evidence_address(viewer)
    other = make_appointee(Role.SUPERVISOR, make_unit())
    own = make_appointee(Role.SUPERVISOR, unit_of(viewer))
    sign_in(viewer.client, other)
    missing = viewer.client.get_page("/enrolments/999999/evidence", status=404)
    page = viewer.client.get_page(address, status=404)
    assert (page.title, page.text) == (missing.title, missing.text)
    sign_in(viewer.client, own)
    assert viewer.account.display_name in viewer.client.get_page(address).text
    db.session.commit()
    query = sa.select(sa.func.count()).where(AuditRecord.action == "enrolment.read")
    assert db.session.scalar(query) == 1


def test_the_page_costs_the_same_for_one_and_for_twelve_sessions(viewer: Viewer) -> None:
    own = make_appointee(Role.SUPERVISOR, unit_of(viewer))
    sign_in(viewer.client, own)
    address = evidence_address(viewer)
    viewer.client.get_page(address)
    with count_statements() as few:
        viewer.client.get_page(address)
    for _ in range(11):
        session = make_session(viewer.campaign, seconds=20.0)
        credit_session(viewer.enrolment.id, session.id, ROLL_CALL, clock.now())
    db.session.commit()
    with count_statements() as many:
        viewer.client.get_page(address)
    assert len(many) == len(few), "\n".join(many)


# --- a secretary's word ---------------------------------------------------------------------


def test_a_secretary_vouches_with_a_reason_and_takes_it_back(viewer: Viewer) -> None:
    secretary = make_appointee(Role.SECRETARY, unit_of(viewer))
    sign_in(viewer.client, secretary)
    viewer.client.get_page("/attestations")
    address = f"/attestations/{viewer.enrolment.id}"
    page = viewer.client.get_page(address)
    now = words_of(clock.now())
    refused = page.submit({"reason": " ", "met_at": now}, button="Ghi lời xác nhận", status=422)
    assert "Hãy ghi vì sao" in refused.text
    early = page.submit(
        {"reason": "Dự cùng", "met_at": "08:00 01/01/2020"}, button="Ghi lời xác nhận", status=422
    )
    assert "Thời điểm dự" in early.text
    assert page.submit(
        {"reason": "Dự cùng chi bộ, máy hỏng", "met_at": now}, button="Ghi lời xác nhận"
    ).address.endswith(address)
    db.session.expire_all()
    assert viewer.enrolment.sessions_met_by is ParticipationKind.ATTESTED
    credit = db.session.scalars(sa.select(SessionCredit)).one()
    assert (credit.recorded_by_id, credit.note) == (secretary.id, "Dự cùng chi bộ, máy hỏng")
    page = viewer.client.get_page(address)
    page.submit(
        {f"credit-{credit.id}-reason": "Nhầm buổi"},
        form=f"#take-back-{credit.id}",
        button="Rút lại lời xác nhận",
    )
    db.session.expire_all()
    assert viewer.enrolment.sessions_met_at is None
    assert credit.revoke_reason == "Nhầm buổi"


def test_the_moment_is_the_secretary_s_to_say(viewer: Viewer) -> None:
    sign_in(viewer.client, make_appointee(Role.SECRETARY, unit_of(viewer)))
    page = viewer.client.get_page(f"/attestations/{viewer.enrolment.id}")
    refused = page.submit({"reason": "Dự cùng"}, button="Ghi lời xác nhận", status=422)
    assert refused.errors == ["Dự lúc: Hãy ghi giờ và ngày, ví dụ 19:30 15/12/2026."]


def test_a_run_that_has_not_begun_is_vouched_for_by_nobody(viewer: Viewer) -> None:
    secretary = make_appointee(Role.SECRETARY, unit_of(viewer))
    now = clock.now()
    live = make_live_session(viewer.campaign, starts_at=now + timedelta(days=1))
    person = get_person_study(
        viewer.enrolment.id, Scope.of([get_unit(viewer.enrolment.unit_id).path])
    )
    with pytest.raises(Invalid, match="lượt đầu tiên bắt đầu lúc") as refused:
        attest(secretary, person, live, now, "Dự cùng")
    assert refused.value.field == "met_at"
    held = make_run(now - timedelta(minutes=30))
    live.runs.append(held)
    db.session.flush()
    db.session.expire(live)
    with pytest.raises(Invalid, match="bắt đầu lúc"):
        attest(secretary, person, live, held.starts_at - timedelta(minutes=1), "Dự cùng")
    attest(secretary, person, live, held.starts_at, "Dự cùng")
    live.runs.clear()
    with pytest.raises(Invalid, match="chưa diễn ra lượt nào"):
        attest(secretary, person, live, now, "Dự cùng")


def test_nobody_vouches_for_themselves_or_for_other_units(viewer: Viewer) -> None:
    make_appointment(viewer.account, Role.SECRETARY, unit_of(viewer))
    sign_in(viewer.client, viewer.account)
    page = viewer.client.get_page(f"/attestations/{viewer.enrolment.id}")
    words = {"reason": "Tôi đã dự", "met_at": words_of(clock.now())}
    page.submit(words, button="Ghi lời xác nhận", status=403)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SessionCredit)) == 0
    sign_in(viewer.client, make_appointee(Role.SECRETARY, make_unit()))
    viewer.client.get_page(f"/attestations/{viewer.enrolment.id}", status=404)
    assert viewer.account.display_name not in viewer.client.get_page("/attestations").text
