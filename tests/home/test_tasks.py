"""A member's task list: what is done, what is next, in every state a study can be in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.home import queries, steps
from lms.people.models import Account, Audience
from lms.training.models import CampaignState, Enrolment, ParticipationKind
from lms.training.services import enrolments, progress
from lms.units.models import Unit
from lms.viewing.models import Coverage, SelfDeclaration
from tests.factories.essays import hand_in, make_variant, write_essay
from tests.factories.people import make_account, make_audiences, make_learner, make_unit, sign_in
from tests.factories.quizzes import make_attempt, make_quiz
from tests.factories.training import (
    enrolment_of,
    make_campaign,
    make_live_session,
    make_material,
    make_session,
)
from tests.support.answers import essence
from tests.support.client import Page, PageClient
from tests.support.statements import count_statements

VERIFIED = ParticipationKind.VERIFIED_VIEWING


class Study:
    """A learner in a campaign that asks for everything: a recording, a quiz, an essay."""

    def __init__(self, unit: Unit, audiences: dict[str, Audience], learner: Account, **how: Any):
        self.learner = learner
        self.campaign = make_campaign(unit, audiences, opened=True, **how)
        self.session = make_session(self.campaign, "Học chỉ thị", seconds=600)
        self.material = make_material(self.session, "Văn bản đầy đủ")
        make_quiz(self.campaign)
        make_variant(self.campaign, audiences.values())
        db.session.flush()

    @property
    def enrolment(self) -> Enrolment:
        return enrolment_of(self.campaign, self.learner)

    @property
    def address(self) -> str:
        return f"/campaigns/{self.campaign.id}"

    def steps(self) -> dict[str, steps.Step]:
        db.session.flush()
        card = queries.get_card(self.learner.member_id or 0, self.campaign.id)
        return {step.key: step for step in steps.steps_of(card)}

    def states(self) -> list[str]:
        return [step.state for step in self.steps().values()]

    def watch(self, seconds: float) -> None:
        db.session.add(
            Coverage(
                enrolment_id=self.enrolment.id,
                session_id=self.session.id,
                intervals=[[0, seconds]],
                covered_seconds=seconds,
                position=seconds,
                updated_at=clock.now(),
            )
        )
        met = clock.now() if seconds >= 480 else None
        progress.record_viewing(self.enrolment.id, seconds / 600, met, VERIFIED if met else None)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make_unit("Chi bộ 1", make_unit("Phường Hòa Bình"))


@pytest.fixture
def audiences(app: Flask) -> dict[str, Audience]:
    return make_audiences()


@pytest.fixture
def learner(unit: Unit) -> Account:
    return make_learner(unit, "Trần Văn Bình")


@pytest.fixture
def study(unit: Unit, audiences: dict[str, Audience], learner: Account) -> Study:
    return Study(unit, audiences, learner)


def next_card(page: Page) -> tuple[str, str] | None:
    """Title and address of the one thing to do now, as the page shows it."""
    cards = page.having_class("th-next")
    if not cards:
        return None
    assert len(cards) == 1
    title = " ".join("".join(next(cards[0].iter("h2")).itertext()).split())
    return title, next(cards[0].iter("a")).get("href") or ""


def tasks(client: PageClient, account: Account) -> Page:
    sign_in(client, account)
    return client.get_page("/my-tasks")


# --- one step after the other ---------------------------------------------------------------


def test_each_part_becomes_the_next_step_when_the_one_before_is_done(
    app: Flask, client: PageClient, study: Study
) -> None:
    campaign, enrolment = study.campaign, study.enrolment
    sign_in(client, study.learner)

    def shown() -> tuple[str, str] | None:
        on_first_page = next_card(client.get_page("/my-tasks"))
        assert on_first_page == next_card(client.get_page(study.address))
        return on_first_page

    with app.test_request_context():
        assert study.states() == ["now", "todo", "todo", "todo"]
    assert shown() == ("Đọc tài liệu trước khi học", f"{study.address}#materials")
    progress.record_materials_read(enrolment.id, clock.now())
    assert shown() == ("Xem buổi học, 10 phút", f"/sessions/{study.session.id}")
    study.watch(300)
    assert shown() == ("Xem tiếp buổi học, còn 3 phút", f"/sessions/{study.session.id}")
    kept = db.session.get_one(Coverage, (enrolment.id, study.session.id))
    kept.covered_seconds = 480
    progress.record_viewing(enrolment.id, 0.8, clock.now(), VERIFIED)
    assert shown() == ("Trả lời 10 câu hỏi", f"{study.address}/quiz")
    make_attempt(study.learner, campaign, right=9)
    assert shown() == ("Viết bài thu hoạch", f"{study.address}/essay")
    write_essay(study.learner, campaign)
    assert shown() == ("Viết tiếp bài thu hoạch", f"{study.address}/essay")
    hand_in(study.learner, campaign)
    assert shown() is None
    page = client.get_page("/my-tasks")
    assert "Đồng chí đã làm xong mọi việc được giao" in page.text
    with app.test_request_context():
        assert study.states() == ["done"] * 4
        assert study.steps()["essay"].url == f"{study.address}/essay/submission"
        assert study.steps()["essay"].tag == "Đã nộp"
        progress.record_essay_outcome(enrolment.id, 8.5, "Giỏi", True, clock.now())
        assert study.steps()["essay"].tag == "8,5 · Giỏi"


def test_every_step_leads_somewhere(client: PageClient, study: Study) -> None:
    page = tasks(client, study.learner)
    links = [a.get("href") for item in page.having_class("th-steps__item") for a in item.iter("a")]
    assert len(links) == 4
    for link in [*links, study.address]:
        assert client.get_page(link).status == 200


def test_only_what_is_asked_is_a_step(
    app: Flask, unit: Unit, audiences: dict[str, Audience], learner: Account
) -> None:
    everything = ("materials", "sessions", "quiz", "essay")
    for missing in everything:
        study = Study(unit, audiences, learner, **{f"asks_{missing}": False})
        with app.test_request_context():
            assert set(study.steps()) == set(everything) - {missing}
    bare = make_campaign(unit, audiences, opened=True)
    with app.test_request_context():
        assert steps.steps_of(queries.get_card(learner.member_id or 0, bare.id)) == []


def test_what_is_not_published_is_not_there_yet(app: Flask, study: Study) -> None:
    later = clock.now() + timedelta(hours=2)
    make_session(study.campaign, "Chưa công bố", published_at=later)
    make_material(study.session, "Chưa công bố", published_at=later)
    gone = make_material(study.session, "Đã gỡ")
    gone.withdrawn_at = clock.now()
    db.session.flush()
    card = queries.get_card(study.learner.member_id or 0, study.campaign.id)
    assert [item.session.title for item in card.sessions] == ["Học chỉ thị"]
    assert [item.material.title for item in card.materials] == ["Văn bản đầy đủ"]
    with clock.frozen(later):
        card = queries.get_card(study.learner.member_id or 0, study.campaign.id)
        assert (len(card.sessions), len(card.materials)) == (2, 2)


def test_the_first_recording_not_watched_enough_is_next(app: Flask, study: Study) -> None:
    extra = make_session(study.campaign, "Không bắt buộc", is_required=False)
    second = make_session(study.campaign, "Buổi hai", seconds=300)
    make_live_session(study.campaign)
    study.watch(600)
    db.session.flush()
    card = queries.get_card(study.learner.member_id or 0, study.campaign.id)
    assert steps.unfinished_session(card).session is second  # type: ignore[union-attr]
    assert [item.session for item in queries.recorded(card.sessions)] == [study.session, second]
    assert len(queries.live(card.sessions)) == 1
    assert extra in [item.session for item in card.sessions]
    db.session.add(
        SelfDeclaration(
            enrolment_id=study.enrolment.id, session_id=second.id, declared_at=clock.now()
        )
    )
    db.session.flush()
    card = queries.get_card(study.learner.member_id or 0, study.campaign.id)
    assert steps.unfinished_session(card) is None


def test_a_declared_session_is_called_so(app: Flask, study: Study) -> None:
    progress.record_viewing(study.enrolment.id, 0.0, clock.now(), ParticipationKind.SELF_DECLARED)
    with app.test_request_context():
        step = study.steps()["sessions"]
    assert (step.state, step.tag) == ("done", "Tự khai")


# --- the quiz -------------------------------------------------------------------------------


def test_a_quiz_without_attempts_left_is_not_the_next_step(
    app: Flask, client: PageClient, study: Study
) -> None:
    progress.record_materials_read(study.enrolment.id, clock.now())
    study.watch(600)
    for left in (2, 1, 0):
        make_attempt(study.learner, study.campaign, right=2)
        with app.test_request_context():
            quiz = study.steps()["quiz"]
        assert quiz.tag == "Chưa đạt" and "tốt nhất 20" in quiz.detail
        assert (f"còn {left} lượt" in quiz.detail) == bool(left)
    assert "đã hết lượt" in quiz.detail and quiz.state == "todo"
    page = tasks(client, study.learner)
    assert next_card(page) == ("Viết bài thu hoạch", f"{study.address}/essay")
    hand_in(study.learner, study.campaign)
    page = client.get_page("/my-tasks")
    assert next_card(page) is None
    assert "Không còn việc nào cần làm tiếp" in page.text
    assert "đã làm xong mọi việc" not in page.text


def test_a_quiz_under_way_is_gone_on_with_even_in_the_last_attempt(
    app: Flask, study: Study
) -> None:
    from lms.quizzes.services.attempts import start_attempt

    for _time in range(2):
        make_attempt(study.learner, study.campaign, right=0)
    start_attempt(study.learner, study.campaign.id)
    with app.test_request_context():
        quiz = study.steps()["quiz"]
    assert (quiz.tag, quiz.next_title) == ("Đang làm", "Làm tiếp bài trắc nghiệm")
    assert "đang làm dở" in quiz.detail


def test_anothers_attempts_and_essays_are_not_mine(app: Flask, unit: Unit, study: Study) -> None:
    other = make_learner(unit)
    enrolments.enrol_late_joiners(None, study.campaign, clock.now() + timedelta(days=9))
    make_attempt(other, study.campaign, right=10)
    hand_in(other, study.campaign)
    db.session.flush()
    card = queries.get_card(study.learner.member_id or 0, study.campaign.id)
    assert card.quiz is not None and card.quiz.attempts_made == 0
    assert card.essay == queries.EssayState(None, None, None, None)


# --- due moments and states -----------------------------------------------------------------


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
    from datetime import date

    day = date(2026, 3, 15)
    with clock.frozen(clock.start_of_day(day) + timedelta(hours=9)), app.test_request_context():
        assert steps.due_words(clock.end_of_day(day + timedelta(days=days))) == (words, kind)


@pytest.mark.database("sqlite")
def test_a_moment_in_words(app: Flask) -> None:
    from datetime import date

    evening = clock.start_of_day(date(2026, 3, 15)) + timedelta(hours=20, minutes=15)
    with app.test_request_context():
        for days, words in ((0, "hôm nay"), (1, "hôm qua"), (2, "ngày 15/03/2026")):
            with clock.frozen(evening + timedelta(days=days)):
                assert steps.moment_words(evening) == f"20:15 {words}"


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
    from lms.people.models import SignIn

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
