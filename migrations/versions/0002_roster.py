"""Tables of the roster import, and how a person is reached.

A person's phone and e-mail begin as those of their account.
"""

import sqlalchemy as sa
from alembic import op

from lms.base import model

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_layout",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.String(length=80), nullable=False),
        sa.Column("mapping", model.JSON_TYPE, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_roster_layout_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "signature", name="pk_roster_layout"),
    )
    op.create_table(
        "roster_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_key", sa.String(length=80), nullable=True),
        sa.Column("layout", model.JSON_TYPE, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "uploaded",
                "reading",
                "preview",
                "applying",
                "applied",
                "undoing",
                "undone",
                "failed",
                "abandoned",
                name="importstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("active_at", model.UtcDateTime(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("has_lines", sa.Boolean(), nullable=False),
        sa.Column("counts", model.JSON_TYPE, nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.String(length=400), nullable=True),
        sa.Column("founds_units", sa.Boolean(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", model.UtcDateTime(), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", model.UtcDateTime(), nullable=True),
        sa.Column("audit_mark", sa.Integer(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["account.id"], name="fk_roster_import_applied_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name="fk_roster_import_created_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["account.id"], name="fk_roster_import_undone_by_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_roster_import_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_import"),
    )
    op.create_index("ix_roster_import_state", "roster_import", ["state"])

    op.create_table(
        "roster_trace",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "membership_closed",
                "post_given",
                "post_ended",
                "account_closed",
                name="tracekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_import.id"], name="fk_roster_trace_import_id"
        ),
        sa.PrimaryKeyConstraint("import_id", "kind", "row_id", name="pk_roster_trace"),
    )
    op.create_table(
        "staged_absence",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_import.id"], name="fk_staged_absence_import_id"
        ),
        sa.PrimaryKeyConstraint("import_id", "member_id", name="pk_staged_absence"),
    )
    op.create_table(
        "staged_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("names", model.JSON_TYPE, nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "known",
                "new",
                "ambiguous",
                "outside",
                name="unitstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("parent_unit_id", sa.Integer(), nullable=True),
        sa.Column("is_founded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_import.id"], name="fk_staged_unit_import_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_staged_unit_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staged_unit"),
        sa.UniqueConstraint("import_id", "key", name="uq_staged_unit_import_id_key"),
    )
    op.create_index("ix_staged_unit_unit_id", "staged_unit", ["unit_id"])

    op.create_table(
        "staged_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=100), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "new",
                "changed",
                "moved",
                "unchanged",
                "doubtful",
                name="linekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("fold", model.bytewise(140), nullable=False),
        sa.Column("sort_key", model.bytewise(200), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column(
            "standing",
            sa.Enum("full", "probationary", "guest", name="standing", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("is_exempt", sa.Boolean(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("post", sa.String(length=300), nullable=True),
        sa.Column("staged_unit_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("problems", model.JSON_TYPE, nullable=True),
        sa.Column("notices", model.JSON_TYPE, nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("was_name", sa.String(length=120), nullable=True),
        sa.Column("was_fold", model.bytewise(140), nullable=True),
        sa.Column("was_sort_key", model.bytewise(200), nullable=True),
        sa.Column("was_birth_year", sa.Integer(), nullable=True),
        sa.Column("was_birth_date", sa.Date(), nullable=True),
        sa.Column(
            "was_standing",
            sa.Enum("full", "probationary", "guest", name="standing", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("was_is_exempt", sa.Boolean(), nullable=True),
        sa.Column("was_phone", sa.String(length=20), nullable=True),
        sa.Column("was_email", sa.String(length=200), nullable=True),
        sa.Column("was_unit_id", sa.Integer(), nullable=True),
        sa.Column("was_left_on", sa.Date(), nullable=True),
        sa.Column("was_left_reason", sa.String(length=200), nullable=True),
        sa.Column("was_account_name", sa.String(length=120), nullable=True),
        sa.Column("was_account_phone", sa.String(length=20), nullable=True),
        sa.Column("was_account_email", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_import.id"], name="fk_staged_line_import_id"
        ),
        sa.ForeignKeyConstraint(
            ["staged_unit_id"], ["staged_unit.id"], name="fk_staged_line_staged_unit_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staged_line"),
    )
    op.create_index("ix_staged_line_kind", "staged_line", ["import_id", "kind", "position"])
    op.create_index("ix_staged_line_member", "staged_line", ["member_id", "import_id"])
    op.create_index("ix_staged_line_staged_unit_id", "staged_line", ["staged_unit_id"])

    op.create_table(
        "staged_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "rank",
            sa.Enum(
                "unit_head", "key_cadre", "other", name="postrank", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_import.id"], name="fk_staged_post_import_id"
        ),
        sa.ForeignKeyConstraint(["line_id"], ["staged_line.id"], name="fk_staged_post_line_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staged_post"),
    )
    op.create_index("ix_staged_post_import_id", "staged_post", ["import_id"])
    op.create_index("ix_staged_post_line_id", "staged_post", ["line_id"])

    op.add_column("member", sa.Column("phone", sa.String(length=20), nullable=True))
    op.add_column("member", sa.Column("email", sa.String(length=200), nullable=True))
    op.create_index("ix_member_email", "member", ["email"])
    op.create_index("ix_member_phone", "member", ["phone"])
    for column in ("phone", "email"):
        op.execute(
            f"UPDATE member SET {column} = (SELECT account.{column} FROM account"  # noqa: S608
            " WHERE account.member_id = member.id)"
        )


def downgrade() -> None:
    for column in ("phone", "email"):
        op.drop_index(f"ix_member_{column}", "member")
        # Plain SQL: the table is not made anew, so what refers to it stays as it is.
        op.execute(f"ALTER TABLE member DROP COLUMN {column}")
    for table in (
        "staged_post",
        "staged_line",
        "staged_unit",
        "staged_absence",
        "roster_trace",
        "roster_import",
        "roster_layout",
    ):
        op.drop_table(table)
