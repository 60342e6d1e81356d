"""What an essay says about its writer is hidden; what it says about anything else stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.marking.masking import MASK, Writer, mask

HOA = Writer(
    name="Nguyễn Thị Thanh Hòa",
    code="01234567",
    contacts=("0912345678", "thanhhoa.nt@vidu.vn"),
    unit_names=("Chi bộ khu phố 5", "KP5", "Đảng bộ phường An Bình", "Chi bộ 3"),
)


@pytest.mark.parametrize(
    "written",
    [
        "Nguyễn Thị Thanh Hòa",
        "Nguyễn Thị Thanh Hoà",
        "NGUYỄN THỊ THANH HÒA",
        "nguyễn thị thanh hòa",
        "Nguyen Thi Thanh Hoa",
        "nguyen thi thanh hoa",
        "Nguyễn  Thị\nThanh\u00a0Hòa",
        "Nguyễn-Thị-Thanh-Hòa",
        "NguyễnThịThanhHòa",
        "nguyenthithanhhoa1975",
        "Thị Thanh Hòa",
        "Thanh Hòa",
        "thanh hoà",
        "THANH HÒA",
        "Thanh Hoa",
        "Nguyễn Hòa",
        "01234567",
        "0123 4567",
        "01.23.45.67",
        "0912345678",
        "0912 345 678",
        "+84 912 345 678",
        "thanhhoa.nt@vidu.vn",
        "THANHHOA.NT@vidu.vn",
        "chi bộ khu phố 5",
        "CHI BỘ KHU PHỐ 5",
        "khu phố 5",
        "Khu Phố 5",
        "kp5",
        "Đảng bộ phường An Bình",
        "phường An Bình",
        "phuong an binh",
        "chi bộ 3",
    ],
)
def test_every_way_to_write_it_is_hidden(written: str) -> None:
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, f"Ở đây, {written}, có việc.")
        assert mask(text, HOA) == f"Ở đây, {MASK}, có việc.", form


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Tôi tên là Hòa, 50 tuổi.", f"Tôi tên là {MASK}, 50 tuổi."),
        ("Em là Hoà ở tổ 2.", f"Em là {MASK} ở tổ 2."),
        ("Họ và tên: Hòa", f"Họ và tên: {MASK}"),
        ("được đồng chí Hòa giúp", f"được đồng chí {MASK} giúp"),
        ("CHỊ HÒA nói", f"CHỊ {MASK} nói"),
        ("Người viết: N.T.T. Hòa", f"Người viết: N.T.T. {MASK}"),
        ("Ng.T.T.Hòa", f"Ng.T.T.{MASK}"),
    ],
)
def test_the_given_name_alone_is_hidden_where_it_is_presented(text: str, masked: str) -> None:
    assert mask(text, HOA) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Giữ gìn hòa bình, hòa nhã với nhân dân.",
        "Tỉnh Thanh Hóa đã làm trước; quê tôi ở Thanh Hóa.",
        "Hòa giải ở cơ sở là việc của mỗi đảng viên.",
        "Nguyễn Thị Minh Khai là tấm gương.",
        "Chi bộ 30 và chi bộ khu phố 51 làm tốt.",
        "Số 101234567 và 012345678 là số khác.",
        "Chi bộ tôi họp mỗi tháng một lần.",
        "Chỉ thị số 05-CT/TW, nghị quyết, phường bạn.",
        "",
    ],
)
def test_other_people_places_and_words_stay(text: str) -> None:
    assert mask(text, HOA) == text


def test_short_names_of_two_words_need_their_own_marks() -> None:
    le_an = Writer(name="Lê An")
    assert mask("Tôi, Lê An, và lê an.", le_an) == f"Tôi, {MASK}, và {MASK}."
    assert mask("Le An", le_an) == MASK
    assert mask("lẽ ấn, lệ ân, le an", le_an) == "lẽ ấn, lệ ân, le an"


def test_a_name_of_one_word_is_hidden_where_it_is_presented() -> None:
    assert mask("Tôi là Hòa. Hòa bình.", Writer(name="Hòa")) == f"Tôi là {MASK}. Hòa bình."


def test_unit_names_that_are_common_words_are_hidden_whole_only() -> None:
    police = Writer(name="Lê An", unit_names=("Chi bộ Công an",))
    text = "Lực lượng công an làm tốt. Chi bộ Công an cũng vậy."
    assert mask(text, police) == f"Lực lượng công an làm tốt. {MASK} cũng vậy."


def test_names_with_signs_of_patterns_are_taken_literally() -> None:
    odd = Writer(name="A.* (B) +", code="(.*)", unit_names=("[x] {2}", "?"))
    assert mask("abc def ghi", odd) == "abc def ghi"


def test_nothing_known_hides_nothing() -> None:
    assert mask("Nguyễn Văn An", Writer(name="")) == "Nguyễn Văn An"


@given(st.text(max_size=300))
def test_any_text_is_taken_and_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text, HOA)
    assert mask(once, HOA) == once


@given(
    st.sampled_from(["Nguyễn Thị Thanh Hòa", "01234567", "khu phố 5"]),
    st.text(alphabet=" abcđê,.\n", max_size=40),
    st.text(alphabet=" abcđê,.\n", max_size=40),
)
def test_it_is_hidden_wherever_it_stands(canary: str, before: str, behind: str) -> None:
    assert canary not in mask(f"{before} {canary} {behind}", HOA)
