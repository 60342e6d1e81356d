"""What the audit tables hold about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

TABLES = (
    describe(
        "audit_record",
        purpose="Nhật ký: ai đã làm gì, với ai, lúc nào",
        kept="Không xóa dòng nào; chi tiết cũ hơn 5 năm bị xóa trắng",
        exported="Việc mình đã làm",
        erased="Giữ số hiệu; chi tiết về người ấy bị xóa trắng",
        none="id action",
        technical="recorded_at actor_id subject",
        content="detail",
    ),
    describe(
        "audit_seal",
        purpose="Niêm phong nhật ký",
        kept="Như nhật ký",
        erased="Quên muối của dòng bị xóa trắng",
        none="sequence record_id detail_digest digest sealed_at caught_up_at salt",
    ),
    describe(
        "audit_head",
        purpose="Điểm cuối của chuỗi niêm phong",
        kept="Một dòng, thay mỗi phút",
        none="id sequence digest sealed_at caught_up_at signature",
    ),
)
