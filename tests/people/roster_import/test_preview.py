"""What the preview says of each line, held against people and units as they stand."""

from datetime import date

import pytest
import sqlalchemy as sa

from lms.access.policy import Role
from lms.base.errors import Invalid
from lms.extensions import db
from lms.people import services as people
from lms.people.comparing import Change, rank_of, titles_of
from lms.people.models import LineKind, Member, PostRank
from lms.people.queries.roster import missing_members, new_units
from lms.people.services import roster
from lms.units.models import UnitVersion
from lms.units.queries import Scope, get_unit
from tests.factories.people import (
    LONG_AGO,
    make_account,
    make_appointee,
    make_appointment,
    make_member,
    make_unit,
)
from tests.people.roster_import.support import (
    applied,
    figures,
    kinds_of,
    lines_by_row,
    member,
    previewed,
    roster_csv,
)


def test_new_changed_moved_unchanged(tree):
    make_member(tree.north_1, "Lê Văn Cũ", code="10000001", birth_year=1970)
    make_member(tree.north_1, "Lê Văn Sửa", code="10000002", birth_year=1970)
    make_member(tree.north_1, "Lê Văn Chuyển", code="10000003", birth_year=1970)
    stored = previewed(
        roster_csv(
            ("10000001", "LÊ VĂN CŨ", "1970", "Chi bộ 1", "Bắc Sơn"),
            ("10000002", "Lê Văn Sửa", "15/3/1970", "1", "ĐẢNG BỘ PHƯỜNG BẮC SƠN"),
            ("10000003", "Lê Văn Chuyển", "", "Chi bộ 1", "Nam Hòa"),
            ("10000004", "Lê Văn Mới", "1999", "Chi bộ 1", "phường Nam Hoà"),
        ),
        tree.district.id,
    )
    lines = lines_by_row(stored)
    assert [lines[row].kind.value for row in (2, 3, 4, 5)] == [
        "unchanged",
        "changed",
        "moved",
        "new",
    ]
    assert Change(lines[3].changes) is Change.BIRTH
    assert Change(lines[4].changes) is Change.UNIT
    assert stored.counts["missing"] == 0


def test_an_empty_cell_erases_nothing(tree):
    known = make_member(tree.north_1, "Lê Văn An", code="10000001", birth_year=1970)
    known.phone, known.email = "0912345678", "an@vidu.vn"
    people.give_post(None, known.id, tree.north_1.id, "Bí thư", PostRank.UNIT_HEAD, LONG_AGO)
    stored = previewed(
        roster_csv(("10000001", known.name, "", "Chi bộ 1", "Bắc Sơn")), tree.district.id
    )
    assert figures(stored)["unchanged"] == 1


def test_units_that_are_missing_ambiguous_or_outside(tree):
    stored = previewed(
        roster_csv(
            ("10000001", "Lê Văn An", "1970", "Chi bộ 9", "Bắc Sơn"),
            ("10000002", "Lê Văn Ba", "1970", "Chi bộ 1", ""),
            ("10000003", "Lê Văn Cả", "1970", "Chi bộ 4", "Phường Mới"),
            ("10000004", "", "1970", "Trần Văn B", "Phường Mới"),
            ("10000005", "", "1970", "Chi bộ 1", "Phường Khác"),
        ),
        tree.district.id,
    )
    lines = lines_by_row(stored)
    assert lines[2].kind is LineKind.NEW
    assert kinds_of(lines[3]) == ["ambiguous_unit"]
    assert [unit.names for unit in new_units(stored.id)] == [
        ["Mới"],
        ["Bắc Sơn", "Chi bộ 9"],
        ["Mới", "Chi bộ 4"],
    ]
    in_ward = previewed(
        roster_csv(("10000005", "Lê Văn Em", "1970", "Chi bộ 1", "Nam Hòa")), tree.north.id
    )
    assert kinds_of(lines_by_row(in_ward)[2]) == ["outside_scope"]


def test_no_unit_is_founded_for_doubtful_lines_alone(tree):
    stored = applied(
        previewed(
            roster_csv(
                ("10000001", "Lê Văn An", "1970", "Chi bộ 4", "Phường Mới"),
                ("10000002", "", "1970", "Trần Văn B", "Bắc Sơn"),
                ("", "Lê Văn Chờ", "1970", "Chi bộ 5", "Phường Mới"),
            ),
            tree.district.id,
        )
    )
    names = db.session.scalars(sa.select(UnitVersion.name).where(UnitVersion.depth > 0))
    assert {"Mới", "Chi bộ 4"} <= set(found := names.all())
    assert not {"Trần Văn B", "Chi bộ 5"} & set(found)
    assert [unit.names[-1] for unit in new_units(stored.id)] == ["Mới", "Chi bộ 4"]


