"""A member takes the quiz, with scripts off and answer by answer; who sees what, and when."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.extensions import db
from lms.quizzes.services.attempts import start_attempt
from lms.training.models import Requirement
from lms.training.services.enrolments import close_campaign, withdraw
from tests.factories.people import make_learner, make_unit, sign_in
from tests.factories.quizzes import (
    make_attempt,
    make_bank,
    make_question,
    make_quiz,
    right_ids,
    wrong_ids,
)
from tests.factories.training import enrolment_of, make_campaign
from tests.quizzes.support import make_taker
from tests.support.answers import essence
from tests.support.client import PageClient
from tests.support.statements import count_statements


def filled(answers: dict[int, list[str]]) -> dict[str, list[str]]:
    return {f"answer-{position}": chosen for position, chosen in answers.items()}


def test_the_whole_way_with_scripts_off(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    page = client.get_page(taker.page)
    assert "Trả lời 10 câu hỏi" in page.text
    assert "ít nhất 5 trong 10 câu" in page.text
    page = taker.start()
    (attempt,) = taker.attempts
    assert page.address == f"/quiz-attempts/{attempt.id}"
    page = page.submit(filled(right_ids(attempt)), form="#answers")
    assert page.address == f"/quiz-attempts/{attempt.id}/result"
    assert page.heading == "Đúng 10 trong 10 câu"
    assert "Về đợt học" in page.links()
    enrolment = taker.enrolment
    assert enrolment.quiz_best_ratio == 1.0
    assert enrolment.quiz_met_at == taker.attempts[0].submitted_at


def test_open_questions_are_asked_about_once_and_nothing_is_lost(
    app: Flask, client: PageClient
) -> None:
    taker = make_taker(app, client)
    page = taker.start()
    (attempt,) = taker.attempts
    some = {place: ids for place, ids in right_ids(attempt).items() if place not in (3, 7)}
    page = page.submit(filled(some), form="#answers", status=422)
    assert page.errors_by_field == {"question-3": "Còn 2 câu chưa trả lời: 3, 7."}
    assert {item.position for item in taker.items(attempt.id) if item.chosen} == set(some)
    assert taker.attempts[0].submitted_at is None
    page = page.submit(form="#answers", button="Nộp, bỏ qua 2 câu")
    assert page.heading == "Đúng 8 trong 10 câu"


def test_saving_by_hand_and_going_on_elsewhere(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    page = taker.start()
    (attempt,) = taker.attempts
    chosen = right_ids(attempt)[4]
    page = page.submit({"answer-4": chosen}, form="#answers", button="Lưu lại, làm tiếp sau")
    assert "Đã lưu lúc" in page.text
    other = taker.twin()
    page = other.get_page(taker.page)
    assert "Đã trả lời 1 trong 10 câu" in page.text
    page = other.get_page(page.links()["Làm tiếp"])
    assert page.form("#answers").value_of("answer-4") == chosen[0]
    assert "Đã trả lời 1 trong 10 câu" in page.text


def test_answers_one_by_one_with_a_receipt(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    taker.start()
    (attempt,) = taker.attempts
    right, wrong = right_ids(attempt), wrong_ids(attempt)
    answer = taker.save(attempt.id, 3, wrong[3])
    assert answer.status_code == 200
    body = answer.json
    assert body is not None
    assert set(body) == {"position", "saved_at", "message", "seconds_left"}
    assert body["message"] == f"Đã lưu câu 3 lúc {body['saved_at']}"
    taker.save(attempt.id, 3, right[3])
    taker.save(attempt.id, 5, right[5])
    taker.save(attempt.id, 5, [])
    saved = {item.position: item.chosen for item in taker.items(attempt.id) if item.chosen}
    assert saved == {3: right[3]}
    answer = taker.submit(attempt.id)
    assert answer.status_code == 303
    assert taker.attempts[0].right_count == 1


@pytest.mark.parametrize(
    "body",
    [
        "text",
        [],
        {"position": 1},
        {"position": "1", "chosen": []},
        {"position": True, "chosen": []},
        {"position": 1.5, "chosen": []},
        {"position": 0, "chosen": []},
        {"position": 2**63, "chosen": []},
        {"position": 1, "chosen": "abc"},
        {"position": 1, "chosen": [1]},
        {"position": 1, "chosen": ["ffffffffff"]},
        {"position": 1, "chosen": ["a"] * 11},
    ],
)
def test_what_no_page_sends_is_refused(app: Flask, client: PageClient, body: Any) -> None:
    taker = make_taker(app, client)
    taker.start()
    (attempt,) = taker.attempts
    answer = client.post(
        f"/quiz-attempts/{attempt.id}/answers", json=body, headers={"X-CSRFToken": taker.token()}
    )
    assert answer.status_code == 422
    assert all(not item.chosen for item in taker.items(attempt.id))


def test_two_options_of_a_single_choice_are_refused(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    taker.start()
    (attempt,) = taker.attempts
    ids = [option["id"] for option in taker.items(attempt.id)[0].options]
    assert taker.save(attempt.id, 1, ids[:2]).status_code == 422
    assert taker.save(attempt.id, 99, ids[:1]).status_code == 404


def test_several_choices_are_right_only_all_together(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client, questions=1)
    bank = make_bank(unit := make_unit(), 0)
    make_question(bank, right=(0, 2))
    campaign = make_campaign(unit)
    quiz = make_quiz(campaign, bank, question_count=1)
    taker.quiz.bank_id, taker.quiz.question_count = quiz.bank_id, 1
    db.session.commit()
    for ids, expected in ((slice(0, 1), 0), (slice(0, 2), 1)):
        page = taker.start()
        attempt = taker.attempts[-1]
        right = right_ids(attempt)[1]
        assert len(right) == 2
        page = page.submit({"answer-1": right[ids]}, form="#answers")
        assert taker.attempts[-1].right_count == expected
    page = taker.start()
    attempt = taker.attempts[-1]
    everything = [option["id"] for option in taker.items(attempt.id)[0].options]
    page.submit({"answer-1": everything}, form="#answers")
    assert taker.attempts[-1].right_count == 0


def test_boxes_left_empty_take_an_answer_back(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client, questions=1)
    make_question(taker.quiz.bank, right=(0, 1))
    taker.quiz.question_count = 2
    db.session.commit()
    taker.start()
    (attempt,) = taker.attempts
    several = next(i for i in taker.items(attempt.id) if i.kind.value == "multiple")
    single = next(i for i in taker.items(attempt.id) if i.kind.value == "single")
    right = right_ids(attempt)
    for item in (several, single):
        taker.save(attempt.id, item.position, right[item.position])
    page = client.get_page(f"/quiz-attempts/{attempt.id}")
    page.submit({f"answer-{several.position}": []}, form="#answers", button="Lưu lại, làm tiếp sau")
    saved = {item.position: item.chosen for item in taker.items(attempt.id)}
    assert saved == {several.position: [], single.position: right[single.position]}


def test_the_best_attempt_counts(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    for right in (4, 8, 6):
        make_attempt(taker.account, taker.campaign, right)
    assert taker.enrolment.quiz_best_ratio == 0.8
    page = client.get_page(taker.page)
    assert "8 trong 10 câu đúng" in page.text
    assert "0 trong 3 lượt" in page.text


def test_no_fourth_attempt(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client, attempts_allowed=1)
    make_attempt(taker.account, taker.campaign, 0)
    page = client.get_page(taker.page)
    assert "Đồng chí đã làm đủ 1 lượt" in page.text
    answer = client.post(f"{taker.page}/attempts", data={"csrf_token": taker.token()})
    assert answer.status_code == 403
    assert len(taker.attempts) == 1


def test_starting_again_goes_on_with_the_one_under_way(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    taker.start()
    answer = client.post(f"{taker.page}/attempts", data={"csrf_token": taker.token()})
    (attempt,) = taker.attempts
    assert answer.location == f"/quiz-attempts/{attempt.id}"


def test_a_second_submission_gives_the_same_receipt(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    taker.start()
    (attempt,) = taker.attempts
    script = {"Accept": "application/json", "X-CSRFToken": taker.token()}
    address = f"/quiz-attempts/{attempt.id}/submission"
    good = filled(right_ids(attempt))
    first = client.post(address, data=filled(wrong_ids(attempt)), headers=script)
    second = client.post(address, data=good, headers=script)
    assert first.status_code == second.status_code == 200
    assert first.json == second.json
    assert first.json is not None and first.json["right_count"] == 0
    assert taker.save(attempt.id, 1, right_ids(attempt)[1]).status_code == 409
    page = client.get_page(f"/quiz-attempts/{attempt.id}")
    assert page.address.endswith("/result")


def test_right_answers_are_told_only_when_nobody_gains_by_them(
    app: Flask, client: PageClient
) -> None:
    taker = make_taker(app, client, attempts_allowed=3, pass_ratio=0.8)
    first = make_attempt(taker.account, taker.campaign, 2)
    address = f"/quiz-attempts/{first.id}/result"
    page = client.get_page(address)
    # Two were right, so those two tell themselves; of the other eight nothing is told.
    assert page.text.count("Đáp án đúng ") - page.text.count("Đáp án đúng sẽ hiện") == 2
    assert page.form(f"{taker.page}/attempts").method == "post"
    # Passed; but an attempt is left, which may hold the same questions, and the best one counts.
    make_attempt(taker.account, taker.campaign, 9)
    page = client.get_page(address)
    assert len(page.having_class("th-option--right")) == 2
    assert "Đáp án đúng sẽ hiện ở đây khi đồng chí hết lượt làm bài" in page.text
    assert "Làm lại" in client.get_page(taker.page).text
    last = start_attempt(taker.account, taker.campaign.id)
    assert len(client.get_page(address).having_class("th-option--right")) == 2
    taker.submit(last.id)
    page = client.get_page(address)
    assert len(page.having_class("th-option--right")) == 10
    assert "Đáp án đúng sẽ hiện" not in page.text


def test_with_the_last_attempt_used_or_the_campaign_closed_they_are_told(
    app: Flask, client: PageClient
) -> None:
    taker = make_taker(app, client, attempts_allowed=2)
    first = make_attempt(taker.account, taker.campaign, 0)
    address = f"/quiz-attempts/{first.id}/result"
    assert client.get_page(address).having_class("th-option--right") == []
    close_campaign(None, taker.campaign)
    page = client.get_page(address)
    assert len(page.having_class("th-option--right")) == 10
    assert "Đợt học không còn mở" in page.text
    assert "Làm lại" not in page.text


def test_other_peoples_attempts_look_like_missing_ones(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    taker.start()
    (attempt,) = taker.attempts
    chosen = right_ids(attempt)[1]
    sign_in(client, make_learner(make_unit()))
    client.page = None
    token = taker.token()
    for end in ("", "/result"):
        foreign = client.get(f"/quiz-attempts/{attempt.id}{end}")
        assert foreign.status_code == 404
        assert essence(foreign) == essence(client.get(f"/quiz-attempts/99999{end}"))
    foreign = taker.save(attempt.id, 1, chosen)
    missing = taker.save(99999, 1, chosen)
    assert foreign.status_code == 404
    assert essence(foreign) == essence(missing)
    for end in ("answers", "submission"):
        answer = client.post(f"/quiz-attempts/{attempt.id}/{end}", data={"csrf_token": token})
        assert answer.status_code == 404
    assert all(not item.chosen for item in taker.items(attempt.id))
    assert taker.attempts[0].submitted_at is None


def test_who_is_not_enrolled_has_no_quiz(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    withdrawn = make_learner(make_unit())
    sign_in(client, withdrawn)
    client.get_page(taker.page, status=404)
    client.page = None
    answer = client.post(f"{taker.page}/attempts", data={"csrf_token": taker.token()})
    assert answer.status_code == 404
    sign_in(client, taker.account)
    withdraw(None, enrolment_of(taker.campaign, taker.account), "Đã mất")
    client.get_page(taker.page, status=404)


def test_a_campaign_without_a_quiz_has_no_such_page(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    db.session.delete(taker.quiz)
    client.get_page(taker.page, status=404)


def test_statements_do_not_grow(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client, questions=40, question_count=2, attempts_allowed=9)
    counted: dict[str, list[int]] = {"quiz": [], "attempt": [], "result": [], "save": []}
    for count in (2, 40):
        taker.quiz.question_count = count
        attempt_id = start_attempt(taker.account, taker.campaign.id).id
        first = taker.items(attempt_id)[0].options[0]["id"]
        db.session.commit()
        for name, address in (("quiz", taker.page), ("attempt", f"/quiz-attempts/{attempt_id}")):
            with count_statements() as statements:
                client.get_page(address)
            counted[name].append(len(statements))
        with count_statements() as statements:
            assert taker.save(attempt_id, 1, [first]).status_code == 200
        saving = statements
        counted["save"].append(len(statements))
        taker.submit(attempt_id)
        with count_statements() as statements:
            client.get_page(f"/quiz-attempts/{attempt_id}/result")
        counted["result"].append(len(statements))
    assert counted["save"] == [3, 3], "\n".join(saving)
    for name, (few, many) in counted.items():
        assert few == many <= 7, (name, few, many)


def test_where_no_quiz_is_asked_for_there_is_none(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    done = make_attempt(taker.account, taker.campaign, 3)
    taker.start()
    open_one = taker.attempts[-1]
    chosen = right_ids(open_one)[1]
    token = taker.token()
    assert client.get(taker.page).status_code == 200
    db.session.execute(sa.update(Requirement).values(asks_quiz=False))
    db.session.commit()
    for address in (
        taker.page,
        f"/quiz-attempts/{open_one.id}",
        f"/quiz-attempts/{done.id}/result",
    ):
        assert client.get(address).status_code == 404, address
    fields = {"csrf_token": token, "answer-1": chosen}
    for address in (
        f"{taker.page}/attempts",
        f"/quiz-attempts/{open_one.id}/answers",
        f"/quiz-attempts/{open_one.id}/submission",
    ):
        assert client.post(address, data=fields).status_code == 404, address
    answer = client.post(
        f"/quiz-attempts/{open_one.id}/answers",
        json={"position": 1, "chosen": chosen},
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 404
    assert [one.submitted_at is None for one in taker.attempts] == [False, True]
    assert not any(item.chosen for item in taker.items(open_one.id))


def test_the_address_of_the_form_leads_to_the_attempt(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    taker.start()
    (attempt,) = taker.attempts
    address = f"/quiz-attempts/{attempt.id}/submission"
    assert client.get(address).location == f"/quiz-attempts/{attempt.id}"
    script = {"Accept": "application/json", "X-CSRFToken": taker.token()}
    client.post(address, data=filled(right_ids(attempt)), headers=script)
    assert client.get(address).location == f"/quiz-attempts/{attempt.id}/result"
