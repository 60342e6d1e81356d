"""The page of the audit record: in words, filtered, taken along as a workbook; readers recorded."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.audit.services import record
from lms.extensions import db
from lms.people.services import transfer_member
from lms.training.services.enrolments import excuse
from lms.units.queries import Scope
from tests.factories.people import (
    make_account,
    make_appointee,
    make_audiences,
    make_learner,
    make_member,
    make_planner,
    make_unit,
    sign_in,
)
from tests.factories.training import enrolment_of, make_campaign
from tests.support.statements import count_statements

PAGE = "/administration/audit"


@pytest.fixture
def cell(district):
    return make_unit("Chi bộ 1", district)


def _records(action):
    db.session.expire_all()
    rows = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.action == action))
    return [(row.actor_id, row.subject) for row in rows]


def test_an_act_is_told_in_words_with_names_and_a_link(client, district, administrator, cell):
    other = make_unit("Chi bộ 2", district)
    member = make_member(cell, "Nguyễn Thị Hoà")
    day = member.memberships[0].valid_from.replace(year=2026)
    transfer_member(administrator, member.id, other.id, day, Scope.of(["/"]))
    page = client.get_page(f"{PAGE}?action=member.transferred")
    row = page.rows()[1]
    assert row[1] == administrator.display_name
    assert row[2] == "Chuyển đơn vị"
    assert row[3].startswith("Nguyễn Thị Hoà")
    assert "Đơn vị cũ: Chi bộ 1" in row[4]
    assert "Đơn vị: Chi bộ 2" in row[4]
    assert page.links()["Nguyễn Thị Hoà"] == f"/administration/members/{member.id}"
    assert "member.transferred" not in page.text


def test_values_are_told_in_words_and_days_as_people_write_them(client, administrator):
    subject = f"account:{administrator.id}"
    record(administrator.id, "account.activated", subject, by="activation")
    record(None, "privacy.answered", "privacy_request:1", decision="refused", kind="objection")
    record(None, "requirement.due_moved", "campaign:1", old="2026-03-01T16:59:00+00:00")
    record(None, "member.left", "member:1", left_on="2026-03-05")
    text = client.get_page(PAGE).text
    assert "Kích hoạt tài khoản bằng phiếu" in text
    assert "Bằng cách: Phiếu kích hoạt" in text
    assert "Trả lời: Từ chối" in text
    assert "23:59" in text
    assert "05/03/2026" in text
    for raw in ("activation", "refused", "objection", "2026-03"):
        assert raw not in text


def test_filters_by_who_acted_and_who_was_concerned(client, district, administrator, cell):
    audiences = make_audiences("member")
    learner = make_learner(cell, "Trần Văn Lượng")
    campaign = make_campaign(district, audiences, opened=True)
    other = make_account(name="Lê Thị Giám Sát")
    enrolment = enrolment_of(campaign, learner)
    excuse(other, enrolment, "Đi công tác")
    record(administrator.id, "account.disabled", f"account:{learner.id}")
    record(other.id, "unit.moved", f"unit:{cell.id}")
    rows = client.get_page(f"{PAGE}?person=tran van luong").rows()[1:]
    assert {row[2] for row in rows} == {"Thêm người", "Sửa phiếu học tập", "Khóa tài khoản"}
    rows = client.get_page(f"{PAGE}?actor=le thi giam").rows()[1:]
    assert {row[2] for row in rows} == {"Sửa phiếu học tập", "Chuyển đơn vị sang cấp trên khác"}
    assert "Không có việc nào khớp" in client.get_page(f"{PAGE}?actor=khong co ai").text
    assert "Không có việc nào khớp" in client.get_page(f"{PAGE}?last_day=1/1/2020").text
    assert _records("audit.read") == [
        (administrator.id, f"member:{learner.member_id}"),
        (administrator.id, f"account:{other.id}"),
    ], "what somebody did is read about them, too"
    make_member(cell, "Trần Văn Lượng")
    client.get_page(f"{PAGE}?person=tran van luong")
    client.get(f"{PAGE}.xlsx?person=le thi giam")
    rows = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.action == "audit.read").order_by(AuditRecord.id)
    ).all()[2:]
    assert [(row.subject, row.detail) for row in rows] == [
        ("member:", {"count": 2}),
        (f"account:{other.id}", {}),
    ]
    assert client.get_page(f"{PAGE}?first_day=mai").errors_by_field.keys() == {"first_day"}


def test_the_workbook_holds_what_was_filtered_and_no_formula(client, administrator, cell):
    record(administrator.id, "unit.renamed", f"unit:{cell.id}", old_name='=HYPERLINK("x")')
    record(administrator.id, "unit.moved", f"unit:{cell.id}")
    response = client.get(f"{PAGE}.xlsx?action=unit.renamed")
    book = openpyxl.load_workbook(BytesIO(response.data))
    rows = list(book.active.iter_rows(min_row=5))
    assert [row[3].value for row in rows] == ["Đổi tên đơn vị"]
    assert rows[0][5].value == "Chi bộ 1"
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert _records("audit.exported") == [(administrator.id, f"account:{administrator.id}")]


def test_a_page_costs_the_same_for_one_record_and_for_thirty(client, administrator, cell):
    def count() -> int:
        db.session.commit()
        with count_statements() as statements:
            client.get_page(f"{PAGE}?action=unit.moved")
        return len(statements)

    record(administrator.id, "unit.moved", f"unit:{cell.id}", parent_id=cell.id)
    few = count()
    for _index in range(30):
        record(administrator.id, "unit.moved", f"unit:{cell.id}", parent_id=cell.id)
    assert count() == few


def test_an_administrator_of_a_part_reads_no_record(client, cell):
    sign_in(client, make_appointee(Role.ADMINISTRATOR, cell))
    client.get_page(PAGE, status=403)
    with client.without_audit():
        assert client.get(f"{PAGE}.xlsx").status_code == 403


def test_reading_about_people_is_recorded_once_per_page(client, district, administrator, cell):
    audiences = make_audiences("member")
    learner = make_learner(cell)
    make_learner(cell)
    campaign = make_campaign(district, audiences, opened=True)
    enrolment = enrolment_of(campaign, learner)
    client.get_page(f"/administration/members/{learner.member_id}")
    client.get_page(f"/administration/members/{learner.member_id}/details")
    assert _records("member.read") == [(administrator.id, f"member:{learner.member_id}")] * 2
    client.get_page("/administration/members")
    client.get_page(f"/administration/audiences/{audiences['member'].id}/members")
    assert _records("names.read") == [
        (administrator.id, "unit:"),
        (administrator.id, f"audience:{audiences['member'].id}"),
    ]
    planner = make_planner(district)
    sign_in(client, planner)
    for address in (
        "planning/campaigns/{}/enrolments",
        "planning/campaigns/{}/opening/names",
        "campaigns/{}/marking/essays",
    ):
        client.get_page("/" + address.format(campaign.id))
    assert _records("names.read")[2:] == [(planner.id, f"campaign:{campaign.id}")] * 3
    client.get_page(f"/planning/campaigns/{campaign.id}/enrolments/{enrolment.id}")
    assert _records("enrolment.read") == [(planner.id, f"enrolment:{enrolment.id}")]
    with client.without_audit():
        client.get("/administration/members/999")
    assert (planner.id, "member:999") not in _records("member.read")
