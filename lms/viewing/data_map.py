"""What the tables of viewing hold about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

TABLES = (
    describe(
        "coverage",
        purpose="Phần buổi học đã xem",
        kept="Các đoạn đã xem: 1 năm sau khi đợt học đóng; tổng thì lâu dài",
        exported="Phần đã xem",
        erased="Xóa các đoạn đã xem; giữ tổng dưới bí danh",
        none="session_id",
        study="enrolment_id intervals covered_seconds position updated_at threshold_met_at",
    ),
    describe(
        "viewing_clock",
        purpose="Chống tính trùng giờ xem",
        kept="30 ngày sau lần xem cuối",
        exported="–",
        erased="Xóa",
        technical="member_id updated_at unspent_seconds grace_seconds",
    ),
    describe(
        "self_declaration",
        purpose="Lời tự khai đã xem",
        kept="Lâu dài",
        exported="Phần đã xem",
        erased="Giữ dưới bí danh",
        none="session_id",
        study="enrolment_id declared_at",
    ),
)
