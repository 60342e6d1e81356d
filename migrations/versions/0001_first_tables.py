"""First tables

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

from lms.base import model

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
        sa.UniqueConstraint("key", name=op.f("uq_audience_key")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("fold", model.bytewise(140), nullable=False),
        sa.Column("sort_key", model.bytewise(200), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column(
            "standing",
            sa.Enum("full", "probationary", "guest", name="standing", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("is_exempt", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("code", name=op.f("uq_member_code")),
    )
    op.create_index(op.f("ix_member_fold"), "member", ["fold"], unique=False)
    op.create_index(op.f("ix_member_sort_key"), "member", ["sort_key"], unique=False)
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("committee", "base", "cell", name="unitkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "sector",
            sa.Enum(
                "ward",
                "enterprise",
                "administration",
                "school",
                "armed_forces",
                "health",
                "other",
                name="unitsector",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("founded_on", sa.Date(), nullable=False),
        sa.Column("dissolved_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_account_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("member_id", name=op.f("uq_account_member_id")),
    )
    op.create_index(op.f("ix_account_email"), "account", ["email"], unique=False)
    op.create_index(op.f("ix_account_phone"), "account", ["phone"], unique=False)
    op.create_table(
        "audience_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("post_ranks", model.JSON_TYPE, nullable=False),
        sa.Column("sectors", model.JSON_TYPE, nullable=False),
        sa.Column("standings", model.JSON_TYPE, nullable=False),
        sa.Column("is_exempt", sa.Boolean(), nullable=True),
        sa.Column("least_age", sa.Integer(), nullable=True),
        sa.Column("most_age", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_audience_rule_audience_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience_rule")),
    )
    op.create_index(
        op.f("ix_audience_rule_audience_id"), "audience_rule", ["audience_id"], unique=False
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "open", "closed", name="campaignstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("opens_at", model.UtcDateTime(), nullable=False),
        sa.Column("closes_at", model.UtcDateTime(), nullable=False),
        sa.Column("opened_at", model.UtcDateTime(), nullable=True),
        sa.Column("closed_at", model.UtcDateTime(), nullable=True),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_campaign_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index(op.f("ix_campaign_unit_id"), "campaign", ["unit_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("main", "temporary", name="membershipkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_member_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_member_id"), "membership", ["member_id"], unique=False)
    op.create_index(
        "ix_membership_unit_open", "membership", ["unit_id", "valid_to", "member_id"], unique=False
    )
    op.create_index(
        "uq_membership_main_open",
        "membership",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL AND kind = 'main'"),
        postgresql_where=sa.text("valid_to IS NULL AND kind = 'main'"),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "rank",
            sa.Enum(
                "unit_head", "key_cadre", "other", name="postrank", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_post_decision_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_post_member_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_post_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index(op.f("ix_post_member_id"), "post", ["member_id"], unique=False)
    op.create_index(op.f("ix_post_unit_id"), "post", ["unit_id"], unique=False)
    op.create_table(
        "question_bank",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_question_bank_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_bank")),
    )
    op.create_index(op.f("ix_question_bank_unit_id"), "question_bank", ["unit_id"], unique=False)
    op.create_table(
        "unit_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=100), nullable=False),
        sa.Column("fold", model.bytewise(220), nullable=False),
        sa.Column("sort_key", model.bytewise(200), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", model.bytewise(200), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", model.UtcDateTime(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_unit_version_dates_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_unit_version_decision_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_version_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_version_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_version")),
    )
    op.create_index(op.f("ix_unit_version_parent_id"), "unit_version", ["parent_id"], unique=False)
    op.create_index("ix_unit_version_path", "unit_version", ["path", "valid_to"], unique=False)
    op.create_index(
        "uq_unit_version_present",
        "unit_version",
        ["unit_id"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "viewing_clock",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("updated_at", model.UtcDateTime(), nullable=False),
        sa.Column("unspent_seconds", sa.Double(), nullable=False),
        sa.Column("grace_seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_viewing_clock_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_viewing_clock")),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "planner",
                "supervisor",
                "speaker",
                "reviewer",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", model.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_appointment_dates_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_appointment_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_appointment_decision_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_appointment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_account_id"), "appointment", ["account_id"], unique=False)
    op.create_index(op.f("ix_appointment_unit_id"), "appointment", ["unit_id"], unique=False)
    op.create_table(
        "audience_override",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_audience_override_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_audience_override_audience_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_audience_override_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_audience_override")),
    )
    op.create_table(
        "audit_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", model.UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("detail", model.JSON_TYPE, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_audit_record_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_record")),
    )
    op.create_index(op.f("ix_audit_record_action"), "audit_record", ["action"], unique=False)
    op.create_index(op.f("ix_audit_record_actor_id"), "audit_record", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_record_subject"), "audit_record", ["subject"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column(
            "obligation",
            sa.Enum(
                "required",
                "voluntary",
                "not_asked",
                name="obligation",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("enrolled_at", model.UtcDateTime(), nullable=False),
        sa.Column("due_at", model.UtcDateTime(), nullable=False),
        sa.Column("excused_at", model.UtcDateTime(), nullable=True),
        sa.Column("excuse_reason", sa.String(length=300), nullable=True),
        sa.Column("withdrawn_at", model.UtcDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=300), nullable=True),
        sa.Column("materials_read_at", model.UtcDateTime(), nullable=True),
        sa.Column("viewing_ratio", sa.Double(), nullable=False),
        sa.Column("sessions_met_at", model.UtcDateTime(), nullable=True),
        sa.Column(
            "sessions_met_by",
            sa.Enum(
                "verified_viewing",
                "self_declared",
                name="participationkind",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("quiz_best_ratio", sa.Double(), nullable=True),
        sa.Column("quiz_met_at", model.UtcDateTime(), nullable=True),
        sa.Column("essay_started_at", model.UtcDateTime(), nullable=True),
        sa.Column("essay_submitted_at", model.UtcDateTime(), nullable=True),
        sa.Column("essay_mark", sa.Double(), nullable=True),
        sa.Column("essay_band", sa.String(length=40), nullable=True),
        sa.Column("essay_passed", sa.Boolean(), nullable=True),
        sa.Column("essay_released_at", model.UtcDateTime(), nullable=True),
        sa.Column("fulfilled_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_enrolment_audience_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_enrolment_campaign_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_enrolment_member_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_enrolment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "campaign_id", "member_id", name=op.f("uq_enrolment_campaign_id_member_id")
        ),
    )
    op.create_index(op.f("ix_enrolment_member_id"), "enrolment", ["member_id"], unique=False)
    op.create_index(
        "ix_enrolment_rollup",
        "enrolment",
        [
            "campaign_id",
            "unit_id",
            "obligation",
            "audience_id",
            "withdrawn_at",
            "excused_at",
            "fulfilled_at",
            "due_at",
        ],
        unique=False,
    )
    op.create_table(
        "essay_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_essay_task_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_essay_task")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_essay_task_campaign_id")),
    )
    op.create_table(
        "mark_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=False),
        sa.Column("released_at", model.UtcDateTime(), nullable=False),
        sa.Column("essay_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_mark_release_audience_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_mark_release_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["account.id"], name=op.f("fk_mark_release_released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_release")),
    )
    op.create_index(
        op.f("ix_mark_release_campaign_id"), "mark_release", ["campaign_id"], unique=False
    )
    op.create_table(
        "question_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("questions", model.JSON_TYPE, nullable=False),
        sa.Column("doubts", model.JSON_TYPE, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["question_bank.id"], name=op.f("fk_question_import_bank_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_question_import_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_import")),
    )
    op.create_index(
        op.f("ix_question_import_bank_id"), "question_import", ["bank_id"], unique=False
    )
    op.create_table(
        "quiz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("is_shuffled", sa.Boolean(), nullable=False),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["question_bank.id"], name=op.f("fk_quiz_bank_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_quiz_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_quiz_campaign_id")),
    )
    op.create_table(
        "quiz_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("single", "multiple", name="questionkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", model.JSON_TYPE, nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", model.UtcDateTime(), nullable=True),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["question_bank.id"], name=op.f("fk_quiz_question_bank_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["quiz_question.id"], name=op.f("fk_quiz_question_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_question")),
    )
    op.create_index(op.f("ix_quiz_question_bank_id"), "quiz_question", ["bank_id"], unique=False)
    op.create_table(
        "requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column(
            "obligation",
            sa.Enum(
                "required",
                "voluntary",
                "not_asked",
                name="obligation",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asks_materials", sa.Boolean(), nullable=False),
        sa.Column("asks_sessions", sa.Boolean(), nullable=False),
        sa.Column("asks_quiz", sa.Boolean(), nullable=False),
        sa.Column("asks_essay", sa.Boolean(), nullable=False),
        sa.Column("counts_quiz", sa.Boolean(), nullable=False),
        sa.Column("counts_essay", sa.Boolean(), nullable=False),
        sa.Column("least_coverage", sa.Double(), nullable=False),
        sa.Column("quiz_pass_ratio", sa.Double(), nullable=False),
        sa.Column("accepts_self_declared", sa.Boolean(), nullable=False),
        sa.Column("due_at", model.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "least_coverage > 0 AND least_coverage <= 1", name=op.f("ck_requirement_coverage_ratio")
        ),
        sa.CheckConstraint(
            "quiz_pass_ratio >= 0 AND quiz_pass_ratio <= 1", name=op.f("ck_requirement_quiz_ratio")
        ),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_requirement_audience_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_requirement_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
        sa.UniqueConstraint(
            "campaign_id", "audience_id", name=op.f("uq_requirement_campaign_id_audience_id")
        ),
    )
    op.create_table(
        "reviewer_conflict",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("declared_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reviewer_conflict_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_reviewer_conflict_unit_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "unit_id", name=op.f("pk_reviewer_conflict")),
    )
    op.create_index(
        op.f("ix_reviewer_conflict_unit_id"), "reviewer_conflict", ["unit_id"], unique=False
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", model.bytewise(64), nullable=False),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.Column("expires_at", model.UtcDateTime(), nullable=False),
        sa.Column("revoked_at", model.UtcDateTime(), nullable=True),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_account_id"), "sign_in", ["account_id"], unique=False)
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("duration_seconds", sa.Double(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_stored_file_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_file_key")),
    )
    op.create_table(
        "directive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "directive",
                "resolution",
                "conclusion",
                "guidance",
                name="directivekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_directive_file_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_directive_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive")),
        sa.UniqueConstraint(
            "issuer", "symbol", "issued_on", name=op.f("uq_directive_issuer_symbol_issued_on")
        ),
    )
    op.create_table(
        "enrolment_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old_value", sa.String(length=300), nullable=True),
        sa.Column("new_value", sa.String(length=300), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_enrolment_change_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_enrolment_change_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_change")),
    )
    op.create_index(
        op.f("ix_enrolment_change_enrolment_id"), "enrolment_change", ["enrolment_id"], unique=False
    )
    op.create_table(
        "essay_variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("least_words", sa.Integer(), nullable=False),
        sa.Column("most_words", sa.Integer(), nullable=False),
        sa.Column("scale", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Double(), nullable=False),
        sa.Column("bands", model.JSON_TYPE, nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["essay_variant.id"], name=op.f("fk_essay_variant_replaces_id")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["essay_task.id"], name=op.f("fk_essay_variant_task_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_essay_variant")),
    )
    op.create_index(op.f("ix_essay_variant_task_id"), "essay_variant", ["task_id"], unique=False)
    op.create_table(
        "quiz_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", model.UtcDateTime(), nullable=False),
        sa.Column("ends_at", model.UtcDateTime(), nullable=True),
        sa.Column("submitted_at", model.UtcDateTime(), nullable=True),
        sa.Column("right_count", sa.Integer(), nullable=True),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("ratio", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_quiz_attempt_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_attempt_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempt")),
        sa.UniqueConstraint(
            "quiz_id",
            "enrolment_id",
            "number",
            name=op.f("uq_quiz_attempt_quiz_id_enrolment_id_number"),
        ),
    )
    op.create_index(
        op.f("ix_quiz_attempt_enrolment_id"), "quiz_attempt", ["enrolment_id"], unique=False
    )
    op.create_index(
        op.f("ix_quiz_attempt_submitted_at"), "quiz_attempt", ["submitted_at"], unique=False
    )
    op.create_table(
        "training_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("recorded", "live_link", name="sessionkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("published_at", model.UtcDateTime(), nullable=False),
        sa.Column("starts_at", model.UtcDateTime(), nullable=True),
        sa.Column("join_url", sa.String(length=500), nullable=True),
        sa.Column("duration_seconds", sa.Double(), nullable=True),
        sa.Column("video_id", sa.Integer(), nullable=True),
        sa.Column("captions_id", sa.Integer(), nullable=True),
        sa.Column("poster_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_training_session_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["captions_id"], ["stored_file.id"], name=op.f("fk_training_session_captions_id")
        ),
        sa.ForeignKeyConstraint(
            ["poster_id"], ["stored_file.id"], name=op.f("fk_training_session_poster_id")
        ),
        sa.ForeignKeyConstraint(
            ["video_id"], ["stored_file.id"], name=op.f("fk_training_session_video_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    op.create_index(
        op.f("ix_training_session_campaign_id"), "training_session", ["campaign_id"], unique=False
    )
    op.create_table(
        "campaign_directive",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("directive_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_directive_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["directive_id"], ["directive.id"], name=op.f("fk_campaign_directive_directive_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "directive_id", name=op.f("pk_campaign_directive")),
    )
    op.create_index(
        op.f("ix_campaign_directive_directive_id"),
        "campaign_directive",
        ["directive_id"],
        unique=False,
    )
    op.create_table(
        "coverage",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("intervals", model.JSON_TYPE, nullable=False),
        sa.Column("covered_seconds", sa.Double(), nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("updated_at", model.UtcDateTime(), nullable=False),
        sa.Column("threshold_met_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_coverage_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_coverage_session_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "session_id", name=op.f("pk_coverage")),
    )
    op.create_index(op.f("ix_coverage_session_id"), "coverage", ["session_id"], unique=False)
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["essay_variant.id"], name=op.f("fk_criterion_variant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
    )
    op.create_index(op.f("ix_criterion_variant_id"), "criterion", ["variant_id"], unique=False)
    op.create_table(
        "essay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("started_at", model.UtcDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("save_count", sa.Integer(), nullable=False),
        sa.Column("submitted_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_essay_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["essay_variant.id"], name=op.f("fk_essay_variant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_essay")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_essay_enrolment_id")),
    )
    op.create_index(op.f("ix_essay_variant_id"), "essay", ["variant_id"], unique=False)
    op.create_table(
        "essay_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "key",
            sa.Enum(
                "understanding",
                "self_reflection",
                "commitment",
                "proposal",
                name="sectionkey",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("least_words", sa.Integer(), nullable=False),
        sa.Column("most_words", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["essay_variant.id"], name=op.f("fk_essay_section_variant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_essay_section")),
    )
    op.create_index(
        op.f("ix_essay_section_variant_id"), "essay_section", ["variant_id"], unique=False
    )
    op.create_table(
        "essay_variant_audience",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_essay_variant_audience_audience_id")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["essay_task.id"], name=op.f("fk_essay_variant_audience_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["essay_variant.id"], name=op.f("fk_essay_variant_audience_variant_id")
        ),
        sa.PrimaryKeyConstraint("task_id", "audience_id", name=op.f("pk_essay_variant_audience")),
    )
    op.create_index(
        op.f("ix_essay_variant_audience_variant_id"),
        "essay_variant_audience",
        ["variant_id"],
        unique=False,
    )
    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("published_at", model.UtcDateTime(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_material_file_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_material_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["account.id"], name=op.f("fk_material_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
    )
    op.create_index(op.f("ix_material_session_id"), "material", ["session_id"], unique=False)
    op.create_table(
        "quiz_attempt_item",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("single", "multiple", name="questionkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", model.JSON_TYPE, nullable=False),
        sa.Column("chosen", model.JSON_TYPE, nullable=False),
        sa.Column("answered_at", model.UtcDateTime(), nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["quiz_attempt.id"], name=op.f("fk_quiz_attempt_item_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["quiz_question.id"], name=op.f("fk_quiz_attempt_item_question_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "position", name=op.f("pk_quiz_attempt_item")),
    )
    op.create_index(
        op.f("ix_quiz_attempt_item_question_id"), "quiz_attempt_item", ["question_id"], unique=False
    )
    op.create_table(
        "self_declaration",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_self_declaration_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_self_declaration_session_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "session_id", name=op.f("pk_self_declaration")),
    )
    op.create_index(
        op.f("ix_self_declaration_session_id"), "self_declaration", ["session_id"], unique=False
    )
    op.create_table(
        "session_directive",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("directive_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["directive_id"], ["directive.id"], name=op.f("fk_session_directive_directive_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_session_directive_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "directive_id", name=op.f("pk_session_directive")),
    )
    op.create_index(
        op.f("ix_session_directive_directive_id"),
        "session_directive",
        ["directive_id"],
        unique=False,
    )
    op.create_table(
        "session_speaker",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_session_speaker_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_session_speaker_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "account_id", name=op.f("pk_session_speaker")),
    )
    op.create_index(
        op.f("ix_session_speaker_account_id"), "session_speaker", ["account_id"], unique=False
    )
    op.create_table(
        "essay_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("essay_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("is_aside", sa.Boolean(), nullable=False),
        sa.Column("texts", model.JSON_TYPE, nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("saved_at", model.UtcDateTime(), nullable=False),
        sa.Column("page_key", sa.String(length=40), nullable=False),
        sa.Column("page_sequence", sa.Integer(), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["essay_id"], ["essay.id"], name=op.f("fk_essay_draft_essay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_essay_draft")),
        sa.UniqueConstraint("essay_id", "revision", name=op.f("uq_essay_draft_essay_id_revision")),
    )
    op.create_table(
        "essay_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("essay_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sections", model.JSON_TYPE, nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_essay_submission_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essay.id"], name=op.f("fk_essay_submission_essay_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["essay_variant.id"], name=op.f("fk_essay_submission_variant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_essay_submission")),
        sa.UniqueConstraint("essay_id", "number", name=op.f("uq_essay_submission_essay_id_number")),
    )
    op.create_index(
        op.f("ix_essay_submission_enrolment_id"), "essay_submission", ["enrolment_id"], unique=False
    )
    op.create_index(
        op.f("ix_essay_submission_variant_id"), "essay_submission", ["variant_id"], unique=False
    )
    op.create_table(
        "level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name=op.f("fk_level_criterion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level")),
    )
    op.create_index(op.f("ix_level_criterion_id"), "level", ["criterion_id"], unique=False)
    op.create_table(
        "material_opening",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_material_opening_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["material_id"], ["material.id"], name=op.f("fk_material_opening_material_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "material_id", name=op.f("pk_material_opening")),
    )
    op.create_index(
        op.f("ix_material_opening_material_id"), "material_opening", ["material_id"], unique=False
    )
    op.create_table(
        "marking_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=20), nullable=False),
        sa.Column("shuffle_key", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("assigned_at", model.UtcDateTime(), nullable=False),
        sa.Column("due_at", model.UtcDateTime(), nullable=True),
        sa.Column("finished_at", model.UtcDateTime(), nullable=True),
        sa.Column("passed_on_at", model.UtcDateTime(), nullable=True),
        sa.Column("passed_on_reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_marking_assignment_reviewer_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["essay_submission.id"],
            name=op.f("fk_marking_assignment_submission_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_assignment")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_marking_assignment_pseudonym")),
        sa.UniqueConstraint(
            "submission_id",
            "reviewer_id",
            name=op.f("uq_marking_assignment_submission_id_reviewer_id"),
        ),
    )
    op.create_index(
        op.f("ix_marking_assignment_submission_id"),
        "marking_assignment",
        ["submission_id"],
        unique=False,
    )
    op.create_index(
        "ix_marking_queue",
        "marking_assignment",
        ["reviewer_id", "passed_on_at", "finished_at", "shuffle_key"],
        unique=False,
    )
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("levels", model.JSON_TYPE, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("made_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["marking_assignment.id"], name=op.f("fk_mark_assignment_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_mark_author_id")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["essay_submission.id"], name=op.f("fk_mark_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
    )
    op.create_index(op.f("ix_mark_submission_id"), "mark", ["submission_id"], unique=False)
    op.create_table(
        "mark_draft",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("levels", model.JSON_TYPE, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["marking_assignment.id"], name=op.f("fk_mark_draft_assignment_id")
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_mark_draft")),
    )
    op.create_table(
        "released_mark",
        sa.Column("mark_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mark_id"], ["mark.id"], name=op.f("fk_released_mark_mark_id")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["mark_release.id"], name=op.f("fk_released_mark_release_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["essay_submission.id"], name=op.f("fk_released_mark_submission_id")
        ),
        sa.PrimaryKeyConstraint("mark_id", name=op.f("pk_released_mark")),
    )
    op.create_index(
        op.f("ix_released_mark_release_id"), "released_mark", ["release_id"], unique=False
    )
    op.create_index(
        op.f("ix_released_mark_submission_id"), "released_mark", ["submission_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_released_mark_submission_id"), table_name="released_mark")
    op.drop_index(op.f("ix_released_mark_release_id"), table_name="released_mark")
    op.drop_table("released_mark")
    op.drop_table("mark_draft")
    op.drop_index(op.f("ix_mark_submission_id"), table_name="mark")
    op.drop_table("mark")
    op.drop_index("ix_marking_queue", table_name="marking_assignment")
    op.drop_index(op.f("ix_marking_assignment_submission_id"), table_name="marking_assignment")
    op.drop_table("marking_assignment")
    op.drop_index(op.f("ix_material_opening_material_id"), table_name="material_opening")
    op.drop_table("material_opening")
    op.drop_index(op.f("ix_level_criterion_id"), table_name="level")
    op.drop_table("level")
    op.drop_index(op.f("ix_essay_submission_variant_id"), table_name="essay_submission")
    op.drop_index(op.f("ix_essay_submission_enrolment_id"), table_name="essay_submission")
    op.drop_table("essay_submission")
    op.drop_table("essay_draft")
    op.drop_index(op.f("ix_session_speaker_account_id"), table_name="session_speaker")
    op.drop_table("session_speaker")
    op.drop_index(op.f("ix_session_directive_directive_id"), table_name="session_directive")
    op.drop_table("session_directive")
    op.drop_index(op.f("ix_self_declaration_session_id"), table_name="self_declaration")
    op.drop_table("self_declaration")
    op.drop_index(op.f("ix_quiz_attempt_item_question_id"), table_name="quiz_attempt_item")
    op.drop_table("quiz_attempt_item")
    op.drop_index(op.f("ix_material_session_id"), table_name="material")
    op.drop_table("material")
    op.drop_index(op.f("ix_essay_variant_audience_variant_id"), table_name="essay_variant_audience")
    op.drop_table("essay_variant_audience")
    op.drop_index(op.f("ix_essay_section_variant_id"), table_name="essay_section")
    op.drop_table("essay_section")
    op.drop_index(op.f("ix_essay_variant_id"), table_name="essay")
    op.drop_table("essay")
    op.drop_index(op.f("ix_criterion_variant_id"), table_name="criterion")
    op.drop_table("criterion")
    op.drop_index(op.f("ix_coverage_session_id"), table_name="coverage")
    op.drop_table("coverage")
    op.drop_index(op.f("ix_campaign_directive_directive_id"), table_name="campaign_directive")
    op.drop_table("campaign_directive")
    op.drop_index(op.f("ix_training_session_campaign_id"), table_name="training_session")
    op.drop_table("training_session")
    op.drop_index(op.f("ix_quiz_attempt_submitted_at"), table_name="quiz_attempt")
    op.drop_index(op.f("ix_quiz_attempt_enrolment_id"), table_name="quiz_attempt")
    op.drop_table("quiz_attempt")
    op.drop_index(op.f("ix_essay_variant_task_id"), table_name="essay_variant")
    op.drop_table("essay_variant")
    op.drop_index(op.f("ix_enrolment_change_enrolment_id"), table_name="enrolment_change")
    op.drop_table("enrolment_change")
    op.drop_table("directive")
    op.drop_table("stored_file")
    op.drop_index(op.f("ix_sign_in_account_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_reviewer_conflict_unit_id"), table_name="reviewer_conflict")
    op.drop_table("reviewer_conflict")
    op.drop_table("requirement")
    op.drop_index(op.f("ix_quiz_question_bank_id"), table_name="quiz_question")
    op.drop_table("quiz_question")
    op.drop_table("quiz")
    op.drop_index(op.f("ix_question_import_bank_id"), table_name="question_import")
    op.drop_table("question_import")
    op.drop_index(op.f("ix_mark_release_campaign_id"), table_name="mark_release")
    op.drop_table("mark_release")
    op.drop_table("essay_task")
    op.drop_index("ix_enrolment_rollup", table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_member_id"), table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_index(op.f("ix_audit_record_subject"), table_name="audit_record")
    op.drop_index(op.f("ix_audit_record_actor_id"), table_name="audit_record")
    op.drop_index(op.f("ix_audit_record_action"), table_name="audit_record")
    op.drop_table("audit_record")
    op.drop_table("audience_override")
    op.drop_index(op.f("ix_appointment_unit_id"), table_name="appointment")
    op.drop_index(op.f("ix_appointment_account_id"), table_name="appointment")
    op.drop_table("appointment")
    op.drop_table("viewing_clock")
    op.drop_index(
        "uq_unit_version_present",
        table_name="unit_version",
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.drop_index("ix_unit_version_path", table_name="unit_version")
    op.drop_index(op.f("ix_unit_version_parent_id"), table_name="unit_version")
    op.drop_table("unit_version")
    op.drop_index(op.f("ix_question_bank_unit_id"), table_name="question_bank")
    op.drop_table("question_bank")
    op.drop_index(op.f("ix_post_unit_id"), table_name="post")
    op.drop_index(op.f("ix_post_member_id"), table_name="post")
    op.drop_table("post")
    op.drop_index(
        "uq_membership_main_open",
        table_name="membership",
        sqlite_where=sa.text("valid_to IS NULL AND kind = 'main'"),
        postgresql_where=sa.text("valid_to IS NULL AND kind = 'main'"),
    )
    op.drop_index("ix_membership_unit_open", table_name="membership")
    op.drop_index(op.f("ix_membership_member_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_campaign_unit_id"), table_name="campaign")
    op.drop_table("campaign")
    op.drop_index(op.f("ix_audience_rule_audience_id"), table_name="audience_rule")
    op.drop_table("audience_rule")
    op.drop_index(op.f("ix_account_phone"), table_name="account")
    op.drop_index(op.f("ix_account_email"), table_name="account")
    op.drop_table("account")
    op.drop_table("unit")
    op.drop_index(op.f("ix_member_sort_key"), table_name="member")
    op.drop_index(op.f("ix_member_fold"), table_name="member")
    op.drop_table("member")
    op.drop_table("decision")
    op.drop_table("audience")
