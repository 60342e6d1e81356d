"""The pages of the roster import: from the upload to undoing it; and whose they are."""

import io

import pytest

from lms.access.policy import Role
from lms.base import clock
from lms.extensions import db
from lms.people.models import ImportState, RosterImport
from lms.people.services import roster
from lms.training.models import EnrolmentChange
from lms.units.models import UnitKind
from tests.factories.people import (
    make_appointee,
    make_audiences,
    make_member,
    make_unit,
    sign_in,
)
from tests.factories.training import enrolment_of, make_campaign
from tests.people.roster import raw
from tests.people.roster_import.support import HEADS, previewed, roster_csv
from tests.support.answers import essence
from tests.support.statements import count_statements

UPLOAD = "/administration/rosters/new"


@pytest.fixture
def cell(district):
    return make_unit("Chi bộ 1", district)


def file_of(*lines, heads=HEADS, name="danh-sach.csv"):
    return (io.BytesIO(roster_csv(*lines, heads=heads)), name)


def hand_in(client, district, *lines, heads=HEADS):
    """Upload a file; the page of its columns."""
    fields = {"unit": str(district.id), "file": file_of(*lines, heads=heads)}
    return client.get_page(UPLOAD).submit(fields)


def test_a_file_goes_from_upload_to_undo(client, administrator, district, cell):
    make_member(cell, "Lê Thị Bình", code="22222222", birth_year=1970)
    columns = hand_in(
        client,
        district,
        ("11111111", "TRẦN VĂN AN", "1980", "Chi bộ 1"),
        ("22222222", "Lê Thị Bình", "1970", "Chi bộ 1", "", "", "0912345678"),
    )
    assert columns.heading == "Các cột của tệp"
    preview = columns.submit(form="#columns")
    assert "Trần Văn An" in preview.text and "Mới (1)" in preview.text
    changed = client.get_page(f"{preview.address.split('?')[0]}?tab=changed")
    assert "Điện thoại: – → 0912345678" in changed.text
    record = preview.submit(form="#apply-roster")
    assert "Đã áp dụng" in record.text
    undone = record.submit(form=f"{record.address.split('?')[0]}/undo")
    assert "Đã hoàn tác" in undone.text


def test_a_file_that_is_none_is_told_what_to_do(client, administrator, district):
    page = client.get_page(UPLOAD)
    fields = {"unit": str(district.id), "file": (io.BytesIO(b"\x00\x01\x02"), "a.xlsx")}
    assert page.submit(fields, status=422).errors
    assert client.get_page(UPLOAD).submit({"unit": str(district.id)}, status=422).errors
    assert db.session.query(RosterImport).count() == 0


def test_columns_are_corrected_and_remembered(client, administrator, district, cell):
    heads = ("Mã riêng", "Họ và tên", "Chi bộ")
    line = ("11111111", "Trần Văn An", "Chi bộ 1")
    columns = hand_in(client, district, line, heads=heads)
    assert columns.submit({"column-0": ""}, "#columns", status=422).errors
    preview = client.get_page(columns.address).submit({"column-0": "code"}, "#columns")
    assert "Mới (1)" in preview.text
    again = hand_in(client, district, line, heads=heads)
    chosen = [o.get("value") for o in again.by_id("column-0") if o.get("selected") is not None]
    assert chosen == ["code"]


def test_a_line_without_a_card_number_waits_for_a_human(client, administrator, district, cell):
    known = make_member(cell, "Lê Thị Bình", birth_year=1970)
    stored = previewed(roster_csv(("", "Lê Thị Bình", "1970", "Chi bộ 1")), district.id)
    page = client.get_page(f"/administration/rosters/{stored.id}?tab=doubtful")
    assert "Là Lê Thị Bình, sinh 1970, Chi bộ 1" in page.text
    line = next(a for a in page.html.split('action="') if "/lines/" in a).split('"')[0]
    answer = client.post(
        line, data={"choice": str(known.id), "csrf_token": token_of(page)}, follow_redirects=True
    )
    assert "Không đổi (1)" in answer.get_data(as_text=True)
    sheet = client.get(f"/administration/rosters/{stored.id}/problems.xlsx")
    assert sheet.data[:2] == b"PK"


def token_of(page):
    return page.html.split('name="csrf_token" value="')[1].split('"')[0]


