"""The designer's pages: a variant goes in and comes back whole; what is wrong is said in place."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.essays import queries
from lms.essays.designs import design_of
from lms.essays.ready_made import find_ready_made, list_ready_made
from lms.extensions import db
from tests.essays.conftest import Study
from tests.factories.essays import DESIGN, write_essay
from tests.factories.people import make_planner, make_unit, sign_in, sign_in_elsewhere
from tests.factories.training import make_campaign
from tests.support.client import Page, PageClient


@pytest.fixture
def organiser(client: PageClient, study: Study) -> PageClient:
    sign_in(client, study.planner)
    return client


def _variant_url(study: Study, variant_id: int | None = None) -> str:
    return f"{study.task_url}/variants/{variant_id or study.variant.id}"


def test_a_task_is_made_and_renamed(client: PageClient, study: Study) -> None:
    campaign = make_campaign(study.unit, study.audiences)
    sign_in(client, study.planner)
    address = f"/campaigns/{campaign.id}/essay-task"
    page = client.get_page(address)
    assert "Tạo bài thu hoạch" in page.text
    made = page.submit({"title": "Bài thu hoạch quý IV"}, "#task")
    assert "Chưa có đề nào" in made.text
    assert made.text.count("Chưa có đề Soạn") or "Còn thiếu đề" in made.text
    renamed = made.submit({"title": "Tên mới"}, "#task")
    assert renamed.form("#task").value_of("title") == "Tên mới"
    empty = renamed.submit({"title": " "}, "#task", status=422)
    assert "Hãy đặt tên" in empty.errors_by_field["title"]


def test_the_task_page_says_who_has_no_form_yet(organiser: PageClient, study: Study) -> None:
    assert (
        "Mọi đối tượng được yêu cầu viết bài đều đã có đề."
        in organiser.get_page(study.task_url).text
    )
    page = organiser.get_page(_variant_url(study))
    page = page.submit({"audiences": [str(study.audiences["member"].id)]}, "#variant")
    assert page.address == study.task_url
    assert "Còn thiếu đề" in page.text
    links = page.links()
    assert any(address.endswith("?from=unit_head") for address in links.values())


@pytest.mark.parametrize("key", [ready.key for ready in list_ready_made()])
def test_a_ready_made_variant_goes_through_the_form_unchanged(
    organiser: PageClient, study: Study, key: str
) -> None:
    ready = find_ready_made(key)
    assert ready is not None
    page = organiser.get_page(f"{study.task_url}/variants/new?from={key}")
    chosen = [str(study.audiences["exempt"].id)]
    done = page.submit({"audiences": chosen}, "#variant")
    assert f"Đã lưu “{ready.design.name}”." in done.text
    _audience, stored = queries.get_audience_variant(
        study.campaign.id, study.audiences["exempt"].id
    )
    assert design_of(queries.variant_with_rubric(stored.id)) == ready.design


def test_opening_and_saving_a_variant_changes_nothing(organiser: PageClient, study: Study) -> None:
    write_essay(study.writer, study.campaign)
    organiser.get_page(_variant_url(study)).submit({}, "#variant")
    db.session.expire_all()
    assert design_of(queries.variant_with_rubric(study.variant.id)) == DESIGN
    assert queries.newest_version(study.variant).id == study.variant.id


def test_everything_of_a_variant_can_be_typed(organiser: PageClient, study: Study) -> None:
    page = organiser.get_page(f"{study.task_url}/variants/new")
    fields = {
        "name": "Đề tự soạn",
        "audiences": [str(study.audiences["unit_head"].id)],
        "prompt": "Dòng một\n\nDòng hai",
        "least_words": "50",
        "most_words": "90",
        "pass_mark": "5,5",
        "sections-0-title": "Phần một",
        "sections-0-hint": "Gợi ý",
        "sections-0-least_words": "10",
        "criteria-0-title": "Tiêu chí một",
        "criteria-0-weight": "100",
        "criteria-0-levels-1-share": "62,5",
        "criteria-0-levels-1-description": "Có việc",
        "bands-1-least": "8.5",
    }
    page.submit(fields, "#variant")
    _audience, stored = queries.get_audience_variant(
        study.campaign.id, study.audiences["unit_head"].id
    )
    design = design_of(queries.variant_with_rubric(stored.id))
    assert (design.prompt, design.pass_mark) == ("Dòng một\n\nDòng hai", 5.5)
    assert (design.least_words, design.most_words) == (50, 90)
    [section] = design.sections
    assert (section.key, section.least_words, section.most_words) == ("understanding", 10, None)
    [criterion] = design.criteria
    assert [level.share for level in criterion.levels] == [0, 0.625, 0.75, 1]
    assert [band.least for band in design.bands] == [9, 8.5, 7, 5, 0]


def _faulty(organiser: PageClient, study: Study, fields: dict[str, str]) -> Page:
    return organiser.get_page(_variant_url(study)).submit(fields, "#variant", status=422)


def test_weights_that_do_not_sum_keep_everything_typed(organiser: PageClient, study: Study) -> None:
    typed = {
        "name": "Tên đang gõ",
        "prompt": "Đề đang gõ",
        "criteria-0-weight": "50",
        "criteria-1-levels-2-description": "Mô tả đang gõ",
        "sections-1-hint": "Gợi ý đang gõ",
        "bands-0-name": "Rất tốt",
    }
    page = _faulty(organiser, study, typed)
    assert (
        page.errors_by_field["criteria"]
        == "Tiêu chí chấm: Tổng trọng số các tiêu chí đang là 90; cần đúng 100."
    )
    form = page.form("#variant")
    for name, value in typed.items():
        assert form.value_of(name) == value, name
    assert design_of(queries.variant_with_rubric(study.variant.id)) == DESIGN


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"prompt": "  "}, "prompt"),
        ({"least_words": ""}, "least_words"),
        ({"least_words": "nhiều"}, "least_words"),
        ({"most_words": "10"}, "most_words"),
        ({"pass_mark": "mười"}, "pass_mark"),
        ({"pass_mark": "inf"}, "pass_mark"),
        ({"bands-4-least": "1"}, "bands-4-least"),
        ({"bands-2-least": "8,5"}, "bands-2-least"),
        ({"bands-5-name": "Thêm"}, "bands-5-least"),
        ({"sections-1-title": "", "sections-1-hint": "còn gợi ý"}, "sections-1-title"),
        ({"sections-1-most_words": "2"}, "sections-1-most_words"),
        ({"sections-1-key": "understanding"}, "sections-1-key"),
        ({"sections-0-least_words": "x"}, "sections-0-least_words"),
        ({"criteria-0-title": ""}, "criteria-0-title"),
        ({"criteria-1-weight": ""}, "criteria-1-weight"),
        ({"criteria-1-levels-3-share": "90"}, "criteria-1-levels-3-share"),
        ({"criteria-1-levels-1-share": "200"}, "criteria-1-levels-1-share"),
        ({"criteria-1-levels-1-title": ""}, "criteria-1-levels-1-title"),
    ],
)
def test_a_fault_stands_at_its_field(
    organiser: PageClient, study: Study, fields: dict[str, str], field: str
) -> None:
    page = _faulty(organiser, study, fields)
    assert field in page.errors_by_field
    assert page.by_id(f"{field}-error") is not None


def test_a_fault_opens_the_row_it_stands_in(organiser: PageClient, study: Study) -> None:
    page = _faulty(organiser, study, {"criteria-1-title": ""})
    row = next(page.by_id("criteria-1-title").iterancestors("details"))
    assert row.get("open") is not None


def test_a_change_after_writing_began_says_that_it_is_a_new_version(
    organiser: PageClient, study: Study
) -> None:
    write_essay(study.writer, study.campaign)
    page = organiser.get_page(_variant_url(study))
    assert "Đã có 1 người bắt đầu viết" in page.text
    done = page.submit({"prompt": "Đề mới"}, "#variant")
    assert "thành bản mới" in done.text
    old = organiser.get_page(_variant_url(study))
    assert old.form("#variant").value_of("prompt") == "Đề mới", "the old address shows the newest"


def test_two_organisers_are_told_and_nothing_typed_goes(
    app: Flask, organiser: PageClient, study: Study
) -> None:
    mine = organiser.get_page(_variant_url(study))
    other = sign_in_elsewhere(app, make_planner(study.unit))
    other.get_page(_variant_url(study)).submit({"prompt": "Của người kia"}, "#variant")
    told = mine.submit({"prompt": "Của tôi"}, "#variant", status=409)
    assert "Người khác vừa sửa đề này" in told.text
    assert told.form("#variant").value_of("prompt") == "Của tôi"
    told.submit({}, "#variant")
    assert design_of(queries.variant_with_rubric(study.variant.id)).prompt == "Của tôi"


def test_a_preview_shows_what_that_audience_will_see(organiser: PageClient, study: Study) -> None:
    links = organiser.get_page(study.task_url).links()
    address = next(link for link in links.values() if "/previews/" in link)
    page = organiser.get_page(address)
    assert "Nêu hai việc sẽ làm." in page.text
    assert "1. Nhận thức" in page.text
    assert "Nhận thức (trọng số 60)" in page.text
    assert organiser.get(f"{study.task_url}/previews/99999").status_code == 404


def test_another_unit_s_task_is_not_there(app: Flask, client: PageClient, study: Study) -> None:
    stranger = make_planner(make_unit("Chi bộ xa"))
    sign_in(client, stranger)
    audience = study.audiences["member"].id
    for address in ("", "/variants/new", f"/variants/{study.variant.id}", f"/previews/{audience}"):
        assert client.get(study.task_url + address).status_code == 404


def test_a_variant_is_reached_through_its_own_campaign_alone(
    organiser: PageClient, study: Study
) -> None:
    other = make_campaign(study.unit, study.audiences)
    assert (
        organiser.get(f"/campaigns/{other.id}/essay-task/variants/{study.variant.id}").status_code
        == 404
    )


def test_a_learner_has_no_business_here(client: PageClient, study: Study) -> None:
    sign_in(client, study.writer)
    assert client.get(study.task_url).status_code == 403


def test_every_fault_is_told_at_once(organiser: PageClient, study: Study) -> None:
    page = organiser.get_page(_variant_url(study))
    typed = {"name": " ", "criteria-0-weight": "1"}
    errors = page.submit(typed, "#variant", status=422)
    assert "Hãy đặt tên cho đề này." in errors.text
    assert "Tổng trọng số các tiêu chí đang là" in errors.text
