"""What the table of files holds about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

TABLES = (
    describe(
        "stored_file",
        purpose="Tệp đã đưa lên",
        kept="Đến khi gỡ; tệp không còn ai dùng: 30 ngày",
        exported="Tệp mình đã đưa lên",
        erased="Tệp riêng bị xóa cả nội dung; tài liệu chung của đợt học thì giữ",
        none="id key media_type size sha256 duration_seconds",
        content="name",
        technical="owner_id created_at",
    ),
)
