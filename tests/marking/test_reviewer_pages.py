"""The reviewer's pages: queue, essay, saving, finishing, changing, passing on."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.extensions import db
from lms.marking.models import Mark, MarkDraft, MarkingAssignment
from lms.marking.services import release_marks
from tests.factories.marking import levels_at, make_assignment, make_mark
from tests.factories.people import sign_in, sign_in_elsewhere
from tests.marking.conftest import Ground
from tests.support.client import Page, PageClient
from tests.support.statements import count_statements


@pytest.fixture
def mine(ground: Ground, client: PageClient) -> MarkingAssignment:
    """The writer's essay, given to the reviewer who is signed in."""
    assignment = make_assignment(ground.submissions[0], ground.reviewer, pseudonym="K7-204")
    sign_in(client, ground.reviewer)
    return assignment


def chosen(ground: Ground, place: int = 2) -> dict[str, str]:
    """The form's fields for every criterion at one place."""
    levels = levels_at(ground.variant.id, place)
    return {f"criterion-{criterion}": str(level) for criterion, level in levels.items()}


def as_json(ground: Ground, version: int, place: int = 2, **more: object) -> dict[str, object]:
    levels = {str(key): level for key, level in levels_at(ground.variant.id, place).items()}
    return {"levels": levels, "comment": "", "version": version, **more}


def send(client: PageClient, page: Page, body: object, address: str = "/marking/K7-204"):
    token = next(e for e in page.root.iter("input") if e.get("name") == "csrf_token").get("value")
    return client.post(address, json=body, headers={"X-CSRFToken": token})


