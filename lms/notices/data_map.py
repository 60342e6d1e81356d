"""What the tables of outgoing letters hold; see lms/base/data_map.py."""

from lms.base.data_map import describe

TABLES = (
    describe(
        "outgoing_mail",
        purpose="Thư gửi đi: đường dẫn đặt lại mật khẩu",
        kept="90 ngày; nội dung bị xóa ngay khi đã gửi",
        erased="Xóa",
        none="id tries next_try_at worth_until fault",
        contact="address",
        content="subject sealed_text sealed_html",
        technical="account_id created_at sent_at",
    ),
)
