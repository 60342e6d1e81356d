"""What the table of appointments holds about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

TABLES = (
    describe(
        "appointment",
        purpose="Ai được làm gì, ở đâu, từ ngày nào",
        kept="Lâu dài",
        exported="Phân công",
        erased="Kết thúc ngay; vai trò giữ lại dưới bí danh, lời ghi lý do bị xóa",
        none="id unit_id decision_id",
        political="account_id role valid_from valid_to delegated_by_id",
        content="reason",
        technical="recorded_at",
    ),
)
