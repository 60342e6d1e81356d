"""Which unit answers for the studies of people whom a roster moves."""

import sqlalchemy as sa
from alembic import op

from lms.base import model

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("roster_import") as table:
        table.add_column(sa.Column("answers", model.JSON_TYPE, server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("roster_import") as table:
        table.drop_column("answers")
