"""What the tables of units hold about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

TABLES = (
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
