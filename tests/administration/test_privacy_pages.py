"""The administrator's pages of privacy: clocks, answers, the notice, erasing somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_babel import lazy_gettext

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db
from lms.people.models import Erasure, Member, PrivacyNotice, RequestKind, RequestState
from lms.people.services.privacy import make_request
from tests.factories.people import (
    make_account,
    make_appointee,
    make_audiences,
    make_learner,
    make_unit,
    sign_in,
    sign_in_elsewhere,
)
from tests.factories.training import make_campaign
from tests.support.answers import essence

BASE = "/administration/privacy"


@pytest.fixture
def cell(district):
    return make_unit("Chi bộ 1", district)


@pytest.fixture
def learner(cell):
    return make_learner(cell, "Bùi Thị Xuân")


def _actions():
    db.session.expire_all()
    return list(db.session.scalars(sa.select(AuditRecord.action)))


def test_requests_stand_by_their_due_day_and_the_late_ones_say_so(
    client, administrator, learner, cell
):
    other = make_learner(cell, "Đỗ Văn Gấp")
    make_request(learner, RequestKind.ERASURE, "Xin xóa", "")
    with clock.frozen(clock.now() - timedelta(days=30)):
        make_request(other, RequestKind.CORRECTION, "Sai ngày sinh", "")
    page = client.get_page(BASE)
    names = [row[0] for row in page.rows()[1:]]
    assert names == ["Đỗ Văn Gấp", "Bùi Thị Xuân"]
    late, fresh = page.rows()[1:]
    assert "Quá hạn" in late[2]
    assert "Quá hạn" in late[3]
    assert "Quá hạn" not in " ".join(fresh)


def test_a_request_is_accepted_extended_and_answered(app, client, administrator, learner):
    made = make_request(learner, RequestKind.CORRECTION, "Sai ngày sinh", "")
    address = f"{BASE}/requests/{made.id}"
    page = client.get_page(address)
    assert "Sai ngày sinh" in page.text
    due = made.due_at
    page = page.submit(form=f"{address}/acceptance")
    page.submit({"reason": ""}, form=f"{address}/extension", status=422)
    page = client.get_page(address).submit({"reason": "Chờ hồ sơ gốc"}, form=f"{address}/extension")
    page.submit({"state": "done", "answer": ""}, form=f"{address}/answer", status=422)
    client.get_page(address).submit(
        {"state": "done", "answer": "Đã sửa thành 3/5/1962."}, form=f"{address}/answer"
    )
    db.session.refresh(made)
    assert (made.state, made.answered_by_id) == (RequestState.DONE, administrator.id)
    assert made.due_at - due == timedelta(days=10)
    own = sign_in_elsewhere(app, learner).get_page(f"/my-data/requests/{made.id}")
    assert "Đã sửa thành 3/5/1962." in own.text
    assert "Chờ hồ sơ gốc" in own.text
    assert {"privacy.request_read", "privacy.extended", "privacy.answered"} <= set(_actions())
    client.post(f"{address}/acceptance")
    assert client.get_page(address).text.count("Gửi trả lời") == 0


def test_the_notice_is_written_looked_at_and_published(client, administrator):
    page = client.submit(
        f"{BASE}/notice", {"title": "Thông báo", "body": "# Ai xem\n\nXin <chào>\n\n<script>x"}
    )
    assert page.address == f"{BASE}/notice/preview"
    assert "Xin <chào>" in page.text
    assert b"<h2>Ai xem</h2>" in page.response.data
    assert b"<script>x" not in page.response.data
    assert db.session.scalar(sa.select(PrivacyNotice.published_at)) is None
    page = page.submit()
    assert "bản số 1" in page.text
    client.get_page(f"{BASE}/notice/preview", status=404)
    assert {"notice.drafted", "notice.published"} <= set(_actions())
    client.submit(f"{BASE}/notice", {"title": "", "body": ""}, status=422)


def test_two_who_write_the_notice_do_not_overwrite_each_other(app, client, administrator):
    client.submit(f"{BASE}/notice", {"title": "Một", "body": "Chữ một"})
    first = client.get_page(f"{BASE}/notice")
    client.submit(f"{BASE}/notice", {"title": "Một", "body": "Chữ hai"})
    page = first.submit({"title": "Một", "body": "Chữ ba"}, status=409)
    assert "Chữ hai" in page.text, "what is stored is said"
    assert page.form().value_of("body").strip() == "Chữ ba", "what was typed stays"
    assert page.submit().address == f"{BASE}/notice/preview", "once more replaces it knowingly"


def test_only_words_that_were_read_are_published(client, administrator):
    page = client.submit(f"{BASE}/notice", {"title": "Một", "body": "Chữ đã đọc"})
    client.submit(f"{BASE}/notice", {"title": "Một", "body": "Chữ khác hẳn"})
    page = page.submit(status=409)
    assert "Chữ khác hẳn" in page.text
    assert db.session.scalar(sa.select(PrivacyNotice.published_at)) is None
    assert "bản số 1" in page.submit().text
    assert "Chữ khác hẳn" in db.session.scalars(sa.select(PrivacyNotice.body)).one()
    assert client.post(f"{BASE}/notice/preview").status_code in (400, 409)


def test_the_hints_of_a_form_are_text(app):
    with app.test_request_context():
        made = app.jinja_env.from_string("{{ hint }}").render(hint=lazy_gettext("<p> và </p>"))
    assert made == "&lt;p&gt; và &lt;/p&gt;"


def test_somebody_is_looked_for_previewed_and_erased(client, district, administrator, learner):
    page = client.get_page(f"{BASE}/people?q=bui thi xuan")
    address = page.links()["Bùi Thị Xuân"]
    page = client.get_page(address)
    assert "Đang giữ về người này" in page.text
    page.submit({"name": "Ai khác"}, status=422)
    assert db.session.scalar(sa.select(Erasure.id)) is None
    client.get_page(address).submit({"name": "Bùi Thị Xuân"})
    db.session.expire_all()
    name = db.session.get_one(Member, learner.member_id).name
    assert name.startswith("Người đã xóa ")
    assert "privacy.erased" in _actions()
    assert "Không tìm thấy ai" in client.get_page(f"{BASE}/people?q=bui thi xuan").text


def test_the_answer_is_printed_where_no_letter_can_be_mailed(client, administrator, learner):
    make_request(learner, RequestKind.ERASURE, "Xin xóa", "")
    address = f"{BASE}/members/{learner.member_id}/erasure"
    page = client.get_page(address)
    said = {"name": "Bùi Thị Xuân", "answer": "Đã xóa; khiếu nại ở Đảng ủy."}
    page.submit({"name": "Bùi Thị Xuân"}, button="erase", status=422)
    assert client.page.errors_by_field.keys() == {"answer"}
    page = client.get_page(address).submit(said, button="letter")
    assert "Chưa xóa gì" in page.text
    page = page.submit()
    assert page.form().value_of("answer").strip() == said["answer"], "nothing typed is lost"
    assert db.session.scalar(sa.select(Erasure.id)) is None
    page = page.submit(button="erase")
    assert "Kính gửi đồng chí Bùi Thị Xuân" in page.text
    assert said["answer"] in page.text
    assert db.session.scalar(sa.select(Erasure.id)) is not None
    assert client.get_page(BASE).rows()[1][0].startswith("Người đã xóa")


def test_who_is_needed_in_an_open_campaign_wants_a_reason(client, district, administrator, learner):
    make_campaign(district, make_audiences("member"), name="Đợt tháng 12", opened=True)
    address = f"{BASE}/members/{learner.member_id}/erasure"
    page = client.get_page(address)
    assert "Đợt học còn mở: Đợt tháng 12" in page.text
    page = page.submit({"name": "Bùi Thị Xuân"}, status=422)
    assert page.errors_by_field.keys() == {"force_reason"}
    page.submit({"name": "Bùi Thị Xuân", "force_reason": "Theo bản án"})
    db.session.expire_all()
    assert db.session.scalar(sa.select(Erasure.is_forced)) is True


def test_an_outside_account_is_erased_by_its_own_address(client, administrator):
    guest = make_account(name="Vũ Khách Mời")
    page = client.get_page(f"{BASE}/people?q=khách mời")
    assert page.links()["Vũ Khách Mời"] == f"{BASE}/accounts/{guest.id}/erasure"
    client.get_page(f"{BASE}/accounts/{guest.id}/erasure").submit({"name": "Vũ Khách Mời"})
    db.session.refresh(guest)
    assert guest.is_disabled


def test_only_who_looks_after_the_whole_tree_comes_here(app, client, administrator, cell, learner):
    made = make_request(learner, RequestKind.ERASURE, "x", "")
    part = sign_in_elsewhere(app, make_appointee(Role.ADMINISTRATOR, cell))
    addresses = [
        BASE,
        f"{BASE}/requests/{made.id}",
        f"{BASE}/notice",
        f"{BASE}/people?q=bui",
        f"{BASE}/members/{learner.member_id}/erasure",
        f"{BASE}/accounts/{learner.id}/erasure",
    ]
    for address in addresses:
        assert part.get(address).status_code == 403, address
    assert essence(part.get(f"{BASE}/requests/{made.id}")) == essence(
        part.get(f"{BASE}/requests/9999")
    )
    sign_in(client, learner)
    for address in addresses:
        assert client.get(address).status_code == 403, address
