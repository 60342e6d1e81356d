"""First passwords that expire; consents for uses that there are not."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from lms.base.model import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WEEK = timedelta(days=7)
UNUSED = ("reminders", "essay_examples")


def upgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("password_expires_at", UtcDateTime(), nullable=True))
    account = sa.table(
        "account",
        sa.column("must_change_password", sa.Boolean()),
        sa.column("password_expires_at", UtcDateTime()),
    )
    # Passwords handed out before this get a week from now on.
    op.execute(
        account.update()
        .where(account.c.must_change_password)
        .values(password_expires_at=datetime.now(UTC) + WEEK)
    )
    consent = sa.table("consent", sa.column("purpose", sa.String()))
    op.execute(consent.delete().where(consent.c.purpose.in_(UNUSED)))


def downgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.drop_column("password_expires_at")
