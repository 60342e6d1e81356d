"""The small facts of an invented writer: numbers, hours, subjects, so that an essay agrees in all
its parts.

Slots for the patterns of textfiles.py; nothing about who the writer is.
"""

import random

_TRADES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("chuyền may số 3", "chuyền may số 5", "tổ cắt", "tổ hoàn thiện", "tổ là gấp"),
        (
            "đánh dấu màu cho từng cỡ hàng",
            "treo bảng cỡ kim ngay trước máy",
            "dồn đầu vải thừa để may mẫu thử",
            "làm khay nhỏ đựng chỉ cho đỡ rối",
        ),
    ),
    (
        ("tổ hàn", "tổ tiện", "tổ lắp ráp 2", "tổ sơn", "tổ sửa chữa"),
        (
            "dùng gá kẹp thay cho tay giữ phôi",
            "vẽ bóng dụng cụ lên bảng treo",
            "gom phôi vụn theo từng loại để bán lại",
            "đặt xe đẩy phôi sát máy",
        ),
    ),
    (
        ("tổ đóng gói", "tổ in", "tổ sơ chế", "tổ kho lạnh", "tổ dán nhãn"),
        (
            "dán nhãn màu theo ngày sản xuất",
            "xếp lại lối đi cho xe đẩy",
            "cân thử một thùng đầu mỗi ca",
            "kê bàn cao thêm cho đỡ cúi",
        ),
    ),
)

_FIELDS = (
    "công tác tuyên giáo",
    "công tác tổ chức",
    "công tác mặt trận và đoàn thể",
    "công tác kiểm tra",
    "công tác văn hóa, xã hội",
    "công tác đô thị, môi trường",
    "công tác thủ tục hành chính",
    "công tác thanh thiếu niên",
)
_HOURS = (
    "buổi tối, sau bữa cơm",
    "năm giờ sáng, lúc nhà còn yên",
    "giờ nghỉ trưa",
    "chín giờ tối, khi trẻ con đã ngủ",
    "sáng chủ nhật",
)
_SHIFT_HOURS = (
    "giờ nghỉ giữa ca",
    "lúc chờ xe đưa đón",
    "giờ cơm trưa ở xưởng",
    "buổi tối ở phòng trọ",
    "mười phút đầu ca",
)
_HOME_RULES = (
    "tắt điện thoại trong bữa cơm tối",
    "phân loại rác ngay tại bếp",
    "để xe gọn trong sân, không lấn lối đi",
    "dọn đoạn ngõ trước nhà vào sáng chủ nhật",
    "đọc sách cùng nhau nửa giờ mỗi tối",
)
_COMMON_WORK = (
    "công khai quỹ chung",
    "sắp xếp chỗ để xe",
    "chăm sóc bồn hoa chung",
    "thăm hỏi người già neo đơn",
    "giữ vệ sinh khu tập thể",
    "đón người mới chuyển đến",
)
_LANE_WORK = (
    "quét ngõ sáng chủ nhật",
    "thay bóng đèn đầu ngõ",
    "phân loại rác",
    "trồng hoa dọc tường",
)


def writer_details(rng: random.Random) -> dict[str, str]:
    """The slots of one writer, by name. Every value is text ready to stand in a sentence."""
    groups, ideas = rng.choice(_TRADES)
    elders = rng.randint(6, 15)
    households = rng.randint(21, 38)
    faults = rng.randint(31, 58)
    age = rng.randint(76, 86)
    relative = rng.choice(("con gái", "con trai út", "cháu nội", "cháu ngoại", "con dâu"))
    return {
        "ngay": str(rng.randint(2, 5)),
        "phut": str(rng.choice((10, 15, 20, 25))),
        "gio": str(rng.choice((24, 48, 72))),
        "gio_hoc": rng.choice(_HOURS),
        "gio_ca": rng.choice(_SHIFT_HOURS),
        "con": relative,
        "con_hoa": relative[:1].upper() + relative[1:],
        "dv": str(rng.randint(15, 46)),
        "pct1": str(rng.randint(78, 91)),
        "pct2": str(rng.randint(93, 98)),
        "n_gia": str(elders),
        "n_gia_xong": str(elders - rng.randint(1, 4)),
        "ho": str(households),
        "ho_nhieu": str(households + rng.randint(9, 20)),
        "ho_it": str(rng.randint(8, 18)),
        "thu": rng.choice(("thứ ba", "thứ tư", "thứ năm", "thứ bảy")),
        "thu_so": rng.choice(("ba", "tư", "năm", "sáu")),
        "ngo": str(rng.randint(12, 210)),
        "mon": rng.choice(("Toán", "Ngữ văn", "Lịch sử", "Tiếng Anh", "Khoa học tự nhiên")),
        "lop": f"{rng.randint(6, 9)}{rng.choice('ABCDE')}",
        "to_sx": rng.choice(groups),
        "sang_kien": rng.choice(ideas),
        "loi_truoc": f"{faults // 10},{faults % 10}",
        "loi_sau": f"{(faults * 6 // 10) // 10},{(faults * 6 // 10) % 10}",
        "mang": rng.choice(_FIELDS),
        "nam_dang": str(rng.randint(6, 40)),
        "nam_dang_gia": str(rng.randint(42, age - 19)),
        "tuoi": str(age),
        "thang_truoc": rng.choice(("đầu tháng", "giữa tháng trước", "đầu quý")),
        "le_nha": rng.choice(_HOME_RULES),
        "viec_pho": rng.choice(_COMMON_WORK),
        "viec_ngo": rng.choice(_LANE_WORK),
        "hai_ba": rng.choice(("hai", "ba")),
    }
