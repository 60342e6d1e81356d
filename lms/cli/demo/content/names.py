"""Vietnamese personal names for the demo's invented members, by generation and gender.

Only name parts and how they are joined; nobody who is known is meant, and well-known combinations
are left out.
"""

import random
from typing import Literal

Gender = Literal["male", "female"]

_FAMILY = (
    "Nguyễn " * 36
    + "Trần " * 11
    + "Lê " * 10
    + "Phạm " * 8
    + "Hoàng " * 5
    + "Vũ " * 5
    + "Đặng " * 3
    + "Bùi " * 3
    + "Đỗ " * 3
    + "Ngô " * 2
    + "Dương " * 2
    + "Phan " * 2
    + "Đinh " * 2
    + "Đào Trịnh Lương Mai Tạ Cao Chu Lưu Phùng Đoàn Nghiêm Kiều Hà Quách Khuất Thân Cấn"
).split()

_MIDDLE_OLDER: dict[Gender, list[str]] = {
    "male": "Văn Văn Văn Văn Đình Hữu Đăng Bá Khắc Ngọc Xuân Duy Công Thế Tiến".split(),
    "female": "Thị Thị Thị Thị Thị Thị Ngọc Kim Thúy Bích Minh".split(),
}
_MIDDLE_YOUNGER: dict[Gender, list[str]] = {
    "male": "Văn Minh Đức Quang Anh Tuấn Gia Hoàng Việt Thành Trung Mạnh Hải Nhật Bảo".split(),
    "female": "Thị Thị Thu Thanh Hồng Phương Minh Thùy Khánh Ngọc Mai Lan Hải Bảo Quỳnh".split(),
}
_GIVEN_OLDER: dict[Gender, list[str]] = {
    "male": (
        "Bính Cảnh Căn Chiểu Chức Dậu Diệm Điền Định Đoan Gia Hoạch Hợi Hợp Khiêm Khuê Kỷ Lạc Lịch "
        "Luân Lữ Mão Miên Nghiệp Ngọ Nhâm Nhượng Oánh Phấn Quế Quyến Sâm Sửu Tạo Thảng Thìn Thuận "
        "Tỵ Tính Tòng Tốn Tuất Tước Vịnh Vượng Xuyến Đích Hoan Hải Tuấn Hòa Thành Lợi Thọ Hiển "
        "Toản Bằng Khoát Tường Thắng Hưởng Phong Nhuận"
    ).split(),
    "female": (
        "Bưởi Chắt Cúc Dần Diễm Đào Gấm Hạnh Hiền Hoa Hòa Hợi Hợp Khuyên Lan Liên Loan Lụa Lý Mận "
        "Mơ Mùi Mười Nga Nhâm Nhàn Nhung Nụ Oanh Phượng Quế Quý Sen Thìn Thoa Thơm Thuận Tuyết Vân "
        "Xoan Xuân Yến Tâm Tý Lượt Tẹo Thịnh Thỏa Nhẫn Chung"
    ).split(),
}
_GIVEN_YOUNGER: dict[Gender, list[str]] = {
    "male": (
        "Bách Bằng Chiến Công Danh Đạt Điệp Đông Dương Duy Giang Hào Hậu Hiệp Hiếu Hoàn Huân Huy "
        "Khang Khánh Khoa Khôi Kiên Lộc Luân Nghĩa Nguyên Nhân Phong Quân Quý Sáng Tài Tân Thạch "
        "Thái Thiện Thuận Tiệp Tín Toàn Tráng Trí Trường Tuân Tường Việt Vinh Vũ Vương"
    ).split(),
    "female": (
        "Anh Ánh Châu Chi Diệp Dung Giang Hà Hằng Hân Hạnh Hiên Hiền Hoa Hồng Hương Huyền Khuê "
        "Lam Lê Liên Linh Ly Mai My Nga Ngân Ngọc Nhi Nhung Oanh Phương Quyên Quỳnh Tâm Thảo Thơ "
        "Thu Thư Thương Thúy Trà Trang Trâm Tú Uyên Vân Vi Xuân Yến"
    ).split(),
}

_AVOIDED = frozenset(
    {
        "Nguyễn Thị Định",
        "Nguyễn Thị Bình",
        "Nguyễn Thị Ngân",
        "Nguyễn Thị Kim Ngân",
        "Nguyễn Hữu Huân",
        "Nguyễn Công Trứ",
        "Nguyễn Văn Trỗi",
        "Nguyễn Tiến Linh",
        "Hồ Xuân Hương",
        "Xuân Quỳnh",
        "Lê Công Vinh",
        "Nguyễn Quang Huy",
        "Vũ Đức Đam",
        "Phan Văn Khải",
        "Đào Duy Anh",
        "Đào Duy Từ",
        "Trần Công Minh",
        "Nguyễn Văn Thắng",
        "Nguyễn Xuân Thắng",
        "Nguyễn Văn Tường",
    }
)

_TURN = 1968
"""Born before this year, a member is given a name of the older generation."""


def full_name(rng: random.Random, gender: Gender, birth_year: int) -> str:
    """One plausible full name in NFC, of two to four words."""
    older = birth_year < _TURN
    middles = (_MIDDLE_OLDER if older else _MIDDLE_YOUNGER)[gender]
    givens = (_GIVEN_OLDER if older else _GIVEN_YOUNGER)[gender]
    while True:
        family, middle, given = rng.choice(_FAMILY), rng.choice(middles), rng.choice(givens)
        words = [family, middle, given]
        if middle == "Thị" and rng.random() < (0.15 if older else 0.55):
            words.insert(2, rng.choice([name for name in middles if name != "Thị"]))
        elif not older and rng.random() < 0.04:
            words.remove(middle)
        name = " ".join(words)
        if len({word.casefold() for word in words}) == len(words) and name not in _AVOIDED:
            return name
