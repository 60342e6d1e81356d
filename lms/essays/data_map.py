"""What the tables of essays hold about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

_TASK = "Đề bài thu hoạch"

TABLES = (
    describe("essay_task", purpose=_TASK, kept="Lâu dài", none="id campaign_id title created_at"),
    describe(
        "essay_variant_audience",
        purpose=_TASK,
        kept="Lâu dài",
        none="task_id audience_id variant_id",
    ),
    describe(
        "essay_variant",
        purpose=_TASK,
        kept="Lâu dài",
        none="id task_id name prompt least_words most_words scale pass_mark bands replaces_id "
        "retired_at",
    ),
    describe(
        "essay_section",
        purpose=_TASK,
        kept="Lâu dài",
        none="id variant_id position key title hint least_words most_words rows",
    ),
    describe(
        "criterion",
        purpose="Thang điểm",
        kept="Lâu dài",
        none="id variant_id position title description weight",
    ),
    describe(
        "level",
        purpose="Thang điểm",
        kept="Lâu dài",
        none="id criterion_id position title description share",
    ),
    describe(
        "essay",
        purpose="Bài thu hoạch của một người",
        kept="Lâu dài",
        exported="Bài thu hoạch",
        erased="Giữ ngày giờ dưới bí danh",
        none="id variant_id revision save_count",
        study="enrolment_id started_at submitted_at",
    ),
    describe(
        "essay_draft",
        purpose="Bản nháp tự lưu",
        kept="180 ngày sau khi đợt học đóng",
        exported="Bài thu hoạch (bản nháp mới nhất)",
        erased="Xóa",
        none="id revision base_revision is_aside page_sequence restored_from",
        content="texts",
        study="essay_id word_count saved_at",
        technical="page_key",
    ),
    describe(
        "essay_submission",
        purpose="Bài đã nộp",
        kept="Đến khi người viết được xóa",
        exported="Bài thu hoạch",
        erased="Xóa lời văn và dấu vân; giữ ngày nộp và số chữ dưới bí danh",
        none="id variant_id number",
        content="sections sha256",
        study="essay_id enrolment_id word_count submitted_at",
    ),
)
