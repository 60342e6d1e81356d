"""An import: every doubt on the page, the author decides, nothing guessed, nothing lost."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base.errors import Invalid
from lms.extensions import db
from lms.quizzes.importers import ImportedFile, ImportedQuestion
from lms.quizzes.models import QuestionBank, QuestionImport, QuizQuestion
from lms.quizzes.services.imports import store_import
from tests.factories.people import make_planner, make_unit, sign_in
from tests.factories.quizzes import make_bank
from tests.support.answers import essence
from tests.support.client import Page, PageClient

DATA = Path(__file__).parent / "data"
WITH_DOUBT = "cau-hoi-in-dam-loi.docx"
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads(
    (DATA / "cau-hoi.expected.json").read_text("utf-8")
)
DOUBTFUL = 3  # its place in the file


@pytest.fixture
def bank(app: Flask, client: PageClient) -> QuestionBank:
    unit = make_unit()
    sign_in(client, make_planner(unit))
    return make_bank(unit, 0)


def upload(client: PageClient, bank: QuestionBank, name: str, status: int = 200) -> Page:
    data = (DATA / name).read_bytes()
    return client.submit(
        f"/question-banks/{bank.id}/import", {"file": (io.BytesIO(data), name)}, status=status
    )


def stored(bank: QuestionBank) -> list[QuizQuestion]:
    db.session.commit()
    query = sa.select(QuizQuestion).where(QuizQuestion.bank_id == bank.id)
    return list(db.session.scalars(query.order_by(QuizQuestion.position)))


def as_expected(question: QuizQuestion) -> dict[str, Any]:
    return {
        "stem": question.stem,
        "options": [option["text"] for option in question.options],
        "correct": next(n for n, option in enumerate(question.options) if option["is_right"]),
    }


def test_the_page_lists_every_question_and_each_doubt(
    client: PageClient, bank: QuestionBank
) -> None:
    page = upload(client, bank, WITH_DOUBT)
    for question in EXPECTED[WITH_DOUBT]:
        assert question["stem"] in page.html
    assert "9 câu đọc được chắc chắn" in page.text
    assert "1 câu cần đồng chí quyết định" in page.text
    errors = [" ".join(e.itertext()).strip() for e in page.having_class("govuk-error-message")]
    assert errors == ["Chưa thấy đáp án đúng. Hãy chọn đáp án cho câu này."]
    form = page.form("#review")
    assert form.value_of(f"right-{DOUBTFUL}") is None, "an answer was guessed"
    assert form.value_of(f"keep-{DOUBTFUL}") is None, "a decision was taken for the author"
    assert stored(bank) == []


def test_what_is_certain_is_saved_and_the_doubt_waits(
    client: PageClient, bank: QuestionBank
) -> None:
    page = upload(client, bank, WITH_DOUBT).submit(form="#review")
    assert "Đã lưu 9 câu vào ngân hàng. Còn 1 câu chờ đồng chí quyết định." in page.text
    certain = [q for q in EXPECTED[WITH_DOUBT] if q["correct"] is not None]
    assert [as_expected(q) for q in stored(bank)] == [
        {key: q[key] for key in ("stem", "options", "correct")} for q in certain
    ]
    # The page can be left, and found again from the bank.
    page = client.get_page(f"/question-banks/{bank.id}")
    page = client.get_page(page.links()[WITH_DOUBT])
    page = page.submit({f"right-{DOUBTFUL}": ["0"]}, form="#review")
    assert page.address == f"/question-banks/{bank.id}"
    last = stored(bank)[-1]
    expected = EXPECTED[WITH_DOUBT][DOUBTFUL - 1]
    assert as_expected(last) == {
        "stem": expected["stem"],
        "options": expected["options"],
        "correct": 0,
    }
    assert db.session.scalars(sa.select(QuestionImport)).all() == []


def test_all_at_once_with_a_choice_in_new_words(client: PageClient, bank: QuestionBank) -> None:
    page = upload(client, bank, WITH_DOUBT)
    page.submit(
        {
            f"stem-{DOUBTFUL}": "Tọa đàm được tổ chức ngày nào?",
            f"option-{DOUBTFUL}-4": "Không nhớ",
            f"right-{DOUBTFUL}": ["0"],
            f"keep-{DOUBTFUL}": "yes",
        },
        form="#review",
    )
    third = stored(bank)[DOUBTFUL - 1]
    assert third.stem == "Tọa đàm được tổ chức ngày nào?"
    assert [option["text"] for option in third.options][-1] == "Không nhớ"
    assert len(stored(bank)) == 10


def test_questions_may_be_left_out(client: PageClient, bank: QuestionBank) -> None:
    page = upload(client, bank, WITH_DOUBT)
    page = page.submit({f"keep-{DOUBTFUL}": "no", "keep-1": False}, form="#review")
    assert "Đã lưu 8 câu" in page.text
    stems = {question.stem for question in stored(bank)}
    assert EXPECTED[WITH_DOUBT][0]["stem"] not in stems
    assert EXPECTED[WITH_DOUBT][DOUBTFUL - 1]["stem"] not in stems


def test_keeping_a_question_without_an_answer_saves_nothing_and_loses_nothing(
    client: PageClient, bank: QuestionBank
) -> None:
    page = upload(client, bank, WITH_DOUBT)
    page = page.submit(
        {f"keep-{DOUBTFUL}": "yes", f"option-{DOUBTFUL}-1": "Ngày khác", "keep-2": False},
        form="#review",
        status=422,
    )
    assert page.errors_by_field == {f"question-{DOUBTFUL}": "Câu 3: Hãy chọn đáp án đúng."}
    form = page.form("#review")
    assert form.value_of(f"option-{DOUBTFUL}-1") == "Ngày khác"
    assert form.value_of(f"keep-{DOUBTFUL}") == "yes"
    assert form.value_of("keep-2") is None
    assert form.value_of("keep-1") == "yes"
    assert stored(bank) == []


def test_what_was_typed_at_a_question_that_waits_is_kept(
    client: PageClient, bank: QuestionBank
) -> None:
    page = upload(client, bank, WITH_DOUBT)
    page = page.submit({f"stem-{DOUBTFUL}": "Đang sửa dở?"}, form="#review")
    assert page.form("#review").value_of(f"stem-{DOUBTFUL}") == "Đang sửa dở?"
    assert len(stored(bank)) == 9


def test_the_same_decisions_twice_save_once(client: PageClient, bank: QuestionBank) -> None:
    page = upload(client, bank, WITH_DOUBT)
    page.submit(form="#review")
    page.submit(form="#review")
    assert len(stored(bank)) == 9


def test_a_question_that_the_bank_has_is_a_doubt(client: PageClient, bank: QuestionBank) -> None:
    upload(client, bank, WITH_DOUBT).submit({f"keep-{DOUBTFUL}": "no"}, form="#review")
    page = upload(client, bank, "cau-hoi-bang-dap-an.docx")
    assert page.text.count("Ngân hàng đã có câu này.") == 9
    page.submit(form="#review")
    assert len(stored(bank)) == 10


def test_the_rest_of_an_import_can_be_dropped(client: PageClient, bank: QuestionBank) -> None:
    page = upload(client, bank, WITH_DOUBT).submit(form="#review")
    discard = page.address + "/discard"
    page = page.submit(form=discard)
    assert "Đã bỏ các câu còn lại" in page.text
    assert db.session.scalars(sa.select(QuestionImport)).all() == []
    assert len(stored(bank)) == 9


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "rong.docx", "Tệp rỗng"),
        (b"%PDF-1.7 ...", "de-thi.docx", "không đúng với nội dung"),
        (b"C\xc3\xa2u 1. A. B.", "cau-hoi.txt", "tệp Word (.docx) hoặc Excel (.xlsx)"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    client: PageClient, bank: QuestionBank, content: bytes, name: str, words: str
) -> None:
    page = client.submit(
        f"/question-banks/{bank.id}/import",
        {"file": (io.BytesIO(content), name)},
        status=422,
    )
    assert words in page.errors_by_field["file"]
    assert db.session.scalars(sa.select(QuestionImport)).all() == []


def test_no_file_says_so(client: PageClient, bank: QuestionBank) -> None:
    page = client.submit(f"/question-banks/{bank.id}/import", status=422)
    assert page.errors_by_field == {"file": "Tệp câu hỏi: Hãy chọn tệp câu hỏi."}


def test_a_file_over_the_limit_is_refused(client: PageClient, bank: QuestionBank) -> None:
    page = client.submit(
        f"/question-banks/{bank.id}/import",
        {"file": (io.BytesIO(b"0" * (10 * 1024 * 1024 + 1)), "to.docx")},
        status=422,
    )
    assert "lớn hơn 10 MB" in page.errors_by_field["file"]
    form = client.get_page(f"/question-banks/{bank.id}/import").form()
    answer = client.post(
        form.address,
        data={
            "csrf_token": form.value_of("csrf_token"),
            "file": (io.BytesIO(b"0" * 12_000_000), "x.docx"),
        },
    )
    assert answer.status_code == 413


def test_another_units_import_looks_like_a_missing_one(app: Flask, client: PageClient) -> None:
    theirs, mine = make_unit(), make_unit()
    sign_in(client, make_planner(theirs))
    page = upload(client, make_bank(theirs, 0), WITH_DOUBT)
    sign_in(client, make_planner(mine))
    foreign = client.get(page.address)
    assert foreign.status_code == 404
    assert essence(foreign) == essence(client.get("/question-imports/99999"))
    token = page.form("#review").value_of("csrf_token")
    for address in (page.address, page.address + "/discard"):
        assert client.post(address, data={"csrf_token": token}).status_code in (400, 404)
    assert len(db.session.scalars(sa.select(QuestionImport)).all()) == 1


def roster(count: int) -> ImportedFile:
    """Names one under the other, as a list of people is read."""
    return ImportedFile(
        questions=[ImportedQuestion(f"Nguyễn Văn {n}", [], None, []) for n in range(count)],
        doubts=[],
    )


def test_a_list_of_people_is_no_file_of_questions(bank: QuestionBank) -> None:
    with pytest.raises(Invalid, match="không giống tệp câu hỏi"):
        store_import(None, bank, "danh-sach.xlsx", roster(21))
    assert len(store_import(None, bank, "nháp.xlsx", roster(20)).questions) == 20


def test_the_same_file_again_replaces_what_waits(client: PageClient, bank: QuestionBank) -> None:
    upload(client, bank, WITH_DOUBT)
    upload(client, bank, WITH_DOUBT)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(QuestionImport)) == 1