def test_a_card_number_used_outside_says_nothing_of_its_holder(tree):
    other = make_member(tree.south_1, "Người Kín Tiếng", code="10000001", birth_year=1950)
    stored = previewed(
        roster_csv(("10000001", "Lê Văn An", "1970", "Chi bộ 1", "Bắc Sơn")), tree.north.id
    )
    line = lines_by_row(stored)[2]
    assert kinds_of(line) == ["code_elsewhere"]
    assert line.member_id is None and line.was_name is None and not line.changes
    assert other.name not in str(line.problems)


def test_a_card_number_that_would_become_somebody_else_is_asked_about(tree):
    known = make_member(tree.north_1, "Lê Văn An", code="10000001", birth_year=1970)
    stored = previewed(
        roster_csv(("10000001", "Trần Thị Bình", "1988", "Chi bộ 1", "Bắc Sơn")), tree.district.id
    )
    line = lines_by_row(stored)[2]
    assert kinds_of(line) == ["other_person"]
    line = roster.decide_line(stored.id, line.id, "same")
    assert line.kind is LineKind.CHANGED and line.member_id == known.id
    line = roster.decide_line(stored.id, line.id, None)
    assert line.kind is LineKind.DOUBTFUL


def test_nobody_is_added_again_for_lost_zeros(tree):
    make_member(tree.north_1, "Trần Thị Hoà", code="034567002", birth_year=1962)
    make_member(tree.north_1, "Trần Văn Hoà", code="134567003", birth_year=1962)
    stored = previewed(
        roster_csv(
            ("34567002", "TRẦN THỊ HÒA", "1962", "Chi bộ 1", "Bắc Sơn"),
            ("34567003", "Trần Thị Hoà", "1962", "Chi bộ 1", "Bắc Sơn"),
            ("0034567002", "Trần Thị Hoà", "1950", "Chi bộ 1", "Bắc Sơn"),
        ),
        tree.district.id,
    )
    lines = lines_by_row(stored)
    assert kinds_of(lines[2]) == ["known_code_zeros"]
    assert (lines[3].kind, kinds_of(lines[4])) == (LineKind.NEW, ["code_zeros"])
    with pytest.raises(Invalid):
        roster.decide_line(stored.id, lines[2].id, "new")


def test_somebody_who_left_comes_back_only_when_a_human_says_so(tree):
    known = make_member(tree.north_1, "Lê Văn An", code="10000001", birth_year=1970)
    actor = make_appointee(Role.ADMINISTRATOR, tree.district)
    whole = Scope((get_unit(tree.district.id).path,))
    people.mark_left(actor, known.id, date(2025, 1, 1), "Chuyển đi", whole)
    stored = previewed(
        roster_csv(("10000001", "Lê Văn An", "1970", "Chi bộ 2", "Bắc Sơn")), tree.district.id
    )
    line = lines_by_row(stored)[2]
    assert kinds_of(line) == ["has_left"]
    roster.decide_line(stored.id, line.id, "same")
    db.session.commit()
    applied(stored)
    back = member("10000001")
    assert back.left_on is None
    assert [m.unit_id for m in back.memberships if m.valid_to is None] == [tree.north_2.id]


def test_a_person_without_card_number_is_matched_by_a_human_alone(tree):
    known = make_member(tree.north_1, "Lê Văn An", birth_year=1970)
    taken = make_member(tree.north_1, "Lê Văn Ba", code="10000002", birth_year=1970)
    stored = previewed(
        roster_csv(
            ("", "Lê Văn An", "1970", "Chi bộ 1", "Bắc Sơn"),
            ("10000002", "Lê Văn Ba", "1970", "Chi bộ 1", "Bắc Sơn"),
        ),
        tree.district.id,
    )
    line = lines_by_row(stored)[2]
    assert line.kind is LineKind.DOUBTFUL and stored.counts["missing"] == 0
    with pytest.raises(Invalid):
        roster.decide_line(stored.id, line.id, "same", taken.id)
    db.session.rollback()
    assert roster.decide_line(stored.id, line.id, "same", known.id).kind is LineKind.UNCHANGED
    assert roster.decide_line(stored.id, line.id, "new").kind is LineKind.NEW
    db.session.commit()
    applied(stored)
    namesakes = db.session.query(Member).filter(Member.fold == "le van an").all()
    assert len(namesakes) == 2


