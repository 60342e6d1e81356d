"""The seals of the audit record, and triggers that keep it append-only."""

import sqlalchemy as sa
from alembic import op

from lms.audit.append_only import STATEMENTS
from lms.base import model

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("detail_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", model.UtcDateTime(), nullable=False),
        sa.Column("caught_up_at", model.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("record_id", name=op.f("uq_audit_seal_record_id")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", model.UtcDateTime(), nullable=False),
        sa.Column("caught_up_at", model.UtcDateTime(), nullable=True),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    for statements in STATEMENTS[op.get_bind().dialect.name].values():
        for statement in statements:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_record_kept")
        op.execute("DROP TRIGGER audit_record_fixed")
    else:
        op.execute("DROP TRIGGER audit_record_append_only ON audit_record")
    op.drop_table("audit_head")
    op.drop_table("audit_seal")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_record_append_only()")
        op.execute("DROP FUNCTION audit_seal_append_only()")
