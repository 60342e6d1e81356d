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
    "a1b2c3d4 aaaabbbb admin123 administrator welcome1 147258369 sunshine football superman12 "
    "liverpool baseball whatever michelle1 starwars q1w2e3r4 aa123456 a1234567 123456789a "
    "thanhcong nguyenvana tinhyeu123 hanhphuc1 nguyenthihoa tranvanan99 phamminhduc Lequangvinh "
    "butterfly elizabeth1 chocolate Garden12 !Dragon99 qwe12345 zaq12wsx abc15031962 quangninh "
    "Liverpool@2024 mậtkhẩu123 trustno1 lamborghini p4ssw0rd1 m1chelle buiduy2010"
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
    "garden83926174",
    "thành công 7391",
    "cau-tre-lac-leo",
    "muagatthangmuoi",
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


def test_the_list_is_long_small_and_sorted() -> None:
    from array import array

    from lms.people.common_words import FILE, _listed

    listed = _listed()
    assert len(listed) > 30_000
    assert listed == array("I", sorted(listed))
    assert FILE.stat().st_size < 250_000
    assert (FILE.parent / "LICENSE.txt").is_file()
    many = "charlotte manchester hollywood snowboard undertaker knowledge wonderful".split()
    assert all(is_too_common(word) for word in many)
    drawn = [f"{n * 2654435761 % 2**40:x}" for n in range(1, 3000)]
    assert sum(is_too_common(one) for one in drawn if len(one) >= 8) < 10
