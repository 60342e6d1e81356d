"""Units that the rules of audiences name."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audience_rule_unit",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["audience_rule.id"], name=op.f("fk_audience_rule_unit_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_audience_rule_unit_unit_id")
        ),
        sa.PrimaryKeyConstraint("rule_id", "unit_id", name=op.f("pk_audience_rule_unit")),
    )
    op.create_index(op.f("ix_audience_rule_unit_unit_id"), "audience_rule_unit", ["unit_id"])


def downgrade() -> None:
    op.drop_table("audience_rule_unit")
