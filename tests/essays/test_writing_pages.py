"""The writer's pages, with and without their script: nothing typed is lost, one's own alone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.essays import queries
from lms.essays.models import Essay, EssayDraft, EssaySubmission
from lms.extensions import db
from lms.people.sign_in import end_sign_in
from lms.training.models import Requirement
from lms.training.services.enrolments import close_campaign
from tests.essays.conftest import Study
from tests.factories.essays import hand_in, save, words, write_essay
from tests.factories.people import make_learner, make_unit, sign_in, sign_in_elsewhere
from tests.factories.training import enrolment_of, make_campaign
from tests.support.client import Page, PageClient
from tests.support.statements import count_statements

DRAFTS = "/drafts"


def _post(page: Page, study: Study, **body: Any) -> Any:
    """Save as the page's script does, with the proof that the page carries."""
    token = page.form("#essay").value_of("csrf_token")
    return page.client.post(
        study.url + DRAFTS, json=body, headers={"X-CSRFToken": token or "", "Accept": "*/*"}
    )


@pytest.fixture
def page(client: PageClient, study: Study) -> Page:
    sign_in(client, study.writer)
    return client.get_page(study.url)


def test_the_page_says_for_whom_how_long_until_when(page: Page) -> None:
    assert page.heading == "Bài thu hoạch"
    assert "Đề dành cho: Đảng viên · 20 đến 200 từ · hạn" in page.text
    assert "Nêu hai việc sẽ làm." in page.text
    form = page.form("#essay")
    assert {"understanding", "commitment", "proposal", "base_revision"} <= form.names
    assert all(area.get("maxlength") is None for area in page.root.iter("textarea"))


def test_saving_without_a_script_comes_back_with_the_text(page: Page) -> None:
    saved = page.submit({"understanding": "Một.\n\nHai."}, "#essay", button="write")
    assert "Đã lưu trên máy chủ lúc" in saved.text
    assert saved.form("#essay").value_of("understanding") == "Một.\r\n\r\nHai."
    again = saved.submit({"commitment": "Ba."}, "#essay", button="write")
    assert again.form("#essay").value_of("understanding") == "Một.\r\n\r\nHai."
    assert again.form("#essay").value_of("base_revision") == "2"


def test_checking_and_handing_in_without_a_script(page: Page, study: Study) -> None:
    short = page.submit({"understanding": words(15)}, "#essay", button="check")
    assert short.address == study.url + "/check"
    assert "cần ít nhất 20 từ. Hãy viết thêm 5 từ thì nộp được" in short.text
    assert "Cam kết Còn thiếu" in short.text or "Còn thiếu" in short.text
    assert not [form for form in short.root.iter("form") if form.get("id") == "submission"]
    write = page.client.get_page(study.url)
    ready = write.submit({"commitment": words(9)}, "#essay", button="check")
    assert "Đồng chí nộp đúng hạn" in ready.text
    receipt = ready.submit(form="#submission")
    assert receipt.address == study.url + "/submission"
    assert receipt.heading == "Đã nộp bài thu hoạch"
    assert "24 từ" in receipt.text
    assert "Đúng hạn" in receipt.text
    submission = db.session.scalars(sa.select(EssaySubmission)).one()
    assert submission.sha256 in receipt.text
    for address in (study.url, study.url + "/check"):
        assert page.client.get_page(address).address == study.url + "/submission"


def test_handing_in_again_gives_the_same_receipt(page: Page, study: Study) -> None:
    write_essay(study.writer, study.campaign)
    check = page.client.get_page(study.url + "/check")
    first = check.submit(form="#submission")
    assert check.submit(form="#submission").text == first.text
    assert db.session.scalar(sa.select(sa.func.count(EssaySubmission.id))) == 1


def test_a_newer_draft_is_checked_again_before_it_goes(page: Page, study: Study) -> None:
    write_essay(study.writer, study.campaign)
    check = page.client.get_page(study.url + "/check")
    write_essay(study.writer, study.campaign, 40)
    refused = check.submit(form="#submission", status=409)
    assert "Bài vừa được sửa ở nơi khác" in refused.text
    assert "40 từ" in refused.text
    assert refused.submit(form="#submission").heading == "Đã nộp bài thu hoạch"