def test_those_missing_are_kept_or_marked_as_left(client, administrator, district, cell):
    gone = make_member(cell, "Người Đã Đi", code="33333333")
    stored = previewed(roster_csv(("11111111", "Trần Văn An", "1980", "Chi bộ 1")), district.id)
    address = f"/administration/rosters/{stored.id}?tab=missing"
    page = client.get_page(address)
    assert gone.name in page.text and "Giữ nguyên" in page.text
    page.submit({"left_on": "1/1/2026"}, "#absences", button="leave_all", status=422)
    done = client.get_page(address).submit(
        {"left_on": "1/1/2026", "reason": "Chuyển đi"}, "#absences", button="leave_all"
    )
    assert "Rời từ 01/01/2026" in done.text


def test_an_import_of_another_unit_looks_like_none(client, administrator, district, app):
    other = make_unit("Đảng bộ khác", kind=UnitKind.COMMITTEE)
    stored = previewed(roster_csv(("11111111", "Trần Văn An", "1980", "Chi bộ 1")), other.id)
    line = stored.id * 1000
    for path in ("", "/columns", "/state", "/problems.xlsx"):
        mine = client.get(f"/administration/rosters/{stored.id}{path}")
        none = client.get(f"/administration/rosters/999999{path}")
        assert mine.status_code == 404
        assert essence(mine) == essence(none)
    for path in ("/apply", "/undo", "/abandon", "/absences", f"/lines/{line}"):
        assert client.post(f"/administration/rosters/{stored.id}{path}").status_code in (400, 404)
    assert stored.file_name not in client.get_page("/administration/rosters").text
    assert db.session.get(RosterImport, stored.id).state is ImportState.PREVIEW


def test_only_who_manages_people_comes_in(client, district, app):
    sign_in(client, make_appointee(Role.REVIEWER, district))
    assert client.get("/administration/rosters").status_code == 403
    assert client.get(UPLOAD).status_code == 403


def test_a_large_file_says_how_far_it_is(client, administrator, district):
    stored = previewed(roster_csv(("11111111", "Trần Văn An", "1980", "Chi bộ 1")), district.id)
    stored.state = ImportState.READING
    stored.progress = 4000
    page = client.get_page(f"/administration/rosters/{stored.id}")
    assert "Đã xử lý 4.000 dòng" in page.text
    told = client.get(f"/administration/rosters/{stored.id}/state").get_json()
    assert told["is_at_work"] and "4.000" in " ".join(told["lines"])


def test_who_moves_while_studying_is_asked_about_and_named(client, administrator, district, cell):
    other = make_unit("Chi bộ 2", district)
    audiences = make_audiences("member")
    movers = [make_member(cell, f"Lê Văn {n}", code=f"2000000{n}") for n in range(2)]
    stays, moves = (
        make_campaign(district, audiences, name=name, opened=True) for name in ("Đợt A", "Đợt B")
    )
    lines = [(one.code, one.name, "1975", "Chi bộ 2") for one in movers]
    preview = hand_in(client, district, *lines).submit(form="#columns")
    number = int(preview.address.split("?")[0].rsplit("/", 1)[1])
    question = preview.form("#apply-roster")
    assert question.value_of(f"study_{stays.id}") == "keep"
    assert "Xem 2 người đang học “Đợt B”" in preview.text
    names = client.get_page(f"/administration/rosters/{number}/studies/{moves.id}")
    assert all(f"{one.name}" in names.text for one in movers) and "Chi bộ 2" in names.text
    answer = {f"study_{moves.id}": "move"}
    wrong = preview.submit({**answer, "effective_on": "1/1/2999"}, "#apply-roster", status=422)
    assert wrong.form("#apply-roster").value_of(f"study_{moves.id}") == "move"
    record = preview.submit(answer, "#apply-roster")
    assert "Đợt A : 2 người tính cho đơn vị cũ, 0 người" in record.text.replace("A:", "A :")
    assert "0 người tính cho đơn vị cũ, 2 người tính cho đơn vị mới" in record.text
    assert {enrolment_of(stays, one).unit_id for one in movers} == {cell.id}
    assert {enrolment_of(moves, one).unit_id for one in movers} == {other.id}
    by_hand = db.session.query(EnrolmentChange).all()
    assert {change.actor_id for change in by_hand} == {administrator.id} and len(by_hand) == 4
    names = client.get_page(f"/administration/rosters/{number}/studies/{moves.id}")
    assert all(one.name in names.text for one in movers)
    assert client.get(f"/administration/rosters/{number}/studies/999999").status_code == 404
    undone = client.get_page(record.address).submit(form=f"{record.address.split('?')[0]}/undo")
    assert "Đã hoàn tác" in undone.text and db.session.query(EnrolmentChange).count() == 0


