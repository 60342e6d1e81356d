"""What the tables of quizzes hold about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

_BANK = "Câu hỏi trắc nghiệm"

TABLES = (
    describe("question_bank", purpose=_BANK, kept="Lâu dài", none="id unit_id name created_at"),
    describe(
        "quiz_question",
        purpose=_BANK,
        kept="Lâu dài",
        none="id bank_id position kind stem options replaces_id retired_at created_at",
    ),
    describe(
        "question_import",
        purpose="Tệp câu hỏi chờ người soạn quyết định",
        kept="180 ngày",
        erased="Không có dữ liệu cá nhân ngoài số hiệu người soạn",
        none="id bank_id file_name questions doubts created_at",
        technical="created_by_id",
    ),
    describe(
        "quiz",
        purpose="Bài trắc nghiệm của đợt học",
        kept="Lâu dài",
        none="id campaign_id bank_id title question_count attempts_allowed minutes is_shuffled "
        "created_at",
    ),
    describe(
        "quiz_attempt",
        purpose="Lượt làm bài và kết quả",
        kept="Lâu dài",
        exported="Trắc nghiệm",
        erased="Giữ kết quả dưới bí danh",
        none="id quiz_id number question_count",
        study="enrolment_id started_at ends_at submitted_at right_count ratio",
    ),
    describe(
        "quiz_attempt_item",
        purpose="Câu hỏi đã nhận và câu đã trả lời",
        kept="2 năm sau khi đợt học đóng",
        exported="Trắc nghiệm",
        erased="Xóa",
        none="position question_id kind stem options",
        study="attempt_id chosen answered_at is_right",
    ),
)
