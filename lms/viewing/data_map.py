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
        study="enrolment_id intervals offline_intervals uncredited covered_seconds position "
        "updated_at threshold_met_at verified_met_at",
    ),
    describe(
        "viewing_clock",
        purpose="Chống tính trùng giờ xem",
        kept="30 ngày sau lần xem cuối",
        exported="–",
        erased="Xóa",
        technical="member_id updated_at unspent_seconds idle_seconds grace_seconds",
    ),
    describe(
        "session_credit",
        purpose="Bằng chứng đã dự buổi học, theo từng hình thức",
        kept="Lâu dài",
        exported="Phần đã xem",
        erased="Giữ dưới bí danh; bỏ ghi chú",
        none="id session_id run_id venue_id",
        study="enrolment_id kind met_at recorded_at note revoked_at revoke_reason",
        technical="recorded_by_id revoked_by_id",
    ),
    describe(
        "run_attendance",
        purpose="Thời gian có mặt ở buổi trực tiếp",
        kept="Các đoạn: 1 năm sau khi đợt học đóng; tổng thì lâu dài",
        exported="Phần đã xem",
        erased="Xóa các đoạn; giữ tổng dưới bí danh",
        none="run_id",
        study="enrolment_id joined_at intervals covered_seconds updated_at threshold_met_at",
    ),
    describe(
        "venue",
        purpose="Học tập trung tại điểm cầu",
        kept="Lâu dài",
        none="id session_id run_id unit_id place starts_at ends_at checks_exit opened_at "
        "entry_headcount exit_headcount difference_reason closed_at cancelled_at",
        technical="opened_by_id closed_by_id",
    ),
    describe(
        "roll_call_entry",
        purpose="Điểm danh tại điểm cầu",
        kept="Lâu dài",
        exported="Phần đã xem",
        erased="Giữ dưới bí danh; bỏ lý do vắng và tên khách",
        none="id venue_id is_expected",
        study="enrolment_id guest_name guest_note state excuse_reason entered_at entered_by "
        "left_at left_by",
    ),
    describe(
        "roll_call_mark",
        purpose="Từng lần đánh dấu điểm danh",
        kept="1 năm sau khi đợt học đóng",
        exported="–",
        erased="Giữ dưới bí danh; bỏ ghi chú",
        none="id venue_id key entry_id",
        study="act method marked_at received_at note",
        technical="actor_id",
    ),
    describe(
        "venue_claim",
        purpose="Mã điểm danh chỉ dùng một lần",
        kept="30 ngày",
        exported="–",
        erased="Xóa",
        none="nonce venue_id",
        technical="account_id bound_at used_at",
    ),
)