def test_the_names_of_who_moves_cost_the_same_for_one_and_for_thirty(
    client, administrator, district, cell
):
    make_unit("Chi bộ 2", district)
    audiences, costs = make_audiences("member"), []
    for size in (1, 30):
        movers = [make_member(cell) for _n in range(size)]
        campaign = make_campaign(district, audiences, opened=True)
        lines = [(one.code, one.name, "1975", "Chi bộ 2") for one in movers]
        stored = previewed(roster_csv(*lines), district.id)
        address = f"/administration/rosters/{stored.id}/studies/{campaign.id}"
        client.get_page(address)
        with count_statements() as sent:
            client.get_page(address)
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_cells_of_one_name_are_told_apart_by_what_is_above(client, administrator, district):
    wards = [make_unit(f"Phường {name}", district, kind=UnitKind.BASE) for name in ("Ấm", "Êm")]
    here, there = (make_unit("Chi bộ 1", ward) for ward in wards)
    make_member(here, "Lê Văn Đi", code="44444444", birth_year=1970)
    make_member(there, "Lê Văn Vắng", code="44444445")
    stored = previewed(
        roster_csv(
            ("44444444", "Lê Văn Đi", "1970", "Chi bộ 1", "Êm"),
            ("44444446", "Lê Văn Mới", "1970", "Chi bộ 1", "Êm"),
            ("", "Lê Văn Đi", "1970", "Chi bộ 1", "Êm"),
        ),
        district.id,
    )
    for tab, words in (
        ("moved", "Đơn vị: Chi bộ 1 · Phường Ấm → Chi bộ 1 · Phường Êm"),
        ("new", "Chi bộ 1 · Phường Êm"),
        ("missing", "Chi bộ 1 · Phường Êm"),
        ("doubtful", "sinh 1970, Chi bộ 1 · Phường Ấm"),
    ):
        assert words in client.get_page(f"/administration/rosters/{stored.id}?tab={tab}").text
    for query in ("", "?q=le van", "?on=1/1/2020"):
        assert "Chi bộ 1 · Phường Êm" in client.get_page(f"/administration/members{query}").text


def test_whoever_waits_for_a_new_unit_is_counted_apart(client, administrator, district, cell):
    make_member(cell, "Lê Văn Đi", code="44444444", birth_year=1970)
    stored = previewed(
        roster_csv(
            ("44444444", "Lê Văn Đi", "1970", "Chi bộ Mới"),
            ("44444445", "Lê Văn Ở", "1970", "Chi bộ 1"),
            ("44444446", "Lê Văn Chờ", "1970", "Chi bộ Mới"),
            ("44444447", "Lê Văn Đợi", "1970", "Chi bộ Mới"),
        ),
        district.id,
    )
    address = f"/administration/rosters/{stored.id}"
    page = client.get_page(address)
    for figure in ("Thêm mới 1", "Chuyển đơn vị 0", "Chờ đơn vị mới 3"):
        assert figure in page.text
    ticked = page.submit({"founds_units": "y", "effective_on": ""}, "#apply-roster", status=422)
    for figure in ("Thêm mới 3", "Chuyển đơn vị 1", "Chờ đơn vị mới 0"):
        assert figure in ticked.text

    record = client.get_page(address).submit(form="#apply-roster")
    assert "1 người được thêm" in record.text and "3 dòng chưa được áp dụng" in record.text
    lines = client.get_page(f"{address}?tab=new").text
    assert lines.count("chưa áp dụng: chưa có đơn vị") == 2


def test_an_error_loses_neither_ticks_nor_page_nor_the_other_form(
    client, administrator, district, cell
):
    people = [make_member(cell, f"Lê Văn {n:03}", code=f"55555{n:03}") for n in range(55)]
    stored = previewed(roster_csv(("11111111", "Trần Văn An", "1980", "Chi bộ 1")), district.id)
    address = f"/administration/rosters/{stored.id}?tab=missing&page=2"
    page = client.get_page(address)
    assert page.html.index('id="reason"') < page.html.index(f'id="member-{people[-1].id}"')
    assert page.submit({}, "#absences", button="leave", status=422).errors
    ticks = {"member": str(people[-1].id), "left_on": "2/1/2026", "reason": ""}
    failed = page.submit(ticks, "#absences", button="leave", status=422)
    assert failed.by_id(f"member-{people[-1].id}").get("checked") is not None
    assert failed.by_id(f"member-{people[-2].id}").get("checked") is None
    assert failed.by_id("left_on").get("value") == "2/1/2026"
    assert failed.by_id("effective_on").get("value")
    done = failed.submit({"reason": "Chuyển đi"}, "#absences", button="leave")
    assert "page=2" in done.address and "Rời từ 02/01/2026" in done.text

    wrong = client.get_page(address).submit({"effective_on": "x"}, "#apply-roster", status=422)
    assert wrong.by_id("effective_on").get("value") == "x"


