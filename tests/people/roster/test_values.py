"""Values of cells: numbers, names, phones, remarks; what is usable and what is not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.models import Standing
from lms.people.roster import values
from lms.people.roster.cells import Cell, Kind
from lms.people.roster.styles import DATE, meaning_of
from lms.people.roster.unit_names import is_unit_title, matching_name, unit_path


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (Kind.TEXT, "67000001", "67000001"),
        (Kind.TEXT, " 67 000 001 ", "67000001"),
        (Kind.TEXT, "67.000001", "67000001"),
        (Kind.TEXT, "67\u00a0000\u00a0001", "67000001"),
        (Kind.TEXT, "'01234567", "01234567"),
        (Kind.NUMBER, "01234567", "01234567"),
        (Kind.NUMBER, "7", "7"),
        (Kind.TEXT, "HN-0012/B", "HN-0012/B"),
        (Kind.TEXT, "-", ""),
        (Kind.TEXT, "chưa có", ""),
        (Kind.TEXT, "00000000", ""),
        (Kind.TEXT, "6.7E+07", None),
        (Kind.TEXT, "1.1111113E7", None),
        (Kind.TEXT, "1,1E07", None),
        (Kind.TEXT, "O34567103", None),
        (Kind.TEXT, "o34 567 1l3", None),
        (Kind.TEXT, "HO-12", "HO-12"),
        (Kind.NUMBER, "67000001.5", None),
        (Kind.NUMBER, "1e+17", None),
        (Kind.DATE, "1962-03-15", None),
        (Kind.TEXT, "1" * 21, None),
    ],
)
def test_card_numbers(kind: Kind, text: str, code: str | None) -> None:
    assert values.read_code(Cell(kind, text)) == code


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("517066907", "0517066907"),
        ("0517066907", "0517066907"),
        ("+84 906360837", "0906360837"),
        ("84906360837", "0906360837"),
        ("0084 906 360 837", "0906360837"),
        ("+84 (0)906 360 837", "0906360837"),
        ("0881.241.586", "0881241586"),
        ("0373-662-585", "0373662585"),
        ("024 3827 1234", "02438271234"),
        ("(024) 38271234", "02438271234"),
        ("0912345678 / 0987654321", "0912345678"),
        ("0912345678; 0987654321", "0912345678"),
        ("12345", None),
        ("09123456789012", None),
        ("không nhớ", None),
        ("", None),
    ],
)
def test_phones(text: str, phone: str | None) -> None:
    assert values.read_phone(text) == phone


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True), st.integers(0, 4))
def test_a_phone_is_the_same_however_it_is_written(digits: str, form: int) -> None:
    forms = (digits, digits[1:], f"+84{digits[1:]}", f"{digits[:4]}.{digits[4:]}", f" {digits} ")
    assert values.read_phone(forms[form]) == digits


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ĐẶNG THỊ Ý", "Đặng Thị Ý"),
        ("  Nguyễn  Văn   An ", "Nguyễn Văn An"),
        (unicodedata.normalize("NFD", "TRẦN THỊ HOÀ"), "Trần Thị Hoà"),
        ("nguyễn văn AN", "Nguyễn Văn An"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("JEAN-PIERRE LÊ", "Jean-Pierre Lê"),
        ("Anna McLean", "Anna McLean"),
        ("K'Brêu", "K'Brêu"),
        ("\u00d0\u1ed7 V\u0103n A\u200bn", "Đỗ Văn An"),
        ("123", None),
        ("…", None),
        ("A" * 121, None),
    ],
)
def test_names(text: str, name: str | None) -> None:
    assert values.read_name(text) == name


@pytest.mark.parametrize(
    ("text", "exempt"),
    [
        ("Miễn sinh hoạt", True),
        ("miễn công tác và sinh hoạt", True),
        ("MIỄN CT, SH", True),
        ("Được miễn từ 3/2020", True),
        ("Không miễn sinh hoạt", False),
        ("Thôi miễn sinh hoạt", False),
        ("Dự bị", False),
        ("", False),
    ],
)
def test_exemption_in_a_remark(text: str, exempt: bool) -> None:
    assert values.says_exempt(text) is exempt


@pytest.mark.parametrize(
    ("text", "has_left"),
    [
        ("đã mất", True),
        ("Mất ngày 3/2/2026", True),
        ("Từ trần", True),
        ("Chuyển đi Hà Nội", True),
        ("Đã chuyển sinh hoạt", True),
        ("Khai trừ", True),
        ("xin ra khỏi Đảng", True),
        ("Đã mất thẻ", False),
        ("Chuyển đến từ Đảng bộ phường Bồ Đề", False),
        ("Chưa chuyển đi", False),
        ("Miễn sinh hoạt", False),
        ("Đã chuyển chính thức", False),
        ("", False),
    ],
)
def test_a_remark_that_somebody_has_left(text: str, has_left: bool) -> None:
    assert values.says_left(text) is has_left


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Dự bị", Standing.PROBATIONARY),
        ("ĐV dự bị", Standing.PROBATIONARY),
        ("Chính thức", Standing.FULL),
        ("Quần chúng", Standing.GUEST),
        ("Dự bị, sắp chính thức", None),
        ("", None),
    ],
)
def test_standing(text: str, standing: Standing | None) -> None:
    assert values.read_standing(text) is standing


def test_posts_addresses_and_genders() -> None:
    assert values.read_post("PHÓ BÍ THƯ") == "Phó bí thư"
    assert values.read_post("Bí thư  chi bộ") == "Bí thư chi bộ"
    assert values.read_post("Đảng viên") is None
    assert values.read_email(" An.Le@Example.VN ") == "an.le@example.vn"
    assert values.read_email("an.le@") is None
    assert [values.read_gender(text) for text in ("NAM", "nữ", "Nu\u031b\u0303", "?")] == [
        "male",
        "female",
        "female",
        None,
    ]


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("General", 0),
        ("00000000", 8),
        ('"ĐV" 000 000', 6),
        ("0.00", 0),
        ("dd/mm/yyyy", DATE),
        ("[$-42A]d mmmm yyyy;@", DATE),
        ("mmm", DATE),
        ("h:mm", 0),
        ("[Red]0", 0),
        ('0 "ngày"', 0),
        ("@", 0),
    ],
)
def test_number_formats(code: str, meaning: int) -> None:
    found = meaning_of(code)
    assert (found if found == DATE or found > 1 else 0) == meaning


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Long Biên", ("Long Biên",)),
        ("ĐẢNG BỘ PHƯỜNG LONG BIÊN", ("Long Biên",)),
        ("Đảng ủy phường Bồ Đề", ("Bồ Đề",)),
        ("II. ĐẢNG BỘ PHƯỜNG BỒ ĐỀ (300 đảng viên)", ("Bồ Đề",)),
        ("P. Long Biên", ("Long Biên",)),
        ("Đảng bộ Công ty X", ("Công ty X",)),
        ("CHI BỘ 1", ("Chi bộ 1",)),
        ("1", ("Chi bộ 1",)),
        ("CB1", ("Chi bộ 1",)),
        ("Chi bộ 1: 25 đồng chí", ("Chi bộ 1",)),
        ("Chi bộ 1 - Đảng bộ phường Long Biên", ("Long Biên", "Chi bộ 1")),
        ("Chi bộ 1, phường Long Biên", ("Long Biên", "Chi bộ 1")),
        ("Đảng bộ phường Long Biên / Chi bộ 1", ("Long Biên", "Chi bộ 1")),
        ("Chi bộ Tổ dân phố 5 - Bồ Đề", ("Chi bộ Tổ dân phố 5 - Bồ Đề",)),
        (unicodedata.normalize("NFD", "CHI BỘ HƯU TRÍ"), ("Chi bộ Hưu Trí",)),
        ("", ()),
    ],
)
def test_names_of_units(text: str, names: tuple[str, ...]) -> None:
    assert unit_path(text) == names


def test_a_family_name_is_no_ward() -> None:
    assert not is_unit_title("Phương Thị Hoa")
    assert is_unit_title("Phường Phúc Lợi")
    assert matching_name("Phương Thị Hoa") == "Phương Thị Hoa"
