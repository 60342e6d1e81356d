"""One-time codes, second steps, devices, identities at a provider, outgoing mail."""

import sqlalchemy as sa
from alembic import op

from lms.base.model import UtcDateTime, bytewise

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime()


def upgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.add_column(
            sa.Column("is_demo", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("second_step_since", MOMENT, nullable=True))
    _widen_sign_in()
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("code_hash", bytewise(200), nullable=False),
        sa.Column("bound_to", bytewise(64), nullable=False),
        sa.Column("created_by", sa.Integer(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    for column in ("member_id", "account_id", "code_hash"):
        op.create_index(f"ix_one_time_code_{column}", "one_time_code", [column])
    op.create_table(
        "second_step",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("sealed_secret", sa.String(300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_counter", sa.Integer(), nullable=True),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("code_hash", sa.String(200), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
    )
    op.create_table(
        "external_identity",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("issuer", bytewise(300), nullable=False),
        sa.Column("subject", bytewise(255), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.UniqueConstraint("issuer", "subject", name="uq_external_identity_issuer"),
        sa.UniqueConstraint("issuer", "account_id", name="uq_external_identity_one_per_account"),
    )
    op.create_index("ix_external_identity_account_id", "external_identity", ["account_id"])
    op.create_table(
        "outside_flow",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state_hash", bytewise(64), nullable=False, unique=True),
        sa.Column("browser_hash", bytewise(64), nullable=False),
        sa.Column("nonce", bytewise(64), nullable=False),
        sa.Column("sealed_verifier", sa.String(300), nullable=False),
        sa.Column("next_path", sa.String(500), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("sealed_text", sa.Text(), nullable=False),
        sa.Column("sealed_html", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("worth_until", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("fault", sa.String(200), nullable=True),
    )
    for column in ("account_id", "next_try_at"):
        op.create_index(f"ix_outgoing_mail_{column}", "outgoing_mail", [column])


def _widen_sign_in() -> None:
    """Sign-ins that are open go on as they are: seen when they were made, ending when they end."""
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("last_seen_at", MOMENT, nullable=True))
        table.add_column(sa.Column("ends_at", MOMENT, nullable=True))
        table.add_column(sa.Column("idle_hours", sa.Integer(), nullable=True))
        for name in ("is_lasting", "awaits_step"):
            table.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        table.add_column(
            sa.Column("failed_steps", sa.Integer(), nullable=False, server_default="0")
        )
        table.alter_column("device", type_=sa.String(300), existing_type=sa.String(120))
    op.execute("UPDATE sign_in SET last_seen_at = created_at, ends_at = expires_at")
    with op.batch_alter_table("sign_in") as table:
        table.alter_column("last_seen_at", nullable=False, existing_type=MOMENT)
        table.alter_column("ends_at", nullable=False, existing_type=MOMENT)


def downgrade() -> None:
    for name in (
        "outgoing_mail",
        "outside_flow",
        "external_identity",
        "recovery_code",
        "second_step",
        "one_time_code",
    ):
        op.drop_table(name)
    op.execute("UPDATE sign_in SET device = substr(device, 1, 120)")
    with op.batch_alter_table("sign_in") as table:
        table.alter_column("device", type_=sa.String(120), existing_type=sa.String(300))
        for name in (
            "failed_steps",
            "awaits_step",
            "is_lasting",
            "idle_hours",
            "ends_at",
            "last_seen_at",
        ):
            table.drop_column(name)
    with op.batch_alter_table("account") as table:
        table.drop_column("second_step_since")
        table.drop_column("is_demo")