def test_nobody_leaves_by_applying_without_a_word_of_confirmation(
    client, administrator, district, cell
):
    gone = [make_member(cell, f"Lê Văn {n}", code=f"6666666{n}") for n in range(3)]
    stored = previewed(roster_csv(("11111111", "Trần Văn An", "1980", "Chi bộ 1")), district.id)
    address = f"/administration/rosters/{stored.id}"
    assert "Tôi xác nhận" not in client.get_page(address).text
    for person in gone[:2]:
        roster.decide_absences(stored.id, [person.id], clock.today(), "Chuyển đi")
    db.session.commit()
    page = client.get_page(address)
    assert "Tôi xác nhận ghi rời tổ chức 2 người" in page.text
    assert "xác nhận ghi rời tổ chức 2 người" in str(
        page.submit({}, "#apply-roster", status=422).errors
    )
    roster.decide_absences(stored.id, [gone[2].id], clock.today(), "Chuyển đi")
    db.session.commit()
    ticked = page.submit({"confirms_leaving": "y"}, "#apply-roster", status=422)
    assert "3 người" in str(ticked.errors) and gone[0].left_on is None
    assert "Đã áp dụng" in ticked.submit({"confirms_leaving": "y"}, "#apply-roster").text
    db.session.expire_all()
    assert all(person.left_on for person in gone)


def test_the_rank_of_a_post_is_shown_before_it_counts(client, administrator, district, cell):
    make_member(cell, "Lê Văn Cũ", code="77777771")
    stored = previewed(
        roster_csv(
            ("77777771", "Lê Văn Cũ", "", "Chi bộ 1", "", "PBT"),
            ("77777772", "Lê Văn Mới", "1970", "Chi bộ 1", "", "BT, Ủy viên UBND"),
        ),
        district.id,
    )
    address = f"/administration/rosters/{stored.id}"
    assert "BT (Người đứng đầu), Ủy viên UBND (Chức vụ khác)" in client.get_page(address).text
    changed = client.get_page(f"{address}?tab=changed").text
    assert "Chức vụ: – → PBT (Cán bộ chủ chốt)" in changed


def test_what_a_file_hides_and_what_its_remarks_say_is_shown(
    client, administrator, district, cell, tmp_path
):
    heads = ["Họ và tên", "Năm sinh", "Số thẻ", "Chi bộ", "Ghi chú", "Điện thoại"]
    people = [
        ["Lê Văn Ẩn", 1960, "88888881", "Chi bộ 1"],
        ["Lê Văn Số", 1960, "88888882", "Chi bộ 1", "", "12"],
        ["Lê Văn Khuất", 1960, "88888883", "Chi bộ 1", "đã mất"],
    ]
    rows = [raw.row(heads, 1), *(raw.row(p, n) for n, p in enumerate(people, 2))]
    rows[1] = raw.row(people[0], 2, ' hidden="1"')
    path = raw.write(tmp_path / "a.xlsx", raw.sheet(*rows))
    stored = previewed(path, district.id)
    stored.layout = {**stored.layout, "skipped": [["Cũ", "hidden"], ["Tổng hợp", "no_header"]]}
    db.session.commit()
    address = f"/administration/rosters/{stored.id}"
    preview = client.get_page(address)
    record = preview.submit(form="#apply-roster")
    for page in (preview, record):
        assert "1 người ở các dòng bị ẩn vẫn được đọc: dòng 2." in page.text
        assert "trang tính bị ẩn: Cũ." in page.text and "danh sách: Tổng hợp." in page.text
        assert "1 dòng có ghi chú như đã mất" in page.text and "Lưu ý (2)" in page.text
    told = client.get_page(f"{address}?tab=noticed")
    assert told.text.index("Lê Văn Khuất") < told.text.index("Lê Văn Số")
    assert "Có thể người này đã rời tổ chức" in told.text
