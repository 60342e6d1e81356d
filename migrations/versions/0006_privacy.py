"""Notices, consents and requests about one's own data."""

import sqlalchemy as sa
from alembic import op

from lms.base import model

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "privacy_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.Column("published_at", model.UtcDateTime(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_privacy_notice_author_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_notice")),
        sa.UniqueConstraint("version", name=op.f("uq_privacy_notice_version")),
    )
    op.create_table(
        "notice_receipt",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("shown_at", model.UtcDateTime(), nullable=False),
        sa.Column("answered_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_receipt_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["privacy_notice.id"], name=op.f("fk_notice_receipt_notice_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "notice_id", name=op.f("pk_notice_receipt")),
    )
    op.create_index(op.f("ix_notice_receipt_notice_id"), "notice_receipt", ["notice_id"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("reminders", "essay_examples", name="purpose", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("given_at", model.UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_account_id")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["privacy_notice.id"], name=op.f("fk_consent_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_account_id"), "consent", ["account_id"])
    op.create_index(op.f("ix_consent_notice_id"), "consent", ["notice_id"])
    op.create_index(
        "uq_consent_in_force",
        "consent",
        ["account_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "correction",
                "erasure",
                "objection",
                name="requestkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "accepted",
                "done",
                "refused",
                name="requeststate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", model.UtcDateTime(), nullable=False),
        sa.Column("respond_by", model.UtcDateTime(), nullable=False),
        sa.Column("accepted_at", model.UtcDateTime(), nullable=True),
        sa.Column("due_at", model.UtcDateTime(), nullable=False),
        sa.Column("extended_at", model.UtcDateTime(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=False),
        sa.Column("answered_at", model.UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_privacy_request_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["account.id"], name=op.f("fk_privacy_request_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
    )
    op.create_index(op.f("ix_privacy_request_account_id"), "privacy_request", ["account_id"])
    op.create_index(op.f("ix_privacy_request_due_at"), "privacy_request", ["due_at"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("pseudonym", sa.String(length=10), nullable=False),
        sa.Column("erased_at", model.UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("is_forced", sa.Boolean(), nullable=False),
        sa.Column("force_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_erasure_account_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_erasure_actor_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_erasure_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("account_id", name=op.f("uq_erasure_account_id")),
        sa.UniqueConstraint("member_id", name=op.f("uq_erasure_member_id")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_erasure_pseudonym")),
    )


def downgrade() -> None:
    op.drop_table("erasure")
    op.drop_table("privacy_request")
    op.drop_table("consent")
    op.drop_table("notice_receipt")
    op.drop_table("privacy_notice")
