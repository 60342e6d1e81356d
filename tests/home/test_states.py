"""The first page in every state a study can be in; what it costs; what others see of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from lms.base import clock
from lms.base.formats import moment_words
from lms.extensions import db
from lms.home import steps
from lms.people.models import Account, Audience, SignIn
from lms.training.models import CampaignState
from lms.training.services import enrolments, progress
from lms.units.models import Unit
from tests.factories.essays import hand_in
from tests.factories.people import make_account, make_learner, make_unit, sign_in
from tests.factories.quizzes import make_attempt
from tests.factories.training import make_live_session, make_material, make_session
from tests.home.support import Study, next_card, tasks
from tests.support.answers import essence
from tests.support.client import PageClient
from tests.support.statements import count_statements


def test_what_is_overdue_says_so(client: PageClient, study: Study) -> None:
    with clock.frozen(study.enrolment.due_at + timedelta(hours=1)):
        page = tasks(client, study.learner)
        assert page.having_class("th-next--late")
        assert page.having_class("th-steps__item--late")
        assert "Quá hạn" in page.text


@pytest.mark.parametrize(
    ("days", "words", "kind"),
    [(-1, "Quá hạn 14/03/2026", "bad"), (0, "Hạn hôm nay, 15/03/2026", "go"),
     (1, "Hạn 16/03/2026 · còn 1 ngày", "go"), (22, "Hạn 06/04/2026 · còn 22 ngày", "go")],
)  # fmt: skip
@pytest.mark.database("sqlite")
def test_a_due_moment_in_words(app: Flask, days: int, words: str, kind: str) -> None:
    day = date(2026, 3, 15)
    with clock.frozen(clock.start_of_day(day) + timedelta(hours=9)), app.test_request_context():
        assert steps.due_words(clock.end_of_day(day + timedelta(days=days))) == (words, kind)


@pytest.mark.database("sqlite")
def test_a_moment_in_words(app: Flask) -> None:
    evening = clock.start_of_day(date(2026, 3, 15)) + timedelta(hours=20, minutes=15)
    with app.test_request_context():
        for days, words in (
            (-1, "ngày mai"),
            (0, "hôm nay"),
            (1, "hôm qua"),
            (2, "ngày 15/03/2026"),
        ):
            with clock.frozen(evening + timedelta(days=days)):
                assert moment_words(evening) == f"20:15 {words}"


def test_one_who_is_excused_is_asked_for_nothing(client: PageClient, study: Study) -> None:
    enrolments.excuse(None, study.enrolment, "Nằm viện dài ngày")
    with clock.frozen(study.enrolment.due_at + timedelta(days=1)):
        page = tasks(client, study.learner)
        assert next_card(page) is None
        assert "Được miễn, hoãn" in page.text and "Quá hạn" not in page.text
        assert "Không còn việc nào cần làm tiếp" in page.text
        assert "Nằm viện dài ngày" in client.get_page(study.address).text


def test_a_volunteer_is_invited_and_never_late(
    client: PageClient, unit: Unit, audiences: dict[str, Audience]
) -> None:
    volunteer = make_learner(unit, is_exempt=True)
    study = Study(unit, audiences, volunteer)
    with clock.frozen(study.enrolment.due_at + timedelta(days=1)):
        page = tasks(client, volunteer)
        assert next_card(page) is not None
        assert "Tự nguyện" in page.text and "không bắt buộc" in page.text
        assert "Quá hạn" not in page.text and not page.having_class("th-next--late")


def test_what_somebody_waits_for_comes_before_what_is_free(
    client: PageClient, unit: Unit, audiences: dict[str, Audience], learner: Account
) -> None:
    sooner = Study(unit, audiences, learner, due_in=timedelta(days=2))
    later = Study(unit, audiences, learner, due_in=timedelta(days=9))
    page = tasks(client, learner)
    assert next_card(page) == ("Đọc tài liệu trước khi học", f"{sooner.address}#materials")
    enrolments.excuse(None, sooner.enrolment, "Ốm")
    page = client.get_page("/my-tasks")
    assert next_card(page) == ("Đọc tài liệu trước khi học", f"{later.address}#materials")
    assert page.text.count("Trả lời câu hỏi") == 2, "the excused study is no longer shown"


def test_one_who_was_withdrawn_sees_the_study_no_more(client: PageClient, study: Study) -> None:
    enrolments.withdraw(None, study.enrolment, "Chuyển đi")
    page = tasks(client, study.learner)
    assert study.campaign.name not in page.text
    assert "Chưa có đợt học nào cho đồng chí" in page.text
    assert client.get(study.address).status_code == 404


def test_a_closed_campaign_is_history(client: PageClient, study: Study) -> None:
    hand_in(study.learner, study.campaign)
    enrolments.close_campaign(None, study.campaign)
    page = tasks(client, study.learner)
    assert next_card(page) is None and not page.having_class("th-steps__dot")
    assert "Đợt học đã kết thúc" in page.text and "chưa có điểm" in page.text
    assert "Chưa xong" in page.text
    progress.record_essay_outcome(study.enrolment.id, 9.0, "Xuất sắc", True, clock.now())
    study.enrolment.fulfilled_at = clock.now()
    page = client.get_page("/my-tasks")
    assert "Bài thu hoạch 9 · Xuất sắc" in page.text and "Đã xong" in page.text
    page = client.get_page(study.address)
    assert next_card(page) is None and "đã kết thúc" in page.text


def test_a_campaign_whose_time_is_over_is_history_too(client: PageClient, study: Study) -> None:
    token = sign_in(client, study.learner)
    assert token
    over = study.campaign.closes_at + timedelta(seconds=1)
    for kept in db.session.query(SignIn):
        kept.expires_at = over + timedelta(hours=1)
    with clock.frozen(over):
        page = client.get_page("/my-tasks")
        assert "Đợt học đã kết thúc" in page.text and next_card(page) is None


def test_a_campaign_that_begins_later_is_announced(client: PageClient, study: Study) -> None:
    study.campaign.opens_at = clock.now() + timedelta(days=2)
    page = tasks(client, study.learner)
    assert "Đợt học sắp bắt đầu" in page.text and "Bắt đầu lúc" in page.text
    assert "đã kết thúc" not in page.text and next_card(page) is None
    page = client.get_page(study.address)
    assert "bắt đầu lúc" in page.text and "đã kết thúc" not in page.text
    assert next_card(page) is None


def test_a_draft_is_nobodys_business(client: PageClient, study: Study) -> None:
    study.campaign.state = CampaignState.DRAFT
    assert study.campaign.name not in tasks(client, study.learner).text
    assert client.get(study.address).status_code == 404


def test_one_without_any_study_is_told_that_it_will_come(
    client: PageClient, learner: Account
) -> None:
    page = tasks(client, learner)
    assert page.heading == "Xin chào, Trần Văn Bình"
    assert "Chi bộ 1 · Phường Hòa Bình" in page.text
    assert "Chưa có đợt học nào cho đồng chí" in page.text


# --- others, and the price ------------------------------------------------------------------


def test_anothers_campaign_looks_like_none(app: Flask, client: PageClient, study: Study) -> None:
    stranger = make_learner(make_unit("Nơi khác"))
    sign_in(client, stranger)
    found, missing = client.get(study.address), client.get("/campaigns/999999")
    assert missing.status_code == 404
    assert essence(found) == essence(missing)
    sign_in(client, make_account())
    assert client.get(study.address).status_code == 404


def test_the_pages_cost_the_same_however_much_there_is(
    client: PageClient, unit: Unit, audiences: dict[str, Audience], learner: Account
) -> None:
    def cost() -> tuple[int, int]:
        costs = []
        for address in ("/my-tasks", study.address):
            client.get_page(address)
            with count_statements() as statements:
                client.get_page(address)
            costs.append(len(statements))
        return costs[0], costs[1]

    study = Study(unit, audiences, learner)
    sign_in(client, learner)
    few = cost()
    assert few[0] <= 6 and few[1] <= 8
    for _number in range(3):
        further = Study(unit, audiences, learner)
        for _session in range(3):
            session = make_session(study.campaign)
            make_material(session)
            make_material(make_session(further.campaign))
        make_live_session(study.campaign)
        make_attempt(learner, further.campaign, right=1)
        hand_in(learner, further.campaign)
    assert cost() == few
