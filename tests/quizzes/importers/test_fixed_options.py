"""Options that point at others keep their place; ordinary ones that sound alike do not."""

import unicodedata

import pytest

from lms.quizzes.importers import fixed_positions, is_fixed_option


@pytest.mark.parametrize(
    "text",
    [
        "Cả A và B", "Cả A, B và C", "cả a, b, c", "Cả A và B đều đúng", "Cả A và B đều sai",
        "A và B", "A, B, C đều đúng", "Đáp án A và C đúng", "Cả hai câu A và B", "Chỉ A và B",
        "Câu A và câu C đúng", "Phương án A hoặc B", "Chỉ A đúng", "Không phải A và B",
        "Tất cả các phương án trên", "Tất cả các phương án trên đều đúng", "Tất cả đều đúng",
        "Tất cả các đáp án trên.", "Tất cả các ý trên", "Tất cả phương án nêu trên", "Tất cả",
        "Cả ba phương án trên", "Cả 3 phương án trên đều đúng", "Cả ba ý trên", "Cả 4 đáp án",
        "Cả hai nội dung trên", "Cả ba nhiệm vụ trên", "Tất cả những nội dung nêu trên", "Cả ba",
        "Các phương án trên đều sai", "Các đáp án đều đúng", "Cả hai đều sai",
        "Không có đáp án nào đúng", "Không có phương án nào đúng", "Không đáp án nào đúng",
        "Không có phương án nào ở trên", "Không có đáp án đúng",
        "Không phương án nào nêu trên đúng",
        "Một trong các phương án trên", "Phương án khác", "Ý kiến khác",
        "All of the above", "None of the above", "Both A and B", "“Cả A và B”",
    ],
)  # fmt: skip
def test_fixed(text: str) -> None:
    assert is_fixed_option(text)
    assert is_fixed_option(unicodedata.normalize("NFD", text))
    assert is_fixed_option(f"  {text.upper()} ")


@pytest.mark.parametrize(
    "text",
    [
        "", "5", "Cả nước", "Tất cả đảng viên", "Tất cả cán bộ, đảng viên trong chi bộ",
        "Tất cả các đảng viên trên địa bàn", "Không có", "Không ai", "Không được", "A",
        "Hai tổ chức đảng cấp trên", "Cả nam và nữ", "Cấp ủy cấp trên", "Từ 96 % trở lên",
        "C. Mác và Ph. Ăngghen", "Các cấp ủy", "Không tổ chức", "Ý chí", "Nội dung khác nhau",
        "Mọi công dân từ 18 tuổi trở lên", "Cả người đứng đầu và cấp phó", "Khác",
    ],
)  # fmt: skip
def test_not_fixed(text: str) -> None:
    assert not is_fixed_option(text)


def test_options_named_by_letter_stay_too() -> None:
    assert fixed_positions(["x", "y", "z", "Cả A và C"]) == {0, 2, 3}
    assert fixed_positions(["x", "y", "Tất cả các phương án trên"]) == {2}
    assert fixed_positions(["x", "y", "Cả A và E"]) == {0, 2}
    assert fixed_positions(["x", "y"]) == frozenset()
