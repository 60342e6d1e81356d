"""What comes after a save and after handing in: the history of drafts, the receipt's result."""

from __future__ import annotations

from typing import Any

import pytest

from lms.base import clock
from lms.essays.outcomes import CriterionOutcome, Outcome, join_outcomes, outcome_providers
from tests.essays.conftest import Study
from tests.factories.essays import hand_in, save, write_essay
from tests.factories.people import sign_in
from tests.support.client import Page, PageClient
from tests.support.statements import count_statements

DRAFTS = "/drafts"


@pytest.fixture
def page(client: PageClient, study: Study) -> Page:
    sign_in(client, study.writer)
    return client.get_page(study.url)


def test_every_save_is_listed_read_and_brought_back(page: Page, study: Study) -> None:
    save(study.writer, study.campaign, understanding="bản đầu")
    save(study.writer, study.campaign, 1, understanding="bản hai")
    save(study.writer, study.campaign, 1, understanding="bản lạc")
    listed = page.client.get_page(study.url + DRAFTS)
    titles = [a.text for a in listed.having_class("th-steps__title")]
    assert [str(title).split(",")[0] for title in titles] == [
        "Bản số 3",
        "Bản số 2",
        "Bản số 1",
    ]
    assert "Cất riêng" in listed.text
    first = page.client.get_page(study.url + "/drafts/1")
    assert "bản đầu" in first.text
    restored = first.submit()
    assert restored.form("#essay").value_of("understanding") == "bản đầu"
    assert "Đã mở lại bản số 1 thành bản số 4" in restored.text
    assert "mở lại từ bản số 1" in page.client.get_page(study.url + DRAFTS).text


def test_the_history_costs_the_same_for_one_save_and_for_forty(page: Page, study: Study) -> None:
    address = study.url + DRAFTS

    def cost() -> int:
        with count_statements() as statements:
            page.client.get_page(address)
        return len(statements)

    write_essay(study.writer, study.campaign, 1)
    before = cost()
    for number in range(2, 42):
        write_essay(study.writer, study.campaign, number)
    assert cost() == before <= 6


@pytest.fixture
def outcome() -> Any:
    released = Outcome(
        value=8.25,
        scale=10,
        band="Giỏi",
        is_passed=True,
        criteria=[CriterionOutcome("Nhận thức", 60, "Khá", "Hiểu bằng lời của mình.", 0.8)],
        comment="Bài thật.\nNên thêm hạn.",
        released_at=clock.now(),
    )

    def provide(_enrolment_id: int) -> Outcome | None:
        return released

    join_outcomes(provide)
    join_outcomes(provide)
    assert outcome_providers.count(provide) == 1
    yield released
    outcome_providers.remove(provide)


def test_the_receipt_carries_the_result_once_it_is_out(
    page: Page, study: Study, outcome: Outcome
) -> None:
    hand_in(study.writer, study.campaign)
    receipt = page.client.get_page(study.url + "/submission")
    for said in ("8,25", "Xếp mức Giỏi", "Khá. Hiểu bằng lời của mình.", "Nên thêm hạn.", "Đạt"):
        assert said in receipt.text
    assert "Đồng chí không phải làm gì thêm" not in receipt.text


def test_before_the_result_the_receipt_says_what_happens_next(page: Page, study: Study) -> None:
    assert page.client.get_page(study.url + "/submission").address == study.url
    hand_in(study.writer, study.campaign)
    receipt = page.client.get_page(study.url + "/submission")
    assert "Đồng chí không phải làm gì thêm" in receipt.text