def test_a_line_with_a_fault_of_the_file_cannot_be_decided(tree):
    stored = previewed(
        roster_csv(("10000001", "Lê Văn An", "31/2/1970", "Chi bộ 1", "Bắc Sơn")), tree.district.id
    )
    with pytest.raises(Invalid):
        roster.decide_line(stored.id, lines_by_row(stored)[2].id, "new")


def test_only_those_of_units_in_the_file_are_missing_from_it(tree):
    gone = make_member(tree.north_1, "Lê Văn Vắng")
    make_member(tree.south_1, "Lê Văn Xa")
    make_member(tree.north_1, "Lê Văn Ngờ")
    stored = previewed(
        roster_csv(
            ("10000001", "Lê Văn An", "1970", "Chi bộ 1", "Bắc Sơn"),
            ("", "Lê Văn Ngờ", "", "Chi bộ 1", "Bắc Sơn"),
        ),
        tree.district.id,
    )
    found = db.session.execute(missing_members(stored.id)).all()
    assert [row.Member.id for row in found] == [gone.id]


def test_posts_by_their_words():
    assert titles_of("Bí thư chi bộ, đảng ủy viên\nBí thư Chi bộ") == (
        "Bí thư chi bộ",
        "Đảng ủy viên",
    )
    assert titles_of("Phó Bí thư kiêm Chủ tịch UBND") == ("Phó Bí thư", "Chủ tịch UBND")


RANKS = {
    PostRank.UNIT_HEAD: (
        "Bí thư chi bộ|BT|B.T|BTCB|BT ĐU|Bí Thư CB|BÍ THƯ|Quyền Bí thư"
        "|Bí thư chi bộ Hội Nông dân|BT/Trưởng thôn|Bí thư - Trưởng ban"
    ),
    PostRank.KEY_CADRE: (
        "Phó Bí thư|PBT|P.BT|Phó BT|P. Bí thư|PBTTT|PBT TT Đảng ủy|Chi ủy viên|CUV|ĐUV|UVBCH"
        "|UV BCH|Ủy viên BTV|Đảng ủy viên|Chi ủy|Ủy viên UBKT Đảng ủy|Ủy viên Ủy ban kiểm tra"
        "|Bí thư Đoàn - Chi ủy viên"
    ),
    PostRank.OTHER: (
        "Bí thư Đoàn thanh niên|Phó Bí thư Đoàn|Bí thư Chi đoàn|Ủy viên UBND|Ủy viên HĐND"
        "|Ủy viên Ban TT MTTQ|Ủy viên Ủy ban Mặt trận|Ủy viên BCH Hội Phụ nữ|Nguyên Bí thư"
        "|Nguyên Ủy viên BCH|Tổ trưởng|Trưởng thôn|BTC|Bảo vệ|Chánh Văn phòng Đảng ủy"
    ),
}


@pytest.mark.parametrize("rank", RANKS)
def test_ranks_by_words_and_abbreviations(rank):
    titles = RANKS[rank].split("|")
    assert {title: rank_of(title) for title in titles} == dict.fromkeys(titles, rank)


def test_an_account_follows_the_person_unless_it_opens_more_doors(tree):
    plain = make_member(tree.north_1, "Lê Văn An", code="10000001")
    account = make_account(plain)
    powerful = make_member(tree.north_1, "Lê Văn Ba", code="10000002")
    office = make_account(powerful)
    make_appointment(office, Role.ADMINISTRATOR, tree.district)
    stored = previewed(
        roster_csv(
            ("10000001", "Lê Văn An", "", "Chi bộ 1", "Bắc Sơn", "", "0912345678", "an@vidu.vn"),
            ("10000002", "Lê Văn Ba", "", "Chi bộ 1", "Bắc Sơn", "", "0912345679", "ba@vidu.vn"),
        ),
        tree.district.id,
    )
    applied(stored)
    db.session.expire_all()
    assert (account.phone, account.email) == ("0912345678", "an@vidu.vn")
    assert member("10000002").phone == "0912345679"
    assert office.phone is None


def test_a_unit_of_many_names_is_matched_without_its_first_words(tree):
    make_unit("Chi bộ Trường Tiểu học Ngọc Lâm", tree.north)
    stored = previewed(
        roster_csv(("10000001", "Lê Văn An", "1970", "TRUONG TIEU HOC NGOC LAM", "X. Bắc Sơn")),
        tree.district.id,
    )
    assert not new_units(stored.id)
