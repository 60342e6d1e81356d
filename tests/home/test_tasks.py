"""A member's task list: what is done, what is next, one step after the other."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.home import queries, steps
from lms.home.session_step import find_target
from lms.people.models import Account, Audience
from lms.training.models import ParticipationKind
from lms.training.services import enrolments, progress
from lms.units.models import Unit
from lms.viewing.models import Coverage
from lms.viewing.services.credits import credit_session
from tests.factories.essays import hand_in, write_essay
from tests.factories.people import make_learner, sign_in
from tests.factories.quizzes import make_attempt
from tests.factories.training import make_campaign, make_live_session, make_material, make_session
from tests.home.support import VERIFIED, Study, next_card, tasks
from tests.support.client import PageClient


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
    credit_session(enrolment.id, study.session.id, VERIFIED, clock.now())
    assert shown() == ("Trả lời 10 câu hỏi", f"{study.address}/quiz")
    make_attempt(study.learner, campaign, right=9)
    assert shown() == ("Viết bài thu hoạch", f"{study.address}/essay")
    write_essay(study.learner, campaign)
    assert shown() == ("Viết tiếp bài thu hoạch", f"{study.address}/essay")
    hand_in(study.learner, campaign)
    assert shown() is None
    page = client.get_page("/my-tasks")
    assert "Đồng chí đã học xong mọi phần được giao" in page.text
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
    target = find_target(queries.asked_for(card.sessions), clock.now())
    assert target is not None and target.item.session is second
    assert extra in [item.session for item in card.sessions]
    credit_session(study.enrolment.id, second.id, ParticipationKind.VENUE_ROLL_CALL, clock.now())
    card = queries.get_card(study.learner.member_id or 0, study.campaign.id)
    assert find_target(queries.asked_for(card.sessions), clock.now()) is None


def test_a_declared_session_is_called_so(app: Flask, study: Study) -> None:
    study.accept(ParticipationKind.SELF_DECLARED)
    credit_session(
        study.enrolment.id, study.session.id, ParticipationKind.SELF_DECLARED, clock.now()
    )
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
    assert "xong mọi" not in page.text


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
