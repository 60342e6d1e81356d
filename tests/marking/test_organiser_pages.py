"""The organiser's pages: counts that open into names, giving out, release, declared conflicts."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.marking.inputs import MarkInput
from lms.marking.models import MarkingAssignment, MarkRelease, ReviewerConflict
from lms.marking.services import pass_on, release_marks, save_mark_draft
from tests.factories.marking import make_assignment, make_mark, make_reviewer
from tests.factories.people import make_member, make_planner, sign_in
from tests.factories.training import make_campaign
from tests.marking.conftest import Ground
from tests.support.client import PageClient
from tests.support.statements import count_statements


@pytest.fixture
def base(ground: Ground, client: PageClient) -> str:
    """The address of marking in the campaign; its organiser is signed in."""
    sign_in(client, ground.planner)
    return f"/campaigns/{ground.campaign.id}/marking"


def spread(ground: Ground) -> None:
    """One essay in each state but waiting, the other four waiting."""
    released, finished, begun, assigned = (
        make_assignment(submission, ground.reviewer) for submission in ground.submissions[:4]
    )
    mark = make_mark(released, 3)
    release_marks(ground.planner, ground.campaign, None, mark.id)
    make_mark(finished, 1)
    save_mark_draft(begun, MarkInput({}, "Đang đọc", 0))
    assert assigned.finished_at is None
    db.session.commit()


def test_every_count_opens_into_as_many_names(
    ground: Ground, client: PageClient, base: str
) -> None:
    spread(ground)
    page = client.get_page(base)
    assert "8 bài đã nộp" in page.text
    rows = {row[0]: row[1:] for row in page.rows() if row and row[0] in {"Đảng viên", "Tất cả"}}
    assert rows["Tất cả"] == ["8", "4", "1", "1", "1", "1"]
    counted = 0
    for cell in page.root.iter("td"):
        for link in cell.iter("a"):
            address = link.get("href") or ""
            if "/essays?" in address or address.endswith("/essays"):
                names = client.get_page(address)
                assert len([r for r in names.rows() if r[0] != "Họ và tên"]) == int(link.text)
                counted += 1
    assert counted >= 12


def test_names_stand_with_unit_state_mark_and_reviewer(
    ground: Ground, client: PageClient, base: str
) -> None:
    spread(ground)
    page = client.get_page(f"{base}/essays?state=released")
    [row] = [row for row in page.rows() if row[0] != "Họ và tên"]
    assert row[0] == "Trần Thị Thanh Hòa"
    assert row[3:6] == ["Đã công bố", "10", "Phạm Văn Chấm"]
    by_band = client.get_page(f"{base}/essays?band=Trung+bình")
    assert [row[4] for row in by_band.rows() if row[0] != "Họ và tên"] == ["5,5"]
    reviewer = client.get_page(f"{base}/essays?reviewer={ground.reviewer.id}")
    assert len(reviewer.rows()) == 5
    for odd in (
        "audience=x",
        "audience=-1",
        f"audience={10**30}",
        "reviewer=0",
        "band=?",
        "page=-3",
    ):
        client.get_page(f"{base}/essays?{odd}")
    client.get_page(f"{base}/essays?state=x", status=404)


def test_another_units_organiser_finds_nothing(
    ground: Ground, client: PageClient, base: str
) -> None:
    mine = make_assignment(ground.submissions[0], ground.reviewer)
    pass_on(ground.reviewer, mine.pseudonym, "Nhận ra")
    foreign = make_campaign(ground.district, ground.audiences)
    sign_in(client, make_planner(ground.wards[0][0]))
    inner = f"reviewers/{ground.reviewer.id}/conflicts"
    for address in ("", "/essays", "/allocation", "/release", f"/passed-on/{mine.id}", f"/{inner}"):
        client.get_page(base + address, status=404)
    sign_in(client, ground.planner)
    other = f"/campaigns/{foreign.id}/marking"
    client.get_page(f"{other}/passed-on/{mine.id}", status=404)
    client.get_page(f"{base}/passed-on/{mine.id}")
    client.get_page(f"{base}/reviewers/{ground.writer.id}/conflicts", status=404)


def test_numbers_that_no_database_holds_are_no_addresses(
    ground: Ground, client: PageClient, base: str
) -> None:
    huge = 10**20
    client.get_page(f"/campaigns/{huge}/marking", status=404)
    client.get_page(f"{base}/passed-on/{huge}", status=404)
    make_mark(make_assignment(ground.submissions[0], ground.reviewer))
    page = client.get_page(f"{base}/release")
    for field in ("audience", "newest"):
        page.submit({field: str(huge)}, status=422)
    client.get_page(f"{base}/allocation").submit({"reviewers": []}, form="#choose", status=422)


def test_a_reviewer_alone_does_not_organise(ground: Ground, client: PageClient, base: str) -> None:
    sign_in(client, ground.reviewer)
    for address in ("", "/essays", "/allocation", "/release"):
        assert client.get(base + address).status_code == 403


def test_essays_are_given_out_from_a_preview(ground: Ground, client: PageClient, base: str) -> None:
    due = clock.today() + timedelta(days=9)
    page = client.get_page(f"{base}/allocation")
    assert "8 bài đang chờ" in page.text
    page = page.submit({"due_on": due.strftime("%d/%m/%Y")}, form="#choose")
    assert "Xem trước: giao 8 bài" in page.text
    assert [row[1:] for row in page.rows() if row[0] == "Phạm Văn Chấm"] == [["0", "4", "4"]]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MarkingAssignment)) == 0
    page = page.submit(form="#apply")
    assert "Đã giao 8 bài" in page.text
    assignments = db.session.scalars(sa.select(MarkingAssignment)).all()
    assert {a.due_at for a in assignments} == {clock.end_of_day(due)}
    assert "Không còn bài nào để giao" in client.get_page(f"{base}/allocation").text


def test_a_preview_that_no_longer_holds_is_shown_again(
    ground: Ground, client: PageClient, base: str
) -> None:
    page = client.get_page(f"{base}/allocation").submit(form="#choose")
    db.session.add(
        ReviewerConflict(
            account_id=ground.reviewer.id,
            unit_id=ground.district.id,  # whatever was planned for them, it is another's now
            reason="Mới khai",
            declared_at=clock.now(),
        )
    )
    db.session.commit()
    page = page.submit(form="#apply", status=409)
    assert "đã có thay đổi" in page.text
    assert "Đã giao 8 bài" in page.submit(form="#apply").text


def test_choosing_nobody_or_a_past_day_says_what_to_do(
    ground: Ground, client: PageClient, base: str
) -> None:
    page = client.get_page(f"{base}/allocation")
    none = page.submit({"reviewers": []}, form="#choose", status=422)
    assert "Hãy chọn ít nhất một người chấm" in none.text
    past = page.submit({"due_on": "1/1/2020"}, form="#choose", status=422)
    assert "Hạn chấm phải từ hôm nay" in past.text
    odd = page.submit({"due_on": "mai"}, form="#choose", status=422)
    assert "ngày/tháng/năm" in odd.text
    assert "mai" in odd.html


def test_what_cannot_be_placed_is_listed_with_the_reason(
    ground: Ground, client: PageClient, base: str
) -> None:
    insider = make_reviewer(ground.district, member=make_member(ground.cells[0], "Đỗ Minh Cùng"))
    page = client.get_page(f"{base}/allocation")
    page = page.submit({"reviewers": [str(insider.id)]}, form="#choose")
    assert "2 bài không giao được" in page.text
    assert "Đỗ Minh Cùng: cùng đơn vị với người viết" in page.text


def test_a_passed_on_essay_is_given_to_somebody_else(
    ground: Ground, client: PageClient, base: str
) -> None:
    mine = make_assignment(ground.submissions[0], ground.reviewer)
    pass_on(ground.reviewer, mine.pseudonym, "Cùng xóm")
    insider = make_reviewer(ground.district, member=make_member(ground.cells[0]))
    db.session.commit()
    page = client.get_page(base)
    assert "Chưa ai nhận" in page.text
    assert "Cùng xóm" in page.text
    page = client.get_page(f"{base}/passed-on/{mine.id}")
    offered = page.form().options_of("reviewer")
    assert str(ground.other.id) in offered
    assert str(ground.reviewer.id) not in offered
    assert str(insider.id) not in offered
    page = page.submit({"reviewer": str(ground.other.id)})
    assert "Đã giao bài cho Lý Thị Đọc" in page.text


def test_marks_are_released_from_a_preview_by_band(
    ground: Ground, client: PageClient, base: str
) -> None:
    for number, place in enumerate((3, 3, 2, 0)):
        make_mark(make_assignment(ground.submissions[number], ground.reviewer), place)
    page = client.get_page(f"{base}/release")
    assert "4 bài sẽ được công bố" in page.text
    assert "Còn 4 bài chưa chấm xong" in page.text
    rows = dict(row for row in page.rows() if len(row) == 2)
    assert (rows["Xuất sắc"], rows["Giỏi"], rows["Không đạt"]) == ("2", "1", "1")
    assert "Trần Thị Thanh Hòa" not in page.text, "names stand a click away"
    page = page.submit()
    assert "Đã công bố điểm của 4 bài" in page.text
    again = client.get_page(f"{base}/release")
    assert "Không có điểm nào chờ công bố" in again.text
    release = db.session.scalars(sa.select(MarkRelease)).one()
    assert (release.essay_count, release.released_by_id) == (4, ground.planner.id)


def test_conflicts_are_declared_by_organiser_and_reviewer(
    ground: Ground, client: PageClient, base: str
) -> None:
    address = f"{base}/reviewers/{ground.reviewer.id}/conflicts"
    page = client.submit(address, {"unit": str(ground.cells[0].id)}, status=422)
    assert "Hãy ghi lý do" in page.text
    page = page.submit({"reason": "Có người thân"})
    assert "Đã ghi nhận xung đột" in page.text
    assert "Có người thân" in page.text
    sign_in(client, ground.reviewer)
    page = client.submit(
        "/marking/conflicts", {"unit": str(ground.cells[1].id), "reason": "Từng là bí thư"}
    )
    assert "Từng là bí thư" in page.text
    assert "Có người thân" in page.text
    sign_in(client, ground.planner)
    page = client.get_page(address).submit(form=f"{address}/{ground.cells[0].id}/end")
    assert "Đã bỏ khai báo" in page.text
    left = db.session.scalars(sa.select(ReviewerConflict.unit_id)).all()
    assert left == [ground.cells[1].id]


def test_a_unit_outside_ones_scope_cannot_be_declared(ground: Ground, client: PageClient) -> None:
    local = make_reviewer(ground.wards[0][0])
    sign_in(client, local)
    page = client.get_page("/marking/conflicts")
    assert str(ground.wards[1][0].id) not in page.form().options_of("unit")


def test_the_overview_costs_the_same_for_few_and_for_many(
    ground: Ground, client: PageClient, base: str
) -> None:
    make_assignment(ground.submissions[0], ground.reviewer)
    db.session.commit()
    pages = (base, f"{base}/essays", f"{base}/release")
    few = []
    for address in pages:
        with count_statements() as statements:
            client.get_page(address)
        few.append(len(statements))
    for number, submission in enumerate(ground.submissions[1:]):
        reviewer = make_reviewer(ground.district)
        assignment = make_assignment(submission, reviewer)
        if number % 2:
            make_mark(assignment)
        else:
            pass_on(reviewer, assignment.pseudonym, "Nhận ra")
    db.session.commit()
    for address, before in zip(pages, few, strict=True):
        with count_statements() as statements:
            client.get_page(address)
        # A page without finished marks needs no rubric: one statement less.
        assert len(statements) <= before + 1, "\n".join(statements)