def test_an_empty_page_says_what_to_do(page: Page) -> None:
    refused = page.submit({}, "#essay", button="write", status=422)
    assert "Chưa có chữ nào để lưu" in refused.text
    assert db.session.scalar(sa.select(sa.func.count(Essay.id))) == 0


def test_the_script_gets_a_receipt_within_six_statements(page: Page, study: Study) -> None:
    with count_statements() as first:
        answer = _post(page, study, texts={"understanding": "Một"}, base_revision=0)
    assert answer.status_code == 200
    assert answer.json["revision"] == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", answer.json["saved_at"])
    with count_statements() as second:
        answer = _post(page, study, texts={"understanding": "Một hai"}, base_revision=1)
    assert answer.json["revision"] == 2
    with count_statements() as aside:
        answer = _post(page, study, texts={"understanding": "Ba"}, base_revision=1)
    assert answer.status_code == 409
    assert len(first) <= 6, "\n".join(first)
    assert len(second) <= 5, "\n".join(second)
    assert len(aside) <= 6, "\n".join(aside)


def test_handing_in_costs_at_most_ten_statements(page: Page, study: Study) -> None:
    write_essay(study.writer, study.campaign)
    check = page.client.get_page(study.url + "/check")
    method, address, data = check.form("#submission").fill({})
    with count_statements() as statements:
        assert page.client.post(address, data=dict(data)).status_code == 302
    assert method == "post"
    assert len(statements) <= 10, "\n".join(statements)


def test_the_second_tab_is_told_with_both_texts_and_both_are_stored(
    page: Page, study: Study
) -> None:
    _post(page, study, texts={"understanding": "gốc"}, base_revision=0, page_key="a")
    _post(page, study, texts={"understanding": "thẻ hai"}, base_revision=1, page_key="b")
    answer = _post(page, study, texts={"understanding": "thẻ một"}, base_revision=1, page_key="a")
    assert answer.status_code == 409
    assert answer.json["other"]["texts"] == {"understanding": "thẻ hai"}
    assert answer.json["yours"]["texts"] == {"understanding": "thẻ một"}
    assert answer.json["other"]["revision"] == answer.json["revision"] == 2
    kept = db.session.scalars(sa.select(EssayDraft).order_by(EssayDraft.revision)).all()
    assert [draft.texts["understanding"] for draft in kept] == ["gốc", "thẻ hai", "thẻ một"]
    solved = _post(page, study, texts={"understanding": "ghép"}, base_revision=2, page_key="a")
    assert solved.status_code == 200