def test_the_queue_shows_what_is_mine_by_when_and_how_far(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    make_mark(make_assignment(ground.submissions[1], ground.reviewer, pseudonym="B1-111"))
    make_assignment(ground.submissions[2], ground.other, pseudonym="X9-999")
    page = client.get_page("/marking")
    assert "Đã chấm 1 trong 2 bài" in page.text
    assert page.links()["Chấm bài tiếp theo"] == "/marking/K7-204"
    assert "Bài K7-204" in page.links()
    assert "B1-111" not in page.text
    assert "X9-999" not in page.html
    finished = client.get_page("/marking?show=finished")
    assert "B1-111" in finished.text
    assert "8" in finished.text


def test_an_empty_queue_says_so(ground: Ground, client: PageClient) -> None:
    sign_in(client, ground.reviewer)
    assert "Chưa có bài nào được giao" in client.get_page("/marking").text


def test_the_essay_stands_beside_its_rubric(client: PageClient, mine: MarkingAssignment) -> None:
    page = client.get_page("/marking/K7-204")
    assert page.heading == "Bài K7-204"
    for expected in ("Đồng chí tâm đắc nội dung nào nhất?", "Tôi đã học", "60 %", "Cam kết"):
        assert expected in page.text
    assert len(page.having_class("th-level")) == 8


@pytest.mark.parametrize("address", ["/marking/{}", "/marking/{}/pass-on"])
def test_another_reviewers_essay_answers_like_a_missing_one(
    app: Flask, ground: Ground, client: PageClient, mine: MarkingAssignment, address: str
) -> None:
    passed_on = make_assignment(ground.submissions[1], ground.reviewer, pseudonym="A1-001")
    passed_on.passed_on_at = passed_on.assigned_at
    make_assignment(ground.submissions[2], ground.other, pseudonym="X9-999")
    db.session.commit()
    page = client.get_page("/marking/K7-204")
    token = next(e for e in page.root.iter("input") if e.get("name") == "csrf_token").get("value")
    answers = set()
    for name in ("X9-999", "A1-001", "Z0-000", "%00", "'--", "K7-204%00", "1"):
        target = address.format(name)
        with client.without_audit():  # an address with %00 makes no valid page
            if not address.endswith("pass-on"):
                response = client.get(target)
                assert response.status_code == 404, name
                answers.add(_without_tokens(response.get_data(as_text=True)))
            response = client.post(target, data={"csrf_token": token, "reason": "biết"})
            assert response.status_code == 404, name
    assert len(answers) <= 1


def _without_tokens(html: str) -> str:
    """A page without what differs each time: CSRF proofs and its own address."""
    return re.sub(r'(name="(?:csrf_token|next)" value=")[^"]*', r"\1", html)


def test_a_draft_is_saved_by_the_form_and_shown_again(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    one = dict(list(chosen(ground).items())[:1])
    page = client.submit(
        "/marking/K7-204",
        {**one, "comment": "  Rõ ý.\r\nCần số liệu. "},
        button="draft",
        form="#mark",
    )
    assert page.address == "/marking/K7-204"
    assert "Đã lưu nháp lúc" in page.text
    draft = db.session.get(MarkDraft, mine.id, populate_existing=True)
    assert draft is not None
    assert (draft.version, draft.comment, len(draft.levels)) == (1, "Rõ ý.\nCần số liệu.", 1)
    assert "Rõ ý." in "".join(page.by_id("comment").itertext())
    assert "4,8/10" in page.text  # 60 % × 0.8


def test_a_mark_is_finished_and_the_next_essay_opens(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    make_assignment(ground.submissions[1], ground.reviewer, pseudonym="B1-111")
    page = client.submit(
        "/marking/K7-204", {**chosen(ground), "comment": "Tốt."}, button="finish", form="#mark"
    )
    assert page.address == "/marking/B1-111"
    mark = db.session.scalars(sa.select(Mark)).one()
    assert (mark.value, mark.comment, mark.author_id) == (8.0, "Tốt.", ground.reviewer.id)
    page = client.submit("/marking/B1-111", chosen(ground, 0), button="finish", form="#mark")
    assert page.address.startswith("/marking?show=finished")
    assert "Đã chấm xong tất cả" in page.text


def test_an_unfinished_mark_says_what_is_missing_and_keeps_what_was_typed(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    one = dict(list(chosen(ground).items())[:1])
    page = client.submit(
        "/marking/K7-204",
        {**one, "comment": "Đang viết dở"},
        button="finish",
        form="#mark",
        status=422,
    )
    assert "Còn 1 tiêu chí chưa chọn mức" in page.text
    assert "Đang viết dở" in page.html
    assert len([e for e in page.root.iter("input") if e.get("checked") is not None]) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 0


def test_a_stale_page_is_refused_and_keeps_what_was_typed(
    app: Flask, ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    page = client.get_page("/marking/K7-204")
    elsewhere = sign_in_elsewhere(app, ground.reviewer)
    elsewhere.submit(
        "/marking/K7-204", {**chosen(ground, 0), "comment": "Bản kia"}, "draft", form="#mark"
    )
    page = page.submit(
        {**chosen(ground, 3), "comment": "Bản này"}, form="#mark", button="draft", status=409
    )
    assert "Bản này" in "".join(page.by_id("comment").itertext())
    assert "Bản kia" in page.text
    assert "Chưa đạt" in page.text
    page = page.submit(form="#mark", button="draft")
    draft = db.session.get(MarkDraft, mine.id, populate_existing=True)
    assert draft is not None
    assert (draft.comment, draft.version) == ("Bản này", 2)


def test_a_script_saves_as_one_goes_and_gets_a_receipt(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    page = client.get_page("/marking/K7-204")
    body = as_json(ground, 0, comment="Một")
    body["levels"].popitem()  # type: ignore[attr-defined]
    answer = send(client, page, body)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["version"] == 1
    assert (answer.json["value"], answer.json["missing"]) == ("4,8", 1)
    stale = send(client, page, as_json(ground, 0, comment="Hai"))
    assert stale.status_code == 409
    assert stale.json is not None
    assert (stale.json["comment"], stale.json["version"]) == ("Một", 1)
    answer = send(client, page, as_json(ground, 1, comment="Ba", action="finish"))
    assert answer.json == {"next": "/marking?show=finished"}
    late = send(client, page, as_json(ground, 2, comment="Bốn"))
    assert late.status_code == 409
    assert late.json is not None
    assert (late.json["state"], late.json["comment"]) == ("finished", "Ba")


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {"levels": []},
        {"levels": {"a": 1}},
        {"levels": {"1": "nhiều"}},
        {"levels": {"1": True}},
        {"levels": {"1": 1.5}},
        {"levels": {"1": -1}},
        {"levels": {"1": 10**30}},
        {"levels": {"999999": 1}},
        {"levels": {}, "comment": 7},
        {"levels": {}, "comment": "x" * 5001},
        {"levels": {}, "version": "x"},
        {"levels": {}, "version": None},
        {"levels": {}, "action": "change", "reason": "vì"},
        {"levels": {}, "action": "finish"},
    ],
    ids=repr,
)
def test_what_is_misshapen_is_refused_and_stores_nothing(
    client: PageClient, mine: MarkingAssignment, body: object
) -> None:
    page = client.get_page("/marking/K7-204")
    answer = send(client, page, body)
    assert answer.status_code in {403, 422}, answer.get_data(as_text=True)
    assert answer.json is not None
    assert answer.json["error"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MarkDraft)) == 0


def test_a_comment_of_any_letters_is_kept(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    page = client.get_page("/marking/K7-204")
    odd = "<b>đ</b> & \u202e \x00 😀 'x' {{ 7*7 }}"
    assert send(client, page, as_json(ground, 0, comment=odd)).status_code == 200
    page = client.get_page("/marking/K7-204")
    assert "".join(page.by_id("comment").itertext()) == "<b>đ</b> &   😀 'x' {{ 7*7 }}"


def test_a_finished_mark_changes_by_a_new_row_with_a_reason(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    make_mark(mine, 1)
    page = client.get_page("/marking/K7-204")
    assert "Lý do sửa điểm" in page.text
    page = page.submit(chosen(ground, 3), form="#mark", button="change", status=422)
    assert "Hãy ghi lý do" in page.text
    page = page.submit({"reason": "Đọc lại kỹ hơn"}, form="#mark", button="change")
    assert "Đã sửa điểm bài K7-204" in page.text
    marks = db.session.scalars(sa.select(Mark).order_by(Mark.id)).all()
    assert [(mark.value, mark.reason) for mark in marks] == [(5.5, ""), (10.0, "Đọc lại kỹ hơn")]


def test_a_released_mark_is_read_only(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    mark = make_mark(mine, 1, "Đã xem")
    page = client.get_page("/marking/K7-204")
    release_marks(ground.planner, ground.campaign, None, mark.id)
    late = page.submit(
        {**chosen(ground, 3), "reason": "Nhầm"}, form="#mark", button="change", status=409
    )
    assert "vừa được công bố" in late.text
    page = client.get_page("/marking/K7-204")
    assert all(
        e.get("disabled") is not None for e in page.root.iter("input") if e.get("type") == "radio"
    )
    assert "Đã xem" in page.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 1


def test_finishing_twice_is_finishing_once(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    page = client.get_page("/marking/K7-204")
    for _ in range(2):
        answer = send(client, page, as_json(ground, 0, action="finish"))
        assert answer.status_code == 200
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 1
    other = send(client, page, as_json(ground, 0, place=1, action="finish"))
    assert other.status_code == 409


def test_recognising_the_writer_passes_the_essay_on(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    make_assignment(ground.submissions[1], ground.other)
    page = client.get_page("/marking/K7-204")
    page = page.submit(form="#pass-on", status=422)
    assert "Hãy ghi lý do" in page.text
    page = page.submit({"reason": "Từng cùng chi bộ"}, form="#pass-on")
    assert "Đã chuyển bài K7-204 đi" in page.text
    rows = db.session.scalars(
        sa.select(MarkingAssignment)
        .where(MarkingAssignment.submission_id == ground.submissions[0].id)
        .order_by(MarkingAssignment.id)
    ).all()
    assert [row.reviewer_id for row in rows] == [ground.reviewer.id, ground.other.id]
    assert rows[0].passed_on_reason == "Từng cùng chi bộ"
    assert rows[1].passed_on_at is None
    assert rows[1].pseudonym != "K7-204"


def test_a_finished_essay_is_not_passed_on(client: PageClient, mine: MarkingAssignment) -> None:
    page = client.get_page("/marking/K7-204")
    make_mark(mine)
    db.session.commit()
    assert page.submit({"reason": "Nhận ra"}, form="#pass-on", status=403)


def test_a_member_without_the_role_has_no_queue(ground: Ground, client: PageClient) -> None:
    sign_in(client, ground.writer)
    assert client.get("/marking").status_code == 403
    assert client.get("/marking/K7-204").status_code == 403


def test_the_queue_costs_the_same_for_one_essay_and_for_many(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    db.session.commit()
    for address in ("/marking", "/marking/K7-204"):
        with count_statements() as few:
            client.get_page(address)
        for submission in ground.submissions[1:]:
            known = db.session.scalar(
                sa.select(MarkingAssignment.id).where(
                    MarkingAssignment.submission_id == submission.id
                )
            )
            if known is None:
                make_assignment(submission, ground.reviewer)
        db.session.commit()
        with count_statements() as many:
            client.get_page(address)
        assert len(many) == len(few), "\n".join(many)
        assert len(many) <= (6 if address == "/marking" else 9), "\n".join(many)


def test_saving_a_mark_costs_few_statements(
    ground: Ground, client: PageClient, mine: MarkingAssignment
) -> None:
    page = client.get_page("/marking/K7-204")
    draft, whole = as_json(ground, 0), as_json(ground, 1, action="finish")
    with count_statements() as statements:
        assert send(client, page, draft).status_code == 200
    assert len(statements) <= 7, "\n".join(statements)
    with count_statements() as statements:
        assert send(client, page, whole).status_code == 200
    assert len(statements) <= 12, "\n".join(statements)
