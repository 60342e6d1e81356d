"""What the tables of marking hold about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

TABLES = (
    describe(
        "marking_assignment",
        purpose="Bài nào giao cho người chấm nào, dưới mã ẩn danh",
        kept="Lâu dài",
        exported="Chấm bài",
        erased="Xóa lời ghi lý do chuyển bài; phần còn lại giữ dưới bí danh",
        none="id submission_id pseudonym shuffle_key round",
        study="reviewer_id assigned_at due_at finished_at passed_on_at",
        content="passed_on_reason",
    ),
    describe(
        "mark_draft",
        purpose="Điểm đang chấm dở",
        kept="180 ngày sau khi đợt học đóng",
        erased="Xóa",
        none="assignment_id version",
        study="levels saved_at",
        content="comment",
    ),
    describe(
        "mark",
        purpose="Điểm và lời nhận xét",
        kept="Lâu dài",
        exported="Bài thu hoạch (điểm đã công bố)",
        erased="Xóa lời nhận xét và lý do; điểm giữ dưới bí danh",
        none="id submission_id assignment_id",
        study="author_id levels value made_at",
        content="comment reason",
    ),
    describe(
        "mark_release",
        purpose="Các lần công bố điểm",
        kept="Lâu dài",
        none="id campaign_id audience_id released_at essay_count",
        technical="released_by_id",
        erased="Giữ dưới bí danh",
    ),
    describe(
        "released_mark",
        purpose="Điểm nào đã công bố",
        kept="Lâu dài",
        none="mark_id release_id submission_id",
    ),
    describe(
        "reviewer_conflict",
        purpose="Đơn vị mà người chấm không nên chấm",
        kept="Đến khi rút",
        exported="Chấm bài",
        erased="Xóa",
        none="unit_id",
        political="account_id",
        content="reason",
        technical="declared_at",
    ),
)