def test_without_a_script_both_texts_stand_side_by_side(page: Page, study: Study) -> None:
    page.submit({"understanding": "gốc"}, "#essay", button="write")
    stale = page.client.get_page(study.url)
    page.client.get_page(study.url).submit({"understanding": "thẻ hai"}, "#essay", button="write")
    both = stale.submit({"understanding": "thẻ một"}, "#essay", button="check", status=409)
    assert both.heading == "Bài đã được sửa ở nơi khác"
    assert both.form("#essay").value_of("understanding") == "thẻ một"
    assert "thẻ hai" in both.text
    merged = both.submit({"understanding": "thẻ hai, thẻ một"}, "#essay", button="write")
    assert merged.form("#essay").value_of("understanding") == "thẻ hai, thẻ một"
    assert db.session.scalar(sa.select(sa.func.count(EssayDraft.id))) == 4


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"texts": "một"},
        {"texts": {"understanding": 7}},
        {"texts": {"understanding": None}},
        {"texts": {"elsewhere": "một"}},
        {"texts": {"understanding": "một"}, "base_revision": -1},
        {"texts": {"understanding": "một"}, "base_revision": True},
        {"texts": {"understanding": "một"}, "base_revision": 1e9},
        {"texts": {"understanding": "một"}, "base_revision": 2**40},
        {"texts": {"understanding": "một"}, "base_revision": "1"},
        {"texts": {"understanding": "một"}, "page_key": 5},
        {"texts": {"understanding": "một"}, "page_sequence": "x"},
    ],
)
def test_a_misshapen_save_is_refused_in_words(page: Page, study: Study, body: Any) -> None:
    token = page.form("#essay").value_of("csrf_token") or ""
    answer = page.client.post(
        study.url + DRAFTS,
        data=json.dumps(body),
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 422
    assert answer.json["error"]
    assert db.session.scalar(sa.select(sa.func.count(EssayDraft.id))) == 0


def test_odd_characters_are_stored_or_dropped_never_a_failure(page: Page, study: Study) -> None:
    text = "\ud83d một \x00 hai \u202e ba 👍"
    answer = _post(page, study, texts={"understanding": text}, base_revision=0, page_key="é'\"")
    assert answer.status_code == 200
    assert db.session.scalars(sa.select(EssayDraft)).one().texts == {
        "understanding": " một  hai  ba 👍"
    }


def test_a_text_beyond_all_measure_is_told_and_kept_on_the_page(page: Page, study: Study) -> None:
    huge = "chữ " * 25_001
    answer = _post(page, study, texts={"understanding": huge}, base_revision=0)
    assert answer.status_code == 413
    refused = page.submit({"understanding": huge}, "#essay", button="write", status=413)
    assert len(refused.form("#essay").value_of("understanding") or "") > 100_000


def test_a_sign_in_that_ended_is_told_to_the_script(
    app: Flask, client: PageClient, study: Study
) -> None:
    token = sign_in(client, study.writer)
    page = client.get_page(study.url)
    end_sign_in(token)
    answer = _post(page, study, texts={"understanding": "một"}, base_revision=0)
    assert answer.status_code == 401
    assert answer.is_json


def test_a_save_without_proof_of_our_page_is_refused(page: Page, study: Study) -> None:
    answer = page.client.post(study.url + DRAFTS, json={"texts": {"understanding": "một"}})
    assert answer.status_code == 400
    assert answer.is_json


def test_somebody_else_s_campaign_is_not_there(app: Flask, client: PageClient) -> None:
    unit, elsewhere = make_unit(), make_unit()
    stranger = make_learner(unit)
    campaign = make_campaign(elsewhere)
    sign_in(client, stranger)
    base = f"/campaigns/{campaign.id}/essay"
    nowhere = "/campaigns/999999/essay"
    missing = client.get(nowhere).text.replace(nowhere, "")
    for address in ("", "/check", "/drafts", "/drafts/1", "/submission"):
        answer = client.get(base + address)
        assert answer.status_code == 404
    assert len(client.get(base).text.replace(base, "")) == len(missing)


def test_two_members_of_a_campaign_never_see_each_other(
    app: Flask, page: Page, study: Study
) -> None:
    other = make_learner(study.unit)
    from lms.training.services.enrolments import enrol_concerned

    enrol_concerned(study.campaign)
    save(study.writer, study.campaign, understanding="bí mật của tôi")
    theirs = sign_in_elsewhere(app, other)
    assert "bí mật" not in theirs.get_page(study.url).html
    assert theirs.get(study.url + "/drafts").status_code == 404
    assert theirs.get(study.url + "/drafts/1").status_code == 404


def test_after_the_close_the_page_only_shows(page: Page, study: Study) -> None:
    write_essay(study.writer, study.campaign)
    close_campaign(None, study.campaign)
    closed = page.client.get_page(study.url)
    assert "Đợt học đã đóng" in closed.text
    assert all(area.get("readonly") is not None for area in closed.root.iter("textarea"))
    answer = _post(page, study, texts={"understanding": "một"}, base_revision=1)
    assert (answer.status_code, answer.json["state"]) == (403, "closed")
    kept = page.submit({"understanding": "gõ dở"}, "#essay", button="write", status=403)
    assert "gõ dở" in "".join(area.text or "" for area in kept.root.iter("textarea"))
    check = page.client.get_page(study.url + "/check")
    assert not [form for form in check.root.iter("form") if form.get("id") == "submission"]


def test_before_the_campaign_begins_the_task_can_be_read(page: Page, study: Study) -> None:
    with clock.frozen(study.campaign.opens_at - timedelta(hours=1)):
        early = page.client.get_page(study.url)
    assert "Đợt học mở từ" in early.text
    assert "Nêu hai việc sẽ làm." in early.text
    assert all(area.get("readonly") is not None for area in early.root.iter("textarea"))


def test_late_is_said_before_and_after(page: Page, study: Study) -> None:
    write_essay(study.writer, study.campaign)
    enrolment_of(study.campaign, study.writer).due_at = clock.now() - timedelta(hours=1)
    assert "bài sẽ được ghi là nộp muộn" in page.client.get_page(study.url).text
    check = page.client.get_page(study.url + "/check")
    assert "nên bài sẽ được ghi là nộp muộn" in check.text
    assert "Nộp muộn, hạn" in check.submit(form="#submission").text


def test_after_handing_in_a_forgotten_tab_is_told(page: Page, study: Study) -> None:
    hand_in(study.writer, study.campaign)
    answer = _post(page, study, texts={"understanding": "thêm"}, base_revision=1)
    assert (answer.status_code, answer.json["state"]) == (403, "submitted")
    refused = page.submit({"understanding": "thêm"}, "#essay", button="write", status=403)
    assert "Bài đã nộp" in refused.text
    assert "thêm" in "".join(area.text or "" for area in refused.root.iter("textarea"))


def test_pages_cost_few_statements(page: Page, study: Study) -> None:
    write_essay(study.writer, study.campaign)
    for address in (study.url, study.url + "/check", study.url + "/drafts/1"):
        with count_statements() as statements:
            page.client.get_page(address)
        assert len(statements) <= 6, "\n".join(statements)


def test_an_audience_without_a_form_is_told_to_wait(page: Page, study: Study) -> None:
    from lms.essays.models import EssayVariantAudience

    db.session.execute(sa.delete(EssayVariantAudience))
    waiting = page.client.get_page(study.url)
    assert "Chưa có đề bài" in waiting.text
    assert page.client.get_page(study.url + "/check").address == study.url
    answer = _post(page, study, texts={"understanding": "một"}, base_revision=0)
    assert answer.status_code == 404


def test_an_audience_that_is_not_asked_has_no_essay(page: Page, study: Study) -> None:
    db.session.execute(sa.update(Requirement).values(asks_essay=False))
    db.session.commit()
    assert page.client.get(study.url).status_code == 404


def test_text_of_a_section_that_went_away_is_still_there(page: Page, study: Study) -> None:
    save(study.writer, study.campaign, self_reflection="không còn phần này", understanding="một")
    shown = page.client.get_page(study.url)
    assert shown.form("#essay").value_of("self_reflection") == "không còn phần này"
    assert "Phần không còn trong đề bài" in shown.text
    kept = shown.submit({"understanding": "hai"}, "#essay", button="write")
    assert kept.form("#essay").value_of("self_reflection") == "không còn phần này"


def test_a_script_that_saves_the_same_again_makes_no_new_row(page: Page, study: Study) -> None:
    first = _post(page, study, texts={"understanding": "một"}, base_revision=0)
    again = _post(page, study, texts={"understanding": "một"}, base_revision=1)
    assert (first.json["saved_as"], again.json["saved_as"]) == (1, 1)
    assert again.json["saved_at"] == first.json["saved_at"]
    assert db.session.scalar(sa.select(sa.func.count(EssayDraft.id))) == 1


def test_a_text_taken_back_is_not_lost_to_a_late_save(page: Page, study: Study) -> None:
    def post(text: str, base: int, sequence: int) -> Any:
        texts = {"understanding": text}
        return _post(
            page, study, texts=texts, base_revision=base, page_key="p", page_sequence=sequence
        )

    post("một", 0, 1)
    post("một", 1, 3)  # taken back to what was saved, while "hai" was still on its way
    assert post("hai", 1, 2).status_code == 200
    head = queries.find_head(db.session.query(Essay).one())
    assert head is not None
    assert head.texts == {"understanding": "một"}


def test_sixty_saves_a_minute_are_taken_and_then_the_script_is_told_to_wait(
    app: Flask, page: Page, study: Study
) -> None:
    for number in range(60):
        answer = _post(page, study, texts={"understanding": "một"}, base_revision=min(number, 1))
        assert answer.status_code == 200
    late = _post(page, study, texts={"understanding": "hai"}, base_revision=1)
    assert late.status_code == 429
    assert late.json["status"] == 429
    assert 1 <= int(late.headers["Retry-After"]) <= 61
    assert page.client.get(study.url).status_code == 200, "reading goes on"
    other = make_learner(study.unit)
    from lms.training.services.enrolments import enrol_concerned

    enrol_concerned(study.campaign)
    db.session.commit()
    theirs = sign_in_elsewhere(app, other).get_page(study.url)
    saved = _post(theirs, study, texts={"understanding": "của tôi"}, base_revision=0)
    assert saved.status_code == 200
