"""Headers as staff write them, over one row or two, and what they are taken for."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.roster import Field, header_signature, open_roster, propose_mapping
from tests.people.roster import raw

HEADINGS = {
    Field.NUMBER: ["STT", "TT", "Số TT", "Số thứ tự"],
    Field.CODE: [
        *("Số thẻ", "Số thẻ ĐV", "Số thẻ đảng viên", "Mã thẻ", "Số thẻ Đảng", "Mã số đảng viên"),
        *("SỐ THẺ ĐẢNG (8 số)", "Mã ĐV", "Số hiệu thẻ", "so the dang vien", "Số thẻ\nđảng viên"),
        *("Mã đảng viên", "Thẻ đảng viên số", "Số TĐV"),
    ],
    Field.NAME: [
        *("Họ và tên", "Họ tên", "Họ và tên khai sinh", "Họ tên khai sinh", "Họ, tên"),
        *("HỌ VÀ TÊN (chữ in hoa)", "Họ và tên đảng viên", "Tên đảng viên", "ho va ten"),
    ],
    Field.FAMILY_NAME: ["Họ đệm", "Họ và tên đệm", "Họ và đệm", "Họ lót", "Họ và chữ đệm"],
    Field.BIRTH: [
        *("Ngày, tháng,\nnăm sinh", "Năm sinh", "Ngày sinh", "Ngày tháng năm sinh", "NTNS"),
        *("Sinh ngày", "NGÀY SINH (dd/mm/yyyy)", "Ngày, tháng, năm sinh "),
    ],
    Field.GENDER: ["Giới tính", "Nam/Nữ", "Phái", "GT"],
    Field.UNIT: [
        *("Chi bộ", "Chi bộ sinh hoạt", "Tên chi bộ", "Sinh hoạt tại chi bộ", "Nơi sinh hoạt"),
        *("Đơn vị", "Đơn vị sinh hoạt", "Thuộc chi bộ"),
    ],
    Field.PARENT_UNIT: [
        *("Đảng bộ", "Đảng bộ phường", "Đảng ủy", "Phường", "Phường/xã", "Đảng bộ cơ sở"),
        *("Đơn vị cấp trên", "Đảng ủy cấp trên trực tiếp", "Xã, phường", "Tổ chức cơ sở đảng"),
    ],
    Field.POST: ["Chức vụ", "Chức vụ Đảng", "Chức danh", "Chức vụ trong Đảng"],
    Field.PHONE: ["Điện thoại", "Số điện thoại", "SĐT", "ĐT", "Điện thoại di động", "Di động"],
    Field.EMAIL: ["Email", "E-mail", "Thư điện tử", "Địa chỉ email", "Hộp thư"],
    Field.EXEMPT: ["Miễn sinh hoạt", "Miễn công tác và sinh hoạt", "Diện miễn"],
    Field.STANDING: ["Chính thức/Dự bị", "Loại đảng viên"],
    Field.JOINED_ON: ["Ngày vào Đảng", "Ngày kết nạp", "Ngày kết nạp Đảng"],
    Field.NOTE: ["Ghi chú", "GHI CHÚ"],
}
UNKNOWN = [
    *("Số CCCD", "Nơi sinh", "Quê quán", "Dân tộc", "Đơn vị công tác", "Nơi công tác", "Địa chỉ"),
    *("Ngày cấp thẻ", "Nơi cấp thẻ", "Số thẻ BHYT", "Họ và tên vợ (chồng)", "Tuổi Đảng"),
    *("Ngày vào Đảng chính thức", "Trình độ", "", "Số tài khoản ngân hàng"),
]
PAIRS = [(field, text) for field, texts in HEADINGS.items() for text in texts]


@pytest.mark.parametrize(("field", "text"), PAIRS)
@pytest.mark.parametrize("form", ["as it is", "capitals", "NFD", "without marks"])
def test_each_heading(field: Field, text: str, form: str) -> None:
    if form == "capitals":
        text = text.upper()
    elif form == "NFD":
        text = unicodedata.normalize("NFD", f" {text}  ")
    elif form == "without marks":
        apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
        text = "".join(c for c in apart if not unicodedata.combining(c))
    assert propose_mapping([text]) == {0: field}


@pytest.mark.parametrize("text", UNKNOWN)
def test_headings_that_are_none_of_ours(text: str) -> None:
    assert propose_mapping([text]) == {}


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Họ đệm", "Tên"], [Field.FAMILY_NAME, Field.GIVEN_NAME]),
        (["Họ và tên", "Tên"], [Field.FAMILY_NAME, Field.GIVEN_NAME]),
        (["Tên", "Số thẻ"], [Field.NAME, Field.CODE]),
        (["Ngày", "Tháng", "Năm"], [Field.BIRTH_DAY, Field.BIRTH_MONTH, Field.BIRTH_YEAR]),
        (["Ngày sinh", "Năm sinh"], [Field.BIRTH, Field.BIRTH_YEAR]),
        (["Nam", "Nữ"], [Field.MAN, Field.WOMAN]),
        (["Đơn vị", "Chi bộ"], [Field.PARENT_UNIT, Field.UNIT]),
        (["Chi bộ", "Phường", "Đảng bộ"], [Field.UNIT, Field.PARENT_UNIT, Field.PARENT_UNIT]),
        (["Số thẻ", "Số thẻ đảng viên"], [Field.CODE, None]),
        (["Họ và tên", "Họ và tên thường dùng"], [Field.NAME, None]),
    ],
)
def test_headings_that_their_company_explains(
    headers: list[str], fields: list[Field | None]
) -> None:
    mapping = propose_mapping(headers)
    assert [mapping.get(index) for index in range(len(headers))] == fields


@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_text_is_a_header_without_harm(headers: list[str]) -> None:
    fields = [f for f in propose_mapping(headers).values() if f is not Field.PARENT_UNIT]
    assert len(fields) == len(set(fields))
    assert header_signature(headers) == header_signature([f" {h} " for h in headers])


def _fields(path: Path) -> list[Field | None]:
    return [column.field for column in open_roster(path, path.name).columns]


def test_a_header_of_two_rows_with_merged_cells(tmp_path: Path) -> None:
    rows = (
        raw.row(["DANH SÁCH"], 1),
        raw.row(["TT", "Họ và tên", "", "Ngày sinh", "", "", "Số thẻ", "Tổ chức đảng", ""], 2),
        raw.row(["", "Họ đệm", "Tên", "Ngày", "Tháng", "Năm", "", "Chi bộ", "Đảng bộ"], 3),
        raw.row([1, "Nguyễn Văn", "An", 15, 3, 1962, "67000001", "Chi bộ 1", "Bồ Đề"], 4),
    )
    merges = "".join(
        f'<mergeCell ref="{ref}"/>'
        for ref in ("A1:I1", "A2:A3", "B2:C2", "D2:F2", "G2:G3", "H2:I2")
    )
    path = raw.write(
        tmp_path / "a.xlsx", raw.sheet(*rows, behind=f"<mergeCells>{merges}</mergeCells>")
    )
    (line,) = open_roster(path, path.name).lines()
    assert (line.name, line.code, str(line.birth_date)) == (
        "Nguyễn Văn An",
        "67000001",
        "1962-03-15",
    )
    assert line.unit_names == ("Bồ Đề", "Chi bộ 1")
    assert not line.problems


def test_years_of_men_and_of_women_and_numbered_columns(tmp_path: Path) -> None:
    rows = (
        raw.row(["STT", "Họ và tên", "Năm sinh", "", "Số thẻ đảng viên"], 1),
        raw.row(["", "", "Nam", "Nữ", ""], 2),
        raw.row([1, 2, 3, 4, 5], 3),
        raw.row([1, "Nguyễn Văn An", 1962, "", "67000001"], 4),
        raw.row([2, "Lê Thị Ơn", "", 1970, "67000002"], 5),
    )
    path = raw.write(tmp_path / "a.xlsx", raw.sheet(*rows))
    lines = list(open_roster(path, path.name).lines())
    assert [(line.gender, line.birth_year) for line in lines] == [("male", 1962), ("female", 1970)]
    assert not any(line.problems for line in lines)


def test_one_heading_over_two_columns_of_a_name(tmp_path: Path) -> None:
    rows = (
        raw.row(["STT", "Họ và tên", "", "Năm sinh", "Số thẻ"], 1),
        raw.row([1, "Nguyễn Văn", "An", 1962, "67000001"], 2),
        raw.row([2, "Lê Thị", "Ơn", 1970, "67000002"], 3),
    )
    for number, behind in enumerate(("", '<mergeCells><mergeCell ref="B1:C1"/></mergeCells>')):
        path = raw.write(tmp_path / f"{number}.xlsx", raw.sheet(*rows, behind=behind))
        names = [line.name for line in open_roster(path, path.name).lines()]
        assert names == ["Nguyễn Văn An", "Lê Thị Ơn"]
