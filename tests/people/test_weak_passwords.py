"""What is guessed first is refused; what people remember is taken, whatever it is made of."""

from __future__ import annotations

import pytest

from lms.people.weak_passwords import is_too_common, names_oneself

GUESSED = (
    "12345678 123456789 1234567890 87654321 11111111 12341234 123123123 11223344 12344321 password "
    "password1 Password123 p@ssword passw0rd matkhau1 matkhau123 MatKhau@123 123456matkhau "
    "qwertyui qwerty123 qwertyuiop asdfghjkl 1qaz2wsx 1q2w3e4r zxcvbnm1 abcd1234 abc12345 abcdefgh "
    "iloveyou anhyeuem anhyeuem1 emyeuanh2026 vietnam123 hanoi2026 ThuHoach2026 thuhoach dangvien1 "
    "chibo123 15031962 15/03/1962 19620315 01-01-1990 0912345678 84912345678 66666666 88888888 "
    "a1b2c3d4 aaaabbbb admin123 administrator welcome1 147258369 sunshine football superman12"
).split()

TAKEN = [
    "con đường ra biển",
    "mùa gặt tháng mười",
    "aaaa bbbb cây đa",
    "xe đạp màu xanh 🚲",
    "tám chữ nhé",
    "hoa sữa phố Nguyễn Du",
    "83926174",
    "bà ngoại kể chuyện",
    "kqzvtwpm",
    " khoảng trắng hai đầu ",
]


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert is_too_common(password)


@pytest.mark.parametrize("password", TAKEN)
def test_what_people_remember_is_taken(password: str) -> None:
    assert not is_too_common(password)


@pytest.mark.parametrize(
    ("password", "is_refused"),
    [
        ("38123456", True),
        ("38123456a", True),
        ("tranthithu", True),
        ("Trần Thị Thứ 1", True),
        ("0912345678", True),
        ("con đường của Thứ ra biển", False),
        ("trần thị thứ yêu hoa sữa", False),
    ],
)
def test_one_s_own_name_and_numbers_are_refused(password: str, is_refused: bool) -> None:
    assert names_oneself(password, ["Trần Thị Thứ", "38123456", "0912345678"]) is is_refused


def test_it_takes_no_time_whatever_is_sent() -> None:
    import time

    for text in ("a" * 128, "1" * 128, "ab" * 64, "qwerty" * 21, "/" * 128, "0123456789" * 12):
        begun = time.process_time()
        is_too_common(text)
        assert time.process_time() - begun < 0.05
