"""Dữ liệu của tôi: read, taken along, put right; the notice and one's choices."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

import pytest
import sqlalchemy as sa

from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db
from lms.home.my_data_files import _Paper, as_json, as_pdf
from lms.people import privacy_clocks
from lms.people.models import (
    Consent,
    NoticeReceipt,
    PrivacyRequest,
    Purpose,
    RequestKind,
    RequestState,
)
from lms.people.personal_data import Section
from lms.people.queries.privacy import consents_in_force, find_published
from lms.people.services import privacy
from lms.units.models import Unit
from tests.factories.essays import hand_in, make_variant
from tests.factories.people import (
    PASSWORD,
    make_account,
    make_audiences,
    make_learner,
    make_unit,
    sign_in,
    sign_in_elsewhere,
)
from tests.factories.training import make_campaign
from tests.support.answers import essence

NAME = "Nguyễn Thị Ỷ Ưỡng"


@pytest.fixture
def learner(app, client):
    unit = make_unit("Chi bộ 1")
    account = make_learner(unit, NAME)
    sign_in(client, account)
    return account


def _publish(body="<p>Chúng tôi giữ kết quả học.</p><script>x</script>"):
    author = make_account()
    privacy.save_draft(author, "Thông báo", body)
    notice = privacy.publish_draft(author)
    db.session.commit()
    return notice


def _actions():
    db.session.expire_all()
    return list(db.session.scalars(sa.select(AuditRecord.action)))


def test_a_person_reads_all_that_is_held_about_them_and_nobody_else(client, learner):
    unit = make_unit("Chi bộ 2")
    other = make_learner(unit, "Trần Văn Khác")
    page = client.get_page("/my-data")
    assert NAME in page.text
    assert learner.member.code in page.text
    assert other.member.name not in page.text
    assert "Chi bộ 1" in page.text
    assert page.links()["Tải bản PDF"] == "/my-data/export.pdf"


def test_the_json_holds_each_section_and_the_essay(client, learner):
    audiences = make_audiences("member")
    campaign = make_campaign(
        db.session.get_one(Unit, learner.member.memberships[0].unit_id), audiences, opened=True
    )
    make_variant(campaign, audiences.values())
    hand_in(learner, campaign)
    answer = client.get("/my-data/export.json")
    content = json.loads(answer.data)
    sections = {section["key"]: section["items"] for section in content["sections"]}
    first = {
        key: {pair["label"]: pair["value"] for pair in items[0]} for key, items in sections.items()
    }
    assert first["member"]["Họ và tên"] == NAME
    assert first["enrolments"]["Đợt học"] == campaign.name
    assert first["essays"]["Nhận thức"].startswith("chữ1 chữ2")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "privacy.exported" in _actions()


def test_the_pdf_is_one_with_every_letter_of_vietnamese(client, learner, tmp_path):
    answer = client.get("/my-data/export.pdf")
    assert answer.data.startswith(b"%PDF-")
    path = tmp_path / "x.pdf"
    path.write_bytes(answer.data)
    try:
        text = subprocess.run(
            ["pdftotext", str(path), "-"], capture_output=True, text=True, check=True
        ).stdout
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")
    assert NAME in text


def test_equal_labels_lose_nothing():
    content = json.loads(as_json([Section("x", "X", [[("Trả lời", "một"), ("Trả lời", "hai")]])]))
    assert [pair["value"] for pair in content["sections"][0]["items"][0]] == ["một", "hai"]


def test_the_pdf_drops_no_letter(app, tmp_path):
    """What it does not know stands as a box, and whoever looks for it sees that something is."""
    typed = "√ € Владимир ✓ α № ≤ 文 a\u200bb ☺\ufe0f"
    assert _Paper()._shown(typed) == "√ € Владимир ✓ α № ≤ □ ab ☺"
    path = tmp_path / "x.pdf"
    with app.test_request_context():
        path.write_bytes(as_pdf(typed, [Section("x", typed, [[("Nói", typed)]])]))
    assert b"DejaVuSans" in path.read_bytes()
    assert path.stat().st_size < 60_000
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True).stdout
        assert text.count("√ € Владимир ✓ α № ≤ □ ab ☺") == 3


def test_collecting_everything_is_limited(client, learner):
    for _time in range(10):
        assert client.get("/my-data/export.json").status_code == 200
    answer = client.get("/my-data/export.json")
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)


def test_devices_are_named_in_plain_words(client, learner):
    page = client.get_page("/my-data")
    assert "trình duyệt khác" in page.text
    assert "Mozilla" not in page.text


def test_the_fonts_hold_the_whole_alphabet():
    import unicodedata

    from fontTools.ttLib import TTFont

    from lms.home.my_data_files import FONTS

    letters = {
        unicodedata.normalize("NFC", base + mark + tone)
        for base, marks in {
            "a": ("", "\u0302", "\u0306"), "e": ("", "\u0302"), "i": ("",),
            "o": ("", "\u0302", "\u031b"),
            "u": ("", "\u031b"), "y": ("",),
        }.items()
        for mark in marks
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    }  # fmt: skip
    wanted = {*letters, *(letter.upper() for letter in letters), *"đĐ–→…•0123456789"}
    for path in FONTS.glob("*-Viet.ttf"):
        known = TTFont(path).getBestCmap()
        assert [letter for letter in wanted if ord(letter) not in known] == []
        assert path.stat().st_size < 100_000
    assert (FONTS / "DejaVuSans-Signs.ttf").stat().st_size < 400_000
    assert (FONTS / "LICENSE.txt").is_file()


def test_a_request_gets_a_receipt_with_its_days_and_its_state(client, learner):
    monday = datetime(2026, 11, 20, 3, tzinfo=UTC)  # a Friday
    with clock.frozen(monday):
        sign_in(client, learner)
        page = client.submit("/my-data/requests/new", {"kind": "correction"}, status=422)
        assert page.errors_by_field.keys() == {"about"}
        page = client.submit(
            "/my-data/requests/new",
            {"kind": "correction", "about": "Ngày sinh đúng là 3/5/1962", "reason": ""},
        )
        assert "Sửa thông tin sai" in client.get_page("/my-data").text
    assert page.address.startswith("/my-data/requests/")
    assert "24/11/2026" in page.text, "two working days after a Friday is Tuesday"
    assert "30/11/2026" in page.text
    assert "Đã nhận" in page.text
    assert "privacy.requested" in _actions()


def test_somebody_elses_request_looks_like_a_missing_one(app, client, learner):
    made = privacy.make_request(learner, RequestKind.ERASURE, "x", "")
    db.session.commit()
    other = sign_in_elsewhere(app, make_account())
    assert essence(other.get(f"/my-data/requests/{made.id}")) == essence(
        other.get("/my-data/requests/99999")
    )


def test_requests_at_once_are_limited(client, learner):
    for _index in range(privacy.MOST_OPEN):
        privacy.make_request(learner, RequestKind.ERASURE, "x", "")
    page = client.submit("/my-data/requests/new", {"kind": "erasure", "about": "nữa"}, status=422)
    assert page.errors


def test_a_new_notice_is_shown_once_and_lets_study_go_on(client, learner):
    _publish()
    page = client.get_page("/")
    assert page.address == "/privacy-notice"
    assert "Chúng tôi giữ kết quả học." in page.text
    assert b"<script>x" not in page.response.data
    boxes = [box for box in page.root.iter("input") if box.get("type") == "checkbox"]
    assert len(boxes) == len(Purpose)
    assert not any(box.get("checked") is not None for box in boxes), "unticked by default"
    assert client.get_page("/").address == "/my-tasks"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NoticeReceipt)) == 1
    assert db.session.scalar(sa.select(sa.func.count(Consent.id))) == 0
    _publish("<p>Bản hai.</p>")
    assert client.get_page("/").address == "/privacy-notice"


def test_the_notice_stands_before_a_deep_link_and_leads_on_to_it(app, learner):
    _publish()
    deep = "/my-data?from=letter"
    phone = app.test_client()
    page = phone.get_page(f"/sign-in?next={quote(deep)}")
    page = page.submit({"login": learner.member.code, "password": PASSWORD})
    assert unquote(page.address) == f"/privacy-notice?next={deep}"
    assert page.links()["Để sau"] == deep
    assert page.submit({"purposes": []}).address == deep
    other = phone.get_page("/privacy-notice?next=https://evil.example/")
    assert other.links()["Để sau"] == "/"


def test_consent_is_given_and_taken_back_the_same_way_and_history_stays(client, learner):
    notice = _publish()
    wanted = Purpose.ANSWER_LETTERS.value
    client.submit("/privacy-notice", {"purposes": [wanted]})
    db.session.expire_all()
    assert set(consents_in_force(learner.id)) == {Purpose.ANSWER_LETTERS}
    page = client.get_page("/privacy-notice")
    client.submit("/privacy-notice", {"purposes": []})
    db.session.expire_all()
    assert consents_in_force(learner.id) == {}
    client.submit("/privacy-notice", {"purposes": [wanted]})
    db.session.expire_all()
    rows = db.session.scalars(sa.select(Consent).order_by(Consent.id)).all()
    assert [(one.purpose.value, one.withdrawn_at is None) for one in rows] == [
        (wanted, False),
        (wanted, True),
    ]
    assert {one.notice_id for one in rows} == {notice.id}
    assert {"consent.given", "consent.withdrawn"} <= set(_actions())
    newer = _publish("<p>Bản mới.</p>")
    page.submit({"purposes": []}, status=422)
    db.session.expire_all()
    assert consents_in_force(learner.id) == {}, "a new notice inherits nothing"
    boxes = client.get_page("/privacy-notice").root.iter("input")
    assert not any(box.get("checked") is not None for box in boxes), "unticked again"
    client.submit("/privacy-notice", {"purposes": [wanted]})
    db.session.expire_all()
    rows = db.session.scalars(sa.select(Consent).order_by(Consent.id)).all()
    assert [(one.notice_id, one.withdrawn_at is None) for one in rows[1:]] == [
        (notice.id, False),
        (newer.id, True),
    ]


def test_a_published_notice_is_numbered_and_never_changes(app):
    first = _publish()
    author = make_account()
    privacy.save_draft(author, "Hai", "<p>b</p>")
    assert find_published() == first
    second = privacy.publish_draft(author)
    assert (first.version, second.version, first.title) == (1, 2, "Thông báo")


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        (datetime(2026, 11, 16, 2, tzinfo=UTC), 2, "18/11/2026"),
        (datetime(2026, 11, 20, 2, tzinfo=UTC), 2, "24/11/2026"),
        (datetime(2026, 11, 21, 2, tzinfo=UTC), 2, "24/11/2026"),
        (datetime(2026, 11, 20, 18, tzinfo=UTC), 1, "23/11/2026"),
    ],
)
def test_working_days_leave_out_the_week_end(received, days, expected):
    end = privacy_clocks.respond_by(received, days)
    assert clock.to_local(end).strftime("%d/%m/%Y %H:%M:%S") == f"{expected} 23:59:59"


def test_the_clocks_can_be_set_and_a_slip_is_refused():
    assert privacy_clocks.parse("").by_kind[RequestKind.ERASURE].days == 20
    changed = privacy_clocks.parse("response=3, erasure=30+10")
    assert (changed.response, changed.by_kind[RequestKind.ERASURE].days) == (3, 30)
    assert changed.by_kind[RequestKind.CORRECTION] == privacy_clocks.Clock(10, 10)
    for slip in ("erasure=5", "forget=1+1", "x"):
        with pytest.raises(ValueError):
            privacy_clocks.parse(slip)


def test_an_extension_moves_the_due_day_once(app):
    account, admin = make_account(), make_account()
    made = privacy.make_request(account, RequestKind.ERASURE, "x", "")
    due = made.due_at
    privacy.extend_request(admin, made, "Cần hỏi đơn vị khác")
    assert made.due_at - due == timedelta(days=20)
    from lms.base.errors import NotAllowed

    with pytest.raises(NotAllowed):
        privacy.extend_request(admin, made, "Lần nữa")
    privacy.answer_request(admin, made, RequestState.REFUSED, "Vì luật")
    with pytest.raises(NotAllowed):
        privacy.answer_request(admin, made, RequestState.DONE, "x")
    assert db.session.scalar(sa.select(PrivacyRequest.answered_by_id)) == admin.id
