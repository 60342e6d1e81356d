"""What the tables of training hold about people; see lms/base/data_map.py."""

from lms.base.data_map import describe

_ORGANISING = "Tổ chức đợt học"

TABLES = (
    describe(
        "campaign_unit",
        purpose="Cây tổ chức lúc đợt học đóng",
        kept="Lâu dài",
        none="campaign_id unit_id name short_name sort_key parent_id path depth",
    ),
    describe(
        "directive",
        purpose="Văn bản học tập",
        kept="Lâu dài",
        none="id kind issuer symbol issued_on title body file_id unit_id",
    ),
    describe(
        "campaign",
        purpose=_ORGANISING,
        kept="Lâu dài",
        none="id name summary unit_id state opens_at closes_at opened_at closed_at created_at",
    ),
    describe(
        "campaign_directive", purpose=_ORGANISING, kept="Lâu dài", none="campaign_id directive_id"
    ),
    describe(
        "requirement",
        purpose=_ORGANISING,
        kept="Lâu dài",
        none="id campaign_id audience_id obligation asks_materials asks_sessions asks_quiz "
        "asks_essay counts_quiz counts_essay least_coverage quiz_pass_ratio "
        "accepted_kinds due_at",
    ),
    describe(
        "session_directive", purpose=_ORGANISING, kept="Lâu dài", none="session_id directive_id"
    ),
    describe(
        "session_speaker",
        purpose="Ai trình bày buổi học",
        kept="Lâu dài",
        erased="Giữ dưới bí danh",
        none="session_id",
        study="account_id",
    ),
    describe(
        "training_session",
        purpose=_ORGANISING,
        kept="Lâu dài",
        none="id campaign_id kind title summary position is_required published_at "
        "allows_listening media_source media_url duration_seconds video_id captions_id poster_id",
    ),
    describe(
        "session_run",
        purpose=_ORGANISING,
        kept="Lâu dài",
        none="id session_id starts_at ends_at ended_at url note",
    ),
    describe(
        "material",
        purpose="Tài liệu của buổi học",
        kept="Lâu dài",
        erased="Giữ: tài liệu chung của đợt học",
        none="id session_id title position file_id published_at withdrawn_at",
        technical="uploaded_by_id",
    ),
    describe(
        "material_opening",
        purpose="Biết tài liệu đã được đọc",
        kept="Như phiếu học tập",
        exported="Các đợt học",
        erased="Giữ dưới bí danh",
        none="material_id",
        study="enrolment_id opened_at",
    ),
    describe(
        "enrolment",
        purpose="Phiếu học tập: căn cứ của mọi tỷ lệ",
        kept="Lâu dài",
        exported="Các đợt học",
        erased="Giữ kết quả tối thiểu dưới bí danh; lời ghi lý do bị xóa",
        none="id campaign_id unit_id audience_id obligation enrolled_at due_at",
        identity="member_id",
        study="excused_at withdrawn_at materials_read_at viewing_ratio sessions_met_at "
        "sessions_met_by quiz_best_ratio quiz_met_at essay_started_at essay_submitted_at "
        "essay_mark essay_band essay_passed essay_released_at fulfilled_at",
        content="excuse_reason withdrawal_reason",
    ),
    describe(
        "enrolment_change",
        purpose="Thay đổi của phiếu học tập",
        kept="Lâu dài",
        exported="Các đợt học",
        erased="Lời ghi lý do bị xóa; phần còn lại giữ dưới bí danh",
        none="id enrolment_id field old_value new_value",
        content="reason",
        technical="actor_id recorded_at",
    ),
)
