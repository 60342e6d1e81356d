"""Organisers' pages of banks: what they list, versions of a question, nothing of other units."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.extensions import db
from lms.quizzes.models import QuestionBank, QuestionKind, QuizQuestion
from tests.factories.people import (
    make_appointee,
    make_audiences,
    make_learner,
    make_planner,
    make_unit,
    sign_in,
    sign_in_elsewhere,
)
from tests.factories.quizzes import make_bank, make_question, make_quiz
from tests.factories.training import make_campaign
from tests.quizzes.support import proof_of
from tests.support.answers import essence
from tests.support.client import PageClient
from tests.support.statements import count_statements


def questions_of(bank: QuestionBank) -> list[QuizQuestion]:
    db.session.commit()
    query = sa.select(QuizQuestion).where(QuizQuestion.bank_id == bank.id)
    query = query.order_by(QuizQuestion.position, QuizQuestion.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def test_an_organiser_makes_a_bank_and_a_question(app: Flask, client: PageClient) -> None:
    unit = make_unit("Chi bộ 7")
    sign_in(client, make_planner(unit))
    page = client.submit("/question-banks", {"name": " Câu hỏi  mùa đông ", "unit": unit.id})
    assert page.heading == "Câu hỏi mùa đông"
    page = client.submit(
        f"{page.address}/questions/new",
        {
            "stem": "Những việc nào cần làm?",
            "kind": "multiple",
            "options-0-text": "Đọc tài liệu",
            "options-0-is_right": True,
            "options-1-text": "Xem buổi học",
            "options-1-is_right": True,
            "options-3-text": "Tất cả các phương án trên",
        },
        button="Lưu câu hỏi",
    )
    assert "Những việc nào cần làm?" in page.text
    assert page.text.count("Đáp án đúng") == 2
    question = db.session.scalars(sa.select(QuizQuestion)).one()
    assert question.kind is QuestionKind.MULTIPLE
    assert [option["is_fixed"] for option in question.options] == [False, False, True]


def test_a_question_that_cannot_be_asked_keeps_what_was_typed(
    app: Flask, client: PageClient
) -> None:
    bank = make_bank(unit := make_unit(), 0)
    sign_in(client, make_planner(unit))
    page = client.submit(
        f"/question-banks/{bank.id}/questions/new",
        {"stem": "Chưa có đáp án?", "options-0-text": "Một", "options-1-text": "Hai"},
        status=422,
    )
    assert page.errors_by_field == {"options": "Các phương án: Hãy chọn đáp án đúng."}
    form = page.form()
    assert form.value_of("stem") == "Chưa có đáp án?"
    assert form.value_of("options-1-text") == "Hai"
    assert questions_of(bank) == []


def test_an_edit_makes_a_version_that_replaces_the_old_one(app: Flask, client: PageClient) -> None:
    bank = make_bank(unit := make_unit(), 3)
    second = questions_of(bank)[1]
    sign_in(client, make_planner(unit))
    page = client.submit(f"/quiz-questions/{second.id}/edit", {"stem": "Câu đã sửa?"})
    assert page.address.startswith(f"/question-banks/{bank.id}")
    old, new = [q for q in questions_of(bank) if q.position == second.position]
    assert (old.stem, new.stem) == (second.stem, "Câu đã sửa?")
    assert old.retired_at is not None and new.retired_at is None
    assert new.replaces_id == old.id
    assert [o["text"] for o in new.options] == [o["text"] for o in old.options]
    assert "3 câu đang dùng" in page.text
    assert old.stem not in page.text


def test_saving_the_same_words_makes_no_version(app: Flask, client: PageClient) -> None:
    bank = make_bank(unit := make_unit(), 1)
    sign_in(client, make_planner(unit))
    client.submit(f"/quiz-questions/{questions_of(bank)[0].id}/edit")
    assert len(questions_of(bank)) == 1


def test_the_second_of_two_editors_is_told_and_keeps_the_words(
    app: Flask, client: PageClient
) -> None:
    bank = make_bank(unit := make_unit(), 1)
    question = questions_of(bank)[0]
    sign_in(client, make_planner(unit))
    other = sign_in_elsewhere(app, make_planner(unit))
    address = f"/quiz-questions/{question.id}/edit"
    mine, theirs = client.get_page(address), other.get_page(address)
    theirs.submit({"stem": "Bản của người kia?"})
    page = mine.submit({"stem": "Bản của tôi?"}, status=409)
    assert page.form().value_of("stem") == "Bản của tôi?"
    assert "vừa được người khác" in page.text
    assert [q.stem for q in questions_of(bank) if q.retired_at is None] == ["Bản của người kia?"]


def test_a_question_that_a_running_quiz_needs_is_not_retired(
    app: Flask, client: PageClient
) -> None:
    bank = make_bank(unit := make_unit(), 3)
    campaign = make_campaign(unit, make_audiences("member"), name="Đợt mùa đông")
    make_quiz(campaign, bank, question_count=2)
    first, second, _third = questions_of(bank)
    sign_in(client, make_planner(unit))
    page = client.get_page(f"/question-banks/{bank.id}")
    page = page.submit(form=f"/quiz-questions/{first.id}/retire")
    assert "Đã bỏ câu hỏi" in page.text and first.stem not in page.text
    page = page.submit(form=f"/quiz-questions/{second.id}/retire")
    assert "Đợt mùa đông" in page.text and second.stem in page.text
    assert [q.id for q in questions_of(bank) if q.retired_at] == [first.id]


def test_other_units_banks_and_questions_look_like_missing_ones(
    app: Flask, client: PageClient
) -> None:
    theirs, mine = make_unit("Đơn vị kia"), make_unit("Đơn vị này")
    bank = make_bank(theirs, 2, name="CANARY-NGAN-HANG")
    question = questions_of(bank)[0]
    sign_in(client, make_planner(mine))
    assert "CANARY" not in client.get_page("/question-banks").html
    token = proof_of(client.get_page("/password"))
    for address, missing in (
        (f"/question-banks/{bank.id}", "/question-banks/99999"),
        (f"/question-banks/{bank.id}/import", "/question-banks/99999/import"),
        (f"/question-banks/{bank.id}/questions/new", "/question-banks/99999/questions/new"),
        (f"/quiz-questions/{question.id}/edit", "/quiz-questions/99999/edit"),
    ):
        foreign, none = client.get(address), client.get(missing)
        assert foreign.status_code == 404
        assert essence(foreign) == essence(none)
        posted = client.post(address, data={"csrf_token": token})
        assert posted.status_code in (404, 405)
    posted = client.post(f"/quiz-questions/{question.id}/retire", data={"csrf_token": token})
    assert posted.status_code == 404
    assert all(q.retired_at is None for q in questions_of(bank))


def test_a_bank_cannot_be_made_for_another_unit(app: Flask, client: PageClient) -> None:
    theirs, mine = make_unit(), make_unit()
    sign_in(client, make_planner(mine))
    page = client.get_page("/question-banks")
    token = page.form().value_of("csrf_token")
    answer = client.post(
        "/question-banks", data={"csrf_token": token, "name": "Của ai?", "unit": theirs.id}
    )
    assert answer.status_code == 422
    assert db.session.scalars(sa.select(QuestionBank)).all() == []


def test_members_and_speakers_have_no_banks(app: Flask, client: PageClient) -> None:
    unit = make_unit()
    make_bank(unit)
    for account in (make_learner(unit), make_appointee(Role.SPEAKER, unit)):
        sign_in(client, account)
        client.get_page("/question-banks", status=403)


def test_the_page_of_a_bank_costs_the_same_for_any_number_of_questions(
    app: Flask, client: PageClient
) -> None:
    bank = make_bank(unit := make_unit(), 1)
    sign_in(client, make_planner(unit))
    address = f"/question-banks/{bank.id}"
    with count_statements() as few:
        client.get_page(address)
    for _ in range(60):
        make_question(bank)
    db.session.commit()
    with count_statements() as many:
        page = client.get_page(address)
    assert len(few) == len(many), "\n".join(many)
    assert "Câu 50" in page.text and "Câu 51" not in page.text
    assert "Câu 51" in client.get_page(page.links()["Trang sau ›"]).text
