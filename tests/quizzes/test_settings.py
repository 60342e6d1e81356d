"""The quiz of a campaign: enough questions, later attempts only, nothing of other units."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from lms.extensions import db
from lms.quizzes.queries.attempts import quiz_of_campaign
from lms.quizzes.services.attempts import start_attempt
from lms.training.services.enrolments import close_campaign
from tests.factories.people import make_audiences, make_planner, make_unit, sign_in
from tests.factories.quizzes import make_bank
from tests.factories.training import make_campaign
from tests.quizzes.support import make_taker
from tests.support.answers import essence
from tests.support.client import PageClient


def test_an_organiser_gives_a_campaign_its_quiz(app: Flask, client: PageClient) -> None:
    unit = make_unit()
    campaign = make_campaign(unit, make_audiences("member"))
    bank = make_bank(unit, 8)
    sign_in(client, make_planner(unit))
    address = f"/campaigns/{campaign.id}/quiz/settings"
    page = client.submit(address, {"bank": bank.id, "question_count": 9}, status=422)
    assert "có 8 câu đang dùng" in page.errors_by_field["question_count"]
    assert page.form().value_of("question_count") == "9"
    assert quiz_of_campaign(campaign.id) is None
    page = page.submit({"question_count": 8, "minutes": 15, "is_shuffled": False})
    assert "Đã lưu bài trắc nghiệm" in page.text
    quiz = quiz_of_campaign(campaign.id)
    assert quiz is not None
    assert (quiz.bank_id, quiz.question_count, quiz.minutes) == (bank.id, 8, 15)
    assert (quiz.attempts_allowed, quiz.is_shuffled) == (3, False)
    assert page.form().value_of("minutes") == "15"


def test_changes_hold_for_later_attempts(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client, minutes=30)
    first = start_attempt(taker.account, taker.campaign.id)
    sign_in(client, make_planner(db_unit(taker)))
    address = f"/campaigns/{taker.campaign.id}/quiz/settings"
    page = client.get_page(address)
    assert "Đã có người làm bài" in page.text
    page.submit({"question_count": 4, "minutes": ""})
    db.session.refresh(first)
    assert first.question_count == 10
    assert first.ends_at == first.started_at + timedelta(minutes=30)
    sign_in(client, taker.account)
    client.get_page(f"/quiz-attempts/{first.id}")
    taker.submit(first.id)
    page = taker.start()
    assert "Câu 4 trong 4" in page.text
    assert taker.attempts[1].ends_at is None


def test_nothing_is_set_once_the_campaign_is_closed(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    close_campaign(None, taker.campaign)
    sign_in(client, make_planner(db_unit(taker)))
    page = client.get_page(f"/campaigns/{taker.campaign.id}/quiz/settings")
    assert "Đợt học đã đóng" in page.text
    token = page.form().value_of("csrf_token")
    bank_id = taker.quiz.bank_id
    answer = client.post(
        page.address,
        data={
            "csrf_token": token,
            "title": "Khác",
            "bank": bank_id,
            "question_count": 5,
            "attempts_allowed": 9,
            "fingerprint": page.form().value_of("fingerprint"),
        },
    )
    assert answer.status_code == 422
    assert "không sửa bài trắc nghiệm được nữa" in answer.text
    db.session.commit()
    db.session.refresh(taker.quiz)
    assert taker.quiz.attempts_allowed == 3


def test_other_units_campaigns_look_like_missing_ones(app: Flask, client: PageClient) -> None:
    theirs, mine = make_unit(), make_unit()
    campaign = make_campaign(theirs, make_audiences("member"))
    make_bank(mine, 10)
    sign_in(client, make_planner(mine))
    foreign = client.get(f"/campaigns/{campaign.id}/quiz/settings")
    assert foreign.status_code == 404
    assert essence(foreign) == essence(client.get("/campaigns/99999/quiz/settings"))


def test_another_units_bank_is_not_offered_and_not_taken(app: Flask, client: PageClient) -> None:
    theirs, mine = make_unit(), make_unit()
    campaign = make_campaign(mine, make_audiences("member"))
    own, foreign = make_bank(mine, 10), make_bank(theirs, 10)
    sign_in(client, make_planner(mine))
    page = client.get_page(f"/campaigns/{campaign.id}/quiz/settings")
    form = page.form()
    assert form.options_of("bank") == [str(own.id)]
    data = {name: form.value_of(name) for name in form.names}
    answer = client.post(page.address, data=data | {"bank": foreign.id})
    assert answer.status_code == 422
    assert quiz_of_campaign(campaign.id) is None


def db_unit(taker: object):  # type: ignore[no-untyped-def]
    from lms.units.models import Unit

    return db.session.get_one(Unit, taker.campaign.unit_id)  # type: ignore[attr-defined]
