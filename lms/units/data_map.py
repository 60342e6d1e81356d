"""What the tables of units hold about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

TABLES = (
    describe(
        "reorganisation",
        purpose="Thay đổi về tổ chức, để xem trước và hủy được",
        kept="Lâu dài",
        none="id kind unit_id effective_on recorded_at decision_id undone_at effects journal",
        technical="actor_id undone_by_id",
    ),
    describe(
        "unit_successor",
        purpose="Đơn vị nào kế tiếp đơn vị nào",
        kept="Lâu dài",
        none="unit_id successor_id is_default effective_on reorganisation_id",
    ),
    describe(
        "unit_heir",
        purpose="Đơn vị kế thừa của đơn vị đã hết",
        kept="Lâu dài",
        none="unit_id heir_id valid_from valid_to is_default",
    ),
    describe(
        "decision",
        purpose="Quyết định làm căn cứ",
        kept="Như hồ sơ tổ chức",
        none="id number issued_on issuer",
    ),
    describe(
        "unit",
        purpose="Cây tổ chức",
        kept="Lâu dài",
        none="id kind sector founded_on dissolved_on",
    ),
    describe(
        "unit_version",
        purpose="Tên và cấp trên của đơn vị theo ngày",
        kept="Lâu dài",
        none="id unit_id name short_name fold sort_key parent_id path depth valid_from valid_to "
        "recorded_at decision_id",
    ),
)
